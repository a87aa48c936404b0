// The objects that clients see: the manager, units, jobs. Units and jobs are fallback objects, found (units: loaded)
// when somebody looks at their path. Also the one place where a call is let in or refused;
// docs/decisions.md, "Nobody is let in by accident".
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "dbus/server/interface_table.h"

namespace svcd {

/// Who sent a message.
class Peers {
 public:
  virtual ~Peers() = default;
  /// The client, if it is known; on the system bus it becomes known when `needed` (its credentials come later, then
  /// ObjectTree::resume() is called). Null: a reader nobody asked about, or a message without a sender.
  virtual Client* client_of(sd_bus_message*, bool needed) = 0;
  /// A call was answered by so many bytes.
  virtual void answered(sd_bus* bus, uint32_t bytes) = 0;
};

class ObjectTree final : public ObjectHandler {
 public:
  ObjectTree(CallContext&, const BusFacts&, Peers&);

  /// Makes the objects reachable on a connection. Interfaces are added when the first message needs them: most
  /// connections ask one thing and leave, and all vtables together cost more than the answer.
  int attach(sd_bus*);
  /// Serves what waited for a client's credentials, or for units to be loaded: at most so many calls.
  void resume(Client&, size_t at_most = waiting_calls_max);

  const Interface& manager() const { return *manager_; }
  const Interface& unit() const { return *unit_; }
  const Interface& type(UnitType type) const { return *types_[static_cast<size_t>(type)]; }
  const Interface& job() const { return *job_; }
  View view_of(UnitId unit) const;
  View view_of(const JobInfo& job) const;

  int serve(const MethodEntry&, sd_bus_message*) override;
  const View& found() const override { return *found_; }

 private:
  struct Branch {
    ObjectTree* tree;
    std::optional<UnitType> type;  // nullopt: the interface that all units have
  };
  /// What one connection has so far; lives as long as the connection.
  struct Attached {
    ObjectTree* tree;
    bool manager = false, unit = false;
    std::array<bool, unit_type_count> types{};
  };
  int attach_manager(sd_bus*, Attached&);
  int attach_types(sd_bus*, Attached&, std::optional<UnitType> only);
  static int on_message(sd_bus_message*, void* attached, sd_bus_error*);
  int serve(const MethodEntry&, sd_bus_message*, Client*);
  const MethodEntry* guarded(sd_bus_message*) const;
  int serve_guarded(const MethodEntry&, sd_bus_message*);
  bool must_know_caller(sd_bus_message*);
  int serve_own_unit(sd_bus_message*, Client&);
  int put_back(const MethodEntry*, sd_bus_message*, Client*, UnitId held = {});
  Result<UnitId> resolve(std::string_view path, sd_bus_message*);
  bool find_again(sd_bus_message*);
  static int find_manager(sd_bus*, const char*, const char*, void*, void**, sd_bus_error*);
  static int find_unit(sd_bus*, const char*, const char*, void*, void**, sd_bus_error*);
  static int find_job(sd_bus*, const char*, const char*, void*, void**, sd_bus_error*);
  static int list_units(sd_bus*, const char*, void*, char***, sd_bus_error*);
  static int list_jobs(sd_bus*, const char*, void*, char***, sd_bus_error*);

  CallContext& context_;
  const BusFacts& facts_;
  Peers& peers_;
  std::optional<View> found_;  // what sd-bus asked for last; always set
  std::unique_ptr<Interface> manager_, own_manager_, log_control_, own_unit_, unit_, job_;
  std::array<std::unique_ptr<Interface>, unit_type_count> types_;
  std::array<Branch, unit_type_count + 1> branches_;
};

}  // namespace svcd
