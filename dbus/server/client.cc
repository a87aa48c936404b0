#include "dbus/server/client.h"

#include <algorithm>

namespace svcd {

Client& Clients::add(sd_bus* bus, std::string name) {
  auto client = std::make_unique<Client>();
  client->id = next_++;
  client->bus = bus;
  client->name = std::move(name);
  if (!client->name.empty()) by_name_[client->name] = client->id;
  return *(clients_[client->id] = std::move(client));
}

Client* Clients::find(ClientId id) {
  const auto found = clients_.find(id);
  return found == clients_.end() ? nullptr : found->second.get();
}

Client* Clients::find(const std::string& unique_name) {
  const auto found = by_name_.find(unique_name);
  return found == by_name_.end() ? nullptr : find(found->second);
}

std::unique_ptr<Client> Clients::remove(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return nullptr;
  std::unique_ptr<Client> client = std::move(found->second);
  clients_.erase(found);
  if (!client->name.empty()) by_name_.erase(client->name);
  subscribe(*client, false);
  while (!client->references.empty()) unreference(*client, client->references.back());
  return client;
}

std::vector<ClientId> Clients::on_system_bus() const {
  std::vector<ClientId> ids;
  for (const auto& [id, client] : clients_)
    if (!client->is_private()) ids.push_back(id);
  return ids;
}

std::vector<std::pair<ClientId, size_t>> Clients::waiting() const {
  std::vector<std::pair<ClientId, size_t>> ids;
  for (const auto& [id, client] : clients_)
    if (!client->waiting.empty()) ids.emplace_back(id, client->waiting.size());
  return ids;
}

void Clients::reference(Client& client, UnitId unit) {
  client.references.push_back(unit);
  if (!client.is_private()) ++referenced_[unit];
}

bool Clients::unreference(Client& client, UnitId unit) {
  const auto held = std::ranges::find(client.references, unit);
  if (held == client.references.end()) return false;
  client.references.erase(held);
  if (!client.is_private())
    if (const auto count = referenced_.find(unit); count != referenced_.end() && --count->second == 0)
      referenced_.erase(count);
  return true;
}

bool Clients::is_referenced(UnitId unit) const {
  return referenced_.contains(unit);
}

std::vector<std::string> Clients::references(UnitId unit) const {
  std::vector<std::string> names;
  if (!is_referenced(unit)) return names;
  for (const auto& [id, client] : clients_)
    if (std::ranges::find(client->references, unit) != client->references.end()) names.push_back(client->name);
  std::ranges::sort(names);
  return names;
}

void Clients::own_job(ClientId id, JobId job) {
  const Client* client = find(id);
  if (!client || client->is_private()) return;  // private connections hear everything
  std::vector<ClientId>& owners = job_owners_[job];
  if (std::ranges::find(owners, id) == owners.end()) owners.push_back(id);
}

bool Clients::job_has_owner(JobId job) const {
  const auto owners = job_owners_.find(job);
  return owners != job_owners_.end() &&
         std::ranges::any_of(owners->second, [this](ClientId id) { return clients_.contains(id); });
}

void Clients::subscribe(Client& client, bool on) {
  if (client.is_private() || client.subscribed == on) return;
  client.subscribed = on;
  on ? ++subscribed_ : --subscribed_;
}

}  // namespace svcd
