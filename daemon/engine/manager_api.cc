// What D-Bus asks of the manager (api.h).
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/plan_view.h"
#include "daemon/engine/planted.h"

namespace svcd {

// ---- looking

std::optional<UnitId> Manager::find(std::string_view name) const {
  const Unit* unit = registry_.find(name);
  if (!unit || unit->loaded().state == LoadState::stub) return std::nullopt;
  return unit->id();
}

Result<UnitId> Manager::load(std::string_view name) {
  const UnitName parsed = SVCD_TRY(UnitName::parse(name));
  if (parsed.is_template()) return fail(ErrorCode::invalid_args, "Unit name {} is missing the instance name.", name);
  Unit* unit = registry_.find(name);
  const bool was_missing = unit && unit->loaded().state == LoadState::not_found;
  const bool is_unread = !unit || unit->loaded().state == LoadState::stub;
  const bool had_no_room = unit && unit->loaded().error.code == ErrorCode::limits_exceeded;
  const bool may_be_there = (was_missing || is_unread) && search_path_changed();
  if (may_be_there) loader_.forget();  // a file that came since: found without a daemon-reload
  if ((may_be_there && was_missing) || (had_no_room && registry_.size() < units_max / 2)) {
    registry_.reload(*unit);
    consider_anew(*unit);
  }
  unit = registry_.intern(parsed);
  if (!unit) return fail(ErrorCode::limits_exceeded, "Too many units, no room for {}.", name);
  registry_.load(*unit);
  if (!registry_.load_slice()) somebody_waits_ = true;
  unit = registry_.find(name);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit {} not found.", name);
  registry_.consider(*unit);
  return unit->id();
}

/// Whether any folder of the search path had entries added or removed since the last look.
bool Manager::search_path_changed() {
  std::vector<FileIdentity> now;
  now.reserve(setup_.search_path.folders.size());
  for (const std::string& folder : setup_.search_path.folders) now.push_back(kernel_.files().look(folder).identity);
  if (now == folder_identities_) return false;
  folder_identities_ = std::move(now);
  return true;
}

std::vector<UnitId> Manager::units() const {
  std::vector<UnitId> all;
  all.reserve(registry_.size());
  registry_.each([&](const Unit& unit) { all.push_back(unit.id()); });
  return all;
}

bool Manager::is_alive(UnitId id) const {
  return registry_.get(id) != nullptr;
}
const LoadedUnit& Manager::loaded(UnitId id) const {
  return registry_.get(id)->loaded();
}
const UnitStatus& Manager::status(UnitId id) const {
  return registry_.get(id)->status();
}
const ServiceStatus* Manager::service(UnitId id) const {
  return registry_.get(id)->service_status();
}
const SocketStatus* Manager::socket(UnitId id) const {
  return registry_.get(id)->socket_status();
}
const MountStatus* Manager::mount(UnitId id) const {
  return registry_.get(id)->mount_status();
}

std::vector<std::string> Manager::dependencies(UnitId id, Dependency kind) const {
  std::vector<std::string> names;
  // this one is in no list of the other unit, though it joins two
  const bool only_own = kind == Dependency::joins_namespace_of;
  for (const UnitIndex other : graph().edges(id.index, kind))
    if (only_own && !graph().is_own(id.index, kind, other))
      continue;
    else if (const Unit* unit = registry_.at(other))
      names.push_back(unit->name().str());
  return names;
}

CgroupUsage Manager::usage(UnitId id) const {
  const Unit* unit = registry_.get(id);
  if (!unit) return {};
  if (unit->status().control_group.empty()) {
    CgroupUsage last;
    last.cpu_nsec = unit->status().cpu_nsec_last;
    return last;
  }
  CgroupUsage usage = kernel_.cgroup_usage(unit->status().control_group);
  // a socket has its cgroup before it runs any command in it: there is nothing to count yet
  if (unit->type() == UnitType::socket && usage.cpu_nsec == 0U) usage.cpu_nsec.reset();
  if (usage.cpu_nsec) *usage.cpu_nsec -= std::min(*usage.cpu_nsec, unit->status().cpu_nsec_before);
  return usage;
}

std::vector<UnitProcess> Manager::processes(UnitId id) const {
  constexpr size_t at_most = 16384;  // a list for people; one step must stay short
  std::vector<UnitProcess> found;
  const Unit* unit = registry_.get(id);
  if (!unit || unit->status().control_group.empty()) return found;
  for (const pid_t pid : kernel_.cgroup_processes(unit->status().control_group, at_most))
    found.push_back({kernel_.cgroup_of(pid), pid, kernel_.process_command_line(pid)});
  return found;
}

bool Manager::need_daemon_reload(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && const_cast<UnitLoader&>(loader_).differs_from_disk(unit->loaded());
}

bool Manager::is_perpetual(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && unit->is_perpetual();
}

bool Manager::can_start(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && unit->loaded().state == LoadState::loaded && unit->can_start() && unit->exists_here() &&
         !unit->config().unit().refuse_manual_start;
}
bool Manager::can_stop(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && unit->can_stop() && unit->exists_here() && !unit->config().unit().refuse_manual_stop;
}
bool Manager::can_reload(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && unit->can_reload();
}
bool Manager::can_isolate(UnitId id) const {
  const Unit* unit = registry_.get(id);
  return unit && unit->config().unit().allow_isolate && !unit->config().unit().refuse_manual_start;
}

std::optional<UnitId> Manager::unit_of_process(pid_t pid) const {
  std::optional<UnitId> found;
  registry_.each([&](const Unit& unit) {
    if (unit.main_pid() == pid || unit.control_pid() == pid) found = unit.id();
  });
  return found ? found : unit_of_cgroup(kernel_.cgroup_of(pid));
}

/// The unit whose cgroup it is, or the nearest one above.
std::optional<UnitId> Manager::unit_of_cgroup(std::string_view cgroup) const {
  while (!cgroup.empty() && cgroup != "/") {
    std::string_view leaf = cgroup.substr(cgroup.rfind('/') + 1);
    if (leaf.starts_with('_')) leaf.remove_prefix(1);
    if (const Unit* unit = registry_.find(leaf)) return unit->id();
    cgroup = cgroup.substr(0, cgroup.rfind('/') == std::string_view::npos ? 0 : cgroup.rfind('/'));
  }
  if (cgroup == "/")
    if (const Unit* root = registry_.find("-.slice")) return root->id();
  return std::nullopt;
}

std::optional<UnitId> Manager::unit_of_invocation(const Id128& invocation) const {
  std::optional<UnitId> found;
  if (invocation == Id128{}) return found;
  registry_.each([&](const Unit& unit) {
    if (unit.status().invocation == invocation) found = unit.id();
  });
  return found;
}

std::vector<JobInfo> Manager::jobs() const {
  std::vector<JobInfo> all;
  for (const auto& [id, job] : jobs_.all()) all.push_back({id, job.unit, job.type, job.state, job.sequence});
  std::sort(all.begin(), all.end(), [](const JobInfo& a, const JobInfo& b) { return a.id < b.id; });
  return all;
}

std::optional<JobInfo> Manager::job(JobId id) const {
  const Job* job = jobs_.find(id);
  if (!job) return std::nullopt;
  return JobInfo{id, job->unit, job->type, job->state, job->sequence};
}

std::vector<JobInfo> Manager::jobs_in_order(JobId id, bool after) const {
  std::vector<JobInfo> found;
  const Job* job = jobs_.find(id);
  if (!job) return found;
  for (const Dependency order : {Dependency::before, Dependency::after})
    for (const UnitIndex index : graph().edges(job->unit.index, order)) {
      const Job* other = jobs_.of(index);
      if (!other) continue;
      const bool waits = after ? !other->ignore_order && must_wait(other->type, inverse(order), job->type)
                               : !job->ignore_order && must_wait(job->type, order, other->type);
      if (waits) found.push_back({other->id, other->unit, other->type, other->state, other->sequence});
    }
  std::ranges::sort(found, {}, &JobInfo::id);
  const auto same = [](const JobInfo& a, const JobInfo& b) { return a.id == b.id; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

bool Manager::is_stopping() const {
  const Unit* shutdown = registry_.find("shutdown.target");
  if (!shutdown) return false;
  const Job* job = jobs_.of(shutdown->index());
  return shutdown->is_up() || (job && job->type == JobType::start);
}

SystemState Manager::system_state() const {
  if (!startup_done_) {
    const Unit* basic = registry_.find("basic.target");
    return basic && basic->is_up() ? SystemState::starting : SystemState::initializing;
  }
  if (is_stopping()) return SystemState::stopping;
  for (const char* name : {"rescue.target", "emergency.target"})
    if (const Unit* unit = registry_.find(name); unit && (unit->is_up() || jobs_.of(unit->index())))
      return SystemState::maintenance;
  return failed_ ? SystemState::degraded : SystemState::running;
}

Result<UnitFileState> Manager::unit_file_state(const std::string& name) {
  return Installer(kernel_.files(), setup_.search_path, setup_.host).state(name);
}
std::vector<Installer::ListedFile> Manager::unit_files() {
  constexpr uint64_t tick = 1'000'000'000;  // no file system's clock is coarser
  if (unit_file_list_ && unit_file_list_->seen.still_hold()) return unit_file_list_->files;
  UnitFileList& list = unit_file_list_.emplace(kernel_.files());
  list.files = Installer(list.seen, setup_.search_path, setup_.host).list();
  list.seen.prune();
  if (list.seen.youngest() + tick < uint64_t(now().realtime.count()) * 1000) return list.files;
  std::vector<Installer::ListedFile> files = std::move(list.files);
  unit_file_list_.reset();
  return files;
}
Result<std::vector<std::string>> Manager::unit_file_links(const std::string& name, bool runtime) {
  return Installer(kernel_.files(), setup_.search_path, setup_.host).links_of(name, runtime);
}
Result<std::string> Manager::default_target() {
  return Installer(kernel_.files(), setup_.search_path, setup_.host).default_target();
}
const InstallFacts& Manager::install_facts(UnitId id) {
  Unit& unit = *registry_.get(id);
  if (unit.install_facts) return *unit.install_facts;
  InstallFacts& facts = unit.install_facts.emplace();
  if (unit.loaded().fragment_path.empty()) return facts;
  Installer installer(kernel_.files(), setup_.search_path, setup_.host);
  facts.state = to_string(installer.state(unit.name().str()).value_or(UnitFileState::bad));
  facts.preset = installer.preset_enables(unit.name().str()) ? "enabled" : "disabled";
  return facts;
}

// ---- changing

/// The unit that is meant. As in 252, what only stops or restarts what is up loads nothing.
Result<Unit*> Manager::unit_of(const JobRequest& request) {
  Unit* unit = registry_.find(request.unit.str());
  const bool may_load = request.type != JobType::stop && request.type != JobType::try_restart;
  if (!unit && !may_load) return fail(ErrorCode::no_such_unit, "Unit {} not loaded.", request.unit.str());
  if (may_load) {
    const UnitId id = SVCD_TRY(load(request.unit.str()));
    unit = registry_.get(id);
  }
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit {} not found.", request.unit.str());
  if (request.type == JobType::stop && unit->loaded().state == LoadState::not_found &&
      unit->active_state() == ActiveState::inactive)
    return fail(ErrorCode::no_such_unit, "Unit {} not loaded.", request.unit.str());
  return unit;
}

JobType Manager::type_of(const JobRequest& request, const Unit& unit) {
  const bool reloads = request.reload_if_possible && unit.can_reload();
  return collapse(prefer_reload(request.type, reloads), unit.active_state());
}

Result<JobId> Manager::submit(const JobRequest& request) {
  const Unit* unit = SVCD_TRY(unit_of(request));
  auto job = install_transaction({unit->index(), type_of(request, *unit), request.mode, true}, request.client);
  announce();
  return job;
}

Result<> Manager::cancel_job(JobId id) {
  Job* job = jobs_.find(id);
  if (!job) return fail(ErrorCode::no_such_job, "Job {} does not exist.", id);
  finish_job(*job, JobResult::canceled, true, false);
  return {};
}

void Manager::clear_jobs() {
  std::vector<JobId> all;
  for (const auto& [id, job] : jobs_.all()) all.push_back(id);
  for (const JobId id : all)
    if (Job* job = jobs_.find(id)) finish_job(*job, JobResult::canceled, false, false);
}

Result<> Manager::kill(UnitId id, KillWho who, int signal) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  if (signal <= 0 || signal > 64) return fail(ErrorCode::invalid_args, "Signal number out of range.");
  const bool wants_main = who == KillWho::main || who == KillWho::main_fail;
  const bool wants_control = who == KillWho::control || who == KillWho::control_fail;
  const bool everybody = who == KillWho::all || who == KillWho::all_fail;
  using Processes = UnitTypeRow::Processes;
  const Processes processes = unit->type_row().processes;
  if (processes == Processes::none) return fail(ErrorCode::not_supported, "Operation not supported");
  if (wants_control && processes == Processes::of_members)
    return fail(ErrorCode::no_such_process, "{} units have no control processes", to_string(unit->type()));
  if (wants_main && processes != Processes::main_and_control)
    return fail(ErrorCode::no_such_process, "{} units have no main processes", to_string(unit->type()));
  if (wants_main && !unit->main_pid()) return fail(ErrorCode::no_such_process, "No main process to kill");
  if (wants_control && !unit->control_pid()) return fail(ErrorCode::no_such_process, "No control process to kill");
  KillRequest request;
  request.unit = id;
  request.cgroup = unit->status().control_group;
  request.signal = signal;
  if (wants_main || everybody) request.main_pid = unit->main_pid();
  if (wants_control || everybody) request.control_pid = unit->control_pid();
  request.whole_cgroup = everybody && !request.cgroup.empty();
  if (who == KillWho::all_fail && !request.main_pid && !request.control_pid &&
      (request.cgroup.empty() || kernel_.cgroup_is_empty(request.cgroup)))
    return fail(ErrorCode::no_such_process, "No matching processes to kill");
  log_kill(*unit, request);
  kernel_.kill(request);
  return {};
}

/// Who gets a signal because somebody asked for it is named, one line a process.
void Manager::log_kill(const Unit& unit, const KillRequest& request) {
  const auto say = [&](std::string_view verb, std::string_view what, pid_t pid) {
    log(&unit, priority_info,
        fmt::format("{}: {} signal SIG{} to {}process {} ({}) on client request.", unit.name().str(), verb,
                    signal_name(request.signal), what, pid, kernel_.process_name(pid)));
  };
  if (request.control_pid) say("Sent", "control ", request.control_pid);
  if (request.main_pid) say("Sent", "main ", request.main_pid);
  if (!request.whole_cgroup) return;
  for (const pid_t pid : kernel_.cgroup_processes(request.cgroup, 64))
    if (pid != request.main_pid && pid != request.control_pid) say("Sending", "", pid);
}

Result<> Manager::reset_failed(UnitId id) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  if (const Causes::Handle cause = causes_.find(id.index); cause && cause->is_failure()) causes_.forget(id.index);
  unit->reset_start_limit();
  unit->reset_failed();
  registry_.consider(*unit);
  return {};
}

void Manager::reset_all_failed() {
  for (const UnitId id : units()) (void)reset_failed(id);
}

Result<> Manager::ref(UnitId id, ClientId client) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  unit->references.push_back(client);
  held_[client].units.push_back(id);
  return {};
}

