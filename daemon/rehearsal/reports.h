// From a request to what is printed: runs it once or with many seeds, in the form that was asked for.
#pragma once

#include <string>

#include "daemon/rehearsal/request.h"
#include "daemon/rehearsal/run.h"

namespace svcd::rehearsal {

struct Report {
  std::string text;
  Verdict verdict = Verdict::well;
  std::string error;  // why there is none; "": there is
};

Report make_report(const Request&);

}  // namespace svcd::rehearsal
