// The engine as a whole: takes one event, lets jobs and machines run until nothing is runnable, then tells what
// changed. Makes no system calls: the Kernel does. One step is handle() or settle(); it ends with the changed slots of
// the state record written, the changes told to the listeners, and only then the dead processes reaped;
// docs/decisions.md, "A state record from the first day".
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/engine/api.h"
#include "daemon/engine/changes.h"
#include "daemon/engine/jobs.h"
#include "daemon/engine/kernel.h"
#include "daemon/engine/manager_setup.h"
#include "daemon/engine/registry.h"
#include "daemon/engine/unit.h"
#include "libunit/install.h"
#include "libunit/seen_files.h"
#include "libunit/written.h"

namespace svcd {

class StateRecord;

class Manager final : public ManagerApi {
 public:
  Manager(Kernel&, ManagerSetup);
  ~Manager() override;

  void add_listener(ChangeListener& listener) { listeners_.push_back(&listener); }
  /// Takes over from an earlier manager if the state record has one. Before boot(), instead of it if true.
  bool restore();
  /// Runs the generators, then loads and starts the default target.
  void boot();
  /// One step: the event and all that follows from it, as far as a bounded step goes.
  void handle(const Event&);
  /// A step was cut short, or a call of the API left work: settle() must be called soon.
  bool has_work() const;
  void settle();

  // ---- ManagerApi
  std::optional<UnitId> find(std::string_view name) const override;
  Result<UnitId> load(std::string_view name) override;
  std::vector<UnitId> units() const override;
  bool is_alive(UnitId) const override;
  const LoadedUnit& loaded(UnitId) const override;
  const UnitStatus& status(UnitId) const override;
  const ServiceStatus* service(UnitId) const override;
  const SocketStatus* socket(UnitId) const override;
  const MountStatus* mount(UnitId) const override;
  std::vector<std::string> dependencies(UnitId, Dependency) const override;
  CgroupUsage usage(UnitId) const override;
  std::vector<UnitProcess> processes(UnitId) const override;
  bool need_daemon_reload(UnitId) const override;
  bool can_start(UnitId) const override;
  bool can_stop(UnitId) const override;
  bool can_reload(UnitId) const override;
  bool can_isolate(UnitId) const override;
  bool is_perpetual(UnitId) const override;
  std::optional<UnitId> unit_of_process(pid_t) const override;
  std::optional<UnitId> unit_of_cgroup(std::string_view cgroup) const override;
  std::optional<UnitId> unit_of_invocation(const Id128&) const override;
  std::vector<JobInfo> jobs() const override;
  std::optional<JobInfo> job(JobId) const override;
  std::vector<JobInfo> jobs_in_order(JobId, bool after) const override;
  SystemState system_state() const override;
  const ManagerTimes& times() const override { return times_; }
  uint32_t failed_units() const override { return uint32_t(failed_); }
  Result<UnitFileState> unit_file_state(const std::string& name) override;
  std::vector<Installer::ListedFile> unit_files() override;
  Result<std::vector<std::string>> unit_file_links(const std::string& name, bool runtime) override;
  Result<std::string> default_target() override;
  const InstallFacts& install_facts(UnitId) override;
  const SearchPath& search_path() const override { return setup_.search_path; }
  const Environment& environment() const override { return environment_; }
  const ManagerSettings& settings() const override { return setup_.settings; }
  const ManagerDefaults& defaults() const override { return setup_.settings.defaults; }
  const ManagerControls& controls() const override { return controls_; }
  const ManagerControls& first_controls() const override { return setup_.settings.controls; }
  uint8_t exit_code() const override { return exit_code_.value_or(0); }
  Result<> look_ahead(UnitId) override;
  Explanation explain(UnitId) override;
  Result<Explanation> explain_job(JobId) override;
  Result<std::vector<DryRun>> dry_run(const std::vector<JobRequest>&) override;
  Result<JobId> submit(const JobRequest&) override;
  Result<> cancel_job(JobId) override;
  void clear_jobs() override;
  Result<> kill(UnitId, KillWho, int signal) override;
  Result<UnitId> make_transient(const UnitName&, const std::vector<Assignment>& lines) override;
  Result<> set_properties(UnitId, bool runtime, const std::vector<std::vector<Assignment>>& properties) override;
  Result<> clean(UnitId, DirectoryKinds what) override;
  void freeze(UnitId, bool frozen, RequestId) override;
  bool can_freeze(UnitId) const override;
  Result<> reset_failed(UnitId) override;
  void reset_all_failed() override;
  Result<> ref(UnitId, ClientId) override;
  Result<> unref(UnitId, ClientId) override;
  Result<InstallReply> install(const InstallRequest&) override;
  Result<> set_environment(const std::vector<std::string>& set, const std::vector<std::string>& unset) override;
  void set_log_level(std::optional<int>) override;
  void set_log_target(std::optional<LogTarget>) override;
  void set_show_status(std::optional<ShowStatus>) override;
  void set_watchdogs(const ManagerControls&) override;
  void reload(RequestId) override;
  Result<> finish(const Finish&) override;
  Result<> set_exit_code(uint8_t) override;
  void client_gone(ClientId) override;

