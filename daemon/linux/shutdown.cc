#include "daemon/linux/shutdown.h"

#include <fcntl.h>
#include <linux/reboot.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <vector>

#include "daemon/linux/mount_table.h"
#include "daemon/linux/timers.h"
#include "libunit/host/host_files.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 10s;     // for each of SIGTERM and SIGKILL
constexpr Duration look_again = 10ms;  // only while the machine goes down
constexpr Duration letting_go_limit = 90s;

/// All processes but ourselves, the kernel's own, and those that carry the root file system (argv[0] begins with '@').
std::vector<pid_t> other_processes() {
  std::vector<pid_t> pids;
  for (const DirectoryEntry& entry : HostFiles().list("/proc")) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(entry.name.data(), entry.name.data() + entry.name.size(), pid);
    if (error != std::errc{} || *end != 0 || pid <= 1 || pid == getpid()) continue;
    auto command_line = read_virtual_file("/proc/" + entry.name + "/cmdline", 16);
    if (!command_line || command_line->empty() || command_line->front() == '@')
      continue;  // gone, zombie, kernel thread
    pids.push_back(pid);
  }
  return pids;
}

std::string_view verb_of(Finish::Action action) {
  switch (action) {
    case Finish::Action::exit: return "exit";
    case Finish::Action::reboot: return "reboot";
    case Finish::Action::poweroff: return "poweroff";
    case Finish::Action::halt: return "halt";
    case Finish::Action::kexec: return "kexec";
  }
  return "poweroff";
}

/// systemd-shutdown(8): programs of the folder get the verb. In a child of ours, which may wait.
void run_hooks(const std::vector<std::string>& folders, std::string_view verb) {
  for (const std::string& folder : folders) {
    for (const DirectoryEntry& entry : HostFiles().list(folder)) {
      const std::string path = folder + '/' + entry.name, argument(verb);
      if (access(path.c_str(), X_OK) != 0) continue;
      const pid_t pid = fork();
      if (pid == 0) {
        execl(path.c_str(), path.c_str(), argument.c_str(), nullptr);
        _exit(127);
      }
      while (pid > 0 && waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

/// What reboot(2) is told, one line; systemctl(1) and RebootArgument= write it. "": nothing.
std::string reboot_argument(const std::string& file) {
  auto text = read_virtual_file(file, 4096);
  return text ? text->substr(0, text->find_first_of(std::string_view("\n\0", 2))) : std::string();
}

/// Deepest first; what cannot be unmounted is at least made read-only.
void unmount_everything(const std::string& runtime_root) {
  auto text = read_virtual_file("/proc/self/mountinfo", 16 * 1024 * 1024);
  if (!text) return;
  std::vector<MountEntry> mounts = MountTable::parse(*text);
  std::reverse(mounts.begin(), mounts.end());
  for (const MountEntry& mount : mounts) {
    const std::string& where = mount.where;
    const auto is_below = [&](std::string_view root) {
      return where == root || where.starts_with(std::string(root) + '/');
    };
    if (is_below("/proc") || is_below("/sys") || is_below("/dev") || where == runtime_root) continue;
    if (where != "/" && where != "/usr" && umount2(where.c_str(), UMOUNT_NOFOLLOW) == 0) continue;
    ::mount(nullptr, where.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  }
}

}  // namespace

// Nobody who is still busy may keep the end from coming.
constexpr Priority no_matter_what = Priority::between_turns;

void Shutdown::begin(const Finish& finish) {
  if (has_begun_) return;
  has_begun_ = true;
  finish_ = finish;
  auto made = loop_.on_time(monotonic_now(), 1us, Priority::requests, [this] {
    // another instance's processes are its units', long stopped
    enter(!scope_.is_init ? Phase::end : finish_.at_once ? Phase::let_go : Phase::terminate);
  });
  if (made)
    timer_ = std::move(*made);
  else
    end();
}

void Shutdown::enter(Phase phase) {
  switch (phase) {
    case Phase::terminate:
    case Phase::kill: {
      const std::vector<pid_t> left = other_processes();
      const Phase then = phase == Phase::terminate ? Phase::kill : Phase::let_go;
      tell_(phase == Phase::terminate ? "Sending SIGTERM to remaining processes..."
                                      : "Sending SIGKILL to remaining processes...");
      for (const pid_t pid : left) {
        ::kill(pid, phase == Phase::terminate ? SIGTERM : SIGKILL);
        if (phase == Phase::terminate) ::kill(pid, SIGCONT);
      }
      return wait_for_processes(saturating_add(monotonic_now(), left.empty() ? Duration(0) : patience), then);
    }
    case Phase::let_go: return let_go();
    case Phase::end: return end();
  }
}

void Shutdown::wait_for_processes(Time until, Phase then) {
  const bool over = monotonic_now() >= until || other_processes().empty();
  auto made = loop_.on_time(saturating_add(monotonic_now(), over ? Duration(0) : look_again), 1ms, no_matter_what,
                            [this, until, then, over] {
                              if (over) return enter(then);
                              wait_for_processes(until, then);
                            });
  if (made)
    timer_ = std::move(*made);
  else
    end();
}

// File systems can hang for ever: a child deals with them, and we do not wait for it longer than our patience.
void Shutdown::let_go() {
  const pid_t pid = fork();
  if (pid == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!finish_.at_once) run_hooks(scope_.shutdown_folders, verb_of(finish_.action));
    if (!scope_.is_container) {
      sync();
      if (!finish_.at_once) unmount_everything(scope_.runtime_root);
      sync();
    }
    _exit(0);
  }
  if (pid < 0) return end();
  auto made = loop_.on_time(saturating_add(monotonic_now(), letting_go_limit), 1s, no_matter_what, [this] { end(); });
  if (made) timer_ = std::move(*made);
  reaper_.expect_helper(pid, [this](ExitStatus) { end(); });
}

void Shutdown::end() {
  timer_.reset();
#ifdef __SANITIZE_ADDRESS__
  // PID 1 never takes itself apart: what is in use can be reached at this moment, and what cannot be is lost.
  __lsan_do_recoverable_leak_check();
#endif
  const bool exits = finish_.action == Finish::Action::exit && (scope_.is_container || !scope_.is_init);
  if (exits || !scope_.is_init) return loop_.stop();
  switch (finish_.action) {
    case Finish::Action::reboot:
      if (const std::string argument = reboot_argument(scope_.reboot_parameter_file); !argument.empty()) {
        tell_("Rebooting with argument '" + argument + "'.");
        syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART2, argument.c_str());
      }
      tell_("Rebooting.");
      ::reboot(RB_AUTOBOOT);
      break;
    case Finish::Action::kexec:
      tell_("Rebooting with kexec.");
      ::reboot(RB_KEXEC);
      ::reboot(RB_AUTOBOOT);  // no kernel was loaded
      break;
    case Finish::Action::halt:
      tell_("Halting system.");
      ::reboot(static_cast<int>(RB_HALT_SYSTEM));
      break;
    case Finish::Action::exit:
    case Finish::Action::poweroff:
      tell_("Powering off.");
      ::reboot(RB_POWER_OFF);
      break;
  }
  // The kernel ends a container's PID 1 by a signal, which may still be on its way; without the privilege to reboot
  // the end of PID 1 is what is left. A machine's PID 1 must not end: its kernel would panic.
  if (scope_.is_container) return loop_.stop();
  tell_("The system cannot be rebooted or powered off.");
}

}  // namespace svcd
