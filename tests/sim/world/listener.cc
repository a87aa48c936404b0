#include "sim/world/listener.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/service.h"

namespace svcd {

Told Told::of(const Unit& unit) {
  const UnitStatus& status = unit.status();
  Told told{status.active_state, status.sub_state, status.job, unit.main_pid(), unit.control_pid(), unit.result(), 0};
  if (const ServiceStatus* service = unit.service_status()) told.n_restarts = service->n_restarts;
  return told;
}

void Listener::listen(Manager& manager) {
  is_taking_over_ = manager_ != nullptr;
  look_at_all_anew();
  manager_ = &manager;
  manager.add_listener(*this);
}

/// So does the manager, after a daemon-reload or a take-over: but for those that have a job then.
void Listener::look_at_all_anew() {
  for (Mirror& mine : mirrors_) mine.was_called_off = mine.user_was_called_off = false;
}

Mirror& Listener::mirror(UnitId id) {
  if (mirrors_.size() <= id.index) mirrors_.resize(id.index + 1);
  Mirror& mirror = mirrors_[id.index];
  if (!is_taking_over_ && mirror.id.valid() && mirror.id.generation > id.generation)
    return gone_ = {};  // its place is another's by now
  if (mirror.id != id) {
    mirror = {};
    mirror.id = id;
  }
  return mirror;
}

void Listener::touch(UnitId id) {
  if (!manager_->registry().get(id)) return;
  Mirror& mine = mirror(id);
  if (mine.is_listed) return;
  mine.is_listed = true;
  touched_.push_back(id);
}

void Listener::begin_step() {
  for (const UnitId id : touched_)
    if (id.index < mirrors_.size() && mirrors_[id.index].id == id) mirrors_[id.index].is_listed = false;
  touched_.clear();
  began_.clear();
  ended_.clear();
  went_down_.clear();
  was_reloaded_ = false;
  new_jobs_ = forgotten_ = 0;
  ++step_;
}

void Listener::take_as_it_is() {
  is_taking_over_ = false;
  wrong_.clear();  // jobs of the record may end before anybody was told of them
  jobs_.clear();
  began_.clear();
  ended_.clear();
  went_down_.clear();
  for (Mirror& mine : mirrors_)  // generations begin anew with the next manager
    if (!manager_->registry().get(mine.id)) mine = {};
  for (const auto& [id, job] : manager_->job_queue().all()) {
    jobs_[id] = {job.unit, job.type, job.state, step_, step_};
    jobs_[id].needs = needs_of(job.unit);
  }
  last_reload_ = step_;
  manager_->registry().each([this](const Unit& unit) {
    Mirror& mine = mirror(unit.id());
    mine.told = Told::of(unit);
    mine.stop_until = infinity;
    if (mine.invocation != unit.status().invocation) {  // started, and nobody was told
      mine.is_window_unsure = true;
      mine.last_start = unit.status().inactive_exit.monotonic;
    }
    mine.invocation = unit.status().invocation;
  });
}

void Listener::count(const Unit& unit, const Told& before, const Told& now) {
  if (before.sub.data() == now.sub.data()) return;
  const auto named = [&](const auto& names, auto& counts) {
    if (const auto at = std::ranges::find(names, now.sub); at != names.end()) ++counts[size_t(at - names.begin())];
  };
  switch (unit.type()) {
    case UnitType::service: ++coverage_.service_states[size_t(static_cast<const Service&>(unit).state())]; return;
    case UnitType::socket: return named(socket_state_names, coverage_.socket_states);
    case UnitType::mount: return named(mount_state_names, coverage_.mount_states);
    case UnitType::target:
    case UnitType::slice:
    case UnitType::scope:
    case UnitType::timer:
    case UnitType::path:
    case UnitType::automount:
    case UnitType::swap:
    case UnitType::device: return;
  }
}

void Listener::flush(const Changes& changes) {
  for (const UnitAppeared& unit : changes.appeared)
    if (const Unit* there = manager_->registry().get(unit.unit)) {
      mirror(unit.unit).told = Told::of(*there);
      mirror(unit.unit).is_new = !is_taking_over_;
      touch(unit.unit);
    }
  if (changes.reloading_ended) {
    look_at_all_anew();
    for (Mirror& mine : mirrors_) {  // starts are counted anew
      mine.window = Time(0);
      mine.starts = 0;
      mine.is_window_unsure = true;
    }
  }
  take_removed(changes.replaced_jobs);
  take_jobs(changes);
  for (const LogMessage& line : changes.log) {
    const Unit* unit = line.message_id == message_id::unit_stopped ? manager_->registry().find(line.unit) : nullptr;
    if (unit) mirror(unit->id()).stopped_in = step_;
    if (!line.unit.empty() && (line.message.find("too often recently") != std::string::npos ||
                               line.message.find("Failed to enqueue") != std::string::npos ||
                               line.message.find("Unable to break cycle") != std::string::npos))
      gave_up_.insert(line.unit);
  }
  for (const UnitId id : changes.changed_units) {
    const Unit* unit = manager_->registry().get(id);
    if (!unit) {
      complain("a change is told of a unit that is gone");
      continue;
    }
    Mirror& mine = mirror(id);
    const Told now = Told::of(*unit);
    count(*unit, mine.told, now);
    if (mine.told.main_pid != 0 && now.main_pid != 0 && mine.told.main_pid != now.main_pid)
      mine.main_was_replaced = true;
    // MAINPID= named a daemon that ended before who forked it: 252 does not watch that one any longer
    if (mine.told.main_pid != 0 && mine.told.control_pid != 0 && now.main_pid == 0 && now.control_pid == 0)
      mine.main_was_replaced = true;
    if (is_down(now.active) && !is_down(mine.told.active)) {
      went_down_.push_back(id);
      for (const UnitId needed : needs_of(id))
        if (Mirror& its = mirror(needed); its.user_waited_in != step_)
          its.user_was_called_off = false;  // looked at now
    }
    if (!is_down(now.active)) mine.was_called_off = false;
    if (is_down(now.active) != is_down(mine.told.active) && mine.user_called_off_in != step_)
      mine.user_was_called_off = false;
    mine.told = now;
    touch(id);
  }
  was_reloaded_ = was_reloaded_ || changes.reloading_ended;
  if (changes.reloading_ended) {
    last_reload_ = step_;
    for (auto& [id, job] : jobs_) job.needs = needs_of(job.unit);  // its settings may be others now
  }
  for (const UnitVanished& unit : changes.vanished) {
    for (const auto& [id, job] : jobs_)
      if (job.unit == unit.unit) complain(fmt::format("{} is forgotten, but has job {}", unit.name, id));
    if (Mirror& mine = mirror(unit.unit); mine.id == unit.unit) mine = {};
    ++forgotten_;
  }
}

/// Whom the unit keeps up that would be stopped without it.
std::vector<UnitId> Listener::needs_of(UnitId id) const {
  std::vector<UnitId> found;
  const Registry& registry = manager_->registry();
  if (!registry.get(id)) return found;
  for (const Dependency kind :
       {Dependency::requires_, Dependency::requisite, Dependency::wants, Dependency::binds_to, Dependency::upholds})
    for (const UnitIndex index : manager_->graph().edges(id.index, kind))
      if (const Unit* needed = registry.at(index); needed && needed->config().unit().stop_when_unneeded)
        found.push_back(needed->id());
  return found;
}

void Listener::note_restart(ToldJob& mine, const Job& there) const {
  if (there.type != JobType::restart) return;
  const Unit* unit = manager_->registry().get(there.unit);
  if (!unit) return;
  mine.restarts = true;
  mine.invocation = unit->status().invocation;
  mine.settings = unit->config();
}

void Listener::asked(const JobRequest& request) {
  const Unit* unit = request.type == JobType::restart ? manager_->registry().find(request.unit.str()) : nullptr;
  if (unit) mirror(unit->id()).stopped_in = step_;
}

void Listener::reload_asked(const Unit& unit, Time when) {
  const Job* there = manager_->job_queue().of(unit.index());
  const auto known = there ? jobs_.find(there->id) : jobs_.end();
  if (!there || known == jobs_.end()) return;
  ToldJob& mine = known->second;
  if (mine.restarts || (there->type != JobType::reload && there->type != JobType::reload_or_start)) return;
  mine.reloads = when;
  mine.invocation = unit.status().invocation;
  mine.settings = unit.config();
}

void Listener::take_jobs(const Changes& changes) {
  new_jobs_ += changes.new_jobs.size();
  for (const JobNew& job : changes.new_jobs) {
    const Job* there = manager_->job_queue().find(job.job);
    // one that came and went in one step has a type that nobody can know
    if (!jobs_
             .try_emplace(job.job,
                          ToldJob{job.unit, there ? there->type : JobType::nop, JobState::waiting, step_, step_})
             .second)
      complain(fmt::format("job {} of {} is told to be new twice", job.job, job.unit_name));
    if (there) ++coverage_.job_types[size_t(there->type)];
    if (there && there->state == JobState::running) began_.push_back(job.job);
    if (there) jobs_[job.job].state = there->state;
    if (there) note_restart(jobs_[job.job], *there);
    jobs_[job.job].needs = needs_of(job.unit);
    touch(job.unit);
  }
  for (const JobId id : changes.changed_jobs) {
    const Job* there = manager_->job_queue().find(id);
    const auto known = jobs_.find(id);
    if (!there || known == jobs_.end()) continue;
    ToldJob& mine = known->second;
    if (mine.type != there->type) {
      ++coverage_.job_types[size_t(there->type)];
      mine.step = step_;
      note_restart(mine, *there);
    }
    if (there->state == JobState::running && (mine.state != JobState::running || mine.type != there->type))
      began_.push_back(id);
    if (mine.type != there->type || there->state == JobState::waiting) mine.merged = step_;
    mine.type = there->type;
    mine.state = there->state;
    touch(mine.unit);
  }
  take_removed(changes.removed_jobs);
}

void Listener::take_removed(const std::vector<JobRemoved>& removed) {
  for (const JobRemoved& job : removed) {
    ++coverage_.job_results[size_t(job.result)];
    const auto known = jobs_.find(job.job);
    if (known == jobs_.end()) {  // good only of a job of the record: take_as_it_is()
      const ToldJob unknown{.unit = job.unit, .needs = needs_of(job.unit)};
      if (is_taking_over_) note_called_off({unknown, job.result});
      complain(fmt::format("job {} of {} is told to be removed, but was not there", job.job, job.unit_name));
      continue;
    }
    ended_.push_back({known->second, job.result});
    note_called_off(ended_.back());
    jobs_.erase(known);
    touch(job.unit);
  }
}

void Listener::call_off_user(UnitId needed) {
  mirror(needed).user_was_called_off = true;
  mirror(needed).user_called_off_in = step_;
}

void Listener::note_called_off(const Ended& ended) {
  const UnitId id = ended.job.unit;
  const Unit* unit = manager_->registry().get(id);
  if (unit && !unit->is_down()) {  // who has a job starts nobody, and is not looked at when it ends: upholds-called-off
    for (const UnitIndex upheld : manager_->graph().edges(id.index, Dependency::upholds))
      if (const Unit* other = manager_->registry().at(upheld)) call_off_user(other->id());
    return;
  }
  const bool was_spared = !unit || ended.may_have_been_there() || is_down(mirror(id).told.active);
  if (unit && was_spared) mirror(id).was_called_off = true;
  if (was_spared || ended.waited())
    for (const UnitId needed : ended.job.needs) {
      call_off_user(needed);
      if (ended.waited()) mirror(needed).user_waited_in = step_;
    }
}

std::string Listener::compare(const Unit& unit) {
  const Job* job = manager_->job_queue().of(unit.index());
  if (job && job->in_run_queue) return {};  // of a step that was cut short: told when the job had its turn
  const Told now = Told::of(unit);
  const Told& told = mirror(unit.id()).told;
  if (told == now) return {};
  return fmt::format(
      "of {} was told: {}/{}, job {}, main {}, control {}, {}, {} restarts; but it is: {}/{}, job {}, main {}, control "
      "{}, {}, {} restarts",
      unit.name().str(), to_string(told.active), told.sub, told.job, told.main_pid, told.control_pid,
      to_string(told.result), told.n_restarts, to_string(now.active), now.sub, now.job, now.main_pid, now.control_pid,
      to_string(now.result), now.n_restarts);
}

std::string Listener::compare_jobs() const {
  const auto& there = manager_->job_queue().all();
  for (const auto& [id, job] : jobs_)
    if (!there.contains(id)) return fmt::format("job {} is gone, but nobody was told", id);
  for (const auto& [id, job] : there)
    if (const auto known = jobs_.find(id); known == jobs_.end())
      return fmt::format("job {} is there, but nobody was told", id);
    else if (known->second.type != job.type || known->second.state != job.state)
      return fmt::format("of job {} was told {} {}, but it is {} {}", id, to_string(known->second.type),
                         to_string(known->second.state), to_string(job.type), to_string(job.state));
  return {};
}

}  // namespace svcd
