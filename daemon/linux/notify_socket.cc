#include "daemon/linux/notify_socket.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "libunit/host/file_writer.h"
#include "libunit/path_text.h"

namespace svcd {
namespace {

constexpr size_t longest_message = 4096;
constexpr size_t most_kernel_descriptors = 253;  // SCM_MAX_FD: so that none is cut off unseen
constexpr int most_received_a_turn = 64;
constexpr size_t most_handled_a_turn = 64;
constexpr Duration longest_turn = std::chrono::milliseconds(5);
constexpr Duration shortest_rest = std::chrono::milliseconds(1), longest_rest = std::chrono::milliseconds(50);
constexpr size_t most_waiting_of_a_uid = 1024;
constexpr size_t most_uids = 4096;
constexpr size_t most_descriptors_of_a_message = 16;
constexpr size_t most_waiting_descriptors = 1024;  // of all messages that wait
// <asm/socket.h> of newer kernels
constexpr int pass_pidfd = 76, pidfd_message = 4;

/// Nothing else may be sent with it: as in 252, a message that has it is nothing but a barrier.
bool is_barrier(const std::vector<std::string>& lines) {
  return std::ranges::find(lines, "BARRIER=1") != lines.end();
}
bool wants_descriptors(const std::vector<std::string>& lines) {
  return std::ranges::find(lines, "FDSTORE=1") != lines.end() || is_barrier(lines);
}

/// False: the process that the descriptor stands for is gone and forgotten, so that its number may be another's by now.
/// True also where the kernel gives no such descriptor.
bool is_still_that_process(int pidfd) {
  if (pidfd < 0) return true;
  return syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) == 0 || errno != ESRCH;
}

}  // namespace

std::optional<std::vector<std::string>> NotifySocket::split(std::string_view datagram) {
  while (!datagram.empty() && datagram.back() == '\0') datagram.remove_suffix(1);
  if (datagram.size() > longest_message || datagram.find('\0') != std::string_view::npos) return std::nullopt;
  std::vector<std::string> lines;
  while (!datagram.empty()) {
    const size_t end = std::min(datagram.find('\n'), datagram.size());
    if (end > 0) lines.emplace_back(datagram.substr(0, end));
    datagram.remove_prefix(std::min(end + 1, datagram.size()));
  }
  return lines;
}

Result<> NotifySocket::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(ErrorCode::invalid_args, "{}: path too long", path);
  memcpy(address.sun_path, path.data(), path.size());
  if (auto made = make_folders(std::string(folder_of(path))); !made) return made;
  UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return tl::unexpected(errno_error(path, errno));
  const int room = 8 * 1024 * 1024;
  if (setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  unlink(path.c_str());
  const int on = 1;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      chmod(path.c_str(), 0777) < 0 || setsockopt(fd.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
    return tl::unexpected(errno_error(path, errno));
  setsockopt(fd.get(), SOL_SOCKET, pass_pidfd, &on, sizeof on);  // from Linux 6.5 on
  fd_ = std::move(fd);
  readable_ = SVCD_TRY(loop_.on_io(fd_.get(), EPOLLIN, Priority::notify, [this](uint32_t) { turn(); }));
  again_ = SVCD_TRY(loop_.on_turn(Priority::notify, [this] { turn(); }));
  return {};
}

void NotifySocket::turn() {
  const auto began = std::chrono::steady_clock::now();
  const bool is_flooded = receive();
  handle_share();
  if (!is_flooded && waiting_.empty()) return;
  rest(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began));
}

void NotifySocket::catch_up() {
  if (fd_ && !is_resting_) turn();
}

/// False: all that was there.
bool NotifySocket::receive() {
  for (int n = 0; n < most_received_a_turn; ++n)
    if (!receive_one()) return false;
  return true;
}

