#include "dbus/server/private_socket.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dbus/server/object_path.h"

namespace svcd {
namespace {

tl::unexpected<Error> fail_errno(int error, std::string_view what) {
  return tl::unexpected(Error{ErrorCode::failed, fmt::format("{}: {}", what, std::strerror(error)), error});
}

/// A socket that is closed unless somebody takes it.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

int configure(sd_bus* bus, Descriptor& fd) {
  int r = sd_bus_set_fd(bus, fd.get(), fd.get());
  if (r >= 0) (void)fd.release();  // sd-bus closes it from here on
  sd_id128_t id{};
  if (r >= 0) r = sd_id128_randomize(&id);
  if (r >= 0) r = sd_bus_set_server(bus, 1, id);
  if (r >= 0) r = sd_bus_set_anonymous(bus, 0);
  if (r >= 0) r = sd_bus_set_connected_signal(bus, 1);
  if (r >= 0) r = sd_bus_negotiate_fds(bus, 1);
  if (r >= 0) r = sd_bus_set_sender(bus, bus_name);
  return r;
}

}  // namespace

PrivateSocket::PrivateSocket(sd_event* loop, Clients& clients, Hooks hooks)
    : loop_(loop), clients_(clients), hooks_(std::move(hooks)) {}

PrivateSocket::~PrivateSocket() {
  source_.reset();
  if (fd_ >= 0) ::close(fd_);
}

Result<> PrivateSocket::listen(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(ErrorCode::invalid_args, "Socket path {} is too long.", path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return fail_errno(errno, "socket");
  (void)::unlink(path.c_str());
  const mode_t before = ::umask(0077);
  const int bound = ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 ? errno : 0;
  (void)::umask(before);
  if (bound != 0) return fail_errno(bound, path);
  if (::listen(fd.get(), SOMAXCONN) < 0) return fail_errno(errno, path);
  sd_event_source* source = nullptr;
  if (const int r = sd_event_add_io(loop_, &source, fd.get(), EPOLLIN, on_ready, this); r < 0)
    return fail_errno(-r, path);
  source_.reset(source);
  fd_ = fd.release();
  return {};
}

int PrivateSocket::on_ready(sd_event_source*, int fd, uint32_t, void* self) {
  const int peer = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (peer >= 0) (void)static_cast<PrivateSocket*>(self)->adopt(peer);
  return 0;
}

Result<> PrivateSocket::adopt(int raw) {
  Descriptor fd(raw);
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return fail_errno(errno, "SO_PEERCRED");
  if (peer.uid != 0 && peer.uid != ::geteuid()) return fail(ErrorCode::access_denied, "The private socket is root's.");
  if (connections_.size() >= connections_max) return fail(ErrorCode::limits_exceeded, "Too many private connections.");

  sd_bus* made = nullptr;
  if (const int r = sd_bus_new(&made); r < 0) return fail_errno(-r, "sd_bus_new");
  BusHandle bus(made);
  if (const int r = configure(made, fd); r < 0) return fail_errno(-r, "private connection");

  Client& client = clients_.add(made, {});
  client.may_change = true;
  client.pid = peer.pid;
  auto connection = std::make_unique<Connection>(std::move(bus), client.id, peer.uid, peer.pid);
  int r = sd_bus_match_signal(made, nullptr, "org.freedesktop.DBus.Local", "/org/freedesktop/DBus/Local",
                              "org.freedesktop.DBus.Local", "Disconnected", on_disconnected, this);
  if (r >= 0)
    r = sd_bus_match_signal(made, nullptr, "org.freedesktop.DBus.Local", "/org/freedesktop/DBus/Local",
                            "org.freedesktop.DBus.Local", "Connected", on_connected, this);
  if (r >= 0 && !left_over_) {
    sd_event_source* left_over = nullptr;
    r = sd_event_add_defer(loop_, &left_over, on_left_over, this);
    left_over_.reset(left_over);
    if (r >= 0) r = sd_event_source_set_priority(left_over, handshake_priority - 1);  // it ends the preference
    if (r >= 0) r = sd_event_source_set_enabled(left_over, SD_EVENT_OFF);
  }
  if (r >= 0) r = hooks_.attach(made);
  if (r >= 0) r = connection->attach_driver();
  if (r >= 0) r = sd_bus_start(made);
  if (r >= 0) r = sd_bus_attach_event(made, loop_, handshake_priority);
  if (r < 0) {
    (void)clients_.remove(client.id);
    return fail_errno(-r, "private connection");
  }
  connections_.emplace(made, std::move(connection));
  return {};
}

int PrivateSocket::on_connected(sd_bus_message* message, void* self, sd_bus_error*) {
  auto& socket = *static_cast<PrivateSocket*>(self);
  socket.connected_.push_back(sd_bus_message_get_bus(message));
  (void)sd_event_source_set_enabled(socket.left_over_.get(), SD_EVENT_ONESHOT);
  return 0;
}

/// In the turn after BEGIN: what came in the same read. After a step: those who do not read.
int PrivateSocket::on_left_over(sd_event_source*, void* self) {
  auto& socket = *static_cast<PrivateSocket*>(self);
  for (sd_bus* bus : std::exchange(socket.connected_, {})) {
    for (int calls = 0; calls < 16 && socket.find(bus) && sd_bus_process(bus, nullptr) > 0; ++calls) continue;
    if (socket.find(bus) && sd_bus_detach_event(bus) >= 0)
      (void)sd_bus_attach_event(bus, socket.loop_, SD_EVENT_PRIORITY_NORMAL);
  }
  socket.drop_flooded();
  return 0;
}

Connection* PrivateSocket::find(sd_bus* bus) {
  const auto found = connections_.find(bus);
  return found == connections_.end() ? nullptr : found->second.get();
}

int PrivateSocket::on_disconnected(sd_bus_message* message, void* self, sd_bus_error*) {
  static_cast<PrivateSocket*>(self)->drop(sd_bus_message_get_bus(message));
  return 0;
}

void PrivateSocket::drop(sd_bus* bus) {
  const auto found = connections_.find(bus);
  if (found == connections_.end()) return;
  const std::unique_ptr<Connection> connection = std::move(found->second);
  connections_.erase(found);
  std::erase(connected_, bus);
  hooks_.gone(connection->client());
}

/// Not inside the step: a client that goes takes its jobs' ownership along.
void PrivateSocket::look_for_flooded() {
  const auto waits = [](const auto& entry) {
    return entry.second->is_flooded() || entry.second->queue().bytes() > queued_bytes_max / 16;
  };
  if (left_over_ && std::ranges::any_of(connections_, waits))
    (void)sd_event_source_set_enabled(left_over_.get(), SD_EVENT_ONESHOT);
}

void PrivateSocket::drop_flooded() {
  constexpr uint64_t all_together_max = 2 * queued_bytes_max;
  std::vector<sd_bus*> flooded;
  uint64_t together = 0, most = 0;
  sd_bus* greediest = nullptr;
  for (const auto& [bus, connection] : connections_) {
    if (connection->is_flooded()) {
      flooded.push_back(bus);
      continue;
    }
    const uint64_t bytes = connection->queue().bytes();
    together += bytes;
    if (bytes > most) {
      most = bytes;
      greediest = bus;
    }
  }
  if (together > all_together_max && flooded.empty()) flooded.push_back(greediest);
  for (sd_bus* bus : flooded) drop(bus);
}

}  // namespace svcd
