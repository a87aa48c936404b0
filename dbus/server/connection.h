// One connection to the private socket. It speaks plain peer-to-peer D-Bus, as systemd's does; a client that says Hello
// finds a small bus there (org.freedesktop.DBus with the calls that client libraries make), so that every D-Bus library
// works on it as on a bus; docs/decisions.md, "The private socket is a small bus".
#pragma once

#include <vector>

#include "dbus/server/client.h"
#include "dbus/server/match_rule.h"
#include "dbus/server/write_queue.h"

namespace svcd {

class Connection {
 public:
  Connection(BusHandle bus, ClientId client, uid_t uid, pid_t pid)
      : bus_(std::move(bus)), client_(client), uid_(uid), pid_(pid) {}

  sd_bus* bus() const { return bus_.get(); }
  ClientId client() const { return client_; }
  uid_t uid() const { return uid_; }
  pid_t pid() const { return pid_; }
  std::string unique_name() const { return ":1." + std::to_string(client_); }

  /// Adds the object /org/freedesktop/DBus.
  int attach_driver();
  /// Without Hello: everything; but nothing before the first call, which may be Hello: until it is answered, libraries
  /// take any other message for the end of the connection.
  bool wants(const SignalFacts&) const;
  /// Somebody asked for such a signal by a rule of its own.
  bool asked_for(const SignalFacts&) const;
  bool is_ready() const { return sd_bus_is_ready(bus_.get()) > 0; }
  WriteQueue& queue() { return queue_; }
  bool is_flooded() { return queue_.is_flooded(bus_.get()); }

  // Calls of org.freedesktop.DBus.
  int hello(sd_bus_message*);
  int add_match(sd_bus_message*);
  int remove_match(sd_bus_message*);
  int name_query(sd_bus_message*);
  int list(sd_bus_message*);
  int start_service(sd_bus_message*);

 private:
  static int on_message(sd_bus_message*, void* connection, sd_bus_error*);

  BusHandle bus_;
  ClientId client_;
  uid_t uid_;
  pid_t pid_;
  SlotHandle silence_;  // until the first call
  bool said_hello_ = false;
  WriteQueue queue_;
  std::vector<MatchRule> rules_;
};

}  // namespace svcd
