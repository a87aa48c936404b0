#include "sim/world/unit_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace svcd {

namespace {

bool is_between(ActiveState state) {
  return state == ActiveState::activating || state == ActiveState::deactivating || state == ActiveState::reloading;
}

}  // namespace

std::string UnitCheck::check(const Unit& unit) {
  Mirror& mirror = listener_.mirror(unit.id());
  const bool is_folder_there = kernel_.directories.contains(unit.name().str());
  if (!mirror.settings) {  // what it left when it was forgotten
    mirror.is_excused = mirror.is_excused || unit.is_down() || (mirror.is_new && has_older_processes(unit));
    mirror.has_old_folder = is_folder_there;
  }
  if (mirror.settings && !mirror.settings->shares_all_with(unit.config())) {
    forget_promises(unit);
    mirror.has_old_folder = is_folder_there;
  }
  mirror.settings = unit.config();
  if (lets_processes_live(unit.config().kill())) lenient_.insert(unit.name().str());
  if (!double_start_.empty()) return double_start_;
  static constexpr Check checks[] = {
      &UnitCheck::processes,        &UnitCheck::main_process, &UnitCheck::ends_of_processes,
      &UnitCheck::folders,          &UnitCheck::timers,       &UnitCheck::running_job,
      &UnitCheck::awaits_something, &UnitCheck::stop_in_time, &UnitCheck::starts_within_limit};
  for (const Check each : checks)
    if (std::string wrong = (this->*each)(unit, mirror); !wrong.empty()) return unit.name().str() + ": " + wrong;
  return {};
}

void UnitCheck::forget_promises(const Unit& unit) {
  Mirror& mirror = listener_.mirror(unit.id());
  mirror.window = Time(0);
  mirror.starts = 0;
  mirror.invocation = unit.status().invocation;
  mirror.stop_until = infinity;
  mirror.is_window_unsure = true;
  mirror.last_start = std::max(mirror.last_start, unit.status().inactive_exit.monotonic);
  mirror.changed_run = unit.status().invocation;
}

// ---- processes

/// As systemd 252 has it: KillMode=process and none leave processes alone, SendSIGKILL=no and a FinalKillSignal= that
/// can be ignored do not end them.
bool UnitCheck::lets_processes_live(const KillSection& kill) {
  return kill.kill_mode == KillSection::Mode::process || kill.kill_mode == KillSection::Mode::none ||
         !kill.send_sigkill || kill.final_kill_signal != SIGKILL;
}

/// A reload may have given it another slice for its next start.
const SimKernel::Cgroup* UnitCheck::group_of(const Unit& unit) const {
  const std::string& own = unit.status().control_group;
  return kernel_.group(own.empty() ? manager_->cgroup_path(unit) : own);
}

/// From before this moment: a unit that was just read has none of its own yet.
bool UnitCheck::has_older_processes(const Unit& unit) const {
  const SimKernel::Cgroup* group = group_of(unit);
  return group && std::ranges::any_of(group->alive,
                                      [&](pid_t pid) { return kernel_.find(pid)->began < kernel_.now().monotonic; });
}

/// Down means: nobody is alive. And there is one main process at most.
std::string UnitCheck::processes(const Unit& unit, Mirror& mirror) {
  if (unit.type() != UnitType::service && unit.type() != UnitType::socket && unit.type() != UnitType::mount) return {};
  const SimKernel::Cgroup* group = group_of(unit);
  if (!group) return {};
  if (group->alive.empty()) {
    mirror.is_excused = mirror.main_was_replaced = false;
    return {};
  }
  mirror.is_excused = mirror.is_excused || group->was_refused || lets_processes_live(unit.config().kill());
  // 252 waits for the command of a socket alone, not for what it leaves behind
  if (unit.type() == UnitType::socket &&
      std::ranges::all_of(group->alive, [&](pid_t pid) { return kernel_.find(pid)->token == 0; }))
    return {};
  if (mirror.is_excused) return {};
  if (unit.is_down())
    return fmt::format("is {}, but process {} ({}) is alive", unit.status().sub_state, group->alive.front(),
                       kernel_.process_name(group->alive.front()));
  if (mirror.main_was_replaced) return {};  // MAINPID= made another the main process: the first one is like any other
  pid_t first = 0;
  for (const pid_t pid : group->alive) {
    const SimKernel::Process& process = *kernel_.find(pid);
    if (process.token == 0 || process.is_control) continue;
    if (first != 0) return fmt::format("has two main processes, {} and {}", first, pid);
    first = pid;
  }
  const ServiceStatus* service = unit.service_status();
  const std::string_view sub = unit.status().sub_state;
  if (service && (sub == "running" || sub == "exited") && service->main_pid == 0 && first != 0 &&
      mirror.changed_run != unit.status().invocation)
    return fmt::format("is {} and knows no main process, but {} is alive", sub, first);
  return {};
}

