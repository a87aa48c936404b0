// What D-Bus (and any other front) may ask of the engine. Reading is by const reference within one call; changes are
// requests with an owner, found again by id; docs/decisions.md, "One thread, nothing waits".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/engine/changes.h"
#include "daemon/engine/explanation.h"
#include "daemon/engine/ids.h"
#include "daemon/engine/status.h"
#include "libunit/graph.h"
#include "libunit/install.h"
#include "libunit/loader.h"
#include "libunit/manager_settings.h"
#include "libunit/plan.h"
#include "libunit/unit_text.h"

namespace svcd {

/// One job asked for from outside.
struct JobRequest {
  UnitName unit;
  JobType type = JobType::start;
  JobMode mode = JobMode::replace;
  bool reload_if_possible = false;  // ReloadOrRestartUnit and friends
  ClientId client = 0;
};

struct JobInfo {
  JobId id = 0;
  UnitId unit;
  JobType type = JobType::start;
  JobState state = JobState::waiting;
  uint64_t sequence = 0;  // of the request that made it what it is: a merge gives it a new one
};

enum class KillWho : uint8_t { main, control, all, main_fail, control_fail, all_fail };

enum class SystemState : uint8_t { initializing, starting, running, degraded, maintenance, stopping };
std::string_view to_string(SystemState);

struct UnitProcess {
  std::string cgroup;
  pid_t pid = 0;
  std::string command_line;
};

/// Times of the manager's own life, in the order of its D-Bus properties.
struct ManagerTimes {
  Timestamp kernel, initrd, userspace, finish, generators_start, generators_finish, units_load_start, units_load_finish,
      units_load /* by a daemon-reload */;
};

struct InstallReply {
  bool carries_install_info = false;
  std::vector<InstallChange> changes;
};

class ManagerApi {
 public:
  virtual ~ManagerApi() = default;

  // ---- looking
  /// The unit of that name or alias if it is in memory.
  virtual std::optional<UnitId> find(std::string_view name) const = 0;
  /// Loads it if it is not; also for a file that does not exist (LoadState not-found). invalid_args for a bad name.
  virtual Result<UnitId> load(std::string_view name) = 0;
  virtual std::vector<UnitId> units() const = 0;
  virtual bool is_alive(UnitId) const = 0;
  // The following need a unit that is alive; the references hold until the next call that changes anything.
  virtual const LoadedUnit& loaded(UnitId) const = 0;
  virtual const UnitStatus& status(UnitId) const = 0;
  virtual const ServiceStatus* service(UnitId) const = 0;  // null: another type
  virtual const SocketStatus* socket(UnitId) const = 0;
  virtual const MountStatus* mount(UnitId) const = 0;
  virtual std::vector<std::string> dependencies(UnitId, Dependency) const = 0;  // names
  virtual CgroupUsage usage(UnitId) const = 0;
  /// All processes in the unit's cgroup and below it.
  virtual std::vector<UnitProcess> processes(UnitId) const { return {}; }
  virtual bool need_daemon_reload(UnitId) const = 0;
  virtual bool can_start(UnitId) const = 0;
  virtual bool can_stop(UnitId) const = 0;
  virtual bool can_reload(UnitId) const = 0;
  virtual bool can_isolate(UnitId) const = 0;
  /// Exists as long as the manager does: init.scope, -.slice, -.mount; never stopped.
  virtual bool is_perpetual(UnitId) const { return false; }
  virtual std::optional<UnitId> unit_of_process(pid_t) const = 0;
  virtual std::optional<UnitId> unit_of_cgroup(std::string_view cgroup) const = 0;
  virtual std::optional<UnitId> unit_of_invocation(const Id128&) const = 0;
  virtual std::vector<JobInfo> jobs() const = 0;
  virtual std::optional<JobInfo> job(JobId) const = 0;
  /// The jobs that wait for this one (after), or that it waits for, by Before= and After=.
  virtual std::vector<JobInfo> jobs_in_order(JobId, bool after) const = 0;
  virtual SystemState system_state() const = 0;
  virtual const ManagerTimes& times() const = 0;
  virtual uint32_t failed_units() const = 0;
  virtual Result<UnitFileState> unit_file_state(const std::string& name) = 0;
  virtual std::vector<Installer::ListedFile> unit_files() = 0;
  /// What disabling the unit would take away.
  virtual Result<std::vector<std::string>> unit_file_links(const std::string& name, bool runtime) = 0;
  virtual Result<std::string> default_target() = 0;
  /// As 252 does, looked up once and kept until a reload: the disk itself is unit_file_state()'s.
  virtual const InstallFacts& install_facts(UnitId) = 0;
  virtual const SearchPath& search_path() const = 0;
  virtual const Environment& environment() const = 0;
  /// What the manager's configuration says; of what can be changed while it runs, controls() has what is in effect.
  virtual const ManagerSettings& settings() const = 0;
  /// … for all units.
  virtual const ManagerDefaults& defaults() const = 0;
  /// What the manager does for itself now, and what it began with.
  virtual const ManagerControls& controls() const = 0;
  virtual const ManagerControls& first_controls() const = 0;
  /// What SetExitCode() asked for.
  virtual uint8_t exit_code() const { return 0; }
  /// still_loading: units that a start of this one would need are not read yet, so that explain() knows less.
  virtual Result<> look_ahead(UnitId) { return {}; }
  /// Why the unit is as it is; looks at its files, and at what a start of it would mean.
  virtual Explanation explain(UnitId) { return {}; }
  /// Why a job waits, or why one that has ended came to nothing: as long as nothing newer is known of its unit.
  virtual Result<Explanation> explain_job(JobId id) {
    return fail(ErrorCode::no_such_job, "Job {} does not exist.", id);
  }
  /// What these requests would do, one after the other; still_loading as submit().
  virtual Result<std::vector<DryRun>> dry_run(const std::vector<JobRequest>&) { return std::vector<DryRun>(); }

