#include "daemon/linux/spawn.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>

#include "daemon/exec/child.h"
#include "daemon/exec/plan_builder.h"
#include "daemon/exec/raw_call.h"
#include "daemon/linux/shared_child.h"
#include "libunit/command_line.h"

namespace svcd {

namespace {

tl::unexpected<Error> fail_errno(std::string_view what, int error) {
  return tl::unexpected(Error{error == ENOMEM ? ErrorCode::no_memory : ErrorCode::failed,
                              fmt::format("{}: {}", what, std::strerror(error)), error});
}

uint64_t ignored_signals() {
  uint64_t mask = 0;
  for (int signal = 1; signal < 64; ++signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) mask |= uint64_t{1} << signal;
  }
  return mask;
}

/// Services inherit no inheritable capabilities, whatever a container manager gave to us; as systemd 252.
void drop_inheritable_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &header, data) < 0 || (data[0].inheritable | data[1].inheritable) == 0) return;
  data[0].inheritable = data[1].inheritable = 0;
  ::syscall(SYS_capset, &header, data);  // giving up is always allowed
}

/// The plan in a memfd that nobody can change any more.
Result<UniqueFd> seal(const ExecPlan& plan) {
  UniqueFd memory(::memfd_create("svcd-plan", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return fail_errno("Failed to make memory for a plan", errno);
  const auto bytes = plan.bytes();
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t wrote = ::write(memory.get(), bytes.data() + done, bytes.size() - done);
    if (wrote < 0) return fail_errno("Failed to write a plan", errno);
    done += static_cast<size_t>(wrote);
  }
  if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
    return fail_errno("Failed to seal a plan", errno);
  return memory;
}

/// Descriptors that the steps of a plan refer to: svcd-exec must inherit them.
std::vector<int> fds_of(const ExecPlan& plan) {
  std::vector<int> out;
  for (ExecPlan::Cursor at(plan); at.next();) {
    if (at.step().kind() == StepKind::dup && at.step().number(1) > 2)
      out.push_back(static_cast<int>(at.step().number(1)));
    if (at.step().kind() == StepKind::fds)
      for (size_t i = 1; i < at.step().number_count(); ++i) out.push_back(static_cast<int>(at.step().number(i)));
  }
  return out;
}

/// Ascending, each once, without the standard ones.
void settle(std::vector<int>& fds) {
  std::erase_if(fds, [](int fd) { return fd < 3; });
  std::sort(fds.begin(), fds.end());
  fds.erase(std::unique(fds.begin(), fds.end()), fds.end());
}

/// Whether a child may share our memory. The kernel gives the OOM score of a child to all that share its memory, and
/// kills them all when it kills one of them for want of memory. So nothing that may wait for somebody before the
/// program runs, and nothing under a limit that is not ours, too.
bool may_share_memory(const ExecPlan& plan, const CgroupPlacement* place) {
  if (place != nullptr && (place->has_memory_limit || place->is_frozen)) return false;
  if (!SharedChild::is_possible()) return false;
  for (ExecPlan::Cursor at(plan); at.next();) {
    const StepKind kind = at.step().kind();
    if (kind == StepKind::oom_score_adjust || kind == StepKind::tty || kind == StepKind::tty_prepare) return false;
    if (kind == StepKind::open && std::string_view(at.step().string(0)) != "/dev/null") return false;
  }
  return true;
}

}  // namespace

/// Everything a child needs, made before its clone.
struct Spawner::Prepared {
  Prepared(ExecPlan steps, int helper_fd) : plan(std::move(steps)), state(plan), helper(helper_fd) {}
  ExecPlan plan;
  ChildState state;
  std::unique_ptr<ProgramImage> image;  // plain plans
  UniqueFd memory;                      // all others: the sealed plan
  std::vector<int> inherited;           // with `memory`: what svcd-exec must get
  std::vector<int> kept;                // sorted: all other descriptors are closed first of all
  std::array<std::array<char, 16>, 4> numbers{};
  std::array<char*, 6> argv{};
  int helper;
  std::string attach;  // cgroup.procs, if the clone could not be made inside, or nothing would run there
  bool must_attach = false;
};

