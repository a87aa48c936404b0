#include "daemon/linux/journal_sender.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/linux/timers.h"

namespace svcd {
namespace {

constexpr size_t most_waiting = 4096;  // messages
constexpr size_t most_bytes_waiting = 4 * 1024 * 1024;

/// KEY=value, or with a length if the value has a newline.
void append_field(std::string& datagram, std::string_view key, std::string_view value) {
  datagram += key;
  if (value.find('\n') == std::string_view::npos) {
    datagram += '=';
    datagram += value;
  } else {
    datagram += '\n';
    for (size_t byte = 0; byte < 8; ++byte) datagram += static_cast<char>(uint64_t{value.size()} >> (8 * byte) & 0xff);
    datagram += value;
  }
  datagram += '\n';
}

/// What is too large for a datagram goes as a sealed memory file.
UniqueFd sealed_copy(const std::string& datagram) {
  UniqueFd fd(memfd_create("journal-data", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  for (size_t done = 0; fd && done < datagram.size();) {
    const ssize_t n = write(fd.get(), datagram.data() + done, datagram.size() - done);
    if (n <= 0) return UniqueFd();
    done += static_cast<size_t>(n);
  }
  if (fd) fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return fd;
}

ssize_t send_descriptor(int socket, int fd) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

std::string JournalSender::encode(const LogMessage& message, const Scope& scope) {
  std::string datagram;
  datagram.reserve(256 + message.message.size());
  append_field(datagram, "PRIORITY", std::to_string(message.priority));
  append_field(datagram, "SYSLOG_FACILITY", std::to_string(LOG_DAEMON >> 3));
  append_field(datagram, "TID", std::to_string(getpid()));
  append_field(datagram, "SYSLOG_IDENTIFIER", scope.log_identifier);
  if (!message.unit.empty()) append_field(datagram, "UNIT", message.unit);
  if (!message.message_id.empty()) append_field(datagram, "MESSAGE_ID", message.message_id);
  for (const auto& [key, value] : message.fields) append_field(datagram, key, value);
  append_field(datagram, "MESSAGE", message.message);
  return datagram;
}

void JournalSender::send(const LogMessage& message) {
  flush();
  if (message.priority > level_) return;
  switch (target_) {
    case LogTarget::journal:
    case LogTarget::journal_or_kmsg:
    case LogTarget::syslog:
    case LogTarget::syslog_or_kmsg:
    case LogTarget::automatic: return send_to_journal(message);
    case LogTarget::kmsg:
      if (tell_kernel(message)) return;
      [[fallthrough]];
    case LogTarget::console:
    case LogTarget::console_prefixed: return tell_console(message);
    case LogTarget::null: return;
  }
}

void JournalSender::send_to_journal(const LogMessage& message) {
  std::string datagram = encode(message, scope_);
  if (queue_.empty() && try_send(datagram) != Sent::later) return;
  if (!had_journal_ && !tell_kernel(message) && message.priority <= LOG_WARNING) tell_console(message);
  if (queue_.size() >= most_waiting || queued_bytes_ + datagram.size() > most_bytes_waiting) {
    ++dropped_;
    return;
  }
  queued_bytes_ += datagram.size();
  queue_.push_back(std::move(datagram));
}

void JournalSender::flush() {
  while (!queue_.empty()) {
    if (try_send(queue_.front()) == Sent::later) return;
    queued_bytes_ -= queue_.front().size();
    queue_.pop_front();
  }
  if (queue_.empty() && dropped_ > 0) {
    LogMessage lost;
    lost.priority = LOG_WARNING;
    lost.message = fmt::format("{} messages were lost, the journal was not taking them.", dropped_);
    if (try_send(encode(lost, scope_)) == Sent::yes) dropped_ = 0;
  }
  writable_.enable(false);
}

bool JournalSender::connect_now() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (scope_.journal_socket.size() >= sizeof address.sun_path) return false;
  memcpy(address.sun_path, scope_.journal_socket.data(), scope_.journal_socket.size());
  UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return false;
  const int room = 8 * 1024 * 1024;
  if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0)
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  writable_.reset();
  socket_ = std::move(fd);
  had_journal_ = true;
  return true;
}

JournalSender::Sent JournalSender::try_send(const std::string& datagram) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!socket_ && !connect_now()) return Sent::later;
    ssize_t n = ::send(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EMSGSIZE || errno == ENOBUFS)) {
      const UniqueFd copy = sealed_copy(datagram);
      if (!copy) return Sent::never;
      n = send_descriptor(socket_.get(), copy.get());
    }
    if (n >= 0) return Sent::yes;
    if (errno == EAGAIN) {
      wait_for_room();
      return Sent::later;
    }
    if (errno != ECONNREFUSED && errno != ECONNRESET && errno != ENOTCONN && errno != EPIPE) return Sent::never;
    writable_.reset();  // journald's socket was made anew
    socket_.reset();
  }
  return Sent::later;
}

void JournalSender::wait_for_room() {
  if (writable_) return writable_.enable(true);
  auto made = loop_.on_io(socket_.get(), EPOLLOUT, Priority::idle, [this](uint32_t) { flush(); });
  if (made) writable_ = std::move(*made);
}

// journald reads it later. A container has none.
bool JournalSender::tell_kernel(const LogMessage& message) const {
  if (!scope_.is_init) return true;
  const UniqueFd kmsg(scope_.is_container ? -1 : open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!kmsg) return false;
  const std::string line =
      fmt::format("<{}>{}[{}]: {}\n", LOG_DAEMON | message.priority, scope_.log_identifier, getpid(), message.message);
  (void)!write(kmsg.get(), line.data(), std::min<size_t>(line.size(), 900));
  return true;
}

void JournalSender::tell_console(const LogMessage& message) const {
  if (!scope_.is_init || scope_.console.empty()) return;
  const UniqueFd console(open(scope_.console.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  std::string line = message.message;
  if (with_colours_ && message.priority <= LOG_NOTICE)
    line = fmt::format("\x1b[{}m{}\x1b[0m",
                       message.priority <= LOG_ERR       ? "0;1;31"
                       : message.priority == LOG_WARNING ? "0;1;38;5;185"
                                                         : "0;1;39",
                       line);
  if (with_time_) line = fmt::format("[{:>12.6f}] {}", static_cast<double>(monotonic_now().count()) / 1e6, line);
  line += "\r\n";
  if (target_ == LogTarget::console_prefixed) line = fmt::format("<{}>{}", LOG_DAEMON | message.priority, line);
  if (console) (void)!write(console.get(), line.data(), line.size());
}

}  // namespace svcd
