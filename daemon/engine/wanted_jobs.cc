// Loading in slices, and jobs of the manager's own that wait for it: what signals, the bus, the boot and other units
// ask for is made at once if all units that it needs are there, and otherwise when they are.
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"

namespace svcd {

/// One slice a step. True: something was done.
bool Manager::load_more(bool& sliced) {
  if (registry_.has_queued()) {
    if (sliced) return false;
    sliced = !registry_.load_slice();
    somebody_waits_ = somebody_waits_ || sliced;
    return true;
  }
  if (make_wanted_jobs()) return true;
  if (!std::exchange(somebody_waits_, false)) return false;
  changes_.units_loaded = true;
  return true;
}

bool Manager::make_wanted_jobs() {
  if (wanted_.empty()) return false;
  for (const Wanted& wanted : std::exchange(wanted_, {})) {
    if (Unit* unit = registry_.get(wanted.unit))
      if (const auto held = std::ranges::find(unit->references, ClientId{0}); held != unit->references.end())
        unit->references.erase(held);
    demand(wanted);
  }
  return true;
}

/// JobId 0: later.
Result<JobId> Manager::want(const Wanted& wanted) {
  Unit* unit = registry_.get(wanted.unit);
  if (!unit) return fail(ErrorCode::no_such_unit, "The unit is gone.");
  const JobOrigin origin = wanted.reason.origin;
  const bool manual = origin == JobOrigin::bus_activation;
  const JobType type = collapse(wanted.type, unit->active_state());
  auto job = install_transaction({unit->index(), type, wanted.mode, manual}, 0, wanted.reason);
  if (!job && job.error().code == ErrorCode::no_isolation && origin == JobOrigin::boot)
    job = install_transaction({unit->index(), type, JobMode::replace, manual}, 0, wanted.reason);
  if (!job && job.error().code == ErrorCode::still_loading && registry_.has_queued()) {
    unit->references.push_back(0);  // it must not be collected meanwhile
    wanted_.push_back(wanted);
    return JobId{0};
  }
  if (origin == JobOrigin::boot) default_target_queued(*unit);
  return job;
}

void Manager::demand(const Wanted& wanted) {
  const auto job = want(wanted);
  if (job) return;
  log_refused(wanted, job.error());
  if (Unit* asker = registry_.get(wanted.asker)) asker->job_was_refused();
}

/// As in 252, of what followed from a dependency alone nothing is said.
void Manager::log_refused(const Wanted& wanted, const Error& error) {
  const Unit* unit = registry_.get(wanted.unit);
  const std::string name = unit ? unit->name().str() : "";
  const auto say = [&](const Unit* about, std::string_view what) {
    if (about) log(about, priority_warning, fmt::format("{}: {}: {}", about->name().str(), what, error.message));
  };
  switch (wanted.reason.origin) {
    case JobOrigin::boot:
      return log(unit, priority_emergency, fmt::format("Failed to start default target: {}", error.message));
    case JobOrigin::signal:
    case JobOrigin::emergency:
      return log(nullptr, priority_warning,
                 fmt::format("Failed to enqueue {} job for {}: {}", to_string(wanted.mode), name, error.message));
    case JobOrigin::bus_activation: return changes_.failed_activations.push_back({name, error});
    case JobOrigin::on_failure:
    case JobOrigin::on_success:
      return say(registry_.get(wanted.reason.by),
                 fmt::format("Failed to enqueue {}= job, ignoring", to_string(wanted.reason.through)));
    case JobOrigin::unneeded: return say(unit, "Failed to enqueue stop job, ignoring");
    case JobOrigin::upheld: return say(unit, "Failed to enqueue start job, ignoring");
    case JobOrigin::restart: return say(unit, "Failed to schedule restart job");
    case JobOrigin::triggered:
      return say(registry_.get(wanted.reason.by),
                 "Failed to queue service startup job (Maybe the service file is missing or not a service unit?)");
    case JobOrigin::client:
    case JobOrigin::bound:
    case JobOrigin::came_up: return;
  }
}

}  // namespace svcd
