// What exit codes are called: systemd.exec(5), "PROCESS EXIT CODES".
#pragma once

#include <string_view>

namespace svcd {

/// "EXEC" of 203 …; null: it has no name.
const char* exit_status_name(int status);
/// The same of those alone that the C library and systemd define: a program may mean anything by the others.
const char* common_exit_status_name(int status);
/// -1: no such name.
int exit_status_named(std::string_view name);

}  // namespace svcd
