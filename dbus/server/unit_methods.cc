// Methods of unit and job objects.
#include "dbus/server/job_requests.h"
#include "dbus/server/transient.h"
#include "dbus/server/unit_lookup.h"

namespace svcd {
namespace {

template <JobType type, bool reload_if_possible = false>
Result<> request(Call& call) {
  return request_job(call, call.object.unit, {type, reload_if_possible}, call.text());
}
Result<> enqueue_job(Call& call) {
  const std::string type = call.text();
  return request_job_by_name(call, call.object.unit, type, call.text());
}
Result<> kill(Call& call) {
  const std::string whom = call.text();
  return kill_unit(call, call.object.unit, whom, call.i32());
}
Result<> reset_failed_this(Call& call) {
  return call.api().reset_failed(call.object.unit);
}
Result<> ref(Call& call) {
  return reference_unit(call, call.object.unit);
}
Result<> unref(Call& call) {
  return unreference_unit(call, call.object.unit);
}
Result<> clean(Call& call) {
  return clean_unit(call, call.object.unit, call.texts());
}
template <bool frozen>
Result<> freeze(Call& call) {
  return freeze_unit(call, call.object.unit, frozen);
}
Result<> set_properties_of(Call& call) {
  return set_properties(call, call.object.unit);
}
Result<> get_processes(Call& call) {
  show_processes(call.api(), call.object.unit, call.answer());
  return {};
}
Result<> cancel(Call& call) {
  return call.api().cancel_job(call.object.job.id);
}

template <bool after>
Result<> get_in_order(Call& call) {
  show_listed_jobs(call.api(), call.api().jobs_in_order(call.object.job.id, after), call.answer());
  return {};
}

// clang-format off
constexpr Method of_units[] = {
    {"Start",              "s",  "o", "mode\0job\0", Right::change, request<JobType::start>},
    {"Stop",               "s",  "o", "mode\0job\0", Right::change, request<JobType::stop>},
    {"Reload",             "s",  "o", "mode\0job\0", Right::change, request<JobType::reload>},
    {"Restart",            "s",  "o", "mode\0job\0", Right::change, request<JobType::restart>},
    {"TryRestart",         "s",  "o", "mode\0job\0", Right::change, request<JobType::try_restart>},
    {"ReloadOrRestart",    "s",  "o", "mode\0job\0", Right::change, request<JobType::restart, true>},
    {"ReloadOrTryRestart", "s",  "o", "mode\0job\0", Right::change, request<JobType::try_restart, true>},
    {"EnqueueJob",         "ss", "uososa(uosos)",
     "job_type\0job_mode\0job_id\0job_path\0unit_id\0unit_path\0job_type\0affected_jobs\0", Right::change, enqueue_job},
    {"Kill",               "si", "",  "whom\0signal\0", Right::change, kill},
    {"ResetFailed",        "",   "",  "", Right::change, reset_failed_this},
    {"SetProperties",      "ba(sv)", "", "runtime\0properties\0", Right::change, set_properties_of},
    {"Ref",                "",   "",  "", Right::change, ref},
    {"Unref",              "",   "",  "", Right::change, unref},
    {"Clean",              "as", "",  "mask\0", Right::change, clean},
    {"Freeze",             "",   "",  "", Right::change, freeze<true>},
    {"Thaw",               "",   "",  "", Right::change, freeze<false>},
};
constexpr Method of_processes[] = {
    {"GetProcesses", "", "a(sus)", "processes\0", Right::look, get_processes, "IOWriteOperations"},
};
constexpr Method of_jobs[] = {
    {"Cancel", "", "", "", Right::change, cancel, ""},
    {"GetAfter", "", "a(usssoo)", "jobs\0", Right::look, get_in_order<true>},
    {"GetBefore", "", "a(usssoo)", "jobs\0", Right::look, get_in_order<false>},
};
// clang-format on

}  // namespace

std::span<const Method> unit_methods() {
  return of_units;
}
std::span<const Method> process_methods() {
  return of_processes;
}
std::span<const Method> job_methods() {
  return of_jobs;
}

}  // namespace svcd
