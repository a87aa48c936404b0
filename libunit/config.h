// What a unit's files say, typed: one plain struct per group of settings, defaults as member initialisers (there is
// no other list of defaults). Shared groups (exec, kill, resource control) exist once, as in the manual.
#pragma once

#include <csignal>
#include <string>
#include <tuple>
#include <vector>

#include "libunit/block.h"
#include "libunit/config_defaults.h"
#include "libunit/config_exec.h"
#include "libunit/config_resource.h"
#include "libunit/config_sandbox.h"
#include "libunit/config_types.h"
#include "libunit/kept_switches.h"
#include "libunit/unit_name.h"
#include "libunit/values.h"

namespace svcd {

/// [Unit]; systemd.unit(5). Dependencies are as written here: the graph adds the implicit and default ones.
struct UnitSection {
  std::string description;
  std::vector<std::string> documentation;
  std::string source_path;
  std::vector<UnitName> requires_, requisite, wants, binds_to, part_of, upholds, conflicts, before, after, on_failure,
      on_success, propagates_reload_to, reload_propagated_from, propagates_stop_to, stop_propagated_from,
      joins_namespace_of;
  std::vector<std::string> requires_mounts_for;
  JobMode on_failure_job_mode = JobMode::replace;
  JobMode on_success_job_mode = JobMode::fail;
  bool ignore_on_isolate = false;  // the loader sets it for types that default to yes (mount, swap, device … scope)
  bool stop_when_unneeded = false;
  bool refuse_manual_start = false;
  bool refuse_manual_stop = false;
  bool allow_isolate = false;
  bool default_dependencies = true;
  CollectMode collect_mode = CollectMode::inactive;
  EmergencyAction failure_action = EmergencyAction::none;
  EmergencyAction success_action = EmergencyAction::none;
  int32_t failure_action_exit_status = -1;  // -1: not set
  int32_t success_action_exit_status = -1;
  Duration job_timeout = infinity;
  Duration job_running_timeout = infinity;
  bool job_running_timeout_set = false;
  EmergencyAction job_timeout_action = EmergencyAction::none;
  std::string job_timeout_reboot_argument;
  std::optional<Duration> start_limit_interval;  // not set, as start_limit_burst: the manager's default
  std::optional<uint32_t> start_limit_burst;
  EmergencyAction start_limit_action = EmergencyAction::none;
  std::string reboot_argument;
  Conditions conditions, asserts;
  bool operator==(const UnitSection&) const = default;
};

/// [Install]; read by libunit/install only.
struct InstallSection {
  std::vector<std::string> alias, wanted_by, required_by, also;
  std::string default_instance;
};

/// systemd.kill(5).
struct KillSection {
  enum class Mode : uint8_t { control_group, process, mixed, none };
  Mode kill_mode = Mode::control_group;
  int kill_signal = SIGTERM;
  int restart_kill_signal = 0;  // 0: as kill_signal
  int final_kill_signal = SIGKILL;
  int watchdog_signal = SIGABRT;
  bool send_sigkill = true;
  bool send_sighup = false;
  bool operator==(const KillSection&) const = default;
};

/// [Service] without the shared groups; systemd.service(5).
struct ServiceSection {
  enum class Type : uint8_t { simple, exec, forking, oneshot, dbus, notify, idle };
  enum class Restart : uint8_t { no, on_success, on_failure, on_abnormal, on_watchdog, on_abort, always };
  enum class NotifyAccess : uint8_t { none, main, exec, all };
  enum class ExitType : uint8_t { main, cgroup };
  using OomPolicy = svcd::OomPolicy;
  enum class TimeoutFailureMode : uint8_t { terminate, abort, kill };
  std::optional<Type> type;  // not set: simple, dbus with BusName=, oneshot without ExecStart=: effective_type()
  ExitType exit_type = ExitType::main;
  bool remain_after_exit = false;
  bool guess_main_pid = true;
  std::string pid_file;
  std::string bus_name;
  ExecCommands exec_condition, exec_start_pre, exec_start, exec_start_post, exec_reload, exec_stop, exec_stop_post;
  std::optional<Duration> restart_sec;    // not set: the manager's default
  std::optional<Duration> timeout_start;  // not set: the manager's default, infinity for oneshot
  std::optional<Duration> timeout_stop;
  std::optional<Duration> timeout_abort;  // not set: as timeout_stop
  TimeoutFailureMode timeout_start_failure_mode = TimeoutFailureMode::terminate;
  TimeoutFailureMode timeout_stop_failure_mode = TimeoutFailureMode::terminate;
  Duration runtime_max = infinity;
  Duration runtime_randomized_extra{0};
  Duration watchdog = infinity;  // 0 and infinity: none
  Restart restart = Restart::no;
  ExitStatusSet success_exit_status, restart_prevent_exit_status, restart_force_exit_status;
  bool permissions_start_only = false;  // User= … are for ExecStart= alone
  bool non_blocking = false;
  std::optional<NotifyAccess> notify_access;  // not set: effective_notify_access()
  std::vector<UnitName> sockets;
  uint32_t file_descriptor_store_max = 0;
  std::string usb_function_descriptors, usb_function_strings;
  std::optional<OomPolicy> oom_policy;
  KeptSwitches kept;
  bool operator==(const ServiceSection&) const = default;
};

/// [Scope] without the shared groups; systemd.scope(5).
struct ScopeSection {
  Duration runtime_max = infinity, runtime_randomized_extra{0};
  std::optional<Duration> timeout_stop;
  std::optional<ServiceSection::OomPolicy> oom_policy;
};

/// All settings of one unit, and the manager's defaults that stand behind what is not set. Copying is cheap: groups are
/// shared until changed.
class UnitConfig {
 public:
  template <class Section>
  const Section& part() const {
    return *std::get<Block<Section>>(blocks_);
  }
  template <class Section>
  Section& change() {
    return std::get<Block<Section>>(blocks_).change();
  }
  template <class Section>
  const Block<Section>& block() const {
    return std::get<Block<Section>>(blocks_);
  }

