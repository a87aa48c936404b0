#include "daemon/linux/early_setup.h"

#include <fcntl.h>
#include <malloc.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "daemon/engine/ids.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/manager_configuration.h"
#include "daemon/linux/scope_detection.h"
#include "daemon/linux/unique_fd.h"
#include "libunit/hex.h"
#include "libunit/host/file_writer.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

struct ApiMount {
  const char *source, *where, *type, *options;
  unsigned long flags;
  bool in_containers;  // a container has what its manager gave it; more would need privileges we do not have
};

// clang-format off
constexpr ApiMount api_mounts[] = {
    {"proc",       "/proc",                "proc",       nullptr,                  MS_NOSUID | MS_NOEXEC | MS_NODEV,                   true},
    {"sysfs",      "/sys",                 "sysfs",      nullptr,                  MS_NOSUID | MS_NOEXEC | MS_NODEV,                   true},
    {"devtmpfs",   "/dev",                 "devtmpfs",   "mode=755,size=4m",       MS_NOSUID | MS_STRICTATIME,                         true},
    {"securityfs", "/sys/kernel/security", "securityfs", nullptr,                  MS_NOSUID | MS_NOEXEC | MS_NODEV,                   false},
    {"tmpfs",      "/dev/shm",             "tmpfs",      "mode=1777",              MS_NOSUID | MS_NODEV | MS_STRICTATIME,              true},
    {"devpts",     "/dev/pts",             "devpts",     "mode=620,gid=5",         MS_NOSUID | MS_NOEXEC,                              true},
    {"tmpfs",      "/run",                 "tmpfs",      "mode=755,size=20%,nr_inodes=800k", MS_NOSUID | MS_NODEV | MS_STRICTATIME,    true},
    {"tmpfs",      "/run/lock",            "tmpfs",      "mode=1777,size=5m",       MS_NOSUID | MS_NOEXEC | MS_NODEV,                   true},
    {"cgroup2",    "/sys/fs/cgroup",       "cgroup2",    "nsdelegate,memory_recursiveprot", MS_NOSUID | MS_NOEXEC | MS_NODEV,          true},
    {"pstore",     "/sys/fs/pstore",       "pstore",     nullptr,                  MS_NOSUID | MS_NOEXEC | MS_NODEV,                   false},
    {"efivarfs",   "/sys/firmware/efi/efivars", "efivarfs", nullptr,               MS_NOSUID | MS_NOEXEC | MS_NODEV,                   false},
    {"bpf",        "/sys/fs/bpf",          "bpf",        "mode=700",               MS_NOSUID | MS_NOEXEC | MS_NODEV,                   false},
};
// clang-format on

/// Also made by whoever made the place we run in, or views into the host; they are nobody's to mount and unmount.
constexpr const char* places_of_others[] = {
    "/proc/sys", "/proc/sys/kernel/random/boot_id", "/proc/kmsg", "/dev/console", "/sys/fs/selinux", "/sys/fs/smackfs"};

bool is_mounted(const std::string& path) {
  struct stat here {
  }, above{};
  if (lstat(path.c_str(), &here) < 0 || lstat((path + "/..").c_str(), &above) < 0) return false;
  return here.st_dev != above.st_dev || here.st_ino == above.st_ino;
}

void write_text(const std::string& path, std::string_view text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (fd) (void)!write(fd.get(), text.data(), text.size());
}

void bring_up_loopback(EarlyReport& report) {
  const UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  if (!fd || ioctl(fd.get(), SIOCGIFFLAGS, &request) < 0) return;
  if ((request.ifr_flags & IFF_UP) != 0) return;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) < 0)
    report.problems.push_back(errno_error("Failed to bring loopback interface up", errno).message);
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '.' || name.front() == '-') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.'; });
}

/// hostname(5): the first line that is no comment; what is already set stays if there is no file.
void set_host_name(Scope& scope, EarlyReport& report) {
  auto text = read_regular_file(scope.configuration_root + "/hostname", 4096);
  std::string name;
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty() && name.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (!line.empty() && line[0] != '#') name = line;
  }
  if (is_host_name(scope.boot.host_name)) name = scope.boot.host_name;
  if (!is_host_name(name)) {
    if (!scope.host.host_name.empty() && scope.host.host_name != "(none)") return;
    name = "localhost";
  }
  if (name != scope.host.host_name && sethostname(name.data(), name.size()) < 0) {
    report.problems.push_back(errno_error("Failed to set hostname to " + name, errno).message);
    return;
  }
  scope.host.host_name = name;
  scope.host.short_host_name = name.substr(0, name.find('.'));
  if (scope.host.pretty_host_name.empty()) scope.host.pretty_host_name = scope.host.short_host_name;
}

