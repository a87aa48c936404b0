// The command line of svcd-sim as a value.
#pragma once

#include <string>

#include "daemon/rehearsal/request.h"

namespace svcd::rehearsal {

/// What parsing says: go on, or end with this text (on stdout for exit code 0, else on stderr).
struct Parsed {
  Request request;
  bool ends = false;
  int exit_code = 0;
  std::string text;
};

Parsed parse_command_line(int argc, const char* const* argv);

}  // namespace svcd::rehearsal
