// What may go wrong on a simulated machine. All zero: nothing, and everything comes at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libunit/time.h"

namespace svcd {

struct SimFaults {
  unsigned spawn_fails_percent = 0;
  unsigned sockets_fail_percent = 0;
  unsigned cgroup_fails_percent = 0;              // making one that is to have limits
  unsigned cgroup_empty_twice_percent = 0;        // and once more
  unsigned cgroup_empty_for_nothing_percent = 0;  // with any exit, somebody alive or not
  /// The kernel tells nothing of a cgroup that could not be watched (ENOSPC). An overflow of inotify is no loss, as all
  /// are looked at then. So it happens only while a time limit of the unit runs: else not even systemd would go on.
  unsigned hint_lost_percent = 0;
  unsigned kill_fails_percent = 0;     // any signal but SIGKILL: EPERM, or ESRCH as it has just gone
  unsigned sigkill_fails_percent = 0;  // EPERM: whoever gets it lives on
  unsigned late_exits_percent = 0;     // told `late_exit` later: after the unit gave up waiting
  Duration late_exit{0};
  unsigned timers_late_percent = 0;
  Duration timer_late{0};
  Duration max_delay{0};  // of exits, notifications, hints: each by itself, so they overtake
};

/// Everything that can be met, to count it.
enum class SimFault : uint8_t {
  spawn_eagain,
  spawn_enomem,
  spawn_enoent,
  spawn_emfile,
  cgroup_ebusy,
  cgroup_enospc,
  cgroup_enoent,
  kill_eperm,
  kill_esrch,
  sigkill_eperm,
  hint_lost,
  hint_twice,
  hint_for_nothing,
  late_exit,
  timer_late,
  clock_set,
  time_skipped,
  pid_reused,
  sockets_failed,
  out_of_memory,
  program_missing,
};
inline constexpr size_t sim_fault_count = size_t(SimFault::program_missing) + 1;
inline constexpr std::array<std::string_view, sim_fault_count> sim_fault_names{
    "spawn EAGAIN",   "spawn ENOMEM",  "spawn ENOENT",   "spawn EMFILE",  "cgroup EBUSY", "cgroup ENOSPC",
    "cgroup ENOENT",  "kill EPERM",    "kill ESRCH",     "SIGKILL EPERM", "hint lost",    "hint twice",
    "hint untrue",    "late exit",     "late timer",     "clock set",     "time skipped", "pid used again",
    "sockets failed", "out of memory", "program missing"};

}  // namespace svcd
