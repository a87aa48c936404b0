// The daemon's side of D-Bus: everything that clients can reach, on the private socket and, once there is one, on the
// system bus. Talks to the engine through ManagerApi only, and never waits for anybody.
#pragma once

#include <functional>

#include "dbus/server/signals.h"
#include "dbus/server/system_bus.h"

namespace svcd {

class BusServer final : public ChangeListener, private BusFacts, private Peers {
 public:
  /// `post` delivers an event to the engine, later.
  BusServer(const Scope&, sd_event* loop, ManagerApi&, std::function<void(Event&&)> post);
  ~BusServer() override;

  /// Opens the private socket at the scope's path, and waits for a system bus to appear.
  Result<> listen();
  /// Serves a client that is connected already.
  Result<> adopt(int fd) { return private_.adopt(fd); }
  /// Who owns which name on the system bus.
  BusNames& names() { return system_bus_; }
  /// The signals of a step.
  void flush(const Changes&) override;

 private:
  const Scope& scope() const override { return scope_; }
  uint32_t installed_jobs() const override { return signals_.installed_jobs(); }
  uint32_t failed_jobs() const override { return signals_.failed_jobs(); }
  std::vector<std::string> references(UnitId unit) const override { return clients_.references(unit); }
  Client* client_of(sd_bus_message*, bool needed) override;
  void answered(sd_bus* bus, uint32_t bytes) override;
  void client_gone(ClientId);
  static int on_units_loaded(sd_event_source*, void* self);

  const Scope& scope_;
  ManagerApi& api_;
  Clients clients_;
  Replies replies_;
  CallContext context_;
  ObjectTree tree_;
  PrivateSocket private_;
  SystemBus system_bus_;
  Signals signals_;
  SourceHandle units_loaded_;
  std::vector<std::pair<ClientId, size_t>> resumed_;  // and how many of their calls may be served now
};

}  // namespace svcd
