// Run-time rows of sockets and mounts, and of the cgroup that a unit may have.
#include <algorithm>

#include "dbus/server/show.h"

namespace svcd {
namespace {

const SocketStatus& socket_of(const View& v) {
  static const SocketStatus nothing;
  const SocketStatus* status = v.api.socket(v.unit);
  return status ? *status : nothing;
}
const MountStatus& mount_of(const View& v) {
  static const MountStatus nothing;
  const MountStatus* status = v.api.mount(v.unit);
  return status ? *status : nothing;
}
/// A mounted file system is what the kernel says, another what the unit says.
template <std::string MountEntry::*seen, std::string MountSection::*written>
void show_mount(const View& v, ValueSink& sink) {
  const MountEntry& entry = mount_of(v).entry;
  sink.string(entry.where.empty() ? v.config().mount().*written : entry.*seen);
}
template <RanCommand::Task task>
void show_ran(const View& v, ValueSink& sink) {
  const std::vector<RanCommand>& all = mount_of(v).commands;
  const auto ran = std::ranges::find(all, task, &RanCommand::task);
  if (ran == all.end()) return show_commands({}, {}, false, sink);
  const ExecStatus status = exec_status(ran->run);
  show_commands({ran->command}, {&status, 1}, false, sink);
}
void show_slice(const View& v, ValueSink& sink) {
  const std::vector<std::string> slices = v.api.dependencies(v.unit, Dependency::in_slice);
  sink.string(slices.empty() ? std::string_view() : slices.front());
}
void show_count(const std::optional<uint64_t>& count, ValueSink& sink) {
  sink.u64(count.value_or(not_counted));
}

// clang-format off
constexpr RuntimeProperty socket_rows[] = {
    {"SmackLabelIPOut", "ControlPID", "u", Emits::change, [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(socket_of(v).control_pid)); }},
    {nullptr, "Result", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(socket_of(v).result)); }},
    {nullptr, "NConnections", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(socket_of(v).n_connections); }},
    {nullptr, "NAccepted", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(socket_of(v).n_accepted); }},
    {nullptr, "NRefused", "u", Emits::none, [](const View& v, ValueSink& sink) { sink.u32(socket_of(v).n_refused); }},
    {"TriggerLimitBurst", "UID", "u", Emits::change, show_no_id},
    {nullptr, "GID", "u", Emits::change, show_no_id},
};
constexpr RuntimeProperty mount_rows[] = {
    {"Where", "What", "s", Emits::change, show_mount<&MountEntry::what, &MountSection::what>},
    {nullptr, "Options", "s", Emits::change, show_mount<&MountEntry::options, &MountSection::options>},
    {nullptr, "Type", "s", Emits::change, show_mount<&MountEntry::type, &MountSection::type>},
    {"TimeoutUSec", "ControlPID", "u", Emits::change, [](const View& v, ValueSink& sink) { sink.u32(static_cast<uint32_t>(mount_of(v).control_pid)); }},
    {"ReadWriteOnly", "Result", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(mount_of(v).result)); }},
    {nullptr, "UID", "u", Emits::change, show_no_id},
    {nullptr, "GID", "u", Emits::change, show_no_id},
    {nullptr, "ExecMount", "a(sasbttttuii)", Emits::invalidates, show_ran<RanCommand::Task::mount>},
    {nullptr, "ExecUnmount", "a(sasbttttuii)", Emits::invalidates, show_ran<RanCommand::Task::unmount>},
    {nullptr, "ExecRemount", "a(sasbttttuii)", Emits::invalidates, show_ran<RanCommand::Task::remount>},
};
constexpr RuntimeProperty cgroup_rows[] = {
    {nullptr, "Slice", "s", Emits::none, show_slice},
    {nullptr, "ControlGroup", "s", Emits::none, [](const View& v, ValueSink& sink) { sink.string(v.status().control_group); }},
    {nullptr, "ControlGroupId", "t", Emits::none, [](const View& v, ValueSink& sink) { sink.u64(v.status().control_group_id); }},
    {nullptr, "MemoryCurrent", "t", Emits::none, [](const View& v, ValueSink& sink) { show_count(v.usage().memory_bytes, sink); }},
    {nullptr, "MemoryAvailable", "t", Emits::none, show_not_counted},
    {nullptr, "CPUUsageNSec", "t", Emits::none, [](const View& v, ValueSink& sink) { show_count(v.usage().cpu_nsec, sink); }},
    {nullptr, "EffectiveCPUs", "ay", Emits::none, show_no_bytes},
    {nullptr, "EffectiveMemoryNodes", "ay", Emits::none, show_no_bytes},
    {nullptr, "TasksCurrent", "t", Emits::none, [](const View& v, ValueSink& sink) { show_count(v.usage().tasks, sink); }},
    {nullptr, "IPIngressBytes", "t", Emits::none, show_not_counted},
    {nullptr, "IPIngressPackets", "t", Emits::none, show_not_counted},
    {nullptr, "IPEgressBytes", "t", Emits::none, show_not_counted},
    {nullptr, "IPEgressPackets", "t", Emits::none, show_not_counted},
    {nullptr, "IOReadBytes", "t", Emits::none, show_not_counted},
    {nullptr, "IOReadOperations", "t", Emits::none, show_not_counted},
    {nullptr, "IOWriteBytes", "t", Emits::none, show_not_counted},
    {nullptr, "IOWriteOperations", "t", Emits::none, show_not_counted},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_socket_properties() {
  return socket_rows;
}
std::span<const RuntimeProperty> runtime_mount_properties() {
  return mount_rows;
}
std::span<const RuntimeProperty> runtime_cgroup_properties() {
  return cgroup_rows;
}

}  // namespace svcd
