// What PIDFile= of systemd.service(5) names, read as nobody but root can make us: the engine decides what to make of
// it.
#pragma once

#include <sys/types.h>

#include <string>

#include "daemon/engine/kernel.h"

namespace svcd {

/// The first line of a regular file, a number; never blocks. The error has the errno of what could not be opened or
/// read; bad_message: there is no number in it.
Result<PidFile> read_pid_file(const std::string& path);

/// The process exists and is no zombie.
bool is_living_process(pid_t);

}  // namespace svcd