/// A manager that died in between knows no better than to look: what runs already is not started once more. Where
/// settings let processes outlive their unit, or the kernel does not end them, there may be older ones.
void UnitCheck::look_at_spawn(const SpawnRequest& request) {
  const SimKernel::Cgroup* group = kernel_.group(request.cgroup);
  // also those that a reload of this very step has brought
  if (lets_processes_live(request.config.kill())) lenient_.insert(request.name);
  if (!group || request.is_control || lenient_.contains(request.name) ||
      kernel_.met[size_t(SimFault::sigkill_eperm)] != 0)
    return;
  for (const pid_t pid : group->alive) {
    const SimKernel::Process& other = *kernel_.find(pid);
    if (other.token == 0 || other.token == request.token || other.is_control) continue;
    double_start_ = fmt::format("{}: is started, but process {} of an earlier start is alive", request.name, pid);
  }
}

std::string UnitCheck::main_process(const Unit& unit, Mirror& mirror) {
  const pid_t main = unit.main_pid();
  if (main == 0) return {};
  const SimKernel::Process* process = kernel_.find(main);
  if (!process) return fmt::format("has main process {}, which never was", main);
  // a PID file of root is believed, as in 252: one that an earlier run left, and whose number is another's by now
  const auto& path = unit.config().service().pid_file;
  const auto file = kernel_.pid_files.find(path);
  if (file != kernel_.pid_files.end() && file->second.pid == main && file->second.owned_by_root) mirror.believed = main;
  if (main == mirror.believed) return {};
  if (process->alive && process->cgroup != unit.status().control_group)
    return fmt::format("has main process {}, which is in {}", main, process->cgroup);
  return {};
}

/// What a service says of a process that ended is what that process did.
std::string UnitCheck::ends_of_processes(const Unit& unit, Mirror&) {
  const ServiceStatus* service = unit.service_status();
  if (!service) return {};
  const auto look = [&](const ExecRun& run) -> std::string {
    const SimKernel::Process* process = run.pid && run.exit.happened() ? kernel_.find(run.pid) : nullptr;
    if (!process || process->began > run.exit.monotonic) return {};  // its pid is another's by now
    if (process->began == run.exit.monotonic && process->began > run.start.monotonic) return {};  // … at once
    if (process->alive && process->began == run.exit.monotonic) return {};
    if (process->alive) return fmt::format("says that process {} ended, but it is alive", run.pid);
    if (run.status.kind == ExitStatus::Kind::unknown && process->was_ours)
      return fmt::format("does not know how process {} ended, which was the manager's child", run.pid);
    if (run.status.kind == ExitStatus::Kind::unknown || run.status == process->status) return {};
    return fmt::format("says {}/{} of process {}, which ended with {}/{}", int(run.status.kind), run.status.value,
                       run.pid, int(process->status.kind), process->status.value);
  };
  if (std::string wrong = look(service->main); !wrong.empty()) return wrong;
  for (const ExecRun& run : service->runs.all())
    if (std::string wrong = look(run); !wrong.empty()) return wrong;
  return {};
}

/// RuntimeDirectory= goes when the unit does, and not before.
std::string UnitCheck::folders(const Unit& unit, Mirror& mirror) {
  const ExecSection& exec = unit.config().exec();
  if (exec.directories[size_t(ExecSection::Directory::runtime)].entries.empty() ||
      exec.runtime_directory_preserve != RuntimeDirectoryPreserve::no || mirror.is_excused) {
    if (unit.is_down()) kernel_.directories.erase(unit.name().str());  // it may stay: nobody's business any more
    return {};
  }
  const bool there = kernel_.directories.contains(unit.name().str());
  mirror.has_old_folder = mirror.has_old_folder && there;
  if (mirror.has_old_folder && unit.is_down()) {  // from a time when it had other settings: as above
    if (!unit.is_removing_directories()) kernel_.directories.erase(unit.name().str());
    return {};
  }
  const SimKernel::Cgroup* group = group_of(unit);
  if (there && unit.is_down() && !unit.is_removing_directories())
    return fmt::format("is {}, but its folder is there", unit.status().sub_state);
  if (there || unit.is_down() || !group) return {};
  for (const pid_t pid : group->alive)
    if (kernel_.find(pid)->has_folders) return "runs, but its folder is gone";
  return {};
}

// ---- time