std::string as_machine_id(std::string text) {
  std::erase(text, '-');
  const bool is_id = text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos &&
                     text.find_first_not_of('0') != std::string::npos;
  return is_id ? text : std::string();
}

/// machine-id(5): the container manager's uuid, D-Bus's older id, or a new one.
std::string new_machine_id() {
  const char* given = getenv("container_uuid");
  std::string id = as_machine_id(given != nullptr ? given : "");
  if (id.empty()) id = as_machine_id(read_one_line("/var/lib/dbus/machine-id"));
  if (!id.empty()) return id;
  Id128 random{};
  if (getrandom(random.data(), random.size(), GRND_NONBLOCK) < 0) return {};
  random[6] = static_cast<uint8_t>((random[6] & 0x0f) | 0x40);  // a version 4 UUID
  random[8] = static_cast<uint8_t>((random[8] & 0x3f) | 0x80);
  return to_hex(random);
}

/// On a first boot the id stays in memory until systemd-machine-id-commit.service writes it down.
void set_machine_id(Scope& scope, EarlyReport& report) {
  const std::string path = scope.configuration_root + "/machine-id";
  const std::string line = read_one_line(path);
  struct stat st {};
  report.is_first_boot = stat(path.c_str(), &st) < 0 || line == "uninitialized";
  scope.host.machine_id = as_machine_id(line);
  const std::string& wanted = scope.boot.machine_id;
  if (!scope.host.machine_id.empty() && (wanted.empty() || wanted == scope.host.machine_id)) return;
  const std::string id = wanted.empty() ? new_machine_id() : wanted;
  if (id.empty()) return report.problems.push_back("Failed to make a machine id");
  scope.host.machine_id = id;
  if (!report.is_first_boot && write_file_atomically(path, id + "\n", 0444)) return;
  if (report.is_first_boot && stat(path.c_str(), &st) < 0) (void)write_file_atomically(path, "uninitialized\n", 0444);
  const std::string transient = scope.runtime_root + "/machine-id";
  if (!write_file_atomically(transient, id + "\n", 0444) ||
      mount(transient.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) < 0) {
    report.problems.push_back(errno_error("Failed to write " + path, errno).message);
    if (report.is_first_boot) (void)write_file_atomically(path, id + "\n", 0444);
    return;
  }
  mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_RDONLY | MS_REMOUNT, nullptr);
}

/// systemd.clock_usec= on the command line; a container's clock is the host's and stays.
void set_clock(uint64_t usec, EarlyReport& report) {
  const timespec wanted{static_cast<time_t>(usec / 1'000'000), static_cast<long>(usec % 1'000'000 * 1000)};
  if (clock_settime(CLOCK_REALTIME, &wanted) < 0)
    report.problems.push_back(errno_error("Failed to set the clock", errno).message);
}

void link_if_missing(const char* target, const char* path) {
  if (symlink(target, path) < 0 && errno != EEXIST) return;
}

}  // namespace

bool is_api_mount(std::string_view where) {
  for (const ApiMount& m : api_mounts)
    if (where == m.where) return true;
  for (const char* place : places_of_others)
    if (where == place) return true;
  return where == "/run/host" || where.starts_with("/run/host/") || where.starts_with("/sys/fs/cgroup/");
}

bool prepare_process(EarlyReport& report) {
  const bool is_init = is_init_process();
  if (is_init) {
    mount_missing_file_systems(!detect_container(getenv("container")).empty(), report);
    detach_from_console();
  }
  // A freed block of megabytes (a hostile message) goes back to the kernel: glibc would otherwise raise its thresholds
  // with each such block and keep tens of megabytes for good.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 512 * 1024);
  report.limits = current_limits();
  raise_own_limits();
  return is_init;
}

