// Which settings protect: whoever wrote them relies on them, so that a value which cannot be taken spoils the unit
// where systemd 252 would start it without; docs/decisions.md, "No silence".
#pragma once

#include "libunit/settings.h"

namespace svcd {

/// Whether a process would be less confined than its unit says if this line were left out.
bool is_protection(const Setting& row);

}  // namespace svcd
