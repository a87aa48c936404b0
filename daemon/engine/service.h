// The machine of service units; systemd.service(5). States are the table of service_phases.h; enter() walks it.
// What must hold: at most one main and one control process; a state with a process is left only when that process's
// own end (by token) was seen, or its time ran out.
#pragma once

#include "daemon/engine/service_phases.h"
#include "daemon/engine/unit.h"

namespace svcd {

class Service final : public Unit {
 public:
  Service(Manager&, UnitId, const UnitName&);

  bool can_reload() const override;
  void reset_failed() override;
  bool start_finishes() const override { return type_ == ServiceSection::Type::oneshot; }

  void handle(const Exited&) override;
  void handle(const SpawnFailed&) override;
  void handle(const ExecSucceeded&) override;
  void handle(const ExecFailed&) override;
  void handle(const Notified&) override;
  void handle(const CgroupEmpty&) override;
  void handle(const OomKilled&) override;
  void handle(const TimerFired&) override;
  void handle(const BusNameOwner&) override;
  void handle(const BusNameProcess&) override;
  void handle(const DescriptorHungUp&) override;
  void release_resources() override;
  Result<> clean(DirectoryKinds) override;
  void queue_is_empty() override;
  void directories_removed() override;
  void job_was_refused() override;
  void job_ended_in_vain() override;

  const ServiceStatus* service_status() const override { return &service_; }
  pid_t main_pid() const override { return service_.main_pid; }
  pid_t control_pid() const override { return service_.control_pid; }
  UnitResult result() const override { return service_.result; }
  ServiceState state() const { return state_; }
  void resume() override;

 protected:
  Answer do_start() override;
  Answer do_stop() override;
  Answer do_reload() override;
  Answer test_startable() override;
  void taken() override;
  void save_state(RecordWriter&) const override;
  void restore_state(RecordReader&) override;

 private:
  using State = ServiceState;
  enum class NotifyState : uint8_t { unknown, ready, reloading, stopping };
  enum class MainPid : uint8_t { unknown, gone, good };

  // walking the table (service.cc)
  void settle_type();
  void enter(State);
  std::optional<State> perform(const ServicePhase&);
  std::optional<State> perform_start(const ServicePhase&);
  std::optional<State> perform_settle();
  std::optional<State> perform_signal(const ServicePhase&);
  void stay_in(const ServicePhase&, bool reload_failed = false);
  void become(const ServicePhase&, Published = {});
  /// The only places that change who they are: what is shown of them changes too.
  void set_main(Process process) { main_ = process, service_.main_pid = process.pid; }
  void set_control(Process process) { control_ = process, service_.control_pid = process.pid; }
  void finish(bool allow_restart);    // nothing runs any more
  void end();                         // and nothing is left
  void fail(UnitResult, State next);  // notes the first failure, then goes on
  void arm_limit(const ServicePhase&, Time since);
  void limit_runtime(Time since);
  bool shall_restart() const;
  void schedule_restart();
  void call_off_restart();
  void end_waiting();
  void watch_bus_name();
  void unwatch_bus_name();
  void forget_processes();

  // why it fails (service_causes.cc)
  void blame_process(CommandList, size_t index, const ExitStatus&, SpawnToken);
  void blame_exec(const ExecFailed&, CommandList, size_t index);
  void blame_spawn(const SpawnFailed&, CommandList, size_t index);
  void blame_timeout();
  void blame_oom();
  void blame_outcome(UnitResult);
  Cause pid_file_cause() const;
  Cause bus_name_cause() const;

  // processes (service_processes.cc)
  void run_control(CommandList, size_t index);
  void forget_run(CommandList, size_t index);
  void run_main(size_t index);
  void tell_of_leftovers();
  void release_idle();
  std::vector<std::string> spawn_environment(CommandList);
  std::vector<UnitId> start_sockets() const;
  const ExecCommands& commands(CommandList) const;
  /// `is_daemon`: signals that daemons are ended by are a clean end.
  UnitResult judge(const ExitStatus&, bool ignore, bool is_daemon) const;
  void main_exited(const ExitStatus&);
  void control_exited(const ExitStatus&);
  void main_gone(UnitResult);
  void control_done(CommandList list, UnitResult);
  void finish_if_clear();

  // which one is the main process (service_main_pid.cc)
  void forking_started(State in);
  bool adopt_main(pid_t);
  enum class MainPidClaim : uint8_t { refused, suspicious /* not of our cgroup */, ours };
  MainPidClaim check_main_pid(pid_t, int priority);
  bool load_pid_file(bool complain);
  void demand_pid_file();
  void guess_main_pid();
  MainPid main_good() const;
  bool is_good() const;

  // when its time is up (service_timeouts.cc)
  void timed_out();
  void end_late(ServiceSection::TimeoutFailureMode, const std::string& what);
  void kill_late(const std::string& what);
  void renew_limits();

  // sd_notify(3) (service_notify.cc)
  ServiceSection::NotifyAccess notify_access() const;
  bool notify_allowed(const Notified&);
  bool take_notify_state(const Notified&);
  bool take_status(const Notified&);
  void take_main_pid(const Notified&, std::string_view text);
  void take_watchdog(const Notified&);
  void take_descriptors(const Notified&);
  void take_ready();
  void trigger_watchdog();
  void complain(const std::string& text);
  void start_watchdog();
  void feed_watchdog();
  void stop_watchdog();
  void extend_timeout(Duration);

  // what it leaves with the manager (service_store.cc)
  void store_descriptors(const Notified&, std::string_view name, bool watch);
  void remove_descriptors(std::string_view name);
  void count_descriptors();
  void shrink_store();
  void cleaned(UnitResult);
  void resume_cleaning();

  ServiceSection::Type type_ = ServiceSection::Type::simple;  // of the start that is under way, or of the next one
  State state_ = State::dead;
  NotifyState notify_ = NotifyState::unknown;
  bool main_known_ = false;      // we know which process is the main one (or that it is gone)
  bool forbid_restart_ = false;  // stopped by request
  bool may_restart_ = false;     // as finish() was told
  bool flush_restarts_ = false;  // the counter starts anew at the next start
  bool idle_waiting_ = false;    // Type=idle: the queue is not empty yet
  bool pid_file_wanted_ = false;
  std::string pid_file_problem_;  // why what PIDFile= names is not the main process; empty: it was not looked at
  bool cgroup_seen_empty_ = false;
  Process main_, control_;
  CommandList control_list_ = CommandList::none;
  size_t control_index_ = 0, main_index_ = 0;
  Time state_deadline_ = infinity, restart_at_ = infinity, runtime_deadline_ = infinity;
  Duration watchdog_{0};
  uint32_t pid_file_polls_ = 0;
  std::string watched_bus_name_;
  ServiceStatus service_;
};

/// Whether FDNAME= may say that; sd_notify(3).
bool is_descriptor_name(std::string_view);

}  // namespace svcd
