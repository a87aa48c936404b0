#include "daemon/exec/child.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "daemon/exec/child_stdio.h"
#include "daemon/exec/raw_call.h"

namespace svcd {

namespace {

int reset_signals(const StepView& step) noexcept {
  const auto ignored = static_cast<uint64_t>(step.number(1));
  for (int signal = 1; signal < 64; ++signal)
    if ((ignored >> signal & 1) != 0) handle_signal(signal, SIG_DFL);
  handle_signal(SIGPIPE, step.number(0) != 0 ? SIG_IGN : SIG_DFL);
  const uint64_t none = 0;
  return raw_error(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
}

int write_file(const char* path, const char* text, size_t length) noexcept {
  const auto fd = raw_open(path, O_WRONLY);
  if (fd < 0) return -fd;
  const int error = raw_error(SYS_write, fd, text, length);
  raw_call(SYS_close, fd);
  return error;
}

int set_oom_score(int64_t value) noexcept {
  char text[8];
  size_t at = sizeof text;
  auto rest = static_cast<uint64_t>(value < 0 ? -value : value);
  do {
    text[--at] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0 && at > 1);
  if (value < 0) text[--at] = '-';
  const int error = write_file("/proc/self/oom_score_adj", text + at, sizeof text - at);
  return error == EPERM || error == EACCES ? 0 : error;  // a container that may not lower it; as systemd 252
}

/// The descriptors of the step become 3, 4 …; everything above them is closed by execve().
int arrange_fds(const StepView& step, ChildState& state) noexcept {
  const size_t count = std::min(step.number_count() - std::min<size_t>(step.number_count(), 1), state.moved.size());
  const int end = 3 + static_cast<int>(count);
  if (state.exec_done >= 3 && state.exec_done < end) {
    state.exec_done = static_cast<int>(raw_call(SYS_fcntl, state.exec_done, F_DUPFD_CLOEXEC, end));
    if (state.exec_done < 0) return -state.exec_done;
  }
  for (size_t i = 0; i < count; ++i) {  // first all out of the way, so that none is overwritten before it was moved
    state.moved[i] = static_cast<int>(raw_call(SYS_fcntl, step.number(i + 1), F_DUPFD_CLOEXEC, end));
    if (state.moved[i] < 0) return -state.moved[i];
  }
  for (size_t i = 0; i < count; ++i) {
    const int fd = 3 + static_cast<int>(i);
    if (const int error = raw_error(SYS_dup3, state.moved[i], fd, 0); error != 0) return error;
    const auto flags = static_cast<int>(raw_call(SYS_fcntl, fd, F_GETFL));
    if (flags < 0) return -flags;
    const int wanted = step.number(0) != 0 ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (wanted == flags) continue;
    if (const int error = raw_error(SYS_fcntl, fd, F_SETFL, wanted); error != 0) return error;
  }
  return raw_error(SYS_close_range, end, ~0U, CLOSE_RANGE_CLOEXEC);
}

/// As much of the limit as we may have.
int set_limit(const StepView& step) noexcept {
  const int64_t resource = step.number(0);
  rlimit want{static_cast<rlim_t>(step.number(1)), static_cast<rlim_t>(step.number(2))};
  if (const int error = raw_error(SYS_prlimit64, 0, resource, &want, nullptr); error != EPERM) return error;
  rlimit have{};
  if (const int error = raw_error(SYS_prlimit64, 0, resource, nullptr, &have); error != 0) return error;
  want.rlim_max = std::min(want.rlim_max, have.rlim_max);
  want.rlim_cur = std::min(want.rlim_cur, want.rlim_max);
  return raw_error(SYS_prlimit64, 0, resource, &want, nullptr);
}

int limit_bounding_set(uint64_t mask) noexcept {
  for (unsigned long capability = 0; capability < 64; ++capability) {
    if ((mask >> capability & 1) != 0) continue;
    const int64_t has = raw_call(SYS_prctl, PR_CAPBSET_READ, capability, 0, 0, 0);
    if (has < 0) break;  // the kernel knows no more
    if (has == 0) continue;
    if (const int error = raw_error(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0); error != 0) return error;
  }
  return 0;
}

int set_ambient(uint64_t mask) noexcept {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (const int error = raw_error(SYS_capget, &header, data); error != 0) return error;
  for (size_t i = 0; i < 2; ++i) {
    const auto part = static_cast<uint32_t>(mask >> (32 * i));
    data[i].inheritable |= part;
    data[i].permitted |= part;
    data[i].effective |= part;
  }
  int error = raw_error(SYS_capset, &header, data);
  for (unsigned long capability = 0; capability < 64 && error == 0; ++capability)
    if ((mask >> capability & 1) != 0)
      error = raw_error(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
  return error;
}

int set_cpu_scheduling(const StepView& step) noexcept {
  sched_param parameter{};
  parameter.sched_priority = static_cast<int>(step.number(1));
  const int policy = static_cast<int>(step.number(0)) | (step.number(2) != 0 ? SCHED_RESET_ON_FORK : 0);
  return raw_error(SYS_sched_setscheduler, 0, policy, &parameter);
}

int set_cpu_affinity(const StepView& step) noexcept {
  std::array<uint64_t, 128> mask{};  // 8192 processors, as many as the kernel can be built for
  const size_t words = std::min(step.number_count(), mask.size());
  for (size_t i = 0; i < words; ++i) mask[i] = static_cast<uint64_t>(step.number(i));
  return raw_error(SYS_sched_setaffinity, 0, words * sizeof mask[0], mask.data());
}

int enter_folder(const StepView& step) noexcept {
  const int error = raw_error(SYS_chdir, step.string(0));
  return step.number(0) == 0 ? error : 0;
}

}  // namespace

ChildState::ChildState(const ExecPlan& plan) {
  for (ExecPlan::Cursor at(plan); at.next();)
    if (at.step().kind() == StepKind::fds && at.step().number_count() > 1) moved.resize(at.step().number_count() - 1);
}

int apply_step(const StepView& step, ChildState& state) noexcept {
  using enum StepKind;
  switch (step.kind()) {
    case signals: return reset_signals(step);
    case session: return raw_error(SYS_setsid);
    case tty_prepare: return prepare_terminal(step);
    case open: return open_stream(step);
    case dup: return duplicate_stream(step);
    case journal: return connect_journal(step, state);
    case tty: return acquire_terminal(step);
    case input_data: return provide_input(step);
    case cgroup: return write_file(step.string(0), "0", 1);
    case oom_score_adjust: return set_oom_score(step.number(0));
    case nice: return raw_error(SYS_setpriority, PRIO_PROCESS, 0, step.number(0));
    case cpu_scheduling: return set_cpu_scheduling(step);
    case cpu_affinity: return set_cpu_affinity(step);
    case io_priority: {
      constexpr int who_process = 1, class_shift = 13;
      const int64_t value = step.number(0) << class_shift | step.number(1);
      return raw_error(SYS_ioprio_set, who_process, 0, value);
    }
    case timer_slack: return raw_error(SYS_prctl, PR_SET_TIMERSLACK, step.number(0), 0, 0, 0);
    case private_hostname: return raw_error(SYS_unshare, CLONE_NEWUTS);
    case private_ipc: return raw_error(SYS_unshare, CLONE_NEWIPC);
    case umask: raw_call(SYS_umask, step.number(0)); return 0;
    case working_directory: return enter_folder(step);
    case fds: return arrange_fds(step, state);
    case limit: return set_limit(step);
    case bounding_set: return limit_bounding_set(static_cast<uint64_t>(step.number(0)));
    case keep_capabilities: return raw_error(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
    case ambient_capabilities: return set_ambient(static_cast<uint64_t>(step.number(0)));
    case no_new_privileges: return raw_error(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    case none:
    case environment:
    case environment_late:
    case execute: return 0;  // in the ProgramImage
    case identity:
    case delegate:
    case directory:
    case environment_user:
    case environment_file:
    case environment_unset:
    case private_network:
    case mount_namespace:
    case private_tmp:
    case private_devices:
    case empty_folder:
    case bind_mount:
    case mount_rule:
    case apply_mount_rules:
    case groups:
    case home_directory:
    case user:
    case mount_point:
    case remove_tree: return ENOSYS;  // needs svcd-exec
  }
  return ENOSYS;
}

namespace {

template <size_t Size>
void copy_text(char (&into)[Size], const char* text) noexcept {
  size_t length = 0;
  for (; length + 1 < Size && text[length] != '\0'; ++length) into[length] = text[length];
  into[length] = '\0';
}

void write_report(const StepView& step, uint32_t index, int error, int exit_code, const char* detail,
                  const ChildState& state) noexcept {
  ExecReport* report = state.report;
  if (report == nullptr) return;
  copy_text(report->detail, detail);
  copy_text(report->program, state.program);
  report->exit_code = static_cast<int16_t>(exit_code);
  report->error_number = error;
  report->index = index;
  const bool is_program = step.kind() == StepKind::execute;
  report->first_number = is_program ? state.program_is_there : static_cast<int32_t>(step.number(0));
  __atomic_store_n(&report->step, static_cast<uint16_t>(step.kind()), __ATOMIC_RELEASE);
}

}  // namespace

void fail_step(const StepView& step, uint32_t index, int error, const ChildState& state, const char* detail,
               int exit_code) noexcept {
  const int code = exit_code != 0 ? exit_code : exit_code_of(step.kind(), step.number(0));
  write_report(step, index, error, code, detail != nullptr ? detail : step.string(0), state);
  raw_exit(code);
}

void become(const StepView& step, uint32_t index, ProgramImage& image, ChildState& state) noexcept {
  image.complete(raw_call(SYS_getpid), state.journal_device, state.journal_inode);
  const int error = image.execute();
  state.program_is_there = image.is_there();
  if (step.number(1) == 0 || error == ENOMEM) fail_step(step, index, error, state, image.name());
  write_report(step, index, error, 0, image.name(), state);  // '-': a missing program counts as success
  raw_exit(0);
}

void run_plain(const ExecPlan& plan, ProgramImage& image, ChildState& state) noexcept {
  state.program = image.name();
  for (ExecPlan::Cursor at(plan); at.next();) {
    if (at.step().kind() == StepKind::execute) become(at.step(), at.index(), image, state);
    if (const int error = apply_step(at.step(), state); error != 0) fail_step(at.step(), at.index(), error, state);
  }
  raw_exit(203);  // a plan without a program
}

}  // namespace svcd
