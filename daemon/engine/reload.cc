// daemon-reload: generators, then a scan that re-reads only what changed, then the announcement; in slices between
// which other events are served. Requests that come meanwhile wait for the next one, as one.
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"

namespace svcd {

void Manager::reload(RequestId request) {
  if (reload_phase_ != ReloadPhase::none) {
    reload_next_.push_back(request);
    return;
  }
  reload_requests_ = {request};
  reload_phase_ = ReloadPhase::generators;
  log(nullptr, priority_info, "Reloading.");
  changes_.reloading_began = true;
  Diagnostics problems;
  if (auto settings = kernel_.read_settings(problems)) take_settings(std::move(*settings));
  for (const Diagnostic& problem : problems) log(nullptr, priority_error + int(problem.level), to_string(problem));
  times_.generators_start = now();
  generator_request_ = next_token();
  kernel_.run_generators(generator_request_, lasting_environment());
}

void Manager::reload_generated(RequestId request) {
  if (reload_phase_ != ReloadPhase::generators || request != generator_request_) return;
  times_.generators_finish = times_.units_load_start = now();
  reload_phase_ = ReloadPhase::scan;
  loader_.forget();
  reload_left_ = units();
  registry_.each([](Unit& unit) { unit.install_facts.reset(); });
}

/// One slice: a few units at a time, so that no step gets long.
bool Manager::continue_reload() {
  if (reload_phase_ == ReloadPhase::announce) {
    finish_reload();
    return true;
  }
  if (reload_phase_ != ReloadPhase::scan) return false;
  for (int budget = 64; budget > 0 && !reload_left_.empty(); --budget) {
    Unit* unit = registry_.get(reload_left_.back());
    reload_left_.pop_back();
    if (!unit || (!reload_all_ && !loader_.would_differ(unit->loaded()))) continue;
    const bool is_known = unit->loaded().state != LoadState::stub;  // else it is told when it appears
    registry_.reload(*unit);
    if (is_known) log_diagnostics(*unit);
    if (const Job* job = jobs_.of(unit->index())) {
      kernel_.disarm_timer({unit->id(), TimerPurpose::job_timeout});
      kernel_.disarm_timer({unit->id(), TimerPurpose::job_running_timeout});
      arm_job_timer(*unit, *job);
    }
    changes_.reloaded.push_back(unit->id());
  }
  if (reload_left_.empty()) reload_phase_ = ReloadPhase::announce;
  return true;
}

void Manager::finish_reload() {
  times_.units_load_finish = times_.units_load = now();
  if (SVCD_SOUND(order_lost_at_reload)) jobs_.relink_all();
  registry_.each([this](Unit& unit) {
    unit.reset_start_limit();  // as in 252: who has mended a file can start its unit
    consider_anew(unit);
  });
  reload_phase_ = ReloadPhase::none;
  reload_all_ = false;
  changes_.reloading_ended = changes_.manager_changed = true;
  for (const RequestId request : reload_requests_)
    if (request) changes_.done.push_back({request, {}, true});
  reload_requests_.clear();
  if (reload_next_.empty()) return;
  const std::vector<RequestId> waiting = std::move(reload_next_);
  reload_next_.clear();
  reload(waiting.front());
  reload_requests_ = waiting;
}

}  // namespace svcd
