// The private socket: root's clients reach the manager here without any bus.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "dbus/server/connection.h"
#include "libunit/result.h"

namespace svcd {

/// Connections at a time; one more is closed at once.
inline constexpr size_t connections_max = 4096;

class PrivateSocket {
 public:
  struct Hooks {
    std::function<int(sd_bus*)> attach;  // adds the objects to a new connection
    std::function<void(ClientId)> gone;  // a connection ended
  };
  PrivateSocket(sd_event* loop, Clients& clients, Hooks hooks);
  ~PrivateSocket();
  PrivateSocket(const PrivateSocket&) = delete;
  PrivateSocket& operator=(const PrivateSocket&) = delete;

  /// Replaces what is at `path`.
  Result<> listen(const std::string& path);
  /// Takes a connected stream socket as a client's, whatever became of its peer; the socket is ours from now on.
  Result<> adopt(int fd);

  const std::map<sd_bus*, std::unique_ptr<Connection>>& connections() const { return connections_; }
  Connection* find(sd_bus*);
  /// Disconnects soon who lets too much wait.
  void look_for_flooded();
  void drop(sd_bus*);

 private:
  void drop_flooded();
  static int on_ready(sd_event_source*, int fd, uint32_t events, void* self);
  static int on_connected(sd_bus_message*, void* self, sd_bus_error*);
  static int on_left_over(sd_event_source*, void* self);
  static int on_disconnected(sd_bus_message*, void* self, sd_bus_error*);

  sd_event* loop_;
  Clients& clients_;
  Hooks hooks_;
  int fd_ = -1;
  SourceHandle source_, left_over_;
  std::map<sd_bus*, std::unique_ptr<Connection>> connections_;
  std::vector<sd_bus*> connected_;  // just now: sd-bus forgets a message that came in one read with BEGIN until asked
};

}  // namespace svcd