/// A child that shares our memory, and what it must find there unchanged.
struct Spawner::Nest {
  SharedChild shared;
  std::unique_ptr<Prepared> child;
};

Spawner::Spawner(const Scope& scope, CgroupTree& cgroups, const std::string& helper)
    : scope_(scope),
      cgroups_(cgroups),
      own_environment_(scope.own_environment),
      ignored_signals_(svcd::ignored_signals()) {
  drop_inheritable_capabilities();
  helper_ = UniqueFd(::open(helper.c_str(), O_PATH | O_CLOEXEC));
  for (size_t i = 0; i < inherited_limits_.size(); ++i) {
    rlimit have{};
    if (::getrlimit(static_cast<__rlimit_resource>(i), &have) == 0)
      inherited_limits_[i] = ResourceLimit{have.rlim_cur, have.rlim_max};
  }
}

Spawner::~Spawner() {
  for (auto& nest : nests_)
    if (!nest->shared.is_gone()) (void)nest.release();  // somebody is still in there
}

ExecContext Spawner::context_of(const std::string& unit) const {
  ExecContext context;
  context.unit = unit;
  context.manager_environment = environment_;
  context.pass_from = own_environment_;
  context.manager_is_init = scope_.is_init;
  context.journal_stdout = scope_.journal_stdout;
  context.journal_dev_log = scope_.runtime_folder + "/journal/dev-log";
  context.inaccessible = scope_.runtime_folder + "/inaccessible";
  context.private_tmp_id = scope_.host.boot_id;
  context.directory_roots = {scope_.host.runtime_root, scope_.host.state_root, scope_.host.cache_root,
                             scope_.host.logs_root, scope_.host.configuration_root};
  context.tmp = scope_.host.tmp;
  context.var_tmp = scope_.host.var_tmp;
  context.ignored_signals = ignored_signals_;
  context.inherited_limits = inherited_limits_;
  context.mount_namespaces = scope_.probe.mount_namespaces;
  context.network_namespaces = scope_.probe.network_namespaces;
  return context;
}

tl::expected<Spawned, Refusal> Spawner::spawn(const SpawnRequest& request, std::span<const PassedFd> fds) {
  const ResourceSection& resource = request.config.resource();
  const CgroupPlacement placement =
      SVCD_TRY(cgroups_.prepare(request.cgroup, resource, request.is_control && resource.delegate));
  cgroups_.set_oom_group(request.cgroup, effective_oom_policy(request.config) == ServiceSection::OomPolicy::kill);
  ExecContext context = context_of(request.name);
  context.invocation = request.invocation;
  context.extra_environment = request.environment;
  context.is_control = request.is_control;
  context.watchdog = request.watchdog;
  if (request.notify_socket) context.notify_socket = scope_.notify_socket;
  for (const PassedFd& fd : fds) context.listen_fds.push_back({fd.fd, fd.name});
  if (fds.size() == 1) context.standard_socket = fds.front().fd;
  context.cgroup_attach = placement.attach;
  if (resource.delegate && !request.is_control) context.delegated_cgroup = placement.path;
  auto built = build_plan(request.config, request.command, context);
  if (!built) return tl::unexpected(std::move(built.error()));
  Spawned spawned = SVCD_TRY(start(std::move(built->plan), &placement, request.report_exec));
  spawned.not_in_effect = std::move(built->not_in_effect);
  for (std::string& setting : cgroups_.not_in_effect(resource)) spawned.not_in_effect.push_back(std::move(setting));
  return spawned;
}

Result<> Spawner::prepare(Prepared& child, ReportSlots::Index slot, int exec_done) {
  child.state.report = slots_.at(slot);
  child.state.exec_done = exec_done;
  child.kept = fds_of(child.plan);
  if (exec_done >= 0) child.kept.push_back(exec_done);
  if (child.plan.is_plain()) {
    child.image = std::make_unique<ProgramImage>(child.plan);
    settle(child.kept);
    return {};
  }
  if (!helper_) return fail(ErrorCode::not_supported, "svcd-exec is not there, and this process needs it.");
  child.memory = SVCD_TRY(seal(child.plan));
  child.inherited = child.kept;
  child.inherited.push_back(child.memory.get());
  child.inherited.push_back(slots_.fd());
  child.kept = child.inherited;
  child.kept.push_back(child.helper);
  settle(child.kept);
  const std::array<int64_t, 4> values{child.memory.get(), slots_.fd(), slot, exec_done};
  static char name[] = "svcd-exec";
  child.argv[0] = name;
  for (size_t i = 0; i < values.size(); ++i) {
    auto& text = child.numbers[i];
    *std::to_chars(text.data(), text.data() + text.size() - 1, values[i]).ptr = '\0';
    child.argv[i + 1] = text.data();
  }
  return {};
}

