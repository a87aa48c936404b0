// Which other jobs a job brings along: the closure over the dependencies, as tables of what each kind means.
#include <span>

#include "libunit/plan_draft.h"

namespace svcd::planning {

namespace {

/// What happens to a job if one that it pulls in cannot be had.
enum class OnError : uint8_t { fail, note, note_reload };

/// One kind of dependency and the job that it asks of the other side.
struct Pull {
  Dependency kind;
  JobType type;
  OnError on_error;
  bool conflicts = false;
};

using enum Dependency;
// clang-format off
constexpr Pull of_start[]{
    {requires_,            JobType::start,         OnError::fail},
    {binds_to,             JobType::start,         OnError::fail},
    {wants,                JobType::start,         OnError::note},
    {upholds,              JobType::start,         OnError::note},
    {requisite,            JobType::verify_active, OnError::fail},
    {conflicts,            JobType::stop,          OnError::fail, true},
    {conflicted_by,        JobType::stop,          OnError::note},
};
constexpr Pull of_stop[]{
    {required_by,          JobType::stop,          OnError::fail},
    {requisite_of,         JobType::stop,          OnError::fail},
    {bound_by,             JobType::stop,          OnError::fail},
    {consists_of,          JobType::stop,          OnError::fail},
    {propagates_stop_to,   JobType::stop,          OnError::fail},
};
/// Those that are not up are left alone: try-restart comes to nothing for them.
constexpr Pull of_restart[]{
    {requires_,            JobType::start,         OnError::fail},
    {binds_to,             JobType::start,         OnError::fail},
    {wants,                JobType::start,         OnError::note},
    {upholds,              JobType::start,         OnError::note},
    {requisite,            JobType::verify_active, OnError::fail},
    {conflicts,            JobType::stop,          OnError::fail, true},
    {conflicted_by,        JobType::stop,          OnError::note},
    {required_by,          JobType::try_restart,   OnError::fail},
    {requisite_of,         JobType::try_restart,   OnError::fail},
    {bound_by,             JobType::try_restart,   OnError::fail},
    {consists_of,          JobType::try_restart,   OnError::fail},
};
constexpr Pull of_reload[]{
    {propagates_reload_to, JobType::try_reload,    OnError::note_reload},
};
// clang-format on

std::span<const Pull> pulls_of(JobType type) {
  switch (type) {
    case JobType::start: return of_start;
    case JobType::stop: return of_stop;
    case JobType::restart: return of_restart;
    case JobType::reload: return of_reload;
    case JobType::verify_active:
    case JobType::nop:
    case JobType::try_restart:
    case JobType::try_reload:
    case JobType::reload_or_start: break;
  }
  return {};
}

Result<> check_loaded(const UnitFacts& facts) {
  const std::string& name = facts.name->str();
  switch (facts.load) {
    case LoadState::loaded: return {};
    case LoadState::not_found: return fail(ErrorCode::no_such_unit, "Unit {} not found.", name);
    case LoadState::bad_setting: return fail(ErrorCode::bad_unit_setting, "Unit {} has a bad unit file setting.", name);
    case LoadState::masked: return fail(ErrorCode::unit_masked, "Unit {} is masked.", name);
    case LoadState::error:
      if (facts.load_error) return tl::unexpected(*facts.load_error);
      break;
    case LoadState::stub:
    case LoadState::merged: break;
  }
  return fail(ErrorCode::no_such_unit, "Unexpected load state of unit {}", name);
}

/// A start applies even to what cannot be started, like a device: it may come up by itself.
bool applies(JobType type, const UnitFacts& facts) {
  switch (type) {
    case JobType::start:
    case JobType::verify_active:
    case JobType::nop: return true;
    case JobType::stop: return !facts.is_perpetual;
    case JobType::restart:
    case JobType::try_restart: return facts.can_stop && facts.can_start;
    case JobType::reload:
    case JobType::try_reload: return facts.can_reload;
    case JobType::reload_or_start: return facts.can_reload && facts.can_start;
  }
  return false;
}

/// A job whose dependencies are being walked: this far.
struct Frame {
  DraftIndex job = none;
  OnError on_error = OnError::fail;  // of the link it was pulled in by
  PlanReason reason;
  size_t pull = 0, edge = 0;
};

class PullIn {
 public:
  explicit PullIn(Draft& draft) : draft_(draft) {}

  /// Adds one job and everything it needs. An error leaves what was added up to then, as systemd does: a unit that is
  /// only wanted starts even if something that it requires is not there.
  Result<> run(DraftIndex subject, UnitIndex unit, JobType type, bool only_itself, PlanReason::Kind kind) {
    const Draft::Pulled how{.matters = true, .kind = kind};
    draft_.refusal.path = {{unit, type, {}}};
    SVCD_TRY(add(subject, unit, type, OnError::fail, how, only_itself));
    while (!stack_.empty() && draft_.size() <= draft_.request.jobs_max)
      if (auto done = advance(); !done) SVCD_TRY(unwind(std::move(done).error()));
    return {};
  }