  // ---- changing
  /// The installed job; errors as StartUnit() and friends give them.
  virtual Result<JobId> submit(const JobRequest&) = 0;
  virtual Result<> cancel_job(JobId) = 0;
  virtual void clear_jobs() = 0;
  virtual Result<> kill(UnitId, KillWho, int signal) = 0;
  /// A unit from the lines of a file that goes with it; unit_exists if there is one already.
  virtual Result<UnitId> make_transient(const UnitName&, const std::vector<Assignment>& lines) = 0;
  /// Each property's lines become a drop-in, until the next boot or for good, and take effect at once.
  virtual Result<> set_properties(UnitId, bool runtime, const std::vector<std::vector<Assignment>>& properties) = 0;
  /// Removes folders of a unit that is down: what came of it is its CleanResult.
  virtual Result<> clean(UnitId, DirectoryKinds) { return fail(ErrorCode::not_supported, "Not here."); }
  /// Its processes stand still, or run again; a RequestDone with that id answers when they do.
  virtual void freeze(UnitId, bool /*frozen*/, RequestId) {}
  virtual bool can_freeze(UnitId) const { return false; }
  virtual Result<> reset_failed(UnitId) = 0;
  virtual void reset_all_failed() = 0;
  virtual Result<> ref(UnitId, ClientId) = 0;
  virtual Result<> unref(UnitId, ClientId) = 0;
  virtual Result<InstallReply> install(const InstallRequest&) = 0;
  virtual Result<> set_environment(const std::vector<std::string>& set, const std::vector<std::string>& unset) = 0;
  // Nothing: what it was to begin with.
  virtual void set_log_level(std::optional<int>) = 0;
  virtual void set_log_target(std::optional<LogTarget>) = 0;
  virtual void set_show_status(std::optional<ShowStatus>) = 0;
  /// Watchdogs, as `controls` has them.
  virtual void set_watchdogs(const ManagerControls&) = 0;
  /// daemon-reload; answered by a RequestDone with that id.
  virtual void reload(RequestId) = 0;
  virtual Result<> finish(const Finish&) = 0;  // PowerOff(), Reboot(), Exit() …: at once, without stopping units
  virtual Result<> set_exit_code(uint8_t) = 0;
  virtual void client_gone(ClientId) = 0;  // jobs lose their owner, references go
};

}  // namespace svcd
