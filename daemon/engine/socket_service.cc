// A socket and the service that it starts when somebody comes: how often, and what becomes of the socket when the
// service ends or cannot be started.
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"
#include "daemon/engine/socket.h"
#include "libunit/settings.h"

namespace svcd {

Unit* Socket::service() const {
  const Graph& graph = manager_of().graph();
  for (const UnitIndex other : graph.edges(index(), Dependency::triggers))
    if (Unit* unit = manager_of().registry().at(other)) return unit;
  return nullptr;
}

void Socket::blame_service(const Unit& triggered, std::string_view what) {
  Cause refused = cause(CauseKind::resources);
  refused.detail = fmt::format("{}, which it triggers, {}", triggered.name().str(), what);
  manager().causes().note(index(), std::move(refused));  // also over that of an earlier run
}

/// Somebody came, and what is to serve him cannot be started.
void Socket::lose_service() {
  Cause lost = cause(CauseKind::resources);
  const Unit* triggered = service();
  lost.detail = triggered ? fmt::format("{}, which it triggers, cannot be started", triggered->name().str())
                          : "there is no service that it triggers";
  blame(std::move(lost));
  fail(UnitResult::resources, State::stop_pre);
}

void Socket::handle(const SocketReady&) {
  if (state_ != State::listening) return;
  Unit* triggered = service();
  const Job* job = manager().job_queue().of(index());
  if (job && job->type == JobType::stop) return;
  const SocketSection& section = config().socket();
  if (!trigger_limit_.allows(now().monotonic, section.trigger_limit_interval.value_or(std::chrono::seconds(2)),
                             section.trigger_limit_burst.value_or(20))) {
    Cause limit = cause(CauseKind::trigger_limit);
    limit.setting = key_of<&SocketSection::trigger_limit_burst>();
    limit.limit = section.trigger_limit_interval.value_or(std::chrono::seconds(2));
    limit.count = section.trigger_limit_burst.value_or(20);
    blame(std::move(limit));
    log(priority_warning, name().str() + ": Trigger limit hit, refusing further activation.");
    return fail(UnitResult::trigger_limit_hit, State::stop_pre);
  }
  if (!triggered) return lose_service();
  const Job* its = manager().job_queue().of(triggered->index());
  const bool coming =
      triggered->is_up() || triggered->active_state() == ActiveState::activating || (its && its->type != JobType::stop);
  if (!coming && !manager().start_job(*triggered, JobType::start, JobMode::replace, this,
                                      {.origin = JobOrigin::triggered, .by = id()}))
    return lose_service();
  enter(State::running);
}

void Socket::job_was_refused() {
  if (state_ == State::running) lose_service();
}

/// The service is gone, or waits for its restart: listen again, unless it failed for good. Who is still waiting then
/// brings a service in auto-restart no start before its time, and the socket is at once `running` again.
void Socket::triggered_changed(const Unit& other) {
  if (state_ != State::running && state_ != State::listening) return;
  if (other.type() != UnitType::service) return;
  if (other.start_limit_was_hit()) {
    Cause limit = cause(CauseKind::dependency);
    limit.through = Dependency::triggers;
    limit.other = other.name().str();
    blame(std::move(limit), manager().causes().find(other.index()));
    return fail(UnitResult::service_start_limit_hit, State::stop_pre);
  }
  if (manager().job_queue().of(other.index())) return;
  switch (static_cast<const Service&>(other).state()) {
    case ServiceState::dead:
    case ServiceState::failed:
    case ServiceState::final_sigterm:
    case ServiceState::final_sigkill:
    case ServiceState::auto_restart:
      if (state_ == State::running) enter(State::listening);
      return;
    case ServiceState::running:
      if (state_ == State::listening) enter(State::running);
      return;
    case ServiceState::condition:
    case ServiceState::start_pre:
    case ServiceState::start:
    case ServiceState::start_post:
    case ServiceState::exited:
    case ServiceState::reload:
    case ServiceState::stop:
    case ServiceState::stop_watchdog:
    case ServiceState::stop_sigterm:
    case ServiceState::stop_sigkill:
    case ServiceState::stop_post:
    case ServiceState::final_watchdog:
    case ServiceState::removing:
    case ServiceState::cleaning: return;
  }
}

}  // namespace svcd
