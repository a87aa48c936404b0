// Properties that are set on a unit, as Manager and Unit objects both take them.
#pragma once

#include "dbus/server/call.h"

namespace svcd {

/// Reads "ba(sv)", runtime and properties, and sets them.
Result<> set_properties(Call&, UnitId);

}  // namespace svcd
