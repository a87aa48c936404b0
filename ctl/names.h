// Names of what has a number on the bus (signals, child codes), and of the machine.
#pragma once

#include <string>

namespace svcd::ctl {

/// "KILL", "RTMIN+3"; the number for one that has no name.
std::string signal_text(int signal);
/// Of this machine; "": unknown.
std::string host_name();
/// si_code of SIGCHLD: "exited", "killed", "dumped" …; nullptr for 0.
const char* child_code_name(int code);
/// Whether a daemon that ended like this did well: exit code 0, or one of the signals that ask it to go.
bool is_clean_exit(int code, int status);

}  // namespace svcd::ctl