  /// For whoever puts an equal one in its place (SharedBlocks).
  template <class Section>
  Block<Section>& shareable() {
    return std::get<Block<Section>>(blocks_);
  }

  /// All groups are the same blocks: they were not read anew, or say what they said before.
  bool shares_all_with(const UnitConfig& other) const {
    return std::apply([&]<class... Section>(
                          const Block<Section>&... own) { return (own.shares_with(other.block<Section>()) && ...); },
                      blocks_);
  }

  /// Back to the defaults, which all units share.
  template <class Section>
  void forget() {
    std::get<Block<Section>>(blocks_) = {};
  }

  /// The unit's type, set by apply(): a few defaults differ between types.
  UnitType type() const { return type_; }
  void set_type(UnitType type) { type_ = type; }
  /// False for a unit that could not be loaded: it shows what stands in its files, without the manager's defaults.
  bool has_defaults() const { return has_defaults_; }
  void leave_defaults_out() { has_defaults_ = false; }
  /// The manager's defaults; all units of a manager share one block.
  void set_defaults(const Block<ManagerDefaults>& defaults) { std::get<Block<ManagerDefaults>>(blocks_) = defaults; }

  const UnitSection& unit() const { return part<UnitSection>(); }
  const ServiceSection& service() const { return part<ServiceSection>(); }
  const SocketSection& socket() const { return part<SocketSection>(); }
  const ExecSection& exec() const { return part<ExecSection>(); }
  const KillSection& kill() const { return part<KillSection>(); }
  const ResourceSection& resource() const { return part<ResourceSection>(); }
  const SandboxSection& sandbox() const { return part<SandboxSection>(); }
  const InstallSection& install() const { return part<InstallSection>(); }
  const MountSection& mount() const { return part<MountSection>(); }
  const TimerSection& timer() const { return part<TimerSection>(); }
  const PathSection& path() const { return part<PathSection>(); }
  const AutomountSection& automount() const { return part<AutomountSection>(); }
  const SwapSection& swap() const { return part<SwapSection>(); }
  const ScopeSection& scope() const { return part<ScopeSection>(); }
  const ManagerDefaults& defaults() const { return part<ManagerDefaults>(); }

 private:
  std::tuple<Block<UnitSection>, Block<InstallSection>, Block<ServiceSection>, Block<SocketSection>,
             Block<MountSection>, Block<TimerSection>, Block<PathSection>, Block<AutomountSection>, Block<SwapSection>,
             Block<ScopeSection>, Block<ExecSection>, Block<KillSection>, Block<ResourceSection>, Block<SandboxSection>,
             Block<ManagerDefaults>>
      blocks_;
  UnitType type_ = UnitType::service;
  bool has_defaults_ = true;
};

/// Type= with its default: dbus with BusName=, oneshot without ExecStart=, else simple; systemd.service(5).
ServiceSection::Type effective_type(const ServiceSection&);
/// NotifyAccess= with its default: main with Type=notify, WatchdogSec= or FileDescriptorStoreMax=, else none.
ServiceSection::NotifyAccess effective_notify_access(const ServiceSection&);
/// Timeouts with the manager's defaults filled in; a oneshot's start has none.
Duration effective_timeout_start(const UnitConfig&);
Duration effective_timeout_stop(const UnitConfig&);
Duration effective_timeout_abort(const UnitConfig&);
ServiceSection::OomPolicy effective_oom_policy(const UnitConfig&);
/// The manager's defaults where the unit sets none.
Duration effective_restart_sec(const UnitConfig&);
Duration effective_start_limit_interval(const UnitConfig&);
uint32_t effective_start_limit_burst(const UnitConfig&);
Duration effective_timer_accuracy(const UnitConfig&);
std::optional<int> effective_oom_score_adjust(const UnitConfig&);
/// A device is not waited for without end.
Duration effective_job_running_timeout(const UnitConfig&);
/// Where output goes, with the defaults filled in: with input from a terminal, socket or descriptor it goes there too.
ExecSection::Input effective_standard_input(const ExecSection&);
ExecSection::Output effective_standard_output(const UnitConfig&);
ExecSection::Output effective_standard_error(const UnitConfig&);
/// The resource limit RLIMIT_*, the manager's default where the unit sets none.
ResourceLimit effective_limit(const UnitConfig&, int resource);

}  // namespace svcd
