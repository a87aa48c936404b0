// What the simulations met, counted: job types, modes and results, states, settings, faults, requests. A plain value
// without pointers, so that several processes can count into shared memory and be added up. What is listed here must be
// met by every longer run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/engine/service_phases.h"
#include "daemon/sim/sim_faults.h"
#include "libunit/job.h"

namespace svcd {

/// Settings that random units have, by their keys in unit files.
inline constexpr std::array covered_settings = std::to_array<std::string_view>({
    // clang-format off
    "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Upholds", "Conflicts", "Before", "After", "OnFailure",
    "OnSuccess", "OnFailureJobMode", "OnSuccessJobMode", "PropagatesReloadTo", "ReloadPropagatedFrom",
    "PropagatesStopTo", "StopPropagatedFrom", "JoinsNamespaceOf", "RequiresMountsFor", "StopWhenUnneeded",
    "RefuseManualStart", "RefuseManualStop", "AllowIsolate", "IgnoreOnIsolate", "DefaultDependencies", "CollectMode",
    "FailureAction", "FailureActionExitStatus", "SuccessAction", "SuccessActionExitStatus", "RebootArgument",
    "JobTimeoutSec", "JobRunningTimeoutSec", "JobTimeoutAction", "JobTimeoutRebootArgument",
    "StartLimitIntervalSec", "StartLimitBurst", "StartLimitAction", "ConditionPathExists", "AssertPathExists",
    "Type=simple", "Type=exec", "Type=forking", "Type=oneshot", "Type=dbus", "Type=notify", "Type=idle",
    "Restart=no", "Restart=on-success", "Restart=on-failure", "Restart=on-abnormal", "Restart=on-watchdog",
    "Restart=on-abort", "Restart=always", "RestartSec", "RestartPreventExitStatus", "RestartForceExitStatus",
    "SuccessExitStatus", "ExitType=main", "ExitType=cgroup", "RemainAfterExit", "GuessMainPID", "PIDFile", "BusName",
    "NotifyAccess=none", "NotifyAccess=main", "NotifyAccess=exec", "NotifyAccess=all", "TimeoutStartSec",
    "TimeoutStopSec", "TimeoutAbortSec", "TimeoutCleanSec", "TimeoutStartFailureMode=terminate",
    "TimeoutStartFailureMode=abort", "TimeoutStartFailureMode=kill", "TimeoutStopFailureMode=terminate",
    "TimeoutStopFailureMode=abort", "TimeoutStopFailureMode=kill", "RuntimeMaxSec", "RuntimeRandomizedExtraSec",
    "WatchdogSec", "OOMPolicy=continue", "OOMPolicy=stop", "OOMPolicy=kill", "ExecCondition", "ExecStartPre", "ExecStart",
    "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost", "Sockets", "FileDescriptorStoreMax",
    "KillMode=control-group", "KillMode=mixed", "KillMode=process", "KillMode=none", "KillSignal", "RestartKillSignal",
    "FinalKillSignal", "WatchdogSignal", "SendSIGKILL", "SendSIGHUP", "RuntimeDirectory", "RuntimeDirectoryPreserve",
    "Slice", "ListenStream", "TriggerLimitBurst", "TimeoutSec", "What", "Where",
    // clang-format on
});

/// What services say to the manager: sd_notify(3).
inline constexpr std::array covered_notes = std::to_array<std::string_view>({
    // clang-format off
    "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=", "ERRNO=", "BUSERROR=", "MAINPID=", "WATCHDOG=1",
    "WATCHDOG=trigger", "WATCHDOG_USEC=", "EXTEND_TIMEOUT_USEC=", "FDSTORE=1", "FDSTOREREMOVE=1", "FDNAME=", "FDPOLL=0",
    "BARRIER=1",
    // clang-format on
});

/// What the world asks of the manager or does to it, beside jobs.
enum class Doing : uint8_t {
  kill,
  reset_failed,
  reset_all_failed,
  cancel_job,
  clear_jobs,
  ref,
  unref,
  client_gone,
  clean,
  freeze,
  thaw,
  set_property,
  make_transient,
  plan,
  explain,
  change_file,
  mask,
  remove_file,
  daemon_reload,
  signal_process,
  connect,
  mount,
  unmount,
  notify_as_stranger,
  foreign_pid_file,
  hang_up,
  crash_between_steps,
  crash_inside_a_step,
};
inline constexpr std::array doing_names = std::to_array<std::string_view>({"kill",
                                                                           "reset-failed",
                                                                           "reset-failed of all",
                                                                           "cancel",
                                                                           "clear jobs",
                                                                           "ref",
                                                                           "unref",
                                                                           "client gone",
                                                                           "clean",
                                                                           "freeze",
                                                                           "thaw",
                                                                           "set property",
                                                                           "transient unit",
                                                                           "plan",
                                                                           "why",
                                                                           "file changed",
                                                                           "file masked",
                                                                           "file removed",
                                                                           "daemon-reload",
                                                                           "process killed",
                                                                           "connection",
                                                                           "mount",
                                                                           "unmount",
                                                                           "stranger's notification",
                                                                           "foreign PID file",
                                                                           "descriptor hung up",
                                                                           "crash between steps",
                                                                           "crash inside a step"});

inline constexpr std::array socket_state_names =
    std::to_array<std::string_view>({"start-pre", "start-chown", "start-post", "listening", "running", "stop-pre",
                                     "stop-pre-sigterm", "stop-pre-sigkill", "stop-post", "final-sigterm", "failed"});
inline constexpr std::array mount_state_names = std::to_array<std::string_view>(
    {"mounting", "mounted", "remounting", "unmounting", "unmounting-sigterm", "unmounting-sigkill", "failed"});

struct Coverage {
  static constexpr size_t job_mode_count = 8, job_result_count = 11, job_type_count = 9;
  uint64_t seeds = 0, events = 0, requests = 0, crashes = 0, units = 0, most_units = 0, seeds_of_300 = 0;
  std::array<uint64_t, 6> sizes{};  // units: 1-3, 4-10, 11-30, 31-100, 101-299, 300-
  std::array<uint64_t, job_type_count> job_types{};
  std::array<uint64_t, job_mode_count> job_modes{};
  std::array<uint64_t, job_result_count> job_results{};
  std::array<uint64_t, service_state_count> service_states{};
  std::array<uint64_t, socket_state_names.size()> socket_states{};
  std::array<uint64_t, mount_state_names.size()> mount_states{};
  std::array<uint64_t, covered_settings.size()> settings{};
  std::array<uint64_t, covered_notes.size()> notes{};
  std::array<uint64_t, sim_fault_count> faults{};
  std::array<uint64_t, doing_names.size()> doings{};
  uint64_t failed_seed = 0;
  bool has_failed = false;
  char failure[2000] = {};

  void did(Doing doing) { ++doings[size_t(doing)]; }
  void setting(std::string_view key);
  void note(std::string_view line);
  void add(const Coverage&);
  /// The table; `complete` becomes false if anything listed was not met.
  std::string text(bool& complete) const;
};

}  // namespace svcd