/// In the child, from its first moment to the program. Raw calls only: the memory may be PID 1's.
void Spawner::run_child(void* prepared) noexcept {
  Prepared& child = *static_cast<Prepared*>(prepared);
  // A child may hang before it becomes the program: it must not keep sockets and connections open that are not its own.
  int from = 3;
  for (const int fd : child.kept) {
    if (fd > from) raw_call(SYS_close_range, from, fd - 1, 0);
    from = fd + 1;
  }
  raw_call(SYS_close_range, from, ~0U, 0);
  if (child.must_attach) {
    // Whoever stands still there must not do so with our signals blocked: SIGTERM would not end it.
    const uint64_t none = 0;
    raw_call(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
    const int file = raw_open(child.attach.c_str(), O_WRONLY);
    if (file < 0 || raw_call(SYS_write, file, "0", 1) < 0) raw_exit(219);
    raw_call(SYS_close, file);
  }
  if (child.image) run_plain(child.plan, *child.image, child.state);
  for (const int fd : child.inherited) raw_call(SYS_fcntl, fd, F_SETFD, 0);
  char* const environment[] = {nullptr};
  const int error = raw_error(SYS_execveat, child.helper, "", child.argv.data(), environment, AT_EMPTY_PATH);
  StepView step;
  uint32_t index = 0;
  for (ExecPlan::Cursor at(child.plan); at.next();) {
    step = at.step();
    index = at.index();
  }
  fail_step(step, index, error, child.state);
}

/// One that nobody is in any more; the others of these are kept, up to a few.
Spawner::Nest& Spawner::free_nest() {
  constexpr size_t kept = 8;
  for (auto& nest : nests_)
    if (nest->shared.is_gone()) nest->child.reset();
  const auto is_free = [](const auto& nest) { return !nest->child; };
  if (nests_.size() > kept) std::erase_if(nests_, is_free);
  const auto free = std::ranges::find_if(nests_, is_free);
  return free != nests_.end() ? **free : *nests_.emplace_back(std::make_unique<Nest>());
}

/// clone3() into the cgroup (born inside: no window in which a fork escapes, and no wait for RCU); where that is not to
/// be had (an old container's filter), fork(), and the child goes there itself.
pid_t Spawner::clone(std::unique_ptr<Prepared> child, int cgroup, bool share_memory) {
  clone_args args{};
  args.exit_signal = SIGCHLD;
  if (cgroup >= 0 && !child->must_attach) {
    args.flags = CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(cgroup);
  }
  if (has_clone3_ && share_memory) {
    Nest& nest = free_nest();
    clone_args shared = args;
    const pid_t pid = nest.shared.start(shared, &Spawner::run_child, child.get());
    if (pid > 0) {
      nest.child = std::move(child);
      return pid;
    }
    if (errno == EAGAIN) return pid;
  }
  pid_t pid = -1;
  if (has_clone3_) pid = static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
  if (pid < 0 && (!has_clone3_ || errno == ENOSYS || errno == EPERM)) {
    has_clone3_ = has_clone3_ && errno != ENOSYS;
    child->must_attach = child->must_attach || cgroup >= 0;
    pid = static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  }
  if (pid == 0) run_child(child.get());
  return pid;
}

Result<Spawned> Spawner::start(ExecPlan plan, const CgroupPlacement* placement, bool report_exec) {
  Spawned spawned;
  UniqueFd far_end;
  if (report_exec) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return fail_errno("Failed to make a pipe", errno);
    spawned.exec_done = UniqueFd(ends[0]);
    far_end = UniqueFd(ends[1]);
  }
  const ReportSlots::Index slot = SVCD_TRY(slots_.take());
  auto child = std::make_unique<Prepared>(std::move(plan), helper_.get());
  if (auto prepared = prepare(*child, slot, far_end.get()); !prepared) {
    slots_.give_back(slot);
    return tl::unexpected(prepared.error());
  }
  if (placement != nullptr) child->attach = placement->path + "/cgroup.procs";
  const int cgroup = placement != nullptr && placement->folder ? placement->folder.get() : -1;
  child->must_attach = placement != nullptr && placement->is_frozen;
  const bool share = may_share_memory(child->plan, placement);
  const pid_t pid = clone(std::move(child), cgroup, share);
  if (pid < 0) {
    const int error = errno;
    slots_.give_back(slot);
    return fail_errno("Failed to fork", error);
  }
  spawned.pid = pid;
  spawned.report = slot;
  return spawned;
}

