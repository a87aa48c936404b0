#include "dbus/server/server.h"

namespace svcd {

BusServer::BusServer(const Scope& scope, sd_event* loop, ManagerApi& api, std::function<void(Event&&)> post)
    : scope_(scope),
      api_(api),
      post_(std::move(post)),
      context_{api, scope_, clients_, replies_},
      tree_(context_, *this, *this),
      private_(loop, clients_,
               {[this](sd_bus* bus) { return tree_.attach(bus); }, [this](ClientId client) { client_gone(client); }}),
      signals_(context_, tree_, private_) {}

BusServer::~BusServer() = default;

Result<> BusServer::listen() {
  SVCD_TRY(signals_.open());
  return private_.listen(scope_.private_socket);
}

void BusServer::flush(const Changes& changes) {
  signals_.flush(changes);
}

Client* BusServer::client_of(sd_bus_message* message, bool) {
  const Connection* connection = private_.find(sd_bus_message_get_bus(message));
  return connection ? clients_.find(connection->client()) : nullptr;
}

void BusServer::client_gone(ClientId id) {
  const std::unique_ptr<Client> client = clients_.remove(id);
  if (!client) return;
  if (client->is_private()) replies_.forget(client->bus);
  api_.client_gone(id);
}

}  // namespace svcd
