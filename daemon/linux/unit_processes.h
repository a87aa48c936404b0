// Processes of units: spawned into their cgroups, signalled, and told about when they end. Joins the spawner, the
// cgroup tree and the reaper; knows which cgroup and which pid belongs to which unit.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/linux/cgroup.h"
#include "daemon/linux/child_reaper.h"
#include "daemon/linux/descriptor_store.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/socket_units.h"
#include "daemon/linux/spawn.h"
#include "daemon/linux/turns.h"

namespace svcd {

class UnitProcesses {
 public:
  using Post = std::function<void(Event&&)>;
  using Log = std::function<void(int priority, const std::string& unit, std::string message)>;
  UnitProcesses(EventLoop&, const Scope&, EventSink, Post, Log);
  Result<> start();

  pid_t spawn(const SpawnRequest&, const SocketUnits&, const DescriptorStore&);
  pid_t clean(const CleanRequest&);
  void kill(const KillRequest&);
  bool watch(UnitId unit, pid_t pid) { return reaper_.watch(unit, pid); }
  void unwatch(UnitId unit, pid_t pid) { reaper_.unwatch(unit, pid); }
  void reap(pid_t pid) { reaper_.reap(pid); }

  /// One that an earlier manager made: what is in it is that unit's, and its end will be told.
  void adopt_cgroup(UnitId, const std::string& cgroup);
  void realize(UnitId, const std::string& name_for_log, const std::string& cgroup, const ResourceSection&);
  void release(const std::string& cgroup);
  Result<> freeze(UnitId, const std::string& cgroup, bool frozen);
  /// Whose process this is now: by its cgroup, else by who waits for it.
  std::optional<UnitId> unit_of(pid_t) const;
  void remove_directories(UnitId, const std::string& name, const ExecSection&);

  ChildReaper& reaper() { return reaper_; }
  CgroupTree& cgroups() { return cgroups_; }
  const CgroupTree& cgroups() const { return cgroups_; }
  Spawner& spawner() { return spawner_; }

 private:
  struct Process {
    UnitId unit;
    SpawnToken token = 0;
    std::string cgroup;
    ReportSlots::Index report = ReportSlots::none;
    UniqueFd exec_done;
    EventSource exec_watch;
    bool tells_exec = false;  // ExecSucceeded is still owed
  };
  void ended(Exited);
  void no_environment(const ExecFailed&);
  void exec_done(pid_t);
  void watch_what_is_left(UnitId, const std::string& cgroup);
  void cgroups_changed();
  void look_for_empty_cgroups();
  bool tell_one_emptied();
  void look_for_frozen_cgroups();
  void log_not_in_effect(const std::string& unit, const std::vector<std::string>& settings);

  EventLoop& loop_;
  EventSink sink_;
  Post post_;
  Log log_;
  CgroupTree cgroups_;
  Spawner spawner_;
  ChildReaper reaper_;
  std::deque<std::string> emptied_;  // not told yet
  Turns tell_emptied_;
  EventSource cgroup_events_;
  std::unordered_map<pid_t, Process> processes_;
  std::unordered_map<std::string, UnitId> unit_of_cgroup_;
  std::map<std::string, bool> freezing_;                  // until they are as asked for: frozen, or running
  std::set<std::pair<std::string, std::string>> logged_;  // unit and setting: each is told once
};

}  // namespace svcd
