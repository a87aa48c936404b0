// Requests for jobs, as Manager and Unit objects both take them.
#pragma once

#include <string>

#include "dbus/server/call.h"

namespace svcd {

/// What a method or a name like "try-restart" asks for.
struct JobVerb {
  JobType type = JobType::start;
  bool reload_if_possible = false;
};

/// By name: "start" …, also "reload-or-restart" and "reload-or-try-restart".
Result<JobVerb> parse_job_verb(std::string_view);
/// Queues a job for the unit and answers with its path once it is announced.
Result<> request_job(Call&, UnitId, JobVerb, const std::string& mode);
/// Queues a job of the type named and answers with the job and those that came with it.
Result<> request_job_by_name(Call&, UnitId, const std::string& type, const std::string& mode);
/// Kill() and KillUnit().
Result<> kill_unit(Call&, UnitId, const std::string& whom, int32_t signal);
/// Clean() and CleanUnit(): `kinds` as CanClean names them, or "all".
Result<> clean_unit(Call&, UnitId, const std::vector<std::string>& kinds);
/// Freeze(), Thaw() and their like: answered when it is done.
Result<> freeze_unit(Call&, UnitId, bool frozen);
Result<> reference_unit(Call&, UnitId);
Result<> unreference_unit(Call&, UnitId);

}  // namespace svcd
