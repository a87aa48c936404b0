// What the list verbs have in common on the command line: -t, --state and -o.
#pragma once

#include <string>
#include <vector>

#include "ctl/context.h"

namespace svcd::ctl {

bool wants_json(const Options&);
/// -t help, --state=help and types that there are not; true: that was all, with this exit code.
bool handle_types_and_states(Context&, int& code);

}  // namespace svcd::ctl
