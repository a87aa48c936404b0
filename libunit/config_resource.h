// ResourceSection: limits, weights and accounting of a unit's cgroup; systemd.resource-control(5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libunit/unit_name.h"
#include "libunit/values.h"

namespace svcd {

struct ResourceSection {
  enum class DevicePolicy : uint8_t { auto_, closed, strict };
  enum class ManagedOom : uint8_t { auto_, kill };
  enum class ManagedOomPreference : uint8_t { none, avoid, omit };

  std::string slice;  // "": the default one of the unit's type
  bool delegate = false;
  std::vector<std::string> delegate_controllers, disable_controllers;  // delegate without controllers: all of them
  std::optional<bool> cpu_accounting, memory_accounting, tasks_accounting, io_accounting, block_io_accounting,
      ip_accounting;                                                  // not set: manager default
  uint64_t cpu_weight = UINT64_MAX, startup_cpu_weight = UINT64_MAX;  // UINT64_MAX: not set; 0: idle
  Duration cpu_quota_per_sec = infinity, cpu_quota_period = infinity;
  ScaledLimit memory_min{0, 0}, memory_low{0, 0}, memory_high, memory_max, memory_swap_max;
  std::optional<ScaledLimit> tasks_max;  // not set: the manager's DefaultTasksMax=

  // Most of what follows is accepted, and has no effect yet: the rows of settings_resource.cc say which.
  ScaledLimit default_memory_min{0, 0}, default_memory_low{0, 0}, memory_limit;
  uint64_t cpu_shares = UINT64_MAX, startup_cpu_shares = UINT64_MAX;  // cgroup v1
  NumberSet allowed_cpus, startup_allowed_cpus, allowed_memory_nodes, startup_allowed_memory_nodes;
  uint64_t io_weight = UINT64_MAX, startup_io_weight = UINT64_MAX;
  std::vector<DeviceFigure> io_device_weight, io_read_bandwidth_max, io_write_bandwidth_max, io_read_iops_max,
      io_write_iops_max, io_device_latency_target;
  uint64_t block_io_weight = UINT64_MAX, startup_block_io_weight = UINT64_MAX;
  std::vector<DeviceFigure> block_io_device_weight, block_io_read_bandwidth, block_io_write_bandwidth;
  DevicePolicy device_policy = DevicePolicy::auto_;
  std::vector<StringPair> device_allow;  // path or class, and some of "rwm"
  std::vector<AddressPrefix> ip_address_allow, ip_address_deny;
  std::vector<std::string> ip_ingress_filter_path, ip_egress_filter_path;
  ManagedOom managed_oom_swap = ManagedOom::auto_, managed_oom_memory_pressure = ManagedOom::auto_;
  uint32_t managed_oom_memory_pressure_limit = 0;  // of UINT32_MAX
  ManagedOomPreference managed_oom_preference = ManagedOomPreference::none;
  std::vector<StringPair> bpf_program;
  std::vector<std::string> socket_bind_allow, socket_bind_deny;
  FilterList restrict_network_interfaces;
  bool operator==(const ResourceSection&) const = default;
};

}  // namespace svcd
