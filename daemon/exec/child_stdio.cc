#include "daemon/exec/child_stdio.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "daemon/exec/raw_call.h"

namespace svcd {

namespace {

/// `fd` becomes `target` and stays open through execve().
int place(int fd, int target) noexcept {
  if (fd == target) return raw_error(SYS_fcntl, fd, F_SETFD, 0);
  const int error = raw_error(SYS_dup3, fd, target, 0);
  raw_call(SYS_close, fd);
  return error;
}

int connect_stream(const char* path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path, length);
  const auto fd = static_cast<int>(raw_call(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return -1;
  if (raw_call(SYS_connect, fd, &address, offsetof(sockaddr_un, sun_path) + length + 1) == 0) return fd;
  raw_call(SYS_close, fd);
  return -1;
}

/// What systemd-journald reads first on a stream: identifier, unit, priority, whether lines may start with "<6>",
/// and whether to forward to syslog, kmsg and console.
int introduce(int fd, const StepView& step) noexcept {
  char priority[] = "000\n";
  const auto value = static_cast<uint64_t>(step.number(1)) % 1000;
  priority[0] = static_cast<char>('0' + value / 100);
  priority[1] = static_cast<char>('0' + value / 10 % 10);
  priority[2] = static_cast<char>('0' + value % 10);
  const size_t skip = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  char flags[] = "0\n0\n0\n0\n";
  flags[0] = step.number(2) != 0 ? '1' : '0';
  flags[4] = step.number(3) != 0 ? '1' : '0';
  flags[6] = step.number(4) != 0 ? '1' : '0';
  char newline[] = "\n";
  const char* identifier = step.string(1);
  const char* unit = step.string(2);
  const iovec parts[] = {
      {const_cast<char*>(identifier), std::strlen(identifier)},
      {newline, 1},
      {const_cast<char*>(unit), std::strlen(unit)},
      {newline, 1},
      {priority + skip, 4 - skip},
      {flags, 8},
  };
  return raw_error(SYS_writev, fd, parts, 6);
}

void reset_terminal(int fd) noexcept {
  raw_call(SYS_ioctl, fd, TIOCNXCL);
  raw_call(SYS_ioctl, fd, KDSETMODE, KD_TEXT);
  termios modes{};
  if (raw_call(SYS_ioctl, fd, TCGETS, &modes) < 0) return;
  modes.c_iflag &= static_cast<tcflag_t>(~(IGNBRK | BRKINT | ISTRIP | INLCR | IGNCR));
  modes.c_iflag |= ICRNL | IMAXBEL | IUTF8;
  modes.c_oflag |= ONLCR | OPOST;
  modes.c_cflag |= CREAD;
  modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
  modes.c_cc[VINTR] = 03;
  modes.c_cc[VQUIT] = 034;
  modes.c_cc[VERASE] = 0177;
  modes.c_cc[VKILL] = 025;
  modes.c_cc[VEOF] = 04;
  modes.c_cc[VSTART] = 021;
  modes.c_cc[VSTOP] = 023;
  modes.c_cc[VSUSP] = 032;
  modes.c_cc[VEOL] = 0;
  modes.c_cc[VTIME] = 0;
  modes.c_cc[VMIN] = 1;
  raw_call(SYS_ioctl, fd, TCSETS, &modes);
  raw_call(SYS_ioctl, fd, TCFLSH, TCIOFLUSH);
}

/// One attempt to get the terminal as the controlling one: a descriptor, or a negative errno.
int try_terminal(const char* path, bool force) noexcept {
  const int fd = raw_open(path, O_RDWR | O_NOCTTY);
  if (fd < 0) return fd;
  const int error = raw_error(SYS_ioctl, fd, TIOCSCTTY, force ? 1 : 0);
  if (error == 0) return fd;
  raw_call(SYS_close, fd);
  return -error;
}

}  // namespace

int open_stream(const StepView& step) noexcept {
  const int fd = raw_open(step.string(0), static_cast<int>(step.number(1)), 0666);
  return fd < 0 ? -fd : place(fd, static_cast<int>(step.number(0)));
}

int duplicate_stream(const StepView& step) noexcept {
  const auto target = static_cast<int>(step.number(0)), source = static_cast<int>(step.number(1));
  if (source == target) return raw_error(SYS_fcntl, target, F_SETFD, 0);
  return raw_error(SYS_dup3, source, target, 0);
}

int connect_journal(const StepView& step, ChildState& state) noexcept {
  const auto target = static_cast<int>(step.number(0));
  const int fd = connect_stream(step.string(0));
  if (fd < 0) {
    const int null = raw_open("/dev/null", O_WRONLY);
    return null < 0 ? -null : place(null, target);
  }
  raw_call(SYS_shutdown, fd, SHUT_RD);
  const int room = 8 << 20;
  if (raw_call(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0)
    raw_call(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  if (const int error = introduce(fd, step); error != 0) {
    raw_call(SYS_close, fd);
    return error;
  }
  struct statx status {};
  if (raw_call(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_INO, &status) == 0) {
    state.journal_device = makedev(status.stx_dev_major, status.stx_dev_minor);
    state.journal_inode = status.stx_ino;
  }
  return place(fd, target);
}

int provide_input(const StepView& step) noexcept {
  const auto fd = static_cast<int>(raw_call(SYS_memfd_create, "svcd-input", MFD_CLOEXEC));
  if (fd < 0) return -fd;
  const char* data = step.string(0);
  for (size_t left = std::strlen(data); left > 0;) {
    const int64_t wrote = raw_call(SYS_write, fd, data, left);
    if (wrote < 0) return static_cast<int>(-wrote);
    data += wrote;
    left -= static_cast<size_t>(wrote);
  }
  const int error = raw_error(SYS_lseek, fd, 0, SEEK_SET);
  return error != 0 ? error : place(fd, 0);
}

int prepare_terminal(const StepView& step) noexcept {
  const int fd = raw_open(step.string(0), O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return 0;  // no terminal is no reason not to run; as systemd 252
  if (step.number(1) != 0) raw_call(SYS_ioctl, fd, TIOCVHANGUP);
  if (step.number(0) != 0) reset_terminal(fd);
  raw_call(SYS_close, fd);
  return 0;
}

int acquire_terminal(const StepView& step) noexcept {
  const char* path = step.string(0);
  const bool wait = step.number(1) == 0, force = step.number(1) == 1;
  // Taking a terminal from a session sends that one SIGHUP; it may be ours.
  const KernelSignalAction old = handle_signal(SIGHUP, SIG_IGN);
  const int64_t changes = wait ? raw_call(SYS_inotify_init1, IN_CLOEXEC) : -1;
  if (changes >= 0) raw_call(SYS_inotify_add_watch, changes, path, IN_CLOSE);
  int fd = try_terminal(path, force);
  while (fd == -EPERM && changes >= 0) {  // until the session that has it gives it back
    char events[512];
    const int error = raw_error(SYS_read, changes, events, sizeof events);
    if (error != 0 && error != EINTR) break;
    fd = try_terminal(path, force);
  }
  if (changes >= 0) raw_call(SYS_close, changes);
  raw_call(SYS_rt_sigaction, SIGHUP, &old, nullptr, sizeof old.mask);
  if (fd < 0) return -fd;
  reset_terminal(fd);
  return place(fd, static_cast<int>(step.number(0)));
}

}  // namespace svcd
