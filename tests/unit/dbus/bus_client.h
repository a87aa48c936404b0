// A client and the server in one loop, joined by a socket pair: what is called is answered before the call returns.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <memory>
#include <string>
#include <vector>

#include "dbus/server/server.h"
#include "unit/dbus/fake_manager.h"

namespace svcd {

/// What a message says, as text: strings as they are, [arrays], (structs), <variants>.
std::string as_text(sd_bus_message*);

class World {
 public:
  World();
  ~World();
  /// Lets everything happen that can happen now, steps of the engine included.
  void settle();

  FakeManager manager;
  int restless_turns = 0;  // of the loop, in each of which something is told to all
  Scope scope;
  sd_event* loop = nullptr;
  std::unique_ptr<BusServer> server;
};

class TestClient {
 public:
  explicit TestClient(World&, bool says_hello = false);
  ~TestClient();
  /// The reply as text, or "ERROR: message".
  std::string call(const std::string& path, const char* interface, const char* member, const char* types = "", ...);
  std::string manager(const char* member, const char* types = "", ...);
  std::string property(const std::string& path, const char* interface, const char* name);
  /// Queued, not waited for; its reply appears in the history as "reply …".
  void send(const std::string& path, const char* interface, const char* member, const char* types = "", ...);
  void close();
  bool is_open() const { return sd_bus_is_open(bus_) > 0; }
  /// Member and contents of every signal since the last time.
  std::vector<std::string> take_history();
  sd_bus* bus() { return bus_; }

 private:
  static int on_message(sd_bus_message*, void* self, sd_bus_error*);
  static int on_reply(sd_bus_message*, void* self, sd_bus_error*);
  std::string exchange(sd_bus_message*);
  World& world_;
  sd_bus* bus_ = nullptr;
  std::vector<std::string> history_;
};

}  // namespace svcd
