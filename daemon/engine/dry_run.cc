// What requests would do, without doing it: plan() changes nothing, so the next request sees the jobs of those before
// it through an overlay.
#include <algorithm>
#include <unordered_map>

#include "daemon/engine/manager.h"
#include "daemon/engine/plan_view.h"

namespace svcd {

namespace {

/// The present, and the jobs of the requests that come first.
class PlanAfter final : public PlanInput {
 public:
  explicit PlanAfter(const PlanInput& present) : present_(present) {}
  UnitFacts facts(UnitIndex unit) const override { return present_.facts(unit); }
  const std::vector<UnitIndex>& units() const override { return present_.units(); }
  std::optional<JobFacts> job(UnitIndex unit) const override {
    const auto at = planned_.find(unit);
    return at == planned_.end() ? present_.job(unit) : at->second;
  }
  void add(const Transaction& transaction) {
    for (const UnitIndex unit : transaction.cancel) planned_[unit] = std::nullopt;
    for (const PlannedJob& job : transaction.jobs) {
      const std::optional<JobFacts> before = this->job(job.unit);
      const std::optional<JobType> merged = before ? merge(before->type, job.type) : std::nullopt;
      planned_[job.unit] = JobFacts{merged ? collapse(*merged, facts(job.unit).active) : job.type, JobState::waiting,
                                    job.irreversible, job.ignore_order};
    }
  }

 private:
  const PlanInput& present_;
  std::unordered_map<UnitIndex, std::optional<JobFacts>> planned_;
};

/// Which jobs of a transaction, by position, wait for which others, and the wave of each: the longest way to it.
struct Order {
  std::vector<std::vector<UnitIndex>> waits_for;  // also for jobs that are there already
  std::vector<uint32_t> wave;
};

/// Everybody may ask: what a call may cost, all its requests together.
constexpr size_t jobs_max = 4096, waits_max = 65536;

/// `waits` counts those of the whole call; above the bound they are left out.
Order order_of(const Graph& graph, const PlanInput& input, const std::vector<PlannedJob>& jobs, size_t& waits_so_far) {
  std::unordered_map<UnitIndex, size_t> position;
  for (size_t i = 0; i < jobs.size(); ++i) position[jobs[i].unit] = i;
  Order order{std::vector<std::vector<UnitIndex>>(jobs.size()), std::vector<uint32_t>(jobs.size(), 0)};
  std::vector<std::vector<size_t>> waiters(jobs.size());
  std::vector<size_t> open(jobs.size(), 0), ready;
  std::unordered_map<UnitIndex, size_t> listed;  // for which job it was last
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].ignore_order || waits_so_far > waits_max) continue;
    for (const Dependency kind : {Dependency::after, Dependency::before})
      for (const UnitIndex other : graph.edges(jobs[i].unit, kind)) {
        const auto at = position.find(other);
        const std::optional<JobFacts> installed = at == position.end() ? input.job(other) : std::nullopt;
        if (at == position.end() && !installed) continue;
        const JobType its = installed ? installed->type : jobs[at->second].type;
        const bool ignores = installed ? installed->ignore_order : jobs[at->second].ignore_order;
        if (ignores || !must_wait(jobs[i].type, kind, its)) continue;
        if (const auto [seen, is_new] = listed.try_emplace(other, i); !is_new && std::exchange(seen->second, i) == i)
          continue;
        order.waits_for[i].push_back(other);
        ++waits_so_far;
        if (at == position.end()) continue;
        waiters[at->second].push_back(i);
        ++open[i];
      }
  }
  for (size_t i = 0; i < jobs.size(); ++i)
    if (open[i] == 0) ready.push_back(i);
  for (size_t next = 0; next < ready.size(); ++next)  // each job once
    for (const size_t waiter : waiters[ready[next]]) {
      order.wave[waiter] = std::max(order.wave[waiter], order.wave[ready[next]] + 1);
      if (--open[waiter] == 0) ready.push_back(waiter);
    }
  return order;
}

}  // namespace

DryRun Manager::dry_run_of(const Unit& unit, const PlanRequest& request, const PlanInput& input,
                           Transaction& transaction, DryRunCost& cost) {
  const auto name = [&](UnitIndex index) {
    const Unit* of = registry_.at(index);
    return of ? of->name().str() : std::string();
  };
  DryRun run{.unit = unit.name().str(), .type = request.type, .mode = request.mode};
  std::vector<PlanNote> notes;
  PlanRefusal refusal;
  auto planned = plan(registry_.graph(), input, request, &notes, &refusal);
  if (planned) {
    transaction = std::move(*planned);
    notes = std::move(transaction.log);
  } else {
    run.refused = planned.error();
    if (planned.error().code != ErrorCode::still_loading)
      run.refusal = explanation_of(refusal_cause(unit, request.type, planned.error(), refusal), unit);
  }
  for (const PlanNote& note : notes) {
    run.notes.push_back(note.text);
    if (note.loop.empty()) continue;
    DryRun::Loop& loop = run.loops.emplace_back();
    for (const UnitIndex index : note.loop) loop.units.push_back(name(index));
    if (note.deleted) loop.deleted = name(*note.deleted);
  }
  if (run.refused) return run;
  for (const UnitIndex index : transaction.cancel) run.canceled.push_back(name(index));
  const Order order = order_of(registry_.graph(), input, transaction.jobs, cost.waits);
  for (size_t i = 0; i < transaction.jobs.size(); ++i) {
    const PlannedJob& job = transaction.jobs[i];
    DryRun::Step step{.unit = name(job.unit), .type = job.type, .now = input.facts(job.unit).active};
    step.wave = order.wave[i];
    if (const Job* installed = jobs_.of(job.unit)) step.installed = installed->type;
    step.reason = job.reason.kind;
    step.through = job.reason.through;
    if (job.reason.kind != PlanReason::Kind::asked) step.by = name(job.reason.by);
    for (const UnitIndex other : order.waits_for[i]) step.waits_for.push_back(name(other));
    if (const Unit* by = registry_.at(job.reason.by); by && job.reason.kind == PlanReason::Kind::dependency) {
      CauseLink line;
      line.cause = cause_of(*by, CauseKind::dependency);
      line.cause.through = job.reason.through;
      line.cause.other = step.unit;
      locate(line, *by, cost.lines);
      step.at = line.at;
    }
    run.steps.push_back(std::move(step));
  }
  std::ranges::stable_sort(run.steps, {}, &DryRun::Step::wave);
  return run;
}

Result<std::vector<DryRun>> Manager::dry_run(const std::vector<JobRequest>& requests) {
  const PlanView present(registry_, jobs_);
  PlanAfter after(present);
  std::vector<DryRun> runs;
  size_t jobs = 0;
  DryRunCost cost;
  for (const JobRequest& request : requests) {
    const Unit* unit = SVCD_TRY(unit_of(request));
    Transaction transaction;
    runs.push_back(
        dry_run_of(*unit, {unit->index(), type_of(request, *unit), request.mode, true}, after, transaction, cost));
    const auto& refused = runs.back().refused;
    if (refused && refused->code == ErrorCode::still_loading) return tl::unexpected(*refused);
    jobs += transaction.jobs.size();
    if (jobs > jobs_max || cost.waits > waits_max)
      return fail(ErrorCode::limits_exceeded, "What was asked for makes more than {} jobs or {} waits; ask for less.",
                  jobs_max, waits_max);
    after.add(transaction);
  }
  return runs;
}

}  // namespace svcd
