#include "daemon/sim/sim_machine.h"

#include <cstdlib>
#include <utility>

#include "libunit/plan.h"

namespace svcd {

size_t SimMachine::total_events = 0, SimMachine::total_crashes = 0;

// ---- a unit

std::optional<UnitId> SimUnit::id() const {
  return machine_.manager_->find(name_);
}

std::optional<Result<JobId>> SimUnit::submit(JobType type, JobMode mode) {
  std::optional<Result<JobId>> answer;
  machine_.say(fmt::format("request {}/{} {}", name_, to_string(type), to_string(mode)));
  const bool alive = machine_.step([&] {
    const Result<UnitName> name = UnitName::parse(name_);
    if (!name) {
      answer = tl::unexpected(name.error());
      return;
    }
    JobRequest request;
    request.unit = *name;
    request.type = type;
    request.mode = mode;
    request.client = 1;
    answer = machine_.manager_->submit(request);
  });
  return alive ? answer : std::nullopt;
}

void SimUnit::kill(KillWho who, int signal) {
  machine_.step([&] {
    if (const auto unit = id()) (void)machine_.manager_->kill(*unit, who, signal);
  });
}

void SimUnit::reset_failed() {
  machine_.step([&] {
    if (const auto unit = id()) (void)machine_.manager_->reset_failed(*unit);
  });
}

std::string SimUnit::sub_state() const {
  const auto unit = id();
  return unit ? machine_.manager_->status(*unit).sub_state : "dead";
}

ActiveState SimUnit::active_state() const {
  const auto unit = id();
  return unit ? machine_.manager_->status(*unit).active_state : ActiveState::inactive;
}

const ServiceStatus* SimUnit::service() const {
  const auto unit = id();
  return unit ? machine_.manager_->service(*unit) : nullptr;
}

UnitResult SimUnit::result() const {
  return service() ? service()->result : UnitResult::success;
}
pid_t SimUnit::main_pid() const {
  return service() ? service()->main_pid : 0;
}
uint32_t SimUnit::n_restarts() const {
  return service() ? service()->n_restarts : 0;
}

bool SimUnit::has_job() const {
  const auto unit = id();
  return unit && machine_.manager_->status(*unit).job != 0;
}

std::vector<const SimKernel::Process*> SimUnit::processes() const {
  std::vector<const SimKernel::Process*> mine;
  for (const SimKernel::Process* process : machine_.kernel.processes())
    if (process->cgroup.ends_with("/" + name_)) mine.push_back(process);
  return mine;
}

size_t SimUnit::running(std::string_view path) const {
  size_t count = 0;
  for (const SimKernel::Process* process : processes()) count += process->path == path;
  return count;
}

// ---- the machine

SimMachine::SimMachine(uint64_t seed) : kernel(seed), trace(std::getenv("SIM_TRACE") != nullptr) {
  const std::string folder = "/usr/lib/systemd/system/";
  for (const char* name : {"sysinit.target", "basic.target", "sockets.target", "timers.target", "paths.target",
                           "local-fs.target", "local-fs-pre.target", "network.target"})
    kernel.memory().write(folder + name, "[Unit]\n");
  kernel.memory().write(folder + "basic.target", "[Unit]\nRequires=sysinit.target\nAfter=sysinit.target\n");
  kernel.memory().write(folder + "multi-user.target",
                        "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n");
  kernel.memory().link(folder + "default.target", "multi-user.target");
  for (const char* name : {"shutdown.target", "umount.target"})
    kernel.memory().write(folder + name, "[Unit]\nDefaultDependencies=no\nRefuseManualStart=yes\n");
  kernel.memory().write(folder + "dbus.socket", "[Socket]\nListenStream=/run/dbus/system_bus_socket\n");
  start_manager();
}

SimMachine::~SimMachine() {
  total_events += events;
  total_crashes += crashes;
}

void SimMachine::start_manager() {
  ManagerSetup setup;
  setup.search_path = SearchPath::system("/etc", "/run", "");
  setup.is_container = true;
  manager_ = std::make_unique<Manager>(kernel, std::move(setup));
  manager_->add_listener(*this);
}

SimUnit& SimMachine::unit(const std::string& name) {
  auto& unit = units_[name];
  if (!unit) unit = std::make_unique<SimUnit>(*this, name);
  return *unit;
}

SimUnit& SimMachine::load(const std::string& path, std::string_view text) {
  const std::string full = path.starts_with('/') ? path : "/etc/systemd/system/" + path;
  kernel.memory().write(full, text);
  return unit(full.substr(full.rfind('/') + 1));
}

void SimMachine::boot() {
  step([&] { manager_->boot(); });
  run_for(std::chrono::seconds(1));
}

bool SimMachine::step(const std::function<void()>& what) {
  ++events;
  bool lived = true;
  try {
    what();
    for (int i = 0; i < 10'000 && manager_->has_work(); ++i) manager_->settle();
  } catch (const SimCrash&) {
    lived = false;
    take_over();
  }
  if (after_event) after_event();
  return lived;
}

bool SimMachine::request(const std::function<void(Manager&)>& what) {
  return step([&] { what(*manager_); });
}

void SimMachine::say(std::string_view text) const {
  if (trace) fmt::print("{:10.6f} {}\n", double(kernel.clock().count()) / 1e6 - 1000, text);
}

void SimMachine::take_over() {
  for (bool done = false; !done;) {
    ++crashes;
    say("---- the manager dies");
    kernel.lose_manager();
    manager_.reset();
    // Seldom does it die again over the taking over, and not for ever.
    if (crash_every_ != 0 && rng.chance(20)) kernel.crash_after(1 + rng.below(8));
    try {
      start_manager();
      if (!manager_->restore()) manager_->boot();
      for (int i = 0; i < 10'000 && manager_->has_work(); ++i) manager_->settle();
      done = true;
      for (const JobInfo& job : manager_->jobs())
        say(fmt::format("     has job {}/{} {}", manager_->loaded(job.unit).id.str(), to_string(job.type),
                        to_string(job.state)));
      for (const auto& [name, unit] : units_)
        say(fmt::format("     {} is {}, main {}, {} processes", name, unit->sub_state(), unit->main_pid(),
                        unit->processes().size()));
    } catch (const SimCrash&) {
    }
  }
  arm_crash();
}

void SimMachine::crash() {
  take_over();
  if (after_event) after_event();
}

void SimMachine::crash_every(uint64_t calls) {
  crash_every_ = calls;
  arm_crash();
}

void SimMachine::arm_crash() {
  kernel.crash_after(crash_every_ == 0 ? 0 : 1 + rng.below(2 * crash_every_));
}

void SimMachine::run_for(Duration duration) {
  const Time until = saturating_add(kernel.now().monotonic, duration);
  while (const std::optional<Event> event = kernel.next(until)) step([&] { manager_->handle(*event); });
}

void SimMachine::run_until_quiet(Duration at_most) {
  const Time until = saturating_add(kernel.now().monotonic, at_most);
  while (!kernel.is_idle() && kernel.now().monotonic < until) {
    const std::optional<Event> event = kernel.next(until);
    if (event) step([&] { manager_->handle(*event); });
  }
}

void SimMachine::flush(const Changes& changes) {
  for (const UnitId id : changes.changed_units) {
    if (!manager_->is_alive(id)) continue;
    const auto known = units_.find(manager_->loaded(id).id.str());
    if (known == units_.end()) continue;
    History& history = known->second->history;
    const std::string now = manager_->status(id).sub_state;
    if (history.empty() ? now == "dead" : history.back() == now) continue;
    history.push_back(now);
    say(fmt::format("{} -> {}", known->first, now));
  }
  std::vector<JobRemoved> removed = changes.replaced_jobs;
  removed.insert(removed.end(), changes.removed_jobs.begin(), changes.removed_jobs.end());
  for (const JobRemoved& job : removed) {
    say(fmt::format("job {} of {}: {}", job.job, job.unit_name, to_string(job.result)));
    if (const auto known = units_.find(job.unit_name); known != units_.end()) known->second->jobs.push_back(job.result);
  }
  for (const LogMessage& message : changes.log) {
    log.push_back(message.message);
    say(message.message);
  }
  for (const StatusLine& line : changes.console) console.push_back(line.text);
}

// ---- invariants

std::string SimMachine::claims_to_be_down_with_processes() {
  for (const auto& [name, unit] : units_) {
    if (!unit->is_down()) continue;
    const auto processes = unit->processes();
    if (!processes.empty())
      return fmt::format("{} is {} but process {} ({}) is alive", name, unit->sub_state(), processes[0]->pid,
                         processes[0]->path);
  }
  return {};
}

std::string SimMachine::directories_of_another_time() {
  for (const auto& [name, unit] : units_) {
    const auto id = unit->id();
    if (!id) continue;
    const LoadedUnit& loaded = manager_->loaded(*id);
    if (loaded.config.exec().directories[size_t(ExecSection::Directory::runtime)].entries.empty()) continue;
    const bool there = kernel.directories.contains(name);
    if (there && unit->is_down()) return fmt::format("{} is {}, but its folder is there", name, unit->sub_state());
    if (!there && !unit->processes().empty()) return fmt::format("{} runs, but its folder is gone", name);
  }
  return {};
}

std::string SimMachine::two_main_processes() {
  for (const auto& [name, unit] : units_) {
    pid_t first = 0;
    for (const SimKernel::Process* process : unit->processes()) {
      if (process->token == 0 || process->is_control) continue;
      if (first != 0) return fmt::format("{} has two main processes, {} and {}", name, first, process->pid);
      first = process->pid;
    }
  }
  return {};
}

std::string SimMachine::main_process_forgotten() {
  for (const auto& [name, unit] : units_) {
    const std::string state = unit->sub_state();
    if ((state != "running" && state != "exited") || unit->main_pid() != 0) continue;
    for (const SimKernel::Process* process : unit->processes())
      if (process->token != 0 && !process->is_control)
        return fmt::format("{} is {} and knows no main process, but {} is alive", name, state, process->pid);
  }
  return {};
}

std::string SimMachine::says_what_its_processes_did_not() {
  for (const auto& [name, unit] : units_) {
    const ServiceStatus* service = unit->service();
    if (!service) continue;
    std::vector<ExecRun> told{service->main};
    told.insert(told.end(), service->runs.all().begin(), service->runs.all().end());
    for (const ExecRun& run : told) {
      const SimKernel::Process* process = run.pid && run.exit.happened() ? kernel.find(run.pid) : nullptr;
      if (!process) continue;
      if (process->alive) return fmt::format("{} says that process {} ended, but it is alive", name, run.pid);
      if (run.status.kind != ExitStatus::Kind::unknown && run.status != process->status)
        return fmt::format("{} says {}/{} of process {}, which ended with {}/{}", name, int(run.status.kind),
                           run.status.value, run.pid, int(process->status.kind), process->status.value);
    }
  }
  return {};
}

/// Looks at the jobs that began to run in the last step. What they had to wait for then, is what was there before and
/// still is, and what came with them but earlier; jobs that came later stop nobody.
std::string SimMachine::jobs_out_of_order() {
  std::map<UnitIndex, JobInfo> before_step = std::exchange(known_jobs_, {});
  for (const JobInfo& job : manager_->jobs()) known_jobs_[job.unit.index] = job;
  if (std::exchange(crashes_seen_, crashes) != crashes) return {};  // what was before is not known
  const auto same = [](const JobInfo& a, const JobInfo& b) { return a.id == b.id && a.type == b.type; };
  for (const auto& [unit, job] : known_jobs_) {
    const auto earlier = before_step.find(unit);
    const bool ran = earlier != before_step.end() && same(earlier->second, job) && earlier->second.state == job.state;
    if (job.state != JobState::running || ran) continue;
    for (const Dependency order : {Dependency::before, Dependency::after})
      for (const UnitIndex index : manager_->graph().edges(unit, order)) {
        const auto found = known_jobs_.find(index);
        if (found == known_jobs_.end() || !must_wait(job.type, order, found->second.type)) continue;
        const auto was = before_step.find(index);
        const bool counts = was != before_step.end() ? same(was->second, found->second) : found->second.id < job.id;
        if (counts)
          return fmt::format("{}/{} runs before {}/{} is done", manager_->loaded(job.unit).id.str(),
                             to_string(job.type), manager_->loaded(found->second.unit).id.str(),
                             to_string(found->second.type));
      }
  }
  return {};
}

}  // namespace svcd
