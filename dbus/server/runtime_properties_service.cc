// Run-time rows of the interface Service.
#include "dbus/server/show.h"

namespace svcd {
namespace {

const ServiceStatus& status_of(const View& v) {
  static const ServiceStatus nothing;
  const ServiceStatus* status = v.api.service(v.unit);
  return status ? *status : nothing;
}

template <auto member>
constexpr RuntimeProperty result(const char* name) {
  return {nullptr, name, "s", Emits::change,
          [](const View& v, ValueSink& sink) { sink.string(to_string(status_of(v).*member)); }};
}
template <auto member>
constexpr RuntimeProperty number(const char* follows, const char* name, Emits emits) {
  return {follows, name, "u", emits,
          [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(status_of(v).*member)); }};
}

template <ExecCommands ServiceSection::*member, size_t index, bool extended>
void show_commands_of(const View& v, ValueSink& sink) {
  std::vector<ExecStatus> statuses;
  for (const ExecRun& run : status_of(v).runs[index]) statuses.push_back(exec_status(run));
  show_commands(v.config().service().*member, statuses, extended, sink);
}

template <ExecCommands ServiceSection::*member, size_t index>
constexpr RuntimeProperty commands(const char* name) {
  return {nullptr, name, "a(sasbttttuii)", Emits::invalidates, show_commands_of<member, index, false>};
}
template <ExecCommands ServiceSection::*member, size_t index>
constexpr RuntimeProperty commands_ex(const char* name) {
  return {nullptr, name, "a(sasasttttuii)", Emits::invalidates, show_commands_of<member, index, true>};
}

template <Timestamp ExecRun::*member>
constexpr RuntimeProperty main_realtime(const char* follows, const char* name) {
  return {follows, name, "t", Emits::change,
          [](const View& v, ValueSink& sink) { sink.u64((status_of(v).main.*member).realtime.count()); }};
}
template <Timestamp ExecRun::*member>
constexpr RuntimeProperty main_monotonic(const char* name) {
  return {nullptr, name, "t", Emits::change,
          [](const View& v, ValueSink& sink) { sink.u64((status_of(v).main.*member).monotonic.count()); }};
}

using S = ServiceSection;
// clang-format off
constexpr RuntimeProperty service_rows[] = {
    {"WatchdogUSec", "WatchdogUSec", "t", Emits::none, [](const View& v, ValueSink& sink) { sink.u64(static_cast<uint64_t>(status_of(v).watchdog_interval.count())); }},
    {nullptr, "WatchdogTimestamp", "t", Emits::none, [](const View& v, ValueSink& sink) { sink.u64(status_of(v).watchdog.realtime.count()); }},
    {nullptr, "WatchdogTimestampMonotonic", "t", Emits::none, [](const View& v, ValueSink& sink) { sink.u64(status_of(v).watchdog.monotonic.count()); }},
    number<&ServiceStatus::main_pid>("SuccessExitStatus", "MainPID", Emits::change),
    number<&ServiceStatus::control_pid>(nullptr, "ControlPID", Emits::change),
    number<&ServiceStatus::n_file_descriptor_store>("FileDescriptorStoreMax", "NFileDescriptorStore", Emits::none),
    {nullptr, "StatusText", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(status_of(v).status_text); }},
    {nullptr, "StatusErrno", "i", Emits::change, [](const View& v, ValueSink& sink) { sink.i32(status_of(v).status_errno); }},
    result<&ServiceStatus::result>("Result"),
    result<&ServiceStatus::reload_result>("ReloadResult"),
    result<&ServiceStatus::clean_result>("CleanResult"),
    number<&ServiceStatus::uid>("USBFunctionStrings", "UID", Emits::change),
    number<&ServiceStatus::gid>(nullptr, "GID", Emits::change),
    number<&ServiceStatus::n_restarts>(nullptr, "NRestarts", Emits::change),
    main_realtime<&ExecRun::start>("OOMPolicy", "ExecMainStartTimestamp"),
    main_monotonic<&ExecRun::start>("ExecMainStartTimestampMonotonic"),
    main_realtime<&ExecRun::exit>(nullptr, "ExecMainExitTimestamp"),
    main_monotonic<&ExecRun::exit>("ExecMainExitTimestampMonotonic"),
    {nullptr, "ExecMainPID", "u", Emits::change, [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(status_of(v).main.pid)); }},
    {nullptr, "ExecMainCode", "i", Emits::change, [](const View& v, ValueSink& sink) { sink.i32(exit_kind(status_of(v).main)); }},
    {nullptr, "ExecMainStatus", "i", Emits::change, [](const View& v, ValueSink& sink) { sink.i32(status_of(v).main.status.value); }},
    commands<&S::exec_condition, 0>("ExecCondition"),   commands_ex<&S::exec_condition, 0>("ExecConditionEx"),
    commands<&S::exec_start_pre, 1>("ExecStartPre"),    commands_ex<&S::exec_start_pre, 1>("ExecStartPreEx"),
    commands<&S::exec_start, 2>("ExecStart"),           commands_ex<&S::exec_start, 2>("ExecStartEx"),
    commands<&S::exec_start_post, 3>("ExecStartPost"),  commands_ex<&S::exec_start_post, 3>("ExecStartPostEx"),
    commands<&S::exec_reload, 4>("ExecReload"),         commands_ex<&S::exec_reload, 4>("ExecReloadEx"),
    commands<&S::exec_stop, 5>("ExecStop"),             commands_ex<&S::exec_stop, 5>("ExecStopEx"),
    commands<&S::exec_stop_post, 6>("ExecStopPost"),    commands_ex<&S::exec_stop_post, 6>("ExecStopPostEx"),
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_service_properties() {
  return service_rows;
}

}  // namespace svcd
