// Rows with names of the past: answered when somebody asks for them, but not introspected, and not in GetAll.
#include "dbus/server/controls.h"
#include "dbus/server/show.h"

namespace svcd {
namespace {

/// As another property of the unit, which has the value now.
template <auto Member>
void show_as(const View& v, ValueSink& sink) {
  if (const Setting* row = find_property(v.config().type(), property_of<Member>())) row->show(v.config(), sink);
}
void show_nothing(const View&, ValueSink& sink) {
  sink.string("");
}
void show_default_interval(const View& v, ValueSink& sink) {
  sink.u64(v.api.defaults().start_limit_interval.count());
}
/// Both in the kernel's one number; ioprio_set(2).
void show_io_scheduling(const View& v, ValueSink& sink) {
  const SandboxSection& section = v.config().sandbox();
  constexpr int class_shift = 13, best_effort = 2, middle = 4;
  sink.i32(section.io_scheduling_class.value_or(best_effort) << class_shift |
           section.io_scheduling_priority.value_or(middle));
}

using U = UnitSection;
using X = SandboxSection;

// clang-format off
constexpr RuntimeProperty past_manager_rows[] = {
    {"CtrlAltDelBurstAction", "DefaultStartLimitInterval", "t", Emits::hidden, show_default_interval},
    {nullptr, "DefaultStartLimitIntervalSec", "t", Emits::hidden, show_default_interval},
    {nullptr, "ShutdownWatchdogUSec", "t", Emits::hidden, show_watchdog<&ManagerControls::reboot_watchdog>, set_watchdog<&ManagerControls::reboot_watchdog>},
};
constexpr RuntimeProperty past_unit_rows[] = {
    {"ActivationDetails", "RequiresOverridable", "as", Emits::hidden, show_no_strings},
    {nullptr, "RequisiteOverridable", "as", Emits::hidden, show_no_strings},
    {nullptr, "RequiredByOverridable", "as", Emits::hidden, show_no_strings},
    {nullptr, "RequisiteOfOverridable", "as", Emits::hidden, show_no_strings},
    {nullptr, "StartLimitInterval", "t", Emits::hidden, show_as<&U::start_limit_interval>},
    {nullptr, "StartLimitIntervalSec", "t", Emits::hidden, show_as<&U::start_limit_interval>},
    {nullptr, "OnSuccesJobMode", "s", Emits::hidden, show_as<&U::on_success_job_mode>},
};
constexpr RuntimeProperty past_service_rows[] = {
    {"ExecStopPostEx", "StartLimitInterval", "t", Emits::hidden, show_as<&U::start_limit_interval>},
    {nullptr, "StartLimitBurst", "u", Emits::hidden, show_as<&U::start_limit_burst>},
    {nullptr, "StartLimitAction", "s", Emits::hidden, show_as<&U::start_limit_action>},
    {nullptr, "FailureAction", "s", Emits::hidden, show_as<&U::failure_action>},
    {nullptr, "RebootArgument", "s", Emits::hidden, show_as<&U::reboot_argument>},
    {nullptr, "PermissionsStartOnly", "b", Emits::hidden, [](const View& v, ValueSink& sink) { sink.boolean(v.config().service().permissions_start_only); }},
};
constexpr RuntimeProperty past_exec_rows[] = {
    {"MountAPIVFS", "Capabilities", "s", Emits::hidden, show_nothing},
    {nullptr, "IOScheduling", "i", Emits::hidden, show_io_scheduling},
    {nullptr, "ReadWriteDirectories", "as", Emits::hidden, show_as<&X::read_write_paths>},
    {nullptr, "ReadOnlyDirectories", "as", Emits::hidden, show_as<&X::read_only_paths>},
    {nullptr, "InaccessibleDirectories", "as", Emits::hidden, show_as<&X::inaccessible_paths>},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> past_manager_properties() {
  return past_manager_rows;
}
std::span<const RuntimeProperty> past_unit_properties() {
  return past_unit_rows;
}
std::span<const RuntimeProperty> past_service_properties() {
  return past_service_rows;
}
std::span<const RuntimeProperty> past_exec_properties() {
  return past_exec_rows;
}

}  // namespace svcd
