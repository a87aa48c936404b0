// What only the end of a rehearsal tells: jobs that are left, units that were not there, the way to the target.
#include <algorithm>

#include "daemon/rehearsal/failure_text.h"
#include "daemon/rehearsal/reasons.h"
#include "daemon/rehearsal/recorder.h"
#include "daemon/rehearsal/unit_tree.h"

namespace svcd::rehearsal {
namespace {

struct Need {
  Dependency by;   // the edge to whoever needs it
  Dependency own;  // the same edge from the other end
  bool is_hard;
};
constexpr Need needs[] = {{Dependency::required_by, Dependency::requires_, true},
                          {Dependency::bound_by, Dependency::binds_to, true},
                          {Dependency::requisite_of, Dependency::requisite, true},
                          {Dependency::wanted_by, Dependency::wants, false},
                          {Dependency::upheld_by, Dependency::upholds, false}};

}  // namespace

Run Recorder::finish(const std::string& target) {
  Run run = std::move(run_);
  run.target = target;
  for (const JobStory& job : run.jobs) {
    if (job.ended) run.end = std::max(run.end, *job.ended);
    if (const Unit* unit = manager_.registry().find(job.unit)) {
      story_of(*unit);
    } else {
      units_.try_emplace(job.unit).first->second.name = job.unit;
    }
  }
  for (const auto& [name, stop] : stops_)
    if (!stop.limit.empty()) run.long_stops.push_back({name, stop.began, std::nullopt, stop.limit});
  for (auto& [name, story] : units_) {
    if (story.path.starts_with(UnitTree::standard_folder() + "/")) run.standard.push_back(name);
    run.units.push_back(story);
  }
  // What was given up comes after what was its cause.
  std::stable_sort(run.failures.begin(), run.failures.end(), [](const Failure& a, const Failure& b) {
    return std::pair(a.at, a.is_consequence) < std::pair(b.at, b.is_consequence);
  });
  find_missing(run);
  find_chain(run);
  return run;
}

void Recorder::note_unfinished(bool is_deadlock) {
  run_.is_deadlock = run_.is_deadlock || (is_deadlock && !open_jobs_.empty());
  for (size_t place = 0; place < run_.jobs.size(); ++place) {
    const JobStory& story = run_.jobs[place];
    const std::optional<JobInfo> job = story.ended ? std::nullopt : manager_.job(story.id);
    const Unit* unit = job ? manager_.registry().get(job->unit) : nullptr;
    if (!unit) continue;
    Unfinished left{place, "waits", {}};
    if (job->state == JobState::running) {
      left.state = fmt::format("runs ({})", unit->status().sub_state);
      const bool stops = unit->active_state() == ActiveState::deactivating;
      left.waits_for.push_back(fmt::format("itself ({})", stops ? stop_limit_text(*unit) : start_limit_text(*unit)));
    }
    std::vector<JobInfo> others = manager_.jobs_in_order(story.id, false);
    std::sort(others.begin(), others.end(), [](const JobInfo& a, const JobInfo& b) { return a.id < b.id; });
    for (const JobInfo& other : others)
      if (job->state == JobState::waiting)
        left.waits_for.push_back(
            fmt::format("{}/{} ({})", name_of(manager_, other.unit.index), to_string(other.type),
                        wait_reason(manager_, job->unit.index, job->type, other.unit.index, other.type)));
    run_.unfinished.push_back(std::move(left));
  }
}

/// Of units that played no part nobody misses anything.
void Recorder::find_missing(Run& run) const {
  manager_.registry().each([&](const Unit& unit) {
    const LoadState state = unit.loaded().state;
    if (state == LoadState::loaded || state == LoadState::stub || state == LoadState::merged) return;
    MissingUnit missing;
    missing.name = unit.name().str();
    missing.state = state;
    if (state == LoadState::bad_setting || state == LoadState::error) missing.why = load_failure_text(unit.loaded());
    for (const Need& need : needs)
      for (const UnitIndex other : manager_.graph().edges(unit.index(), need.by)) {
        if (!units_.contains(name_of(manager_, other))) continue;
        std::string why = need_reason(manager_, other, unit.index(), unit.type() == UnitType::mount);
        if (why.empty()) continue;  // a path without a mount of its own is nothing to miss
        missing.needed_by.push_back(std::move(why));
        missing.is_needed = missing.is_needed || need.is_hard;
      }
    if (!missing.needed_by.empty()) run.missing.push_back(std::move(missing));
  });
  std::sort(run.missing.begin(), run.missing.end(), [](const MissingUnit& a, const MissingUnit& b) {
    return std::tuple(!a.is_needed, a.name) < std::tuple(!b.is_needed, b.name);
  });
}

void Recorder::find_chain(Run& run) const {
  const Unit* target = manager_.registry().find(run.target);
  if (!target) return;
  std::optional<size_t> at;
  for (size_t place = 0; place < run.jobs.size() && !at; ++place) {
    const JobStory& job = run.jobs[place];
    if (job.unit == target->name().str() && job.type == JobType::start && job.result == JobResult::done) at = place;
  }
  if (!at) return;
  run.reached = run.jobs[*at].ended;
  for (; at; at = run.jobs[*at].waited_for) run.chain.push_back({*at, run.jobs[*at].because});
}

}  // namespace svcd::rehearsal
