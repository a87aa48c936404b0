// What is said about jobs: while they run and when they did not end well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dbus/client/types.h"

namespace svcd::ctl {

/// Why a job did not succeed, with where to look next; "" for results that are no failure (done, skipped).
/// service_result: the unit's Result property, "" if it has none.
std::string job_failure_text(const std::string& unit, std::string_view job_result, std::string_view service_result);

/// "Waiting for web.service to start: db.service is starting (12s)"; the jobs are all that the manager has.
std::string waiting_text(const std::vector<std::string>& waited_for, const std::vector<client::Job>& jobs,
                         uint64_t seconds);

/// A unit name as an argument: options end before names that start with a dash.
std::string as_argument(const std::string& unit);

}  // namespace svcd::ctl
