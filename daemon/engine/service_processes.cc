// The processes of a service: starting them, judging how they ended, and what the phase makes of that.
#include <algorithm>
#include <csignal>
#include <cstring>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/service.h"
#include "libunit/settings.h"

namespace svcd {

using Type = ServiceSection::Type;

namespace {

/// The command lists are the settings of a service that have the signature of commands, in the order of CommandList.
std::string_view setting_name(CommandList list) {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const Setting& row : settings_of(SettingGroup::service))
      if (row.key && std::string_view(row.signature) == "a(sasbttttuii)") found.emplace_back(row.key);
    return found;
  }();
  return size_t(list) < names.size() ? names[size_t(list)] : "n/a";
}

}  // namespace

const ExecCommands& Service::commands(CommandList list) const {
  const ServiceSection& section = config().service();
  switch (list) {
    case CommandList::condition: return section.exec_condition;
    case CommandList::start_pre: return section.exec_start_pre;
    case CommandList::start: return section.exec_start;
    case CommandList::start_post: return section.exec_start_post;
    case CommandList::reload: return section.exec_reload;
    case CommandList::stop: return section.exec_stop;
    case CommandList::stop_post:
    case CommandList::none: break;
  }
  return section.exec_stop_post;
}

std::vector<std::string> Service::spawn_environment(CommandList list) {
  std::vector<std::string> environment;
  if (service_.main_pid && list != CommandList::start)
    environment.push_back(fmt::format("MAINPID={}", service_.main_pid));
  if (!config().service().pid_file.empty()) environment.push_back("PIDFILE=" + config().service().pid_file);
  const bool stopping = list == CommandList::stop || list == CommandList::stop_post;
  if (stopping) environment.push_back("SERVICE_RESULT=" + std::string(to_string(service_.result)));
  if (stopping && service_.main.exit.happened()) {
    environment.push_back("EXIT_CODE=" + std::string(exit_kind_name(service_.main.status)));
    environment.push_back("EXIT_STATUS=" + (service_.main.status.kind == ExitStatus::Kind::exited
                                                ? std::to_string(service_.main.status.value)
                                                : signal_name(service_.main.status.value)));
  }
  if (list <= CommandList::start) {
    const std::vector<std::string> monitor = manager().monitor_environment(*this);
    environment.insert(environment.end(), monitor.begin(), monitor.end());
  }
  return environment;
}

void Service::run_control(CommandList list, size_t index) {
  const ExecCommands& all = commands(list);
  control_list_ = list;
  control_index_ = index;
  if (control_ && control_.pid && control_.token == 0) kernel().unwatch_process(id(), control_.pid);
  SpawnOptions options;
  options.environment = spawn_environment(list);
  const auto access = notify_access();
  options.notify_socket = access == ServiceSection::NotifyAccess::exec || access == ServiceSection::NotifyAccess::all;
  if (list == CommandList::start) {  // Type=forking: what it leaves behind is the service
    options.is_control = false;
    options.sockets = start_sockets();
    options.descriptor_store = true;
    options.notify_socket = access != ServiceSection::NotifyAccess::none;
    options.watchdog = watchdog_;
  }
  arm_limit(phase_of(state_), now().monotonic);
  ExecRun& run = service_.runs[size_t(list)][index];
  run = {};
  run.start = now();
  cgroup_seen_empty_ = false;
  spawn(control_, all[index], std::move(options));
  set_control(control_);
  run.pid = control_.pid;
}

/// KillMode= and its like leave processes of an earlier run: 252 says so before it starts others beside them.
void Service::tell_of_leftovers() {
  if (!has_cgroup || status().control_group.empty()) return;
  for (const pid_t pid : kernel().cgroup_processes(status().control_group, 64)) {
    log(priority_warning, fmt::format("{}: Found left-over process {} ({}) in control group while starting unit. "
                                      "Ignoring.",
                                      name().str(), pid, kernel().process_name(pid)));
    log(priority_warning,
        "This usually indicates unclean termination of a previous run, or service implementation deficiencies.");
  }
}

void Service::run_main(size_t index) {
  main_index_ = index;
  if (index > 0) arm_limit(phase_of(state_), now().monotonic);  // each of Type=oneshot has the time
  SpawnOptions options;
  options.is_control = false;
  options.report_exec = type_ == Type::exec;
  options.environment = spawn_environment(CommandList::start);
  options.notify_socket = notify_access() != ServiceSection::NotifyAccess::none;
  options.watchdog = watchdog_;
  options.sockets = start_sockets();
  options.descriptor_store = true;
  ExecRun& run = service_.runs[size_t(CommandList::start)][index];
  run = {};
  run.start = now();
  service_.main = run;
  main_known_ = true;
  cgroup_seen_empty_ = false;
  spawn(main_, commands(CommandList::start)[index], std::move(options));
  set_main(main_);
  service_.main.pid = run.pid = main_.pid;
}

