#include "daemon/linux/scope_detection.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "daemon/linux/cgroup.h"
#include "daemon/linux/manager_configuration.h"
#include "libunit/host/host_facts.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

/// What PID 1 passes on: as systemd, without what belongs to PID 1 alone or came from the boot loader's command line.
std::vector<std::string> inherited_environment(const char* const* environment) {
  static constexpr std::string_view own[] = {"HOME",
                                             "TERM",
                                             "container",
                                             "container_uuid",
                                             "NOTIFY_SOCKET",
                                             "USER",
                                             "LOGNAME",
                                             "SHELL",
                                             "PWD",
                                             "SHLVL",
                                             "_",
                                             "LISTEN_PID",
                                             "LISTEN_FDS",
                                             "LISTEN_FDNAMES",
                                             "WATCHDOG_PID",
                                             "WATCHDOG_USEC",
                                             "JOURNAL_STREAM",
                                             "INVOCATION_ID",
                                             "SYSTEMD_UNIT_PATH"};
  std::vector<std::string> kept{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  for (const char* const* at = environment; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const std::string_view name = entry.substr(0, entry.find('='));
    const bool is_locale = name == "LANG" || name == "LANGUAGE" || name.starts_with("LC_");
    if (is_locale && std::find(std::begin(own), std::end(own), name) == std::end(own)) kept.emplace_back(entry);
  }
  return kept;
}

/// LANG= and friends of locale.conf(5), which Debian keeps in default/locale.
void add_locale(Scope& scope) {
  std::vector<std::string>& environment = scope.environment;
  const auto has = [&](std::string_view name) {
    return std::any_of(environment.begin(), environment.end(),
                       [&](const std::string& e) { return e.starts_with(name) && e[name.size()] == '='; });
  };
  for (const std::string& entry : scope.boot.locale)
    if (!has(std::string_view(entry).substr(0, entry.find('=')))) environment.push_back(entry);
  for (const char* file : {"/locale.conf", "/default/locale"}) {
    if (!scope.boot.locale.empty()) break;  // then the file has no say
    auto text = read_regular_file(scope.configuration_root + file, 64 * 1024);
    if (!text) continue;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const size_t equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = line.substr(0, equals);
      std::string_view value = line.substr(equals + 1);
      if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0])
        value = value.substr(1, value.size() - 2);
      if ((name == "LANG" || name.starts_with("LC_")) && !value.empty() && !has(name))
        environment.push_back(fmt::format("{}={}", name, value));
    }
    break;
  }
  if (!has("LANG")) environment.emplace_back("LANG=C.UTF-8");
}

/// systemd-system.conf(5), "CONFIGURATION DIRECTORIES AND PRECEDENCE".
void find_configuration(Scope& scope, const std::string& home) {
  const std::string file = scope.is_user ? "/systemd/user.conf" : "/systemd/system.conf";
  if (scope.is_user && !home.empty()) scope.configuration_files.push_back(home + "/.config" + file);
  scope.configuration_files.push_back(scope.configuration_root + file);
  for (const std::string& root :
       {scope.configuration_root, scope.runtime_root, std::string("/usr/local/lib"), std::string("/usr/lib")})
    scope.configuration_folders.push_back(root + file + ".d");
}

std::string folder_of_self() {
  char path[4096];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  const std::string_view self(path, n > 0 ? static_cast<size_t>(n) : 0);
  return self.empty() ? "/usr/lib/svcd" : std::string(self.substr(0, self.rfind('/')));
}

}  // namespace

bool is_init_process() {
  return getpid() == 1;
}

Scope detect_scope(std::span<char* const> arguments, const char* const* environment) {
  const auto variable = [&](const char* name) {
    const char* value = getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  Scope scope;
  scope.is_init = is_init_process();
  scope.shutdown_folders = {"/lib/systemd/system-shutdown", "/etc/systemd/system-shutdown"};
  const std::string container = detect_container(getenv("container"));
  scope.is_container = !container.empty();
  scope.virtualization = scope.is_container ? container : detect_vm();
  scope.environment = inherited_environment(environment);
  for (const char* const* at = environment; at != nullptr && *at != nullptr; ++at)
    scope.own_environment.emplace_back(*at);
  scope.supervisor_socket = variable("NOTIFY_SOCKET");
  scope.exec_helper = folder_of_self() + "/svcd-exec";
  scope.generator_folders = {"/run/systemd/system-generators", "/etc/systemd/system-generators",
                             "/usr/local/lib/systemd/system-generators", "/usr/lib/systemd/system-generators"};
  scope.environment_generator_folders = {
      "/run/systemd/system-environment-generators", "/etc/systemd/system-environment-generators",
      "/usr/local/lib/systemd/system-environment-generators", "/usr/lib/systemd/system-environment-generators"};

  const std::span<char* const> own = arguments.subspan(std::min<size_t>(1, arguments.size()));
  scope.arguments.assign(own.begin(), own.end());
  // In a container /proc/cmdline is the host's: there our own words stand in for it.
  if (const std::string given = variable("SYSTEMD_PROC_CMDLINE"); !given.empty())
    scope.command_line = split_command_line(given);
  else if (scope.is_container)
    scope.command_line = scope.is_init ? scope.arguments : std::vector<std::string>();
  else if (auto text = read_virtual_file("/proc/cmdline", 64 * 1024))
    scope.command_line = split_command_line(*text);
  find_configuration(scope, variable("HOME"));
  scope.boot = read_boot_options(scope, scope.unknown_arguments);
  add_locale(scope);

  scope.host = detect_host();
  scope.search_path = SearchPath::system(scope.configuration_root, scope.runtime_root, variable("SYSTEMD_UNIT_PATH"));
  scope.probe = probe_abilities();
  detect_cgroups(scope);
  return scope;
}

Scope::Probe probe_abilities() {
  Scope::Probe probe;
  const auto can = [](int flags) {  // in a child: a namespace cannot be left again
    const pid_t pid = static_cast<pid_t>(syscall(SYS_clone, static_cast<unsigned long>(flags | SIGCHLD), 0, 0, 0, 0));
    if (pid == 0) _exit(0);
    if (pid < 0) return false;
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {  // it does nothing but end
    }
    return true;
  };
  constexpr int new_mount_namespace = 0x00020000, new_network_namespace = 0x40000000;  // CLONE_NEWNS, CLONE_NEWNET
  probe.mount_namespaces = can(new_mount_namespace);
  probe.network_namespaces = can(new_network_namespace);
  probe.seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  return probe;
}

}  // namespace svcd
