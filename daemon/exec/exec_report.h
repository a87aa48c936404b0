// What a child says when it could not do a step of its plan. Lives in memory shared with the daemon.
#pragma once

#include <cstdint>

namespace svcd {

struct ExecReport {
  uint16_t step = 0;      // StepKind; 0: nothing went wrong so far
  int16_t exit_code = 0;  // 200-243, systemd.exec(5); 0: the child was to do without this step
  int32_t error_number = 0;
  uint32_t setting = 0;   // index of the plan's step that failed
  char detail[116] = {};  // e.g. the path; cut if longer
};
static_assert(sizeof(ExecReport) == 128);

}  // namespace svcd
