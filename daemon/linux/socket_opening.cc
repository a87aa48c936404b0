// Making one descriptor of a socket unit: every kind of Listen…= has its way.
#include <fcntl.h>
#include <mqueue.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "daemon/linux/socket_address.h"
#include "daemon/linux/socket_options.h"
#include "daemon/linux/socket_units.h"
#include "libunit/host/file_writer.h"
#include "libunit/path_text.h"

namespace svcd {
namespace {

tl::unexpected<Error> failed(std::string_view what, const std::string& address) {
  return tl::unexpected(errno_error(fmt::format("Failed to {} ({})", what, address), errno));
}

/// The mode of what is made meanwhile is exact: bind() and mkfifo() only know the umask.
class ExactMode {
 public:
  explicit ExactMode(mode_t mode) : before_(umask(~mode & 0777)) {}
  ~ExactMode() { umask(before_); }
  ExactMode(const ExactMode&) = delete;
  ExactMode& operator=(const ExactMode&) = delete;

 private:
  mode_t before_;
};

Result<> make_parents(const std::string& path, mode_t mode) {
  const ExactMode exact(mode);
  return make_folders(std::string(folder_of(path)), mode);
}

Result<> give_to(const std::string& path, const SocketOwner& owner) {
  if (owner.uid == UINT32_MAX && owner.gid == UINT32_MAX) return {};
  if (lchown(path.c_str(), owner.uid, owner.gid) < 0) return failed("change the owner", path);
  return {};
}

bool bind_replacing_leftover(int fd, const SocketAddress& address) {
  if (bind(fd, address.get(), address.length) == 0) return true;
  struct stat st {};
  if (errno != EADDRINUSE || address.path.empty()) return false;
  // Only a socket is taken away, never a file that somebody put there.
  if (lstat(address.path.c_str(), &st) < 0 || !S_ISSOCK(st.st_mode) || unlink(address.path.c_str()) < 0) {
    errno = EADDRINUSE;
    return false;
  }
  return bind(fd, address.get(), address.length) == 0;
}

Result<OpenSocket> open_socket(const SocketSection::Listen& listen_on, const SocketSection& section,
                               const SocketOwner& owner, std::vector<std::string>& problems) {
  const SocketAddress address = SVCD_TRY(parse_socket_address(listen_on, kernel_has_ipv6()));
  const int protocol = address.family() == AF_NETLINK ? address.protocol : section.socket_protocol;
  OpenSocket open;
  open.fd.reset(socket(address.family(), address.type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!open.fd) return failed("create listening socket", listen_on.address);
  const int fd = open.fd.get();
  set_options_before_bind(fd, address.family(), section, problems);
  if (!address.path.empty()) {
    if (auto made = make_parents(address.path, section.directory_mode); !made) return tl::unexpected(made.error());
  }
  {
    const ExactMode exact(section.socket_mode);
    if (!bind_replacing_leftover(fd, address)) return failed("create listening socket", listen_on.address);
  }
  open.path = address.path;
  if (!address.path.empty()) {
    if (auto given = give_to(address.path, owner); !given) return tl::unexpected(given.error());
  }
  if (address.type == SOCK_STREAM || address.type == SOCK_SEQPACKET) {
    const int backlog = static_cast<int>(std::min<uint32_t>(section.backlog, INT_MAX));
    if (listen(fd, backlog) < 0) return failed("listen", listen_on.address);
  }
  set_options_after_bind(fd, address.family(), address.type, section, problems);
  return open;
}

Result<OpenSocket> open_fifo(const std::string& path, const SocketSection& section, const SocketOwner& owner,
                             std::vector<std::string>& problems) {
  if (auto made = make_parents(path, section.directory_mode); !made) return tl::unexpected(made.error());
  {
    const ExactMode exact(section.socket_mode);
    if (mkfifo(path.c_str(), section.socket_mode) < 0 && errno != EEXIST) return failed("open FIFO", path);
  }
  OpenSocket open;
  // Read and write: it never reports an end of file when the last writer goes.
  open.fd.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
  struct stat st {};
  if (!open.fd || fstat(open.fd.get(), &st) < 0) return failed("open FIFO", path);
  if (!S_ISFIFO(st.st_mode) || (st.st_mode & 0777) != (section.socket_mode & 0777) ||
      (st.st_uid != getuid() && st.st_uid != owner.uid)) {
    errno = EEXIST;
    return failed("open FIFO", path);
  }
  open.path = path;
  if (auto given = give_to(path, owner); !given) return tl::unexpected(given.error());
  set_fifo_options(open.fd.get(), section, problems);
  return open;
}

/// A character device, or a file of /proc or /sys.
Result<OpenSocket> open_special(const std::string& path, const SocketSection& section) {
  OpenSocket open;
  open.fd.reset(
      ::open(path.c_str(), (section.writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
  struct stat st {};
  if (!open.fd || fstat(open.fd.get(), &st) < 0) return failed("open special file", path);
  if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
    errno = EEXIST;
    return failed("open special file", path);
  }
  return open;
}

Result<OpenSocket> open_message_queue(const std::string& path, const SocketSection& section, const SocketOwner& owner) {
  mq_attr attributes{};
  attributes.mq_maxmsg = section.message_queue_max_messages;
  attributes.mq_msgsize = section.message_queue_message_size;
  const bool sized = attributes.mq_maxmsg > 0 && attributes.mq_msgsize > 0;
  const ExactMode exact(section.socket_mode);
  OpenSocket open;
  open.fd.reset(mq_open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_CREAT, section.socket_mode,
                        sized ? &attributes : nullptr));
  if (!open.fd) return failed("open message queue", path);
  if ((owner.uid != UINT32_MAX || owner.gid != UINT32_MAX) && fchown(open.fd.get(), owner.uid, owner.gid) < 0)
    return failed("change the owner", path);
  open.path = path;
  open.is_message_queue = true;
  return open;
}

}  // namespace

Result<OpenSocket> open_listen(const SocketSection::Listen& listen, const SocketSection& section,
                               const SocketOwner& owner, std::vector<std::string>& problems) {
  switch (listen.kind) {
    case SocketSection::Kind::stream:
    case SocketSection::Kind::datagram:
    case SocketSection::Kind::sequential_packet:
    case SocketSection::Kind::netlink: return open_socket(listen, section, owner, problems);
    case SocketSection::Kind::fifo: return open_fifo(listen.address, section, owner, problems);
    case SocketSection::Kind::special: return open_special(listen.address, section);
    case SocketSection::Kind::message_queue: return open_message_queue(listen.address, section, owner);
    case SocketSection::Kind::usb_function: break;
  }
  return fail(ErrorCode::not_supported, "ListenUSBFunction= is not supported yet ({})", listen.address);
}

void flush_pending(int fd) {
  char buffer[4096];
  for (int n = 0; n < 1024; ++n) {
    const int accepted = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted >= 0) {
      close(accepted);
      continue;
    }
    if (errno == EAGAIN) return;
    if (read(fd, buffer, sizeof buffer) <= 0) return;
  }
}

}  // namespace svcd
