// Rows of the interfaces Manager and Job.
#include "dbus/server/object_path.h"
#include "dbus/server/show.h"

namespace svcd {
namespace {

template <Timestamp ManagerTimes::*member>
constexpr RuntimeProperty realtime(const char* name) {
  return {nullptr, name, "t", Emits::constant,
          [](const View& v, ValueSink& sink) { sink.u64((v.api.times().*member).realtime.count()); }};
}
template <Timestamp ManagerTimes::*member>
constexpr RuntimeProperty monotonic(const char* name) {
  return {nullptr, name, "t", Emits::constant,
          [](const View& v, ValueSink& sink) { sink.u64((v.api.times().*member).monotonic.count()); }};
}

/// Clients take the first number of it as the version of systemd whose API this is.
void show_version(const View&, ValueSink& sink) {
  sink.string("252 (svcd " SVCD_VERSION ")");
}

void show_names(const View& v, ValueSink& sink) {
  size_t names = 0;
  for (const UnitId unit : v.api.units()) names += std::max<size_t>(1, v.api.loaded(unit).names.size());
  sink.u32(static_cast<uint32_t>(names));
}
/// The share of all jobs ever installed that is done; systemd's measure of how far a boot is.
void show_progress(const View& v, ValueSink& sink) {
  const auto waiting = static_cast<double>(v.api.jobs().size());
  const auto installed = static_cast<double>(v.facts.installed_jobs());
  sink.number(v.api.times().finish.happened() || installed <= 0 ? 1.0 : 1.0 - std::min(1.0, waiting / installed));
}
void show_job_unit(const View& v, ValueSink& sink) {
  const std::string& id = v.api.loaded(v.job.unit).id.str();
  sink.open_struct("so");
  sink.string(id);
  sink.object_path(unit_path(id));
  sink.close_struct();
}

// clang-format off
constexpr RuntimeProperty manager_rows[] = {
    {nullptr, "Version", "s", Emits::constant, show_version},
    {nullptr, "Architecture", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(v.facts.scope().host.architecture); }},
    realtime<&ManagerTimes::kernel>("KernelTimestamp"),
    monotonic<&ManagerTimes::kernel>("KernelTimestampMonotonic"),
    realtime<&ManagerTimes::initrd>("InitRDTimestamp"),
    monotonic<&ManagerTimes::initrd>("InitRDTimestampMonotonic"),
    realtime<&ManagerTimes::userspace>("UserspaceTimestamp"),
    monotonic<&ManagerTimes::userspace>("UserspaceTimestampMonotonic"),
    realtime<&ManagerTimes::finish>("FinishTimestamp"),
    monotonic<&ManagerTimes::finish>("FinishTimestampMonotonic"),
    realtime<&ManagerTimes::generators_start>("GeneratorsStartTimestamp"),
    monotonic<&ManagerTimes::generators_start>("GeneratorsStartTimestampMonotonic"),
    realtime<&ManagerTimes::generators_finish>("GeneratorsFinishTimestamp"),
    monotonic<&ManagerTimes::generators_finish>("GeneratorsFinishTimestampMonotonic"),
    realtime<&ManagerTimes::units_load_start>("UnitsLoadStartTimestamp"),
    monotonic<&ManagerTimes::units_load_start>("UnitsLoadStartTimestampMonotonic"),
    realtime<&ManagerTimes::units_load_finish>("UnitsLoadFinishTimestamp"),
    monotonic<&ManagerTimes::units_load_finish>("UnitsLoadFinishTimestampMonotonic"),
    {nullptr, "NNames", "u", Emits::none, show_names},
    {nullptr, "NFailedUnits", "u", Emits::change, [](const View& v, ValueSink& sink) { sink.u32(v.api.failed_units()); }},
    {nullptr, "NJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(v.api.jobs().size())); }},
    {nullptr, "NInstalledJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(v.facts.installed_jobs()); }},
    {nullptr, "NFailedJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(v.facts.failed_jobs()); }},
    {nullptr, "Progress", "d", Emits::none, show_progress},
    {nullptr, "Environment", "as", Emits::none, [](const View& v, ValueSink& sink) { show_strings(v.api.environment(), sink); }},
    {nullptr, "ConfirmSpawn", "b", Emits::constant, [](const View&, ValueSink& sink) { sink.boolean(false); }},
    {nullptr, "ShowStatus", "b", Emits::none, [](const View& v, ValueSink& sink) { sink.boolean(v.facts.scope().show_status); }},
    {nullptr, "UnitPath", "as", Emits::constant, [](const View& v, ValueSink& sink) { show_strings(v.api.search_path().folders, sink); }},
    {nullptr, "ControlGroup", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(v.facts.scope().cgroup_root); }},
    {nullptr, "SystemState", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(to_string(v.api.system_state())); }},
    {nullptr, "DefaultTimeoutStartUSec", "t", Emits::constant, [](const View& v, ValueSink& sink) { sink.u64(v.api.default_timeout_start().count()); }},
    {nullptr, "DefaultTimeoutStopUSec", "t", Emits::constant, [](const View& v, ValueSink& sink) { sink.u64(v.api.default_timeout_stop().count()); }},
    {nullptr, "DefaultRestartUSec", "t", Emits::constant, [](const View&, ValueSink& sink) { sink.u64(ServiceSection().restart_sec.count()); }},
    {nullptr, "DefaultStartLimitIntervalUSec", "t", Emits::constant, [](const View&, ValueSink& sink) { sink.u64(UnitSection().start_limit_interval.count()); }},
    {nullptr, "DefaultStartLimitBurst", "u", Emits::constant, [](const View&, ValueSink& sink) { sink.u32(UnitSection().start_limit_burst); }},
};

constexpr RuntimeProperty job_rows[] = {
    {nullptr, "Id", "u", Emits::constant, [](const View& v, ValueSink& sink) { sink.u32(v.job.id); }},
    {nullptr, "Unit", "(so)", Emits::constant, show_job_unit},
    {nullptr, "JobType", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(to_string(v.job.type)); }},
    {nullptr, "State", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(v.job.state)); }},
    {nullptr, "ActivationDetails", "a(ss)", Emits::constant, show_no_string_pairs},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_manager_properties() {
  return manager_rows;
}
std::span<const RuntimeProperty> runtime_job_properties() {
  return job_rows;
}

}  // namespace svcd
