// The cgroup tree of the manager: one cgroup per unit below its slice, in the tree that tracks processes, and (hybrid
// and legacy layouts) its counterparts in the v1 controllers that a unit needs; kernel document cgroup-v2.
// Nothing here blocks for long: reading is bounded, and processes are moved into v1 hierarchies by themselves.
// Paths are those of the engine, below the manager's own root: "/system.slice/a.service"; "/" is the root itself.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/engine/kernel.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"
#include "libunit/config_resource.h"

namespace svcd {

/// Fills in the cgroup_* members and the cgroup probe of the scope from what is mounted here. Reads the three texts
/// (/proc/self/mountinfo, /proc/self/cgroup, and whether folders are writable) once; call before CgroupTree is made.
void detect_cgroups(Scope&);
/// The same from given texts, for tests. `is_writable` is asked about folders.
void detect_cgroups(Scope&, std::string_view mountinfo, std::string_view self_cgroup,
                    bool (*is_writable)(const std::string& folder));

/// The smallest of kernel.pid_max, kernel.threads-max and the root's pids.max: what TasksMax=100% means.
uint64_t system_tasks_max(const Scope&);
/// DefaultTasksMax=: 15 % of that.
uint64_t default_tasks_max(const Scope&);
/// The absolute value of a TasksMax= here; UINT64_MAX: no limit.
uint64_t effective_tasks_max(const Scope&, const ResourceSection&);

/// Where a new process of a unit has to go.
struct CgroupPlacement {
  std::string path;                 // of that folder
  UniqueFd folder;                  // for CLONE_INTO_CGROUP; none: not a v2 tree
  std::vector<std::string> attach;  // cgroup.procs files into which the child itself writes "0"
  bool has_memory_limit = false;    // here or further up, but below the root of all
  bool is_frozen = false;           // whoever gets there stands still
};

class CgroupTree {
 public:
  explicit CgroupTree(const Scope&);

  /// Moves the manager itself to /init.scope, so that its root may have controllers. Once, at start.
  Result<> enter_init_scope();

  /// Makes the cgroup with all its parents and writes the limits that differ from those written last.
  /// A limit that cannot be written is in `not_in_effect()`, not an error.
  Result<> realize(const std::string& cgroup, const ResourceSection&);
  /// realize(), and what a spawn needs. `control`: a control process of a unit with Delegate=, which gets a subgroup.
  Result<CgroupPlacement> prepare(const std::string& cgroup, const ResourceSection&, bool control);
  /// OOMPolicy=kill: who kills one process for want of memory kills all of them. Only in the v2 tree.
  void set_oom_group(const std::string& cgroup, bool together);
  /// Whether the kernel killed processes of it for want of memory since this was asked last.
  bool had_oom_kill(const std::string& cgroup);
  bool counts_memory_in_v1() const { return !v1_[memory].empty(); }
  /// From now on events_fd() also tells of such kills, of any process in it or below: oom_killed() has them. Only where
  /// the v2 tree counts memory.
  void watch_memory(const std::string& cgroup);
  /// Removes the cgroup and those below it, in all hierarchies, as far as they have no processes.
  void release(const std::string& cgroup);

  bool is_empty(const std::string& cgroup) const;  // true also if it does not exist
  /// is_empty(), and while the answer is yes it stands, and is not asked for again, until forget_empty() or a spawn
  /// into the cgroup: dealing with the end of a unit's last process asks often, and only we could put one in.
  bool note_if_empty(const std::string& cgroup);
  void forget_empty() { known_empty_.clear(); }
  std::vector<pid_t> processes(const std::string& cgroup, size_t at_most) const;  // with those of sub-groups
  CgroupUsage usage(const std::string& cgroup) const;
  /// As the kernel numbers it: its inode in the v2 tree. 0: no cgroup, or none there.
  uint64_t id(const std::string& cgroup) const;
  /// The cgroup of a process; "" if it is gone or outside of the manager's root.
  std::string of_pid(pid_t) const;
  /// Sends a signal to all processes of the cgroup and below, except those named. Processes are listed until no
  /// new one appears; a SIGKILL of those that fork faster goes by cgroup.kill.
  struct Killed {
    bool any = false;     // somebody got the signal
    bool others = false;  // there was somebody who was not named
  };
  Killed kill(const std::string& cgroup, int signal, std::span<const pid_t> except, bool also_sigcont = false);

  /// Whether this place can make processes stand still: cgroup.freeze of the pure v2 tree, as 252 sees it.
  bool can_freeze() const;
  /// Takes a while: is_frozen() changes when all processes have got there.
  Result<> freeze(const std::string& cgroup, bool frozen);
  bool is_frozen(const std::string& cgroup) const;

  /// From now on emptied() tells when the cgroup has no process any more. Cheap, but not free: ask for it when
  /// processes are left, not for every unit.
  Result<> watch(const std::string& cgroup);
  void unwatch(const std::string& cgroup);
  /// Readable when emptied() has something to tell; -1: no notification here (legacy): call emptied() after each child
  /// that exited.
  int events_fd() const { return inotify_.get(); }
  /// The watched cgroups that are empty now. They stay watched.
  std::vector<std::string> emptied();
  /// Cgroups with kills since the last time. Asked after emptied(), which reads what the kernel tells of both.
  std::vector<std::string> oom_killed();

  /// Settings that have no effect on cgroups here, e.g. "CPUQuota=" without a cpu controller.
  std::vector<std::string> not_in_effect(const ResourceSection&) const;

 private:
  enum Controller : uint8_t { cpu, cpuacct, memory, pids, io };
  static constexpr size_t controllers = 5;
  struct Group {                                           // what we did for one cgroup
    std::unordered_map<std::string, std::string> written;  // file → value
    uint8_t enabled = 0;                                   // controllers in its subtree_control; bit = Controller
    uint8_t in_v1 = 0;                                     // v1 hierarchies in which it exists
    int watch = -1;
    int memory_watch = -1;
    // cgroup.kill was written: since Linux 6.14 whoever CLONE_INTO_CGROUP puts there afterwards is killed at birth,
    // too.
    bool no_birth = false;
    uint64_t oom_kills = 0;  // as had_oom_kill() saw it last
  };
  std::string folder_of(std::string_view cgroup) const;                 // in the tracking tree
  std::string v1_folder_of(Controller, std::string_view cgroup) const;  // "": no such hierarchy
  bool has(Controller) const;
  uint8_t needs(const ResourceSection&) const;
  Result<> make(const std::string& cgroup, uint8_t v2_controllers);
  void write_limits(const std::string& cgroup, Group&, const ResourceSection&);
  bool has_memory_limit(std::string_view cgroup) const;
  bool is_below_frozen(std::string_view cgroup) const;
  void write_cpu_limits(const std::string& cgroup, Group&, const ResourceSection&);
  void write_value(Group&, const std::string& file, const std::string& value, std::string_view kernel_default);
  static void remove_tree(const std::string& folder);

  const Scope& scope_;
  uint8_t v2_controllers_ = 0;
  std::array<std::string, controllers> v1_;  // folder of our root in the v1 hierarchy; "": none
  std::unordered_map<std::string, Group> groups_;
  std::unordered_map<int, std::string> watched_, memory_watched_;
  std::vector<std::string> memory_changed_;
  std::unordered_set<std::string> frozen_;  // by us
  std::string known_empty_;                 // "": none
  int next_fake_watch_ = -2;                // of watches without inotify
  UniqueFd inotify_;
};

}  // namespace svcd
