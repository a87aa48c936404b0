// Who talks to us: a connection of the private socket, or a unique name on the system bus. Requests, jobs and
// references name their client by id; a client that is gone takes its requests and references with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/engine/ids.h"
#include "dbus/server/sd_handles.h"

namespace svcd {

class SystemBus;
struct MethodEntry;

/// A call that cannot be served before the bus has told who its sender is, or before units are loaded.
struct WaitingCall {
  MessageHandle message;
  const MethodEntry* method = nullptr;  // null: a call to unit/self
  UnitId held = {};                     // that must not be collected meanwhile, by a reference of the client
};

struct Client {
  ClientId id = 0;
  sd_bus* bus = nullptr;           // lives at least as long as the client
  std::string name;                // its unique name on the system bus; empty: a private connection
  std::optional<bool> may_change;  // uid 0; nullopt: not known yet
  pid_t pid = 0;                   // 0: not known (yet)
  bool subscribed = false;
  std::vector<UnitId> references;  // one entry a Ref(): they count
  std::vector<WaitingCall> waiting;
  SystemBus* system_bus = nullptr;  // that was asked about it
  std::vector<SlotHandle> slots;    // by these questions
  bool is_private() const { return name.empty(); }
};

/// How many calls of one client may wait at once.
inline constexpr size_t waiting_calls_max = 256;

class Clients {
 public:
  Client& add(sd_bus* bus, std::string name);
  Client* find(ClientId);
  Client* find(const std::string& unique_name);
  /// Takes the client off all lists; the caller lets it die.
  std::unique_ptr<Client> remove(ClientId);
  std::vector<ClientId> on_system_bus() const;
  /// Those with calls that wait, and how many.
  std::vector<std::pair<ClientId, size_t>> waiting() const;

  void reference(Client&, UnitId);
  bool unreference(Client&, UnitId);  // false: it held none
  /// Whether anybody on the system bus holds a reference.
  bool is_referenced(UnitId) const;
  std::vector<std::string> references(UnitId) const;  // bus names
  /// A request of this client made that job, or was merged into it: on the system bus it hears the job's end.
  void own_job(ClientId, JobId);
  bool job_has_owner(JobId) const;
  void forget_job(JobId job) { job_owners_.erase(job); }
  void subscribe(Client&, bool on);
  bool anybody_subscribed() const { return subscribed_ > 0; }

 private:
  ClientId next_ = 1;
  size_t subscribed_ = 0;
  std::unordered_map<ClientId, std::unique_ptr<Client>> clients_;
  std::unordered_map<std::string, ClientId> by_name_;
  std::unordered_map<UnitId, size_t> referenced_;  // by clients of the system bus
  std::unordered_map<JobId, std::vector<ClientId>> job_owners_;
};

}  // namespace svcd
