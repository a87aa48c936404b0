// Cgroups of the simulated machine: who lives in them, and what the manager is told when the last one has gone.
#include <algorithm>
#include <csignal>

#include "daemon/sim/sim_kernel.h"

namespace svcd {

namespace {

bool is_within(const std::string& cgroup, const std::string& of) {
  if (of.empty() || of == "/") return true;
  return cgroup.starts_with(of) && (cgroup.size() == of.size() || cgroup[of.size()] == '/');
}

/// Only slices have cgroups below them: whatever else is looked up by its own path.
bool has_others_below(const std::string& cgroup) {
  return cgroup.empty() || cgroup == "/" || cgroup.ends_with(".slice");
}

}  // namespace

SimKernel::Cgroup& SimKernel::cgroup(const std::string& path) {
  std::unique_ptr<Cgroup>& group = cgroups_[path];
  if (!group) {
    group = std::make_unique<Cgroup>();
    group->path = path;
    group->number = uint32_t(groups_.size());
    groups_.push_back(group.get());
  }
  return *group;
}

const SimKernel::Cgroup* SimKernel::group(const std::string& path) const {
  const auto at = cgroups_.find(path);
  return at == cgroups_.end() ? nullptr : at->second.get();
}

void SimKernel::know(Cgroup& group, UnitId unit) {
  group.unit = unit;
  group.is_known = true;
}

std::vector<const SimKernel::Process*> SimKernel::processes(const std::string& cgroup) const {
  std::vector<const Process*> found;
  const auto take = [&](const Cgroup& group) {
    for (const pid_t pid : group.alive) found.push_back(find(pid));
  };
  if (!has_others_below(cgroup)) {
    if (const Cgroup* own = group(cgroup)) take(*own);
    return found;
  }
  for (const Cgroup* each : groups_)
    if (is_within(each->path, cgroup)) take(*each);
  std::ranges::sort(found, {}, &Process::pid);
  return found;
}

void SimKernel::realize_cgroup(UnitId unit, const std::string& path, const ResourceSection&) {
  may_crash();
  know(cgroup(path), unit);
  meets(rng.chance(50)   ? SimFault::cgroup_ebusy
        : rng.chance(50) ? SimFault::cgroup_enospc
                         : SimFault::cgroup_enoent,
        faults.cgroup_fails_percent);  // it has no limits then, and the log says so
}

void SimKernel::release_cgroup(UnitId, const std::string& path) {
  may_crash();
  Cgroup& group = cgroup(path);
  group.is_known = group.is_watched = false;
  frozen_cgroups_.erase(path);
}

void SimKernel::adopt_cgroup(UnitId unit, const std::string& path) {
  may_crash();
  Cgroup& group = cgroup(path);
  know(group, unit);
  group.is_watched = true;
  if (group.alive.empty()) in_world(delay(), {Kind::look_empty, 0, 0, group.number});
}

bool SimKernel::cgroup_is_empty(const std::string& path) const {
  if (has_others_below(path)) return processes(path).empty();
  const Cgroup* own = group(path);
  return !own || own->alive.empty();
}

std::vector<pid_t> SimKernel::cgroup_processes(const std::string& path, size_t at_most) const {
  std::vector<pid_t> pids;
  for (const Process* process : processes(path))
    if (pids.size() < at_most) pids.push_back(process->pid);
  return pids;
}

CgroupUsage SimKernel::cgroup_usage(const std::string& path) const {
  const Cgroup* own = group(path);
  const size_t tasks = has_others_below(path) ? processes(path).size() : own ? own->alive.size() : 0;
  return {.tasks = tasks, .memory_bytes = std::nullopt, .cpu_nsec = std::nullopt};
}

std::string SimKernel::cgroup_of(pid_t pid) const {
  const Process* process = find(pid);
  return process && (process->alive || process->zombie) ? process->cgroup : "";
}

void SimKernel::cgroup_changed(Cgroup& group) {
  if (meets(SimFault::hint_for_nothing, faults.cgroup_empty_for_nothing_percent)) say_cgroup_empty(group);
  if (!group.alive.empty()) return;
  group.was_refused = false;
  // Only those are watched where something outlived the process that was started, or that were signalled as a whole.
  in_world(delay(), {Kind::look_empty, 0, 0, group.number});
}

void SimKernel::look_whether_empty(Cgroup& group) {
  if (!group.is_watched || !group.is_known || !group.alive.empty()) return;
  group.is_watched = false;
  if (has_timer({group.unit, TimerPurpose::state_timeout}) && meets(SimFault::hint_lost, faults.hint_lost_percent))
    return lost_hints_.push_back(&group);
  say_cgroup_empty(group);
  if (meets(SimFault::hint_twice, faults.cgroup_empty_twice_percent)) say_cgroup_empty(group);
}

/// Who may wait without a limit from now on (a reload may take it away) hears late of what would have been lost.
void SimKernel::bring_lost_hints(UnitId unit) {
  for (Cgroup* group : lost_hints_)
    if (group->unit == unit && group->is_known && group->alive.empty()) say_cgroup_empty(*group);
  std::erase_if(lost_hints_, [&](const Cgroup* group) { return group->unit == unit || !group->is_known; });
}

void SimKernel::say_cgroup_empty(Cgroup& group) {
  ++group.hints;
  to_manager(delay(), {Kind::tell_empty, 0, 0, group.number});
}

void SimKernel::run_out_of_memory(UnitId unit, const std::string& path) {
  const Cgroup* own = group(path);
  if (!own || own->alive.empty()) return;
  ++met[size_t(SimFault::out_of_memory)];
  signal(own->alive.front(), SIGKILL);
  post(OomKilled{unit}, delay());
}

}  // namespace svcd
