// Rows of the interfaces Manager and Job.
#include <sys/resource.h>

#include <algorithm>

#include "dbus/server/controls.h"
#include "dbus/server/object_path.h"
#include "dbus/server/show.h"
#include "libunit/codec_resources.h"
#include "libunit/enum_names.h"

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

/// Not measured: neither firmware nor boot loader tell us, and there is no security module to load a policy of.
constexpr RuntimeProperty no_time(const char* name) {
  return {nullptr, name, "t", Emits::constant, [](const View&, ValueSink& sink) { sink.u64(0); }};
}
template <const char* text>
void show_word(const View&, ValueSink& sink) {
  sink.string(text);
}
constexpr char untainted[] = "";

void show_virtualization(const View& v, ValueSink& sink) {
  const std::string& virtualization = v.facts.scope().virtualization;
  sink.string(virtualization == "none" ? "" : virtualization);
}
void show_environment(const View& v, ValueSink& sink) {
  show_strings(v.api.environment(), sink);  // in the order of their layers
}

/// Clients take the first number of it as the version of systemd whose API this is.
void show_version(const View&, ValueSink& sink) {
  sink.string("252 (svcd " SVCD_VERSION ")");
}

/// Names as systemd has them, and its order; with what svcd can do, not what systemd was built with.
void show_features(const View&, ValueSink& sink) {
  sink.string(
      "-PAM -AUDIT -SELINUX -APPARMOR -IMA -SMACK -SECCOMP -GCRYPT -GNUTLS -OPENSSL -ACL -BLKID -CURL -ELFUTILS -FIDO2 "
      "-IDN2 -IDN -IPTC -KMOD -LIBCRYPTSETUP -LIBFDISK -PCRE2 -PWQUALITY -P11KIT -QRENCODE -TPM2 -BZIP2 -LZ4 -XZ -ZLIB "
      "-ZSTD -BPF_FRAMEWORK -XKBCOMMON -UTMP +SYSVINIT default-hierarchy=unified");
}
template <Duration ManagerControls::*member>
constexpr RuntimeProperty watchdog(const char* name) {
  return {nullptr, name, "t", Emits::none, show_watchdog<member>, set_watchdog<member>};
}

