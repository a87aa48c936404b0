// Points in time as people type them (--since=): systemd.time(7), "PARSING TIMESTAMPS".
#pragma once

#include <cstdint>
#include <string_view>

namespace svcd::ctl {

/// "10:30", "yesterday", "-2h", "3min ago", "2024-07-10 06:22:22.5 UTC", "Wed 2024-07-10", "@1720592542", in
/// microseconds; false if it is none. `now`: of CLOCK_REALTIME.
bool parse_moment(std::string_view text, uint64_t now, uint64_t& into);

}  // namespace svcd::ctl
