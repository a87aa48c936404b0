// The bare limit of starting a unit: make a cgroup, clone a child into it, execute /bin/true, reap, remove the cgroup.
// Prints microseconds a unit: what no service manager can beat on this machine, one unit after the other.
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
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: limit CGROUP-FOLDER N\n"), 2;
  const std::string folder = argv[1];
  const int units = std::atoi(argv[2]);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < units; ++i) {
    const std::string cgroup = folder + "/limit-" + std::to_string(i);
    if (::mkdir(cgroup.c_str(), 0755) < 0) return std::perror("mkdir"), 1;
    const int fd = ::open(cgroup.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    clone_args args{};
    args.flags = CLONE_INTO_CGROUP;
    args.exit_signal = SIGCHLD;
    args.cgroup = static_cast<uint64_t>(fd);
    const long pid = ::syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0) return std::perror("clone3"), 1;
    if (pid == 0) {
      ::execl("/bin/true", "true", nullptr);
      ::_exit(127);
    }
    ::close(fd);
    int status = 0;
    ::waitpid(static_cast<pid_t>(pid), &status, 0);
    ::rmdir(cgroup.c_str());
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  std::printf("%.1f\n", std::chrono::duration<double, std::micro>(took).count() / units);
}
