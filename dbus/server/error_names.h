// D-Bus error names of org.freedesktop.systemd1(5) for our error codes.
#pragma once

#include "libunit/result.h"

namespace svcd {

/// "org.freedesktop.systemd1.NoSuchUnit" …; never null.
const char* dbus_error_name(ErrorCode);

}  // namespace svcd
