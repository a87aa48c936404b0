// Ids as systemd writes them.
#pragma once

#include <string>

#include "daemon/engine/ids.h"

namespace svcd {

/// 32 hexadecimal digits.
std::string to_hex(const Id128&);

}  // namespace svcd
