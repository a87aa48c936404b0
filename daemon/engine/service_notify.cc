// sd_notify(3): what a service says about itself, and the watchdog.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/service.h"
#include "libunit/utf8.h"

namespace svcd {

using Type = ServiceSection::Type;

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// Of several lines with the same key the first one counts.
std::optional<std::string_view> first_of(const Notified& notified, std::string_view key) {
  for (const std::string& line : notified.lines)
    if (line.starts_with(key)) return std::string_view(line).substr(key.size());
  return std::nullopt;
}

/// A number up to 4095, or a name as errno(3) has it; else negative: why not.
int parse_errno(std::string_view text) {
  constexpr int highest = 4095;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end == text.data() + text.size() && !text.empty()) {
    if (error == std::errc::result_out_of_range) return -ERANGE;
    if (error == std::errc()) return number < 0 || number > highest ? -ERANGE : number;
  }
  for (int known = 1; known < 256; ++known)
    if (const char* name = strerrorname_np(known); name && text == name) return known;
  return -EINVAL;
}

}  // namespace

/// Who the sender is was looked up when the message came.
/// Whose word is waited for may say it.
ServiceSection::NotifyAccess Service::notify_access() const {
  const auto access = effective_notify_access(config().service());
  if (access != ServiceSection::NotifyAccess::none) return access;
  const bool is_awaited = state_ == State::start && type_ == ServiceSection::Type::notify;
  return is_awaited ? ServiceSection::NotifyAccess::main : access;
}

bool Service::notify_allowed(const Notified& notified) {
  using Access = ServiceSection::NotifyAccess;
  const auto refuse = [&](const std::string& why) {
    log(priority_warning,
        fmt::format("{}: Got notification message from PID {}, but reception {}", name().str(), notified.pid, why));
    return false;
  };
  const pid_t main = service_.main_pid, control = service_.control_pid;
  const bool from_main = main != 0 && notified.pid == main, from_control = control != 0 && notified.pid == control;
  switch (notify_access()) {
    case Access::none: return refuse("is disabled.");
    case Access::all: return true;
    case Access::main:
      if (from_main) return true;
      return refuse(main ? fmt::format("only permitted for main PID {}", main)
                         : "only permitted for main PID which is currently not known");
    case Access::exec:
      if (from_main || from_control) return true;
      if (main && control)
        return refuse(fmt::format("only permitted for main PID {} and control PID {}", main, control));
      if (main) return refuse(fmt::format("only permitted for main PID {}", main));
      if (control) return refuse(fmt::format("only permitted for control PID {}", control));
      return refuse("only permitted for main PID and control PID which are currently not known");
  }
  return false;
}

void Service::handle(const Notified& notified) {
  if (!notify_allowed(notified) && SVCD_SOUND(notify_access_ignored)) return;
  bool news = false;  // a watchdog's ping or a stored descriptor is none
  if (const auto pid = first_of(notified, "MAINPID=")) take_main_pid(notified, *pid), news = true;
  news |= take_notify_state(notified);
  news |= take_status(notified);
  if (const auto text = first_of(notified, "EXTEND_TIMEOUT_USEC=")) {
    if (uint64_t usec = 0; !parse_number(*text, usec))
      complain(fmt::format("Failed to parse EXTEND_TIMEOUT_USEC={}", *text));
    else if (usec != UINT64_MAX)  // infinity: no extension at all, as in 252
      extend_timeout(Duration(std::min<uint64_t>(usec, INT64_MAX)));
  }
  if (is_down()) return news ? touch() : keep();  // somebody whom it left behind
  take_watchdog(notified);
  take_descriptors(notified);
  news ? touch() : keep();
}

void Service::complain(const std::string& text) {
  log(priority_warning, name().str() + ": " + text);
}

/// Of the three the last one counts.
bool Service::take_notify_state(const Notified& notified) {
  const auto& lines = notified.lines;
  const auto is_state = [](const std::string& line) {
    return line == "READY=1" || line == "RELOADING=1" || line == "STOPPING=1";
  };
  const auto last = std::find_if(lines.rbegin(), lines.rend(), is_state);
  if (last == lines.rend()) return false;
  if (*last == "READY=1") {
    take_ready();
  } else if (*last == "RELOADING=1") {
    notify_ = NotifyState::reloading;
    if (state_ == State::running) {
      stay_in(phase_of(State::reload));
      manager().propagate_reload(*this);
    }
  } else {
    notify_ = NotifyState::stopping;
    if (state_ == State::running) stay_in(phase_of(State::stop_sigterm));
  }
  return true;
}

