// Why jobs end as they do, noted where that is decided (cause.h): what stopped a unit, what it waited for in vain.
#include <algorithm>

#include "daemon/engine/cause_text.h"
#include "daemon/engine/manager.h"
#include "libunit/settings.h"

namespace svcd {

Cause Manager::cause_of(const Unit& unit, CauseKind kind) const {
  Cause cause;
  cause.kind = kind;
  cause.unit = unit.name().str();
  cause.when = now();
  return cause;
}

JobReason Manager::reason_of(const PlannedJob& planned, const JobReason& asked) const {
  JobReason reason = asked;
  switch (planned.reason.kind) {
    case PlanReason::Kind::asked: return reason;
    case PlanReason::Kind::dependency: reason.kind = JobReason::Kind::dependency; break;
    case PlanReason::Kind::isolate: reason.kind = JobReason::Kind::isolate; break;
    case PlanReason::Kind::trigger: reason.kind = JobReason::Kind::trigger; break;
  }
  reason.through = planned.reason.through;
  const Unit* by = registry_.at(planned.reason.by);
  reason.by = by ? by->id() : UnitId{};
  return reason;
}

/// What the machine noted of this run is the cause; where it noted nothing, the result itself says enough.
void Manager::note_end(Unit& unit, const Job& job, JobResult result) {
  const auto fill = [&](Cause& cause) {
    cause.job = job.type;
    cause.result = result;
  };
  const auto note = [&](CauseKind kind) {
    Cause cause = cause_of(unit, kind);
    fill(cause);
    cause.reason = job.reason.kind;
    cause.origin = job.reason.origin;
    cause.through = inverse(job.reason.through);  // as this unit sees it
    Causes::Handle because;
    if (const Unit* by = registry_.get(job.reason.by)) {
      cause.other = by->name().str();
      if (by->is_down()) because = causes_.find(by->index());
    }
    if (because && !because->is_failure()) because = nullptr;
    causes_.note(unit.index(), std::move(cause), std::move(because));
  };
  const Causes::Handle noted = causes_.find(unit.index());
  const bool is_of_this_job =
      noted && noted->job == JobType::nop && noted->is_failure() && noted->when.monotonic >= job.begin.monotonic;
  switch (result) {
    case JobResult::done:
      if (job.type == JobType::start && unit.is_up()) return causes_.forget(unit.index());
      if (job.type == JobType::start && is_of_this_job) return causes_.amend(unit.index(), fill);  // a condition
      if (job.type == JobType::stop && unit.active_state() == ActiveState::inactive) return note(CauseKind::stopped);
      return;
    case JobResult::canceled:
      if (job.type == JobType::start && unit.is_down()) note(CauseKind::canceled);
      return;
    case JobResult::skipped: return;
    case JobResult::invalid:
      if (unit.loaded().state == LoadState::loaded) return;
      note(CauseKind::not_loaded);
      return causes_.amend(unit.index(), [&](Cause& cause) {
        cause.load = unit.loaded().state;
        cause.detail = load_problem(unit.loaded());
      });
    case JobResult::unsupported: return note(CauseKind::unsupported);
    case JobResult::once: return note(CauseKind::once);
    case JobResult::timeout:
    case JobResult::failed:
    case JobResult::dependency:
    case JobResult::assert_:
    case JobResult::collected:
      if (is_of_this_job) return causes_.amend(unit.index(), fill);
      if (result == JobResult::failed && job.type != JobType::stop) {
        note(CauseKind::resources);
        causes_.amend(unit.index(), [&](Cause& cause) {
          cause.detail = fmt::format("its {} job ended while it was {}", to_string(job.type), unit.status().sub_state);
        });
      }
      return;
  }
}

void Manager::note_dependency(UnitIndex index, Dependency through, UnitIndex failed) {
  const Unit* unit = registry_.at(index);
  const Unit* other = registry_.at(failed);
  if (!unit || !other) return;
  Cause cause = cause_of(*unit, CauseKind::dependency);
  cause.through = through;
  cause.other = other->name().str();
  causes_.note(index, std::move(cause), causes_.find(failed));
}

void Manager::note_timeout(Unit& unit, TimerPurpose purpose) {
  const bool runs = purpose == TimerPurpose::job_running_timeout;
  Cause cause = cause_of(unit, CauseKind::job_timeout);
  cause.setting = runs ? key_of<&UnitSection::job_running_timeout>() : key_of<&UnitSection::job_timeout>();
  cause.limit = runs ? effective_job_running_timeout(unit.config()) : unit.config().unit().job_timeout;
  const Job* job = jobs_.of(unit.index());
  const Unit* other = job && job->state == JobState::waiting ? awaited(*job) : nullptr;
  if (other) {
    cause.other = other->name().str();
    cause.through = order_between(unit, *other);
  }
  causes_.note(unit.index(), std::move(cause));
}

/// Whose job this one waits for: one that runs, if there is any.
const Unit* Manager::awaited(const Job& job) const {
  const std::vector<JobInfo> before = jobs_in_order(job.id, false);
  if (before.empty()) return nullptr;
  const auto running = std::ranges::find(before, JobState::running, &JobInfo::state);
  return registry_.get((running == before.end() ? before.front() : *running).unit);
}

Dependency Manager::order_between(const Unit& unit, const Unit& other) const {
  return graph().has(unit.index(), Dependency::after, other.index()) ? Dependency::after : Dependency::before;
}

/// "a.service before b.service before a.service"; of a long one the beginning.
std::string Manager::loop_text(const std::vector<UnitIndex>& loop) const {
  constexpr size_t named_max = 8;
  std::string text, first;
  for (size_t i = 0; i < std::min(loop.size(), named_max); ++i) {
    const Unit* unit = registry_.at(loop[i]);
    if (!unit) continue;
    if (first.empty()) first = unit->name().str();
    text += unit->name().str() + " before ";
  }
  return text + (loop.size() > named_max ? "…" : first);
}

/// A job that was deleted to break a loop: its unit is not started, and nobody is told but the log.
void Manager::note_loops(const std::vector<PlanNote>& notes) {
  for (const PlanNote& note : notes) {
    const Unit* unit = note.deleted ? registry_.at(*note.deleted) : nullptr;
    if (!unit || !unit->is_down()) continue;
    Cause cause = cause_of(*unit, CauseKind::order_loop);
    cause.detail = loop_text(note.loop);
    for (const UnitIndex index : note.loop)
      if (const Unit* other = registry_.at(index); other && index != unit->index() && cause.other.empty())
        cause.other = other->name().str();
    cause.count = uint32_t(note.loop.size());
    causes_.note(unit->index(), std::move(cause));
  }
}

}  // namespace svcd
