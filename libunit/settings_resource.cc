// systemd.resource-control(5): in the sections of services, slices, scopes, sockets, mounts and swaps.
#include <array>

#include "libunit/codec_resources.h"
#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using R = ResourceSection;
using codec::DeviceFigures, codec::MemoryLimit, codec::Numbers;

Result<> apply_slice(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_slice(text, unit.change<R>().slice, context);
}
void show_slice(const UnitConfig& unit, ValueSink& sink) {
  sink.string(unit.resource().slice);
}
constexpr Setting slice{
    SettingGroup::resource,     "Slice",      "Slice",     "s",         "The slice that the unit's cgroup is in.", 205,
    SettingStatus::implemented, &apply_slice, &show_slice, write::slice};

Result<> apply_delegate(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_delegate(text, unit.change<R>(), context);
}
void show_delegate(const UnitConfig& unit, ValueSink& sink) {
  sink.boolean(unit.resource().delegate);
}
void show_delegate_controllers(const UnitConfig& unit, ValueSink& sink) {
  codec::Words::show(unit.resource().delegate_controllers, sink);
}
constexpr Setting delegate{SettingGroup::resource,
                           "Delegate",
                           "Delegate",
                           "b",
                           "The unit may make cgroups below its own.",
                           218,
                           SettingStatus::implemented,
                           &apply_delegate,
                           &show_delegate,
                           write::delegation,
                           &member_tag<&R::delegate>};
constexpr Setting delegate_controllers{SettingGroup::resource,     nullptr, "DelegateControllers",      "as",
                                       "The controllers it gets.", 236,     SettingStatus::implemented, nullptr,
                                       &show_delegate_controllers, nullptr};

/// Whether the manager or the unit asks for accounting.
template <auto Member, auto Default>
void show_accounting(const UnitConfig& unit, ValueSink& sink) {
  sink.boolean((unit.resource().*Member).value_or(unit.defaults().*Default));
}
template <auto Member, auto Default>
constexpr Setting accounting(const char* key, const char* summary, uint16_t since) {
  return with_show(setting<Member, codec::Boolean>(key, key, summary, since), &show_accounting<Member, Default>);
}

template <auto Member>
void show_memory(const UnitConfig& unit, ValueSink& sink) {
  sink.u64(resolve_memory(unit.resource().*Member, unit.defaults()));
}
template <auto Member, class Codec>
constexpr Setting memory(const char* key, const char* summary, uint16_t since,
                         SettingStatus status = SettingStatus::implemented) {
  return with_show(setting<Member, Codec>(key, key, summary, since, status), &show_memory<Member>);
}
void show_tasks_max(const UnitConfig& unit, ValueSink& sink) {
  const bool has_default = unit.type() != UnitType::slice;
  const ScaledLimit limit = unit.resource().tasks_max.value_or(has_default ? unit.defaults().tasks_max : ScaledLimit());
  sink.u64(resolve_tasks(limit, unit.defaults()));
}

using Oom = codec::InvalidSyntax<R::ManagedOom>;
using M = MemoryLimit<0>;     // MemoryMin= and MemoryLow=: nothing by default
using Max = MemoryLimit<1>;   // MemoryHigh=, MemoryMax=: no limit by default, 0 is none
using Swap = MemoryLimit<2>;  // no limit by default, 0 is one
using D = ManagerDefaults;

