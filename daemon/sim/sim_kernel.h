// A machine in memory behind the Kernel interface: virtual clock, scripted programs, cgroups with processes, timers,
// sockets, bus names, a state record that outlives the manager, random delays and faults. One seed replays all.
// Requests never call back: what comes of them are events in a queue, handed out by next().
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/engine/kernel.h"
#include "daemon/sim/rng.h"
#include "daemon/sim/sim_faults.h"
#include "daemon/sim/sim_program.h"
#include "daemon/sim/sim_queue.h"
#include "libunit/memory_files.h"

namespace svcd {

/// Thrown out of a Kernel call: the manager dies here, in the middle of a step. Only tests throw and catch it.
struct SimCrash {};

class SimKernel final : public Kernel {
 public:
  explicit SimKernel(uint64_t seed = 0, size_t record_bytes = size_t{192} * 1024);

  Rng rng;
  SimFaults faults;
  /// How often each was met.
  std::array<uint64_t, sim_fault_count> met{};

  // ---- the world, for tests
  SimProgram& program(const std::string& path) { return programs_[path].program; }
  MemoryFiles& memory() { return files_; }
  std::map<std::string, Id128> invocations;       // unit name: present while published
  std::map<std::string, bool> condition_results;  // by parameter; what is not here holds
  std::optional<Finish> finished;
  size_t spawns = 0;
  std::set<std::string> directories;  // units whose RuntimeDirectory= is there
  /// What a process of a unit does, whatever its path; nothing: what the program of that path does.
  std::function<std::optional<SimProgram>(const SpawnRequest&)> script;
  /// Whether a condition holds, before `negate`; nothing: as condition_results and the files have it.
  std::function<std::optional<bool>(const Condition&)> test;
  /// Where units are read from instead of memory().
  FileSource* disk = nullptr;
  /// How often the manager may ask for the time within one step before that takes time itself.
  uint64_t asks_a_millisecond = 2000;
  /// A process ends by itself, now.
  void end(pid_t, ExitStatus);
  /// A signal to a process, as kill(1) sends it.
  void signal(pid_t, int signal);
  /// A client connects to a socket of that unit.
  void connect(const std::string& socket_unit);
  void mount(const MountEntry&);
  void unmount(const std::string& where);
  void set_bus_name(const std::string& name, const std::string& owner);  // "" for nobody
  /// A datagram from any process (or from none: pid 0).
  void notify_from(pid_t, std::vector<std::string> lines, uid_t uid = 0, std::vector<int> files = {});
  /// The other end of an open file is closed.
  void hang_up(int file);
  /// Of messages that are being handled and of what is stored: 0 when nobody stores anything.
  size_t open_descriptors() const { return descriptors_.size(); }
  std::map<std::string, PidFile> pid_files;
  bool freezer = true;                            // the machine has one
  Duration freeze_takes{0};                       // until all processes stand still, or run again
  Duration clean_takes{0};                        // removing folders on request
  std::map<std::string, DirectoryKinds> cleaned;  // by unit name
  void post(Event event, Duration delay = Duration(0));
  /// The wall clock is set.
  void set_clock(Duration ahead) { wall_clock_ = ahead; }
  /// The machine was not run for a while: what was due meanwhile is due at once.
  void skip(Duration);
  /// The manager was busy for so long.
  void pass(Duration time) { now_ = saturating_add(now_, time); }
  /// The kernel takes memory back from that unit: its biggest process dies, and the manager hears why.
  void run_out_of_memory(UnitId, const std::string& cgroup);
  size_t tasks_max = SIZE_MAX;  // processes of a cgroup: then spawn() fails, with EAGAIN
  Duration spawn_takes{0};      // until the program runs, or the manager hears that it does not
  pid_t pid_max = 4'194'304;    // then they are used again; proc(5)

