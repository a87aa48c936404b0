// Why a unit failed, or a job, in the words of the unit file.
#pragma once

#include <string>

#include "daemon/engine/unit.h"

namespace svcd::rehearsal {

/// Of a unit that has just failed: "exit code 1 of its main process". `timeout`: the first one since its start, if any.
std::string failure_text(const Unit&, const std::string& timeout);
/// Of a timer that fires now, before the unit hears of it: "it was not up within TimeoutStartSec=5s"; "": no matter.
std::string timeout_text(const Unit&, TimerPurpose);
/// Of a job that failed by itself, not with its unit (null: the unit is gone).
std::string job_failure_text(const Unit*, JobType, JobResult);
/// Of a unit that is there and cannot be loaded: the line at fault, if the loader found one.
std::string load_failure_text(const LoadedUnit&);
/// What limits the start of the unit: "TimeoutStartSec=5s".
std::string start_limit_text(const Unit&);
/// "TimeoutStopSec=1min 30s": how long a stop of the unit may take.
std::string stop_limit_text(const Unit&);

}  // namespace svcd::rehearsal
