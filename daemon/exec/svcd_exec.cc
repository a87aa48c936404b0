// svcd-exec PLAN REPORTS SLOT DONE: applies a plan that needs more than system calls and becomes the program. The
// arguments are descriptors from svcd (and a slot number): the sealed plan, the memory for reports, and the pipe whose
// end tells that execve() worked (-1: none). Run by svcd only; the plan is of the same version because svcd opened
// this program when it started itself.
#include <fcntl.h>
#include <glob.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>

#include "daemon/exec/child.h"
#include "daemon/exec/svcd_exec_directories.h"
#include "daemon/exec/svcd_exec_identity.h"
#include "daemon/exec/svcd_exec_mounts.h"
#include "daemon/exec/variables.h"
#include "libunit/command_line.h"

namespace svcd {

namespace {

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<ExecPlan> read_plan(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) < 0 || status.st_size < 0 || static_cast<size_t>(status.st_size) > ExecPlan::length_at_most)
    return fail(ErrorCode::bad_message, "There is no plan.");
  const auto size = static_cast<size_t>(status.st_size);
  void* memory = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) return fail(ErrorCode::bad_message, "The plan cannot be read.");
  auto plan = ExecPlan::parse({static_cast<const std::byte*>(memory), size});
  ::munmap(memory, size);
  return plan;
}

/// The slot in the memory shared with svcd; null: none.
ExecReport* map_report(int fd, int slot) {
  if (fd < 0 || slot < 0) return nullptr;
  const size_t offset = static_cast<size_t>(slot) * sizeof(ExecReport);
  const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t start = offset / page * page;
  struct stat status {};
  if (::fstat(fd, &status) < 0 || static_cast<size_t>(status.st_size) < offset + sizeof(ExecReport)) return nullptr;
  void* memory = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(start));
  if (memory == MAP_FAILED) return nullptr;
  return reinterpret_cast<ExecReport*>(static_cast<char*>(memory) + (offset - start));
}

class Helper {
 public:
  Helper(const ExecPlan& plan, ExecReport* report, int exec_done) : plan_(plan), state_(plan) {
    state_.report = report;
    state_.exec_done = exec_done;
    const ProgramImage::Text text = ProgramImage::text_of(plan);
    if (!text.paths.empty()) program_ = text.paths.front();
    if (text.paths.size() > 1) program_.erase(0, program_.rfind('/') + 1);
    state_.program = program_.c_str();
  }
  [[noreturn]] void run();

 private:
  int apply(const StepView&);
  int enter_home(const StepView&) const;
  int read_environment(const StepView&);
  void add_late(const StepView&);
  int delegate(const StepView&) const;
  [[noreturn]] void execute(const StepView&, uint32_t index);

  const ExecPlan& plan_;
  ChildState state_;
  Identity identity_;
  MountView mounts_;
  std::vector<std::string> environment_;
  std::string program_;  // for reports
  int exit_code_ = 0;    // of the step that failed, if it is not its usual one
};

void Helper::run() {
  for (ExecPlan::Cursor at(plan_); at.next();) {
    if (at.step().kind() == StepKind::execute) execute(at.step(), at.index());
    exit_code_ = 0;
    if (const int error = apply(at.step()); error != 0) {
      const bool is_mount = step_info(at.step().kind()).exit_code == 226;
      const char* detail = is_mount                                 ? mounts_.detail().c_str()
                           : at.step().kind() == StepKind::identity ? identity_.asked_for.c_str()
                                                                    : nullptr;
      fail_step(at.step(), at.index(), error, state_, detail, exit_code_);
    }
  }
  ::_exit(0);  // a plan without a program: directories were removed
}

