#include "dbus/server/server.h"

namespace svcd {

BusServer::BusServer(const Scope& scope, sd_event* loop, ManagerApi& api, std::function<void(Event&&)> post)
    : scope_(scope),
      api_(api),
      context_{api, scope_, clients_, replies_},
      tree_(context_, *this, *this),
      private_(loop, clients_,
               {[this](sd_bus* bus) { return tree_.attach(bus); }, [this](ClientId client) { client_gone(client); }}),
      system_bus_(
          scope, loop, api, clients_,
          {[this](sd_bus* bus) { return tree_.attach(bus); }, [this](sd_bus* bus) { signals_.set_system_bus(bus); },
           [this](ClientId client) { client_gone(client); }, [this](Client& client) { tree_.resume(client); },
           std::move(post)}),
      signals_(context_, tree_, private_) {
  sd_event_source* source = nullptr;
  if (sd_event_add_defer(loop, &source, on_units_loaded, this) < 0) return;
  units_loaded_.reset(source);
  (void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

BusServer::~BusServer() = default;

Result<> BusServer::listen() {
  SVCD_TRY(signals_.open());
  SVCD_TRY(system_bus_.start());
  return private_.listen(scope_.private_socket);
}

void BusServer::flush(const Changes& changes) {
  signals_.flush(changes);
  for (const ActivationFailed& failed : changes.failed_activations) system_bus_.activation_failed(failed);
  if (changes.units_loaded && units_loaded_) {
    resumed_ = clients_.waiting();
    (void)sd_event_source_set_enabled(units_loaded_.get(), resumed_.empty() ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
  }
  if (signals_.system_bus_is_flooded()) system_bus_.give_up();
  system_bus_.look_at(changes.changed_units);
}

/// One call a turn: a request may be a large one.
int BusServer::on_units_loaded(sd_event_source* source, void* userdata) {
  auto& server = *static_cast<BusServer*>(userdata);
  while (!server.resumed_.empty()) {
    auto& [id, calls] = server.resumed_.back();
    Client* client = calls-- > 0 ? server.clients_.find(id) : nullptr;
    if (!client)
      server.resumed_.pop_back();
    else {
      server.tree_.resume(*client, 1);
      break;
    }
  }
  if (!server.resumed_.empty()) (void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
  return 0;
}

Client* BusServer::client_of(sd_bus_message* message, bool needed) {
  sd_bus* bus = sd_bus_message_get_bus(message);
  if (system_bus_.owns(bus)) return system_bus_.client_of(message, needed);
  const Connection* connection = private_.find(bus);
  return connection ? clients_.find(connection->client()) : nullptr;
}

/// Who asks and does not read the answers is cut off, as one who does not read signals.
void BusServer::answered(sd_bus* bus, uint32_t bytes) {
  Connection* connection = private_.find(bus);
  if (!connection) return;
  connection->queue().sent(bus, bytes);
  if (connection->queue().bytes() > queued_bytes_max / 16) private_.look_for_flooded();
}

void BusServer::client_gone(ClientId id) {
  const std::unique_ptr<Client> client = clients_.remove(id);
  if (!client) return;
  if (client->is_private()) replies_.forget(client->bus);
  api_.client_gone(id);
}

}  // namespace svcd
