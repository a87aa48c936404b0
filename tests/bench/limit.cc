// The bare limit: what no service manager can beat on this machine. Prints microseconds a unit.
//
//   limit CGROUP-FOLDER N PROGRAM [ARGUMENT]        one after the other: make a cgroup, clone a child into it, execute
//                                                   the program, reap, remove the cgroup
//   limit -a CGROUP-FOLDER N PROGRAM [ARGUMENT]     N that stay, all at once: two figures, for making and executing
//                                                   all, and for ending, reaping and removing all
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

std::string cgroup(const char* folder, int i) {
  return std::string(folder) + "/limit-" + std::to_string(i);
}

pid_t start(const std::string& folder, char** program) {
  if (::mkdir(folder.c_str(), 0755) < 0) std::perror("mkdir"), std::exit(1);
  const int fd = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  clone_args args{};
  args.flags = CLONE_INTO_CGROUP;
  args.exit_signal = SIGCHLD;
  args.cgroup = static_cast<uint64_t>(fd);
  const long pid = ::syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    ::execv(program[0], program);
    ::_exit(127);
  }
  if (pid < 0) std::perror("clone3"), std::exit(1);
  ::close(fd);
  return static_cast<pid_t>(pid);
}

double microseconds(Clock::time_point since, int units) {
  return std::chrono::duration<double, std::micro>(Clock::now() - since).count() / units;
}

int one_after_the_other(const char* folder, int units, char** program) {
  const auto begin = Clock::now();
  for (int i = 0; i < units; ++i) {
    const std::string path = cgroup(folder, i);
    ::waitpid(start(path, program), nullptr, 0);
    ::rmdir(path.c_str());
  }
  std::printf("%.1f\n", microseconds(begin, units));
  return 0;
}

int all_at_once(const char* folder, int units, char** program) {
  std::vector<pid_t> pids;
  auto begin = Clock::now();
  for (int i = 0; i < units; ++i) pids.push_back(start(cgroup(folder, i), program));
  std::printf("%.1f ", microseconds(begin, units));
  std::fflush(stdout);
  ::sleep(1);
  begin = Clock::now();
  for (const pid_t pid : pids) ::kill(pid, SIGTERM);
  for (int i = 0; i < units; ++i) {
    ::waitpid(pids[static_cast<size_t>(i)], nullptr, 0);
    ::rmdir(cgroup(folder, i).c_str());
  }
  std::printf("%.1f\n", microseconds(begin, units));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc > 1 && std::strcmp(argv[1], "-a") == 0;
  if (all) --argc, ++argv;
  if (argc < 4) return std::fprintf(stderr, "usage: limit [-a] CGROUP-FOLDER N PROGRAM [ARGUMENT]\n"), 2;
  return (all ? all_at_once : one_after_the_other)(argv[1], std::atoi(argv[2]), argv + 3);
}
