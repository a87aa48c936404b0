// A value that a row of the settings table shows, as the client library has it: so that what comes from a file can be
// printed as what comes from a manager.
#pragma once

#include "dbus/client/value.h"
#include "libunit/settings.h"

namespace svcd::ctl {

/// The row must have a show function.
client::Value value_of(const Setting& row, const UnitConfig& config);

}  // namespace svcd::ctl
