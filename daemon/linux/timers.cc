#include "daemon/linux/timers.h"

#include <time.h>

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_accuracy = 50ms;

Duration clock_now(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return Duration(static_cast<uint64_t>(t.tv_sec) * 1'000'000 + static_cast<uint64_t>(t.tv_nsec) / 1000);
}

}  // namespace

Time monotonic_now() {
  return clock_now(CLOCK_MONOTONIC);
}

Timestamp timestamp_now() {
  return {clock_now(CLOCK_REALTIME), clock_now(CLOCK_MONOTONIC)};
}

Duration accuracy_of(TimerPurpose purpose) {
  switch (purpose) {
    case TimerPurpose::restart:
    case TimerPurpose::other: return 1us;
    case TimerPurpose::idle_delay: return 10ms;
    case TimerPurpose::watchdog:
    case TimerPurpose::state_timeout:
    case TimerPurpose::runtime_max:
    case TimerPurpose::job_timeout:
    case TimerPurpose::job_running_timeout:
    case TimerPurpose::automatic_job: return longest_accuracy;
  }
  return 1us;
}

void Timers::arm(const TimerKey& key, Time when) {
  const auto old = by_key_.find(key);
  if (old != by_key_.end()) {
    queue_.erase(old->second);
    by_key_.erase(old);
  }
  if (when != infinity) {
    const Time latest = saturating_add(when, accuracy_of(key.purpose));
    by_key_.emplace(key, queue_.emplace(latest, Timer{key, when}));
  }
  schedule();
}

void Timers::disarm(const TimerKey& key) {
  arm(key, infinity);
}

// Woken for the one that may wait least; all others that are due by then fire with it.
void Timers::schedule() {
  if (firing_) return;  // fire_one() comes again
  if (queue_.empty()) return source_.enable(false);
  const auto& [latest, first] = *queue_.begin();
  if (first.when <= monotonic_now()) {  // RestartSec=0: setting a timer would only be a detour
    source_.enable(false);
    return due_.begin_later();
  }
  const Duration accuracy = std::max(latest - first.when, Duration(1));
  if (source_) return EventLoop::set_time(source_, first.when, accuracy);
  auto made = loop_.on_time(first.when, accuracy, Priority::normal, [this] { due_.begin(); });
  if (made) source_ = std::move(*made);
}

/// The next one that is due.
bool Timers::fire_one() {
  const Time now = monotonic_now();
  for (auto at = queue_.begin(); at != queue_.end(); ++at) {
    if (at->first > now + longest_accuracy) break;  // nothing behind it can be due
    if (at->second.when > now) continue;
    const TimerKey key = at->second.key;
    queue_.erase(at);
    by_key_.erase(key);
    firing_ = true;
    sink_(TimerFired{key});  // may arm and disarm
    firing_ = false;
    return true;
  }
  schedule();
  return false;
}

}  // namespace svcd
