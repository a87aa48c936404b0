#include "daemon/engine/service.h"

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"

namespace svcd {

using Type = ServiceSection::Type;

Service::Service(Manager& owner, UnitId id, const UnitName& name) : Unit(owner, id, name) {}

void Service::taken() {
  const ServiceSection& section = config().service();
  settle_type();
  for (size_t list = 0; list < size_t(CommandList::none); ++list)
    service_.runs.resize(list, commands(CommandList(list)).size());
  if (service_.n_file_descriptor_store > section.file_descriptor_store_max) shrink_store();
  if (state_ == State::dead) watchdog_ = section.watchdog == infinity ? Duration{0} : section.watchdog;
  renew_limits();
}

/// A reload's Type= does not count for a command that was started as another one: that comes up, or goes down, as what
/// it was. (252 waits for a word that nobody will say, until the start's time is up.)
void Service::settle_type() {
  const bool comes_up = state_ == State::start || state_ == State::start_post;
  if (comes_up || phase_of(state_).active == ActiveState::deactivating) return;
  const ServiceSection& section = config().service();
  type_ = effective_type(section);
  // Its file is gone: what still runs is a service, and may be ended by SIGTERM.
  if (loaded().state != LoadState::loaded && !section.type && section.exec_start.empty()) type_ = Type::simple;
}

bool Service::can_reload() const {
  return !config().service().exec_reload.empty();
}

// ---- jobs

Answer Service::test_startable() {
  if (state_ != State::dead && state_ != State::failed) return Answer::going;  // do_start() knows
  if (!start_limit_hit()) return Answer::going;
  fail(UnitResult::start_limit_hit, state_);
  finish(false);
  return Answer::failed;
}

Answer Service::do_start() {
  switch (state_) {
    case State::dead:
    case State::failed: break;
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post:
    case State::running:
    case State::exited:
    case State::reload: return Answer::under_way;
    case State::stop:
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
    case State::stop_post:
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
    case State::removing:
    case State::auto_restart:  // the restart stops it first, so that BindsTo= and OnFailure= see it
    case State::cleaning: return Answer::again;
  }
  settle_type();
  acquire_invocation();
  if (flush_restarts_) service_.n_restarts = 0;
  flush_restarts_ = false;
  service_.result = service_.reload_result = service_.clean_result = UnitResult::success;
  service_.status_text.clear();
  service_.status_errno = 0;
  service_.main = {};
  service_.watchdog = {};
  service_.runs.forget();
  notify_ = NotifyState::unknown;
  main_known_ = forbid_restart_ = idle_waiting_ = pid_file_wanted_ = false;
  pid_file_problem_.clear();
  const Duration watchdog = config().service().watchdog;
  watchdog_ = service_.watchdog_interval = watchdog == infinity ? Duration{0} : watchdog;
  watch_bus_name();
  enter(State::condition);
  return Answer::going;
}

Answer Service::do_stop() {
  forbid_restart_ = true;  // whoever asked does not want it back
  switch (state_) {
    case State::auto_restart: end_waiting(); return Answer::under_way;
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post:
    case State::reload: enter(State::stop_sigterm); return Answer::under_way;
    case State::running:
    case State::exited: enter(State::stop); return Answer::going;
    case State::cleaning: enter(State::final_sigkill); return Answer::under_way;
    case State::stop:
    case State::stop_watchdog:
    case State::stop_sigterm:
    case State::stop_sigkill:
    case State::stop_post:
    case State::final_watchdog:
    case State::final_sigterm:
    case State::final_sigkill:
    case State::removing: return Answer::under_way;
    case State::dead:
    case State::failed: return Answer::already;
  }
  return Answer::already;
}

Answer Service::do_reload() {
  service_.reload_result = UnitResult::success;
  enter(State::reload);
  return Answer::going;
}

void Service::reset_failed() {
  if (state_ == State::failed) become(phase_of(State::dead));
  service_.result = service_.reload_result = service_.clean_result = UnitResult::success;
  service_.n_restarts = 0;
  flush_restarts_ = false;
  touch();
}

// ---- walking the table

/// Phases with nothing to do are passed through unseen: without ExecStartPre= a unit goes from dead to start.
void Service::enter(State first) {
  for (std::optional<State> next = first; next;) next = perform(phase_of(*next));
}

std::optional<ServiceState> Service::perform(const ServicePhase& phase) {
  using Act = ServicePhase::Act;
  switch (phase.act) {
    case Act::rest: stay_in(phase); return std::nullopt;
    case Act::run:
      if (phase.state == State::start_post) start_watchdog();
      if (commands(phase.runs).empty()) return phase.then;
      if (phase.state == State::condition || phase.state == State::start_pre) tell_of_leftovers();
      stay_in(phase);
      run_control(phase.runs, 0);
      return std::nullopt;
    case Act::start: return perform_start(phase);
    case Act::settle: return perform_settle();
    case Act::signal: return perform_signal(phase);
  }
  return std::nullopt;
}

std::optional<ServiceState> Service::perform_start(const ServicePhase& phase) {
  tell_of_leftovers();
  if (commands(CommandList::start).empty()) {  // a oneshot with ExecStop= or SuccessAction= only
    stay_in(phase);                            // seen as activating, so that what reacts to its end does
    return phase.then;
  }
  switch (type_) {
    case Type::simple:
      run_main(0);
      if (main_.pid != 0) return phase.then;
      stay_in(phase);  // there is no process: SpawnFailed follows
      return std::nullopt;
    case Type::idle:
      if (manager().job_queue().size() > 1) {  // besides our own job there are others
        idle_waiting_ = main_known_ = true;
        manager().wait_for_quiet(*this);
        arm(TimerPurpose::idle_delay, saturating_add(now().monotonic, std::chrono::seconds(5)));
      } else {
        run_main(0);
      }
      return phase.then;
    case Type::forking:
      stay_in(phase);
      run_control(CommandList::start, 0);
      return std::nullopt;
    case Type::exec:
    case Type::oneshot:
    case Type::dbus:
    case Type::notify:
      stay_in(phase);
      run_main(0);
      return std::nullopt;
  }
  return phase.then;
}

/// Up, up without a process, or on the way down: what systemd 252 finds when a start is done or a process ended.
std::optional<ServiceState> Service::perform_settle() {
  if (service_.result != UnitResult::success) return State::stop_sigterm;
  const bool reload_failed = service_.reload_result != UnitResult::success;
  if (is_good()) {
    if (notify_ == NotifyState::stopping) {
      stay_in(phase_of(State::stop_sigterm));
      return std::nullopt;
    }
    const bool reloads = notify_ == NotifyState::reloading;
    stay_in(phase_of(reloads ? State::reload : State::running), reload_failed);
    if (reloads) manager().propagate_reload(*this);
    return std::nullopt;
  }
  if (!config().service().remain_after_exit) return State::stop;
  stay_in(phase_of(State::exited), reload_failed);
  return std::nullopt;
}

std::optional<ServiceState> Service::perform_signal(const ServicePhase& phase) {
  const KillSection& section = config().kill();
  const Job* job = manager().job_queue().of(index());
  KillKind kind = KillKind::terminate;
  if (phase.state == State::stop_watchdog || phase.state == State::final_watchdog) kind = KillKind::watchdog;
  if (phase.state == State::stop_sigkill || phase.state == State::final_sigkill) kind = KillKind::kill;
  if (phase.state == State::stop_sigterm && job && job->type == JobType::restart) kind = KillKind::restart;
  if (kill_processes(kind, service_.main_pid, service_.control_pid)) {
    stay_in(phase);
    return std::nullopt;
  }
  if (kind != KillKind::kill && section.send_sigkill)
    return phase.then == State::stop_post ? State::stop_sigkill : State::final_sigkill;
  if (phase.then == State::stop_post) return State::stop_post;
  finish(true);
  return std::nullopt;
}

void Service::stay_in(const ServicePhase& phase, bool reload_failed) {
  const State before = state_;
  state_ = phase.state;
  if (state_ == State::running || state_ == State::exited) {
    set_control({});
    control_list_ = CommandList::none;
    settle_type();
  }
  if (phase.active == ActiveState::deactivating || state_ == State::exited || state_ == State::dead ||
      state_ == State::failed)
    stop_watchdog();
  if (state_ != State::running && state_ != State::reload) {
    runtime_deadline_ = infinity;
    disarm(TimerPurpose::runtime_max);
  }
  arm_limit(phase, now().monotonic);
  if (state_ == State::running && before != State::running && before != State::reload) limit_runtime(now().monotonic);
  if (state_ == State::running && before == State::reload && runtime_deadline_ != infinity)
    arm(TimerPurpose::runtime_max, runtime_deadline_);  // it may have passed meanwhile
  publish(type_ == Type::idle ? phase.idle_active : phase.active, phase.name, {.reload_failed = reload_failed});
  if (state_ == State::exited) manager().release_cgroup_if_empty(*this);
}

/// Of a state in which nothing runs and nothing is waited for.
void Service::become(const ServicePhase& phase, Published how) {
  state_ = phase.state;
  publish(phase.active, phase.name, how);
}

/// RuntimeMaxSec=, and a random part of RuntimeRandomizedExtraSec= on top, new for each run.
void Service::limit_runtime(Time since) {
  const ServiceSection& section = config().service();
  runtime_deadline_ = infinity;
  if (section.runtime_max == infinity) return disarm(TimerPurpose::runtime_max);
  Duration limit = section.runtime_max;
  if (const uint64_t extra = uint64_t(section.runtime_randomized_extra.count()); extra != 0) {
    const Id128 random = kernel().random_id();
    uint64_t number = 0;
    for (size_t i = 8; i < random.size(); ++i) number = number << 8 | random[i];
    limit = saturating_add(limit, Duration(extra == UINT64_MAX ? number : number % (extra + 1)));
  }
  arm(TimerPurpose::runtime_max, runtime_deadline_ = saturating_add(since, limit));
}

void Service::arm_limit(const ServicePhase& phase, Time since) {
  Duration limit = infinity;
  switch (phase.limit) {
    case ServicePhase::Limit::none: break;
    case ServicePhase::Limit::start: limit = effective_timeout_start(config()); break;
    case ServicePhase::Limit::stop:
      if (SVCD_SOUND(stop_timeout_not_armed)) limit = effective_timeout_stop(config());
      break;
    case ServicePhase::Limit::clean: limit = config().sandbox().timeout_clean; break;
    case ServicePhase::Limit::abort: limit = effective_timeout_abort(config()); break;
  }
  const Time deadline = limit == infinity ? infinity : saturating_add(since, limit);
  if (deadline == infinity && state_deadline_ == infinity) return;
  state_deadline_ = deadline;
  arm(TimerPurpose::state_timeout, deadline);
}

void Service::fail(UnitResult outcome, State next) {
  if (state_ == State::auto_restart) call_off_restart();  // a process that was left asked for the watchdog
  if (service_.result == UnitResult::success) blame_outcome(outcome);
  if (service_.result == UnitResult::success) service_.result = outcome;
  if (next != state_) return enter(next);
  touch();
}

// ---- the end

void Service::forget_processes() {
  if (main_ && main_.pid && main_.token == 0) kernel().unwatch_process(id(), main_.pid);
  set_main({});
  set_control({});
  control_list_ = CommandList::none;
  idle_waiting_ = pid_file_wanted_ = false;
  disarm(TimerPurpose::idle_delay);
  disarm(TimerPurpose::other);
}

bool Service::shall_restart() const {
  using Restart = ServiceSection::Restart;
  const ServiceSection& section = config().service();
  if (forbid_restart_) return false;
  const ExitStatus& status = service_.main.status;
  const bool ended = service_.main.exit.happened();
  const auto in = [&](const ExitStatusSet& set) {
    if (!ended) return false;
    return status.kind == ExitStatus::Kind::exited ? set.has_code(status.value) : set.has_signal(status.value);
  };
  if (in(section.restart_prevent_exit_status)) return false;
  if (in(section.restart_force_exit_status)) return true;
  const UnitResult r = service_.result;
  const bool failed = r != UnitResult::success && r != UnitResult::exec_condition;
  switch (section.restart) {
    case Restart::no: return false;
    case Restart::always: return r != UnitResult::exec_condition;
    case Restart::on_success: return r == UnitResult::success;
    case Restart::on_failure: return failed;
    case Restart::on_abnormal: return failed && r != UnitResult::exit_code;
    case Restart::on_watchdog: return r == UnitResult::watchdog;
    case Restart::on_abort: return r == UnitResult::signal || r == UnitResult::core_dump;
  }
  return false;
}

void Service::finish(bool allow_restart) {
  const Job* job = manager().job_queue().of(index());
  may_restart_ = allow_restart && !(job && job->type == JobType::stop);
  const UnitResult outcome = service_.result;
  log_outcome(outcome);
  log_leftovers();
  forget_processes();
  const bool restarts = may_restart_ && shall_restart();
  const ExecSection& exec = config().exec();
  const bool keep = exec.runtime_directory_preserve == RuntimeDirectoryPreserve::yes ||
                    (exec.runtime_directory_preserve == RuntimeDirectoryPreserve::restart &&
                     (restarts || (job && job->type == JobType::restart)));
  if (!config().service().pid_file.empty()) kernel().remove_pid_file(config().service().pid_file);
  const bool removes = !keep && has_directories() && state_ != State::cleaning;
  if (removes && !is_down()) stay_in(phase_of(State::removing));
  if (removes) remove_directories();
  if (state_ != State::removing) end();
}

void Service::directories_removed() {
  if (state_ == State::removing) end();
}

/// As in 252, whoever sees the unit down finds none of its folders.
void Service::end() {
  const bool restarts = may_restart_ && shall_restart();
  if (!restarts) flush_restarts_ = true;  // at the next start, so that the number can still be seen
  const UnitResult outcome = service_.result;
  const bool good = outcome == UnitResult::success || outcome == UnitResult::exec_condition;
  const ServicePhase& end = phase_of(good ? State::dead : State::failed);
  stop_watchdog();
  disarm(TimerPurpose::runtime_max);
  arm_limit(end, now().monotonic);
  become(end, {.will_restart = restarts});
  forbid_restart_ = false;
  if (!restarts) {
    unwatch_bus_name();
    return;
  }
  restart_at_ = saturating_add(now().monotonic, effective_restart_sec(config()));
  arm(TimerPurpose::restart, restart_at_);
  become(phase_of(State::auto_restart));
}

void Service::call_off_restart() {
  disarm(TimerPurpose::restart);
  restart_at_ = infinity;
}

/// The pause before a restart is over, or somebody stopped the unit meanwhile.
void Service::end_waiting() {
  call_off_restart();
  forbid_restart_ = false;
  unwatch_bus_name();
  become(phase_of(State::dead));
}

/// The name of now: a reload may have given it another one since.
void Service::watch_bus_name() {
  if (watched_bus_name_ != config().service().bus_name) unwatch_bus_name();
  watched_bus_name_ = config().service().bus_name;
  if (!watched_bus_name_.empty()) kernel().watch_bus_name(id(), watched_bus_name_);
}

void Service::unwatch_bus_name() {
  if (!watched_bus_name_.empty() && SVCD_SOUND(bus_name_watched_for_ever))
    kernel().unwatch_bus_name(id(), watched_bus_name_);
  watched_bus_name_.clear();
}

/// Its restart was called off: nothing will bring it out of the pause any more.
void Service::job_ended_in_vain() {
  if (state_ == State::auto_restart && restart_at_ == infinity) end_waiting();
}

void Service::job_was_refused() {
  if (state_ != State::auto_restart) return;
  fail(UnitResult::resources, state_);
  finish(false);
}

void Service::schedule_restart() {
  const Job* job = manager().job_queue().of(index());
  if (job && job->type == JobType::stop) return;
  if (!manager().start_job(*this, JobType::restart, JobMode::replace, this, {.origin = JobOrigin::restart}))
    return job_was_refused();
  ++service_.n_restarts;
  flush_restarts_ = false;
  touch();
  log(priority_info,
      fmt::format("{}: Scheduled restart job, restart counter is at {}.", name().str(), service_.n_restarts),
      message_id::unit_restart_scheduled, {{"N_RESTARTS", std::to_string(service_.n_restarts)}});
}

}  // namespace svcd
