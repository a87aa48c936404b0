// The properties of each interface, in the order in which systemd introspects them: the rows of the settings table with
// the run-time rows (what a unit is doing, not what its files say) put in between. Everything that reads properties
// (vtables, PropertiesChanged) goes by these lists.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "daemon/engine/api.h"
#include "daemon/scope.h"
#include "libunit/manager_settings.h"
#include "libunit/settings.h"

namespace svcd {

class Call;

/// What D-Bus itself knows and shows.
class BusFacts {
 public:
  virtual ~BusFacts() = default;
  virtual const Scope& scope() const = 0;
  virtual uint32_t installed_jobs() const = 0;  // since the manager started
  virtual uint32_t failed_jobs() const = 0;
  /// Who holds references to a unit, by bus name.
  virtual std::vector<std::string> references(UnitId) const = 0;
};

/// What a property is shown of: one object within one call. Holds nothing across calls.
struct View {
  ManagerApi& api;
  const BusFacts& facts;
  UnitId unit;                                    // of a unit
  JobInfo job;                                    // of a job
  mutable std::optional<CgroupUsage> usage_read;  // the files of a cgroup are read once a call

  const LoadedUnit& loaded() const { return api.loaded(unit); }
  const UnitStatus& status() const { return api.status(unit); }
  const UnitConfig& config() const { return api.loaded(unit).config; }
  const CgroupUsage& usage() const {
    if (!usage_read) usage_read = api.usage(unit);
    return *usage_read;
  }
};

/// What PropertiesChanged says of a property; the annotation EmitsChangedSignal.
enum class Emits : uint8_t {
  constant,
  change,
  invalidates,
  none,
  on_request,  // nothing, and GetAll leaves it out: `systemctl show` shows what it shows of systemd
  hidden       // nothing, and it is not introspected either: a name of the past
};

/// A row that no key of a unit file has.
struct RuntimeProperty {
  const char* follows;  // the property it stands behind; null: behind the previous row of its table, or first of all
  const char* name;     // that of a setting: takes the setting's place
  const char* signature;
  Emits emits;
  void (*show)(const View&, ValueSink&);
  Result<> (*set)(Call&) = nullptr;  // what a client writes; null: nobody can
};

struct PropertyRow {
  const char* name;
  const char* signature;
  Emits emits;
  const Setting* setting;                 // of a unit, or null; then:
  void (*show)(const View&, ValueSink&);  // run-time row, or null; then:
  Result<> (*set)(Call&) = nullptr;
  const ManagerSetting* of_manager = nullptr;
  void show_to(const View& view, ValueSink& sink) const {
    if (setting) return setting->show(view.config(), sink);
    if (show) return show(view, sink);
    of_manager->show(view.api.settings(), sink);
  }
};

/// The common properties of all units; systemd's interface Unit.
std::vector<PropertyRow> unit_properties();
/// Those of our own interface, which all units have.
std::vector<PropertyRow> own_unit_properties();
/// Those of the interface of a unit type.
std::vector<PropertyRow> type_properties(UnitType);
std::vector<PropertyRow> manager_properties();
std::vector<PropertyRow> job_properties();
/// org.freedesktop.LogControl1(5).
std::vector<PropertyRow> log_control_properties();

// The tables of run-time rows, in runtime_properties_*.cc.
std::span<const RuntimeProperty> runtime_unit_properties();
std::span<const RuntimeProperty> runtime_own_unit_properties();
std::span<const RuntimeProperty> runtime_service_properties();
std::span<const RuntimeProperty> runtime_socket_properties();
std::span<const RuntimeProperty> runtime_mount_properties();
std::span<const RuntimeProperty> runtime_timer_properties();
std::span<const RuntimeProperty> runtime_path_properties();
std::span<const RuntimeProperty> runtime_automount_properties();
std::span<const RuntimeProperty> runtime_swap_properties();
std::span<const RuntimeProperty> runtime_scope_properties();
std::span<const RuntimeProperty> runtime_device_properties();
std::span<const RuntimeProperty> runtime_cgroup_properties();
std::span<const RuntimeProperty> runtime_manager_properties();
std::span<const RuntimeProperty> runtime_job_properties();
std::span<const RuntimeProperty> runtime_log_control_properties();
std::span<const RuntimeProperty> past_manager_properties();
std::span<const RuntimeProperty> past_unit_properties();
std::span<const RuntimeProperty> past_service_properties();
std::span<const RuntimeProperty> past_exec_properties();

}  // namespace svcd
