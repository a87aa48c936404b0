// What a child says when it could not do a step of its plan. Lives in memory shared with the daemon.
#pragma once

#include <cstdint>
#include <string>

namespace svcd {

struct ExecReport {
  uint16_t step = 0;      // StepKind, written last; 0: nothing went wrong so far
  int16_t exit_code = 0;  // 200-243, systemd.exec(5); 0: the program was missing, and may be
  int32_t error_number = 0;
  uint32_t index = 0;        // which step of the plan
  int32_t first_number = 0;  // of the step: the descriptor, the directory; of the program: 1 if it is there
  char detail[120] = {};     // a path, cut if longer
  char program[120] = {};    // what was to be executed
};
static_assert(sizeof(ExecReport) == 256);

/// What went wrong, as systemd says it, without unit and errno: "Failed to locate executable /x".
std::string failure_message(const ExecReport&);
/// The setting it comes from; "": none.
const char* failure_setting(const ExecReport&);

}  // namespace svcd
