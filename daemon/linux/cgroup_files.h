// Small reads and writes in cgroupfs and procfs: bounded, never following what a delegated cgroup could put there.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace svcd {

/// At most 64 KiB; nullopt: there is no such file or it cannot be read.
std::optional<std::string> read_small_file(const std::string& path);
/// 0 or an errno.
int write_small_file(const std::string& path, std::string_view text);
/// A number at the start of a file; "max": UINT64_MAX.
std::optional<uint64_t> read_number(const std::string& path);
/// "key value" lines, as in cgroup.events and cpu.stat; looked for in the first 4 KiB.
std::optional<uint64_t> read_keyed_number(const std::string& path, std::string_view key);
/// The numbers of a cgroup.procs file, appended until there are `at_most`.
void read_pids(const std::string& path, std::vector<pid_t>& into, size_t at_most);
/// The folder and those below it, parents first. At most `at_most`, and 64 deep.
std::vector<std::string> folders_below(const std::string& folder, size_t at_most);

}  // namespace svcd
