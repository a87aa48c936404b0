// PIDFile= of systemd.service(5): who may say which process is a service's main process.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

namespace svcd {

/// What a PID file says and how far it can be trusted.
struct PidFile {
  pid_t pid = 0;
  bool owned_by_root = false;
  /// Somebody who is neither root nor the owner of the file could have put it there: a component of its path belongs
  /// to another user than the one below it.
  bool is_questionable = false;
};

/// The first line of a regular file, a number; never blocks. nullopt: not there, or no number.
std::optional<PidFile> read_pid_file(const std::string& path);

/// Whether the process may become the main process: it lives and is either the unit's own (`is_of_unit`), or named by
/// a file that only root can have written.
bool is_acceptable_main_pid(const PidFile&, bool is_of_unit);

}  // namespace svcd
