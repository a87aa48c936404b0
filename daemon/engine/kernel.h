// The one seam to the world: every call the engine may make of the operating system, and every event that comes back.
// linux/ implements it with system calls, daemon/sim with a virtual machine. Requests never fail on the spot: what went
// wrong comes back later as an Event, so no state machine is entered again while it is changing state. What is answered
// at once (questions, small files) is bounded and never blocks.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "daemon/engine/ids.h"
#include "libunit/config.h"
#include "libunit/install.h"
#include "libunit/loader.h"
#include "libunit/manager_settings.h"
#include "libunit/result.h"

namespace svcd {

// ---- what the engine asks for

/// How a process ended, as waitid(2) says it.
struct ExitStatus {
  enum class Kind : uint8_t { exited, killed, dumped, unknown /* not our child: nobody tells */ };
  Kind kind = Kind::exited;
  int value = 0;  // exit code, or signal number
  bool operator==(const ExitStatus&) const = default;
};

/// Run one process of a unit. Where it runs and how is in `config`; linux/ makes an ExecPlan of it.
struct SpawnRequest {
  UnitId unit;
  SpawnToken token = 0;
  std::string name;   // of the unit
  UnitConfig config;  // cheap: shares the unit's blocks
  ExecCommand command;
  std::string cgroup;  // below the manager's own root, "/system.slice/a.service"
  Id128 invocation{};
  std::vector<std::string>
      environment;                // MAINPID=, EXIT_STATUS=, SERVICE_RESULT=, MONITOR_* … on top of the unit's own
  std::vector<UnitId> sockets;    // whose descriptors it gets as LISTEN_FDS, in this order
  bool is_control = false;        // ExecStartPre=, ExecReload= … : not the main process
  bool report_exec = false;       // Type=exec: tell by ExecSucceeded when execve() worked
  bool notify_socket = false;     // gets $NOTIFY_SOCKET
  bool descriptor_store = false;  // gets what the unit stored, as LISTEN_FDS after those of the sockets
  Duration watchdog{0};           // $WATCHDOG_USEC
};

/// Folders that a unit asks for, by what they are for: bits are those of ExecSection::Directory.
using DirectoryKinds = uint8_t;
constexpr DirectoryKinds kind_of(ExecSection::Directory directory) {
  return DirectoryKinds(1u << unsigned(directory));
}

/// Remove folders of a unit that is down; `systemctl clean`.
struct CleanRequest {
  UnitId unit;
  SpawnToken token = 0;
  std::string name;
  UnitConfig config;
  DirectoryKinds what = 0;
};

/// A descriptor that a service has stored with the manager; sd_notify(3) FDSTORE=1.
struct StoredDescriptor {
  DescriptorId id = 0;
  std::string name;
};

/// What PIDFile= says, and how far it can be trusted.
struct PidFile {
  pid_t pid = 0;
  bool owned_by_root = false;
  /// Somebody who is neither root nor the owner of the file could have put it there: a component of its path belongs
  /// to another user than the one below it.
  bool is_questionable = false;
};

/// Which processes of a unit get a signal.
struct KillRequest {
  UnitId unit;
  std::string cgroup;
  int signal = 0;
  pid_t main_pid = 0, control_pid = 0;  // 0: none, or not meant
  bool whole_cgroup = false;            // all others in the cgroup as well
  bool also_sighup = false;             // SendSIGHUP=
  bool also_sigcont = false;            // stopped processes must be able to react; systemd.kill(5)
};

enum class TimerPurpose : uint8_t {
  state_timeout,
  runtime_max,
  watchdog,
  restart,
  job_timeout,
  job_running_timeout,
  idle_delay,
  automatic_job,  // what the manager would do by itself, but did too often lately
  other
};
struct TimerKey {
  UnitId unit;
  TimerPurpose purpose = TimerPurpose::state_timeout;
  bool operator==(const TimerKey&) const = default;
};

/// The manager's last act.
struct Finish {
  enum class Action : uint8_t { exit, reboot, poweroff, halt, kexec };
  Action action = Action::exit;
  int exit_code = 0;
  bool at_once = false;  // nobody is asked to end, nothing is unmounted
};

/// What the kernel counts for a cgroup; nullopt where nobody counts (shown as [not set]).
struct CgroupUsage {
  std::optional<uint64_t> tasks, memory_bytes, cpu_nsec;
};

// ---- what comes back

struct Exited {
  UnitId unit;
  SpawnToken token = 0;
  pid_t pid = 0;
  ExitStatus status;
};  // token 0: a process we adopted
struct SpawnFailed {
  UnitId unit;
  SpawnToken token = 0;
  Error error;
  int exit_code = 0;         // 200-243; systemd.exec(5)
  std::string setting = {};  // that could not be carried out, and which of its values; empty: none of them
  std::string what = {};
};
struct ExecSucceeded {
  UnitId unit;
  SpawnToken token = 0;
};
/// The child could not do what its plan says; it then exits with `exit_code`, and Exited follows. exit_code 0: the
/// program is missing and may be ('-').
struct ExecFailed {
  UnitId unit;
  SpawnToken token = 0;
  int exit_code = 0;
  std::string step;
  std::string setting;
  int error_number = 0;
  std::string message;    // what went wrong, without unit and errno: "Failed to locate executable /x"
  std::string program;    // that was to be executed
  std::string what = {};  // the path or name that it went wrong with, cut if it is long; empty: none
};
struct Notified {
  UnitId unit;
  pid_t pid = 0;
  uid_t uid = 0;
  std::vector<std::string> lines;
  std::vector<DescriptorId> descriptors = {};  // that came with it; once it was handled, those not kept are closed
};                                             // one datagram, split
/// A stored descriptor is at its end: its other side hung up, or it failed. It stays in the store until it is dropped.
struct DescriptorHungUp {
  UnitId unit;
  DescriptorId descriptor = 0;
};
struct CgroupEmpty {
  UnitId unit;
};  // only a hint to look
struct OomKilled {
  UnitId unit;
  bool only_explains = false;  // in a v1 hierarchy: 252 does not see it there, so nothing follows from it
};
/// All processes of the unit's cgroup stand still now, or run again.
struct CgroupFrozen {
  UnitId unit;
  bool frozen = false;
};
struct TimerFired {
  TimerKey key;
};
struct SocketsOpened {
  UnitId unit;
  std::optional<Error> error;
  std::string setting = {};  // whose value could not be opened, and that value; empty: not known
  std::string what = {};
};
struct SocketReady {
  UnitId unit;
};
struct MountEntry {
  std::string what, where, type, options;
};
struct MountTableChanged {
  std::vector<MountEntry> mounts;
};  // all of them
struct BusNameOwner {
  UnitId unit;
  std::string name, owner;
};  // owner "": nobody
/// The process behind the owner of a name, once the bus has told it.
struct BusNameProcess {
  UnitId unit;
  std::string name;
  pid_t pid = 0;
};
struct BusActivation {
  std::string unit;
};  // dbus-daemon asks
struct GeneratorsDone {
  RequestId request = 0;
  Environment environment = {};  // that environment generators made, in their order
};
struct DirectoriesRemoved {
  UnitId unit;
};
/// Settings of the unit that this place can give to nobody: its process runs without them;
/// docs/decisions.md, "No silence".
struct NotInEffect {
  UnitId unit;
  std::vector<std::string> settings;
};
struct Signalled {
  int signal = 0;
};  // SIGINT, SIGRTMIN+n … to the manager
struct ClientGone {
  ClientId client = 0;
};
using Event =
    std::variant<Exited, SpawnFailed, ExecSucceeded, ExecFailed, Notified, DescriptorHungUp, CgroupEmpty, OomKilled,
                 CgroupFrozen, TimerFired, SocketsOpened, SocketReady, MountTableChanged, BusNameOwner, BusNameProcess,
                 BusActivation, GeneratorsDone, DirectoriesRemoved, NotInEffect, Signalled, ClientGone>;

class Kernel {
 public:
  virtual ~Kernel() = default;