int Helper::apply(const StepView& step) {
  switch (step.kind()) {
    case StepKind::identity: return identity_.look_up(step, exit_code_);
    case StepKind::delegate: return delegate(step);
    case StepKind::directory: return make_directory(step, identity_);
    case StepKind::mount_point: make_mount_point(step); return 0;
    case StepKind::remove_tree: return remove_directory(step);
    case StepKind::environment:
      for (const std::string& variable : split_strings(step.strings())) set_variable(environment_, variable);
      return 0;
    case StepKind::environment_late: add_late(step); return 0;
    case StepKind::environment_user: identity_.add_variables(environment_); return 0;
    case StepKind::environment_file: return read_environment(step);
    case StepKind::environment_unset: unset_variables(environment_, split_strings(step.strings())); return 0;
    case StepKind::private_network: return make_private_network();
    case StepKind::mount_namespace:
    case StepKind::private_tmp:
    case StepKind::private_devices:
    case StepKind::empty_folder:
    case StepKind::bind_mount:
    case StepKind::mount_rule:
    case StepKind::apply_mount_rules: return mounts_.apply(step);
    case StepKind::groups: return identity_.apply_groups(step.number(0) != 0);
    case StepKind::home_directory: return enter_home(step);
    case StepKind::user: return identity_.apply_user();
    case StepKind::none:
    case StepKind::signals:
    case StepKind::session:
    case StepKind::tty_prepare:
    case StepKind::open:
    case StepKind::dup:
    case StepKind::journal:
    case StepKind::tty:
    case StepKind::input_data:
    case StepKind::cgroup:
    case StepKind::oom_score_adjust:
    case StepKind::nice:
    case StepKind::cpu_scheduling:
    case StepKind::cpu_affinity:
    case StepKind::io_priority:
    case StepKind::timer_slack:
    case StepKind::private_hostname:
    case StepKind::private_ipc:
    case StepKind::umask:
    case StepKind::working_directory:
    case StepKind::fds:
    case StepKind::limit:
    case StepKind::bounding_set:
    case StepKind::keep_capabilities:
    case StepKind::ambient_capabilities:
    case StepKind::no_new_privileges:
    case StepKind::execute: return apply_step(step, state_);
  }
  return ENOSYS;
}

void Helper::add_late(const StepView& step) {
  for (const std::string& name : split_strings(step.strings())) {
    if (name != "JOURNAL_STREAM")
      set_variable(environment_, fmt::format("{}={}", name, ::getpid()));
    else if (state_.journal_inode != 0)
      set_variable(environment_, fmt::format("{}={}:{}", name, state_.journal_device, state_.journal_inode));
  }
}

int Helper::enter_home(const StepView& step) const {
  const std::string& home = identity_.has_user ? identity_.home : std::string("/root");
  if (home.empty()) return step.number(0) != 0 ? 0 : ENXIO;
  return ::chdir(home.c_str()) < 0 && step.number(0) == 0 ? errno : 0;
}

int Helper::delegate(const StepView& step) const {
  const std::string folder = step.string(0);
  for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"})
    if (::chown((folder + file).c_str(), identity_.uid, identity_.gid) < 0 && errno != ENOENT) return errno;
  return 0;
}

/// Reads a file or, with wildcards, several. The assignments go over those that are there.
int Helper::read_environment(const StepView& step) {
  const bool missing_ok = step.number(0) != 0;
  glob_t found{};
  const int result = ::glob(step.string(0), 0, nullptr, &found);
  int error = result == 0 ? 0 : result == GLOB_NOMATCH ? ENOENT : EIO;
  for (size_t i = 0; error == 0 && i < found.gl_pathc; ++i) {
    std::ifstream file(found.gl_pathv[i]);
    if (!file) {
      error = errno;
      break;
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (std::string& variable : parse_environment_file(text)) set_variable(environment_, std::move(variable));
  }
  ::globfree(&found);
  return missing_ok ? 0 : error;
}

void Helper::execute(const StepView& step, uint32_t index) {
  ProgramImage::Text text = ProgramImage::text_of(plan_);
  text.environment = std::move(environment_);
  text.late.clear();
  if (step.number(2) != 0 && !text.argv.empty()) {
    std::vector<std::string> words = expand_arguments(std::span(text.argv).subspan(1), text.environment);
    text.argv.resize(1);
    std::move(words.begin(), words.end(), std::back_inserter(text.argv));
  }
  ProgramImage image(std::move(text));
  become(step, index, image, state_);
}

}  // namespace

}  // namespace svcd

int main(int argc, char** argv) {
  using namespace svcd;
  std::array<int, 4> numbers{-1, -1, -1, -1};
  for (int i = 1; i < argc && i <= 4; ++i) numbers[static_cast<size_t>(i) - 1] = number_of(argv[i]).value_or(-1);
  const auto [plan_fd, reports_fd, slot, exec_done] = numbers;
  if (argc != 5 || plan_fd < 3) {
    std::fputs("svcd-exec is run by svcd and does nothing by itself.\n", stderr);
    return 1;
  }
  ::syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);  // what the program is to have is said by its plan
  ExecReport* report = map_report(reports_fd, slot);
  const auto plan = read_plan(plan_fd);
  ::close(plan_fd);
  if (reports_fd >= 0) ::close(reports_fd);
  if (!plan) return 203;
  Helper(*plan, report, exec_done).run();
}
