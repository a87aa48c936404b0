// What a Manager is told once, when it is made: where units come from, what the host is, what the configuration says.
#pragma once

#include <string>

#include "daemon/engine/unit_types.h"
#include "libunit/loader.h"
#include "libunit/manager_settings.h"
#include "libunit/specifiers.h"

namespace svcd {

struct ManagerSetup {
  UnitTypes types = unit_types();
  SearchPath search_path;
  HostFacts host;
  ManagerSettings settings;  // as configured, to begin with
  Environment environment;   // of the manager, given to every process it starts
  std::string default_target = "default.target";
  std::string reboot_parameter_file;  // what reboot(2) is told, systemctl(1) writes it too
  bool is_container = false;          // no swap and device units, no emergency shell
};

}  // namespace svcd