  virtual Timestamp now() const = 0;
  virtual Id128 random_id() = 0;

  // processes
  /// The new process, or 0 if there is none (then SpawnFailed follows). Exited follows in any other case.
  virtual pid_t spawn(const SpawnRequest&) = 0;
  virtual void kill(const KillRequest&) = 0;
  /// Watches a process that is not (or not known to be) our child, maybe one of another unit: Exited follows for each
  /// unit that watches it or had it started. False: there is no such process.
  virtual bool watch_process(UnitId, pid_t) = 0;
  virtual void unwatch_process(UnitId, pid_t) = 0;
  /// The child that Exited was about may now be reaped: the step that dealt with it is in the state record.
  virtual void reap(pid_t) = 0;

  /// A process that removes folders: as with spawn(), Exited or SpawnFailed follows. The unit's own cgroup is not used.
  virtual pid_t clean(const CleanRequest&) = 0;

  // descriptors that services store; sd_notify(3). They survive the manager as its children do.
  /// Puts one that came with the message being handled into the unit's store. `watch`: DescriptorHungUp when it is at
  /// its end. False: it cannot be kept.
  virtual bool keep_descriptor(UnitId, DescriptorId, const std::string& name, bool watch) = 0;
  virtual void drop_descriptor(UnitId, DescriptorId) = 0;
  /// In the order in which a process gets them: as 252, the last one first.
  virtual std::vector<StoredDescriptor> stored_descriptors(UnitId) const = 0;
  virtual size_t stored_descriptor_count(UnitId) const = 0;
  /// Whether the unit's store has the open file of one that came with the message being handled; kcmp(2).
  virtual bool has_descriptor(UnitId, DescriptorId) const = 0;