Result<> Manager::unref(UnitId id, ClientId client) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  const auto held = std::find(unit->references.begin(), unit->references.end(), client);
  if (held == unit->references.end()) return fail(ErrorCode::not_referenced, "Unit has not been referenced yet.");
  unit->references.erase(held);
  if (const auto list = held_.find(client); list != held_.end())
    if (const auto at = std::find(list->second.units.begin(), list->second.units.end(), id);
        at != list->second.units.end())
      list->second.units.erase(at);
  registry_.consider(*unit);
  return {};
}

void Manager::client_gone(ClientId client) {
  const auto found = held_.find(client);
  if (!client || found == held_.end()) return;
  const Held held = std::move(found->second);
  held_.erase(found);
  for (const UnitId id : held.units)
    if (Unit* unit = registry_.get(id); unit && SVCD_SOUND(references_of_the_gone_kept))
      if (std::erase(unit->references, client)) registry_.consider(*unit);
  for (const JobId id : held.jobs)
    if (Job* job = jobs_.find(id); job && job->client == client) job->client = 0;
}

Result<InstallReply> Manager::install(const InstallRequest& request) {
  const InstallPlan made = Installer(kernel_.files(), setup_.search_path, setup_.host).plan(request);
  for (const Diagnostic& diagnostic : made.diagnostics) log(nullptr, priority_warning, to_string(diagnostic));
  std::optional<Error> error = made.error();
  InstallReply reply;
  reply.carries_install_info = made.carries_install_info;
  bool changed = false;
  for (const InstallChange& change : made.changes) {
    if (change.type == InstallChange::Type::failed) continue;  // as in systemd the others are told, or the error is
    if (auto applied = kernel_.apply(change); !applied) {
      error = std::move(applied).error();
      break;
    }
    changed |= change.type == InstallChange::Type::symlink || change.type == InstallChange::Type::unlink;
    reply.changes.push_back(change);
  }
  if (changed) loader_.forget();
  if (changed || !error) {
    changes_.unit_files_changed = true;
    flush();  // as in systemd the signal comes before the answer
  }
  if (error) return tl::unexpected(std::move(*error));
  return reply;
}

Result<> Manager::set_exit_code(uint8_t code) {
  exit_code_ = code;
  return {};
}

Result<> Manager::finish(const Finish& how) {
  Finish last = how;
  if (last.action == Finish::Action::exit && last.exit_code == 0) last.exit_code = exit_code_.value_or(0);
  kernel_.finish(last);
  return {};
}

}  // namespace svcd