void show_number_of_names(const View& v, ValueSink& sink) {
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
    {nullptr, "Features", "s", Emits::constant, show_features},
    {nullptr, "Virtualization", "s", Emits::constant, show_virtualization},
    {nullptr, "Architecture", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(v.facts.scope().host.architecture); }},
    {nullptr, "Tainted", "s", Emits::constant, show_word<untainted>},
    no_time("FirmwareTimestamp"), no_time("FirmwareTimestampMonotonic"),
    no_time("LoaderTimestamp"), no_time("LoaderTimestampMonotonic"),
    realtime<&ManagerTimes::kernel>("KernelTimestamp"),
    monotonic<&ManagerTimes::kernel>("KernelTimestampMonotonic"),
    realtime<&ManagerTimes::initrd>("InitRDTimestamp"),
    monotonic<&ManagerTimes::initrd>("InitRDTimestampMonotonic"),
    realtime<&ManagerTimes::userspace>("UserspaceTimestamp"),
    monotonic<&ManagerTimes::userspace>("UserspaceTimestampMonotonic"),
    realtime<&ManagerTimes::finish>("FinishTimestamp"),
    monotonic<&ManagerTimes::finish>("FinishTimestampMonotonic"),
    no_time("SecurityStartTimestamp"), no_time("SecurityStartTimestampMonotonic"),
    no_time("SecurityFinishTimestamp"), no_time("SecurityFinishTimestampMonotonic"),
    realtime<&ManagerTimes::generators_start>("GeneratorsStartTimestamp"),
    monotonic<&ManagerTimes::generators_start>("GeneratorsStartTimestampMonotonic"),
    realtime<&ManagerTimes::generators_finish>("GeneratorsFinishTimestamp"),
    monotonic<&ManagerTimes::generators_finish>("GeneratorsFinishTimestampMonotonic"),
    realtime<&ManagerTimes::units_load_start>("UnitsLoadStartTimestamp"),
    monotonic<&ManagerTimes::units_load_start>("UnitsLoadStartTimestampMonotonic"),
    realtime<&ManagerTimes::units_load_finish>("UnitsLoadFinishTimestamp"),
    monotonic<&ManagerTimes::units_load_finish>("UnitsLoadFinishTimestampMonotonic"),
    realtime<&ManagerTimes::units_load>("UnitsLoadTimestamp"),
    monotonic<&ManagerTimes::units_load>("UnitsLoadTimestampMonotonic"),
    no_time("InitRDSecurityStartTimestamp"), no_time("InitRDSecurityStartTimestampMonotonic"),
    no_time("InitRDSecurityFinishTimestamp"), no_time("InitRDSecurityFinishTimestampMonotonic"),
    no_time("InitRDGeneratorsStartTimestamp"), no_time("InitRDGeneratorsStartTimestampMonotonic"),
    no_time("InitRDGeneratorsFinishTimestamp"), no_time("InitRDGeneratorsFinishTimestampMonotonic"),
    no_time("InitRDUnitsLoadStartTimestamp"), no_time("InitRDUnitsLoadStartTimestampMonotonic"),
    no_time("InitRDUnitsLoadFinishTimestamp"), no_time("InitRDUnitsLoadFinishTimestampMonotonic"),
    {nullptr, "LogLevel", "s", Emits::none, show_log_level, set_log_level},
    {nullptr, "LogTarget", "s", Emits::none, show_log_target, set_log_target},
    {nullptr, "NNames", "u", Emits::none, show_number_of_names},
    {nullptr, "NFailedUnits", "u", Emits::change, [](const View& v, ValueSink& sink) { sink.u32(v.api.failed_units()); }},
    {nullptr, "NJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(v.api.jobs().size())); }},
    {nullptr, "NInstalledJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(v.facts.installed_jobs()); }},
    {nullptr, "NFailedJobs", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(v.facts.failed_jobs()); }},
    {nullptr, "Progress", "d", Emits::none, show_progress},
    {nullptr, "Environment", "as", Emits::none, show_environment},
    {nullptr, "ShowStatus", "b", Emits::none, [](const View& v, ValueSink& sink) { sink.boolean(shows_status(v.api.controls().show_status)); }},
    {nullptr, "UnitPath", "as", Emits::constant, [](const View& v, ValueSink& sink) { show_strings(v.api.search_path().folders, sink); }},
    {"WatchdogDevice", "WatchdogLastPingTimestamp", "t", Emits::none, show_not_counted},
    {nullptr, "WatchdogLastPingTimestampMonotonic", "t", Emits::none, show_not_counted},
    watchdog<&ManagerControls::runtime_watchdog>("RuntimeWatchdogUSec"),
    watchdog<&ManagerControls::runtime_watchdog_pre>("RuntimeWatchdogPreUSec"),
    {nullptr, "RuntimeWatchdogPreGovernor", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(v.api.controls().runtime_watchdog_pre_governor); }, set_watchdog_governor},
    watchdog<&ManagerControls::reboot_watchdog>("RebootWatchdogUSec"),
    watchdog<&ManagerControls::kexec_watchdog>("KExecWatchdogUSec"),
    {nullptr, "ServiceWatchdogs", "b", Emits::none, [](const View& v, ValueSink& sink) { sink.boolean(v.api.controls().service_watchdogs); }, set_service_watchdogs},
    {nullptr, "ControlGroup", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(v.facts.scope().cgroup_root); }},
    {nullptr, "SystemState", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(to_string(v.api.system_state())); }},
    {nullptr, "ExitCode", "y", Emits::none, [](const View& v, ValueSink& sink) { sink.byte(v.api.exit_code()); }},
};

constexpr RuntimeProperty job_rows[] = {
    {nullptr, "Id", "u", Emits::constant, [](const View& v, ValueSink& sink) { sink.u32(v.job.id); }},
    {nullptr, "Unit", "(so)", Emits::constant, show_job_unit},
    {nullptr, "JobType", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(to_string(v.job.type)); }},
    {nullptr, "State", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(v.job.state)); }},
    {nullptr, "ActivationDetails", "a(ss)", Emits::constant, show_no_string_pairs},
};

constexpr RuntimeProperty log_control_rows[] = {
    {nullptr, "LogLevel", "s", Emits::none, show_log_level, set_log_level},
    {nullptr, "LogTarget", "s", Emits::none, show_log_target, set_log_target},
    {nullptr, "SyslogIdentifier", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(v.facts.scope().log_identifier); }},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_manager_properties() {
  return manager_rows;
}
std::span<const RuntimeProperty> runtime_job_properties() {
  return job_rows;
}
std::span<const RuntimeProperty> runtime_log_control_properties() {
  return log_control_rows;
}

}  // namespace svcd
