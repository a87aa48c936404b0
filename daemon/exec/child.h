// A child between its clone (or the start of svcd-exec) and its program: applies the steps that need nothing but
// system calls. Everything is made ready before; from then on only async-signal-safe calls, no allocation.
#pragma once

#include <vector>

#include "daemon/exec/exec_plan.h"
#include "daemon/exec/exec_report.h"
#include "daemon/exec/program_image.h"

namespace svcd {

/// What steps leave for each other.
struct ChildState {
  explicit ChildState(const ExecPlan&);
  ExecReport* report = nullptr;   // where a failure goes; null: nowhere
  const char* program = "";       // for that report
  int exec_done = -1;             // close-on-exec pipe end that stays open until execve(); -1: none
  std::vector<int> moved;         // room for the descriptors of the fds step
  bool program_is_there = false;  // execve() failed for another reason
  uint64_t journal_device = 0, journal_inode = 0;
};

/// Does one step that needs no helper; an errno, or 0. Async-signal-safe.
int apply_step(const StepView&, ChildState&) noexcept;

/// Reports the failure of a step and ends the process with its exit code. Async-signal-safe. `detail` null: the step's
/// own first string; `exit_code` 0: the usual one of the step.
[[noreturn]] void fail_step(const StepView&, uint32_t index, int error, const ChildState&, const char* detail = nullptr,
                            int exit_code = 0) noexcept;

/// Becomes the program, or fails the execute step. Async-signal-safe.
[[noreturn]] void become(const StepView& execute, uint32_t index, ProgramImage&, ChildState&) noexcept;

/// Applies a whole plain plan and becomes the program. Async-signal-safe.
[[noreturn]] void run_plain(const ExecPlan&, ProgramImage&, ChildState&) noexcept;

}  // namespace svcd
