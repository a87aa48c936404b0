// The manager as a client of the system bus: connects without waiting once dbus-daemon is up, owns
// org.freedesktop.systemd1, knows its callers by asynchronous questions, follows the names of Type=dbus services and
// starts what dbus-daemon asks for. When dbus restarts, everything is set up again.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "daemon/engine/bus_names.h"
#include "daemon/engine/kernel.h"
#include "dbus/server/call.h"

namespace svcd {

class SystemBus final : public BusNames {
 public:
  struct Hooks {
    std::function<int(sd_bus*)> attach;  // adds the objects to the connection
    std::function<void(sd_bus*)> ready;  // null: the connection is gone
    std::function<void(ClientId)> gone;  // a client left the bus
    std::function<void(Client&)> known;  // a client's credentials came
    std::function<void(Event&&)> post;   // news for the engine
  };
  SystemBus(const Scope&, sd_event* loop, ManagerApi&, Clients&, Hooks hooks);
  ~SystemBus() override;

  /// Looks soon whether there is a bus to connect to.
  Result<> start();
  /// A step changed these units: dbus itself may be among them.
  void look_at(const std::vector<UnitId>& changed);
  /// The bus does not read: soon a new connection is tried. Not at once, we may be in the middle of a step.
  void give_up();
  /// What dbus-daemon asked for could not be queued: its callers get this error.
  void activation_failed(const ActivationFailed&);
  bool owns(sd_bus* bus) const { return bus && bus == bus_.get(); }
  Client* client_of(sd_bus_message*, bool needed);

  void watch(UnitId, const std::string& name) override;
  void unwatch(UnitId, const std::string& name) override;

 private:
  struct Watch {
    SystemBus* owner;
    UnitId unit;
    std::string name;
    SlotHandle changes, question, process;
  };
  bool bus_is_up() const;
  void connect();
  void disconnect();
  void retry_later();
  void end_preference();
  void follow(Watch&);
  static void tell_owner(Watch&, const char* owner);
  static int on_process(sd_bus_message* reply, void* watch, sd_bus_error*);
  void ask_about(Client&);
  void activate(const char* unit);
  static int on_recheck(sd_event_source*, void* self);
  static int on_retry(sd_event_source*, uint64_t, void* self);
  static int on_connected(sd_bus_message*, void* self, sd_bus_error*);
  static int on_disconnected(sd_bus_message*, void* self, sd_bus_error*);
  static int on_activation(sd_bus_message*, void* self, sd_bus_error*);
  static int on_name(sd_bus_message*, void* self, sd_bus_error*);
  static int on_owner(sd_bus_message*, void* watch, sd_bus_error*);
  static int on_owner_changed(sd_bus_message*, void* watch, sd_bus_error*);
  static int on_credentials(sd_bus_message*, void* client, sd_bus_error*);
  static int on_client_match(sd_bus_message*, void* client, sd_bus_error*);
  static int on_client_changed(sd_bus_message*, void* client, sd_bus_error*);

  const Scope& scope_;
  sd_event* loop_;
  ManagerApi& api_;
  Clients& clients_;
  Hooks hooks_;
  BusHandle bus_;
  SourceHandle recheck_, retry_;
  bool gives_up_ = false;
  bool is_preferred_ = false;  // it goes first until it is connected
  uint64_t retry_after_ = 0;   // microseconds; grows from try to try
  std::list<Watch> watches_;   // never moved: sd-bus holds pointers
};

}  // namespace svcd
