// One unit in memory: its settings, its run-time status and the state machine of its type. A machine reacts to what
// jobs ask and to events; it changes its state through publish() alone, and nothing calls back into it while it does:
// what follows from a change (jobs end, other units react) is queued and done by the manager afterwards.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/cause.h"
#include "daemon/engine/changes.h"
#include "daemon/engine/ids.h"
#include "daemon/engine/kernel.h"
#include "daemon/engine/rate_limit.h"
#include "daemon/engine/status.h"
#include "daemon/engine/unit_types.h"
#include "libunit/graph.h"
#include "libunit/loader.h"

namespace svcd {

class Manager;
class RecordWriter;
class RecordReader;

/// What came of asking a unit to start, stop or reload.
enum class Answer : uint8_t {
  going,        // it is on its way; the unit's state says when it is there
  under_way,    // … and was before it was asked, or is cut short: nothing that the log would tell begins now
  already,      // there was nothing to do
  done,         // it did it at once; what it waits for is not its own
  again,        // not now: ask again when the unit has changed its state
  condition,    // a Condition= is not met: counts as done
  skipped,      // does not apply to this unit
  invalid,      // not loaded
  failed,       // tried, and failed at once
  assert_,      // an Assert= is not met
  unsupported,  // this type cannot run here
  dependency,   // a unit it is bound to is not up
  once,         // was up once and cannot be again
};

/// A process that a unit started or adopted.
struct Process {
  SpawnToken token = 0;  // 0: adopted
  pid_t pid = 0;         // 0: none
  explicit operator bool() const { return pid != 0 || token != 0; }
  /// Whether the event is about this process and not about one of an earlier incarnation.
  bool is(const Exited& exited) const;
};

/// What others should know of a change of state besides the state.
struct Published {
  bool reload_failed = false;
  bool will_restart = false;  // a restart follows: OnFailure= waits
};

class Unit {
 public:
  Unit(Manager& manager, UnitId id, const UnitName& name);
  virtual ~Unit() = default;
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  UnitId id() const { return id_; }
  UnitIndex index() const { return id_.index; }
  const UnitName& name() const { return loaded_.id; }
  UnitType type() const { return loaded_.id.type(); }
  const UnitTypeRow& type_row() const;
  const LoadedUnit& loaded() const { return loaded_; }
  const UnitConfig& config() const { return loaded_.config; }
  const UnitStatus& status() const { return status_; }
  ActiveState active_state() const { return status_.active_state; }
  bool is_up() const { return svcd::is_up(active_state()); }
  bool is_down() const { return svcd::is_down(active_state()); }
  /// Whether there is anything to remember of it: it was started once, or tried to be.
  bool has_a_past() const {
    const UnitStatus& s = status_;
    return !is_down() || s.state_change.happened() || s.condition_time.happened() || s.assert_time.happened();
  }
  /// "a.service - The A Service", or the name alone without a description.
  std::string title() const;
  const std::string& description() const;

  /// New settings, at the first load and at a reload; never changes the state.
  void take(LoadedUnit loaded);
  /// Settings that changed while it may be running; what was tested of it stays.
  void change(LoadedUnit loaded);
  /// Its settings hold, but it cannot be loaded as they say; never changes the state.
  void refuse(Error error);
  /// RequiresMountsFor=, from now on with what other settings imply, as its property shows it.
  void take_mount_paths(std::vector<std::string> paths);
  const std::vector<std::string>& mount_paths() const { return config().unit().requires_mounts_for; }

  // ---- what jobs ask
  /// All that precedes the start of any type: states, conditions, asserts, bound units; then the machine's start.
  Answer start();
  Answer stop();
  Answer reload();
  virtual bool can_start() const { return true; }
  virtual bool can_stop() const { return !is_perpetual(); }
  virtual bool can_reload() const;  // of its own, or those that it passes a reload on to
  virtual bool is_perpetual() const { return false; }
  /// Whether the unit can be started, by svcd and in this place.
  virtual bool is_supported() const { return true; }
  /// Whether this type exists here at all: CanStart and CanStop.
  virtual bool exists_here() const { return true; }
  /// What the log says, once a unit, of a start that svcd cannot do yet; empty: nothing.
  virtual std::string not_yet_text() const { return {}; }
  virtual void reset_failed() {}
  /// What the log says of a start that is done: "Finished" for what does its work and is done with it.
  virtual bool start_finishes() const { return false; }
  /// Whether a start that goes on is worth a line: sockets are opened at once.
  virtual bool start_takes_time() const { return true; }

