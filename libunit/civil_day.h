// Arithmetic of the Gregorian calendar, without time zones.
#pragma once

#include "libunit/calendar.h"

namespace svcd {

inline constexpr int64_t microseconds_per_minute = 60'000'000;

/// Days from 1970-01-01 to a date; months beyond 1 … 12 and days beyond the month's are carried over.
constexpr int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
  year += (month - 1) / 12 - ((month - 1) % 12 < 0 ? 1 : 0);
  month = ((month - 1) % 12 + 12) % 12 + 1;
  const int64_t y = month <= 2 ? year - 1 : year;  // years from March on, so that the leap day is the last one
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t of_era = y - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

constexpr int64_t days_in_month(int64_t year, int64_t month) {
  return days_from_civil(year, month + 1, 1) - days_from_civil(year, month, 1);
}

/// 0: Monday … 6: Sunday.
constexpr int weekday_of(int64_t year, int64_t month, int64_t day) {
  return int(((days_from_civil(year, month, day) + 3) % 7 + 7) % 7);
}

/// The civil time in UTC of a moment in microseconds since 1970.
constexpr CivilTime civil_time_utc(uint64_t at) {
  const auto minutes = int64_t(at / uint64_t(microseconds_per_minute));
  CivilTime time;
  time.microsecond = int64_t(at % uint64_t(microseconds_per_minute));
  time.minute = minutes % 60;
  time.hour = minutes / 60 % 24;
  int64_t days = minutes / (60 * 24);
  time.year = 1970 + days / 366;
  while (days >= days_from_civil(time.year + 1, 1, 1)) ++time.year;
  days -= days_from_civil(time.year, 1, 1);
  for (; days >= days_in_month(time.year, time.month); ++time.month) days -= days_in_month(time.year, time.month);
  time.day = days + 1;
  return time;
}

/// Microseconds since 1970 of a civil time in UTC; negative: before.
constexpr int64_t moment_utc(const CivilTime& time) {
  const int64_t minutes = (days_from_civil(time.year, time.month, time.day) * 24 + time.hour) * 60 + time.minute;
  return minutes * microseconds_per_minute + time.microsecond;
}

static_assert(days_from_civil(1970, 1, 1) == 0 && days_from_civil(2000, 3, 1) == 11017);
static_assert(days_in_month(2100, 2) == 28 && days_in_month(2000, 2) == 29 && days_in_month(2021, 12) == 31);
static_assert(weekday_of(2026, 11, 22) == 6);
static_assert(moment_utc(civil_time_utc(1500000000000000)) == 1500000000000000);

}  // namespace svcd
