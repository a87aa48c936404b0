// Run-time rows of the unit types that are loaded and shown but not run yet: what systemd shows of one that is down.
#include "dbus/server/show.h"
#include "libunit/codecs.h"

namespace svcd {
namespace {

void show_success(const View&, ValueSink& sink) {
  sink.string(to_string(UnitResult::success));
}
void show_never(const View&, ValueSink& sink) {
  sink.u64(0);
}
void show_infinity(const View&, ValueSink& sink) {
  sink.u64(infinity.count());
}
void show_no_commands(const View&, ValueSink& sink) {
  show_commands({}, {}, false, sink);
}

// clang-format off
constexpr RuntimeProperty timer_rows[] = {
    {"OnTimezoneChange", "NextElapseUSecRealtime", "t", Emits::change, show_infinity},
    {nullptr, "NextElapseUSecMonotonic", "t", Emits::change, show_infinity},
    {nullptr, "LastTriggerUSec", "t", Emits::change, show_never},
    {nullptr, "LastTriggerUSecMonotonic", "t", Emits::change, show_never},
    {nullptr, "Result", "s", Emits::change, show_success},
};
constexpr RuntimeProperty path_rows[] = {
    {"DirectoryMode", "Result", "s", Emits::change, show_success},
};
constexpr RuntimeProperty automount_rows[] = {
    {"DirectoryMode", "Result", "s", Emits::change, show_success},
};
constexpr RuntimeProperty swap_rows[] = {
    {nullptr, "What", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(v.config().swap().what); }},
    {nullptr, "Priority", "i", Emits::change, [](const View& v, ValueSink& sink) { sink.i32(v.config().swap().priority); }},
    {nullptr, "Options", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(v.config().swap().options); }},
    {"TimeoutUSec", "ControlPID", "u", Emits::change, [](const View&, ValueSink& sink) { sink.u32(0); }},
    {nullptr, "Result", "s", Emits::change, show_success},
    {nullptr, "UID", "u", Emits::change, show_no_id},
    {nullptr, "GID", "u", Emits::change, show_no_id},
    {nullptr, "ExecActivate", "a(sasbttttuii)", Emits::invalidates, show_no_commands},
    {nullptr, "ExecDeactivate", "a(sasbttttuii)", Emits::invalidates, show_no_commands},
};
constexpr RuntimeProperty scope_rows[] = {
    {nullptr, "Controller", "s", Emits::change, [](const View&, ValueSink& sink) { sink.string({}); }},
    {"TimeoutStopUSec", "Result", "s", Emits::change, show_success},
};
/// No device is seen yet: none is plugged.
constexpr RuntimeProperty device_rows[] = {
    {nullptr, "SysFSPath", "s", Emits::change, [](const View&, ValueSink& sink) { sink.string({}); }},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_timer_properties() {
  return timer_rows;
}
std::span<const RuntimeProperty> runtime_path_properties() {
  return path_rows;
}
std::span<const RuntimeProperty> runtime_automount_properties() {
  return automount_rows;
}
std::span<const RuntimeProperty> runtime_swap_properties() {
  return swap_rows;
}
std::span<const RuntimeProperty> runtime_device_properties() {
  return device_rows;
}
std::span<const RuntimeProperty> runtime_scope_properties() {
  return scope_rows;
}

}  // namespace svcd