  // ---- for the machines
  Kernel& kernel() { return kernel_; }
  const ManagerSetup& setup() const { return setup_; }
  const Graph& graph() const { return registry_.graph(); }
  Registry& registry() { return registry_; }
  const Registry& registry() const { return registry_; }
  JobQueue& job_queue() { return jobs_; }
  const JobQueue& job_queue() const { return jobs_; }
  Changes& changes() { return changes_; }
  SpawnToken next_token() { return ++last_token_; }
  Timestamp now() const { return kernel_.now(); }
  bool is_stopping() const;  // the system is going down
  /// A state was written: jobs and reactions follow after the machine is done.
  void changed(Unit&, ActiveState before, bool reload_failed, bool will_restart);
  void touch(Unit&);         // some property changed: tell it at the end of the step, and write its slot
  void keep(Unit&);          // … a property that nobody is told of: its slot is written
  void write_intent(Unit&);  // at once, before a process is made
  void unit_appeared(Unit&);
  void log_diagnostics(const Unit&);
  void unit_vanishes(Unit&);
  /// A job that the manager itself wants.
  /// If units that it needs are still being loaded it is made later (JobId 0); `asker` hears if that fails then.
  Result<JobId> start_job(Unit&, JobType, JobMode, const Unit* asker = nullptr, JobReason = {});
  Causes& causes() { return causes_; }
  const Causes& causes() const { return causes_; }
  Cause cause_of(const Unit&, CauseKind) const;  // with name and time
  void log(const Unit*, int priority, std::string message, std::string_view message_id = {},
           std::vector<std::pair<std::string_view, std::string>> fields = {});
  void console(StatusLine::Kind, std::string text);
  std::string cgroup_path(const Unit&) const;
  void apply_defaults(LoadedUnit&) const;
  struct Emergency {
    EmergencyAction action = EmergencyAction::none;
    std::string reason{};                // told as a warning; "": the unit's end says it
    std::string_view reboot_argument{};  // "": whoever set one before, keeps it
    int exit_status = -1;                // -1: none
    bool is_watchdog = false;            // ServiceWatchdogs=no switches it off
  };
  void emergency(const Unit*, const Emergency&);
  void ctrl_alt_del_burst();
  void consider_unneeded(Unit&);
  void propagate_reload(Unit&);
  /// MONITOR_…= for a unit that is started because of another's end; nothing if there may be several such others.
  std::vector<std::string> monitor_environment(const Unit&);
  void release_cgroup_if_empty(Unit&);
  void release_what_was_left(UnitId);
  void wait_for_quiet(const Unit& unit) { waiting_for_quiet_.push_back(unit.index()); }

 private:
  struct Transition {
    UnitId unit;
    ActiveState before, after;
    bool reload_failed, will_restart;
  };

  /// A job of the manager's own.
  struct Wanted {
    UnitId unit;
    JobType type = JobType::start;
    JobMode mode = JobMode::replace;
    JobReason reason = {};
    UnitId asker = {};  // is told if it cannot be had
  };

