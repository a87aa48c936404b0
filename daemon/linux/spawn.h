// Makes processes: builds the ExecPlan of a request, clones a child into its cgroup and lets it (or svcd-exec) apply
// the plan. Between clone and execve a child makes raw calls only, as it may share our memory (shared_child.h); PID 1
// never waits for one.
// What a child could not do it writes into a slot of shared memory, which is read when it has exited.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/engine/kernel.h"
#include "daemon/exec/plan_builder.h"
#include "daemon/linux/cgroup.h"
#include "daemon/linux/report_slots.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"

namespace svcd {

/// A descriptor that a child gets; sd_listen_fds_with_names(3). Stays the caller's.
struct PassedFd {
  int fd = -1;
  std::string name;
};

struct Spawned {
  pid_t pid = 0;
  ReportSlots::Index report = ReportSlots::none;
  UniqueFd exec_done;  // with report_exec: readable (end-of-file) once execve() worked, or failed and the child is gone
  std::vector<std::string> not_in_effect;  // settings that this place can give to nobody
};

class Spawner {
 public:
  /// Opens svcd-exec (`helper`: its path) now, so that helper and plan are always of one version. Without it only plain
  /// plans can be run.
  Spawner(const Scope&, CgroupTree&, const std::string& helper);
  ~Spawner();

  /// The environment that children inherit from the manager (SetEnvironment, PID 1's own).
  void set_environment(std::vector<std::string> environment) { environment_ = std::move(environment); }
  const std::vector<std::string>& environment() const { return environment_; }
  /// The manager's own environment, of which PassEnvironment= takes, and the limit of descriptors of its own programs.
  void set_own(std::vector<std::string> environment, ResourceLimit files) {
    own_environment_ = std::move(environment);
    own_files_ = files;
  }

  /// Starts one process of a unit. `fds`: LISTEN_FDS in order. An error: there is no process (resources).
  tl::expected<Spawned, Refusal> spawn(const SpawnRequest&, std::span<const PassedFd> fds);
  /// What the child could not do; nullopt: it became the program. Once, when it has exited: gives the slot free.
  std::optional<ExecFailed> take_report(UnitId, SpawnToken, ReportSlots::Index);
  /// True if the child has reported a failure already (exec_done became readable: which of the two?).
  bool has_failed(ReportSlots::Index) const;

  /// A child that removes RuntimeDirectory= and private /tmp of a stopped unit. pid 0: there is nothing to remove.
  Result<Spawned> remove_directories(const std::string& name, const ExecSection&);
  /// A child that removes folders of a unit on request; `systemctl clean`.
  Result<Spawned> clean(const std::string& name, const ExecSection&, DirectoryKinds);
  /// A program of the manager's own (a generator), in the manager's own cgroup, stdin from /dev/null, stdout to
  /// `output` (-1: as the manager's). `environment` is on top of the manager's own.
  Result<Spawned> run(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                      int output = -1);

 private:
  struct Prepared;
  struct Nest;
  ExecContext context_of(const std::string& unit) const;
  Result<Spawned> start(ExecPlan, const CgroupPlacement*, bool report_exec);
  Result<> prepare(Prepared&, ReportSlots::Index, int exec_done);
  Nest& free_nest();
  pid_t clone(std::unique_ptr<Prepared>, int cgroup, bool share_memory);
  [[noreturn]] static void run_child(void* prepared) noexcept;

  const Scope& scope_;
  CgroupTree& cgroups_;
  UniqueFd helper_;
  ReportSlots slots_;
  std::vector<std::string> environment_, own_environment_;
  std::optional<ResourceLimit> own_files_;
  uint64_t ignored_signals_;
  std::array<std::optional<ResourceLimit>, RLIM_NLIMITS> inherited_limits_{};
  bool has_clone3_ = true;
  std::vector<std::unique_ptr<Nest>> nests_;
};

}  // namespace svcd
