#include "daemon/linux/manager_defaults.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "daemon/linux/cgroup.h"
#include "libunit/codecs.h"
#include "libunit/host/host_files.h"
#include "libunit/unit_text.h"

namespace svcd {
namespace {

constexpr uint64_t soft_files = 1024, hard_files = 512 * 1024;

struct Row {
  std::string_view key;
  bool (*apply)(std::string_view value, Scope&, ManagerDefaults&);
};

template <Duration ManagerDefaults::*Member>
bool span(std::string_view value, Scope&, ManagerDefaults& into) {
  Duration d{};
  if (!parse_span(value, d)) return false;
  into.*Member = d.count() == 0 ? infinity : d;  // 0: no limit
  return true;
}

template <bool ManagerDefaults::*Member>
bool yes_or_no(std::string_view value, Scope&, ManagerDefaults& into) {
  return parse_boolean(value, into.*Member);
}

bool show_status(std::string_view value, Scope& scope, ManagerDefaults&) {
  bool on = true;
  if (value != "auto" && value != "error" && !parse_boolean(value, on)) return false;
  scope.show_status = on;
  return true;
}

bool timeout_abort(std::string_view value, Scope&, ManagerDefaults& into) {
  Duration d{};
  if (!value.empty() && !parse_span(value, d)) return false;
  into.timeout_abort = value.empty() ? std::nullopt : std::optional(d.count() == 0 ? infinity : d);
  return true;
}

// clang-format off
constexpr Row rows[] = {
    {"ShowStatus",               show_status},
    {"DefaultTimeoutStartSec",   span<&ManagerDefaults::timeout_start>},
    {"DefaultTimeoutStopSec",    span<&ManagerDefaults::timeout_stop>},
    {"DefaultTimeoutAbortSec",   timeout_abort},
    {"DefaultCPUAccounting",     yes_or_no<&ManagerDefaults::cpu_accounting>},
    {"DefaultMemoryAccounting",  yes_or_no<&ManagerDefaults::memory_accounting>},
    {"DefaultTasksAccounting",   yes_or_no<&ManagerDefaults::tasks_accounting>},
    {"DefaultIOAccounting",      yes_or_no<&ManagerDefaults::io_accounting>},
    {"DefaultBlockIOAccounting", yes_or_no<&ManagerDefaults::block_io_accounting>},
    {"DefaultIPAccounting",      yes_or_no<&ManagerDefaults::ip_accounting>},
};
// clang-format on

/// Drop-ins by name; the first folder that has one wins.
std::vector<std::string> drop_ins(const std::vector<std::string>& folders) {
  std::map<std::string, std::string> by_name;
  for (const std::string& folder : folders)
    for (const DirectoryEntry& entry : HostFiles().list(folder))
      if (entry.name.ends_with(".conf")) by_name.try_emplace(entry.name, folder + '/' + entry.name);
  std::vector<std::string> paths;
  paths.reserve(by_name.size());
  for (const auto& [name, path] : by_name) paths.push_back(path);
  return paths;
}

}  // namespace

Diagnostics apply_manager_configuration(const std::string& path, std::string_view text, Scope& scope,
                                        ManagerDefaults& defaults) {
  auto parsed = parse_unit_text(path, text);
  if (!parsed) return {{Diagnostic::Level::error, {path, 0}, parsed.error().message}};
  Diagnostics diagnostics = std::move(parsed->diagnostics);
  for (const Assignment& a : parsed->assignments) {
    const auto* row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.key == a.key; });
    if (a.section != "Manager" || row == std::end(rows))
      diagnostics.push_back({Diagnostic::Level::warning,
                             {path, a.line},
                             fmt::format("{}= in section [{}] has no effect here yet.", a.key, a.section)});
    else if (!row->apply(a.value, scope, defaults))
      diagnostics.push_back({Diagnostic::Level::warning,
                             {path, a.line},
                             fmt::format("Failed to parse {}=, ignoring: {}", a.key, a.value)});
  }
  return diagnostics;
}

Diagnostics read_manager_configuration(Scope& scope, ManagerDefaults& defaults) {
  const auto quiet = scope.show_status;  // the command line has the last word
  std::vector<std::string> folders;
  for (const std::string& root :
       {scope.configuration_root, scope.runtime_root, std::string("/usr/local/lib"), std::string("/usr/lib")})
    folders.push_back(root + "/systemd/system.conf.d");
  std::vector<std::string> paths{scope.configuration_root + "/systemd/system.conf"};
  for (std::string& path : drop_ins(folders)) paths.push_back(std::move(path));
  Diagnostics all;
  for (const std::string& path : paths) {
    auto text = read_regular_file(path, 1024 * 1024);
    if (!text) continue;
    for (Diagnostic& d : apply_manager_configuration(path, *text, scope, defaults)) all.push_back(std::move(d));
  }
  scope.show_status = scope.show_status && quiet;
  return all;
}

std::array<ResourceLimit, RLIM_NLIMITS> current_limits() {
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};
  for (size_t i = 0; i < limits.size(); ++i) {
    rlimit have{};
    if (getrlimit(static_cast<__rlimit_resource_t>(i), &have) == 0) limits[i] = {have.rlim_cur, have.rlim_max};
  }
  return limits;
}

ManagerDefaults detect_defaults(const Scope& scope, std::array<ResourceLimit, RLIM_NLIMITS> limits) {
  ManagerDefaults defaults;
  ResourceLimit& files = limits[RLIMIT_NOFILE];
  files.hard = std::min(files.hard, hard_files);
  files.soft = std::min(files.hard, soft_files);
  defaults.limits = limits;
  const int last = atoi(read_one_line("/proc/sys/kernel/cap_last_cap").c_str());
  if (last > 0 && last < 63) defaults.capability_mask = (uint64_t{1} << (last + 1)) - 1;
  defaults.physical_memory =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  defaults.system_tasks_max = system_tasks_max(scope);
  return defaults;
}

}  // namespace svcd