std::optional<ExecFailed> Spawner::take_report(UnitId unit, SpawnToken token, ReportSlots::Index slot) {
  const ExecReport* report = slots_.at(slot);
  if (report == nullptr) return std::nullopt;
  std::optional<ExecFailed> failed;
  if (const uint16_t kind = __atomic_load_n(&report->step, __ATOMIC_ACQUIRE); kind != 0) {
    const StepInfo& info = step_info(static_cast<StepKind>(kind));
    failed.emplace();
    failed->unit = unit;
    failed->token = token;
    failed->exit_code = report->exit_code;
    failed->step = report->exit_code != 0 ? step_name_of(report->exit_code) : info.step;
    failed->setting = failure_setting(*report);
    failed->program.assign(report->program, ::strnlen(report->program, sizeof report->program));
    failed->error_number = report->error_number;
    failed->message = failure_message(*report);
    failed->what.assign(report->detail, ::strnlen(report->detail, sizeof report->detail));
  }
  slots_.give_back(slot);
  return failed;
}

bool Spawner::has_failed(ReportSlots::Index slot) const {
  const ExecReport* report = slots_.at(slot);
  return report != nullptr && __atomic_load_n(&report->step, __ATOMIC_ACQUIRE) != 0;
}

Result<Spawned> Spawner::remove_directories(const std::string& name, const ExecSection& exec) {
  ExecPlan plan = build_removal_plan(exec, context_of(name));
  if (!ExecPlan::Cursor(plan).next()) return Spawned{};
  return start(std::move(plan), nullptr, false);
}

Result<Spawned> Spawner::clean(const std::string& name, const ExecSection& exec, DirectoryKinds what) {
  ExecPlan plan = build_clean_plan(exec, what, context_of(name));
  if (!ExecPlan::Cursor(plan).next()) return fail(ErrorCode::failed, "There is nothing to remove.");
  return start(std::move(plan), nullptr, false);
}

Result<Spawned> Spawner::run(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                             int output) {
  if (argv.empty()) return fail(ErrorCode::invalid_args, "There is no program to run.");
  ExecPlan plan;
  plan.add(StepKind::signals, {0, static_cast<int64_t>(ignored_signals_)});
  plan.add(StepKind::session);
  plan.add(StepKind::open, {0, O_RDONLY}, {"/dev/null"});
  if (output >= 0) plan.add(StepKind::dup, {1, output});
  plan.add(StepKind::umask, {022});
  std::vector<std::string> variables = own_environment_;
  for (const std::string& variable : environment) set_variable(variables, variable);
  plan.add(StepKind::environment, {}, variables);
  plan.add(StepKind::environment_late, {}, {"SYSTEMD_EXEC_PID"});
  if (own_files_)
    plan.add(StepKind::limit,
             {RLIMIT_NOFILE, static_cast<int64_t>(own_files_->soft), static_cast<int64_t>(own_files_->hard)});
  std::vector<std::string> words{argv.front()};
  words.insert(words.end(), argv.begin(), argv.end());
  plan.add(StepKind::fds, {0});
  plan.add(StepKind::execute, std::array<int64_t, 3>{1, 0, 0}, words);
  return start(std::move(plan), nullptr, false);
}

}  // namespace svcd
