// The one place where children are waited for. An exit is first only looked at (WNOWAIT), told to each unit that the
// process belongs to or is watched by, and reaped when the step that dealt with it has been written down: a crash in
// between finds the zombie again. Orphans that PID 1 inherits are reaped too.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/turns.h"
#include "daemon/linux/unique_fd.h"

namespace svcd {

class ChildReaper {
 public:
  ChildReaper(EventLoop& loop, EventSink sink)
      : loop_(loop), sink_(std::move(sink)), exits_(loop, Priority::children, [this] { return gather_one(); }) {}
  /// SIGCHLD must be blocked.
  Result<> start();

  /// A process of a unit: Exited will be told with that token.
  void expect(pid_t, UnitId, SpawnToken);
  /// A helper of the daemon's own; `done` is called with how it ended.
  void expect_helper(pid_t, std::function<void(ExitStatus)> done);
  /// A process that somebody else started (maybe another unit) and that Exited should be told about; token 0. False:
  /// there is none.
  bool watch(UnitId, pid_t);
  /// Undoes watch(); what was expected is waited for all the same.
  void unwatch(UnitId, pid_t);
  /// The unit that a process was started for or is watched by.
  std::optional<UnitId> unit_of(pid_t) const;

  /// Takes the zombie that is being dealt with off the process table. Called by the engine, or by us after the step.
  /// Any other was dealt with: its number may belong to somebody else.
  void reap(pid_t);
  static bool is_our_child(pid_t);
  /// Looks at the exits there are now; of very many the rest after others had their turn.
  void gather() { exits_.begin(); }

 private:
  struct Watched {
    UnitId unit;
    SpawnToken token = 0;
    std::function<void(ExitStatus)> helper;
    UniqueFd pidfd;  // of a process that may not be our child
    EventSource pidfd_source;
  };
  bool gather_one();
  void tell(pid_t, ExitStatus);
  void tell_and_reap(pid_t, ExitStatus);
  void foreign_process_ended(pid_t);

  EventLoop& loop_;
  EventSink sink_;
  EventSource sigchld_;
  Turns exits_;
  std::multimap<pid_t, Watched> watched_;
  pid_t looked_at_ = 0;  // the zombie being dealt with, until it is reaped
};

}  // namespace svcd
