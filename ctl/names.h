// Numbers that the D-Bus API hands over as numbers and people want as names: signals, exit codes, child codes.
#pragma once

#include <string>
#include <string_view>

namespace svcd::ctl {

/// "KILL", "RTMIN+3"; the number for one that has no name.
std::string signal_name(int signal);
/// "KILL", "SIGKILL", "9", "RTMIN+3", "SIGRTMAX-1"; -1: no such signal.
int signal_number(std::string_view text);
/// "SUCCESS", "EXEC" … for what the C library and systemd.exec(5) define; nullptr for all else.
const char* exit_status_name(int status);
/// si_code of SIGCHLD: "exited", "killed", "dumped" …; nullptr for 0.
const char* child_code_name(int code);
/// Whether a daemon that ended like this did well: exit code 0, or one of the signals that ask it to go.
bool is_clean_exit(int code, int status);

}  // namespace svcd::ctl
