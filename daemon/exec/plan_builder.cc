#include "daemon/exec/plan_builder.h"

#include <sys/resource.h>

#include <algorithm>

#include "daemon/exec/plan_parts.h"
#include "libunit/command_line.h"
#include "libunit/derived_mount.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

void add_cgroup(PlanBuild& b) {
  for (const std::string& file : b.context.cgroup_attach) b.plan.add(StepKind::cgroup, {}, {file});
  if (!b.context.delegated_cgroup.empty() && b.changes_user)
    b.plan.add(StepKind::delegate, {}, {b.context.delegated_cgroup});
}

void add_identity(PlanBuild& b) {
  if (!b.has_identity) return;
  std::vector<std::string> names{b.exec.user, b.exec.group};
  names.insert(names.end(), b.exec.supplementary_groups.begin(), b.exec.supplementary_groups.end());
  b.plan.add(StepKind::identity, std::span<const int64_t>(), names);
}

void add_scheduling(PlanBuild& b) {
  if (const auto score = effective_oom_score_adjust(b.config)) b.plan.add(StepKind::oom_score_adjust, {*score});
  if (b.exec.nice) b.plan.add(StepKind::nice, {*b.exec.nice});
  const SandboxSection& s = b.sandbox;
  if (s.cpu_scheduling_set)
    b.plan.add(StepKind::cpu_scheduling,
               {s.cpu_scheduling_policy, s.cpu_scheduling_priority, s.cpu_scheduling_reset_on_fork ? 1 : 0});
  if (!s.cpu_affinity.empty() && !s.cpu_affinity_from_numa) {
    std::vector<int64_t> words((s.cpu_affinity.size() + 7) / 8);
    for (size_t i = 0; i < s.cpu_affinity.size(); ++i)
      words[i / 8] |= static_cast<int64_t>(uint64_t{s.cpu_affinity[i]} << (i % 8 * 8));
    b.plan.add(StepKind::cpu_affinity, words, {});
  }
  constexpr int best_effort = 2, normal = 4;  // ioprio_set(2)
  if (s.io_scheduling_class || s.io_scheduling_priority)
    b.plan.add(StepKind::io_priority,
               {s.io_scheduling_class.value_or(best_effort), s.io_scheduling_priority.value_or(normal)});
  if (s.timer_slack_nsec) b.plan.add(StepKind::timer_slack, {static_cast<int64_t>(*s.timer_slack_nsec)});
  b.plan.add(StepKind::umask, {static_cast<int64_t>(b.exec.umask)});
}

void add_fds(PlanBuild& b) {
  std::vector<int64_t> numbers{b.config.service().non_blocking ? 1 : 0};
  if (!b.socket_is_stdio)
    for (const ExecContext::Fd& fd : b.context.listen_fds) numbers.push_back(fd.number);
  b.plan.add(StepKind::fds, numbers, {});
}

void add_limits(PlanBuild& b) {
  if (!b.sandboxed) return;
  const bool defaults_known = !b.config.block<ManagerDefaults>().is_default();
  for (size_t i = 0; i < RLIM_NLIMITS; ++i) {
    std::optional<ResourceLimit> want = b.exec.limits.get(int(i));
    if (!want && defaults_known) want = b.config.defaults().limits[i];
    if (!want || want == b.context.inherited_limits[i]) continue;
    b.plan.add(StepKind::limit,
               {static_cast<int64_t>(i), static_cast<int64_t>(want->soft), static_cast<int64_t>(want->hard)});
  }
}

void add_working_directory(PlanBuild& b) {
  const std::string& folder = b.exec.working_directory;
  const int missing_ok = b.exec.working_directory_missing_ok ? 1 : 0;
  if (folder == "~")
    b.plan.add(StepKind::home_directory, {missing_ok});
  else
    b.plan.add(StepKind::working_directory, {missing_ok}, {folder.empty() ? "/" : folder});
}

bool names_one_of(const std::vector<std::string>& argv, std::initializer_list<std::string_view> variables) {
  for (const std::string& word : argv)
    for (const std::string_view name : variables)
      if (word.find(name) != std::string::npos) return true;
  return false;
}

/// systemd.mount(5), DirectoryMode=. PID 1 itself touches no folder that may be on a file system that does not answer.
void add_mount_point(PlanBuild& b) {
  if (!b.context.unit.ends_with(".mount") || b.command.path != mount_program) return;
  const MountSection& mount = b.config.mount();
  if (!mount.where.starts_with('/')) return;
  const bool shows_another = is_bind(mount) && mount.what.starts_with('/');
  b.plan.add(StepKind::mount_point, {static_cast<int64_t>(mount.directory_mode), shows_another ? 1 : 0},
             {mount.where, mount.what});
}

