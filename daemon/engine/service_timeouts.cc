// What a service does when its time is up: TimeoutStartSec= and its family, RuntimeMaxSec=, WatchdogSec=, RestartSec=.
#include <csignal>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"

namespace svcd {
namespace {

/// Whether the end of this state is the end of the run: ExecStopPost= has its turn, or had it.
bool is_final(ServiceState state) {
  return state == ServiceState::stop_post || state == ServiceState::final_watchdog ||
         state == ServiceState::final_sigterm;
}

}  // namespace

void Service::handle(const TimerFired& fired) {
  switch (fired.key.purpose) {
    case TimerPurpose::state_timeout: state_deadline_ = infinity; return timed_out();
    case TimerPurpose::runtime_max:
      if (state_ != State::running) return;  // a reload is not disturbed: when it is done
      blame_timeout();
      log(priority_warning, name().str() + ": Service reached runtime time limit. Stopping.");
      return fail(UnitResult::timeout, State::stop);
    case TimerPurpose::watchdog:
      if (watchdog_.count() == 0) return;
      if (!manager().controls().service_watchdogs)
        return log(priority_warning, fmt::format("{}: Watchdog disabled! Ignoring watchdog timeout (limit {})!",
                                                 name().str(), message_span_text(watchdog_, Duration(1))));
      log(priority_error,
          fmt::format("{}: Watchdog timeout (limit {})!", name().str(), message_span_text(watchdog_, Duration(1))));
      return fail(UnitResult::watchdog, State::stop_watchdog);
    case TimerPurpose::restart:
      restart_at_ = infinity;
      if (state_ == State::auto_restart) schedule_restart();
      return;
    case TimerPurpose::idle_delay:
      if (idle_waiting_) release_idle();
      return;
    case TimerPurpose::other:
      if (!pid_file_wanted_ || (state_ != State::start && state_ != State::start_post)) return;
      if (!load_pid_file(false)) return demand_pid_file();
      pid_file_wanted_ = false;
      return enter(phase_of(state_).then);
    case TimerPurpose::job_timeout:
    case TimerPurpose::job_running_timeout:
    case TimerPurpose::automatic_job: return;
  }
}

/// SIGKILL for what is late, or what follows without one (SendSIGKILL=no).
void Service::kill_late(const std::string& what) {
  const bool final = is_final(state_);
  if (config().kill().send_sigkill) {
    log(priority_warning, fmt::format("{}: {} timed out. Killing.", name().str(), what));
    return fail(UnitResult::timeout, final ? State::final_sigkill : State::stop_sigkill);
  }
  log(priority_warning,
      fmt::format("{}: {} timed out. Skipping SIGKILL.{}", name().str(), what, final ? " Entering failed mode." : ""));
  if (!final) return fail(UnitResult::timeout, State::stop_post);
  fail(UnitResult::timeout, state_);
  finish(false);
}

/// Ends what is late as TimeoutStartFailureMode= or TimeoutStopFailureMode= says.
void Service::end_late(ServiceSection::TimeoutFailureMode mode, const std::string& what) {
  using Mode = ServiceSection::TimeoutFailureMode;
  const bool final = is_final(state_);
  switch (mode) {
    case Mode::terminate:
      log(priority_warning, fmt::format("{}: {} timed out. Terminating.", name().str(), what));
      return fail(UnitResult::timeout, final ? State::final_sigterm : State::stop_sigterm);
    case Mode::abort:
      log(priority_warning, fmt::format("{}: {} timed out. Aborting.", name().str(), what));
      return fail(UnitResult::timeout, final ? State::final_watchdog : State::stop_watchdog);
    case Mode::kill: return kill_late(what);
  }
}

/// A daemon-reload may have brought other time limits: as in 252 they hold for what is going on, from its beginning.
void Service::renew_limits() {
  const Time since = status().state_change.monotonic;
  arm_limit(phase_of(state_), since);
  if (state_ == State::auto_restart && restart_at_ != infinity)
    arm(TimerPurpose::restart, restart_at_ = saturating_add(since, effective_restart_sec(config())));
  if (state_ == State::running || state_ == State::reload) limit_runtime(status().active_enter.monotonic);
}

void Service::timed_out() {
  using Mode = ServiceSection::TimeoutFailureMode;
  const ServiceSection& section = config().service();
  const std::string state = phase_of(state_).name;
  const auto warn = [&](const char* text) { log(priority_warning, fmt::format("{}: {}", name().str(), text)); };
  blame_timeout();
  switch (state_) {
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post: return end_late(section.timeout_start_failure_mode, state + " operation");
    case State::reload:
      warn("Reload operation timed out. Killing reload process.");
      if (service_.control_pid) kill_control(service_.control_pid);
      service_.reload_result = UnitResult::timeout;
      return enter(State::running);
    case State::stop: return end_late(section.timeout_stop_failure_mode, "Stopping");
    case State::stop_post: return end_late(section.timeout_stop_failure_mode, "State 'stop-post'");
    case State::stop_sigterm:
    case State::final_sigterm:
      return end_late(section.timeout_stop_failure_mode == Mode::abort ? Mode::abort : Mode::kill,
                      "State '" + state + "'");
    case State::stop_watchdog:
    case State::final_watchdog: return kill_late("State '" + state + "'");
    case State::stop_sigkill:
      warn("Processes still around after SIGKILL. Ignoring.");
      return fail(UnitResult::timeout, State::stop_post);
    case State::final_sigkill:
      warn("Processes still around after final SIGKILL. Entering failed mode.");
      fail(UnitResult::timeout, state_);
      return finish(true);
    case State::dead:
    case State::running:
    case State::exited:
    case State::failed:
    case State::auto_restart: return;
    case State::cleaning:
      warn("Cleaning timed out. killing.");
      if (service_.clean_result == UnitResult::success) service_.clean_result = UnitResult::timeout;
      return enter(State::final_sigkill);
    case State::removing: warn("Its folders are still being removed. Going on."); return end();
  }
}

}  // namespace svcd
