// Why one unit has to wait for another one, or needs it: the setting, and in whose file it stands.
#pragma once

#include <string>

#include "daemon/engine/manager.h"

namespace svcd::rehearsal {

/// Of an order that `waiting`'s edge `order` (before or after) to `other` gives: "After= in a.service",
/// "Before= in b.service", "default dependency of a.service" …
std::string order_reason(const Manager&, UnitIndex waiting, Dependency order, UnitIndex other);

/// Whether a job of that type for `waiting` has to wait for one of `other`; the reason, or "".
std::string wait_reason(const Manager&, UnitIndex waiting, JobType type, UnitIndex other, JobType other_type);

/// Why a unit needs another one: "Requires= in a.service", "a link in a.target.wants". `only_written`: "" if no file
/// says so.
std::string need_reason(const Manager&, UnitIndex unit, UnitIndex needed, bool only_written = false);

/// The name of a unit that is in memory.
const std::string& name_of(const Manager&, UnitIndex);

}  // namespace svcd::rehearsal