  // the step (manager.cc)
  void dispatch(const Event&);
  void flush();
  void announce();
  void part_replaced_jobs();
  void write_dirty_slots();
  void save_manager();
  bool drain_transitions();
  bool run_next_job();
  void do_all_that_waits();
  void dispatch_to_unit(UnitId, const Event&);

  // jobs (manager_jobs.cc)
  Result<JobId> install_transaction(const PlanRequest&, ClientId, JobReason = {});
  void own(Job&, ClientId);
  void log_impossible(const Error&);
  void log_notes(const std::vector<PlanNote>&);
  JobId pass_nop(Unit&, ClientId);
  JobId install_job(const PlannedJob&, ClientId, const JobReason&);
  RunTurn turn_of(UnitId) const;
  void run_job(Job&);
  void job_follows(const Transition&, bool& unexpected);
  /// A job that has ended, and what its end has yet to bring about: whose jobs end with it, then what follows from it.
  struct EndedJob {
    UnitId unit;
    JobType type;
    JobResult result;
    std::vector<std::pair<Dependency, UnitIndex>> dependants{};  // the first last
  };
  void finish_job(Job&, JobResult, bool recursive, bool already);
  std::optional<EndedJob> end_job(Job&, JobResult, bool recursive, bool already);
  void collect_dependants(EndedJob&, const Unit&) const;
  void job_has_ended(const EndedJob&);
  void announce_start(const Unit&, JobId, JobType);
  void announce_end(const Unit&, JobId, JobType, JobResult);
  void announce_not_yet(const Unit&);
  void job_timeout(Unit&, TimerPurpose);
  void arm_job_timer(Unit&, const Job&);
  void queue_became_empty();

  // why there are jobs, and why they end (job_causes.cc)
  JobReason reason_of(const PlannedJob&, const JobReason& asked) const;
  void note_end(Unit&, const Job&, JobResult);
  void note_dependency(UnitIndex unit, Dependency through, UnitIndex failed);
  void note_timeout(Unit&, TimerPurpose);
  const Unit* awaited(const Job&) const;
  Dependency order_between(const Unit&, const Unit& other) const;
  void note_loops(const std::vector<PlanNote>&);
  std::string loop_text(const std::vector<UnitIndex>&) const;

  // jobs that wait for units to be loaded (wanted_jobs.cc)
  Result<JobId> want(const Wanted&);
  void demand(const Wanted&);
  void log_refused(const Wanted&, const Error&);
  bool load_more(bool& sliced);
  bool make_wanted_jobs();

  // explanations (explain.cc, dry_run.cc)
  Causes::Handle present_cause(const Unit&);
  std::optional<Cause> past_cause(const Unit&) const;  // of one that noted nothing
  Causes::Handle refusal_cause(const Unit&, JobType, const Error&, const PlanRefusal&) const;
  Explanation explanation_of(const Causes::Handle&, const Unit&);
  CauseLink link_of(const Cause&);
  void locate(CauseLink&, const Unit&, WrittenLines&);
  struct DryRunCost {
    size_t waits = 0;  // so far
    WrittenLines lines;
  };
  DryRun dry_run_of(const Unit&, const PlanRequest&, const PlanInput&, Transaction&, DryRunCost&);

  // behind the API (manager_api.cc)
  Result<Unit*> unit_of(const JobRequest&);
  static JobType type_of(const JobRequest&, const Unit&);
  void log_kill(const Unit&, const KillRequest&);
  bool search_path_changed();

  // what follows from a state change (reactions.cc)
  void react(const Transition&, bool unexpected);
  void start_on(Unit&, Dependency, JobMode);
  void start_retroactively(Unit&);
  void stop_retroactively(Unit&);
  void consider_anew(Unit&);
  void consider_again(Unit&);
  Unit* take_next(std::vector<UnitId>&, bool Unit::*is_queued);
  bool check_unneeded();
  bool check_upheld();
  void consider_upheld(Unit&);
  bool check_bound();
  void consider_bound(Unit&);
  void consider_bound_to(const Unit&);
  void stop_by_itself(Unit&, const JobReason&);
  void log_resources(Unit&);

