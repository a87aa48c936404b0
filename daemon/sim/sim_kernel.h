// A machine in memory behind the Kernel interface: virtual clock, scripted programs, cgroups with processes, timers,
// sockets, bus names, a state record that outlives the manager, random delays and faults. One seed replays all.
// Requests never call back: what comes of them are events in a queue, handed out by next().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/kernel.h"
#include "daemon/sim/rng.h"
#include "daemon/sim/sim_program.h"
#include "libunit/memory_files.h"

namespace svcd {

/// Thrown out of a Kernel call: the manager dies here, in the middle of a step. Only tests throw and catch it.
struct SimCrash {};

class SimKernel final : public Kernel {
 public:
  explicit SimKernel(uint64_t seed = 0, size_t record_bytes = size_t{128} * 1024);

  Rng rng;
  /// What may go wrong, and how late things may come. All zero: nothing, and at once.
  struct Faults {
    unsigned spawn_fails_percent = 0;
    unsigned sockets_fail_percent = 0;
    unsigned cgroup_empty_twice_percent = 0;        // and once more
    unsigned cgroup_empty_for_nothing_percent = 0;  // with any exit, somebody alive or not
    unsigned late_exits_percent = 0;                // told `late_exit` later: after the unit gave up waiting
    Duration late_exit{0};
    Duration max_delay{0};  // of exits, notifications, hints: each by itself, so they overtake
  } faults;

  // ---- the world, for tests
  SimProgram& program(const std::string& path) { return programs_[path]; }
  MemoryFiles& memory() { return files_; }
  std::map<std::string, std::string> invocations;  // unit name: present while published
  std::map<std::string, bool> condition_results;   // by parameter; what is not here holds
  std::optional<Finish> finished;
  size_t spawns = 0;
  std::set<std::string> directories;  // units whose RuntimeDirectory= is there
  /// What a process of a unit does, whatever its path; nothing: what the program of that path does.
  std::function<std::optional<SimProgram>(const SpawnRequest&)> script;
  /// Whether a condition holds, before `negate`; nothing: as condition_results and the files have it.
  std::function<std::optional<bool>(const Condition&)> test;
  /// Where units are read from instead of memory().
  FileSource* disk = nullptr;
  /// A process ends by itself, now.
  void end(pid_t pid, ExitStatus status) {
    in_world(Duration(0), [this, pid, status] { end_process(pid, status); });
  }
  /// A signal to a process, as kill(1) sends it.
  void signal(pid_t, int signal);
  /// A client connects to a socket of that unit.
  void connect(const std::string& socket_unit);
  void mount(const MountEntry&);
  void unmount(const std::string& where);
  void set_bus_name(const std::string& name, const std::string& owner);  // "" for nobody
  /// A datagram from any process (or from none: pid 0).
  void notify_from(pid_t, std::vector<std::string> lines);
  void post(Event event, Duration delay = Duration(0));

  struct Process {
    pid_t pid = 0, parent = 0;  // parent 1: the manager
    UnitId unit;                // that it was started for
    SpawnToken token = 0;       // of the manager's spawn; 0: a child of another
    std::string path, cgroup;
    SimProgram program;
    std::vector<std::string> arguments, environment;
    bool alive = true, zombie = false, stopping = false, is_control = false;
    bool notifies = false, claims_exec = false;
    pid_t child = 0;
    ExitStatus status;
    Time began{0}, ended{0};
  };
  /// Alive, below that cgroup ("": everywhere), in order of pid.
  std::vector<const Process*> processes(const std::string& cgroup = {}) const;
  const Process* find(pid_t) const;
  /// Ever started for a unit's main command: in order.
  const std::vector<Process>& past() const { return past_; }

  // ---- running
  /// The next event up to that time, the clock moved to it; nullopt: nothing happens until then (and it is then).
  std::optional<Event> next(Time until);
  bool is_idle() const;  // nothing will ever happen by itself
  /// The manager is gone: what only it knew is lost, processes and files stay.
  void lose_manager();
  /// Throw SimCrash at the n-th call that changes the world from now on; 0: never.
  void crash_after(uint64_t calls) { crash_in_ = calls; }
  uint64_t calls() const { return calls_; }

