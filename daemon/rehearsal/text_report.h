// A rehearsal for people: what is wrong first, then the way to the target and the schedule.
#pragma once

#include <string>

#include "daemon/rehearsal/run.h"

namespace svcd::rehearsal {

/// "1.250s", "95.000s".
std::string seconds_text(Time);
/// "well", "2 failures, 1 ordering cycle"
std::string verdict_text(const Run&);
/// `states`: with every change of a unit's state.
std::string text_report(const Run&, bool states);

}  // namespace svcd::rehearsal
