// What a program does when it is run in the simulation: a script, not code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libunit/time.h"

namespace svcd {

struct SimProgram {
  Duration runs_for = infinity;  // then it exits by itself
  int exit_code = 0;
  int dies_by = 0;  // a signal instead of an exit code
  bool dumps_core = false;
  bool never_dumps_core = false;  // not even by SIGABRT or SIGQUIT
  bool is_missing = false;        // execve() fails: exit code 203
  /// What it does with SIGTERM (and SIGINT, SIGQUIT, SIGABRT): dies of it, unless it says otherwise.
  bool ignores_sigterm = false;
  std::vector<int> ignores;             // these alone
  std::optional<int> exits_on_sigterm;  // with that code
  Duration needs_to_stop{0};            // so long after the signal
  bool dies_of_sighup = false;

  /// Type=forking: after `forks_after` it starts `daemon` as its child and exits.
  std::string daemon;
  Duration forks_after{0};
  /// Children that it starts at once and leaves behind when it ends (a double fork).
  std::vector<std::string> leaves_behind;
  /// The pid of the daemon, or its own, goes here after `forks_after`.
  std::string pid_file;
  Duration pid_file_after{0};

  /// Datagrams to $NOTIFY_SOCKET. "$PID" is the sender's own pid, "$CHILD" that of the daemon or of the first child.
  struct Notification {
    Duration after{0};
    std::vector<std::string> lines;
    Duration again_after{0};      // and so often from then on; 0: once
    unsigned uid = 0;             // whose credentials the datagram carries
    std::vector<int> files = {};  // open files that go with it, by number
    bool operator==(const Notification&) const = default;
  };
  std::vector<Notification> notifies;
  std::string bus_name;  // owned from `bus_name_after` until it ends
  Duration bus_name_after{0};
  bool serves_sockets = true;  // takes what waits on the sockets it was given
  bool operator==(const SimProgram&) const = default;
};

}  // namespace svcd
