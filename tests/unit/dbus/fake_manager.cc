#include "unit/dbus/fake_manager.h"

namespace svcd {

FakeManager::FakeManager() {
  path_.folders = {"/etc/systemd/system", "/lib/systemd/system"};
}

FakeManager::Unit& FakeManager::add(const std::string& name, const std::string& description) {
  auto unit = std::make_unique<Unit>();
  unit->loaded.id = UnitName::parse(name).value();
  unit->loaded.names = {unit->loaded.id};
  unit->loaded.state = LoadState::loaded;
  unit->loaded.fragment_path = "/etc/systemd/system/" + name;
  unit->loaded.config.set_type(unit->loaded.id.type());
  unit->loaded.config.change<UnitSection>().description = description;
  if (unit->loaded.id.type() == UnitType::service) unit->service = std::make_unique<ServiceStatus>();
  units_.push_back(std::move(unit));
  changes.appeared.push_back({*find(name), name});
  return *units_.back();
}

void FakeManager::vanish(const std::string& name) {
  const UnitId id = *find(name);
  changes.vanished.push_back({id, name});
  units_[id.index].reset();
}

Changes FakeManager::take() {
  return std::exchange(changes, {});
}

void FakeManager::finish_job(JobId id, JobResult result) {
  const JobInfo job = jobs_.at(id);
  jobs_.erase(id);
  Unit& unit = *units_[job.unit.index];
  unit.status.job = 0;
  unit.status.active_state = job.type == JobType::stop ? ActiveState::inactive : ActiveState::active;
  unit.status.sub_state = job.type == JobType::stop ? "dead" : "running";
  changes.changed_units = {job.unit};
  changes.removed_jobs.push_back({id, job.unit, unit.loaded.id.str(), result});
}

std::optional<UnitId> FakeManager::find(std::string_view name) const {
  for (uint32_t i = 0; i < units_.size(); ++i)
    if (units_[i] && units_[i]->loaded.id.str() == name) return UnitId{i, 0};
  return std::nullopt;
}

Result<UnitId> FakeManager::load(std::string_view name) {
  if (const auto known = find(name)) return *known;
  if (!UnitName::is_valid(name)) return fail(ErrorCode::invalid_args, "Unit name {} is not valid.", name);
  Unit& unit = add(std::string(name), "");
  unit.loaded.state = LoadState::not_found;
  unit.loaded.fragment_path.clear();
  unit.loaded.error = {ErrorCode::no_such_unit, fmt::format("Unit {} not found.", name), 0};
  return *find(name);
}

std::vector<UnitId> FakeManager::units() const {
  std::vector<UnitId> ids;
  for (uint32_t i = 0; i < units_.size(); ++i)
    if (units_[i]) ids.push_back({i, 0});
  return ids;
}

std::vector<std::string> FakeManager::dependencies(UnitId id, Dependency kind) const {
  const auto& all = units_.at(id.index)->dependencies;
  const auto found = all.find(kind);
  return found == all.end() ? std::vector<std::string>() : found->second;
}

std::optional<UnitId> FakeManager::unit_of_process(pid_t pid) const {
  for (uint32_t i = 0; i < units_.size(); ++i)
    if (units_[i] && units_[i]->service && units_[i]->service->main_pid == pid) return UnitId{i, 0};
  return std::nullopt;
}

std::optional<UnitId> FakeManager::unit_of_invocation(const Id128& invocation) const {
  for (uint32_t i = 0; i < units_.size(); ++i)
    if (units_[i] && units_[i]->status.invocation == invocation) return UnitId{i, 0};
  return std::nullopt;
}

std::vector<JobInfo> FakeManager::jobs() const {
  std::vector<JobInfo> all;
  for (const auto& [id, job] : jobs_) all.push_back(job);
  return all;
}

std::optional<JobInfo> FakeManager::job(JobId id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

Result<UnitFileState> FakeManager::unit_file_state(const std::string& name) {
  if (!find(name)) return fail(ErrorCode::file_not_found, "No such file or directory");
  return UnitFileState::disabled;
}

const InstallFacts& FakeManager::install_facts(UnitId unit) {
  static constexpr InstallFacts disabled{"disabled", "enabled"}, none;
  return loaded(unit).fragment_path.empty() ? none : disabled;
}

Result<JobId> FakeManager::submit(const JobRequest& request) {
  history.push_back(fmt::format("{} {} {}{}", to_string(request.type), request.unit.str(), to_string(request.mode),
                                request.reload_if_possible ? " or reload" : ""));
  const UnitId id = *find(request.unit.str());
  Unit& unit = *units_[id.index];
  if (unit.loaded.state != LoadState::loaded) return tl::unexpected(unit.loaded.error);
  if (unit.status.job != 0) return unit.status.job;  // merged
  const JobId job = next_job_++;
  jobs_[job] = {job, id, request.type, JobState::waiting};
  unit.status.job = job;
  changes.new_jobs.push_back({job, id, request.unit.str(), request.client});
  return job;
}

Result<> FakeManager::cancel_job(JobId id) {
  history.push_back("cancel " + std::to_string(id));
  return {};
}
Result<> FakeManager::kill(UnitId id, KillWho, int signal) {
  history.push_back("kill " + loaded(id).id.str() + " " + std::to_string(signal));
  return {};
}
Result<> FakeManager::reset_failed(UnitId id) {
  history.push_back("reset-failed " + loaded(id).id.str());
  return {};
}
Result<> FakeManager::ref(UnitId id, ClientId) {
  history.push_back("ref " + loaded(id).id.str());
  return {};
}
Result<> FakeManager::unref(UnitId id, ClientId) {
  history.push_back("unref " + loaded(id).id.str());
  return {};
}
Result<InstallReply> FakeManager::install(const InstallRequest& request) {
  last_install = request;
  history.push_back("install " + (request.names.empty() ? "nothing" : request.names[0]) +
                    (request.runtime ? " runtime" : "") + (request.force ? " force" : ""));
  return InstallReply{true, {{InstallChange::Type::symlink, "/etc/link", "/lib/target", 0}}};
}
Result<> FakeManager::set_environment(const std::vector<std::string>& set, const std::vector<std::string>& unset) {
  for (const std::string& one : set) history.push_back("set " + one);
  for (const std::string& one : unset) history.push_back("unset " + one);
  return {};
}
Result<> FakeManager::finish(const Finish& last) {
  history.push_back("finish " + std::to_string(static_cast<int>(last.action)));
  return {};
}
Result<> FakeManager::set_exit_code(uint8_t code) {
  history.push_back("exit code " + std::to_string(code));
  return {};
}

}  // namespace svcd
