#include <algorithm>

#include "daemon/exec/plan_parts.h"
#include "daemon/exec/variables.h"
#include "libunit/command_line.h"
#include "libunit/hex.h"

namespace svcd {

namespace {

constexpr std::array directory_variables{"RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY",
                                         "CONFIGURATION_DIRECTORY"};

void set_listen_fds(const PlanBuild& b, std::vector<std::string>& into, std::vector<std::string>& late) {
  if (b.context.listen_fds.empty() || b.socket_is_stdio) return;
  std::string names;
  for (const ExecContext::Fd& fd : b.context.listen_fds) {
    if (!names.empty()) names += ':';
    names += fd.name.empty() ? "unknown" : fd.name;
  }
  set_variable(into, fmt::format("LISTEN_FDS={}", b.context.listen_fds.size()));
  set_variable(into, "LISTEN_FDNAMES=" + names);
  late.emplace_back("LISTEN_PID");
}

void set_directories(const PlanBuild& b, std::vector<std::string>& into) {
  for (size_t i = 0; i < b.exec.directories.size(); ++i) {
    std::vector<std::string> paths;
    for (const auto& entry : b.exec.directories[i].entries)
      paths.push_back(b.context.directory_roots[i] + "/" + entry.path);
    if (paths.empty()) continue;
    std::sort(paths.begin(), paths.end());
    set_variable(into, fmt::format("{}={}", directory_variables[i], fmt::join(paths, ":")));
  }
}

bool has(const std::vector<std::string>& environment, std::string_view name) {
  return find_variable(environment, name).has_value();
}

bool needs_term(const PlanBuild& b) {
  using Input = ExecSection::Input;
  const Input in = b.exec.standard_input;
  const auto is_tty = [](const auto& output) { return output == ExecSection::Output::tty; };
  return in == Input::tty || in == Input::tty_force || in == Input::tty_fail || is_tty(b.exec.standard_output) ||
         is_tty(b.exec.standard_error) || !b.exec.tty_path.empty();
}

/// The console has the terminal that the manager was told of; virtual consoles are "linux".
std::string term_of(const PlanBuild& b) {
  const std::string& path = b.exec.tty_path.empty() ? b.context.console : b.exec.tty_path;
  const auto known = find_variable(b.context.pass_from, "TERM");
  if (path == b.context.console && known && b.context.manager_is_init) return std::string(*known);
  constexpr std::string_view virtual_console = "/dev/tty";
  const bool is_virtual = path.starts_with(virtual_console) && path.size() > virtual_console.size() &&
                          path[virtual_console.size()] >= '0' && path[virtual_console.size()] <= '9';
  return is_virtual ? "linux" : "vt220";
}

/// What the manager says about this run; settings of the unit go over it.
std::vector<std::string> base_environment(const PlanBuild& b, std::vector<std::string>& late) {
  std::vector<std::string> out;
  for (const std::string& variable : b.context.manager_environment) set_variable(out, variable);
  if (b.context.invocation != std::array<uint8_t, 16>{})
    set_variable(out, "INVOCATION_ID=" + to_hex(b.context.invocation));
  if (!b.context.notify_socket.empty()) set_variable(out, "NOTIFY_SOCKET=" + b.context.notify_socket);
  for (const std::string& variable : b.context.extra_environment) set_variable(out, variable);
  set_listen_fds(b, out, late);
  if (b.context.watchdog.count() != 0 && b.context.watchdog != infinity) {
    set_variable(out, fmt::format("WATCHDOG_USEC={}", b.context.watchdog.count()));
    late.emplace_back("WATCHDOG_PID");
  }
  late.emplace_back("SYSTEMD_EXEC_PID");
  if (b.has_journal) late.emplace_back("JOURNAL_STREAM");
  if (needs_term(b) && !has(out, "TERM")) set_variable(out, "TERM=" + term_of(b));
  set_directories(b, out);
  return out;
}

std::vector<std::string> own_environment(const PlanBuild& b) {
  std::vector<std::string> out;
  for (const std::string& name : b.exec.pass_environment)
    if (const auto value = find_variable(b.context.pass_from, name))
      set_variable(out, fmt::format("{}={}", name, *value));
  for (const std::string& variable : b.exec.environment) set_variable(out, variable);
  return out;
}

}  // namespace

BuiltEnvironment add_environment(PlanBuild& b) {
  std::vector<std::string> late;
  BuiltEnvironment built;
  built.variables = base_environment(b, late);
  const std::vector<std::string> own = own_environment(b);
  built.only_child_knows = b.has_identity || !b.exec.environment_files.empty();
  if (!built.only_child_knows) {
    for (const std::string& variable : own) set_variable(built.variables, variable);
    unset_variables(built.variables, b.exec.unset_environment);
    // A variable that the unit sets itself is not the child's to fill in any more.
    std::erase_if(late, [&](const std::string& name) {
      return has(own, name) || std::find(b.exec.unset_environment.begin(), b.exec.unset_environment.end(), name) !=
                                   b.exec.unset_environment.end();
    });
    b.plan.add(StepKind::environment, {}, built.variables);
    if (!late.empty()) b.plan.add(StepKind::environment_late, {}, late);
    return built;
  }
  b.plan.add(StepKind::environment, {}, built.variables);
  b.plan.add(StepKind::environment_late, {}, late);
  if (!b.exec.user.empty()) b.plan.add(StepKind::environment_user);
  if (!own.empty()) b.plan.add(StepKind::environment, {}, own);
  for (const std::string& file : b.exec.environment_files) {
    const bool missing_ok = file.starts_with('-');
    b.plan.add(StepKind::environment_file, {missing_ok ? 1 : 0}, {std::string_view(file).substr(missing_ok ? 1 : 0)});
  }
  if (!b.exec.unset_environment.empty()) b.plan.add(StepKind::environment_unset, {}, b.exec.unset_environment);
  return built;
}

}  // namespace svcd