constexpr std::array rows{
    // clang-format off
  //      member, codec                            key                     D-Bus property           summary, since
  slice, delegate, delegate_controllers,
  accounting<&R::cpu_accounting, &D::cpu_accounting>("CPUAccounting", "Processor time is counted.", 208),
  setting<&R::cpu_weight, codec::CpuWeight>         ("CPUWeight",          "CPUWeight",             "Share of processor time, 1 to 10000 or idle.", 232),
  accepted<&R::startup_cpu_weight, codec::CpuWeight> ("StartupCPUWeight",   "StartupCPUWeight",      "The same while the machine boots and goes down.", 232),
  setting<&R::cpu_shares, codec::CpuShares>        ("CPUShares",          "CPUShares",             "Older form of CPUWeight=.", 208),
  accepted<&R::startup_cpu_shares, codec::CpuShares>("StartupCPUShares",   "StartupCPUShares",      "Older form of StartupCPUWeight=.", 218),
  setting<&R::cpu_quota_per_sec, codec::CpuQuota>   ("CPUQuota",           "CPUQuotaPerSecUSec",    "Limit of processor time, in percent of one processor.", 213),
  setting<&R::cpu_quota_period, codec::SpanOrInfinity>("CPUQuotaPeriodSec", "CPUQuotaPeriodUSec",   "The period that CPUQuota= is measured over.", 242),
  accepted<&R::allowed_cpus, Numbers>               ("AllowedCPUs",        "AllowedCPUs",           "Processors that may be used.", 244),
  accepted<&R::startup_allowed_cpus, Numbers>       ("StartupAllowedCPUs", "StartupAllowedCPUs",    "The same while the machine boots and goes down.", 252),
  accepted<&R::allowed_memory_nodes, Numbers>       ("AllowedMemoryNodes", "AllowedMemoryNodes",    "Memory nodes that may be used.", 244),
  accepted<&R::startup_allowed_memory_nodes, Numbers>("StartupAllowedMemoryNodes", "StartupAllowedMemoryNodes", "The same while the machine boots and goes down.", 252),
  accounting<&R::io_accounting, &D::io_accounting>("IOAccounting", "Input and output are counted.", 230),
  setting<&R::io_weight, codec::IoWeight>          ("IOWeight",           "IOWeight",              "Share of input and output, 1 to 10000.", 230),
  accepted<&R::startup_io_weight, codec::IoWeight>  ("StartupIOWeight",    "StartupIOWeight",       "The same while the machine boots and goes down.", 230),
  accepted<&R::io_device_weight, DeviceFigures<codec::FigureKind::weight>>("IODeviceWeight", "IODeviceWeight", "The same for single devices.", 230),
  accepted<&R::io_read_bandwidth_max, DeviceFigures<codec::FigureKind::bandwidth>>("IOReadBandwidthMax", "IOReadBandwidthMax", "Limit of bytes read in a second.", 230),
  accepted<&R::io_write_bandwidth_max, DeviceFigures<codec::FigureKind::bandwidth>>("IOWriteBandwidthMax", "IOWriteBandwidthMax", "Limit of bytes written in a second.", 230),
  accepted<&R::io_read_iops_max, DeviceFigures<codec::FigureKind::bandwidth>>("IOReadIOPSMax", "IOReadIOPSMax", "Limit of reads in a second.", 230),
  accepted<&R::io_write_iops_max, DeviceFigures<codec::FigureKind::bandwidth>>("IOWriteIOPSMax", "IOWriteIOPSMax", "Limit of writes in a second.", 230),
  accepted<&R::io_device_latency_target, DeviceFigures<codec::FigureKind::latency>>("IODeviceLatencyTargetSec", "IODeviceLatencyTargetUSec", "The latency to aim for.", 240),
  accounting<&R::block_io_accounting, &D::block_io_accounting>("BlockIOAccounting", "Older form of IOAccounting=.", 208),
  accepted<&R::block_io_weight, codec::BlockIoWeight>("BlockIOWeight",     "BlockIOWeight",         "Older form of IOWeight=.", 208),
  accepted<&R::startup_block_io_weight, codec::BlockIoWeight>("StartupBlockIOWeight", "StartupBlockIOWeight", "Older form of StartupIOWeight=.", 218),
  accepted<&R::block_io_device_weight, DeviceFigures<codec::FigureKind::block_weight>>("BlockIODeviceWeight", "BlockIODeviceWeight", "Older form of IODeviceWeight=.", 208),
  accepted<&R::block_io_read_bandwidth, DeviceFigures<codec::FigureKind::bandwidth>>("BlockIOReadBandwidth", "BlockIOReadBandwidth", "Older form of IOReadBandwidthMax=.", 208),
  accepted<&R::block_io_write_bandwidth, DeviceFigures<codec::FigureKind::bandwidth>>("BlockIOWriteBandwidth", "BlockIOWriteBandwidth", "Older form of IOWriteBandwidthMax=.", 208),
  accounting<&R::memory_accounting, &D::memory_accounting>("MemoryAccounting", "Memory is counted.", 208),
  memory<&R::default_memory_low, M>("DefaultMemoryLow", "What units below have as MemoryLow=.", 240, SettingStatus::accepted),
  memory<&R::default_memory_min, M>("DefaultMemoryMin", "What units below have as MemoryMin=.", 240, SettingStatus::accepted),
  memory<&R::memory_min, M>("MemoryMin", "Memory that is never taken away.", 240),
  memory<&R::memory_low, M>("MemoryLow", "Memory that is taken away last.", 231),
  memory<&R::memory_high, Max>("MemoryHigh", "Memory above which processes are slowed down.", 231),
  memory<&R::memory_max, Max>("MemoryMax", "Memory above which processes are killed.", 231),
  memory<&R::memory_swap_max, Swap>("MemorySwapMax", "Limit of swap.", 232),
  memory<&R::memory_limit, codec::OldMemoryLimit>("MemoryLimit", "Older form of MemoryMax=.", 208, SettingStatus::accepted),
  accepted<&R::device_policy, codec::Enum<R::DevicePolicy, what::DevicePolicy>>("DevicePolicy", "DevicePolicy", "Which devices may be used without DeviceAllow=.", 208),
  accepted<&R::device_allow, codec::DeviceRules>    ("DeviceAllow",        "DeviceAllow",           "A device that may be used.", 208),
  accounting<&R::tasks_accounting, &D::tasks_accounting>("TasksAccounting", "Processes and threads are counted.", 227),
  with_show(setting<&R::tasks_max, codec::TasksLimit>("TasksMax",          "TasksMax",              "Limit of processes and threads.", 227), show_tasks_max),
  accounting<&R::ip_accounting, &D::ip_accounting>("IPAccounting", "Network bytes and packets are counted.", 235),
  accepted<&R::ip_address_allow, codec::Addresses>  ("IPAddressAllow",     "IPAddressAllow",        "Addresses that may be talked to.", 235),
  accepted<&R::ip_address_deny, codec::Addresses>   ("IPAddressDeny",      "IPAddressDeny",         "Addresses that may not be talked to.", 235),
  accepted<&R::ip_ingress_filter_path, codec::AddedPath>("IPIngressFilterPath", "IPIngressFilterPath", "A BPF program for packets that come in.", 243),
  accepted<&R::ip_egress_filter_path, codec::AddedPath>("IPEgressFilterPath", "IPEgressFilterPath", "A BPF program for packets that go out.", 243),
  accepted<&R::disable_controllers, codec::Controllers>("DisableControllers", "DisableControllers", "Controllers that units below do not get.", 240),
  accepted<&R::managed_oom_swap, Oom>               ("ManagedOOMSwap",     "ManagedOOMSwap",        "systemd-oomd acts when swap runs out.", 247),
  accepted<&R::managed_oom_memory_pressure, Oom>    ("ManagedOOMMemoryPressure", "ManagedOOMMemoryPressure", "systemd-oomd acts on memory pressure.", 247),
  accepted<&R::managed_oom_memory_pressure_limit, codec::PressureLimit>("ManagedOOMMemoryPressureLimit", "ManagedOOMMemoryPressureLimit", "The pressure from which it acts.", 247),
  accepted<&R::managed_oom_preference, codec::InvalidSyntax<R::ManagedOomPreference>>("ManagedOOMPreference", "ManagedOOMPreference", "Whether systemd-oomd spares the unit.", 248),
  accepted<&R::bpf_program, codec::BpfPrograms>     ("BPFProgram",         "BPFProgram",            "A BPF program for the unit's cgroup.", 249),
  accepted<&R::socket_bind_allow, codec::SocketBindRules>("SocketBindAllow", "SocketBindAllow",     "Ports that may be bound to.", 249),
  accepted<&R::socket_bind_deny, codec::SocketBindRules>("SocketBindDeny", "SocketBindDeny",        "Ports that may not be bound to.", 249),
  accepted<&R::restrict_network_interfaces, codec::Filter<codec::FilterKind::interface>>("RestrictNetworkInterfaces", "RestrictNetworkInterfaces", "Network interfaces that may be used.", 250),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> resource_settings() {
  return rows;
}

}  // namespace svcd
