// The manager's configuration in effect: what a daemon-reload read anew, and the environment that processes get.
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "libunit/command_line.h"

namespace svcd {

/// As in 252 a daemon-reload takes all of it; what was set by D-Bus or a signal stays, but for ServiceWatchdogs.
void Manager::take_settings(ManagerSettings settings) {
  const ManagerControls first = setup_.settings.controls;
  ManagerControls& now = controls_;
  const ManagerControls& wanted = settings.controls;
  if (!log_level_set_) now.log_level = wanted.log_level;
  if (!log_target_set_) now.log_target = without_syslog(wanted.log_target);
  now.service_watchdogs = wanted.service_watchdogs;
  const auto take = [&](auto ManagerControls::*member) {
    if (now.*member == first.*member) now.*member = wanted.*member;
  };
  take(&ManagerControls::show_status);
  take(&ManagerControls::runtime_watchdog);
  take(&ManagerControls::runtime_watchdog_pre);
  take(&ManagerControls::runtime_watchdog_pre_governor);
  take(&ManagerControls::reboot_watchdog);
  take(&ManagerControls::kexec_watchdog);
  take(&ManagerControls::watchdog_device);
  if (settings.defaults != setup_.settings.defaults) {
    defaults_.change() = settings.defaults;
    reload_all_ = true;  // what a unit shows, and even what it depends on, may follow from a default
  }
  setup_.settings = std::move(settings);
  controls_changed_ = true;
  kernel_.configure(setup_.settings);
  refresh_environment();
}

/// Below everything: what the manager has from its own start, then DefaultEnvironment=, sorted; then what environment
/// generators said, in their order; then what SetEnvironment() set, sorted again. Each in the place of an older value.
Environment Manager::lasting_environment() const {
  Environment environment = setup_.environment;
  for (const std::string& entry : setup_.settings.default_environment) set_variable(environment, entry);
  std::ranges::sort(environment);
  return environment;
}

void Manager::refresh_environment() {
  environment_ = lasting_environment();
  for (const std::string& entry : generated_environment_) set_variable(environment_, entry);
  for (const std::string& entry : client_environment_) set_variable(environment_, entry);
  kernel_.set_environment(environment_);
  changes_.manager_changed = true;
}

Result<> Manager::set_environment(const std::vector<std::string>& set, const std::vector<std::string>& unset) {
  const auto name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
  std::vector<std::string_view> names;
  names.reserve(set.size());
  for (const std::string& entry : set) names.push_back(name_of(entry));
  std::ranges::sort(names);
  const bool repeats = std::ranges::adjacent_find(names) != names.end();
  if (repeats || !std::ranges::all_of(set, is_assignment))
    return fail(ErrorCode::invalid_args, "Invalid environment assignments");
  for (const std::string& entry : unset)
    if (!is_variable_name(entry) && !is_assignment(entry))
      return fail(ErrorCode::invalid_args, "Invalid environment variable names or assignments");
  for (const std::string& entry : unset)  // "NAME", or "NAME=value" for that value alone
    std::erase_if(client_environment_,
                  [&](const std::string& have) { return have == entry || name_of(have) == entry; });
  for (const std::string& entry : set) {
    if (client_environment_.size() >= longest_list)
      return fail(ErrorCode::limits_exceeded, "There are more than {} variables.", longest_list);
    set_variable(client_environment_, entry);
  }
  std::ranges::sort(client_environment_);
  refresh_environment();
  return {};
}

}  // namespace svcd
