#include "libunit/plan.h"

#include "libunit/plan_draft.h"

namespace svcd {

namespace {

using planning::Draft;
using planning::DraftIndex;

/// What is refused only to somebody who asks from outside.
Result<> check_manual(const UnitFacts& facts, JobType type) {
  const bool is_broken =
      facts.load == LoadState::not_found || facts.load == LoadState::error || facts.load == LoadState::bad_setting;
  if (type == JobType::stop && is_broken && facts.active == ActiveState::inactive)
    return fail(ErrorCode::no_such_unit, "Unit {} not loaded.", facts.name->str());
  bool refused = false;
  switch (type) {
    case JobType::start: refused = facts.refuse_manual_start; break;
    case JobType::stop: refused = facts.refuse_manual_stop; break;
    case JobType::restart:
    case JobType::try_restart: refused = facts.refuse_manual_start || facts.refuse_manual_stop; break;
    case JobType::reload_or_start:
      refused = facts.refuse_manual_start && collapse(type, facts.active) == JobType::start;
      break;
    case JobType::verify_active:
    case JobType::reload:
    case JobType::nop:
    case JobType::try_reload: break;
  }
  if (refused)
    return fail(ErrorCode::only_by_dependency,
                "Operation refused, unit {} may be requested by dependency only (it is configured to refuse manual "
                "start/stop).",
                facts.name->str());
  return {};
}

Result<> check_mode(const UnitFacts& facts, const PlanRequest& request) {
  if (request.mode == JobMode::isolate && request.type != JobType::start)
    return fail(ErrorCode::invalid_args, "Isolate is only valid for start.");
  if (request.mode == JobMode::isolate && !facts.allow_isolate)
    return fail(ErrorCode::no_isolation, "Operation refused, unit may not be isolated.");
  if (request.mode == JobMode::triggering && request.type != JobType::stop)
    return fail(ErrorCode::invalid_args, "--job-mode=triggering is only valid for stop.");
  return {};
}

/// No job may be reversed that must not be: none in mode fail, an irreversible one in none.
Result<> check_installed(Draft& draft) {
  for (DraftIndex job = 0; job < draft.size(); ++job) {
    if (draft[job].erased) continue;
    const std::optional<JobFacts> installed = draft.input.job(draft[job].unit);
    if (!installed || !contradict(installed->type, draft[job].type)) continue;
    if (draft.request.mode != JobMode::fail && !installed->irreversible) continue;
    draft.refusal.path = {{draft[job].unit, draft[job].type, draft.reason_of(job)}};
    return fail(ErrorCode::transaction_is_destructive,
                "Transaction for {} is destructive ({} has '{}' job queued, but '{}' is included in transaction).",
                draft.title(draft.anchor), draft.name(draft[job].unit), to_string(installed->type),
                to_string(draft[job].type));
  }
  return {};
}

Result<> check_all_read(const Draft& draft) {
  if (!draft.met_stub) return {};
  return fail(ErrorCode::still_loading, "Units that {} depends on are still being loaded.",
              draft.name(draft.request.unit));
}

Result<> check_size(const Draft& draft) {
  if (draft.size() <= draft.request.jobs_max) return {};
  return fail(ErrorCode::limits_exceeded, "{} would make more than {} jobs.", draft.title(draft.anchor),
              draft.request.jobs_max);
}

Result<> settle(Draft& draft) {
  const JobMode mode = draft.request.mode;
  Result<> pulled_in = planning::pull_in(draft);
  SVCD_TRY(check_all_read(draft));
  if (!pulled_in) return pulled_in;
  SVCD_TRY(check_size(draft));
  if (mode == JobMode::isolate) planning::pull_in_isolate(draft);
  if (mode == JobMode::triggering) planning::pull_in_triggers(draft);
  SVCD_TRY(check_all_read(draft));
  SVCD_TRY(check_size(draft));
  draft.find_what_matters();
  if (mode == JobMode::fail) planning::minimize_impact(draft);
  planning::drop_redundant(draft);
  if (mode != JobMode::isolate) draft.collect_garbage();
  SVCD_TRY(planning::merge_per_unit(draft));
  planning::drop_redundant(draft);          // merging may have made more of it so
  SVCD_TRY(planning::break_cycles(draft));  // after merging: what is checked is what will be installed
  return check_installed(draft);
}

Transaction freeze(Draft& draft) {
  Transaction transaction;
  const JobMode mode = draft.request.mode;
  const auto take = [&](DraftIndex job) {
    transaction.jobs.push_back({draft[job].unit, draft[job].type, mode == JobMode::replace_irreversibly,
                                draft[job].ignore_order, job == draft.anchor ? PlanReason{} : draft.reason_of(job)});
  };
  take(draft.anchor);
  for (DraftIndex job = 0; job < draft.size(); ++job)
    if (!draft[job].erased && job != draft.anchor) take(job);
  if (mode == JobMode::isolate || mode == JobMode::flush)
    for (const UnitIndex unit : draft.input.units())
      if (draft.input.job(unit) && draft.first_of(unit) == planning::none && !draft.input.facts(unit).ignore_on_isolate)
        transaction.cancel.push_back(unit);
  transaction.log = std::move(draft.notes);
  transaction.skipped = std::move(draft.skipped);
  return transaction;
}

}  // namespace

std::string_view to_string(PlanReason::Kind kind) {
  switch (kind) {
    case PlanReason::Kind::asked: return "asked";
    case PlanReason::Kind::dependency: return "dependency";
    case PlanReason::Kind::isolate: return "isolate";
    case PlanReason::Kind::trigger: return "trigger";
  }
  return "";
}

Result<Transaction> plan(const Graph& graph, const PlanInput& input, const PlanRequest& asked,
                         std::vector<PlanNote>* log, PlanRefusal* refusal) {
  const UnitFacts facts = input.facts(asked.unit);
  if (asked.manual) SVCD_TRY(check_manual(facts, asked.type));
  SVCD_TRY(check_mode(facts, asked));
  PlanRequest request = asked;
  request.type = collapse(asked.type, facts.active);
  Draft draft(graph, input, request);
  auto settled = settle(draft);
  if (!settled) {
    if (refusal) *refusal = std::move(draft.refusal);
    if (log) *log = std::move(draft.notes);
    return tl::unexpected(std::move(settled).error());
  }
  return freeze(draft);
}

bool must_wait(JobType waiting, Dependency order_to_other, JobType other) {
  if (waiting == JobType::nop || other == JobType::nop) return false;
  const auto stops = [](JobType type) { return type == JobType::stop || type == JobType::restart; };
  // Whatever is going down goes first; of two going down the later one, which is the one that is `after`. A restart
  // begins as a stop.
  if (order_to_other == Dependency::after) return !stops(waiting);
  if (order_to_other == Dependency::before) return stops(other);
  return false;
}

}  // namespace svcd