  // boot and shutdown (boot.cc)
  void make_own_units();
  void boot_units();
  void default_target_queued(const Unit&);
  void generators_done(const GeneratorsDone&);
  void signalled(int signal);
  void start_special(std::string_view target, JobMode mode, JobOrigin origin = JobOrigin::signal);
  void startup_finished();
  void mounts_changed(std::vector<MountEntry>);
  bool continue_mounts(size_t at_most = mounts_a_slice);
  void bus_activation(const std::string& unit);

  static constexpr size_t mounts_a_slice = 64;

  // controls (controls.cc)
  bool control_by_signal(int offset);
  void flip_show_status(bool something_went_wrong);

  // the configuration (configuration.cc)
  void take_settings(ManagerSettings);
  Environment lasting_environment() const;
  void refresh_environment();

  // daemon-reload (reload.cc)
  void reload_generated(RequestId);
  bool continue_reload();
  void finish_reload();

  // taking over (restore.cc)
  void catch_up(const std::vector<Job>& restored);

  // transient units (manager_transient.cc)
  bool is_transient(const LoadedUnit&) const;
  std::string control_folder(const LoadedUnit&, bool runtime) const;
  void remove_transient_files(const LoadedUnit&);

  Kernel& kernel_;
  ManagerSetup setup_;
  Block<ManagerDefaults> defaults_;  // one block for all units
  UnitLoader loader_;
  Registry registry_;
  JobQueue jobs_;
  Causes causes_;
  Changes changes_;
  std::vector<ChangeListener*> listeners_;
  std::unique_ptr<StateRecord> record_;
  std::deque<Transition> transitions_;
  std::vector<UnitId> dirty_, told_;
  std::vector<UnitId> unneeded_, upheld_, bound_;  // the last one first
  std::vector<UnitIndex> waiting_for_quiet_;       // Type=idle
  std::vector<pid_t> to_reap_;
  Environment environment_;            // what processes get: made of the others and of the configuration
  Environment generated_environment_;  // by environment generators
  Environment client_environment_;     // by SetEnvironment()
  ManagerControls controls_;
  bool controls_changed_ = false;  // the kernel hears of it after what is logged until then
  bool log_level_set_ = false, log_target_set_ = false;
  ManagerTimes times_;
  SpawnToken last_token_ = 0;
  size_t failed_ = 0;
  bool booted_ = false, startup_done_ = false, was_empty_ = true;
  bool was_cut_ = false;         // the step before, with work left
  bool jobs_have_turn_ = false;  // until none may run
  std::optional<uint8_t> exit_code_;
  RateLimit ctrl_alt_del_;
  std::vector<FileIdentity> folder_identities_;  // of the search path, as of the last look
  std::vector<MountEntry> early_mounts_;         // the mount table as it was before the units are loaded
  std::vector<MountEntry> new_mounts_;           // what is left of a new table, last first
  bool has_new_mounts_ = false;
  std::vector<std::string> new_mount_names_, kernel_mounts_;  // unit names of the mount table; kernel_mounts_: sorted
  std::vector<Wanted> wanted_;                                // until their units are loaded
  bool somebody_waits_ = false;                               // for units to be loaded

  /// What unit_files() said last, and of which files that was made.
  struct UnitFileList {
    explicit UnitFileList(FileSource& source) : seen(source) {}
    SeenFiles seen;
    std::vector<Installer::ListedFile> files;
  };
  std::optional<UnitFileList> unit_file_list_;

  /// What a client's end takes along.
  struct Held {
    std::vector<UnitId> units;  // one entry a reference
    std::unordered_set<JobId> jobs;
  };
  std::unordered_map<ClientId, Held> held_;

  // reload
  enum class ReloadPhase : uint8_t { none, generators, scan, announce };
  ReloadPhase reload_phase_ = ReloadPhase::none;
  std::vector<RequestId> reload_requests_, reload_next_;
  std::vector<UnitId> reload_left_;
  bool reload_all_ = false;  // also units whose files are as they were
  RequestId generator_request_ = 0, boot_generators_ = 0;
};

}  // namespace svcd
