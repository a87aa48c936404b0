// Which settings protect: whoever wrote them relies on them, so that a value which cannot be taken spoils the unit
// (design 4.10, case a), where systemd 252 would start it without.
#pragma once

#include "libunit/settings.h"

namespace svcd {

/// Whether a process would be less confined than its unit says if this line were left out.
bool is_protection(const Setting& row);

}  // namespace svcd
