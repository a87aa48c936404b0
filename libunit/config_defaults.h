// ManagerDefaults: what the manager's own configuration (systemd-system.conf(5)) contributes to every unit that does
// not say otherwise. One block for all units; the daemon fills in what only the running system knows (limits).
#pragma once

#include <sys/resource.h>

#include <array>

#include "libunit/config_exec.h"
#include "libunit/time.h"
#include "libunit/values.h"

namespace svcd {

struct ManagerDefaults {
  Duration timeout_start = std::chrono::seconds(90), timeout_stop = std::chrono::seconds(90);
  std::optional<Duration> timeout_abort;  // not set: as timeout_stop
  ExecSection::Output standard_output = ExecSection::Output::journal;
  ExecSection::Output standard_error = ExecSection::Output::inherit;
  bool cpu_accounting = true, memory_accounting = true, tasks_accounting = true, io_accounting = false,
       block_io_accounting = false, ip_accounting = false;
  ScaledLimit tasks_max{15, 100};
  uint64_t timer_slack_nsec = 50000;
  Duration restart_sec = std::chrono::milliseconds(100);
  Duration start_limit_interval = std::chrono::seconds(10);
  uint32_t start_limit_burst = 5;
  Duration timer_accuracy = std::chrono::minutes(1);
  Duration device_timeout = std::chrono::seconds(90);  // JobRunningTimeoutSec= of a device
  OomPolicy oom_policy = OomPolicy::stop;
  std::optional<int> oom_score_adjust;                   // not set: as the manager has it
  std::string smack_process_label;                       // "/": not even the one that systemd was built with
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};      // of a child that sets none, as the kernel gives them to svcd
  std::array<ResourceLimit, RLIM_NLIMITS> own_limits{};  // svcd's: shown of units that could not be loaded
  uint64_t capability_mask = UINT64_MAX;                 // capabilities that the kernel knows
  // What shares ("50%") are shares of.
  uint64_t physical_memory = 0, system_tasks_max = 0;
  bool operator==(const ManagerDefaults&) const = default;
};

}  // namespace svcd
