// The CGroup part of status: processes below the cgroups they are in, as a tree.
#pragma once

#include <string>
#include <vector>

#include "ctl/terminal.h"
#include "dbus/client/types.h"

namespace svcd::ctl {

/// The tree below root (the unit's cgroup, which the caller has printed), every line starting with prefix.
std::string process_tree(const Terminal&, const std::string& root, std::vector<client::Process> processes,
                         const std::string& prefix);

}  // namespace svcd::ctl