void NotifySocket::rest(Duration how_long) {
  const auto now = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  auto rested =
      loop_.on_time(now + std::clamp(how_long, shortest_rest, longest_rest), Duration(1), Priority::notify, [this] {
        is_resting_ = false;
        readable_.enable(true);
        again_.enable_once();
      });
  if (!rested) return again_.enable_once();
  rested_ = std::move(*rested);
  readable_.enable(false);
  is_resting_ = true;
}

// The sender's unit is looked up as early as possible: it may exit at any moment, and then only its cgroup's memory of
// it would be left.
bool NotifySocket::receive_one() {
  char text[longest_message + 1];
  alignas(cmsghdr) char
      control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(int) * most_kernel_descriptors)];
  iovec part{text, sizeof text};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  const ssize_t n = recvmsg(fd_.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0) return errno == EINTR;

  Message message;
  uid_t uid = UINT32_MAX;
  UniqueFd pidfd;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET) continue;
    if (c->cmsg_type == SCM_RIGHTS) {
      for (size_t i = 0; CMSG_LEN((i + 1) * sizeof(int)) <= c->cmsg_len; ++i) {
        int fd = -1;
        memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
        message.descriptors.emplace_back(fd);
      }
    } else if (c->cmsg_type == SCM_CREDENTIALS && c->cmsg_len == CMSG_LEN(sizeof(ucred))) {
      ucred sender{};
      memcpy(&sender, CMSG_DATA(c), sizeof sender);
      message.pid = sender.pid;
      uid = sender.uid;
    } else if (c->cmsg_type == pidfd_message && c->cmsg_len == CMSG_LEN(sizeof(int))) {
      int fd = -1;
      memcpy(&fd, CMSG_DATA(c), sizeof fd);
      pidfd.reset(fd);
    }
  }
  if (message.pid <= 0 || (header.msg_flags & MSG_TRUNC) != 0) return true;
  auto lines = split(std::string_view(text, static_cast<size_t>(n)));
  const auto unit = lines ? unit_of_(message.pid) : std::nullopt;
  if (!unit || !is_still_that_process(pidfd.get())) return true;
  message.lines = std::move(*lines);
  message.unit = *unit;
  limit_descriptors(message);
  if (waiting_.size() >= most_uids && !waiting_.contains(uid)) {
    ++dropped_;
    return true;
  }
  auto& queue = waiting_[uid];
  if (queue.size() >= most_waiting_of_a_uid)
    ++dropped_;
  else
    waiting_descriptors_ += message.descriptors.size(), queue.push_back(std::move(message));
  return true;
}

void NotifySocket::limit_descriptors(Message& message) const {
  std::vector<ReceivedFd>& all = message.descriptors;
  const bool has_room = waiting_descriptors_ + all.size() <= most_waiting_descriptors;
  if (!wants_descriptors(message.lines) || !has_room) all.clear();
  if (all.size() > most_descriptors_of_a_message) all.resize(most_descriptors_of_a_message);
}

/// Closing its descriptor answers a barrier: that happens when all messages before it were handled.
void NotifySocket::handle(uid_t uid, Message message) {
  waiting_descriptors_ -= message.descriptors.size();
  if (message.lines.empty() || is_barrier(message.lines)) return;
  Notified notified{message.unit, message.pid, uid, std::move(message.lines)};
  for (ReceivedFd& fd : message.descriptors) notified.descriptors.push_back(store_.arrive(std::move(fd)));
  sink_(std::move(notified));
  store_.close_arrived();
}

/// One message of each uid in turn, until the turn's share is used.
void NotifySocket::handle_share() {
  const auto until = std::chrono::steady_clock::now() + longest_turn;
  for (size_t handled = 0; !waiting_.empty() && handled < most_handled_a_turn; ++handled) {
    auto at = waiting_.upper_bound(served_last_);
    if (at == waiting_.end()) at = waiting_.begin();
    served_last_ = at->first;
    Message message = std::move(at->second.front());
    at->second.pop_front();
    if (at->second.empty()) waiting_.erase(at);
    handle(served_last_, std::move(message));
    if (std::chrono::steady_clock::now() >= until) return;
  }
}

}  // namespace svcd