void report_hopeless(const Scope& scope, const std::string& problem) {
  const UniqueFd console(open(scope.console.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  const std::string line = fmt::format("svcd cannot go on: {}\r\n", problem);
  if (console) (void)!write(console.get(), line.data(), line.size());
  while (scope.is_init) pause();
}

void mount_missing_file_systems(bool is_container, EarlyReport& report) {
  umask(0);
  for (const ApiMount& m : api_mounts) {
    if (is_container && !m.in_containers) continue;
    if (is_mounted(m.where)) continue;
    if (mkdir(m.where, 0755) < 0 && errno != EEXIST && !m.in_containers) continue;  // a kernel without it
    if (mount(m.source, m.where, m.type, m.flags, m.options) == 0) continue;
    if (m.in_containers)
      report.problems.push_back(errno_error(fmt::format("Failed to mount {} at {}", m.type, m.where), errno).message);
  }
  // Mounts of services must reach everybody; inside a container that is for its manager to decide.
  if (!is_container) mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr);
  link_if_missing("/proc/self/fd", "/dev/fd");
  link_if_missing("/proc/self/fd/0", "/dev/stdin");
  link_if_missing("/proc/self/fd/1", "/dev/stdout");
  link_if_missing("/proc/self/fd/2", "/dev/stderr");
}

void make_runtime_folders(const Scope& scope, EarlyReport& report) {
  for (const std::string& folder :
       {scope.runtime_folder, scope.runtime_folder + "/system", scope.runtime_folder + "/units",
        scope.runtime_folder + "/ask-password", scope.runtime_root + "/lock"})
    if (auto made = make_folders(folder); !made) report.problems.push_back(made.error().message);
  const std::string inaccessible = scope.runtime_folder + "/inaccessible";
  struct stat st {};
  const std::string of_the_host = scope.runtime_root + "/host/inaccessible";  // with device nodes we may not make
  if (stat(of_the_host.c_str(), &st) == 0) return link_if_missing("../host/inaccessible", inaccessible.c_str());
  if (lstat(inaccessible.c_str(), &st) == 0 || mkdir(inaccessible.c_str(), 0755) < 0) return;
  for (const auto& [name, type] : {std::pair{"reg", S_IFREG}, {"fifo", S_IFIFO}, {"sock", S_IFSOCK}})
    (void)mknod((inaccessible + '/' + name).c_str(), static_cast<mode_t>(type), 0);
  (void)mkdir((inaccessible + "/dir").c_str(), 0);
  for (const auto& [name, type] : {std::pair{"chr", S_IFCHR}, {"blk", S_IFBLK}})  // refused in most containers
    (void)mknod((inaccessible + '/' + name).c_str(), static_cast<mode_t>(type), 0);
}

void set_up_machine(Scope& scope, EarlyReport& report) {
  if (scope.is_init) {
    setsid();
    if (!scope.is_container) reboot(RB_DISABLE_CAD);  // ctrl-alt-del comes as SIGINT and is ours to answer
    if (scope.boot.clock_usec) set_clock(*scope.boot.clock_usec, report);
    set_host_name(scope, report);
    set_machine_id(scope, report);
    scope.is_first_boot = report.is_first_boot;
    bring_up_loopback(report);
    const std::string queue = "/proc/sys/net/unix/max_dgram_qlen";  // the journal's senders must not wait for it
    if (atoi(read_one_line(queue).c_str()) < 512) write_text(queue, "512");
    if (scope.is_container)
      (void)write_file_atomically(scope.runtime_folder + "/container",
                                  fmt::format("{}\n", getenv("container") != nullptr ? getenv("container") : "other"));
  } else {
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }
  if (chdir("/") < 0) report.problems.push_back(errno_error("/", errno).message);
}

namespace {

/// A getty would take it from us, which is a SIGHUP to PID 1, and to PID 1 that means: reload.
void give_up_controlling_terminal() {
  const UniqueFd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!terminal) return;  // there is none
  ioctl(terminal.get(), TIOCNOTTY);
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGHUP, &ignore, &before);  // drops the one that giving it up has sent: it waits, being blocked
  sigaction(SIGHUP, &before, nullptr);
}

}  // namespace

void detach_from_console() {
  give_up_controlling_terminal();
  const int null = open("/dev/null", O_RDWR | O_NOCTTY);
  if (null < 0) return;
  for (int fd = 0; fd < 3; ++fd)
    if (fd != null) dup2(null, fd);
  if (null > 2) close(null);
}

std::vector<int> handled_signals() {
  std::vector<int> signals{SIGTERM, SIGINT, SIGPWR, SIGWINCH, SIGHUP, SIGUSR1, SIGUSR2};
  for (const int n : {0, 1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29})
    signals.push_back(SIGRTMIN + n);
  return signals;
}

void block_manager_signals() {
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  for (const int signal : handled_signals()) sigaddset(&blocked, signal);
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

void raise_own_limits() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  const auto most = strtoull(read_one_line("/proc/sys/fs/nr_open").c_str(), nullptr, 10);
  if (most > limit.rlim_max) {
    const rlimit raised{most, most};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
  }
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace svcd
