// What this machine, or an installed system below a folder, contributes to specifiers and properties.
#pragma once

#include "libunit/specifiers.h"

namespace svcd {

/// Of the machine we run on; with a `root`, names and ids of the system installed there ("": this one).
HostFacts detect_host(const std::string& root = {});

}  // namespace svcd
