#include "daemon/linux/manager_configuration.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "daemon/linux/cgroup.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

constexpr uint64_t soft_files = 1024, hard_files = 512 * 1024;
constexpr size_t most_drop_ins = 1024, largest_file = 1024 * 1024;

}  // namespace

std::vector<std::string> configuration_paths(const Scope& scope) {
  std::vector<std::string> paths;
  HostFiles files;
  for (const std::string& file : scope.configuration_files) {
    if (files.look(file).kind == FileInfo::Kind::missing) continue;
    paths.push_back(file);
    break;  // a user's own file stands in for the one of the system
  }
  std::map<std::string, std::string> by_name;
  for (const std::string& folder : scope.configuration_folders)
    for (const DirectoryEntry& entry : files.list(folder))
      if (entry.name.ends_with(".conf") && !entry.name.starts_with('.') && by_name.size() < most_drop_ins)
        by_name.try_emplace(entry.name, folder + '/' + entry.name);
  for (const auto& [name, path] : by_name) paths.push_back(path);
  return paths;
}

std::array<ResourceLimit, RLIM_NLIMITS> current_limits() {
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};
  for (size_t i = 0; i < limits.size(); ++i) {
    rlimit have{};
    if (getrlimit(static_cast<__rlimit_resource_t>(i), &have) == 0) limits[i] = {have.rlim_cur, have.rlim_max};
  }
  return limits;
}

ManagerSettings default_settings(const Scope& scope, std::array<ResourceLimit, RLIM_NLIMITS> limits) {
  ManagerSettings settings;
  ManagerDefaults& defaults = settings.defaults;
  ResourceLimit& files = limits[RLIMIT_NOFILE];
  const uint64_t most = strtoull(read_one_line("/proc/sys/fs/nr_open").c_str(), nullptr, 10);
  files.hard = std::min(std::max(files.hard, hard_files), std::max(most, files.hard));
  files.soft = std::min(files.soft, soft_files);
  defaults.limits = limits;
  defaults.own_limits = current_limits();
  const int last = atoi(read_one_line("/proc/sys/kernel/cap_last_cap").c_str());
  if (last > 0 && last < 63) defaults.capability_mask = (uint64_t{1} << (last + 1)) - 1;
  defaults.physical_memory =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  defaults.system_tasks_max = system_tasks_max(scope);
  const int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
  if (slack > 0) defaults.timer_slack_nsec = static_cast<uint64_t>(slack);
  settings.controls.log_target = scope.is_container || !scope.is_init ? LogTarget::journal : LogTarget::journal_or_kmsg;
  return settings;
}

BootOptions read_boot_options(const Scope& scope, std::vector<std::string>& unknown) {
  ManagerSettings nobody_asks;
  BootOptions options;
  std::vector<std::string> said_later;
  const BootOption::Target into{nobody_asks, options, scope.is_container};
  apply_command_line(scope.command_line, into, said_later);
  apply_arguments(scope.arguments, into, said_later, unknown);
  return options;
}

ManagerSettings ManagerConfiguration::read(bool at_start, Diagnostics& diagnostics) const {
  ManagerSettings settings = default_settings(scope_, limits_);
  for (const std::string& path : configuration_paths(scope_)) {
    auto text = read_regular_file(path, largest_file);
    if (text) apply_manager_configuration(path, *text, settings, scope_.host, diagnostics);
  }
  BootOptions known_already;
  std::vector<std::string> complaints, told_already;
  const BootOption::Target into{settings, known_already, scope_.is_container};
  apply_command_line(scope_.command_line, into, complaints);
  if (at_start) apply_arguments(scope_.arguments, into, complaints, told_already);
  for (std::string& complaint : complaints)
    diagnostics.push_back({Diagnostic::Level::warning, {}, std::move(complaint)});
  return settings;
}

}  // namespace svcd
