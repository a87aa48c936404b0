// How a process was called, as people read it: the CGroup tree of status, GetUnitProcesses().
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace svcd {

/// The arguments of /proc/PID/cmdline (each ends in NUL) in one line; those with characters that mean something to a
/// shell are quoted, empty ones at the end are dropped.
std::string quote_command_line(std::string_view arguments);
/// Of that process: its command line, "[name]" for one without (a kernel thread, a zombie), "n/a" if it is gone.
std::string process_command_line(pid_t);

}  // namespace svcd