 private:
  /// The job itself and, if it is new, a frame for what it pulls in.
  Result<> add(DraftIndex subject, UnitIndex unit, JobType type, OnError on_error, const Draft::Pulled& how,
               bool only_itself) {
    DraftIndex job = draft_.find(unit, type);
    const bool is_new = job == none;
    if (is_new) {
      const UnitFacts facts = draft_.input.facts(unit);
      draft_.met_stub = draft_.met_stub || facts.load == LoadState::stub;
      if (type != JobType::stop) SVCD_TRY(check_loaded(facts));
      if (!applies(type, facts))
        return fail(ErrorCode::job_type_not_applicable, "Job type {} is not applicable for unit {}.", to_string(type),
                    facts.name->str());
      job = draft_.add(unit, type);
    }
    if (subject == none)
      draft_.anchor = job;
    else
      draft_.link(subject, job, how);
    if (is_new && !only_itself)
      stack_.push_back({job, on_error, subject == none ? PlanReason{} : reason(subject, how.through)});
    return {};
  }

  /// Follows one edge of the topmost job, or takes the job off the stack when it has no more.
  Result<> advance() {
    Frame& frame = stack_.back();
    const DraftIndex subject = frame.job;
    const bool reloads = draft_.request.propagates_reload && subject == draft_.anchor;
    const std::span<const Pull> pulls = reloads ? std::span<const Pull>(of_reload) : pulls_of(draft_[subject].type);
    if (frame.pull == pulls.size()) {
      stack_.pop_back();
      return {};
    }
    const Pull& pull = pulls[frame.pull];
    const std::span<const UnitIndex> edges = draft_.graph.edges(draft_[subject].unit, pull.kind);
    if (frame.edge == edges.size()) {
      ++frame.pull;
      frame.edge = 0;
      return {};
    }
    const UnitIndex other = edges[frame.edge++];
    JobType type = pull.type;
    if (type == JobType::try_restart || type == JobType::try_reload) {
      type = collapse(type, draft_.input.facts(other).active);
      if (type == JobType::nop) return {};
    }
    const Draft::Pulled how{
        .matters = pull.on_error == OnError::fail, .conflicts = pull.conflicts, .through = pull.kind};
    if (auto added = add(subject, other, type, pull.on_error, how, false); !added) {
      draft_.refusal.path = {{other, type, reason(subject, pull.kind)}};
      return settle(pull.on_error, other, std::move(added).error());
    }
    return {};
  }

  /// What an error of a pulled-in job means for the one that pulled it in.
  Result<> settle(OnError on_error, UnitIndex other, Error error) {
    switch (on_error) {
      case OnError::fail:
        if (error.code == ErrorCode::job_type_not_applicable) return {};
        return tl::unexpected(std::move(error));
      case OnError::note: {
        const bool usual = error.code == ErrorCode::no_such_unit || error.code == ErrorCode::unit_masked ||
                           error.code == ErrorCode::job_type_not_applicable;
        draft_.note(usual ? 7 : 4, other, "Cannot add dependency job, ignoring: " + error.message);
        return {};
      }
      case OnError::note_reload:
        draft_.note(4, other, "Cannot add dependency reload job, ignoring: " + error.message);
        return {};
    }
    return {};
  }

  /// The topmost job failed: so do those below, down to one that was only wanted.
  Result<> unwind(Error error) {
    while (!stack_.empty()) {
      const Frame failed = stack_.back();
      stack_.pop_back();
      draft_.refusal.path.push_back({draft_[failed.job].unit, draft_[failed.job].type, failed.reason});
      auto settled = settle(failed.on_error, draft_[failed.job].unit, std::move(error));
      if (settled) return {};
      error = std::move(settled).error();
    }
    return tl::unexpected(std::move(error));
  }

  PlanReason reason(DraftIndex subject, Dependency through) const {
    return {PlanReason::Kind::dependency, through, draft_[subject].unit};
  }

  Draft& draft_;
  std::vector<Frame> stack_;
};

void add_stop(Draft& draft, UnitIndex unit, PlanReason::Kind kind) {
  const std::string_view what = kind == PlanReason::Kind::isolate ? "isolate" : "triggered by";
  if (auto done = PullIn(draft).run(draft.anchor, unit, JobType::stop, false, kind); !done)
    draft.note(4, unit, fmt::format("Cannot add {} job, ignoring: {}", what, done.error().message));
}

}  // namespace

Result<> pull_in(Draft& draft) {
  const JobMode mode = draft.request.mode;
  const bool only_itself = mode == JobMode::ignore_dependencies || mode == JobMode::ignore_requirements;
  SVCD_TRY(PullIn(draft).run(none, draft.request.unit, draft.request.type, only_itself, PlanReason::Kind::asked));
  draft[draft.anchor].ignore_order = mode == JobMode::ignore_dependencies;
  return {};
}

void pull_in_isolate(Draft& draft) {
  for (const UnitIndex unit : draft.input.units()) {
    const UnitFacts facts = draft.input.facts(unit);
    if (facts.ignore_on_isolate || draft.first_of(unit) != none) continue;
    if (is_down(facts.active) && !draft.input.job(unit)) continue;
    bool keep = false;  // its trigger stays, so it may
    for (const UnitIndex trigger : draft.graph.edges(unit, triggered_by)) {
      const DraftIndex job = draft.first_of(trigger);
      keep = keep || draft.input.facts(trigger).ignore_on_isolate || (job != none && draft[job].type != JobType::stop);
    }
    if (!keep) add_stop(draft, unit, PlanReason::Kind::isolate);
  }
}

void pull_in_triggers(Draft& draft) {
  for (const UnitIndex trigger : draft.graph.edges(draft.request.unit, triggered_by)) {
    if (is_down(draft.input.facts(trigger).active) && !draft.input.job(trigger)) continue;
    if (draft.first_of(trigger) == none) add_stop(draft, trigger, PlanReason::Kind::trigger);
  }
}

}  // namespace svcd::planning
