// Times and sizes as systemctl writes them: "Wed 2024-07-10 06:22:22 UTC", "21min ago", "1min 2.345s", "25.9M".
#pragma once

#include <cstdint>
#include <string>

#include "libunit/span_text.h"

namespace svcd::ctl {

/// In the local time zone; empty for 0 and for infinity, which both mean "never".
std::string timestamp_text(uint64_t realtime);
/// "5s ago", "2h 3min left"; empty as above.
std::string relative_text(uint64_t realtime, uint64_t now);
/// Powers of 1024 with one decimal: "25.9M", "512B".
std::string bytes_text(uint64_t bytes);

/// CLOCK_REALTIME in microseconds.
uint64_t now_realtime();
uint64_t now_monotonic();
/// CLOCK_BOOTTIME.
uint64_t now_boottime();

}  // namespace svcd::ctl
