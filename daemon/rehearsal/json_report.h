// A rehearsal for programs. The fields are documented in docs/sim.md; "format" grows when one of them goes or changes
// its meaning, not when one is added.
#pragma once

#include <string>

#include "daemon/rehearsal/run.h"
#include "daemon/rehearsal/seeds.h"

namespace svcd::rehearsal {

/// One object, on one line or indented.
std::string json_report(const Run&, bool pretty);
std::string json_report(const SeedsReport&, bool pretty);

}  // namespace svcd::rehearsal
