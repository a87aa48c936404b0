// A kernel for the engine's own tests: a virtual clock, programs that run for a while and end as told, cgroups as sets
// of processes. Small on purpose; the simulation's (daemon/sim) adds delays, faults and seeds.
#pragma once

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/manager.h"
#include "libunit/memory_files.h"
#include "libunit/socket_keys.h"

namespace svcd {

struct Program {
  Duration runs_for = infinity;
  ExitStatus status{};
  bool ignores_sigterm = false;
  std::vector<std::string> children = {};  // programs it starts at once and leaves behind
  std::string writes_pid_file = {};        // of its first child, when it ends
  std::vector<std::string> says = {};      // one datagram, at once
};

class FakeKernel final : public Kernel {
 public:
  struct Running {
    UnitId unit;
    SpawnToken token = 0;
    std::string cgroup, path;
    Program program;
    pid_t parent = 0;
    Time ends{infinity};
  };

  MemoryFiles memory;
  std::map<std::string, Program> programs;
  std::map<pid_t, Running> running;
  std::map<std::string, pid_t> pid_files;
  std::vector<SpawnRequest> spawned;
  std::vector<KillRequest> killed;
  std::deque<Event> pending;
  std::set<std::string> paths_that_exist;
  std::vector<Finish> finished;
  std::set<UnitId, bool (*)(const UnitId&, const UnitId&)> listening{
      [](const UnitId& a, const UnitId& b) { return a.index < b.index; }};
  std::vector<pid_t> reaped;
  std::vector<std::byte> record = std::vector<std::byte>(4 << 20);
  mutable Time clock{1000000};
  Duration look_takes{0};  // of the manager at the clock: makes its steps short
  bool spawn_fails = false;
  bool sockets_fail = false;
  std::optional<uint64_t> cpu_nsec;
  std::set<std::string> published;  // for journald
  std::map<UnitId, std::vector<StoredDescriptor>, bool (*)(const UnitId&, const UnitId&)> stored{
      [](const UnitId& a, const UnitId& b) { return a.index < b.index; }};
  std::vector<CleanRequest> cleaned;  // never end by themselves
  bool removes_directories = true;    // at once
  ManagerControls controls;           // told last
  std::vector<ShowStatus> statuses_shown;

