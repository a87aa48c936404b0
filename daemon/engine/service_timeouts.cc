// What a service does when its time is up: TimeoutStartSec= and its family, RuntimeMaxSec=, WatchdogSec=, RestartSec=.
#include <csignal>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"

namespace svcd {

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
    case TimerPurpose::reload: return;
  }
}

void Service::timed_out() {
  using Mode = ServiceSection::TimeoutFailureMode;
  const ServiceSection& section = config().service();
  blame_timeout();
  const bool may_kill = config().kill().send_sigkill;
  const std::string unit = name().str(), state = phase_of(state_).name;
  const auto warn = [&](std::string text) { log(priority_warning, unit + ": " + std::move(text)); };
  const bool final = state_ == State::stop_post || state_ == State::final_watchdog || state_ == State::final_sigterm;
  const State kill = final ? State::final_sigkill : State::stop_sigkill;
  const auto kill_or_skip = [&](const std::string& what) {
    if (may_kill) {
      warn(what + " Killing.");
      return fail(UnitResult::timeout, kill);
    }
    warn(what + (final ? " Skipping SIGKILL. Entering failed mode." : " Skipping SIGKILL."));
    if (!final) return fail(UnitResult::timeout, State::stop_post);
    fail(UnitResult::timeout, state_);
    finish(false);
  };
  switch (state_) {
    case State::condition:
    case State::start_pre:
    case State::start:
    case State::start_post:
      switch (section.timeout_start_failure_mode) {
        case Mode::terminate:
          warn(state + " operation timed out. Terminating.");
          return fail(UnitResult::timeout, State::stop_sigterm);
        case Mode::abort:
          warn(state + " operation timed out. Aborting.");
          return fail(UnitResult::timeout, State::stop_watchdog);
        case Mode::kill: return kill_or_skip(state + " operation timed out.");
      }
      return;
    case State::reload:
      warn("Reload operation timed out. Killing reload process.");
      if (service_.control_pid) kill_control(service_.control_pid);
      service_.reload_result = UnitResult::timeout;
      return enter(State::running);
    case State::stop:
      switch (section.timeout_stop_failure_mode) {
        case Mode::terminate:
          warn("Stopping timed out. Terminating.");
          return fail(UnitResult::timeout, State::stop_sigterm);
        case Mode::abort: warn("Stopping timed out. Aborting."); return fail(UnitResult::timeout, State::stop_watchdog);
        case Mode::kill: return kill_or_skip("Stopping timed out.");
      }
      return;
    case State::stop_sigterm:
    case State::final_sigterm:
      if (section.timeout_stop_failure_mode == Mode::abort) {
        warn("State '" + state + "' timed out. Aborting.");
        return fail(UnitResult::timeout, final ? State::final_watchdog : State::stop_watchdog);
      }
      return kill_or_skip("State '" + state + "' timed out.");
    case State::stop_watchdog:
    case State::final_watchdog: return kill_or_skip("State '" + state + "' timed out.");
    case State::stop_sigkill:
      warn("Processes still around after SIGKILL. Ignoring.");
      return fail(UnitResult::timeout, State::stop_post);
    case State::stop_post:
      switch (section.timeout_stop_failure_mode) {
        case Mode::terminate:
          warn("State 'stop-post' timed out. Terminating.");
          return fail(UnitResult::timeout, State::final_sigterm);
        case Mode::abort:
          warn("State 'stop-post' timed out. Aborting.");
          return fail(UnitResult::timeout, State::final_watchdog);
        case Mode::kill: return kill_or_skip("State 'stop-post' timed out.");
      }
      return;
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
