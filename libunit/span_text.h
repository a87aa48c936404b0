// Time spans as people and unit files write them: "1min 30s", "100ms"; systemd.time(7). parse_span() of codecs.h reads
// them.
#pragma once

#include <cstdint>
#include <string>

namespace svcd {

inline constexpr uint64_t usec_per_msec = 1000, usec_per_sec = 1000 * usec_per_msec,
                          usec_per_minute = 60 * usec_per_sec, usec_per_hour = 60 * usec_per_minute,
                          usec_per_day = 24 * usec_per_hour, usec_per_week = 7 * usec_per_day,
                          usec_per_month = 2629800 * usec_per_sec, usec_per_year = 31557600 * usec_per_sec;

/// What is smaller than the accuracy is cut off; "infinity" for UINT64_MAX. All in microseconds.
std::string timespan_text(uint64_t span, uint64_t accuracy);

}  // namespace svcd