  // ---- events
  virtual void handle(const Exited&) {}
  virtual void handle(const SpawnFailed&) {}
  virtual void handle(const ExecSucceeded&) {}
  virtual void handle(const ExecFailed&) {}
  virtual void handle(const Notified&) {}
  virtual void handle(const CgroupEmpty&) {}
  virtual void handle(const OomKilled&) {}
  virtual void handle(const TimerFired&) {}
  virtual void handle(const SocketsOpened&) {}
  virtual void handle(const SocketReady&) {}
  virtual void handle(const BusNameOwner&) {}
  virtual void handle(const BusNameProcess&) {}
  virtual void handle(const DescriptorHungUp&) {}
  void handle(const CgroupFrozen&);
  void handle(const DirectoriesRemoved&);
  void handle(const NotInEffect&);
  /// What remove_directories() began is done.
  virtual void directories_removed() {}
  /// After a take-over, in any state: who removes them may still be at it, and a start must wait until that is done.
  void resume_removal() {
    removals_ = 0;
    remove_directories();
  }
  bool is_removing_directories() const { return removals_ > 0; }
  /// A unit that this one triggers (a socket's service) changed its state or lost its job.
  virtual void triggered_changed(const Unit&) {}
  /// No job is left in the queue: what waited for quiet (Type=idle) may go on.
  virtual void queue_is_empty() {}
  /// A job that it asked for, and that had to wait, could not be made after all.
  virtual void job_was_refused() {}
  /// Its job ended without having done what it was to do.
  virtual void job_ended_in_vain() {}
  /// It is down, and nothing is about to start it: what was kept for that is let go.
  virtual void release_resources() {}
  /// Removes folders; systemctl(1), clean.
  virtual Result<> clean(DirectoryKinds);
  /// Makes its processes stand still, or run again; the request is answered when they do. An error: at once.
  Result<> freeze(bool frozen, RequestId);
  /// Its settings and edges are there, after each time it was loaded: units that are always up (-.slice, init.scope)
  /// come up here.
  virtual void coldplug() {}

  // ---- looking
  virtual const ServiceStatus* service_status() const { return nullptr; }
  virtual const SocketStatus* socket_status() const { return nullptr; }
  virtual const MountStatus* mount_status() const { return nullptr; }
  virtual pid_t main_pid() const { return 0; }
  virtual pid_t control_pid() const { return 0; }
  /// What log messages and the Result= property call the outcome.
  virtual UnitResult result() const { return UnitResult::success; }

  // ---- what survives the manager (state_record.h)
  void save(RecordWriter&) const;
  void restore(RecordReader&);
  /// After restore(): compare with the world; go on from there.
  virtual void resume() {}

  // ---- for the manager
  UnitStatus& status_for_manager() { return status_; }
  void reset_start_limit() {
    start_limit_.reset();
    start_limit_was_hit_ = false;
  }
  /// The last start was refused because there had been too many.
  bool start_limit_was_hit() const { return start_limit_was_hit_; }
  /// Whether the manager may start or stop it by itself once more (Upholds=, BindsTo=, StopWhenUnneeded=): 16 times in
  /// 10 s. If not, it is looked at again when it may.
  bool allow_automatic_job();
  /// … whether it may trigger OnFailure= or OnSuccess= once more: `triggers_max` times in 10 s. Units without a start
  /// limit that start each other would not come to an end, as they do not in 252.
  bool allow_trigger(Time now) { return trigger_limit_.allows(now, std::chrono::seconds(10), triggers_max); }
  static constexpr uint32_t triggers_max = 200;
  std::vector<ClientId> references;              // clients that hold one (Ref()), once per call
  std::vector<UnitIndex> referenced, referrers;  // units that this one names, and that name it: for garbage collection
  UnitName slice;                                // of its cgroup; empty: none
  bool in_load_queue = false, in_gc_queue = false, is_dirty = false, is_changed = false, not_in_effect_told = false,
       no_record_told = false, in_record = false, is_new = false;
  bool in_unneeded_queue = false, in_upheld_queue = false, in_bound_queue = false, has_cgroup = false;
  uint8_t load_turn = 0;  // the request that put it into the load queue
  uint32_t gc_mark = 0;
  std::optional<InstallFacts> install_facts;  // once somebody asked

