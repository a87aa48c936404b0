#include "dbus/server/unit_lookup.h"

#include "dbus/server/object_path.h"

namespace svcd {

Result<std::optional<UnitId>> unit_of_pid(Call& call, pid_t pid) {
  if (pid == 0) {
    if (!call.client || call.client->pid == 0) {
      call.wait_for_caller();
      return std::nullopt;
    }
    pid = call.client->pid;
  }
  const std::optional<UnitId> unit = call.api().unit_of_process(pid);
  if (!unit) return fail(ErrorCode::no_unit_for_pid, "PID {} does not belong to any loaded unit.", pid);
  return unit;
}

Result<std::optional<UnitId>> loaded_unit(Call& call, const std::string& name) {
  if (name.empty()) {
    auto own = unit_of_pid(call, 0);
    if (!own) return fail(ErrorCode::no_such_unit, "Client not member of any unit.");
    return own;
  }
  const std::optional<UnitId> unit = call.api().find(name);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit {} not loaded.", name);
  return unit;
}

std::string_view description_of(const LoadedUnit& unit) {
  const std::string& text = unit.config.unit().description;
  return text.empty() ? unit.id.str() : text;
}

void show_listed_unit(ManagerApi& api, UnitId id, ValueSink& sink) {
  const LoadedUnit& unit = api.loaded(id);
  const UnitStatus& status = api.status(id);
  const JobInfo job = api.job(status.job).value_or(JobInfo{});  // id 0: none
  const bool follows = !status.followers.empty() && api.is_alive(status.followers.front());
  sink.open_struct("ssssssouso");
  sink.string(unit.id.str());
  sink.string(description_of(unit));
  sink.string(to_string(unit.state));
  sink.string(to_string(status.active_state));
  sink.string(status.sub_state);
  sink.string(follows ? std::string_view(api.loaded(status.followers.front()).id.str()) : "");
  sink.object_path(unit_path(unit.id.str()));
  sink.u32(job.id);
  sink.string(job.id != 0 ? to_string(job.type) : "");
  sink.object_path(job.id != 0 ? job_path(job.id) : "/");
  sink.close_struct();
}

void show_listed_job(ManagerApi& api, const JobInfo& job, ValueSink& sink) {
  const std::string& unit = api.loaded(job.unit).id.str();
  sink.open_struct("usssoo");
  sink.u32(job.id);
  sink.string(unit);
  sink.string(to_string(job.type));
  sink.string(to_string(job.state));
  sink.object_path(job_path(job.id));
  sink.object_path(unit_path(unit));
  sink.close_struct();
}

void show_processes(ManagerApi& api, UnitId unit, ValueSink& sink) {
  sink.open_array("(sus)");
  for (const UnitProcess& process : api.processes(unit)) {
    sink.open_struct("sus");
    sink.string(process.cgroup);
    sink.u32(static_cast<uint32_t>(process.pid));
    sink.string(process.command_line);
    sink.close_struct();
  }
  sink.close_array();
}

void show_listed_jobs(ManagerApi& api, const std::vector<JobInfo>& jobs, ValueSink& sink) {
  sink.open_array("(usssoo)");
  for (const JobInfo& job : jobs) show_listed_job(api, job, sink);
  sink.close_array();
}

}  // namespace svcd
