// A rehearsal as a picture: a row a unit, time to the right; what it waited, started, ran and stopped, and the critical
// chain through it. Stands for itself: no script, no font or file from elsewhere; light or dark as the reader's screen.
#pragma once

#include <string>

#include "daemon/rehearsal/run.h"

namespace svcd::rehearsal {

std::string svg_chart(const Run&);

}  // namespace svcd::rehearsal
