// Time as systemd and D-Bus have it: unsigned microseconds, the largest value meaning "infinity".
#pragma once

#include <chrono>
#include <cstdint>

namespace svcd {

using Duration = std::chrono::duration<uint64_t, std::micro>;
inline constexpr Duration infinity{UINT64_MAX};

/// A point in time of CLOCK_MONOTONIC, or zero for "never".
using Time = Duration;

/// One moment on both clocks (a property pair FooTimestamp / FooTimestampMonotonic); both 0: never happened.
struct Timestamp {
  Duration realtime{0};
  Time monotonic{0};
  bool happened() const { return monotonic.count() != 0 || realtime.count() != 0; }
  bool operator==(const Timestamp&) const = default;
};

/// Sum that stays at infinity instead of wrapping.
constexpr Duration saturating_add(Duration a, Duration b) {
  return a.count() > UINT64_MAX - b.count() ? infinity : Duration(a.count() + b.count());
}

}  // namespace svcd
