// Which key of a socket unit's file says that something is listened on.
#pragma once

#include "libunit/config.h"

namespace svcd {

/// "ListenStream" …
const char* key_of_listen(SocketSection::Kind);

}  // namespace svcd
