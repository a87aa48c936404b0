// Processes of the simulated machine: born into cgroups, running their script, dying of signals, waiting as zombies
// until the manager has written down that they ended.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "daemon/sim/sim_kernel.h"

namespace svcd {

namespace {

bool is_within(const std::string& cgroup, const std::string& of) {
  if (of.empty() || of == "/") return true;
  return cgroup.starts_with(of) && (cgroup.size() == of.size() || cgroup[of.size()] == '/');
}

}  // namespace

SimKernel::Process* SimKernel::get(pid_t pid) {
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : &at->second;
}

const SimKernel::Process* SimKernel::find(pid_t pid) const {
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : &at->second;
}

std::vector<const SimKernel::Process*> SimKernel::processes(const std::string& cgroup) const {
  std::vector<const Process*> found;
  for (const auto& [pid, process] : processes_)
    if (process.alive && is_within(process.cgroup, cgroup)) found.push_back(&process);
  return found;
}

// ---- birth

pid_t SimKernel::spawn(const SpawnRequest& request) {
  may_crash();
  unit_of_cgroup_[request.cgroup] = request.unit;
  if (rng.chance(faults.spawn_fails_percent)) {
    post(SpawnFailed{request.unit, request.token, {ErrorCode::no_memory, "Cannot allocate memory", 12}, 0}, delay());
    return 0;
  }
  ++spawns;
  if (!request.config.exec().directories[size_t(ExecSection::Directory::runtime)].entries.empty())
    directories.insert(request.name);
  const pid_t pid = start_process(1, request.command.path, request.cgroup, request.unit, request.token);
  Process& process = *get(pid);
  if (std::optional<SimProgram> program = script ? script(request) : std::nullopt)
    process.program = std::move(*program);
  process.arguments = request.command.argv;
  process.environment = request.environment;
  if (request.command.path == "/actor" && !request.command.argv.empty())
    process.program = actor({request.command.argv.begin() + 1, request.command.argv.end()}, request.environment);
  process.is_control = request.is_control;
  process.notifies = request.notify_socket;
  process.claims_exec = request.report_exec;
  watches_[pid] = {request.unit, request.token};
  if (process.program.serves_sockets)
    for (const UnitId socket : request.sockets)
      for (auto& [name, sockets] : sockets_)
        if (sockets.unit == socket) sockets.waiting = 0;
  past_.push_back(process);
  // The manager may die right after the kernel has done it, before it knows the pid: the intent must do.
  may_crash();
  return pid;
}

pid_t SimKernel::start_process(pid_t parent, const std::string& path, const std::string& cgroup, UnitId unit,
                               SpawnToken token) {
  const pid_t pid = ++last_pid_;
  Process& process = processes_[pid];
  process.pid = pid;
  process.parent = parent;
  process.unit = unit;
  process.token = token;
  process.path = path;
  process.cgroup = cgroup;
  process.began = now_;
  if (const auto known = programs_.find(path); known != programs_.end())
    process.program = known->second;
  else
    run_builtin(process);
  in_world(Duration(0), [this, pid] { run_script(pid); });
  return pid;
}

/// A few commands that every machine has; whatever else is not there.
void SimKernel::run_builtin(Process& process) {
  const std::string name = process.path.substr(process.path.rfind('/') + 1);
  process.program.is_missing = name != "true" && name != "false" && name != "sleep";
  if (name != "sleep") process.program.runs_for = Duration(0);
  if (name == "false") process.program.exit_code = 1;
}

void SimKernel::run_script(pid_t pid) {
  Process* process = get(pid);
  if (!process || !process->alive) return;
  const SimProgram program = process->program;
  if (program.is_missing) {
    if (process->token) {
      ExecFailed failed;
      failed.unit = process->unit;
      failed.token = process->token;
      failed.exit_code = 203;
      failed.step = "EXEC";
      failed.setting = "ExecStart";
      failed.error_number = ENOENT;
      failed.message = "Failed to execute " + process->path;
      post(failed);
    }
    return end_process(pid, {ExitStatus::Kind::exited, 203});
  }
  if (process->claims_exec && process->token) post(ExecSucceeded{process->unit, process->token}, Duration(0));
  for (const std::string& path : program.leaves_behind) {
    const pid_t child = start_process(pid, path, process->cgroup, process->unit, 0);
    process = get(pid);
    if (process->child == 0) process->child = child;
    get(child)->notifies = process->notifies;
  }
  if (!program.daemon.empty()) in_world(program.forks_after, [this, pid] { fork_daemon(pid); });
  if (!program.pid_file.empty())
    in_world(saturating_add(program.forks_after, program.pid_file_after), [this, pid, file = program.pid_file] {
      // Written by the daemon itself, where there is one, even if its parent has gone.
      const Process* writer = find(pid);
      if (!writer) return;
      const pid_t main = writer->child ? writer->child : pid;
      if (const Process* target = find(main); target && target->alive) pid_files_[file] = main;
    });
  for (const SimProgram::Notification& note : program.notifies)
    in_world(note.after, [this, pid, note] { send_notification(pid, note); });
  if (!program.bus_name.empty())
    in_world(program.bus_name_after, [this, pid, name = program.bus_name] {
      if (const Process* owner = find(pid); owner && owner->alive) set_bus_name(name, fmt::format(":1.{}", pid));
    });
  if (program.runs_for != infinity && program.daemon.empty())
    in_world(program.runs_for, [this, pid, program] {
      if (program.dies_by)
        end_process(pid, {program.dumps_core ? ExitStatus::Kind::dumped : ExitStatus::Kind::killed, program.dies_by});
      else
        end_process(pid, {ExitStatus::Kind::exited, program.exit_code});
    });
}

void SimKernel::fork_daemon(pid_t pid) {
  Process* parent = get(pid);
  if (!parent || !parent->alive) return;
  const pid_t child = start_process(pid, parent->program.daemon, parent->cgroup, parent->unit, 0);
  parent = get(pid);
  parent->child = child;
  get(child)->notifies = parent->notifies;
  end_process(pid, {ExitStatus::Kind::exited, parent->program.exit_code});
}

// ---- sd_notify

void SimKernel::send_notification(pid_t pid, const SimProgram::Notification& note) {
  const Process* process = find(pid);
  if (!process || !process->alive || !process->notifies) return;
  std::vector<std::string> lines = note.lines;
  for (std::string& line : lines) {
    if (const size_t at = line.find("$PID"); at != std::string::npos) line.replace(at, 4, std::to_string(pid));
    if (const size_t at = line.find("$CHILD"); at != std::string::npos)
      line.replace(at, 6, std::to_string(process->child));
  }
  notify_from(pid, std::move(lines));
}

/// The datagram waits in the socket, also while there is no manager; whose it is, is looked up when it is read.
void SimKernel::notify_from(pid_t pid, std::vector<std::string> lines) {
  queue_.push(
      {saturating_add(now_, delay()), ++order_, 0, [this, pid, lines = std::move(lines)]() -> std::optional<Event> {
         const std::optional<UnitId> unit = unit_of(pid);
         if (!unit) return std::nullopt;
         return Notified{*unit, pid, 0, lines};
       }});
}

std::optional<UnitId> SimKernel::unit_of(pid_t pid) const {
  const Process* process = find(pid);
  if (process && (process->alive || process->zombie))
    if (const auto at = unit_of_cgroup_.find(process->cgroup); at != unit_of_cgroup_.end()) return at->second;
  if (const auto at = watches_.find(pid); at != watches_.end()) return at->second.unit;
  return std::nullopt;
}

// ---- signals

void SimKernel::signal(pid_t pid, int signal) {
  in_world(Duration(0), [this, pid, signal] { deliver_signal(pid, signal); });
}

void SimKernel::deliver_signal(pid_t pid, int signal) {
  Process* process = get(pid);
  if (!process || !process->alive || signal == 0 || signal == SIGCONT) return;
  const SimProgram& program = process->program;
  if (signal == SIGHUP && !program.dies_of_sighup) return;
  if (signal == SIGKILL) return end_process(pid, {ExitStatus::Kind::killed, SIGKILL});
  if (program.ignores_sigterm || process->stopping) return;
  process->stopping = true;
  const bool dumps = !program.never_dumps_core && (signal == SIGABRT || signal == SIGQUIT);
  ExitStatus status{dumps ? ExitStatus::Kind::dumped : ExitStatus::Kind::killed, signal};
  if (program.exits_on_sigterm) status = {ExitStatus::Kind::exited, *program.exits_on_sigterm};
  in_world(program.needs_to_stop, [this, pid, status] { end_process(pid, status); });
}

void SimKernel::kill(const KillRequest& request) {
  may_crash();
  std::set<pid_t> targets;
  if (request.main_pid) targets.insert(request.main_pid);
  if (request.control_pid) targets.insert(request.control_pid);
  if (request.whole_cgroup && !request.cgroup.empty()) {
    for (const Process* process : processes(request.cgroup)) targets.insert(process->pid);
    watched_cgroups_.insert(request.cgroup);
    unit_of_cgroup_[request.cgroup] = request.unit;
  }
  for (const pid_t pid : targets) {
    signal(pid, request.signal);
    if (request.also_sighup) signal(pid, SIGHUP);
  }
}

// ---- death

void SimKernel::end_process(pid_t pid, ExitStatus status) {
  Process* process = get(pid);
  if (!process || !process->alive) return;
  process->alive = false;
  process->status = status;
  process->ended = now_;
  for (auto& [name, owner] : bus_names_)
    if (owner == fmt::format(":1.{}", pid)) set_bus_name(name, "");
  for (auto& [other, child] : processes_)  // orphans become the manager's
    if (child.parent == pid) {
      child.parent = 1;
      if (!child.alive) child.zombie = false;
    }
  process->zombie = process->parent == 1;
  tell_exit(pid);
  cgroup_changed(process->cgroup);
}

void SimKernel::tell_exit(pid_t pid) {
  const Duration late = rng.chance(faults.late_exits_percent) ? faults.late_exit : Duration(0);
  to_manager(saturating_add(late, delay()), [this, pid] { return tell(pid); });
}

std::optional<Event> SimKernel::tell(pid_t pid) {
  Process* process = get(pid);
  if (!process || process->alive) return std::nullopt;
  const auto watch = watches_.find(pid);
  if (watch == watches_.end()) {  // nobody's: reaped
    process->zombie = false;
    return std::nullopt;
  }
  const Watch told = watch->second;
  watches_.erase(watch);
  if (told.token)  // what outlives the process that was started: the cgroup says when it has gone
    if (!cgroup_is_empty(process->cgroup)) watched_cgroups_.insert(process->cgroup);
  const bool is_known = process->zombie;
  const ExitStatus status = is_known ? process->status : ExitStatus{ExitStatus::Kind::unknown, 0};
  return Exited{told.unit, told.token, pid, status};
}

bool SimKernel::watch_process(UnitId unit, pid_t pid) {
  may_crash();
  const Process* process = find(pid);
  if (!process || (!process->alive && !process->zombie)) return false;
  watches_[pid] = {unit, 0};
  if (!process->alive) tell_exit(pid);
  return true;
}

void SimKernel::unwatch_process(pid_t pid) {
  const auto watch = watches_.find(pid);
  if (watch != watches_.end() && watch->second.token == 0) watches_.erase(watch);
}

void SimKernel::reap(pid_t pid) {
  may_crash();
  if (Process* process = get(pid); process && !process->alive) process->zombie = false;
  may_crash();  // nothing of the step may be unwritten by now
}

bool SimKernel::is_our_child(pid_t pid) const {
  const Process* process = find(pid);
  return process && process->parent == 1 && (process->alive || process->zombie);
}

// ---- cgroups

void SimKernel::realize_cgroup(UnitId unit, const std::string& cgroup, const ResourceSection&) {
  may_crash();
  unit_of_cgroup_[cgroup] = unit;
}

void SimKernel::release_cgroup(UnitId, const std::string& cgroup) {
  may_crash();
  unit_of_cgroup_.erase(cgroup);
  watched_cgroups_.erase(cgroup);
}

bool SimKernel::cgroup_is_empty(const std::string& cgroup) const {
  return processes(cgroup).empty();
}

std::vector<pid_t> SimKernel::cgroup_processes(const std::string& cgroup, size_t at_most) const {
  std::vector<pid_t> pids;
  for (const Process* process : processes(cgroup))
    if (pids.size() < at_most) pids.push_back(process->pid);
  return pids;
}

CgroupUsage SimKernel::cgroup_usage(const std::string& cgroup) const {
  return {.tasks = processes(cgroup).size(), .memory_bytes = std::nullopt, .cpu_nsec = std::nullopt};
}

std::string SimKernel::cgroup_of(pid_t pid) const {
  const Process* process = find(pid);
  return process && (process->alive || process->zombie) ? process->cgroup : "";
}

std::string SimKernel::process_name(pid_t pid) const {
  const Process* process = find(pid);
  return process ? process->path.substr(process->path.rfind('/') + 1) : "n/a";
}

void SimKernel::cgroup_changed(const std::string& cgroup) {
  if (rng.chance(faults.cgroup_empty_for_nothing_percent)) say_cgroup_empty(cgroup);
  if (!cgroup_is_empty(cgroup)) return;
  // Only those are watched where something outlived the process that was started, or that were signalled as a whole.
  in_world(delay(), [this, cgroup] {
    if (!watched_cgroups_.contains(cgroup) || !cgroup_is_empty(cgroup)) return;
    watched_cgroups_.erase(cgroup);
    say_cgroup_empty(cgroup);
    if (rng.chance(faults.cgroup_empty_twice_percent)) say_cgroup_empty(cgroup);
  });
}

void SimKernel::say_cgroup_empty(const std::string& cgroup) {
  to_manager(delay(), [this, cgroup]() -> std::optional<Event> {
    const auto unit = unit_of_cgroup_.find(cgroup);
    if (unit == unit_of_cgroup_.end()) return std::nullopt;
    return CgroupEmpty{unit->second};
  });
}

}  // namespace svcd
