// Calendar events, "Mon..Fri *-*-* 10:00 Europe/Berlin": what OnCalendar= takes; systemd.time(7). Pure: what a time
// zone is, is asked of ZoneNames and ZoneRules.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/result.h"
#include "libunit/time.h"

namespace svcd {

/// A date and a time of day, in some time zone. Not necessarily one that exists.
struct CivilTime {
  int64_t year = 1970, month = 1, day = 1;  // both from 1
  int64_t hour = 0, minute = 0;
  int64_t microsecond = 0;                             // of the minute
  auto operator<=>(const CivilTime&) const = default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
};

/// Which time zones there are.
class ZoneNames {
 public:
  virtual ~ZoneNames() = default;
  virtual bool is_zone(std::string_view name) const = 0;
  /// What the machine's own zone is called without and with daylight saving time: "CET", "CEST".
  virtual std::array<std::string, 2> own_names() const = 0;
};

/// What the tz database knows of them. "": the machine's own zone.
class ZoneRules : public ZoneNames {
 public:
  /// `at`: microseconds since 1970 UTC. The civil time there then.
  virtual CivilTime civil(std::string_view zone, uint64_t at) const = 0;
  /// The moment of a civil time, as mktime(3) finds it: one that a change of clocks skips is moved past the gap. `dst`:
  /// 1 and 0: with or without daylight saving time, -1: whichever is in force. nullopt: before 1970 or out of range.
  virtual std::optional<uint64_t> moment(std::string_view zone, const CivilTime& civil, int dst) const = 0;
};

struct CalendarSpec {
  /// "start", "start..stop" (repeat 1, or a second), "start/repeat", "start..stop/repeat".
  struct Part {
    int64_t start = 0, stop = -1 /* none */, repeat = 0 /* none */;
    auto operator<=>(const Part&) const = default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
  };
  using Parts = std::vector<Part>;  // sorted; none: any value ("*")

  uint8_t weekdays = 0;       // bit 0: Monday … bit 6: Sunday; 0: any day
  bool end_of_month = false;  // days count from the end: 1 is the last one
  bool utc = false;
  int dst = -1;          // 0 and 1: the zone was named by the machine's own name of winter or summer time
  std::string zone;      // of the tz database; empty: the machine's own
  std::string own_zone;  // that name
  Parts year, month, day, hour, minute, microsecond;

  static Result<CalendarSpec> parse(std::string_view text, const ZoneNames&);
  bool operator==(const CalendarSpec&) const = default;
};

/// The normalised form, as `systemd-analyze calendar` prints it.
std::string to_string(const CalendarSpec&);

/// The first moment after `after` (microseconds since 1970 UTC) that the expression means; nullopt: there is none
/// before the year 2200.
std::optional<uint64_t> next_elapse(const CalendarSpec&, uint64_t after, const ZoneRules&);

}  // namespace svcd
