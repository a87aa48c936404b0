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
#include "libunit/host/host_facts.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

bool is_yes(std::string_view value) {
  return value.empty() || value == "1" || value == "yes" || value == "y" || value == "true" || value == "t" ||
         value == "on";
}

/// The words that stand for a target on the kernel command line; runlevels and their friends, kernel-command-line(7).
std::string_view target_of_word(std::string_view word) {
  struct Row {
    std::string_view word, target;
  };
  static constexpr Row rows[] = {
      {"-b", "emergency.target"},  {"emergency", "emergency.target"},
      {"rescue", "rescue.target"}, {"single", "rescue.target"},
      {"-s", "rescue.target"},     {"s", "rescue.target"},
      {"S", "rescue.target"},      {"1", "rescue.target"},
      {"2", "multi-user.target"},  {"3", "multi-user.target"},
      {"4", "multi-user.target"},  {"5", "graphical.target"},
  };
  for (const Row& row : rows)
    if (row.word == word) return row.target;
  return {};
}

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
void add_locale(std::vector<std::string>& environment, const std::string& configuration_root) {
  const auto has = [&](std::string_view name) {
    return std::any_of(environment.begin(), environment.end(),
                       [&](const std::string& e) { return e.starts_with(name) && e[name.size()] == '='; });
  };
  for (const char* file : {"/locale.conf", "/default/locale"}) {
    auto text = read_regular_file(configuration_root + file, 64 * 1024);
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

std::vector<std::string> split_command_line(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool any = false;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      if (any || !word.empty()) words.push_back(std::exchange(word, {}));
      any = false;
    } else {
      word += c;
    }
  }
  if (any || !word.empty()) words.push_back(std::move(word));
  return words;
}

void apply_command_line(Scope& scope, std::span<const std::string> words) {
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string_view key = std::string_view(word).substr(0, equals);
    const std::string_view value = equals == std::string::npos ? "" : std::string_view(word).substr(equals + 1);
    if (key == "systemd.unit" && !value.empty())
      scope.default_target = value;
    else if (key == "systemd.show_status")
      scope.show_status = is_yes(value) || value == "auto" || value == "error";
    else if (word == "quiet")
      scope.show_status = false;
    else if (key == "systemd.setenv" && value.find('=') != std::string_view::npos)
      scope.environment.emplace_back(value);
    else if (const std::string_view target = target_of_word(word); !target.empty())
      scope.default_target = target;
  }
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
  add_locale(scope.environment, scope.configuration_root);
  scope.exec_helper = folder_of_self() + "/svcd-exec";
  scope.generator_folders = {"/run/systemd/system-generators", "/etc/systemd/system-generators",
                             "/usr/local/lib/systemd/system-generators", "/usr/lib/systemd/system-generators"};
  scope.environment_generator_folders = {
      "/run/systemd/system-environment-generators", "/etc/systemd/system-environment-generators",
      "/usr/local/lib/systemd/system-environment-generators", "/usr/lib/systemd/system-environment-generators"};

  // In a container /proc/cmdline is the host's: there our own words stand in for it.
  std::vector<std::string> own;
  for (char* argument : arguments.subspan(std::min<size_t>(1, arguments.size()))) own.emplace_back(argument);
  if (!scope.is_container)
    if (auto text = read_virtual_file("/proc/cmdline", 64 * 1024)) apply_command_line(scope, split_command_line(*text));
  if (scope.is_init) apply_command_line(scope, own);
  for (const std::string& word : own)
    if (word.find('=') == std::string::npos && word != "quiet" && target_of_word(word).empty())
      scope.unknown_arguments.push_back(word);

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