/// Nothing rings for a unit that is down, or for a job that is done.
std::string UnitCheck::timers(const Unit& unit, Mirror&) {
  const auto has = [&](TimerPurpose purpose) { return kernel_.has_timer({unit.id(), purpose}); };
  if (!unit.status().job && (has(TimerPurpose::job_timeout) || has(TimerPurpose::job_running_timeout)))
    return "has no job, but a timer of one";
  if (!unit.is_down()) return {};
  for (const TimerPurpose purpose : {TimerPurpose::state_timeout, TimerPurpose::runtime_max, TimerPurpose::watchdog,
                                     TimerPurpose::restart, TimerPurpose::idle_delay, TimerPurpose::other})
    if (has(purpose)) return fmt::format("is {}, but timer {} is armed", unit.status().sub_state, int(purpose));
  return {};
}

/// A job runs as long as its unit is on the way.
std::string UnitCheck::running_job(const Unit& unit, Mirror&) {
  const Job* job = manager_->job_queue().of(unit.index());
  if (!job || job->state != JobState::running || is_between(unit.active_state()) ||
      unit.active_state() == ActiveState::maintenance)
    return {};
  return fmt::format("has a running {} job, but rests in {}", to_string(job->type), unit.status().sub_state);
}

/// On the way somewhere there is always something that it waits for: a process, a timer, an answer of the kernel.
std::string UnitCheck::awaits_something(const Unit& unit, Mirror&) {
  const auto has = [&](TimerPurpose purpose) { return kernel_.has_timer({unit.id(), purpose}); };
  const SimKernel::Cgroup* group = group_of(unit);
  const bool somebody = group && !group->alive.empty();
  const std::string_view sub = unit.status().sub_state;
  if (!is_between(unit.active_state())) {
    if (!somebody || sub != "running" || unit.type() != UnitType::service) return {};
    if (group->is_watched || kernel_.awaits_a_process(unit.id())) return {};
    if (kernel_.has_failed_spawn(unit.id())) return {};  // that is told next
    if (has(TimerPurpose::idle_delay)) return {};        // Type=idle: up, but its program has yet to be started
    return "runs, but nobody will hear of its end";
  }
  if (has(TimerPurpose::state_timeout) || has(TimerPurpose::restart) || has(TimerPurpose::other) ||
      has(TimerPurpose::idle_delay))
    return {};
  if (kernel_.awaits_a_process(unit.id()) || kernel_.has_failed_spawn(unit.id())) return {};
  if (unit.is_removing_directories() || sub == "start-chown" || (group && (group->is_watched || group->hints > 0)))
    return {};
  if (unit.status().job != 0) {
    const Job* job = manager_->job_queue().of(unit.index());
    if (job && job->state == JobState::waiting) return {};  // auto-restart, whose turn has not come
  }
  return fmt::format("is {} and waits for nothing", sub);
}

/// The sum of all that systemd.service(5) allows a stop: each command its own time, each signal the same.
Duration UnitCheck::longest_stop(const Unit& unit) const {
  const auto times = [](Duration one, size_t count) {
    return one == infinity || one.count() > UINT64_MAX / 64 ? infinity : one * count;
  };
  switch (unit.type()) {
    case UnitType::service: {
      const ServiceSection& section = unit.config().service();
      const Duration limit = std::max(effective_timeout_stop(unit.config()), effective_timeout_abort(unit.config()));
      return times(limit, section.exec_stop.size() + section.exec_stop_post.size() + 9);
    }
    case UnitType::socket: {
      const SocketSection& section = unit.config().socket();
      const Duration limit = section.timeout.value_or(unit.config().defaults().timeout_start);
      return times(limit, section.exec_stop_pre.size() + section.exec_stop_post.size() + 7);
    }
    case UnitType::mount:
      return times(unit.config().mount().timeout.value_or(unit.config().defaults().timeout_start), 9);
    case UnitType::target:
    case UnitType::slice:
    case UnitType::scope:
    case UnitType::timer:
    case UnitType::path:
    case UnitType::automount:
    case UnitType::swap:
    case UnitType::device: break;
  }
  return infinity;
}

std::string UnitCheck::stop_in_time(const Unit& unit, Mirror& mirror) {
  const bool stops = unit.active_state() == ActiveState::deactivating;
  const Time run = unit.status().inactive_exit.monotonic;
  if (stops && std::exchange(mirror.stop_of, run) != run)
    mirror.began_to_stop = false;  // in one step down and up again
  if (!mirror.began_to_stop) mirror.stop_until = infinity;
  std::string wrong;
  if (mirror.stop_until != infinity && time() > mirror.stop_until)
    wrong = fmt::format("stops in {}, {} s later than its time limits allow", unit.status().sub_state,
                        double((time() - mirror.stop_until).count()) / 1e6);
  if (!stops) {
    mirror.stop_until = infinity;
    mirror.began_to_stop = false;
  } else if (!mirror.began_to_stop) {
    mirror.began_to_stop = true;
    const Duration slack = std::chrono::seconds(4) + kernel_.faults.timer_late * 12;  // EXTEND_TIMEOUT_USEC=, drift
    mirror.stop_until = saturating_add(saturating_add(time(), longest_stop(unit)), slack);
  }
  return wrong;
}

