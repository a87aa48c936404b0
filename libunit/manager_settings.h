// ManagerSettings: what is in effect for the manager as a whole: systemd-system.conf(5) and the command line
// (libunit/boot_options.h) over the defaults. One table, as for units: parsing, D-Bus properties and what is told about
// a key come from its row; a key's name stands nowhere else.
#pragma once

#include <span>
#include <string_view>

#include "libunit/config.h"
#include "libunit/load_context.h"
#include "libunit/manager_controls.h"
#include "libunit/settings.h"
#include "libunit/specifiers.h"
#include "libunit/value_sink.h"

namespace svcd {

/// What names a unit in status lines: "a.service", "A", "a.service - A".
enum class StatusUnitFormat : uint8_t { name, description, combined };

struct ManagerSettings {
  ManagerDefaults defaults;  // what units get that say nothing
  ManagerControls controls;
  bool show_status_set = false;  // somebody said so: "quiet" does not count then
  bool log_color = true, log_location = false, log_time = false, log_tid = false;
  bool dump_core = true, crash_shell = false, crash_reboot = false;
  int crash_change_vt = -1;   // -1: no, 0: the one that the kernel writes to
  std::string confirm_spawn;  // the console to ask on; "": nobody is asked
  StatusUnitFormat status_unit_format = StatusUnitFormat::combined;
  NumberSet cpu_affinity;
  int numa_policy = -1;
  NumberSet numa_mask;
  uint64_t capability_bounding_set = UINT64_MAX;
  bool no_new_privileges = false;
  std::vector<std::string> system_call_architectures;
  std::optional<uint64_t> timer_slack_nsec;              // of the manager itself, which children inherit
  Environment default_environment, manager_environment;  // given to children; the manager's own
  EmergencyAction ctrl_alt_del_burst_action = EmergencyAction::reboot_force;
};

/// One key of section [Manager].
struct ManagerSetting {
  const char* key;        // null: a property without a key
  const char* property;   // of org.freedesktop.systemd1.Manager; null: none
  const char* signature;  // of the property
  const char* summary;    // one line
  SettingStatus status;
  Result<> (*apply)(ManagerSettings&, std::string_view text, LoadContext&);  // null: a property alone
  void (*show)(const ManagerSettings&, ValueSink&);
  bool is_figure = false;  // follows from others, or from the machine: systemd does not call the property constant
};

/// All rows, in the order in which systemd introspects their properties.
std::span<const ManagerSetting> manager_settings();
/// Null: no such key.
const ManagerSetting* find_manager_setting(std::string_view key);
const ManagerSetting* find_manager_property(std::string_view property);

struct UnitText;
/// Applies the assignments of one configuration file, in order. What is unknown or does not parse is told and ignored.
void apply(const UnitText&, ManagerSettings&, const HostFacts&, Diagnostics&);
/// The same from text; for a file that is no configuration at all the diagnostics say so, and what stands before the
/// bad line counts.
void apply_manager_configuration(const std::string& path, std::string_view text, ManagerSettings&, const HostFacts&,
                                 Diagnostics&);

/// A watchdog's time: a span, "off" (0) or "default" (infinity: what the device has).
bool parse_watchdog_span(std::string_view text, Duration& into);

}  // namespace svcd