  // ---- Kernel
  Timestamp now() const override { return {now_ + std::chrono::seconds(1720592542), now_}; }
  Id128 random_id() override;
  pid_t spawn(const SpawnRequest&) override;
  void kill(const KillRequest&) override;
  bool watch_process(UnitId, pid_t) override;
  void unwatch_process(pid_t) override;
  void reap(pid_t) override;
  void realize_cgroup(UnitId, const std::string& cgroup, const ResourceSection&) override;
  void release_cgroup(UnitId, const std::string& cgroup) override;
  bool cgroup_is_empty(const std::string& cgroup) const override;
  std::vector<pid_t> cgroup_processes(const std::string& cgroup, size_t at_most) const override;
  CgroupUsage cgroup_usage(const std::string& cgroup) const override;
  std::string cgroup_of(pid_t) const override;
  std::string process_name(pid_t) const override;
  void arm_timer(TimerKey, Time when) override;
  void disarm_timer(TimerKey) override;
  void open_sockets(UnitId, const std::string& name, const SocketSection&) override;
  void watch_sockets(UnitId, bool on) override;
  void close_sockets(UnitId, bool remove_files) override;
  bool condition(const Condition&) override;
  std::optional<pid_t> read_pid_file(const std::string& path, UnitId) override;
  bool is_our_child(pid_t) const override;
  void remove_pid_file(const std::string& path) override { pid_files_.erase(path); }
  FileSource& files() override { return disk ? *disk : files_; }
  Result<> apply(const InstallChange&) override;
  Result<> write_file(const std::string& path, std::string_view content) override;
  void publish_invocation(const std::string& unit_name, const Id128&) override;
  void withdraw_invocation(const std::string& unit_name) override;
  void remove_directories(UnitId, const std::string& name, const ExecSection&) override;
  void watch_bus_name(UnitId, const std::string& name) override;
  void unwatch_bus_name(UnitId, const std::string& name) override;
  void run_generators(RequestId, const Environment&) override;
  void finish(const Finish&) override;
  std::span<std::byte> state_record() override { return record_; }

 private:
  /// Something that will happen: it changes the world, or tells the manager, or both.
  using Action = std::function<std::optional<Event>()>;
  struct Item {
    Time at{0};
    uint64_t order = 0;
    uint64_t manager = 0;  // 0: of the world; else dies with that manager
    Action action;
    bool operator>(const Item& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
  };
  struct Watch {
    UnitId unit;
    SpawnToken token = 0;
    bool told = false;
  };
  struct Sockets {
    UnitId unit;
    bool open = false, watched = false;
    size_t waiting = 0;
  };

  void in_world(Duration delay, std::function<void()> action);
  void to_manager(Duration delay, Action action);
  Duration delay() { return Duration(rng.below(faults.max_delay.count() + 1)); }
  void may_crash();

  // processes (sim_processes.cc)
  Process* get(pid_t);
  pid_t start_process(pid_t parent, const std::string& path, const std::string& cgroup, UnitId, SpawnToken);
  void run_script(pid_t);
  void run_builtin(Process&);
  SimProgram actor(const std::vector<std::string>& words, const std::vector<std::string>& environment);
  void fork_daemon(pid_t);
  void deliver_signal(pid_t, int signal);
  void end_process(pid_t, ExitStatus);
  void tell_exit(pid_t);
  std::optional<Event> tell(pid_t);
  void cgroup_changed(const std::string& cgroup);
  void say_cgroup_empty(const std::string& cgroup);
  void send_notification(pid_t, const SimProgram::Notification&);
  std::optional<UnitId> unit_of(pid_t) const;
  void socket_ready(const std::string& name);

  Time now_ = std::chrono::seconds(1000);
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue_;
  uint64_t order_ = 0, manager_ = 1, calls_ = 0, crash_in_ = 0;
  MemoryFiles files_;
  std::map<std::string, SimProgram> programs_;
  std::map<pid_t, Process> processes_;
  std::vector<Process> past_;
  pid_t last_pid_ = 100;
  std::map<std::string, pid_t> pid_files_;
  std::vector<std::byte> record_;
  std::vector<MountEntry> mounts_;
  std::map<std::string, std::string> bus_names_;  // name: owner
  std::map<std::string, Sockets> sockets_;        // by unit name
  Time directories_busy_{0};                      // until then one is being removed

  // what dies with the manager
  std::map<pid_t, Watch> watches_;
  std::map<std::string, UnitId> unit_of_cgroup_;
  std::set<std::string> watched_cgroups_;
  std::map<std::pair<uint64_t, TimerPurpose>, uint64_t> timers_;  // unit and purpose: which arming counts
  std::map<std::pair<uint64_t, std::string>, UnitId> bus_watches_;
  uint64_t armings_ = 0;
};

}  // namespace svcd
