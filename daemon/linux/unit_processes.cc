#include "daemon/linux/unit_processes.h"

#include <sys/epoll.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "libunit/settings.h"

namespace svcd {

namespace {

/// The EnvironmentFile= that must be there and is not: known before there is a process. Wildcards are svcd-exec's.
const std::string* missing_environment_file(const ExecSection& exec) {
  for (const std::string& file : exec.environment_files) {
    if (file.starts_with('-') || file.find_first_of("*?[") != file.npos) continue;
    if (::access(file.c_str(), R_OK) < 0) return &file;
  }
  return nullptr;
}

}  // namespace

UnitProcesses::UnitProcesses(EventLoop& loop, const Scope& scope, EventSink sink, Post post, Log log)
    : loop_(loop),
      sink_(std::move(sink)),
      post_(std::move(post)),
      log_(std::move(log)),
      cgroups_(scope),
      spawner_(scope, cgroups_, scope.exec_helper),
      reaper_(loop,
              [this](Event&& event) {
                if (auto* exited = std::get_if<Exited>(&event)) ended(*exited);
              }),
      tell_emptied_(loop, Priority::cgroups, [this] { return tell_one_emptied(); }) {}

Result<> UnitProcesses::start() {
  if (auto started = reaper_.start(); !started) return started;
  if (auto entered = cgroups_.enter_init_scope(); !entered) log_(LOG_WARNING, "", entered.error().message);
  if (cgroups_.events_fd() >= 0) {
    cgroup_events_ = SVCD_TRY(
        loop_.on_io(cgroups_.events_fd(), EPOLLIN, Priority::cgroups, [this](uint32_t) { cgroups_changed(); }));
  }
  return {};
}

pid_t UnitProcesses::spawn(const SpawnRequest& request, const SocketUnits& sockets, const DescriptorStore& stored) {
  std::vector<PassedFd> fds;
  for (const UnitId socket : request.sockets)
    for (const SocketUnits::Named& named : sockets.descriptors(socket)) fds.push_back({named.fd, named.name});
  if (request.descriptor_store)
    for (const DescriptorStore::Named& named : stored.descriptors(request.unit)) fds.push_back({named.fd, named.name});
  if (const std::string* missing = missing_environment_file(request.config.exec())) {
    const Error error{ErrorCode::failed, strerrordesc_np(errno), errno};
    log_(LOG_ERR, request.name, fmt::format("{}: Failed to load environment files: {}", request.name, error.message));
    post_(SpawnFailed{request.unit, request.token, error, 0, key_of<&ExecSection::environment_files>(), *missing});
    return 0;
  }
  unit_of_cgroup_[request.cgroup] = request.unit;
  auto spawned = spawner_.spawn(request, fds);
  if (!spawned) {
    post_(SpawnFailed{request.unit, request.token, spawned.error(), 0, spawned.error().setting});
    return 0;
  }
  if (!spawned->not_in_effect.empty()) {
    log_not_in_effect(request.name, spawned->not_in_effect);
    post_(NotInEffect{request.unit, std::move(spawned->not_in_effect)});
  }
  if (request.name.ends_with(".service")) cgroups_.watch_memory(request.cgroup);
  const pid_t pid = spawned->pid;
  reaper_.expect(pid, request.unit, request.token);
  Process& process = processes_[pid];
  process = Process{request.unit,  request.token,      request.cgroup, spawned->report, std::move(spawned->exec_done),
                    EventSource(), request.report_exec};
  if (process.exec_done) {
    auto source =
        loop_.on_io(process.exec_done.get(), EPOLLIN, Priority::children, [this, pid](uint32_t) { exec_done(pid); });
    if (source) process.exec_watch = std::move(*source);
  }
  return pid;
}

pid_t UnitProcesses::clean(const CleanRequest& request) {
  auto spawned = spawner_.clean(request.name, request.config.exec(), request.what);
  if (!spawned) {
    post_(SpawnFailed{request.unit, request.token, spawned.error(), 0});
    return 0;
  }
  reaper_.expect(spawned->pid, request.unit, request.token);
  Process& process = processes_[spawned->pid];
  process.unit = request.unit;
  process.token = request.token;
  process.report = spawned->report;
  return spawned->pid;
}

void UnitProcesses::exec_done(pid_t pid) {
  const auto at = processes_.find(pid);
  if (at == processes_.end()) return;
  Process& process = at->second;
  process.exec_watch.reset();
  process.exec_done.reset();
  if (!process.tells_exec || spawner_.has_failed(process.report)) return;  // Exited follows with the reason
  process.tells_exec = false;
  sink_(ExecSucceeded{process.unit, process.token});
}

// In the order in which it happened: the program was reached or not, then the end.
void UnitProcesses::ended(Exited exited) {
  const auto at = processes_.find(exited.pid);
  if (at != processes_.end()) {
    const Process process = std::move(at->second);
    processes_.erase(at);
    auto failure = spawner_.take_report(process.unit, process.token, process.report);
    if (failure && failure->setting == key_of<&ExecSection::environment_files>())
      no_environment(*failure);
    else if (failure)
      sink_(std::move(*failure));
    else if (process.tells_exec)
      sink_(ExecSucceeded{process.unit, process.token});
    watch_what_is_left(process.unit, process.cgroup);
    // Before its end, so that the end is known to be no failure of its own.
    const bool was_killed = exited.status.kind == ExitStatus::Kind::killed && exited.status.value == SIGKILL;
    if (was_killed && cgroups_.had_oom_kill(process.cgroup))
      sink_(OomKilled{process.unit, cgroups_.counts_memory_in_v1()});
  }
  sink_(exited);
  cgroups_.forget_empty();
  if (cgroups_.events_fd() < 0) look_for_empty_cgroups();
}

/// As if there had been no process: 252 reads these files before it makes one.
void UnitProcesses::no_environment(const ExecFailed& failed) {
  sink_(SpawnFailed{failed.unit,
                    failed.token,
                    {ErrorCode::failed, fmt::format("{}: {}", failed.message, strerrordesc_np(failed.error_number)),
                     failed.error_number},
                    0,
                    failed.setting,
                    failed.what});
}

/// Processes that outlive the one we started: the cgroup tells when the last has gone.
void UnitProcesses::watch_what_is_left(UnitId, const std::string& cgroup) {
  if (cgroup.empty() || cgroups_.note_if_empty(cgroup)) return;
  if (auto watched = cgroups_.watch(cgroup); !watched) log_(LOG_WARNING, "", watched.error().message);
}

void UnitProcesses::look_for_empty_cgroups() {
  for (std::string& cgroup : cgroups_.emptied()) {
    cgroups_.unwatch(cgroup);
    emptied_.push_back(std::move(cgroup));
  }
  if (!emptied_.empty()) tell_emptied_.begin_later();
}

bool UnitProcesses::tell_one_emptied() {
  if (emptied_.empty()) return false;
  const auto at = unit_of_cgroup_.find(emptied_.front());
  emptied_.pop_front();
  if (at != unit_of_cgroup_.end()) sink_(CgroupEmpty{at->second});
  return true;
}

void UnitProcesses::cgroups_changed() {
  look_for_empty_cgroups();
  for (const std::string& cgroup : cgroups_.oom_killed())
    if (const auto unit = unit_of_cgroup_.find(cgroup); unit != unit_of_cgroup_.end()) sink_(OomKilled{unit->second});
  look_for_frozen_cgroups();
}

Result<> UnitProcesses::freeze(UnitId unit, const std::string& cgroup, bool frozen) {
  unit_of_cgroup_[cgroup] = unit;
  if (auto watched = cgroups_.watch(cgroup); !watched) return watched;
  if (auto written = cgroups_.freeze(cgroup, frozen); !written) return written;
  freezing_[cgroup] = frozen;
  if (cgroups_.is_frozen(cgroup) == frozen) {
    freezing_.erase(cgroup);
    post_(CgroupFrozen{unit, frozen});
  }
  return {};
}

void UnitProcesses::look_for_frozen_cgroups() {
  std::vector<std::pair<UnitId, bool>> done;
  std::erase_if(freezing_, [&](const auto& entry) {
    if (cgroups_.is_frozen(entry.first) != entry.second) return false;
    if (const auto at = unit_of_cgroup_.find(entry.first); at != unit_of_cgroup_.end())
      done.emplace_back(at->second, entry.second);
    return true;
  });
  for (const auto& [unit, frozen] : done) sink_(CgroupFrozen{unit, frozen});
}

void UnitProcesses::kill(const KillRequest& request) {
  const bool wake = request.also_sigcont && request.signal != SIGKILL && request.signal != SIGCONT;
  const auto send = [&](pid_t pid) {
    if (pid <= 1) return;
    if (::kill(pid, request.signal) < 0) return;
    if (wake) ::kill(pid, SIGCONT);
    if (request.also_sighup && request.signal != SIGHUP) ::kill(pid, SIGHUP);
  };
  send(request.main_pid);
  send(request.control_pid);
  if (!request.whole_cgroup || request.cgroup.empty()) return;
  std::vector<pid_t> except;
  for (const pid_t pid : {request.main_pid, request.control_pid})
    if (pid > 1) except.push_back(pid);
  // With SIGKILL nobody is spared.
  if (request.signal == SIGKILL) except.clear();
  const CgroupTree::Killed killed = cgroups_.kill(request.cgroup, request.signal, except, wake);
  if (killed.any && request.also_sighup && request.signal != SIGHUP)
    cgroups_.kill(request.cgroup, SIGHUP, except, false);
  // When children of ours are all there is, the end of the last one tells whether anybody is left.
  const auto is_told = [this](pid_t pid) { return pid <= 1 || processes_.contains(pid); };
  if (killed.others || !is_told(request.main_pid) || !is_told(request.control_pid))
    watch_what_is_left(request.unit, request.cgroup);
  cgroups_.forget_empty();
}

void UnitProcesses::adopt_cgroup(UnitId unit, const std::string& cgroup) {
  unit_of_cgroup_[cgroup] = unit;
  (void)cgroups_.had_oom_kill(cgroup);  // the earlier manager knew
  cgroups_.watch_memory(cgroup);
  watch_what_is_left(unit, cgroup);
}

void UnitProcesses::realize(UnitId unit, const std::string& name, const std::string& cgroup,
                            const ResourceSection& resource) {
  unit_of_cgroup_[cgroup] = unit;
  if (auto done = cgroups_.realize(cgroup, resource); !done) log_(LOG_WARNING, name, done.error().message);
}

void UnitProcesses::release(const std::string& cgroup) {
  unit_of_cgroup_.erase(cgroup);
  freezing_.erase(cgroup);
  cgroups_.release(cgroup);
}

std::optional<UnitId> UnitProcesses::unit_of(pid_t pid) const {
  for (std::string cgroup = cgroups_.of_pid(pid); cgroup.size() > 1; cgroup.resize(cgroup.rfind('/'))) {
    const auto at = unit_of_cgroup_.find(cgroup);
    if (at != unit_of_cgroup_.end()) return at->second;
  }
  return reaper_.unit_of(pid);
}

void UnitProcesses::remove_directories(UnitId unit, const std::string& name, const ExecSection& exec) {
  auto spawned = spawner_.remove_directories(name, exec);
  if (!spawned) log_(LOG_WARNING, name, spawned.error().message);
  if (!spawned || spawned->pid == 0) return post_(DirectoriesRemoved{unit});
  reaper_.expect_helper(spawned->pid, [this, unit](ExitStatus) { sink_(DirectoriesRemoved{unit}); });
}

void UnitProcesses::log_not_in_effect(const std::string& unit, const std::vector<std::string>& settings) {
  constexpr size_t most_remembered = 100'000;
  for (const std::string& setting : settings) {
    if (logged_.size() >= most_remembered || !logged_.emplace(unit, setting).second) continue;
    log_(LOG_WARNING, unit, fmt::format("{}: {} has no effect here, going on without.", unit, setting));
  }
}

}  // namespace svcd