  void control(const ManagerControls& told) override {
    controls = told;
    statuses_shown.push_back(told.show_status);
  }
  Timestamp now() const override {
    clock += look_takes;
    return {clock + Duration(1700000000000000), clock};
  }
  Id128 random_id() override {
    Id128 id{};
    id[0] = uint8_t(++ids_);
    id[1] = uint8_t(ids_ >> 8);
    return id;
  }
  pid_t spawn(const SpawnRequest& request) override {
    spawned.push_back(request);
    if (spawn_fails) {
      pending.push_back(
          SpawnFailed{request.unit, request.token, {ErrorCode::failed, "Resource temporarily unavailable", 11}, 0});
      return 0;
    }
    return start(request.unit, request.token, request.cgroup, request.command.path, 1);
  }
  pid_t start(UnitId unit, SpawnToken token, const std::string& cgroup, const std::string& path, pid_t parent) {
    const pid_t pid = ++last_pid_;
    Program program;
    if (const auto known = programs.find(path); known != programs.end()) program = known->second;
    Running& process =
        running[pid] = {unit, token, cgroup, path, program, parent, saturating_add(clock, program.runs_for)};
    for (const std::string& child : program.children) {
      const pid_t pid_of_child = start(unit, 0, cgroup, child, pid);
      if (!program.writes_pid_file.empty()) pid_files[program.writes_pid_file] = pid_of_child;
    }
    if (!process.program.says.empty()) pending.push_back(Notified{unit, pid, 0, process.program.says});
    return pid;
  }
  void end(pid_t pid, ExitStatus status) {
    const auto found = running.find(pid);
    if (found == running.end()) return;
    const Running gone = found->second;
    running.erase(found);
    for (auto& [other, process] : running)
      if (process.parent == pid) process.parent = 1;
    if (gone.token || watched_.contains(pid))
      pending.push_back(
          Exited{gone.unit, watched_.contains(pid) && !gone.token ? SpawnToken{0} : gone.token, pid, status});
    if (cgroup_is_empty(gone.cgroup)) pending.push_back(CgroupEmpty{gone.unit});
  }
  void kill(const KillRequest& request) override {
    killed.push_back(request);
    std::set<pid_t> targets{request.main_pid, request.control_pid};
    if (request.whole_cgroup)
      for (const auto& [pid, process] : running)
        if (process.cgroup == request.cgroup) targets.insert(pid);
    for (const pid_t pid : targets) {
      const auto found = running.find(pid);
      if (found == running.end()) continue;
      if (request.signal != SIGKILL && found->second.program.ignores_sigterm) continue;
      end(pid, {ExitStatus::Kind::killed, request.signal});
    }
  }
  bool watch_process(UnitId, pid_t pid) override {
    if (!running.contains(pid)) return false;
    watched_.insert(pid);
    return true;
  }
  void unwatch_process(UnitId, pid_t pid) override { watched_.erase(pid); }
  void reap(pid_t pid) override { reaped.push_back(pid); }
  pid_t clean(const CleanRequest& request) override {
    cleaned.push_back(request);
    return start(request.unit, request.token, "", "(clean)", 1);
  }
  bool keep_descriptor(UnitId unit, DescriptorId id, const std::string& name, bool) override {
    stored[unit].insert(stored[unit].begin(), {id, name});
    return true;
  }
  void drop_descriptor(UnitId unit, DescriptorId id) override {
    std::erase_if(stored[unit], [&](const StoredDescriptor& one) { return one.id == id; });
  }
  std::vector<StoredDescriptor> stored_descriptors(UnitId unit) const override {
    const auto found = stored.find(unit);
    return found == stored.end() ? std::vector<StoredDescriptor>{} : found->second;
  }
  size_t stored_descriptor_count(UnitId unit) const override { return stored_descriptors(unit).size(); }
  bool has_descriptor(UnitId unit, DescriptorId id) const override {
    return std::ranges::any_of(stored_descriptors(unit), [id](const StoredDescriptor& one) { return one.id == id; });
  }
  void realize_cgroup(UnitId, const std::string&, const ResourceSection&) override {}
  void release_cgroup(UnitId, const std::string&) override {}
  bool cgroup_is_empty(const std::string& cgroup) const override {
    return std::none_of(running.begin(), running.end(), [&](const auto& p) { return p.second.cgroup == cgroup; });
  }
  std::vector<pid_t> cgroup_processes(const std::string& cgroup, size_t at_most) const override {
    std::vector<pid_t> pids;
    for (const auto& [pid, process] : running)
      if (process.cgroup == cgroup && pids.size() < at_most) pids.push_back(pid);
    return pids;
  }
  CgroupUsage cgroup_usage(const std::string&) const override {
    return {.tasks = {}, .memory_bytes = {}, .cpu_nsec = cpu_nsec};
  }
  uint64_t cgroup_id(const std::string& cgroup) const override { return 1000 + cgroup.size(); }
  std::string cgroup_of(pid_t pid) const override {
    const auto found = running.find(pid);
    return found == running.end() ? "" : found->second.cgroup;
  }
  std::string process_name(pid_t pid) const override {
    const auto found = running.find(pid);
    return found == running.end() ? "n/a" : found->second.path.substr(found->second.path.rfind('/') + 1);
  }
  void arm_timer(TimerKey key, Time when) override {
    disarm_timer(key);
    timers_.push_back({key, when});
  }
  void disarm_timer(TimerKey key) override {
    std::erase_if(timers_, [&](const auto& timer) { return timer.first == key; });
  }
  void open_sockets(UnitId unit, const std::string&, const SocketSection& section) override {
    SocketsOpened opened{unit, std::nullopt};
    if (sockets_fail) {
      opened.error = Error{ErrorCode::failed, "Failed to create listening socket: Address already in use", 98};
      const SocketSection::Listen& last = section.listen.back();
      opened.setting = key_of_listen(last.kind);
      opened.what = last.address;
    }
    pending.push_back(opened);
  }
  void watch_sockets(UnitId unit, bool on) override {
    if (on)
      listening.insert(unit);
    else
      listening.erase(unit);
  }
  void close_sockets(UnitId unit, bool) override { listening.erase(unit); }
  bool condition(const Condition& condition) override {
    return paths_that_exist.contains(condition.parameter) != condition.negate;
  }
  Result<PidFile> read_pid_file(const std::string& path) override {
    const auto found = pid_files.find(path);
    if (found == pid_files.end()) return tl::unexpected(Error{ErrorCode::file_not_found, path, 2});
    return PidFile{found->second, true, false};
  }
  bool is_alive(pid_t pid) const override { return running.contains(pid); }
  bool can_freeze() const override { return true; }
  Result<> freeze_cgroup(UnitId unit, const std::string&, bool frozen) override {
    pending.push_back(CgroupFrozen{unit, frozen});
    return {};
  }
  bool is_our_child(pid_t pid) const override {
    const auto found = running.find(pid);
    return found != running.end() && found->second.parent == 1;
  }
  void remove_pid_file(const std::string& path) override { pid_files.erase(path); }
  FileSource& files() override { return memory; }
  Result<> apply(const InstallChange& change) override {
    if (change.type == InstallChange::Type::unlink) memory.remove(change.path);
    return {};
  }
  Result<> write_file(const std::string& path, std::string_view content) override {
    memory.write(path, content);
    return {};
  }
  void publish_invocation(const std::string& unit, const Id128&) override { published.insert("invocation:" + unit); }
  void withdraw_invocation(const std::string& unit) override { published.erase("invocation:" + unit); }
  void publish_log_settings(const std::string& unit, const UnitConfig&) override { published.insert("log:" + unit); }
  void withdraw_log_settings(const std::string& unit) override { published.erase("log:" + unit); }
  void remove_directories(UnitId unit, const std::string&, const ExecSection&) override {
    if (removes_directories) pending.push_back(DirectoriesRemoved{unit});
  }
  void watch_bus_name(UnitId, const std::string&) override {}
  void unwatch_bus_name(UnitId, const std::string&) override {}
  void run_generators(RequestId request, const Environment&) override {
    pending.push_back(GeneratorsDone{request, {}});
  }
  void finish(const Finish& how) override { finished.push_back(how); }
  std::span<std::byte> state_record() override { return record; }
  size_t record_room = SIZE_MAX;
  bool grow_state_record(size_t, size_t to) override { return to <= record_room; }

  /// The next thing that happens, at `until` at the latest: an event, or the end of a program, or a timer.
  std::optional<Event> next(Time until) {
    if (!pending.empty()) {
      Event event = std::move(pending.front());
      pending.pop_front();
      return event;
    }
    Time first = until;
    for (const auto& [pid, process] : running) first = std::min(first, process.ends);
    for (const auto& [key, when] : timers_) first = std::min(first, when);
    clock = std::max(clock, first);
    for (const auto& [pid, process] : running)
      if (process.ends <= clock) {
        end(pid, process.program.status);
        return next(until);
      }
    for (size_t i = 0; i < timers_.size(); ++i)
      if (timers_[i].second <= clock) {
        const TimerKey key = timers_[i].first;
        timers_.erase(timers_.begin() + long(i));
        return TimerFired{key};
      }
    return std::nullopt;
  }

 private:
  std::vector<std::pair<TimerKey, Time>> timers_;
  std::set<pid_t> watched_;
  pid_t last_pid_ = 100;
  uint32_t ids_ = 0;
};

}  // namespace svcd
