// Processes of the simulated machine: born into cgroups, running their script, dying of signals, waiting as zombies
// until the manager has written down that they ended.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "daemon/sim/sim_kernel.h"
#include "libunit/settings.h"

namespace svcd {

SimKernel::Process* SimKernel::get(pid_t pid) {
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : &at->second;
}

SimKernel::Process* SimKernel::get(const SimTask& task) {
  Process* process = get(task.who);
  return process && process->serial == task.serial ? process : nullptr;
}

const SimKernel::Process* SimKernel::find(pid_t pid) const {
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : &at->second;
}

// ---- birth

pid_t SimKernel::next_pid() {
  for (;;) {
    if (++last_pid_ > pid_max) last_pid_ = 300;
    const Process* before = find(last_pid_);
    if (!before) return last_pid_;
    if (before->alive || before->zombie) continue;
    ++met[size_t(SimFault::pid_reused)];
    return last_pid_;
  }
}

bool SimKernel::fail_spawn(const SpawnRequest& request) {
  const Cgroup* own = group(request.cgroup);
  const bool is_full = own && own->alive.size() >= tasks_max;
  if (!is_full && !rng.chance(faults.spawn_fails_percent)) return false;
  struct Way {
    SimFault fault;
    int number;
    const char* text;
  };
  static constexpr Way ways[] = {{SimFault::spawn_eagain, EAGAIN, "Resource temporarily unavailable"},
                                 {SimFault::spawn_enomem, ENOMEM, "Cannot allocate memory"},
                                 {SimFault::spawn_enoent, ENOENT, "No such file or directory"},
                                 {SimFault::spawn_emfile, EMFILE, "Too many open files"},
                                 {SimFault::cgroup_ebusy, EBUSY, "Device or resource busy"},
                                 {SimFault::cgroup_enospc, ENOSPC, "No space left on device"}};
  const Way& way = ways[is_full ? 0 : rng.below(std::size(ways))];
  ++met[size_t(way.fault)];
  ++failed_spawns_[request.unit];
  SpawnFailed failed{request.unit, request.token, {ErrorCode::no_memory, way.text, way.number}, 0};
  to_manager(saturating_add(delay(), is_full ? spawn_takes * 50 : spawn_takes),
             [this, failed = std::move(failed)]() -> std::optional<Event> {
               if (const auto at = failed_spawns_.find(failed.unit); --at->second == 0) failed_spawns_.erase(at);
               return failed;
             });
  return true;
}

pid_t SimKernel::spawn(const SpawnRequest& request) {
  may_crash();
  Cgroup& group = cgroup(request.cgroup);
  know(group, request.unit);
  if (fail_spawn(request)) return 0;
  ++spawns;
  const bool has_folders = !request.config.exec().directories[size_t(ExecSection::Directory::runtime)].entries.empty();
  if (has_folders) directories.insert(request.name);
  Process& process = start_process(1, request.command.path, group, request.unit, request.token);
  if (std::optional<SimProgram> program = script ? script(request) : std::nullopt)
    process.program = std::make_shared<const SimProgram>(std::move(*program));
  process.arguments = request.command.argv;
  process.environment = request.environment;
  if (request.descriptor_store)
    for (const StoredDescriptor& one : stored_descriptors(request.unit)) process.stored.push_back(one.name);
  if (!process.stored.empty())
    process.environment.push_back(fmt::format("LISTEN_FDNAMES={}", fmt::join(process.stored, ":")));
  if (request.watchdog.count() != 0)
    process.environment.push_back(fmt::format("WATCHDOG_USEC={}", request.watchdog.count()));
  if (request.command.path == "/actor" && !request.command.argv.empty())
    process.program = std::make_shared<const SimProgram>(
        actor({request.command.argv.begin() + 1, request.command.argv.end()}, process.environment));
  process.is_control = request.is_control;
  process.has_folders = has_folders;
  process.notifies = request.notify_socket;
  process.claims_exec = request.report_exec;
  process.may_be_missing = request.command.ignore_failure;
  watch_own(process, request.unit, request.token);
  if (process.program->serves_sockets)
    for (const UnitId socket : request.sockets)
      for (auto& [name, sockets] : sockets_)
        if (sockets.unit == socket) sockets.waiting = 0;
  // The manager may die right after the kernel has done it, before it knows the pid: the intent must do.
  may_crash();
  return process.pid;
}

/// What a test changes of a program holds for whoever is born from then on.
std::shared_ptr<const SimProgram> SimKernel::script_of(const std::string& path) {
  const auto known = programs_.find(path);
  if (known != programs_.end()) {
    Script& script_there = known->second;
    if (!script_there.born_with || *script_there.born_with != script_there.program)
      script_there.born_with = std::make_shared<const SimProgram>(script_there.program);
    return script_there.born_with;
  }
  // A few commands that every machine has; whatever else is not there.
  SimProgram program;
  const std::string name = path.substr(path.rfind('/') + 1);
  const bool mounts = name == "mount" || name == "umount";
  program.is_missing = name != "true" && name != "false" && name != "sleep" && !mounts;
  if (name != "sleep") program.runs_for = Duration(0);
  if (name == "false") program.exit_code = 1;
  return std::make_shared<const SimProgram>(std::move(program));
}

SimKernel::Process& SimKernel::start_process(pid_t parent, const std::string& path, Cgroup& group, UnitId unit,
                                             SpawnToken token) {
  const pid_t pid = next_pid();
  if (Process* creator = get(parent)) creator->children.push_back(pid);
  Process& process = processes_[pid];
  process = {};
  process.pid = pid;
  process.parent = parent;
  process.serial = ++last_serial_;
  process.unit = unit;
  process.token = token;
  process.path = path;
  process.cgroup = group.path;
  process.group = &group;
  process.began = now_;
  process.program = script_of(path);
  group.alive.insert(std::lower_bound(group.alive.begin(), group.alive.end(), pid), pid);
  in_world(spawn_takes, {Kind::run_script, pid, process.serial, 0});
  return process;
}

void SimKernel::run_script(Process& process) {
  if (!process.alive) return;
  const std::shared_ptr<const SimProgram> kept = process.program;
  const SimProgram& program = *kept;
  const SimTask self{Kind::action, process.pid, process.serial, 0};
  if (program.is_missing) {
    ++met[size_t(SimFault::program_missing)];
    if (process.token) {
      ExecFailed failed;
      failed.unit = process.unit;
      failed.token = process.token;
      failed.exit_code = process.may_be_missing ? 0 : 203;
      failed.step = "EXEC";
      failed.setting = key_of<&ServiceSection::exec_start>();
      failed.error_number = ENOENT;
      failed.message = process.may_be_missing ? "Executable " + process.path + " missing, skipping"
                                              : "Failed to locate executable " + process.path;
      failed.program = process.path;
      post(failed);
    }
    return end_process(process, {ExitStatus::Kind::exited, process.may_be_missing ? 0 : 203});
  }
  if (process.claims_exec && process.token) post(ExecSucceeded{process.unit, process.token}, Duration(0));
  for (const std::string& path : program.leaves_behind) {
    Process& child = start_process(process.pid, path, *process.group, process.unit, 0);
    if (process.child == 0) process.child = child.pid;
    child.notifies = process.notifies;
  }
  if (!program.daemon.empty())
    in_world(program.forks_after, [this, self] {
      if (Process* parent = get(self)) fork_daemon(*parent);
    });
  if (!program.pid_file.empty())
    in_world(saturating_add(program.forks_after, program.pid_file_after), [this, self, file = program.pid_file] {
      // Written by the daemon itself, where there is one, even if its parent has gone.
      const Process* writer = get(self);
      if (!writer) return;
      const pid_t main = writer->child ? writer->child : writer->pid;
      if (const Process* target = find(main); target && target->alive) pid_files[file] = {main, true, false};
    });
  for (size_t i = 0; i < program.notifies.size(); ++i)
    in_world(program.notifies[i].after, {Kind::notify, process.pid, process.serial, i});
  if (!program.bus_name.empty())
    in_world(program.bus_name_after, [this, self, name = program.bus_name] {
      if (const Process* owner = get(self); owner && owner->alive) set_bus_name(name, fmt::format(":1.{}", self.who));
    });
  if (program.runs_for != infinity && program.daemon.empty())
    in_world(program.runs_for, {Kind::end, process.pid, process.serial, 0});
}

/// By itself, as its program says.
void SimKernel::plan_end(const Process& process) {
  const std::shared_ptr<const SimProgram> program = process.program;
  ExitStatus status{ExitStatus::Kind::exited, program->exit_code};
  if (program->dies_by)
    status = {program->dumps_core ? ExitStatus::Kind::dumped : ExitStatus::Kind::killed, program->dies_by};
  else if (process.alive && program->exit_code == 0)
    mount_builtin(process);
  end_process(*get(process.pid), status);
}

/// mount(8) and umount(8) have done their work when they end well.
void SimKernel::mount_builtin(const Process& process) {
  const std::vector<std::string>& words = process.arguments;
  if (process.path == "/bin/mount" && words.size() > 2) {
    if (std::ranges::find(words, "remount") != words.end()) return;
    std::erase_if(mounts_, [&](const MountEntry& entry) { return entry.where == words[2]; });
    mount({words[1], words[2], "tmpfs", "rw"});
  }
  if (process.path == "/bin/umount" && words.size() > 1) unmount(words[1]);
}

void SimKernel::fork_daemon(Process& parent) {
  if (!parent.alive) return;
  const pid_t pid = parent.pid;
  Process& child = start_process(pid, parent.program->daemon, *parent.group, parent.unit, 0);
  Process& self = *get(pid);
  self.child = child.pid;
  child.notifies = self.notifies;
  end_process(self, {ExitStatus::Kind::exited, self.program->exit_code});
}

// ---- sd_notify

void SimKernel::send_notification(const Process& process, const SimProgram::Notification& note) {
  if (!process.alive || !process.notifies) return;
  std::vector<std::string> lines = note.lines;
  for (std::string& line : lines) {
    if (const size_t at = line.find("$PID"); at != std::string::npos) line.replace(at, 4, std::to_string(process.pid));
    if (const size_t at = line.find("$CHILD"); at != std::string::npos)
      line.replace(at, 6, std::to_string(process.child));
  }
  if (note.again_after.count() != 0)
    for (size_t i = 0; i < process.program->notifies.size(); ++i)
      if (&process.program->notifies[i] == &note)
        in_world(note.again_after, {Kind::notify, process.pid, process.serial, i});
  notify_from(process.pid, std::move(lines), note.uid, note.files);
}

/// The datagram waits in the socket, also while there is no manager; whose it is, is looked up when it is read.
void SimKernel::notify_from(pid_t pid, std::vector<std::string> lines, uid_t uid, std::vector<int> files) {
  queue_.push(saturating_add(now_, delay()), 0,
              [this, pid, uid, lines = std::move(lines), files = std::move(files)]() mutable -> std::optional<Event> {
                const std::optional<UnitId> unit = unit_of(pid);
                if (!unit) return std::nullopt;
                Notified notified{*unit, pid, uid, std::move(lines)};
                for (const int file : files) {
                  notified.descriptors.push_back(++last_descriptor_);
                  descriptors_[last_descriptor_].file = file;
                }
                return notified;
              });
}

std::optional<UnitId> SimKernel::unit_of(pid_t pid) const {
  const Process* process = find(pid);
  if (process && (process->alive || process->zombie) && process->group->is_known) return process->group->unit;
  if (const auto at = watches_.find(pid); at != watches_.end()) return at->second.unit;
  return std::nullopt;
}

// ---- signals

void SimKernel::signal(pid_t pid, int signal) {
  if (const Process* process = find(pid)) in_world(Duration(0), {Kind::signal, pid, process->serial, uint64_t(signal)});
}

void SimKernel::end(pid_t pid, ExitStatus status) {
  if (const Process* process = find(pid)) in_world(Duration(0), {Kind::stopped, pid, process->serial, 0, status});
}

void SimKernel::deliver_signal(Process& process, int signal) {
  if (!process.alive || signal == 0 || signal == SIGCONT) return;
  const SimProgram& program = *process.program;
  if (signal == SIGHUP && !program.dies_of_sighup) return;
  if (signal == SIGKILL) return end_process(process, {ExitStatus::Kind::killed, SIGKILL});
  if (program.ignores_sigterm || process.stopping) return;
  if (std::ranges::find(program.ignores, signal) != program.ignores.end()) return;
  process.stopping = true;
  const bool dumps = !program.never_dumps_core && (signal == SIGABRT || signal == SIGQUIT);
  ExitStatus status{dumps ? ExitStatus::Kind::dumped : ExitStatus::Kind::killed, signal};
  if (program.exits_on_sigterm) status = {ExitStatus::Kind::exited, *program.exits_on_sigterm};
  in_world(program.needs_to_stop, {Kind::stopped, process.pid, process.serial, 0, status});
}

void SimKernel::kill(const KillRequest& request) {
  may_crash();
  std::vector<pid_t> targets;
  const auto add = [&](pid_t pid) {
    if (pid && std::ranges::find(targets, pid) == targets.end()) targets.push_back(pid);
  };
  if (request.whole_cgroup && !request.cgroup.empty()) {
    if (request.cgroup.ends_with(".slice")) {
      for (const Process* process : processes(request.cgroup)) targets.push_back(process->pid);
    } else {
      targets = cgroup(request.cgroup).alive;
    }
    Cgroup& group = cgroup(request.cgroup);
    know(group, request.unit);
    group.is_watched = true;
  }
  add(request.main_pid);
  add(request.control_pid);
  std::ranges::sort(targets);
  for (const pid_t pid : targets) {
    if (request.signal == SIGKILL) {
      if (meets(SimFault::sigkill_eperm, faults.sigkill_fails_percent)) {
        if (const Process* process = find(pid)) process->group->was_refused = true;
        continue;
      }
    } else if (meets(rng.chance(50) ? SimFault::kill_eperm : SimFault::kill_esrch, faults.kill_fails_percent)) {
      continue;
    }
    signal(pid, request.signal);
    if (request.also_sighup) signal(pid, SIGHUP);
  }
}

// ---- death

void SimKernel::end_process(Process& process, ExitStatus status) {
  if (!process.alive) return;
  process.alive = false;
  process.status = status;
  process.ended = now_;
  const pid_t pid = process.pid;
  std::erase(process.group->alive, pid);
  if (const std::string& name = process.program->bus_name; !name.empty())
    if (const auto owned = bus_names_.find(name);
        owned != bus_names_.end() && owned->second == fmt::format(":1.{}", pid))
      set_bus_name(name, "");
  for (const pid_t other : process.children) {  // orphans become the manager's
    Process* child = get(other);
    if (!child || child->parent != pid) continue;
    child->parent = 1;
    if (!child->alive) child->zombie = false;
  }
  process.children.clear();
  process.zombie = process.was_ours = process.parent == 1;
  tell_exit(process);
  cgroup_changed(*process.group);
}

void SimKernel::tell_exit(const Process& process) {
  const Duration late = meets(SimFault::late_exit, faults.late_exits_percent) ? faults.late_exit : Duration(0);
  to_manager(saturating_add(late, delay()), {Kind::tell_exit, process.pid, process.serial, 0});
}

std::optional<Event> SimKernel::tell(Process& process) {
  if (process.alive) return std::nullopt;
  const auto [first, last] = watches_.equal_range(process.pid);
  const auto watch = std::find_if(first, last, [&](const auto& one) { return one.second.serial == process.serial; });
  if (watch == last) {  // nobody's: reaped
    process.zombie = false;
    return std::nullopt;
  }
  const Watch told = watch->second;
  watches_.erase(watch);
  if (watches_.contains(process.pid))  // by another unit as well
    to_manager(Duration(0), {Kind::tell_exit, process.pid, process.serial, 0});
  // what outlives the process that was started: the cgroup says when it has gone
  if (told.token && !process.group->alive.empty()) process.group->is_watched = true;
  const bool is_known = process.was_ours;
  const ExitStatus status = is_known ? process.status : ExitStatus{ExitStatus::Kind::unknown, 0};
  return Exited{told.unit, told.token, process.pid, status};
}

bool SimKernel::watch_process(UnitId unit, pid_t pid) {
  may_crash();
  const Process* process = find(pid);
  if (!process || (!process->alive && !process->zombie)) return false;
  const auto [first, last] = watches_.equal_range(pid);
  const auto known = std::find_if(first, last, [&](const auto& one) { return one.second.unit == unit; });
  if (known != last && known->second.serial == process->serial) return true;
  if (known != last) watches_.erase(known);
  watches_.emplace(pid, Watch{unit, 0, process->serial});
  if (!process->alive) tell_exit(*process);
  return true;
}

void SimKernel::unwatch_process(UnitId unit, pid_t pid) {
  const auto [first, last] = watches_.equal_range(pid);
  const auto watch =
      std::find_if(first, last, [&](const auto& one) { return one.second.unit == unit && one.second.token == 0; });
  if (watch != last) watches_.erase(watch);
}

/// A process that the manager has started.
void SimKernel::watch_own(const Process& process, UnitId unit, SpawnToken token) {
  watches_.erase(process.pid);  // of an earlier process of that number
  watches_.emplace(process.pid, Watch{unit, token, process.serial});
}

bool SimKernel::awaits_a_process(UnitId unit) const {
  return std::ranges::any_of(watches_, [&](const auto& one) { return one.second.unit == unit; });
}

void SimKernel::reap(pid_t pid) {
  may_crash();
  if (Process* process = get(pid); process && !process->alive) process->zombie = false;
  may_crash();  // nothing of the step may be unwritten by now
}

bool SimKernel::is_alive(pid_t pid) const {
  const Process* process = find(pid);
  return pid == 1 || (process && process->alive);
}

bool SimKernel::is_our_child(pid_t pid) const {
  const Process* process = find(pid);
  return process && process->parent == 1 && (process->alive || process->zombie);
}

std::string SimKernel::process_name(pid_t pid) const {
  const Process* process = find(pid);
  if (!process) return "n/a";
  const std::string program = process->path.substr(0, process->path.find(' '));  // children of an actor have its name
  return program.substr(program.rfind('/') + 1);
}

}  // namespace svcd