  struct Cgroup;
  struct Process {
    pid_t pid = 0, parent = 0;  // parent 1: the manager
    uint64_t serial = 0;        // of all processes ever: pids are used again
    UnitId unit;                // that it was started for
    SpawnToken token = 0;       // of the manager's spawn; 0: a child of another
    std::string path, cgroup;
    std::shared_ptr<const SimProgram> program;
    std::vector<std::string> arguments, environment, stored;  // stored: names of what it got from the store
    bool alive = true, zombie = false, stopping = false, is_control = false;
    bool notifies = false, claims_exec = false, may_be_missing = false;
    bool has_folders = false;  // RuntimeDirectory= was made for it
    bool was_ours = false;     // the manager's own child when it died
    pid_t child = 0;
    ExitStatus status;
    Time began{0}, ended{0};
    Cgroup* group = nullptr;
    std::vector<pid_t> children;
  };
  struct Cgroup {
    std::string path;
    uint32_t number = 0;
    std::vector<pid_t> alive;  // in order of pid
    // what dies with the manager
    UnitId unit;  // that the manager knows it by
    bool is_known = false, is_watched = false;
    unsigned hints = 0;        // on their way
    bool was_refused = false;  // a SIGKILL to it, since it was last empty
  };
  /// Alive, below that cgroup ("": everywhere), in order of pid.
  std::vector<const Process*> processes(const std::string& cgroup = {}) const;
  /// Alive, a zombie, or what is remembered of it until its pid is used again.
  const Process* find(pid_t) const;
  const Cgroup* group(const std::string& path) const;
  /// All that ever were.
  const std::vector<Cgroup*>& groups() const { return groups_; }
  /// What the manager still has here: timers, watches of processes and bus names, cgroups that it knows.
  struct Held {
    size_t timers = 0, processes = 0, bus_names = 0, cgroups = 0;
  };
  Held held() const;
  bool has_timer(TimerKey) const;
  /// The end of a process will be told to it, or has happened and is on its way.
  bool awaits_a_process(UnitId) const;
  /// A spawn() for that unit failed, and the manager has not been told yet.
  bool has_failed_spawn(UnitId unit) const { return failed_spawns_.contains(unit); }

  // ---- running
  /// The next event up to that time, the clock moved to it; nullopt: nothing happens until then (and it is then).
  std::optional<Event> next(Time until);
  bool is_idle() const;  // nothing will ever happen by itself
  /// When something may happen next; infinity: never. Timers that nobody waits for any more are forgotten.
  Time next_time();
  /// The manager is gone: what only it knew is lost, processes and files stay.
  void lose_manager();
  /// Throw SimCrash at the n-th call that changes the world from now on; 0: never.
  void crash_after(uint64_t calls) { crash_in_ = calls; }
  uint64_t calls() const { return calls_; }

  // ---- Kernel
  /// Who asks very often within one step is at work for long: that takes time, too.
  /// For those who watch: now() takes time.
  Time clock() const { return now_; }
  Timestamp now() const override {
    if (++asked_ % asks_a_millisecond == 0) now_ += std::chrono::milliseconds(1);
    return {now_ + std::chrono::seconds(1720592542) + wall_clock_, now_};
  }
  Id128 random_id() override;
  pid_t spawn(const SpawnRequest&) override;
  void kill(const KillRequest&) override;
  bool watch_process(UnitId, pid_t) override;
  void unwatch_process(UnitId, pid_t) override;
  void reap(pid_t) override;
  pid_t clean(const CleanRequest&) override;
  bool keep_descriptor(UnitId, DescriptorId, const std::string& name, bool watch) override;
  void drop_descriptor(UnitId, DescriptorId) override;
  std::vector<StoredDescriptor> stored_descriptors(UnitId) const override;
  size_t stored_descriptor_count(UnitId) const override;
  bool has_descriptor(UnitId, DescriptorId) const override;
  void realize_cgroup(UnitId, const std::string& cgroup, const ResourceSection&) override;
  void release_cgroup(UnitId, const std::string& cgroup) override;
  void adopt_cgroup(UnitId, const std::string& cgroup) override;
  bool cgroup_is_empty(const std::string& cgroup) const override;
  std::vector<pid_t> cgroup_processes(const std::string& cgroup, size_t at_most) const override;
  CgroupUsage cgroup_usage(const std::string& cgroup) const override;
  bool can_freeze() const override { return freezer; }
  Result<> freeze_cgroup(UnitId, const std::string& cgroup, bool frozen) override;
  std::string cgroup_of(pid_t) const override;
  std::string process_name(pid_t) const override;
  void arm_timer(TimerKey, Time when) override;
  void disarm_timer(TimerKey) override;
  void open_sockets(UnitId, const std::string& name, const SocketSection&) override;
  void watch_sockets(UnitId, bool on) override;
  void close_sockets(UnitId, bool remove_files) override;
  bool condition(const Condition&) override;
  Result<PidFile> read_pid_file(const std::string& path) override;
  bool is_our_child(pid_t) const override;
  bool is_alive(pid_t) const override;
  void remove_pid_file(const std::string& path) override { pid_files.erase(path); }
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
  using Action = SimQueue::Action;
  using Kind = SimTask::Kind;
  struct Watch {
    UnitId unit;
    SpawnToken token = 0;
    uint64_t serial = 0;  // of the process
  };
  struct Descriptor {
    int file = 0;
    UnitId unit;  // in whose store it is; none: of a message
    std::string name;
    bool watched = false;
  };
  struct Sockets {
    UnitId unit;
    bool open = false, watched = false;
    size_t waiting = 0;
  };
  struct Timer {
    UnitId unit;
    uint64_t arming = 0;  // which one counts; 0: not armed
  };

