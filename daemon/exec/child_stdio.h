// The steps that set up standard input, output and error. All async-signal-safe; an errno, or 0.
#pragma once

#include "daemon/exec/child.h"

namespace svcd {

int open_stream(const StepView&) noexcept;
int duplicate_stream(const StepView&) noexcept;
/// A stream to the journal; /dev/null where there is none, as systemd 252 does it.
int connect_journal(const StepView&, ChildState&) noexcept;
int provide_input(const StepView&) noexcept;
int prepare_terminal(const StepView&) noexcept;
int acquire_terminal(const StepView&) noexcept;

}  // namespace svcd
