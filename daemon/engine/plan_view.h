// The present, as plan() sees it: the manager's units and jobs by index.
#pragma once

#include "daemon/engine/jobs.h"
#include "daemon/engine/registry.h"
#include "libunit/plan.h"

namespace svcd {

class PlanView final : public PlanInput {
 public:
  PlanView(const Registry& registry, const JobQueue& jobs) : registry_(registry), jobs_(jobs) {}

  UnitFacts facts(UnitIndex index) const override {
    UnitFacts facts;
    const Unit* unit = registry_.at(index);
    if (!unit) return facts;
    const UnitSection& section = unit->config().unit();
    facts.name = &unit->name();
    facts.load = unit->loaded().state;
    facts.load_error = &unit->loaded().error;
    facts.active = unit->active_state();
    facts.can_start = unit->can_start();
    facts.can_stop = unit->can_stop();
    facts.can_reload = unit->can_reload();
    facts.is_perpetual = unit->is_perpetual();
    facts.refuse_manual_start = section.refuse_manual_start;
    facts.refuse_manual_stop = section.refuse_manual_stop;
    facts.allow_isolate = section.allow_isolate;
    facts.ignore_on_isolate = section.ignore_on_isolate;
    return facts;
  }
  std::optional<JobFacts> job(UnitIndex index) const override {
    const Job* job = jobs_.of(index);
    if (!job) return std::nullopt;
    return JobFacts{job->type, job->state, job->irreversible, job->ignore_order};
  }
  const std::vector<UnitIndex>& units() const override { return registry_.indices(); }

 private:
  const Registry& registry_;
  const JobQueue& jobs_;
};

}  // namespace svcd
