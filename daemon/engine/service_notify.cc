// sd_notify(3): what a service says about itself, and the watchdog.
#include <charconv>
#include <utility>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/service.h"

namespace svcd {

using Type = ServiceSection::Type;

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

bool Service::notify_allowed(const Notified& notified) {
  using Access = ServiceSection::NotifyAccess;
  const auto refuse = [&](const std::string& why) {
    log(priority_warning,
        fmt::format("{}: Got notification message from PID {}, but reception {}", name().str(), notified.pid, why));
    return false;
  };
  switch (effective_notify_access(config().service())) {
    case Access::none: return refuse("is disabled.");
    case Access::all: return true;
    case Access::main:
      if (notified.pid == service_.main_pid) return true;
      return refuse(service_.main_pid ? fmt::format("only permitted for main PID {}", service_.main_pid)
                                      : "only permitted for main PID which is currently not known");
    case Access::exec:
      if (notified.pid == service_.main_pid || notified.pid == service_.control_pid) return true;
      return refuse("only permitted for main PID and control PID");
  }
  return false;
}

void Service::handle(const Notified& notified) {
  if (!notify_allowed(notified) && SVCD_SOUND(notify_access_ignored)) return;
  std::string_view main_pid;
  bool ready = false, reloading = false, stopping = false, status_changed = false;
  for (const std::string& text : notified.lines) {
    const std::string_view line(text);
    const size_t equals = line.find('=');
    if (equals == line.npos) continue;
    const std::string_view key = line.substr(0, equals), value = line.substr(equals + 1);
    if (key == "MAINPID") main_pid = value;
    if (key == "READY") ready = value == "1";
    if (key == "RELOADING") reloading = value == "1";
    if (key == "STOPPING") stopping = value == "1";
    if (key == "STATUS" && service_.status_text != value && value.size() <= 4096) {
      service_.status_text = value;
      status_changed = true;
    }
    if (int number = 0; key == "ERRNO" && parse_number(value, number) && number >= 0)
      status_changed = std::exchange(service_.status_errno, number) != number || status_changed;
    if (uint64_t usec = 0; key == "EXTEND_TIMEOUT_USEC" && parse_number(value, usec)) extend_timeout(Duration(usec));
    if (uint64_t usec = 0; key == "WATCHDOG_USEC" && parse_number(value, usec) && usec > 0) {
      watchdog_ = service_.watchdog_interval = Duration(usec);
      if (state_ != State::start || ready) start_watchdog();
    }
    if (key == "WATCHDOG" && value == "1") start_watchdog();
    if (key == "WATCHDOG" && value == "trigger") {
      if (!manager().controls().service_watchdogs) continue;
      log(priority_error, fmt::format("{}: Watchdog request (last status: {})!", name().str(),
                                      service_.status_text.empty() ? "<unset>" : service_.status_text));
      return fail(UnitResult::watchdog, State::stop_watchdog);
    }
  }
  if (status_changed || ready || reloading || stopping || !main_pid.empty())
    touch();
  else
    keep();  // a watchdog's ping or a stored descriptor is nobody's news
  const bool starting_or_up =
      state_ == State::start || state_ == State::start_post || state_ == State::running || state_ == State::reload;
  if (pid_t pid = 0;
      !main_pid.empty() && starting_or_up && parse_number(main_pid, pid) && pid > 0 && pid != service_.main_pid) {
    const bool is_ours = manager().unit_of_cgroup(kernel().cgroup_of(pid)) == id();
    if (!is_ours && notified.uid != 0 &&
        SVCD_SOUND(foreign_main_pid_taken)) {  // else a service could have anybody's process killed
      log(priority_warning,
          fmt::format("{}: New main PID {} does not belong to service, refusing.", name().str(), pid));
      pid = 0;
    } else if (main_ && main_.pid && main_.token == 0) {
      kernel().unwatch_process(main_.pid);
    }
    if (pid > 0 && !adopt_main(pid))
      log(priority_warning, fmt::format("{}: New main PID {} does not exist or is a zombie.", name().str(), pid));
  }
  if (reloading) {
    notify_ = NotifyState::reloading;
    if (state_ == State::running) stay_in(phase_of(State::reload));
  }
  if (ready) take_ready();
  if (stopping) {
    notify_ = NotifyState::stopping;
    if (state_ == State::running) stay_in(phase_of(State::stop_sigterm));
  }
}

void Service::take_ready() {
  const NotifyState before = notify_;
  notify_ = NotifyState::ready;
  if (state_ == State::start && type_ == Type::notify) return enter(State::start_post);
  if (state_ == State::reload && before == NotifyState::reloading && !control_) enter(State::running);
}

void Service::start_watchdog() {
  if (watchdog_.count() == 0 || watchdog_ == infinity) return stop_watchdog();
  const ActiveState active = phase_of(state_).active;
  if (active == ActiveState::deactivating || active == ActiveState::inactive || active == ActiveState::failed ||
      state_ == State::auto_restart)
    return;  // a ping from the way down: there is nothing left to watch
  service_.watchdog = now();
  arm(TimerPurpose::watchdog, saturating_add(now().monotonic, watchdog_));
}

void Service::stop_watchdog() {
  if (watchdog_.count() == 0 && !service_.watchdog.happened()) return;
  service_.watchdog = {};
  if (SVCD_SOUND(watchdog_not_disarmed)) disarm(TimerPurpose::watchdog);
}

/// The current state's time limit is never cut short, only moved out.
void Service::extend_timeout(Duration by) {
  const Time until = saturating_add(now().monotonic, by);
  if (state_deadline_ != infinity && state_deadline_ < until) {
    state_deadline_ = until;
    arm(TimerPurpose::state_timeout, until);
  }
  if (watchdog_.count() && service_.watchdog.happened())
    arm(TimerPurpose::watchdog, std::max(until, saturating_add(service_.watchdog.monotonic, watchdog_)));
}

void Service::handle(const BusNameOwner& event) {
  if (event.name != config().service().bus_name) return;
  service_.bus_name_owner = event.owner;
  touch();
  if (type_ != Type::dbus) return;
  if (state_ == State::start && !event.owner.empty()) return enter(State::start_post);
  if (state_ == State::running && event.owner.empty()) enter(State::running);
}

}  // namespace svcd
