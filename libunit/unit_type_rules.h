// What a unit may have and be because of its type alone, a row each; what its machine is stands in
// daemon/engine/unit_types.h, what follows from its settings in default_dependencies.h and verify.h.
#pragma once

#include <optional>

#include "libunit/settings.h"

namespace svcd {

struct UnitTypeRules {
  /// Of the settings that types share, each takes those of the ones before it, too.
  enum class Shared : uint8_t { none, resource, kill, exec };

  UnitType type;
  const char* section;                // of its own: "Service"
  std::optional<SettingGroup> group;  // which that section has to itself
  Shared shared;
  bool may_have_alias;     // systemd.unit(5), Alias=
  bool may_lack_file;      // the kernel, the mount table, a client or the manager makes them
  bool is_made_of_name;    // … and if there is no file, nothing is missing
  bool ignores_isolation;  // by default; systemd.unit(5), IgnoreOnIsolate=
};

const UnitTypeRules& rules_of(UnitType);

}  // namespace svcd
