// The unit types, a row each: the machine of a type, and what jobs, the log and clients have to know of it besides. A
// type is added by the files of its machine (with its phase table) and its row; the settings of its section are rows of
// libunit/settings_*.cc, and what its name alone decides (default dependencies …) stands there too.
#pragma once

#include <array>
#include <memory>

#include "daemon/engine/ids.h"
#include "libunit/unit_name.h"

namespace svcd {

class Manager;
class Unit;

struct UnitTypeRow {
  using Make = std::unique_ptr<Unit> (*)(Manager&, UnitId, const UnitName&);
  /// What the log says of a job: at its beginning, when done, when failed; {} is the unit.
  struct Words {
    const char *begin, *done, *failed;
  };
  /// Which processes a signal can be meant for.
  enum class Processes : uint8_t { none, of_members, control, main_and_control };
  enum class Transient : uint8_t { yes, later, never };

  UnitType type;
  Make make;
  Words start, stop;
  Processes processes;
  bool freezes;         // by itself: a slice does if all that is in it does
  Transient transient;  // whether one can be made over D-Bus
  bool in_container;    // whether the type exists there
  const char* not_yet;  // what the log says, once a unit, of a start that svcd cannot do yet; "": nothing
};

/// The rows in the order of UnitType.
using UnitTypes = std::array<UnitTypeRow, unit_type_count>;
const UnitTypes& unit_types();

/// A row's `make`.
template <class Machine>
std::unique_ptr<Unit> make_machine(Manager& manager, UnitId id, const UnitName& name) {
  return std::make_unique<Machine>(manager, id, name);
}

}  // namespace svcd
