// A simulated machine with svcd's engine on it, in the words of a test: programs, units, requests, time. What the
// engine tells its listeners becomes each unit's history. The engine can be killed between steps and inside them; a new
// one then takes over from the state record.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/manager.h"
#include "daemon/sim/sim_kernel.h"

namespace svcd {

class SimMachine;

using History = std::vector<std::string>;

/// A unit by name: it need not be loaded, and may be unloaded and come back.
class SimUnit {
 public:
  SimUnit(SimMachine& machine, std::string name) : machine_(machine), name_(std::move(name)) {}

  /// The job's id; the error of the request; nullopt: the manager died over it.
  std::optional<Result<JobId>> start(JobMode mode = JobMode::replace) { return submit(JobType::start, mode); }
  std::optional<Result<JobId>> stop(JobMode mode = JobMode::replace) { return submit(JobType::stop, mode); }
  std::optional<Result<JobId>> restart(JobMode mode = JobMode::replace) { return submit(JobType::restart, mode); }
  std::optional<Result<JobId>> reload(JobMode mode = JobMode::replace) { return submit(JobType::reload, mode); }
  std::optional<Result<JobId>> submit(JobType, JobMode);
  void kill(KillWho, int signal);
  void reset_failed();

  const std::string& name() const { return name_; }
  std::string sub_state() const;  // "dead" if it is not loaded
  ActiveState active_state() const;
  bool is_down() const { return svcd::is_down(active_state()); }
  UnitResult result() const;
  pid_t main_pid() const;
  uint32_t n_restarts() const;
  const ServiceStatus* service() const;
  bool has_job() const;
  /// Alive in its cgroup, in order of pid.
  std::vector<const SimKernel::Process*> processes() const;
  /// Alive and running that program.
  size_t running(std::string_view path) const;

  History history;              // sub-states, as told at the end of steps, without repeats
  std::vector<JobResult> jobs;  // results of its jobs

 private:
  friend class SimMachine;
  std::optional<UnitId> id() const;
  SimMachine& machine_;
  std::string name_;
};

class SimMachine : public ChangeListener {
 public:
  explicit SimMachine(uint64_t seed = 0);
  ~SimMachine() override;

  SimKernel kernel;
  Rng& rng = kernel.rng;
  SimFaults& faults = kernel.faults;
  /// Called after every step, with the manager alive.
  std::function<void()> after_event;

  SimProgram& program(const std::string& path) { return kernel.program(path); }
  /// Writes the file ("a.service" goes to /etc/systemd/system) and gives the unit.
  SimUnit& load(const std::string& path, std::string_view text);
  SimUnit& unit(const std::string& name);
  Manager& manager() { return *manager_; }

  /// Starts default.target, which wants nothing but what the files say, and waits until that is done.
  void boot();
  void run_for(Duration);
  /// Until nothing happens by itself any more, at most that long.
  void run_until_quiet(Duration at_most = std::chrono::minutes(10));
  /// Asks the manager for something, and runs what follows from it; false: it died over it.
  bool request(const std::function<void(Manager&)>& what);
  /// Kills the manager between two steps; the next one takes over at once.
  void crash();
  /// From now on the manager dies at every n-th call that changes the world, inside a step; 0: no more.
  void crash_every(uint64_t calls);

  /// Messages of the log, in order.
  std::vector<std::string> log;
  std::vector<std::string> console;
  /// Prints each message, state and crash as it comes: for looking at one seed. Set by SIM_TRACE=1 in the environment.
  bool trace = false;
  size_t events = 0, crashes = 0;
  static size_t total_events, total_crashes;  // over all machines of the program

  // ---- what must hold, whatever happens; each gives what is wrong, "" if nothing is
  /// No unit that says it is down has a process alive.
  std::string claims_to_be_down_with_processes();
  /// No unit that says it is down has its RuntimeDirectory= left, and none that runs has lost it.
  std::string directories_of_another_time();
  /// A service that is up knows the process that was started as its main one, as long as it lives.
  std::string main_process_forgotten();
  /// What a service says of a process that ended (its pid, how it ended) is what that process did.
  std::string says_what_its_processes_did_not();
  /// No job began to run that must, by Before= and After=, wait for another one. To be asked after every step.
  std::string jobs_out_of_order();
  /// No service has two living processes that were started as its main process.
  std::string two_main_processes();

 private:
  friend class SimUnit;
  void flush(const Changes&) override;
  void start_manager();
  /// Runs something of the manager and what follows from it; if it dies, the next one takes over. False: it died.
  bool step(const std::function<void()>&);
  void take_over();
  void arm_crash();
  void say(std::string_view text) const;

  std::unique_ptr<Manager> manager_;
  std::map<std::string, std::unique_ptr<SimUnit>> units_;
  uint64_t crash_every_ = 0;
  std::map<UnitIndex, JobInfo> known_jobs_;  // after the step before
  size_t crashes_seen_ = 0;
};

}  // namespace svcd
