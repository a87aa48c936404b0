// What follows from a unit's change of state for other units: BindsTo=, PartOf=, Upholds=, StopWhenUnneeded=,
// OnFailure=, OnSuccess=, the actions of FailureAction= and SuccessAction=; systemd.unit(5).
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "libunit/hex.h"

namespace svcd {

namespace {

/// FailureActionExitStatus= or, without one, that of the main process, 255 if a signal ended it; -1: none.
int action_exit_status(const Unit& unit, int wanted) {
  const ServiceStatus* service = unit.service_status();
  if (wanted >= 0 || service == nullptr || !service->main.exit.happened()) return wanted;
  return service->main.status.kind == ExitStatus::Kind::exited ? service->main.status.value : 255;
}

/// A daemon-reload has all units looked at: the clock is looked at between them.
constexpr size_t looked_at_in_a_round = 16;

std::vector<UnitIndex> copy(std::span<const UnitIndex> edges) {
  return {edges.begin(), edges.end()};
}

}  // namespace

void Manager::react(const Transition& t, bool unexpected) {
  Unit* unit = registry_.get(t.unit);
  if (!unit) return;
  if (unexpected && !is_stopping()) {
    if (is_down(t.before) && is_up_or_coming(t.after)) start_retroactively(*unit);
    if (is_up_or_coming(t.before) && is_down_or_going(t.after)) stop_retroactively(*unit);
  }
  if (t.before != t.after) {
    const UnitSection& section = unit->config().unit();
    if (t.after == ActiveState::failed && !t.will_restart)
      start_on(*unit, Dependency::on_failure, section.on_failure_job_mode);
    if (t.after == ActiveState::inactive && !is_down(t.before) && !t.will_restart)
      start_on(*unit, Dependency::on_success, section.on_success_job_mode);
    if (t.after == ActiveState::failed && !t.will_restart)
      emergency(unit, {.action = section.failure_action,
                       .reboot_argument = section.reboot_argument,
                       .exit_status = action_exit_status(*unit, section.failure_action_exit_status)});
    if (t.after == ActiveState::inactive && !is_down(t.before) && !t.will_restart)
      emergency(unit, {.action = section.success_action,
                       .reboot_argument = section.reboot_argument,
                       .exit_status = action_exit_status(*unit, section.success_action_exit_status)});
  }
  for (const UnitIndex other : copy(graph().edges(unit->index(), Dependency::triggered_by)))
    if (Unit* trigger = registry_.at(other)) trigger->triggered_changed(*unit);
  if (is_down(t.after)) {
    if (!is_down(t.before)) log_resources(*unit);
    registry_.consider(*unit);
    if (!jobs_.of(unit->index())) release_cgroup_if_empty(*unit);
    for (const Dependency kind :
         {Dependency::requires_, Dependency::requisite, Dependency::wants, Dependency::binds_to, Dependency::upholds})
      for (const UnitIndex other : graph().edges(unit->index(), kind))
        if (Unit* needed = registry_.at(other); needed && SVCD_SOUND(unneeded_unit_not_stopped))
          consider_unneeded(*needed);
    consider_bound_to(*unit);
    if (SVCD_SOUND(upheld_unit_not_started)) consider_upheld(*unit);
  } else if (is_up(t.after)) {
    consider_unneeded(*unit);
    consider_bound(*unit);  // it may have gone before this one was up
    for (const UnitIndex other : graph().edges(unit->index(), Dependency::upholds))
      if (Unit* upheld = registry_.at(other)) consider_upheld(*upheld);
  }
}

void Manager::release_cgroup_if_empty(Unit& unit) {
  if (!unit.has_cgroup || !kernel_.cgroup_is_empty(unit.status().control_group)) return;
  if (std::optional<uint64_t>& last = unit.status_for_manager().cpu_nsec_last; !last) last = usage(unit.id()).cpu_nsec;
  kernel_.release_cgroup(unit.id(), unit.status().control_group);
  unit.has_cgroup = false;
  unit.status_for_manager().control_group.clear();
  touch(unit);
  registry_.consider(unit);
}

/// What the unit has used, if it is worth a word: more than a second of CPU time.
void Manager::log_resources(Unit& unit) {
  if (unit.type() == UnitType::slice) return;
  const std::optional<uint64_t> nsec = usage(unit.id()).cpu_nsec;
  unit.status_for_manager().cpu_nsec_last = nsec;
  constexpr uint64_t second = 1'000'000'000;
  if (!nsec || *nsec <= second) return;
  log(&unit, *nsec > 600 * second ? priority_notice : priority_info,
      fmt::format("{}: Consumed {} CPU time.", unit.name().str(),
                  message_span_text(Duration(*nsec / 1000), std::chrono::milliseconds(1))),
      message_id::unit_resources, {{"CPU_USAGE_NSEC", std::to_string(*nsec)}});
}

void Manager::start_on(Unit& unit, Dependency kind, JobMode mode) {
  const std::vector<UnitIndex> others = copy(graph().edges(unit.index(), kind));
  if (others.empty()) return;
  if (!unit.allow_trigger(now().monotonic))
    return log(&unit, priority_warning,
               fmt::format("{0}: {1}= dependencies are not triggered: {0} has done so {2} times within 10 s. What they "
                           "start may start it again; give one of them a start limit.",
                           unit.name().str(), to_string(kind), Unit::triggers_max));
  log(&unit, priority_info, fmt::format("{}: Triggering {}= dependencies.", unit.name().str(), to_string(kind)));
  for (const UnitIndex index : others) {
    Unit* other = registry_.at(index);
    if (!other) continue;
    const JobOrigin origin = kind == Dependency::on_failure ? JobOrigin::on_failure : JobOrigin::on_success;
    (void)start_job(*other, JobType::start, mode, nullptr, {.origin = origin, .through = kind, .by = unit.id()});
  }
}

std::vector<std::string> Manager::monitor_environment(const Unit& unit) {
  const Unit* by = nullptr;
  for (const Dependency kind : {Dependency::on_failure_of, Dependency::on_success_of})
    for (const UnitIndex index : graph().edges(unit.index(), kind)) {
      const Unit* other = registry_.at(index);
      if (!other) continue;
      if (by) {
        log(&unit, priority_warning,
            fmt::format("{}: multiple trigger source candidates for exit status propagation ({}, {}), skipping.",
                        unit.name().str(), by->name().str(), other->name().str()));
        return {};
      }
      by = other;
    }
  const ServiceStatus* service = by ? by->service_status() : nullptr;
  if (!service) return {};
  std::vector<std::string> environment{"MONITOR_SERVICE_RESULT=" + std::string(to_string(service->result))};
  if (service->main.exit.happened()) {
    const ExitStatus& end = service->main.status;
    environment.push_back("MONITOR_EXIT_CODE=" + std::string(exit_kind_name(end)));
    environment.push_back("MONITOR_EXIT_STATUS=" +
                          (end.kind == ExitStatus::Kind::exited ? std::to_string(end.value) : signal_name(end.value)));
  }
  if (by->status().invocation != Id128{})
    environment.push_back("MONITOR_INVOCATION_ID=" + to_hex(by->status().invocation));
  environment.push_back("MONITOR_UNIT=" + by->name().str());
  return environment;
}

/// A unit came up by itself: what it needs is started too, what it conflicts with stopped.
void Manager::start_retroactively(Unit& unit) {
  const auto start = [&](Dependency kind, JobMode mode) {
    for (const UnitIndex index : copy(graph().edges(unit.index(), kind))) {
      Unit* other = registry_.at(index);
      if (!other || graph().has(unit.index(), Dependency::after, index) || is_up_or_coming(other->active_state()))
        continue;
      (void)start_job(*other, JobType::start, mode, nullptr,
                      {.origin = JobOrigin::came_up, .through = kind, .by = unit.id()});
    }
  };
  start(Dependency::requires_, JobMode::replace);
  start(Dependency::binds_to, JobMode::replace);
  start(Dependency::wants, JobMode::fail);
  start(Dependency::upholds, JobMode::replace);
  for (const Dependency kind : {Dependency::conflicts, Dependency::conflicted_by})
    for (const UnitIndex index : copy(graph().edges(unit.index(), kind)))
      if (Unit* other = registry_.at(index); other && is_up_or_coming(other->active_state()))
        (void)start_job(*other, JobType::stop, JobMode::replace, nullptr,
                        {.origin = JobOrigin::came_up, .through = kind, .by = unit.id()});
}

/// A unit went down by itself: what is bound to it goes too, and what is stopped with it.
void Manager::stop_retroactively(Unit& unit) {
  for (const Dependency kind : {Dependency::bound_by, Dependency::propagates_stop_to})
    for (const UnitIndex index : copy(graph().edges(unit.index(), kind)))
      if (Unit* other = registry_.at(index); other && is_up_or_coming(other->active_state()))
        if (kind != Dependency::bound_by || SVCD_SOUND(bound_unit_not_stopped))
          (void)start_job(*other, JobType::stop, JobMode::replace, nullptr,
                          {.origin = JobOrigin::bound, .through = kind, .by = unit.id()});
}

/// After a daemon-reload or a take-over, as in 252 for all units: what others say of them may have changed.
void Manager::consider_anew(Unit& unit) {
  registry_.consider(unit);
  consider_again(unit);
}

/// What was left undone because the unit had a job, or because it had been done too often.
void Manager::consider_again(Unit& unit) {
  consider_unneeded(unit);
  if (SVCD_SOUND(upheld_unit_not_started)) consider_upheld(unit);
  consider_bound(unit);
}

// ---- queues of units that are looked at before the jobs have their turn

/// Of those that are still there, who came last; nullptr: nobody waits.
Unit* Manager::take_next(std::vector<UnitId>& queue, bool Unit::*is_queued) {
  while (!queue.empty()) {
    Unit* unit = registry_.get(queue.back());
    queue.pop_back();
    if (!unit) continue;
    unit->*is_queued = false;
    return unit;
  }
  return nullptr;
}

// ---- BindsTo=

void Manager::consider_bound(Unit& unit) {
  if (unit.in_bound_queue || graph().edges(unit.index(), Dependency::binds_to).empty()) return;
  if (!SVCD_SOUND(bound_unit_not_stopped)) return;
  unit.in_bound_queue = true;
  bound_.push_back(unit.id());
}

/// It is down, whatever brought that about: who is bound to it may have to follow.
void Manager::consider_bound_to(const Unit& unit) {
  for (const UnitIndex index : graph().edges(unit.index(), Dependency::bound_by))
    if (Unit* other = registry_.at(index)) consider_bound(*other);
}

/// Stops what is up and has no job, while something that it is bound to is down and has none either.
bool Manager::check_bound() {
  if (bound_.empty()) return false;
  for (size_t n = 0; n < looked_at_in_a_round; ++n) {
    Unit* unit = take_next(bound_, &Unit::in_bound_queue);
    if (!unit) break;
    if (unit->active_state() != ActiveState::active || jobs_.of(unit->index()))
      continue;  // looked at when it has reloaded
    for (const UnitIndex index : graph().edges(unit->index(), Dependency::binds_to)) {
      const Unit* other = registry_.at(index);
      if (!other || jobs_.of(index) || !other->is_down()) continue;
      stop_by_itself(*unit, {.origin = JobOrigin::bound, .through = Dependency::bound_by, .by = other->id()});
      break;
    }
  }
  return true;
}

/// Because of what other units are, and no more often than is good.
void Manager::stop_by_itself(Unit& unit, const JobReason& reason) {
  const Unit* by = registry_.get(reason.by);
  if (!unit.allow_automatic_job()) {
    const std::string why =
        by ? fmt::format("Unit needs to be stopped because it is bound to inactive unit {} it", by->name().str())
           : "Unit not needed anymore";
    return log(&unit, priority_warning,
               fmt::format("{}: {}, but not stopping since we tried this too often recently. Will retry later.",
                           unit.name().str(), why));
  }
  const JobMode mode = by ? JobMode::replace : JobMode::fail;
  if (const auto job = want({unit.id(), JobType::stop, mode, reason}); !job)
    log(&unit, priority_warning,
        fmt::format("{}: Failed to enqueue stop job, ignoring: {}", unit.name().str(), job.error().message));
}

// ---- StopWhenUnneeded=

void Manager::consider_unneeded(Unit& unit) {
  if (!unit.config().unit().stop_when_unneeded || unit.in_unneeded_queue) return;
  unit.in_unneeded_queue = true;
  unneeded_.push_back(unit.id());
}

bool Manager::check_unneeded() {
  if (unneeded_.empty()) return false;
  for (size_t n = 0; n < looked_at_in_a_round; ++n) {
    Unit* unit = take_next(unneeded_, &Unit::in_unneeded_queue);
    if (!unit) break;
    if (unit->active_state() != ActiveState::active || jobs_.of(unit->index())) continue;
    bool needed = false;
    for (const Dependency kind : {Dependency::required_by, Dependency::requisite_of, Dependency::wanted_by,
                                  Dependency::bound_by, Dependency::upheld_by})
      for (const UnitIndex other : graph().edges(unit->index(), kind)) {
        const Unit* user = registry_.at(other);
        needed = needed || (user && (jobs_.of(other) || !user->is_down()));
      }
    if (needed) continue;
    stop_by_itself(*unit, {.origin = JobOrigin::unneeded});
  }
  return true;
}

// ---- Upholds=

void Manager::consider_upheld(Unit& unit) {
  if (unit.in_upheld_queue || graph().edges(unit.index(), Dependency::upheld_by).empty()) return;
  unit.in_upheld_queue = true;
  upheld_.push_back(unit.id());
}

bool Manager::check_upheld() {
  if (upheld_.empty()) return false;
  for (size_t n = 0; n < looked_at_in_a_round; ++n) {
    Unit* unit = take_next(upheld_, &Unit::in_upheld_queue);
    if (!unit) break;
    if (!unit->is_down() || jobs_.of(unit->index()) || is_stopping()) continue;
    for (const UnitIndex other : copy(graph().edges(unit->index(), Dependency::upheld_by))) {
      const Unit* upholder = registry_.at(other);
      if (!upholder || !upholder->is_up() || jobs_.of(other)) continue;
      if (!unit->allow_automatic_job()) {
        log(unit, priority_warning,
            fmt::format("{}: Unit needs to be started because active unit {} upholds it, but not starting since we "
                        "tried this too often recently. Will retry later.",
                        unit->name().str(), upholder->name().str()));
        break;
      }
      (void)start_job(*unit, JobType::start, JobMode::fail, nullptr,
                      {.origin = JobOrigin::upheld, .through = Dependency::upholds, .by = upholder->id()});
      break;
    }
  }
  return true;
}

// ---- actions

void Manager::emergency(const Unit* unit, const Emergency& what) {
  using A = EmergencyAction;
  if (what.action == A::none) return;
  if (what.is_watchdog && !controls_.service_watchdogs)
    return log(unit, priority_warning, "Watchdog disabled! Not acting on: " + what.reason);
  const auto say = [&](std::string_view action) {
    if (what.reason.empty()) return;
    log(unit, priority_warning, fmt::format("{}: {}", action, what.reason));
    console(StatusLine::Kind::info, fmt::format("{}: {}", action, what.reason));
  };
  const bool reboots = what.action == A::reboot || what.action == A::reboot_force || what.action == A::reboot_immediate;
  if (reboots && !what.reboot_argument.empty())
    if (auto written = kernel_.write_file(setup_.reboot_parameter_file, what.reboot_argument); !written)
      log(unit, priority_warning, fmt::format("The reboot argument could not be kept: {}", written.error().message));
  if (what.exit_status >= 0 && (what.action == A::exit || what.action == A::exit_force))
    exit_code_ = uint8_t(what.exit_status);
  // on a machine there is nobody to exit to
  A action = what.action;
  if (!setup_.is_container && action == A::exit) action = A::poweroff;
  if (!setup_.is_container && action == A::exit_force) action = A::poweroff_force;
  const auto finish = [&](std::string_view text, Finish last) {
    say(text);
    kernel_.finish(last);
  };
  const auto go_to = [&](std::string_view text, std::string_view target) {
    say(text);
    start_special(target, JobMode::replace_irreversibly, JobOrigin::emergency);
  };
  switch (action) {
    case A::none: return;
    case A::reboot: return go_to("Rebooting", "reboot.target");
    case A::reboot_force: return finish("Forcibly rebooting", {Finish::Action::reboot, 0, false});
    case A::reboot_immediate: return finish("Rebooting immediately", {Finish::Action::reboot, 0, true});
    case A::poweroff: return go_to("Powering off", "poweroff.target");
    case A::poweroff_force: return finish("Forcibly powering off", {Finish::Action::poweroff, 0, false});
    case A::poweroff_immediate: return finish("Powering off immediately", {Finish::Action::poweroff, 0, true});
    case A::exit: return go_to("Exiting", "exit.target");
    case A::exit_force: return finish("Exiting immediately", {Finish::Action::exit, exit_code_.value_or(0), false});
  }
}

/// Pressed seven times within two seconds it is meant seriously; systemd-system.conf(5), CtrlAltDelBurstAction=.
void Manager::ctrl_alt_del_burst() {
  emergency(nullptr, {.action = setup_.settings.ctrl_alt_del_burst_action,
                      .reason = "Ctrl-Alt-Del was pressed more than 7 times within 2s"});
}

}  // namespace svcd