 protected:
  virtual Answer do_start() = 0;
  virtual Answer do_stop() = 0;
  virtual Answer do_reload() { return Answer::done; }
  /// Start rate limit and the like, checked after the conditions.
  virtual Answer test_startable() { return Answer::going; }
  virtual void taken() {}  // settings were replaced
  virtual void save_state(RecordWriter&) const {}
  virtual void restore_state(RecordReader&) {}

  /// The only function that writes the state. Timestamps, record, log and jobs follow from it.
  void publish(ActiveState active, const char* sub, Published how = {});
  void touch();                                 // some other run-time property changed
  void keep();                                  // … one that nobody is told of: it only goes into the state record
  UnitStatus& own_status() { return status_; }  // what publish() does not write: cgroup, restored states

  Manager& manager() { return manager_; }
  const Manager& manager_of() const { return manager_; }
  Kernel& kernel();
  Timestamp now();
  void arm(TimerPurpose, Time when);  // infinity: disarm
  void disarm(TimerPurpose);
  void log(int priority, std::string message, std::string_view message_id = {},
           std::vector<std::pair<std::string_view, std::string>> fields = {});
  void log_outcome(UnitResult);  // "Deactivated successfully.", "Failed with result …", "Skipped due to …"
  void log_process_exit(std::string_view what, std::string_view command, bool success, const ExitStatus&);
  void log_leftovers();
  /// A cause of this unit's, of now; to be filled in and noted.
  Cause cause(CauseKind) const;
  /// Notes why this run goes wrong: the first time counts, which is as long as result() is success.
  void blame(Cause, Causes::Handle because = {});
  bool start_limit_hit();  // counts a start; logs
  void acquire_invocation();
  bool cgroup_populated() const;
  void take_cgroup_id() { status_.control_group_id = kernel().cgroup_id(status_.control_group); }
  /// RuntimeDirectory= or PrivateTmp=: something of a run to be removed after it.
  bool has_directories() const;
  /// Writes the state of now into the state record, then lets them be removed. The unit is down only when they are
  /// gone, and in any case no start begins before, so that it does not lose its own ones.
  void remove_directories();
  /// Before it is stopped or reloaded: it must be able to react.
  void thaw();

  struct SpawnOptions {
    bool is_control = true, report_exec = false, notify_socket = false, descriptor_store = false;
    Duration watchdog{0};
    std::vector<std::string> environment;
    std::vector<UnitId> sockets;
  };
  /// Which of these folders the unit has, if it may lose them now; systemctl(1), clean. `is_dead`: its machine rests.
  Result<DirectoryKinds> cleanable(DirectoryKinds what, bool is_dead) const;
  /// Writes the intent into the state record, then removes them; Exited or SpawnFailed follows.
  void spawn_cleaning(Process& into, DirectoryKinds);
  /// Writes the intent into the state record, then spawns. pid 0: SpawnFailed follows.
  void spawn(Process& into, const ExecCommand&, SpawnOptions);
  /// After a take-over: the process goes on as ours, if there is one. `other` is not it.
  bool take_over(Process&, pid_t other = 0);
  /// Signals as systemd.kill(5) has it; whether there is anything whose end is worth waiting for.
  enum class KillKind : uint8_t { terminate, restart, watchdog, kill };
  bool kill_processes(KillKind, pid_t main, pid_t control);
  /// SIGKILL for the control process alone, whatever KillMode= says of the others.
  void kill_control(pid_t control);

 private:
  Answer check_start();
  bool test(const Conditions&, std::vector<ConditionOutcome>& outcomes);
  void blame_condition(const Conditions&, const std::vector<ConditionOutcome>& outcomes, CauseKind);

  Manager& manager_;
  UnitId id_;
  LoadedUnit loaded_;
  UnitStatus status_;
  void answer_freezer(Error error = {});

  uint32_t removals_ = 0;          // of its folders, that have not ended yet
  RequestId freezer_request_ = 0;  // whoever waits for it to stand still or to run again
  bool log_settings_published_ = false;
  RateLimit start_limit_, automatic_limit_, trigger_limit_;
  bool start_limit_was_hit_ = false;
  friend class Manager;
};

}  // namespace svcd
