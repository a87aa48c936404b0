// What the manager's configuration changes about the manager's own process, and so about all its children.
#pragma once

#include <string>
#include <vector>

#include "libunit/manager_settings.h"

namespace svcd {

/// Once, before anything is started: capabilities, NoNewPrivileges=, timer slack. What cannot be had is returned; the
/// timer slack that there is in the end goes into the settings.
std::vector<std::string> apply_at_start(ManagerSettings&);
/// Whenever settings were read: processors and memory nodes.
std::vector<std::string> apply_to_process(const ManagerSettings&);

}  // namespace svcd
