// What a unit is doing right now: the run-time half of its properties. Each struct is written by its unit's state
// machine alone (job, cgroup and CPU time by the manager, too) and read by D-Bus, the journal and the state record.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/ids.h"
#include "daemon/engine/kernel.h"
#include "libunit/job.h"
#include "libunit/time.h"
#include "libunit/unit_name.h"

namespace svcd {

/// Outcome of one Condition= or Assert=, as the D-Bus property Conditions shows it.
enum class ConditionOutcome : int8_t { failed = -1, untested = 0, succeeded = 1 };

/// What the unit's links and the preset files say: UnitFileState and UnitFilePreset; both empty without a file.
struct InstallFacts {
  std::string_view state, preset;
};

/// Whether the unit's processes are made to stand still; `systemctl freeze`.
enum class FreezerState : uint8_t { running, freezing, frozen, thawing };
std::string_view to_string(FreezerState);

struct UnitStatus {
  ActiveState active_state = ActiveState::inactive;
  const char* sub_state = "dead";
  Timestamp state_change, inactive_exit, active_enter, active_exit, inactive_enter, condition_time, assert_time;
  FreezerState freezer = FreezerState::running;
  bool condition_result = false, assert_result = false;
  std::vector<ConditionOutcome> condition_outcomes, assert_outcomes;  // parallel to the settings
  Id128 invocation{};
  JobId job = 0;                          // installed; 0: none
  std::string control_group;              // "" without one
  uint64_t control_group_id = 0;          // of the last one it had
  std::optional<uint64_t> cpu_nsec_last;  // what the last run had used, once its cgroup is gone
  uint64_t cpu_nsec_before = 0;           // what earlier runs had used in this cgroup
  std::vector<UnitId> followers;
  std::vector<std::string> not_in_effect;  // settings that its processes go without, as nobody here can have them
};

/// Result= of services (and, as far as they occur, of sockets and mounts); systemd.exec(5) $SERVICE_RESULT.
enum class UnitResult : uint8_t {
  success,
  resources,
  protocol,
  timeout,
  exit_code,
  signal,
  core_dump,
  watchdog,
  exec_condition,
  start_limit_hit,
  oom_kill,
  service_start_limit_hit,
  trigger_limit_hit
};
std::string_view to_string(UnitResult);  // "exit-code" …

/// The last run of one command: what ExecStart and its family show.
struct ExecRun {
  Timestamp start, exit, handoff;
  pid_t pid = 0;
  ExitStatus status;
};

/// The last runs of all commands of a service, list by list: exec_condition … exec_stop_post of ServiceSection. Most
/// services have one command.
class CommandRuns {
 public:
  /// Of a list that is none of these: nothing.
  std::span<ExecRun> operator[](size_t list) {
    return list < ends_.size() ? std::span(runs_).subspan(begin_of(list), size_of(list)) : std::span<ExecRun>();
  }
  std::span<const ExecRun> operator[](size_t list) const {
    return list < ends_.size() ? std::span(runs_).subspan(begin_of(list), size_of(list)) : std::span<const ExecRun>();
  }
  std::span<const ExecRun> all() const { return runs_; }
  /// That list has so many commands now; what is known of the first ones stays.
  void resize(size_t list, size_t size);
  /// Nothing ran yet.
  void forget() { runs_.assign(runs_.size(), ExecRun{}); }

 private:
  size_t begin_of(size_t list) const { return list == 0 ? 0 : ends_[list - 1]; }
  size_t size_of(size_t list) const { return ends_[list] - begin_of(list); }
  std::vector<ExecRun> runs_;
  std::array<uint32_t, 7> ends_{};  // in runs_
};

struct ServiceStatus {
  UnitResult result = UnitResult::success, reload_result = UnitResult::success, clean_result = UnitResult::success;
  pid_t main_pid = 0, control_pid = 0;
  std::string status_text;  // STATUS=
  int status_errno = 0;
  std::string bus_name_owner;
  uint32_t n_restarts = 0;
  ExecRun main;  // ExecMain*
  CommandRuns runs;
  Timestamp watchdog;
  Duration watchdog_interval = infinity;  // infinity: never started; 0: none
  uint32_t n_file_descriptor_store = 0;
  uid_t uid = UINT32_MAX;
  gid_t gid = UINT32_MAX;
};

struct SocketStatus {
  UnitResult result = UnitResult::success;
  uint32_t n_connections = 0, n_accepted = 0, n_refused = 0;
  pid_t control_pid = 0;
};

/// A command that the manager makes itself, and its last run.
struct RanCommand {
  enum class Task : uint8_t { mount, unmount, remount };
  Task task = Task::mount;
  ExecCommand command;
  ExecRun run;
};

struct MountStatus {
  UnitResult result = UnitResult::success;
  pid_t control_pid = 0;
  std::vector<RanCommand> commands;  // each task at most once
  MountEntry entry;                  // as mountinfo shows it; empty: not mounted
};

}  // namespace svcd
