// Times and sizes as systemctl writes them: "Wed 2024-07-10 06:22:22 UTC", "21min ago", "1min 2.345s", "25.9M".
#pragma once

#include <cstdint>
#include <string>

namespace svcd::ctl {

inline constexpr uint64_t usec_per_msec = 1000, usec_per_sec = 1000 * usec_per_msec,
                          usec_per_minute = 60 * usec_per_sec, usec_per_hour = 60 * usec_per_minute,
                          usec_per_day = 24 * usec_per_hour, usec_per_week = 7 * usec_per_day,
                          usec_per_month = 2629800 * usec_per_sec, usec_per_year = 31557600 * usec_per_sec;

/// In the local time zone; empty for 0 and for infinity, which both mean "never".
std::string timestamp_text(uint64_t realtime);
/// "5s ago", "2h 3min left"; empty as above.
std::string relative_text(uint64_t realtime, uint64_t now);
/// What is smaller than the accuracy is cut off; "infinity" for UINT64_MAX.
std::string timespan_text(uint64_t span, uint64_t accuracy);
/// Powers of 1024 with one decimal: "25.9M", "512B".
std::string bytes_text(uint64_t bytes);

/// CLOCK_REALTIME in microseconds.
uint64_t now_realtime();
uint64_t now_monotonic();
/// CLOCK_BOOTTIME.
uint64_t now_boottime();

}  // namespace svcd::ctl
