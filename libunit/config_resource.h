// ResourceSection: limits, weights and accounting of a unit's cgroup; systemd.resource-control(5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libunit/unit_name.h"
#include "libunit/values.h"

namespace svcd {

struct ResourceSection {
  std::string slice;  // "": the default one of the unit's type
  bool delegate = false;
  std::optional<bool> cpu_accounting, memory_accounting, tasks_accounting, io_accounting,
      ip_accounting;                                                  // not set: manager default
  uint64_t cpu_weight = UINT64_MAX, startup_cpu_weight = UINT64_MAX;  // UINT64_MAX: not set; 0: idle
  Duration cpu_quota_per_sec = infinity, cpu_quota_period = infinity;
  ScaledLimit memory_min{0, 0}, memory_low{0, 0}, memory_high, memory_max, memory_swap_max;
  std::optional<ScaledLimit> tasks_max;  // not set: the manager's DefaultTasksMax=
};

}  // namespace svcd
