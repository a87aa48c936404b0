// D-Bus error names of org.freedesktop.systemd1(5) for our error codes.
#pragma once

#include <string>

#include "libunit/result.h"

namespace svcd {

/// "org.freedesktop.systemd1.NoSuchUnit" …; what has no name of its own has that of its errno.
std::string dbus_error_name(const Error&);

}  // namespace svcd