std::string UnitCheck::starts_within_limit(const Unit& unit, Mirror& mirror) {
  if (unit.type() != UnitType::service || unit.status().invocation == mirror.invocation) return {};
  mirror.invocation = unit.status().invocation;
  if (mirror.invocation == Id128{}) return {};
  const Duration interval = effective_start_limit_interval(unit.config());
  const uint32_t burst = effective_start_limit_burst(unit.config());
  if (interval.count() == 0 || burst == 0) return {};
  const Time now = kernel_.now().monotonic;
  const bool was_long_ago = saturating_add(std::exchange(mirror.last_start, now), interval) < now;
  if (was_long_ago) mirror.is_window_unsure = false;  // whenever it began, it is over
  const Time end = saturating_add(mirror.window, interval);
  // the manager's clock goes on within a step: it may have begun the window a little earlier
  if (end >= now && end < saturating_add(now, std::chrono::milliseconds(5))) mirror.is_window_unsure = true;
  if (mirror.window == Time(0) || end < now) {
    mirror.window = now;
    mirror.starts = 0;
  }
  if (++mirror.starts <= (mirror.is_window_unsure ? 2 * burst : burst)) return {};
  return fmt::format("was started {} times within {} s, its limit is {}, since {:.6f}", mirror.starts,
                     double(interval.count()) / 1e6, burst, double(mirror.window.count()) / 1e6 - 1000);
}

bool UnitCheck::may_speak(const Unit& unit, pid_t pid) {
  using Access = ServiceSection::NotifyAccess;
  switch (effective_notify_access(unit.config().service())) {
    case Access::none:
      return std::string_view(unit.status().sub_state) == "start" &&
             pid == unit.main_pid();  // Type=notify before a reload
    case Access::all: return true;
    case Access::main: return pid == unit.main_pid();
    case Access::exec: return pid == unit.main_pid() || pid == unit.control_pid();
  }
  return false;
}

UnitCheck::Heard UnitCheck::heard_by(const Unit& unit) {
  const ServiceStatus& service = *unit.service_status();
  return {Told::of(unit), service.status_text, service.status_errno, service.watchdog.monotonic,
          service.n_file_descriptor_store};
}

// ---- at rest

std::string UnitCheck::check_at_rest(const Unit& unit) const {
  const JobQueue& jobs = manager_->job_queue();
  const std::string& name = unit.name().str();
  if (is_between(unit.active_state()) || jobs.of(unit.index())) return {};
  if (unit.loaded().state != LoadState::loaded || manager_->is_stopping() || listener_.gave_up(name)) return {};
  const Registry& registry = manager_->registry();
  // 252 looks only when a unit changes: scenarios binds-to-comes-back, stop-when-unneeded-called-off
  const auto was_called_off = [&](const Unit& other) { return listener_.mirror(other.id()).was_called_off; };
  if (unit.is_up())
    for (const UnitName& bound : unit.config().unit().binds_to) {
      const Unit* other = registry.find(bound.str());
      if (!other || !other->is_down() || jobs.of(other->index()) || was_called_off(*other)) continue;
      return fmt::format("{} is up, but {}, to which it is bound, is {}", name, bound.str(), other->status().sub_state);
    }
  if (unit.is_up() && unit.config().unit().stop_when_unneeded) {
    bool needed = listener_.mirror(unit.id()).user_was_called_off;
    for (const Dependency kind : {Dependency::required_by, Dependency::requisite_of, Dependency::wanted_by,
                                  Dependency::bound_by, Dependency::upheld_by})
      for (const UnitIndex user : manager_->graph().edges(unit.index(), kind))
        if (const Unit* other = registry.at(user))
          needed = needed || !other->is_down() || jobs.of(user) || was_called_off(*other);
    if (!needed) return name + " is up, but nobody needs it any more";
  }
  if (unit.is_up())
    for (const UnitName& upheld : unit.config().unit().upholds)
      if (const Unit* other = registry.find(upheld.str());
          other && other->active_state() == ActiveState::inactive && !jobs.of(other->index()) &&
          other->loaded().state == LoadState::loaded &&
          (other->status().condition_result || !other->status().condition_time.happened()) &&
          !listener_.gave_up(upheld.str()) && !listener_.mirror(other->id()).user_was_called_off)
        return fmt::format("{} upholds {}, which is {}", name, upheld.str(), other->status().sub_state);
  return {};
}

}  // namespace svcd