/// Whose descriptors the process gets: Sockets=, and the sockets that trigger it.
std::vector<UnitId> Service::start_sockets() const {
  std::vector<UnitId> sockets;
  const Graph& graph = manager_of().graph();
  for (const UnitIndex other : graph.edges(index(), Dependency::triggered_by)) {
    const Unit* unit = manager_of().registry().at(other);
    if (unit && unit->type() == UnitType::socket) sockets.push_back(unit->id());
  }
  for (const UnitName& wanted : config().service().sockets) {
    const Unit* unit = manager_of().registry().find(wanted.str());
    if (unit && std::find(sockets.begin(), sockets.end(), unit->id()) == sockets.end()) sockets.push_back(unit->id());
  }
  return sockets;
}

void Service::queue_is_empty() {
  if (idle_waiting_) release_idle();
}

void Service::release_idle() {
  idle_waiting_ = false;
  disarm(TimerPurpose::idle_delay);
  if (state_ != State::running && state_ != State::start_post) return;
  if (commands(CommandList::start).empty()) return fail(UnitResult::resources, State::stop_sigterm);  // by a reload
  run_main(0);
}

// ---- how they ended

UnitResult Service::judge(const ExitStatus& status, bool ignore, bool is_daemon) const {
  if (ignore) return UnitResult::success;
  const ExitStatusSet& good = config().service().success_exit_status;
  switch (status.kind) {
    case ExitStatus::Kind::unknown: return UnitResult::success;
    case ExitStatus::Kind::exited:
      return status.value == 0 || good.has_code(status.value) ? UnitResult::success : UnitResult::exit_code;
    case ExitStatus::Kind::killed:
    case ExitStatus::Kind::dumped: break;
  }
  const int s = status.value;
  const bool daemon_end = is_daemon && (s == SIGHUP || s == SIGINT || s == SIGTERM || s == SIGPIPE);
  if (status.kind == ExitStatus::Kind::killed && (daemon_end || good.has_signal(s))) return UnitResult::success;
  return status.kind == ExitStatus::Kind::killed ? UnitResult::signal : UnitResult::core_dump;
}

void Service::handle(const Exited& exited) {
  if (main_.is(exited)) return main_exited(exited.status);
  if (control_.is(exited)) return control_exited(exited.status);
  handle(CgroupEmpty{id()});  // of an earlier incarnation, or left behind by the service: maybe the last one
}

/// A reload may have taken the command away.
void Service::forget_run(CommandList list, size_t index) {
  const std::span<ExecRun> runs = service_.runs[size_t(list)];
  if (index < runs.size()) runs[index] = {};
}

void Service::handle(const SpawnFailed& failed) {
  const bool main = main_ && failed.token == main_.token;
  const bool control = control_ && failed.token == control_.token;
  if (!main && !control) return;
  const std::string_view setting = setting_name(main ? CommandList::start : control_list_);
  blame_spawn(failed, main ? CommandList::start : control_list_, main ? main_index_ : control_index_);
  log(priority_error,
      fmt::format("{}: Failed to run '{}' task: {}", name().str(), main ? "start" : phase_of(state_).name,
                  failed.error.message),
      {}, {{"COMMAND", std::string(setting)}});
  if (main) {  // as if it had not been tried, as in 252
    set_main({});
    service_.main = {};
    forget_run(CommandList::start, main_index_);
    main_known_ = true;
  }
  if (control) {
    set_control({});
    forget_run(control_list_, control_index_);
  }
  touch();
  switch (state_) {
    case State::reload: service_.reload_result = UnitResult::resources; return enter(State::running);
    case State::stop: return fail(UnitResult::resources, State::stop_sigterm);
    case State::stop_post: return fail(UnitResult::resources, State::final_sigterm);
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post:
    case State::running: return fail(UnitResult::resources, State::stop_sigterm);
    case State::exited:
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
    case State::dead:
    case State::failed:
    case State::auto_restart: return handle(CgroupEmpty{id()});
    case State::cleaning: return cleaned(UnitResult::resources);
    case State::removing: return;
  }
}

void Service::handle(const ExecSucceeded& event) {
  if (!main_ || event.token != main_.token) return;
  service_.main.handoff = now();
  const std::span<ExecRun> runs = service_.runs[size_t(CommandList::start)];
  if (main_index_ < runs.size()) runs[main_index_].handoff = service_.main.handoff;  // a reload may have taken it away
  if (state_ == State::start && type_ == Type::exec) enter(State::start_post);
}