bool Service::take_status(const Notified& notified) {
  bool changed = false;
  if (const auto text = first_of(notified, "STATUS=")) {
    std::string status(*text);
    if (!is_utf8(status)) {
      complain("Status message in notification message is not UTF-8 clean, ignoring.");
      status.clear();
    }
    changed = std::exchange(service_.status_text, status) != status;
  }
  if (const auto text = first_of(notified, "ERRNO=")) {
    const int number = parse_errno(*text);
    if (number < 0)
      complain(fmt::format("Failed to parse ERRNO= field value '{}' in notification message: {}", *text,
                           strerrordesc_np(-number)));
    else
      changed = std::exchange(service_.status_errno, number) != number || changed;
  }
  return changed;
}

/// A service must not be able to have anybody's process killed: only root may name one that is not its own.
void Service::take_main_pid(const Notified& notified, std::string_view text) {
  if (state_ != State::start && state_ != State::start_post && state_ != State::running && state_ != State::reload)
    return;
  pid_t pid = 0;
  if (!parse_number(text, pid) || pid <= 0)
    return complain(fmt::format("Failed to parse MAINPID= field in notification message, ignoring: {}", text));
  if (main_known_ && pid == service_.main_pid) return;
  const MainPidClaim claim = check_main_pid(pid, priority_warning);
  if (claim == MainPidClaim::refused) return;
  if (claim == MainPidClaim::suspicious && notified.uid != 0 && SVCD_SOUND(foreign_main_pid_taken)) return;
  if (main_ && main_.pid && main_.token == 0) kernel().unwatch_process(id(), main_.pid);
  adopt_main(pid);
}

void Service::take_watchdog(const Notified& notified) {
  if (const auto text = first_of(notified, "WATCHDOG=")) {
    if (*text == "1")
      feed_watchdog();
    else if (*text == "trigger")
      trigger_watchdog();
    else
      complain("Passed WATCHDOG= field is invalid, ignoring.");
  }
  if (const auto text = first_of(notified, "WATCHDOG_USEC=")) {
    uint64_t usec = 0;
    if (!parse_number(*text, usec)) return complain(fmt::format("Failed to parse WATCHDOG_USEC={}", *text));
    watchdog_ = service_.watchdog_interval = Duration(std::min<uint64_t>(usec, INT64_MAX));
    feed_watchdog();
  }
}

void Service::trigger_watchdog() {
  if (!manager().controls().service_watchdogs) return;
  log(priority_error, fmt::format("{}: Watchdog request (last status: {})!", name().str(),
                                  service_.status_text.empty() ? "<unset>" : service_.status_text));
  blame_outcome(UnitResult::watchdog);
  fail(UnitResult::watchdog, State::stop_watchdog);
}

void Service::take_descriptors(const Notified& notified) {
  const auto has = [&](std::string_view line) {
    return std::ranges::find(notified.lines, line) != notified.lines.end();
  };
  std::optional<std::string_view> name = first_of(notified, "FDNAME=");
  const bool is_name = name && is_descriptor_name(*name);
  if (has("FDSTOREREMOVE=1")) {
    if (!is_name) return complain("FDSTOREREMOVE=1 requested, but no valid file descriptor name passed, ignoring.");
    remove_descriptors(*name);
  } else if (has("FDSTORE=1")) {
    if (name && !is_name) complain("Passed FDNAME= name is invalid, ignoring.");
    store_descriptors(notified, is_name ? *name : "stored", !has("FDPOLL=0"));
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
  service_.watchdog = now();
  arm(TimerPurpose::watchdog, saturating_add(now().monotonic, watchdog_));
}

/// On the way down there is nothing left to watch.
void Service::feed_watchdog() {
  const ActiveState active = phase_of(state_).active;
  if (active != ActiveState::deactivating && !is_down() && state_ != State::auto_restart) start_watchdog();
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
  if (runtime_deadline_ != infinity && runtime_deadline_ < until &&
      (state_ == State::running || state_ == State::reload))
    arm(TimerPurpose::runtime_max, runtime_deadline_ = until);
  if (watchdog_.count() && service_.watchdog.happened())
    arm(TimerPurpose::watchdog, std::max(until, saturating_add(service_.watchdog.monotonic, watchdog_)));
}

void Service::handle(const BusNameOwner& event) {
  if (event.name != watched_bus_name_) return;
  service_.bus_name_owner = event.owner;
  touch();
  if (type_ != Type::dbus) return;
  if (state_ == State::start && !event.owner.empty()) return enter(State::start_post);
  if (state_ == State::running && event.owner.empty()) enter(State::running);
}

}  // namespace svcd
