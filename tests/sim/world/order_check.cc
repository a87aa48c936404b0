#include "sim/world/order_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace svcd {

void OrderCheck::begin(Manager& manager) {
  manager_ = &manager;
  mentions_.clear();
  needs_.clear();
  known_.clear();
  manager.registry().each([this](const Unit& unit) { learn(unit); });
}

void OrderCheck::learn(const Unit& unit) {
  if (known_.size() <= unit.index()) known_.resize(unit.index() + 1);
  const Block<UnitSection>& now = unit.config().block<UnitSection>();
  Block<UnitSection>& before = known_[unit.index()];
  if (&*before == &*now) return;
  const auto forget = [&](const std::vector<UnitName>& names) {
    for (const UnitName& name : names) {
      if (const auto at = mentions_.find(name.str()); at != mentions_.end())
        std::erase_if(at->second, [&](const Mention& m) { return m.who.index == unit.index(); });
      if (const auto at = needs_.find(name.str()); at != needs_.end())
        std::erase_if(at->second, [&](UnitId id) { return id.index == unit.index(); });
    }
  };
  for (const auto* names : {&before->after, &before->before, &before->requires_, &before->binds_to, &before->requisite})
    forget(*names);
  for (const UnitName& name : now->after) mentions_[name.str()].push_back({unit.id(), true});
  for (const UnitName& name : now->before) mentions_[name.str()].push_back({unit.id(), false});
  for (const auto* names : {&now->requires_, &now->binds_to, &now->requisite})
    for (const UnitName& name : *names) needs_[name.str()].push_back(unit.id());
  before = now;
}

std::vector<OrderCheck::Neighbour> OrderCheck::neighbours(const Unit& unit) const {
  std::vector<Neighbour> found;
  const Registry& registry = manager_->registry();
  if (unit.loaded().state == LoadState::loaded) {
    for (const UnitName& name : unit.config().unit().after)
      if (const Unit* other = registry.find(name.str())) found.push_back({other->id(), true});
    for (const UnitName& name : unit.config().unit().before)
      if (const Unit* other = registry.find(name.str())) found.push_back({other->id(), false});
  }
  for (const UnitName& name : unit.loaded().names)
    if (const auto at = mentions_.find(name.str()); at != mentions_.end())
      for (const Mention& mention : at->second)
        if (const Unit* other = registry.get(mention.who); other && other->loaded().state == LoadState::loaded)
          found.push_back({mention.who, !mention.is_after});
  return found;
}

/// What a job had to wait for when it began, is what was there before the step and still is, and what came with it but
/// earlier; jobs that came later stop nobody.
std::string OrderCheck::check() {
  if (listener_.was_reloaded()) return {};  // in that step some of them began under another order
  const JobQueue& jobs = manager_->job_queue();
  for (const JobId id : listener_.began()) {
    const Job* job = jobs.find(id);
    const Unit* unit = job ? manager_->registry().get(job->unit) : nullptr;
    if (!unit || job->state != JobState::running || job->ignore_order) continue;
    for (const Neighbour& neighbour : neighbours(*unit)) {
      const Job* other = jobs.of(neighbour.other.index);
      if (!other || other->id == id || !waits(job->type, neighbour.is_after, other->type)) continue;
      const auto told = listener_.jobs().find(other->id);
      if (told == listener_.jobs().end() || told->second.type != other->type) continue;
      const bool counts = told->second.step < listener_.step() || other->id < id;
      if (counts)
        return fmt::format("{}/{} runs before {}/{} is done", unit->name().str(), to_string(job->type),
                           manager_->registry().get(neighbour.other)->name().str(), to_string(other->type));
    }
  }
  return {};
}

std::string OrderCheck::check_waiting(const Job& job) const {
  const Unit* unit = manager_->registry().get(job.unit);
  if (!unit || job.state != JobState::waiting) return {};
  const ActiveState state = unit->active_state();
  if (state == ActiveState::activating || state == ActiveState::deactivating || state == ActiveState::reloading ||
      state == ActiveState::maintenance || unit->is_removing_directories())
    return {};  // it is asked again when the unit has changed
  const JobQueue& jobs = manager_->job_queue();
  if (!job.ignore_order && job.waits_for > 0) return {};  // of implied orders only the engine knows
  if (jobs.has_runnable()) return {};
  return fmt::format("{}/{} waits for nothing, the unit is {}", unit->name().str(), to_string(job.type),
                     to_string(state));
}

std::string OrderCheck::check_stuck() const {
  std::unordered_map<JobId, std::vector<JobId>> waits_for;
  const JobQueue& jobs = manager_->job_queue();
  for (const auto& [id, job] : jobs.all())
    for (const Dependency order : {Dependency::after, Dependency::before})
      for (const UnitIndex index : manager_->graph().edges(job.unit.index, order))
        if (const Job* other = jobs.of(index); other && must_wait(job.type, order, other->type) && !job.ignore_order)
          waits_for[id].push_back(other->id);
  for (const auto& [id, job] : jobs.all())
    if (!waits_for.contains(id))
      return fmt::format("job {} of {} waits for nobody", id, manager_->registry().get(job.unit)->name().str());
  // those that only wait for others of the loop are not of it
  for (bool goes_on = true; goes_on;) {
    std::unordered_set<JobId> awaited;
    for (const auto& [id, others] : waits_for) awaited.insert(others.begin(), others.end());
    goes_on = std::erase_if(waits_for, [&](const auto& each) { return !awaited.contains(each.first); }) > 0;
  }
  uint64_t newest = 0, changed = listener_.last_reload();
  std::string names;
  for (const auto& [id, others] : waits_for) {
    const Job& job = *jobs.find(id);
    const auto told = listener_.jobs().find(id);
    if (told == listener_.jobs().end()) return fmt::format("of job {} nobody was told", id);
    newest = std::max(newest, told->second.born);
    changed = std::max(changed, told->second.merged);
    names += fmt::format(" {}/{}", manager_->registry().get(job.unit)->name().str(), to_string(job.type));
  }
  return changed >= newest ? "" : "jobs wait for each other:" + names;
}

std::string OrderCheck::check_failed() const {
  if (listener_.was_reloaded()) return {};
  for (const Listener::Ended& ended : listener_.ended()) {
    const JobResult result = ended.result;
    const bool starts = ended.job.type == JobType::start || ended.job.type == JobType::verify_active;
    if (!starts || ended.job.step == listener_.step()) continue;
    if (result != JobResult::failed && result != JobResult::timeout && result != JobResult::assert_) continue;
    const Unit* unit = manager_->registry().get(ended.job.unit);
    if (!unit) continue;
    const auto users = needs_.find(unit->name().str());
    if (users == needs_.end()) continue;
    for (const UnitId user : users->second) {
      const Unit* other = manager_->registry().get(user);
      const Job* job = other ? manager_->job_queue().of(user.index) : nullptr;
      if (!job || other->loaded().state != LoadState::loaded || job->type != JobType::start) continue;
      const auto told = listener_.jobs().find(job->id);
      if (told == listener_.jobs().end() || told->second.step == listener_.step()) continue;
      // being opened, as good as done: scenario socket-requires-what-fails
      if (other->type() == UnitType::socket && std::string_view(other->status().sub_state) == "start-chown") continue;
      // it was a restart that had yet to stop the unit: as in 252, only starts are taken along
      if (listener_.mirror(user).stopped_in == listener_.step()) continue;
      return fmt::format("{} needs {}, whose start job ended with {}, but its own goes on", other->name().str(),
                         unit->name().str(), to_string(result));
    }
  }
  return {};
}

}  // namespace svcd