/// The child itself could not get as far as execve(); its exit follows and is what counts.
void Service::handle(const ExecFailed& event) {
  const char* reason = event.error_number != 0 ? strerrordesc_np(event.error_number) : "failed";
  const bool is_missing = event.exit_code == 0 || event.step == "EXEC";
  if (!event.message.empty())
    log(is_missing ? priority_info : priority_error, fmt::format("{}: {}: {}", name().str(), event.message, reason), {},
        {{"EXECUTABLE", event.program}, {"ERRNO", std::to_string(event.error_number)}});
  if (event.exit_code == 0) return;  // '-': it may be missing
  const bool is_main = main_ && event.token == main_.token;
  blame_exec(event, is_main ? CommandList::start : control_list_, is_main ? main_index_ : control_index_);
  log(priority_error,
      fmt::format("{}: Failed at step {} spawning {}: {}", name().str(), event.step, event.program, reason),
      message_id::spawn_failed, {{"EXECUTABLE", event.program}, {"ERRNO", std::to_string(event.error_number)}});
}

void Service::main_exited(const ExitStatus& status) {
  const ExecCommands& list = commands(CommandList::start);
  const bool ignore = main_index_ < list.size() && list[main_index_].ignore_failure;
  const UnitResult outcome = judge(status, ignore, type_ != Type::oneshot);
  if (outcome != UnitResult::success) blame_process(CommandList::start, main_index_, status, main_.token);
  set_main({});
  main_known_ = true;
  service_.main.exit = now();
  service_.main.status = status;
  if (type_ != Type::forking && main_index_ < service_.runs[size_t(CommandList::start)].size())
    service_.runs[size_t(CommandList::start)][main_index_] = service_.main;
  touch();
  log_process_exit("Main process", setting_name(CommandList::start), outcome == UnitResult::success, status);
  if (service_.result == UnitResult::success) service_.result = outcome;
  if (type_ == Type::oneshot && state_ == State::start && outcome == UnitResult::success &&
      main_index_ + 1 < list.size())
    return run_main(main_index_ + 1);
  const bool by_cgroup = config().service().exit_type == ServiceSection::ExitType::cgroup;
  if (by_cgroup && type_ != Type::oneshot && cgroup_populated()) return;
  main_gone(outcome);
}

void Service::main_gone(UnitResult outcome) {
  using Access = ServiceSection::NotifyAccess;
  switch (state_) {
    case State::start_post:
    case State::reload:
      if (!control_) enter(State::stop);  // else the operation decides when it is done
      return;
    case State::start:
      if (type_ == Type::oneshot)
        return enter(outcome == UnitResult::success ? State::start_post : State::stop_sigterm);
      if (type_ == Type::notify) {
        if (outcome != UnitResult::success) return enter(State::stop_sigterm);
        if (!config().service().remain_after_exit || notify_access() == Access::main || !cgroup_populated())
          return fail(UnitResult::protocol, State::stop_sigterm);  // nobody is left to say READY=1
        return;
      }
      return enter(State::running);
    case State::running: return enter(State::running);
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
      if (!control_) enter(State::stop_post);
      return;
    case State::stop_post:
      if (!control_) enter(State::final_sigterm);
      return;
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
      if (!control_) finish_if_clear();
      return;
    case State::stop:  // ExecStop= ends by itself
    case State::dead:
    case State::condition:
    case State::start_pre:
    case State::exited:
    case State::failed:
    case State::auto_restart:
    case State::cleaning:
    case State::removing: return;
  }
}

/// The last process that we know has ended, in one of the final states. Others of the cgroup that KillMode= means as
/// well may still be there: 252 calls the unit down and leaves them, we wait until they have gone.
void Service::finish_if_clear() {
  const KillSection::Mode mode = config().kill().kill_mode;
  const bool all = mode == KillSection::Mode::control_group || mode == KillSection::Mode::mixed;
  if (!all || !cgroup_populated()) return finish(true);
  if (mode == KillSection::Mode::mixed && state_ != State::final_sigkill) enter(State::final_sigkill);
}