  void in_world(Duration delay, std::function<void()> action);
  void in_world(Duration delay, const SimTask& task) { queue_.push(saturating_add(now_, delay), 0, task); }
  void to_manager(Duration delay, Action action) {
    queue_.push(saturating_add(now_, delay), manager_, std::move(action));
  }
  void to_manager(Duration delay, const SimTask& task) { queue_.push(saturating_add(now_, delay), manager_, task); }
  std::optional<Event> run(const SimTask&);
  std::optional<Event> fire(const SimTask&);
  Duration delay() {
    return faults.max_delay.count() ? Duration(rng.below(faults.max_delay.count() + 1)) : Duration(0);
  }
  bool meets(SimFault fault, unsigned percent) {
    if (percent == 0 || !rng.chance(percent)) return false;
    ++met[size_t(fault)];
    return true;
  }
  void may_crash();
  void tell_name_owner(UnitId, const std::string& name, const std::string& owner, Duration wait);
  Timer& timer(TimerKey);
  void socket_ready(const std::string& name);

  // processes (sim_processes.cc)
  Process* get(pid_t);
  Process* get(const SimTask& task);
  pid_t next_pid();
  std::shared_ptr<const SimProgram> script_of(const std::string& path);
  Process& start_process(pid_t parent, const std::string& path, Cgroup&, UnitId, SpawnToken);
  void run_script(Process&);
  void fork_daemon(Process&);
  void plan_end(const Process&);
  void mount_builtin(const Process&);
  bool fail_spawn(const SpawnRequest&);
  void deliver_signal(Process&, int signal);
  void end_process(Process&, ExitStatus);
  void tell_exit(const Process&);
  void watch_own(const Process&, UnitId, SpawnToken);
  std::optional<Event> tell(Process&);
  void send_notification(const Process&, const SimProgram::Notification&);
  std::optional<UnitId> unit_of(pid_t) const;

  // programs that do what their arguments say (actor.cc)
  SimProgram actor(const std::vector<std::string>& words, const std::vector<std::string>& environment);

  // cgroups (sim_cgroups.cc)
  Cgroup& cgroup(const std::string& path);
  void know(Cgroup&, UnitId);
  void cgroup_changed(Cgroup&);
  void look_whether_empty(Cgroup&);
  void bring_lost_hints(UnitId);
  void say_cgroup_empty(Cgroup&);

  // what services leave with the manager (sim_store.cc)
  bool is_frozen(const std::string& cgroup) const;
  bool must_stand_still(const SimTask&, const Process*) const;

  mutable Time now_ = std::chrono::seconds(1000);
  mutable uint64_t asked_ = 0;  // what the time is, since the last event
  Duration wall_clock_{0};
  SimQueue queue_;
  uint64_t manager_ = 1, calls_ = 0, crash_in_ = 0;
  MemoryFiles files_;
  struct Script {
    SimProgram program;  // as the test has it
    std::shared_ptr<const SimProgram> born_with;
  };
  std::unordered_map<std::string, Script> programs_;
  std::unordered_map<pid_t, Process> processes_;
  std::unordered_map<std::string, std::unique_ptr<Cgroup>> cgroups_;
  std::vector<Cgroup*> groups_;      // by number
  std::vector<Cgroup*> lost_hints_;  // of cgroups that are empty, which nobody was told
  pid_t last_pid_ = 100;
  uint64_t last_serial_ = 0;
  std::vector<std::byte> record_;
  std::vector<MountEntry> mounts_;
  std::unordered_map<std::string, std::string> bus_names_;  // name: owner
  std::map<std::string, Sockets> sockets_;                  // by unit name
  std::map<DescriptorId, Descriptor> descriptors_;
  DescriptorId last_descriptor_ = 0;
  int last_stored_file_ = 1'000'000;  // of actors
  std::set<int> hung_up_;
  std::set<std::string> frozen_cgroups_;
  std::vector<SimTask> when_thawed_;
  Time directories_busy_{0};  // until then one is being removed

  // what dies with the manager
  std::multimap<pid_t, Watch> watches_;
  std::vector<Timer> timers_;  // by index of the unit and purpose
  size_t timers_armed_ = 0;
  std::map<std::pair<std::string, uint64_t>, UnitId> bus_watches_;  // by name, then unit
  uint64_t armings_ = 0;
  std::unordered_map<UnitId, int> failed_spawns_;  // that nobody was told of yet
};

}  // namespace svcd
