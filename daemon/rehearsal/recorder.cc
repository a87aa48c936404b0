#include "daemon/rehearsal/recorder.h"

#include <algorithm>
#include <charconv>

#include "daemon/engine/log_texts.h"
#include "daemon/rehearsal/failure_text.h"
#include "daemon/rehearsal/reasons.h"

namespace svcd::rehearsal {
namespace {

bool is_moving(ActiveState state) {
  return state == ActiveState::activating || state == ActiveState::deactivating || state == ActiveState::reloading;
}

/// The types of jobs that came and went within one step are told by the log alone.
std::map<JobId, JobType> types_in(const std::vector<LogMessage>& log) {
  std::map<JobId, JobType> types;
  for (const LogMessage& message : log) {
    JobId id = 0;
    JobType type{};
    bool has_type = false;
    for (const auto& [name, value] : message.fields) {
      if (name == "JOB_ID") std::from_chars(value.data(), value.data() + value.size(), id);
      if (name == "JOB_TYPE") has_type = parse_job_type(value, type);
    }
    if (id != 0 && has_type) types.try_emplace(id, type);
  }
  return types;
}

}  // namespace

// ---- the end of a step

void Recorder::flush(const Changes& changes) {
  const std::map<JobId, JobType> types = types_in(changes.log);
  ended_before_step_ = ended_;
  for (const JobRemoved& job : changes.replaced_jobs) job_ended(job);
  for (const JobNew& job : changes.new_jobs) {
    job_appeared(job);
    if (const auto told = types.find(job.job); told != types.end()) run_.jobs.back().type = told->second;
  }
  for (const JobRemoved& job : changes.removed_jobs) job_ended(job);
  for (const JobId id : changes.changed_jobs) {
    const std::optional<JobInfo> job = manager_.job(id);
    const auto open = open_jobs_.find(id);
    if (!job || open == open_jobs_.end()) continue;
    JobStory& story = run_.jobs[open->second];
    if (story.type != JobType::restart) story.type = job->type;
    if (job->state == JobState::running && !story.began) job_began(open->second, job->unit.index);
  }
  for (const UnitId id : changes.changed_units) unit_changed(id);
  for (const LogMessage& message : changes.log) log(message);
}

void Recorder::job_appeared(const JobNew& job) {
  JobStory story;
  story.id = job.job;
  story.unit = job.unit_name;
  story.asked = elapsed();
  if (const std::optional<JobInfo> info = manager_.job(job.job))
    story.type = info->type;
  else if (const Unit* unit = manager_.registry().get(job.unit); unit && unit->is_down())
    story.type = JobType::stop;
  open_jobs_[job.job] = run_.jobs.size();
  run_.jobs.push_back(std::move(story));
  ends_.push_back(0);
  asked_in_.push_back(ended_before_step_);
}

/// Of the jobs that it had to wait for since it was asked for, the one that ended last.
std::optional<size_t> Recorder::last_obstacle(size_t place, UnitIndex index, std::string& because) const {
  std::optional<size_t> last;
  for (const Dependency order : {Dependency::after, Dependency::before})
    for (const UnitIndex other : manager_.graph().edges(index, order)) {
      const auto ended = jobs_of_.find(name_of(manager_, other));
      if (ended == jobs_of_.end()) continue;
      const size_t candidate = ended->second.back();
      if (ends_[candidate] <= asked_in_[place] || (last && ends_[candidate] <= ends_[*last])) continue;
      if (!must_wait(run_.jobs[place].type, order, run_.jobs[candidate].type)) continue;
      last = candidate;
      because = order_reason(manager_, index, order, other);
    }
  return last;
}

void Recorder::job_began(size_t place, UnitIndex index) {
  JobStory& story = run_.jobs[place];
  story.began = elapsed();
  story.turn = ++turns_;
  story.waited_for = last_obstacle(place, index, story.because);
}

void Recorder::job_ended(const JobRemoved& removed) {
  const auto open = open_jobs_.find(removed.job);
  if (open == open_jobs_.end()) return;
  const size_t place = open->second;
  open_jobs_.erase(open);
  JobStory& story = run_.jobs[place];
  const bool ran = removed.result != JobResult::canceled && removed.result != JobResult::dependency;
  if (!story.began && ran) job_began(place, removed.unit.index);
  if (story.turn == 0) story.turn = ++turns_;
  story.ended = elapsed();
  story.result = removed.result;
  ends_[place] = ++ended_;
  jobs_of_[story.unit].push_back(place);
  const Unit* unit = manager_.registry().get(removed.unit);
  switch (removed.result) {
    case JobResult::done:
    case JobResult::canceled:
    case JobResult::skipped:
    case JobResult::collected:
    case JobResult::failed: return;  // the unit itself says why
    case JobResult::unsupported:
      story.type = JobType::start;
      story.is_simulated = unit == nullptr || unit->not_yet_text().empty();
      if (!story.is_simulated) return;
      break;
    case JobResult::dependency:
      run_.failures.push_back({elapsed(), story.unit, why_given_up(story, removed.unit.index), true});
      return;
    case JobResult::timeout:
    case JobResult::invalid:
    case JobResult::assert_:
    case JobResult::once: break;
  }
  run_.failures.push_back({elapsed(), story.unit, job_failure_text(unit, story.type, removed.result)});
}

/// The unit that it needs and that was not to be had, as far as that can be told: it is what the job waited for.
std::string Recorder::why_given_up(JobStory& story, UnitIndex index) const {
  for (const Dependency need : {Dependency::requires_, Dependency::binds_to, Dependency::requisite})
    for (const UnitIndex other : manager_.graph().edges(index, need)) {
      const auto ended = jobs_of_.find(name_of(manager_, other));
      if (ended == jobs_of_.end()) continue;
      const JobStory& job = run_.jobs[ended->second.back()];
      if (*job.ended != elapsed() || job.result == JobResult::done) continue;
      story.waited_for = ended->second.back();
      story.because = need_reason(manager_, index, other);
      return fmt::format("given up: {} did not start ({})", job.unit, story.because);
    }
  for (const Dependency need : {Dependency::binds_to, Dependency::requisite})
    for (const UnitIndex other : manager_.graph().edges(index, need)) {
      const Unit* needed = manager_.registry().at(other);
      if (!needed || !needed->is_down()) continue;
      const bool was_skipped = needed->status().condition_time.happened() && !needed->status().condition_result;
      return fmt::format("given up: {} is not up{} ({})", needed->name().str(),
                         was_skipped ? ", since a condition of it is not met" : "",
                         need_reason(manager_, index, other));
    }
  return "given up: something that it needs did not start";
}

// ---- units

UnitStory& Recorder::story_of(const Unit& unit) {
  const auto [at, is_new] = units_.try_emplace(unit.name().str());
  UnitStory& story = at->second;
  story.name = at->first;
  story.description = unit.config().unit().description;
  story.path = unit.loaded().fragment_path;
  return story;
}

void Recorder::unit_changed(UnitId id) {
  const Unit* unit = manager_.registry().get(id);
  if (!unit) return;
  const UnitStatus& status = unit->status();
  if (is_moving(status.active_state))
    moving_.insert(unit->name().str());
  else
    moving_.erase(unit->name().str());
  const auto known = units_.find(unit->name().str());
  const bool was_seen = known != units_.end() && !known->second.states.empty();
  if (!was_seen && status.active_state == ActiveState::inactive) return;
  if (was_seen) {
    const StateChange& last = known->second.states.back();
    if (last.active == status.active_state && last.sub == status.sub_state) return;
  }
  UnitStory& story = story_of(*unit);
  story.states.push_back({elapsed(), status.active_state, status.sub_state, ++changes_});
  if (story.states.back().sub == "auto-restart") {
    ++story.restarts;
    story.restarted_because = failure_text(*unit, timeouts_[story.name]);
  }
  run_.end = elapsed();
  watch_stop(*unit, status.active_state);
  if (status.active_state == ActiveState::failed)
    run_.failures.push_back({elapsed(), story.name, failure_text(*unit, timeouts_[story.name])});
  if (!is_moving(status.active_state) || story.states.back().sub == "auto-restart") timeouts_.erase(story.name);
}

void Recorder::watch_stop(const Unit& unit, ActiveState now) {
  const std::string& name = unit.name().str();
  if (now == ActiveState::deactivating) {
    stops_.try_emplace(name, Unfolding{elapsed(), {}});
    return;
  }
  const auto stop = stops_.find(name);
  if (stop == stops_.end()) return;
  if (!stop->second.limit.empty()) run_.long_stops.push_back({name, stop->second.began, elapsed(), stop->second.limit});
  stops_.erase(stop);
}

void Recorder::note(const TimerFired& fired) {
  const Unit* unit = manager_.registry().get(fired.key.unit);
  if (!unit) return;
  if (std::string text = timeout_text(*unit, fired.key.purpose); !text.empty())
    timeouts_.try_emplace(unit->name().str(), std::move(text));
  if (fired.key.purpose != TimerPurpose::state_timeout) return;
  const auto stop = stops_.find(unit->name().str());
  if (stop != stops_.end() && stop->second.limit.empty()) stop->second.limit = stop_limit_text(*unit);
}

void Recorder::refused(std::string what, const Error& error) {
  run_.failures.push_back({elapsed(), "", fmt::format("{} was refused: {}", what, error.message)});
}

// ---- what only the log tells

/// A loop is told line by line: each unit has to wait for the one in the next line.
void Recorder::log(const LogMessage& message) {
  const std::string_view text = message.message;
  const auto after = [&](std::string_view words) -> std::optional<std::string> {
    const size_t at = text.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    const size_t begin = at + words.size();
    return std::string(text.substr(begin, text.find(' ', begin) - begin));
  };
  const auto link = [&](const std::string& title) {
    const size_t slash = title.rfind('/');
    cycle_->links.push_back({title.substr(0, slash), slash == std::string::npos ? "" : title.substr(slash + 1), {}});
  };
  if (message.priority == priority_emergency) run_.failures.push_back({elapsed(), "", message.message});
  if (const auto first = after(": Found ordering cycle on ")) {
    cycle_.emplace();
    cycle_->at = elapsed();
    return link(*first);
  }
  if (!cycle_) return;
  if (const auto next = after(": Found dependency on ")) return link(*next);
  const auto victim = after(": Job ");
  if (!victim && !after(": Unable to break cycle ")) return;
  if (victim) cycle_->left_out = victim->substr(0, victim->rfind('/'));
  for (size_t i = 0; i < cycle_->links.size(); ++i) {
    Cycle::Link& waiting = cycle_->links[i];
    const Cycle::Link& other = cycle_->links[(i + 1) % cycle_->links.size()];
    const Unit* from = manager_.registry().find(waiting.unit);
    const Unit* to = manager_.registry().find(other.unit);
    JobType type{}, other_type{};
    if (from && to && parse_job_type(waiting.job, type) && parse_job_type(other.job, other_type))
      waiting.because = wait_reason(manager_, from->index(), type, to->index(), other_type);
  }
  run_.cycles.push_back(std::move(*cycle_));
  cycle_.reset();
}

}  // namespace svcd::rehearsal
