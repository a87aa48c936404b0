// All timers of the engine on one sd-event source, by their key. A timer never fires early; how late it may be, so
// that several share one wake-up, depends on its purpose.
#pragma once

#include <map>
#include <unordered_map>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/turns.h"

namespace svcd {

/// How late a timer of that purpose may fire.
Duration accuracy_of(TimerPurpose);

class Timers {
 public:
  Timers(EventLoop& loop, EventSink sink)
      : loop_(loop), sink_(std::move(sink)), due_(loop, Priority::normal, [this] { return fire_one(); }) {}
  /// Replaces the previous one of that key; infinity disarms.
  void arm(const TimerKey&, Time when);
  void disarm(const TimerKey&);
  size_t armed() const { return by_key_.size(); }

 private:
  struct Hash {
    size_t operator()(const TimerKey& k) const noexcept {
      return std::hash<UnitId>()(k.unit) * 16 + static_cast<size_t>(k.purpose);
    }
  };
  struct Timer {
    TimerKey key;
    Time when;
  };
  using Queue = std::multimap<Time, Timer>;  // by the latest moment at which it must have fired

  bool fire_one();
  void schedule();

  EventLoop& loop_;
  EventSink sink_;
  EventSource source_;
  Queue queue_;
  std::unordered_map<TimerKey, Queue::iterator, Hash> by_key_;
  Turns due_;
  bool firing_ = false;
};

/// CLOCK_MONOTONIC now.
Time monotonic_now();
/// CLOCK_REALTIME and CLOCK_MONOTONIC now.
Timestamp timestamp_now();

}  // namespace svcd
