// At most `burst` events within `interval`; systemd.unit(5), StartLimitIntervalSec=.
#pragma once

#include <cstdint>

#include "libunit/time.h"

namespace svcd {

struct RateLimit {
  Time begin{0};
  uint32_t count = 0;
  /// Counts an event at `now`; false: there were too many. Interval or burst 0: no limit.
  bool allows(Time now, Duration interval, uint32_t burst) {
    if (interval.count() == 0 || burst == 0) return true;
    if (begin.count() == 0 || saturating_add(begin, interval) < now) {
      begin = now;
      count = 0;
    }
    if (count >= burst) return false;
    ++count;
    return true;
  }
  /// When it has room again, if there were too many.
  Time end(Duration interval) const { return saturating_add(begin, interval + Duration(1)); }
  void reset() { *this = {}; }
};

}  // namespace svcd
