// What the manager is told to do otherwise than it began: how much is logged and where, what the console shows, what
// watchdogs do.
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "libunit/codecs.h"

namespace svcd {

// As in 252: what was said before decides whether, and where, the change itself is logged.
void Manager::set_log_level(std::optional<int> level) {
  if (!level && !log_level_set_) return;
  controls_.log_level = level.value_or(setup_.settings.controls.log_level);
  const std::string_view name = log_level_name(controls_.log_level);
  log(nullptr, priority_info,
      level ? fmt::format("Setting log level to {}.", name)
            : fmt::format("Restoring log level to original ({}).", name));
  log_level_set_ = level.has_value();
  controls_changed_ = true;
}

void Manager::set_log_target(std::optional<LogTarget> target) {
  if (!target && !log_target_set_) return;
  const LogTarget wanted = target.value_or(setup_.settings.controls.log_target);
  const std::string_view name = to_string(wanted);
  log(nullptr, priority_info,
      target ? fmt::format("Setting log target to {}.", name)
             : fmt::format("Restoring log target to original {}.", name));
  controls_.log_target = without_syslog(wanted);
  log_target_set_ = target.has_value();
  controls_changed_ = true;
}

void Manager::set_show_status(std::optional<ShowStatus> status) {
  controls_.show_status = status.value_or(setup_.settings.controls.show_status);
  controls_changed_ = true;
}

void Manager::set_watchdogs(const ManagerControls& wanted) {
  const ManagerControls before = controls_;
  const auto take = [&](auto ManagerControls::*member) { controls_.*member = wanted.*member; };
  take(&ManagerControls::runtime_watchdog);
  take(&ManagerControls::runtime_watchdog_pre);
  take(&ManagerControls::runtime_watchdog_pre_governor);
  take(&ManagerControls::reboot_watchdog);
  take(&ManagerControls::kexec_watchdog);
  if (before != controls_)
    log(nullptr, priority_warning, "The machine's watchdog is not used yet: what is set of it has no effect.");
  take(&ManagerControls::service_watchdogs);
}

/// ShowStatus=auto: once something goes wrong all is shown, until the system is up.
void Manager::flip_show_status(bool something_went_wrong) {
  const ShowStatus from = something_went_wrong ? ShowStatus::automatic : ShowStatus::temporary;
  if (controls_.show_status != from) return;
  controls_.show_status = something_went_wrong ? ShowStatus::temporary : ShowStatus::automatic;
  kernel_.control(controls_);  // what went wrong is told with this step, and shown
}

/// By the offset to SIGRTMIN; systemd(1). False: it means something else.
bool Manager::control_by_signal(int offset) {
  switch (offset) {
    case 20: return set_show_status(ShowStatus::yes), true;
    case 21: return set_show_status(ShowStatus::no), true;
    case 22: return set_log_level(priority_debug), true;
    case 23: return set_log_level(std::nullopt), true;
    case 26: return set_log_target(std::nullopt), true;
    case 27: return set_log_target(LogTarget::console), true;
    case 28: return set_log_target(LogTarget::kmsg), true;
    case 29: return set_log_target(LogTarget::journal), true;
    default: return false;
  }
}

}  // namespace svcd
