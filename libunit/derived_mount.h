// What a mount unit's options mean for its dependencies; systemd.mount(5), fstab(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/default_dependencies.h"

namespace svcd {

/// The program that mounts, as its command line begins.
inline constexpr const char* mount_program = "/bin/mount";
/// It shows a folder or file that is somewhere else.
bool is_bind(const MountSection&);
/// "" for "/".
std::string parent_path(std::string_view path);
/// Mounts that the root cannot be without (/proc, /sys, /dev …): they get no default dependencies, and their cgroup is
/// in the root slice.
bool mount_is_part_of_the_root(std::string_view where);
std::vector<DerivedEdge> mount_edges(const UnitName&, const UnitConfig&);
/// The paths that must be mounted before.
std::vector<std::string> mount_paths(const UnitName&, const UnitConfig&);

}  // namespace svcd
