// Work that may be much – ends of children, timers that are due, cgroups that became empty – goes before requests, but
// not for ever: after some milliseconds those who ask have their turn, then it goes on.
#pragma once

#include <functional>

#include "daemon/linux/event_loop.h"

namespace svcd {

class Turns {
 public:
  /// `piece` does the next piece of work; false: there was none.
  Turns(EventLoop& loop, Priority priority, std::function<bool()> piece)
      : loop_(loop), priority_(priority), piece_(std::move(piece)) {}
  /// There may be work: does it at once. If it is the others' turn, it is done after that.
  void begin();
  /// The same, but not now: whoever calls is in the middle of something.
  void begin_later();

 private:
  void turn();

  EventLoop& loop_;
  Priority priority_;
  std::function<bool()> piece_;
  EventSource soon_, after_others_;
  bool is_others_turn_ = false;
  unsigned short_turns_ = 0;  // since the others had theirs for sure
};

}  // namespace svcd
