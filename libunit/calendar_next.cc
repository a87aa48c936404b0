// When a calendar event happens next: field by field from the year down, a field that moves on resets those below it.
#include <algorithm>

#include "libunit/calendar.h"
#include "libunit/civil_day.h"

namespace svcd {
namespace {

using Part = CalendarSpec::Part;
using Parts = CalendarSpec::Parts;

constexpr int64_t last_year = 2199;
constexpr int attempts_max = 1000;  // changes of clocks in a row; as systemd 252

/// The least value of the part from `from` on; -1: none.
int64_t first_of(const Part& part, int64_t from) {
  if (from <= part.start) return part.start;
  if (part.repeat == 0) return -1;
  const int64_t value = part.start + (from - part.start + part.repeat - 1) / part.repeat * part.repeat;
  return part.stop < 0 || value <= part.stop ? value : -1;
}

/// The least value of a field from `from` to `last`; -1: none.
int64_t first_of(const Parts& parts, int64_t from, int64_t last) {
  if (parts.empty()) return from <= last ? from : -1;
  int64_t best = -1;
  for (const Part& part : parts)
    if (const int64_t value = first_of(part, from); value >= 0 && value <= last && (best < 0 || value < best))
      best = value;
  return best;
}

/// Days that count from the end of the month, as days that count from its begin.
Parts from_begin(const Parts& parts, int64_t days) {
  Parts out;
  for (const Part& part : parts) {
    const int64_t start = days + 1 - part.start, stop = part.stop >= 0 ? days + 1 - part.stop : -1;
    if (part.stop < 0 && start >= 1) out.push_back({start, -1, part.repeat});
    if (part.stop >= 0 && stop >= 1) out.push_back({stop, start, part.repeat});
  }
  return out;
}

/// The first day from `at` on, within its month, that date and weekday allow; -1: none.
int64_t first_day(const CalendarSpec& spec, const CivilTime& at) {
  const int64_t days = days_in_month(at.year, at.month);
  const Parts parts = spec.end_of_month ? from_begin(spec.day, days) : spec.day;
  if (parts.empty() && !spec.day.empty()) return -1;
  for (int64_t day = first_of(parts, at.day, days); day >= 0; day = first_of(parts, day + 1, days))
    if (spec.weekdays == 0 || (spec.weekdays >> weekday_of(at.year, at.month, day) & 1) != 0) return day;
  return -1;
}

/// Moves `at` on to the first civil time that matches; false: there is none before the last year ends.
bool move_to_match(const CalendarSpec& spec, CivilTime& at) {
  const auto next_year = [&] { at = {.year = at.year + 1}; };
  const auto next_month = [&] { at = {.year = at.year, .month = at.month + 1}; };
  const auto next_day = [&] { at = {.year = at.year, .month = at.month, .day = at.day + 1}; };
  for (;;) {
    const int64_t year = first_of(spec.year, at.year, last_year);
    if (year < 0) return false;
    if (year != at.year) at = {.year = year};
    const int64_t month = first_of(spec.month, at.month, 12);
    if (month < 0) {
      next_year();
      continue;
    }
    if (month != at.month) at = {.year = at.year, .month = month};
    const int64_t day = first_day(spec, at);
    if (day < 0) {
      next_month();
      continue;
    }
    if (day != at.day) at = {.year = at.year, .month = at.month, .day = day};
    const int64_t hour = first_of(spec.hour, at.hour, 23);
    if (hour < 0) {
      next_day();
      continue;
    }
    if (hour != at.hour) at.hour = hour, at.minute = at.microsecond = 0;
    const int64_t minute = first_of(spec.minute, at.minute, 59);
    if (minute < 0) {
      ++at.hour, at.minute = at.microsecond = 0;  // 24: no hour matches any more
      continue;
    }
    if (minute != at.minute) at.minute = minute, at.microsecond = 0;
    const int64_t microsecond = first_of(spec.microsecond, at.microsecond, microseconds_per_minute - 1);
    if (microsecond < 0) {
      ++at.minute, at.microsecond = 0;
      continue;
    }
    at.microsecond = microsecond;
    return true;
  }
}

/// The first moment after `after` that has this civil time. Where clocks go back there are two.
std::optional<uint64_t> first_moment(const CalendarSpec& spec, std::string_view zone, const CivilTime& at,
                                     uint64_t after, const ZoneRules& zones) {
  std::optional<uint64_t> first;
  for (const int dst : {1, 0}) {
    if (spec.dst >= 0 && spec.dst != dst) continue;
    const std::optional<uint64_t> found = zones.moment(zone, at, dst);
    if (found && *found > after && (!first || *found < *first) && zones.civil(zone, *found) == at) first = found;
  }
  return first;
}

}  // namespace

std::optional<uint64_t> next_elapse(const CalendarSpec& spec, uint64_t after, const ZoneRules& zones) {
  const std::string_view zone = spec.utc ? "UTC" : std::string_view(spec.zone);
  CivilTime at = zones.civil(zone, after + 1);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    if (!move_to_match(spec, at)) return std::nullopt;
    if (const auto found = first_moment(spec, zone, at, after, zones)) return found;
    const std::optional<uint64_t> beyond = zones.moment(zone, at, spec.dst);
    if (!beyond) return std::nullopt;
    const CivilTime real = zones.civil(zone, *beyond);
    if (real > at)
      at = real;  // the clocks skip it: go on from where they go on
    else
      ++at.microsecond;  // it has been
  }
  return std::nullopt;
}

}  // namespace svcd
