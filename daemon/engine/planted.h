// Faults that can be planted in the engine, to test the simulator: each takes away one guard, and the simulation must
// find it. In the engine that ships SVCD_SOUND(fault) is the word `true`; in the library `engine-planted`, built with
// SVCD_PLANTED_FAULTS, it is false while that fault is planted. Who moves a guard takes its SVCD_SOUND() along.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace svcd {

enum class Fault : uint8_t {
  none,
  intent_not_written,
  intent_not_looked_for,
  late_exit_accepted,
  reaped_before_recorded,
  quiet_change_not_recorded,
  job_removed_twice,
  order_lost_at_relink,
  order_lost_at_reload,
  merged_job_goes_on,
  dependants_not_failed,
  job_timer_left,
  restart_limit_not_counted,
  stop_timeout_not_armed,
  watchdog_not_disarmed,
  cgroup_hint_believed,
  folders_not_waited_for,
  notify_access_ignored,
  foreign_main_pid_taken,
  change_not_told,
  unit_with_job_collected,
  bound_unit_not_stopped,
  unneeded_unit_not_stopped,
  upheld_unit_not_started,
  cgroup_not_released,
  bus_name_watched_for_ever,
  references_of_the_gone_kept,
  failed_units_miscounted,
};

struct FaultText {
  Fault fault;
  const char *name, *text;
};

inline constexpr std::array planted_faults = [] {
  using enum Fault;
  return std::array{
      // clang-format off
      FaultText{intent_not_written,          "intent-not-written",          "A process is started before the intent is in the state record."},
      FaultText{intent_not_looked_for,       "intent-not-looked-for",       "A take-over does not look for the process of an intent."},
      FaultText{late_exit_accepted,          "late-exit-accepted",          "The end of an earlier process counts as that of the present one."},
      FaultText{reaped_before_recorded,      "reaped-before-recorded",      "Processes are reaped before the step is in the state record."},
      FaultText{quiet_change_not_recorded,   "quiet-change-not-recorded",   "Changes that nobody is told of do not get into the state record."},
      FaultText{job_removed_twice,           "job-removed-twice",           "The end of a cancelled job is told twice."},
      FaultText{order_lost_at_relink,        "order-lost-at-relink",        "A job whose type changes no longer waits for others."},
      FaultText{order_lost_at_reload,        "order-lost-at-reload",        "Jobs do not learn of an order that a daemon-reload brings."},
      FaultText{merged_job_goes_on,          "merged-job-goes-on",          "A running job that is to do more by now does not begin anew."},
      FaultText{dependants_not_failed,       "dependants-not-failed",       "Jobs that need a unit whose start failed go on waiting."},
      FaultText{job_timer_left,              "job-timer-left",              "The time limit of a job outlives it."},
      FaultText{restart_limit_not_counted,   "restart-limit-not-counted",   "StartLimitBurst= has no effect."},
      FaultText{stop_timeout_not_armed,      "stop-timeout-not-armed",      "TimeoutStopSec= has no effect."},
      FaultText{watchdog_not_disarmed,       "watchdog-not-disarmed",       "The watchdog outlives the service."},
      FaultText{cgroup_hint_believed,        "cgroup-hint-believed",        "A hint that a cgroup is empty is believed without a look."},
      FaultText{folders_not_waited_for,      "folders-not-waited-for",      "A start does not wait until the folders of the run before are gone."},
      FaultText{notify_access_ignored,       "notify-access-ignored",       "NotifyAccess= has no effect."},
      FaultText{foreign_main_pid_taken,      "foreign-main-pid-taken",      "MAINPID= of a process of another unit is taken from anybody."},
      FaultText{change_not_told,             "change-not-told",             "The state deactivating is not told to anybody."},
      FaultText{unit_with_job_collected,     "unit-with-job-collected",     "A unit is forgotten although it has a job."},
      FaultText{bound_unit_not_stopped,      "bound-unit-not-stopped",      "BindsTo= does not stop the unit."},
      FaultText{unneeded_unit_not_stopped,   "unneeded-unit-not-stopped",   "StopWhenUnneeded= is not looked at when a user goes down."},
      FaultText{upheld_unit_not_started,     "upheld-unit-not-started",     "Upholds= is not looked at when the unit goes down."},
      FaultText{cgroup_not_released,         "cgroup-not-released",         "The cgroup of a unit that is forgotten stays."},
      FaultText{bus_name_watched_for_ever,   "bus-name-watched-for-ever",   "The owner of BusName= is asked for after the service has ended."},
      FaultText{references_of_the_gone_kept, "references-of-the-gone-kept", "References of a client that is gone keep units in memory."},
      FaultText{failed_units_miscounted,     "failed-units-miscounted",     "A failed unit that is forgotten counts as failed for ever."},
      // clang-format on
  };
}();

static_assert([] {
  for (size_t i = 0; i < planted_faults.size(); ++i)
    if (size_t(planted_faults[i].fault) != i + 1) return false;
  return planted_faults.size() >= 15;
}());

#ifdef SVCD_PLANTED_FAULTS
inline Fault planted_fault = Fault::none;
#define SVCD_SOUND(name) (::svcd::planted_fault != ::svcd::Fault::name)
#else
#define SVCD_SOUND(name) true
#endif

}  // namespace svcd
