// What a Manager is told once, when it is made: where units come from, what the host is, the defaults of units.
#pragma once

#include <string>

#include "libunit/config.h"
#include "libunit/loader.h"
#include "libunit/manager_controls.h"
#include "libunit/specifiers.h"

namespace svcd {

struct ManagerSetup {
  SearchPath search_path;
  HostFacts host;
  ManagerDefaults defaults;
  ManagerControls controls;  // to begin with
  Environment environment;   // of the manager, given to every process it starts
  std::string default_target = "default.target";
  bool is_container = false;  // no swap and device units, no emergency shell
  ServiceSection::OomPolicy default_oom_policy = ServiceSection::OomPolicy::stop;
};

}  // namespace svcd