  // cgroups
  virtual void realize_cgroup(
      UnitId, const std::string& cgroup,
      const ResourceSection&) = 0;  // limits of a unit without processes of its own, or changed ones
  virtual void release_cgroup(UnitId, const std::string& cgroup) = 0;
  /// A cgroup that an earlier manager made is that unit's; CgroupEmpty follows when its last process has gone.
  virtual void adopt_cgroup(UnitId, const std::string& /*cgroup*/) {}
  virtual bool cgroup_is_empty(const std::string& cgroup) const = 0;
  virtual std::vector<pid_t> cgroup_processes(const std::string& cgroup, size_t at_most) const = 0;
  virtual CgroupUsage cgroup_usage(const std::string& cgroup) const = 0;
  /// Whether processes can be made to stand still here: only in the v2 tree.
  virtual bool can_freeze() const = 0;
  /// Answered by CgroupFrozen, if it could be asked for at all.
  virtual Result<> freeze_cgroup(UnitId, const std::string& cgroup, bool frozen) = 0;
  virtual uint64_t cgroup_id(const std::string&) const { return 0; }       // its inode in the v2 tree; 0: none there
  virtual std::string cgroup_of(pid_t) const = 0;                          // "" if the process is gone or outside
  virtual std::string process_command_line(pid_t) const { return "n/a"; }  // in one line, for people
  virtual std::string process_name(pid_t) const = 0;                       // its comm; "n/a" if it is gone

  // timers
  virtual void arm_timer(TimerKey, Time when) = 0;  // replaces the previous one of that key
  virtual void disarm_timer(TimerKey) = 0;

  // sockets of a socket unit
  virtual void open_sockets(UnitId, const std::string& name, const SocketSection&) = 0;  // answered by SocketsOpened
  virtual void watch_sockets(UnitId, bool on) = 0;                                       // SocketReady while on
  virtual void close_sockets(UnitId, bool remove_files) = 0;

  // questions
  /// Whether it holds, `negate` applied; `trigger` is the engine's business.
  virtual bool condition(const Condition&) = 0;
  /// PIDFile=: its first line, bounded, never blocks. The error has the errno; bad_message: there is no number in it.
  virtual Result<PidFile> read_pid_file(const std::string& path) = 0;
  virtual bool is_our_child(pid_t) const = 0;
  /// It exists and is no zombie.
  virtual bool is_alive(pid_t) const = 0;
  /// It is this manager, or process 1.
  virtual bool is_manager(pid_t pid) const { return pid == 1; }
  /// PIDFile= of a unit that has ended; never a folder, never through a link.
  virtual void remove_pid_file(const std::string& path) = 0;

  // files
  virtual FileSource& files() = 0;
  virtual Result<> apply(const InstallChange&) = 0;
  virtual Result<> write_file(const std::string& path, std::string_view content) = 0;  // small, atomic; drop-ins
  virtual void publish_invocation(const std::string& unit_name,
                                  const Id128&) = 0;  // /run/systemd/units/invocation:NAME
  virtual void withdraw_invocation(const std::string& unit_name) = 0;
  /// What journald is to do with the unit's lines: LogLevelMax=, LogExtraFields=, LogRateLimit…= in …/units/log-…:NAME.
  virtual void publish_log_settings(const std::string&, const UnitConfig&) {}
  virtual void withdraw_log_settings(const std::string&) {}
  /// RuntimeDirectory= and PrivateTmp= of a stopped unit; answered by DirectoriesRemoved.
  virtual void remove_directories(UnitId, const std::string& name, const ExecSection&) = 0;

  // the rest of the manager's world
  virtual void watch_bus_name(UnitId, const std::string& name) = 0;  // BusNameOwner at once and at each change
  virtual void unwatch_bus_name(UnitId, const std::string& name) = 0;
  /// Environment generators, then those of units, which get `environment` and what the first ones made; answered by
  /// GeneratorsDone.
  virtual void run_generators(RequestId, const Environment& environment) = 0;
  virtual void set_environment(const Environment&) {}  // of the manager, below everything a unit sets itself
  virtual void finish(const Finish&) = 0;              // after the current step
  virtual void control(const ManagerControls&) {}      // what is logged and shown, and the machine's watchdog
  virtual void configure(const ManagerSettings&) {}    // what the manager's configuration says, whenever it was read
  /// The manager's configuration anew, at a daemon-reload; nothing: as it was.
  virtual std::optional<ManagerSettings> read_settings(Diagnostics&) { return std::nullopt; }

  /// Memory that outlives the manager (state_record.h); zeroed when new.
  virtual std::span<std::byte> state_record() = 0;
  /// Makes sure that these bytes of it can be touched: a sparse mapping has no memory for them yet, and the place where
  /// it lies may be full. False: they must not be touched, not even read.
  virtual bool grow_state_record(size_t /*from*/, size_t /*to*/) { return true; }
};

}  // namespace svcd
