// Methods of the interface Manager that queue jobs, signal units and deal with jobs.
#include "dbus/server/controls.h"
#include "dbus/server/job_requests.h"
#include "dbus/server/object_path.h"
#include "dbus/server/unit_lookup.h"

namespace svcd {
namespace {

template <JobType type, bool reload_if_possible = false>
Result<> by_name(Call& call) {
  const std::string name = call.text();
  const std::string mode = call.text();
  const UnitId unit = SVCD_TRY(call.api().load(name));
  return request_job(call, unit, {type, reload_if_possible}, mode);
}

Result<> start_unit_with_flags(Call& call) {
  const std::string name = call.text();
  const std::string mode = call.text();
  if (const uint64_t flags = call.u64(); flags != 0)
    return fail(ErrorCode::invalid_args, "Invalid 'flags' parameter '{}'", flags);
  const UnitId unit = SVCD_TRY(call.api().load(name));
  return request_job(call, unit, {JobType::start, false}, mode);
}

/// Starts a unit in place of one whose start is queued already.
Result<> start_unit_replace(Call& call) {
  const std::string old_name = call.text();
  const std::string name = call.text();
  const std::string mode = call.text();
  const std::optional<UnitId> old = SVCD_TRY(loaded_unit(call, old_name));
  if (!old) return {};  // waits for its caller
  const std::optional<JobInfo> job = call.api().job(call.api().status(*old).job);
  if (!job || job->type != JobType::start) return fail(ErrorCode::no_such_job, "No job queued for unit {}", old_name);
  const UnitId unit = SVCD_TRY(call.api().load(name));
  return request_job(call, unit, {JobType::start, false}, mode);
}

Result<> enqueue_unit_job(Call& call) {
  const std::string name = call.text();
  const std::string type = call.text();
  const std::string mode = call.text();
  const UnitId unit = SVCD_TRY(call.api().load(name));
  return request_job_by_name(call, unit, type, mode);
}

/// For methods that act on a unit that must be in memory; "" means the caller's own.
template <class Act>
Result<> with_loaded(Call& call, const std::string& name, Act act) {
  const std::optional<UnitId> unit = SVCD_TRY(loaded_unit(call, name));
  if (!unit) return {};  // waits for its caller
  return act(*unit);
}

Result<> kill_unit_by_name(Call& call) {
  const std::string name = call.text();
  const std::string whom = call.text();
  const int32_t signal = call.i32();
  return with_loaded(call, name, [&](UnitId unit) { return kill_unit(call, unit, whom, signal); });
}
Result<> clean_by_name(Call& call) {
  const std::string name = call.text();
  const std::vector<std::string> kinds = call.texts();
  const UnitId unit = SVCD_TRY(call.api().load(name));
  if (call.api().loaded(unit).state == LoadState::not_found)
    return fail(ErrorCode::no_such_unit, "Unit {} not found.", name);
  return clean_unit(call, unit, kinds);
}
template <bool frozen>
Result<> freeze_by_name(Call& call) {
  return with_loaded(call, call.text(), [&](UnitId unit) { return freeze_unit(call, unit, frozen); });
}
Result<> reset_failed_unit(Call& call) {
  return with_loaded(call, call.text(), [&](UnitId unit) { return call.api().reset_failed(unit); });
}
Result<> reset_failed(Call& call) {
  call.api().reset_all_failed();
  return {};
}
Result<> ref_unit(Call& call) {
  const std::string name = call.text();
  if (name.empty()) return with_loaded(call, name, [&](UnitId unit) { return reference_unit(call, unit); });
  const UnitId unit = SVCD_TRY(call.api().load(name));
  if (call.api().loaded(unit).state == LoadState::not_found)
    return fail(ErrorCode::no_such_unit, "Unit {} not found.", name);
  return reference_unit(call, unit);
}
Result<> unref_unit(Call& call) {
  return with_loaded(call, call.text(), [&](UnitId unit) { return unreference_unit(call, unit); });
}

Result<JobInfo> find_job(Call& call) {
  const JobId id = call.u32();
  const std::optional<JobInfo> job = call.api().job(id);
  if (!job) return fail(ErrorCode::no_such_job, "Job {} does not exist.", id);
  return *job;
}
Result<> get_job(Call& call) {
  const JobInfo job = SVCD_TRY(find_job(call));
  call.answer().object_path(job_path(job.id));
  return {};
}
Result<> cancel_job(Call& call) {
  const JobInfo job = SVCD_TRY(find_job(call));
  return call.api().cancel_job(job.id);
}
Result<> clear_jobs(Call& call) {
  call.api().clear_jobs();
  return {};
}
Result<> list_jobs(Call& call) {
  show_listed_jobs(call.api(), call.api().jobs(), call.answer());
  return {};
}

template <bool after>
Result<> get_jobs_in_order(Call& call) {
  const JobInfo job = SVCD_TRY(find_job(call));
  show_listed_jobs(call.api(), call.api().jobs_in_order(job.id, after), call.answer());
  return {};
}

// clang-format off
constexpr Method job_table[] = {
    {"StartUnit",              "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::start>, "LoadUnit"},
    {"StartUnitWithFlags",     "sst", "o", "name\0mode\0flags\0job\0", Right::change, start_unit_with_flags},
    {"StartUnitReplace",       "sss", "o", "old_unit\0new_unit\0mode\0job\0", Right::change, start_unit_replace},
    {"StopUnit",               "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::stop>},
    {"ReloadUnit",             "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::reload>},
    {"RestartUnit",            "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::restart>},
    {"TryRestartUnit",         "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::try_restart>},
    {"ReloadOrRestartUnit",    "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::restart, true>},
    {"ReloadOrTryRestartUnit", "ss",  "o", "name\0mode\0job\0", Right::change, by_name<JobType::try_restart, true>},
    {"EnqueueUnitJob",         "sss", "uososa(uosos)",
     "name\0job_type\0job_mode\0job_id\0job_path\0unit_id\0unit_path\0job_type\0affected_jobs\0", Right::change, enqueue_unit_job},
    {"KillUnit",               "ssi", "",  "name\0whom\0signal\0", Right::change, kill_unit_by_name},
    {"CleanUnit",              "sas", "",  "name\0mask\0", Right::change, clean_by_name},
    {"FreezeUnit",             "s",   "",  "name\0", Right::change, freeze_by_name<true>},
    {"ThawUnit",               "s",   "",  "name\0", Right::change, freeze_by_name<false>},
    {"ResetFailedUnit",        "s",   "",  "name\0", Right::change, reset_failed_unit},
    {"RefUnit",                "s",   "",  "name\0", Right::change, ref_unit},
    {"UnrefUnit",              "s",   "",  "name\0", Right::change, unref_unit},
    {"GetJob",                 "u",   "o", "id\0job\0", Right::look, get_job, "GetUnitProcesses"},
    {"GetJobAfter",            "u",   "a(usssoo)", "id\0jobs\0", Right::look, get_jobs_in_order<true>},
    {"GetJobBefore",           "u",   "a(usssoo)", "id\0jobs\0", Right::look, get_jobs_in_order<false>},
    {"CancelJob",              "u",   "",  "id\0", Right::change, cancel_job},
    {"ClearJobs",              "",    "",  "", Right::change, clear_jobs},
    {"ResetFailed",            "",    "",  "", Right::change, reset_failed},
    {"SetShowStatus",          "s",   "",  "mode\0", Right::change, set_show_status},
    {"ListJobs",               "",    "a(usssoo)", "jobs\0", Right::look, list_jobs, "ListUnitsByNames"},
};
// clang-format on

}  // namespace

std::span<const Method> manager_job_methods() {
  return job_table;
}

}  // namespace svcd
