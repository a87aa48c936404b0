// What is left to do once all files of a unit have been applied: settings that follow from others are filled in, and
// the whole is checked for what makes no sense together.
#pragma once

#include "libunit/config.h"
#include "libunit/diagnostic.h"
#include "libunit/result.h"

namespace svcd {

/// Fills in what other settings imply (DynamicUser=, PrivateDevices=, names that follow from the unit's own), so that
/// it is shown and acted upon as if it had been written. Idempotent.
void complete_config(const UnitName& name, UnitConfig& config);
/// The descriptors of a socket go by its name unless it has another one for them.
void name_descriptors(const UnitName& name, UnitConfig& config);

/// bad_unit_setting if systemd 252 refuses such a unit; the reason is also the last diagnostic. What it only warns
/// about is a diagnostic. `config` must have been completed.
Result<> verify_config(const UnitName& name, const UnitConfig& config, Diagnostics& diagnostics);

}  // namespace svcd