void add_execute(PlanBuild& b, const BuiltEnvironment& environment) {
  std::vector<std::string> paths;
  const std::string& path = b.command.path;
  if (path.starts_with('/')) {
    paths.push_back(path);
  } else if (!b.sandbox.exec_search_path.empty()) {
    for (const std::string& folder : b.sandbox.exec_search_path) paths.push_back(fmt::format("{}/{}", folder, path));
  } else {
    for (const char* folder : command_folders) paths.push_back(fmt::format("{}/{}", folder, path));
  }
  const bool expand = !b.command.no_env_expand;
  const bool late =
      expand && (environment.only_child_knows ||
                 names_one_of(b.command.argv, {"SYSTEMD_EXEC_PID", "LISTEN_PID", "WATCHDOG_PID", "JOURNAL_STREAM"}));
  std::vector<std::string> argv = b.command.argv;
  if (argv.empty()) argv.push_back(path);
  if (expand && !late) {
    // The first word is the program's name and stays as it is.
    std::vector<std::string> rest = expand_arguments(std::span(argv).subspan(1), environment.variables);
    argv.resize(1);
    std::move(rest.begin(), rest.end(), std::back_inserter(argv));
  }
  const std::array<int64_t, 3> numbers{static_cast<int64_t>(paths.size()), b.command.ignore_failure ? 1 : 0,
                                       late && names_one_of(argv, {"$"}) ? 1 : 0};
  paths.insert(paths.end(), argv.begin(), argv.end());
  b.plan.add(StepKind::execute, numbers, paths);
}

}  // namespace

/// Where systemd 252 insists: without these the process would be somebody else, or see everything;
/// docs/decisions.md, "No silence".
const char* unsupported_setting(const UnitConfig& config) {
  const std::string& root = config.exec().root_directory;
  if (config.exec().dynamic_user) return key_of<&ExecSection::dynamic_user>();
  if (!root.empty() && root != "/") return key_of<&ExecSection::root_directory>();
  if (!config.sandbox().root_image.empty()) return key_of<&SandboxSection::root_image>();
  return nullptr;
}

tl::expected<BuiltPlan, Refusal> build_plan(const UnitConfig& config, const ExecCommand& command,
                                            const ExecContext& context) {
  if (const char* setting = unsupported_setting(config)) {
    auto why = fail(ErrorCode::not_supported, "{}= is not supported yet, and nothing runs without it.", setting);
    return tl::unexpected(Refusal(std::move(why.value()), setting));
  }
  BuiltPlan built;
  PlanBuild b{config, command, context, built.plan, built.not_in_effect};
  using enum ExecCommand::Privileges;
  b.sandboxed = command.privileges != full;
  b.has_identity = !b.exec.user.empty() || !b.exec.group.empty() || !b.exec.supplementary_groups.empty();
  b.changes_user = b.has_identity && b.sandboxed && command.privileges != no_setuid;

  b.socket_is_stdio = b.exec.standard_input == ExecSection::Input::socket ||
                      b.exec.standard_output == ExecSection::Output::socket ||
                      b.exec.standard_error == ExecSection::Output::socket;

  b.plan.add(StepKind::signals, {b.exec.ignore_sigpipe ? 1 : 0, static_cast<int64_t>(context.ignored_signals)});
  b.plan.add(StepKind::session);
  add_identity(b);
  if (auto added = add_stdio(b); !added) return tl::unexpected(std::move(added.error()));
  add_cgroup(b);
  add_scheduling(b);
  add_directories(b);
  const BuiltEnvironment environment = add_environment(b);
  add_namespaces(b);
  // Also with '+' and '!' the process is in the groups of User=, as systemd 252 has it.
  if (b.has_identity) b.plan.add(StepKind::groups, {b.changes_user ? 0 : 1});
  add_fds(b);
  add_limits(b);
  add_privileges(b);
  add_working_directory(b);  // as the user: only that one may have access
  if (b.sandboxed && b.exec.no_new_privileges) b.plan.add(StepKind::no_new_privileges);
  add_mount_point(b);
  add_execute(b, environment);
  if (built.plan.bytes().size() > ExecPlan::length_at_most)
    return fail(ErrorCode::limits_exceeded, "{}: The command line and environment have more than {} bytes.",
                context.unit, ExecPlan::length_at_most);
  return built;
}

}  // namespace svcd
