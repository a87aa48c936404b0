// What is wrong with unit files, told without a manager and before anything is started: `svcctl verify`.
// Everything comes from the same loader, table and plan() that the manager uses. Beside what the manager would log it
// tells what only shows when the unit starts (programs, missing units, loops) and where a value was misspelt.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libunit/offline_units.h"
#include "libunit/written.h"

namespace svcd {

struct Finding {
  /// error: the unit is refused, or its start fails or breaks another one's. warning: a line is ignored or taken in
  /// part. hint: all works, but could be better.
  enum class Severity : uint8_t { error, warning, hint };
  Severity severity = Severity::error;
  std::string unit;
  Origin at;                       // without a path: the unit has no file
  std::string section, directive;  // "" where it is not about one line
  std::string message, suggestion;
};

/// What libunit cannot find out by itself.
struct MachineFacts {
  /// errno for a path that cannot be executed, 0 for one that can.
  std::function<int(const std::string& path)> why_not_executable;
};

/// All about one unit, in the order of its files. `units` may already know others.
std::vector<Finding> find_faults(FileSource& files, OfflineUnits& units, const UnitName& name, const HostFacts& host,
                                 const MachineFacts& machine);

std::string_view to_string(Finding::Severity);
/// "/etc/systemd/system/a.service:3: warning: Unknown key 'Typ' in section [Service], ignoring. (did you mean Type=?)"
std::string to_string(const Finding&);

}  // namespace svcd
