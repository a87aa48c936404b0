#include "sim/world/promise_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/service.h"

namespace svcd {

std::string PromiseCheck::check() const {
  if (listener_.was_reloaded()) return {};  // some of what happened in this step happened under other settings
  const Registry& registry = manager_->registry();
  for (const Listener::Ended& ended : listener_.ended()) {
    const Unit* unit = registry.get(ended.job.unit);
    if (!unit || ended.result != JobResult::done) continue;
    if (std::string wrong = job_done(ended.job, *unit); !wrong.empty()) return unit->name().str() + ": " + wrong;
  }
  if (manager_->is_stopping()) return {};
  for (const UnitId id : listener_.went_down()) {
    const Unit* gone = registry.get(id);
    if (!gone || !gone->is_down() || manager_->job_queue().of(id.index)) continue;  // it is coming back
    if (was_to_come_back(id)) continue;
    if (std::string wrong = bound(*gone); !wrong.empty()) return wrong;
    if (std::string wrong = unneeded(*gone); !wrong.empty()) return wrong;
  }
  return {};
}

/// systemctl(1): a restart stops and then starts; a reload asks the service to take its configuration anew, which it
/// may have done already if that was before somebody asked.
std::string PromiseCheck::job_done(const ToldJob& job, const Unit& unit) const {
  const ServiceStatus* service = unit.service_status();
  if (!service) return {};
  const bool is_anew = unit.status().invocation != job.invocation;
  // a condition that does not hold, now or, where the start limit is hit, before: nothing is started
  const bool is_skipped =
      unit.is_down() && (!unit.status().condition_result || service->result == UnitResult::exec_condition);
  if (job.restarts && !is_anew && !is_skipped) return "its restart is done, but it was not started anew";
  if (job.reloads == Time(0) || is_anew || !unit.is_up() || !job.settings.shares_all_with(unit.config())) return {};
  const std::span<const ExecRun> runs = service->runs[size_t(CommandList::reload)];
  if (runs.empty() || !runs.front().start.happened()) return {};  // an earlier manager saw it
  if (runs.front().start.monotonic >= job.reloads) return {};
  return "its reload is done, but was not begun after it was asked for";
}

bool PromiseCheck::was_to_come_back(UnitId unit) const {
  return std::ranges::any_of(listener_.ended(), [&](const Listener::Ended& ended) {
    return ended.job.unit == unit && ended.may_have_been_there();
  });
}

/// By somebody who had a job until then, whatever that was to do, and may be forgotten by now. systemd 252 looks at
/// what is unneeded before such a job has its turn, and not again if its unit stays down.
bool PromiseCheck::was_to_be_used(UnitId unit) const {
  return std::ranges::any_of(listener_.ended(), [&](const Listener::Ended& ended) {
    const bool went_down = std::ranges::find(listener_.went_down(), ended.job.unit) != listener_.went_down().end();
    return (!went_down || ended.waited()) && std::ranges::find(ended.job.needs, unit) != ended.job.needs.end();
  });
}

bool PromiseCheck::is_left_up(const Unit& unit) const {
  return unit.active_state() == ActiveState::active && unit.loaded().state == LoadState::loaded &&
         !unit.is_perpetual() && !manager_->job_queue().of(unit.index()) && !listener_.gave_up(unit.name().str());
}

/// systemd.unit(5), BindsTo= with After=: the other unit has to be active for this one to be.
std::string PromiseCheck::bound(const Unit& gone) const {
  const Graph& graph = manager_->graph();
  for (const UnitIndex index : graph.edges(gone.index(), Dependency::bound_by)) {
    const Unit* unit = manager_->registry().at(index);
    if (!unit || !is_left_up(*unit) || !graph.has(index, Dependency::after, gone.index())) continue;
    return fmt::format("{} goes on, but {}, to which it is bound, is {}", unit->name().str(), gone.name().str(),
                       gone.status().sub_state);
  }
  return {};
}

/// systemd.unit(5), StopWhenUnneeded=: stopped when no unit that is up, or has a job, needs it.
std::string PromiseCheck::unneeded(const Unit& gone) const {
  const Graph& graph = manager_->graph();
  const Registry& registry = manager_->registry();
  const auto has_user = [&](UnitIndex index) {
    for (const Dependency kind : {Dependency::required_by, Dependency::requisite_of, Dependency::wanted_by,
                                  Dependency::bound_by, Dependency::upheld_by})
      for (const UnitIndex user : graph.edges(index, kind))
        if (const Unit* other = registry.at(user); other && (!other->is_down() || manager_->job_queue().of(user)))
          return true;
    return false;
  };
  for (const Dependency kind :
       {Dependency::requires_, Dependency::requisite, Dependency::wants, Dependency::binds_to, Dependency::upholds})
    for (const UnitIndex index : graph.edges(gone.index(), kind)) {
      const Unit* unit = registry.at(index);
      if (!unit || !unit->config().unit().stop_when_unneeded || !is_left_up(*unit) || has_user(index)) continue;
      if (was_to_be_used(unit->id())) continue;
      return fmt::format("{} goes on, but nobody needs it since {} is {}", unit->name().str(), gone.name().str(),
                         gone.status().sub_state);
    }
  return {};
}

}  // namespace svcd