void Service::control_exited(const ExitStatus& status) {
  const CommandList list = control_list_;
  const ExecCommands& all = commands(list);
  const bool ignore = control_index_ < all.size() && all[control_index_].ignore_failure;
  UnitResult outcome = judge(status, ignore, type_ != Type::oneshot && list == CommandList::start);
  if (control_index_ < service_.runs[size_t(list)].size()) {
    ExecRun& run = service_.runs[size_t(list)][control_index_];
    run.exit = now();
    run.status = status;
  }
  if (outcome != UnitResult::success) blame_process(list, control_index_, status, control_.token);
  set_control({});
  touch();
  bool quiet = outcome == UnitResult::success;
  if (state_ == State::condition && outcome == UnitResult::exit_code && status.value < 255) {
    own_status().condition_result = false;
    outcome = UnitResult::exec_condition;
    quiet = true;
  }
  log_process_exit(state_ == State::condition ? "Condition check process" : "Control process", setting_name(list),
                   quiet, status);
  if (state_ != State::reload && service_.result == UnitResult::success) service_.result = outcome;
  if (outcome == UnitResult::success && list != CommandList::none && list == phase_of(state_).runs &&
      control_index_ + 1 < all.size())
    return run_control(list, control_index_ + 1);
  control_list_ = CommandList::none;
  control_done(list, outcome);
}

void Service::control_done(CommandList list, UnitResult outcome) {
  const ServicePhase& phase = phase_of(state_);
  const bool good = outcome == UnitResult::success;
  switch (state_) {
    case State::condition:
    case State::start_pre: return enter(good ? phase.then : phase.on_failure);
    case State::start:
      if (list != CommandList::start) return;
      if (!good) return enter(phase.on_failure);
      return forking_started(State::start);
    case State::start_post:
      if (!good) return enter(phase.on_failure);
      return forking_started(State::start_post);
    case State::reload:
      if (good && !load_pid_file(true)) guess_main_pid();
      service_.reload_result = outcome;
      return enter(State::running);
    case State::stop: return enter(State::stop_sigterm);
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
      if (main_good() != MainPid::good) enter(State::stop_post);
      return;
    case State::stop_post:
      if (main_good() != MainPid::good) enter(State::final_sigterm);
      return;
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
      if (main_good() != MainPid::good) finish_if_clear();
      return;
    case State::cleaning: return cleaned(outcome);
    case State::dead:
    case State::running:
    case State::exited:
    case State::failed:
    case State::auto_restart:
    case State::removing: return;
  }
}

void Service::handle(const CgroupEmpty&) {
  if (cgroup_populated() && SVCD_SOUND(cgroup_hint_believed)) return;  // only a hint: somebody is there
  const bool main_alive = main_good() == MainPid::good;
  switch (state_) {
    case State::start:
      // Of other types the time limit says so, as in 252; a daemon-reload may have taken that away.
      if ((type_ == Type::notify || state_deadline_ == infinity) && main_good() == MainPid::gone && !control_)
        return fail(UnitResult::protocol, State::stop_sigterm);
      [[fallthrough]];
    case State::start_post:
      // Nobody is left, but who the main process was was never known: as in 252 the start's time must be up.
      if (pid_file_wanted_ && main_good() == MainPid::gone && !control_)
        return fail(UnitResult::protocol, State::stop_sigterm);
      return;
    case State::running:
      if (!idle_waiting_ && !main_alive) enter(State::running);
      return;
    case State::exited: return manager().release_cgroup_if_empty(*this);
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
      if (!main_alive && !control_) enter(State::stop_post);
      return;
    case State::stop_post:
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
      if (!main_alive && !control_) finish(true);
      return;
    case State::dead:
    case State::condition:
    case State::start_pre:
    case State::reload:
    case State::stop:
    case State::failed:
    case State::auto_restart:
    case State::cleaning:
    case State::removing: return;
  }
}

void Service::handle(const OomKilled& event) {
  if (event.only_explains) return is_down() ? void() : blame_oom();
  using Policy = ServiceSection::OomPolicy;
  const Policy policy = effective_oom_policy(config());
  log(priority_notice, name().str() + ": A process of this unit has been killed by the OOM killer.",
      message_id::out_of_memory);
  if (policy == Policy::continue_) return;
  blame_oom();
  switch (state_) {
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post:
    case State::stop:
      return fail(UnitResult::oom_kill, policy == Policy::kill ? State::stop_sigkill : State::stop_sigterm);
    case State::running:
    case State::exited:
    case State::reload: return fail(UnitResult::oom_kill, policy == Policy::kill ? State::stop_sigkill : State::stop);
    case State::stop_watchdog:
    case State::stop_sigterm: return fail(UnitResult::oom_kill, State::stop_sigkill);
    case State::stop_post:
    case State::final_watchdog:
    case State::final_sigterm: return fail(UnitResult::oom_kill, State::final_sigkill);
    case State::stop_sigkill:
    case State::final_sigkill:
      if (service_.result == UnitResult::success) service_.result = UnitResult::oom_kill;
      return touch();
    case State::dead:
    case State::failed:
    case State::auto_restart:
    case State::cleaning:
    case State::removing: return;
  }
}

}  // namespace svcd
