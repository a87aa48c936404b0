// From several jobs a unit to one: what is redundant goes, what contradicts is settled, the rest is merged.
#include "libunit/plan_draft.h"

namespace svcd::planning {

namespace {

/// Whether the unit is already where the job would bring it. A restart never is.
bool is_redundant(JobType type, ActiveState state) {
  const bool up = is_up(state);
  switch (type) {
    case JobType::start:
    case JobType::verify_active: return up;
    case JobType::stop: return is_down(state);
    case JobType::reload: return state == ActiveState::reloading;
    case JobType::nop: return true;
    case JobType::restart:
    case JobType::try_restart:
    case JobType::try_reload:
    case JobType::reload_or_start: break;
  }
  return false;
}

/// All jobs of the unit come to nothing, and none of them reverses an installed one.
bool unit_is_redundant(const Draft& draft, UnitIndex unit) {
  const ActiveState state = draft.input.facts(unit).active;
  const std::optional<JobFacts> installed = draft.input.job(unit);
  for (DraftIndex job = draft.first_of(unit); job != none; job = draft.next_of(job)) {
    if (job == draft.anchor || !is_redundant(draft[job].type, state)) return false;
    if (installed && contradict(draft[job].type, installed->type)) return false;
  }
  return true;
}

/// Which of two contradicting jobs has to go; none: neither can. Of two that nobody insists on, the start stays,
/// unless the stop is there because of a Conflicts=.
DraftIndex choose(const Draft& draft, DraftIndex a, DraftIndex b) {
  if (draft[a].matters && draft[b].matters) return none;
  if (draft[a].matters) return b;
  if (draft[b].matters) return a;
  if (draft[a].type == JobType::stop) return draft.is_conflicted(a) ? b : a;
  if (draft[b].type == JobType::stop) return draft.is_conflicted(b) ? a : b;
  return a;
}

struct Clash {
  DraftIndex a = none, b = none;
};

Clash find_clash(const Draft& draft, UnitIndex unit) {
  for (DraftIndex a = draft.first_of(unit); a != none; a = draft.next_of(a))
    for (DraftIndex b = draft.next_of(a); b != none; b = draft.next_of(b))
      if (contradict(draft[a].type, draft[b].type)) return {a, b};
  return {};
}

bool waits_like_start(JobType type) {
  return type == JobType::start || type == JobType::verify_active || type == JobType::reload;
}

void merge_jobs_of(Draft& draft, UnitIndex unit) {
  DraftIndex kept = draft.first_of(unit);
  if (draft.next_of(kept) == none) return;
  for (DraftIndex job = kept; job != none; job = draft.next_of(job))
    if (job == draft.anchor) kept = job;
  const ActiveState state = draft.input.facts(unit).active;
  for (DraftIndex job = draft.first_of(unit), next; job != none; job = next) {
    next = draft.next_of(job);
    if (job == kept) continue;
    const bool waits = waits_like_start(draft[kept].type) || waits_like_start(draft[job].type);
    if (const auto both = merge(draft[kept].type, draft[job].type)) draft[kept].type = collapse(*both, state);
    if (waits && draft[kept].type == JobType::restart) draft[kept].waits_like_start = true;
    draft.absorb(kept, job);
  }
}

}  // namespace

void drop_redundant(Draft& draft) {
  for (DraftIndex job = 0; job < draft.size(); ++job) {
    const UnitIndex unit = draft[job].unit;
    if (draft[job].erased || !unit_is_redundant(draft, unit)) continue;
    for (DraftIndex other = draft.first_of(unit); other != none; other = draft.next_of(other))
      draft.erase(other, false);  // what wanted it has it already
  }
}

void minimize_impact(Draft& draft) {
  for (DraftIndex job = 0; job < draft.size(); ++job) {
    if (draft[job].erased || draft[job].matters) continue;
    const UnitIndex unit = draft[job].unit;
    const ActiveState state = draft.input.facts(unit).active;
    const std::optional<JobFacts> installed = draft.input.job(unit);
    const bool stops = draft[job].type == JobType::stop && is_up_or_coming(state);
    const bool reverses = installed && contradict(draft[job].type, installed->type);
    if (!stops && !reverses) continue;
    draft.note(7, unit,
               fmt::format("Deleting {} to minimize impact: it would {}.", draft.title(job),
                           stops ? "stop a running service" : "change an existing job"));
    draft.erase(job, true);
  }
}

Result<> merge_per_unit(Draft& draft) {
  for (DraftIndex at = 0; at < draft.size(); ++at) {
    const UnitIndex unit = draft[at].unit;
    if (draft[at].erased) continue;
    for (Clash clash = find_clash(draft, unit); clash.a != none; clash = find_clash(draft, unit)) {
      const DraftIndex loser = choose(draft, clash.a, clash.b);
      if (loser == none) {
        draft.refusal.path.clear();
        for (const DraftIndex job : {clash.a, clash.b})
          draft.refusal.path.push_back({unit, draft[job].type, draft.reason_of(job)});
        return fail(ErrorCode::transaction_jobs_conflicting,
                    "Transaction contains conflicting jobs '{}' and '{}' for {}. Probably contradicting requirement "
                    "dependencies configured.",
                    to_string(draft[clash.a].type), to_string(draft[clash.b].type), draft.name(unit));
      }
      draft.note(7, unit,
                 fmt::format("Fixing conflicting jobs {},{} by deleting job {}", draft.title(clash.a),
                             draft.title(clash.b), draft.title(loser)));
      draft.erase(loser, true);
      if (draft.request.mode != JobMode::isolate) draft.collect_garbage();
    }
  }
  // only now: what goes with a job goes by the links of that job alone
  for (DraftIndex at = 0; at < draft.size(); ++at)
    if (!draft[at].erased) merge_jobs_of(draft, draft[at].unit);
  return {};
}

}  // namespace svcd::planning
