// Jobs from request to result: a transaction is installed, jobs run when their time has come, and end by what their
// units do.
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/plan_view.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/socket.h"
#include "libunit/codecs.h"

namespace svcd {

namespace {

std::vector<std::pair<std::string_view, std::string>> job_fields(JobId id, JobType type) {
  return {{"JOB_ID", std::to_string(id)}, {"JOB_TYPE", std::string(to_string(type))}};
}

/// The console belongs to the boot and the shutdown, in between to whoever works there; so do StartupCPUWeight= and its
/// like.
bool is_startup_or_shutdown(const Manager& manager) {
  const SystemState state = manager.system_state();
  return state == SystemState::initializing || state == SystemState::starting || state == SystemState::stopping;
}

/// A start or a check that has yet to come about. 252 opens sockets at once: what a service that starts beside one
/// comes to is later than that.
bool fails_with_others(const Job& job, const Unit* unit) {
  if (job.type == JobType::verify_active) return true;
  const bool is_socket = unit && unit->type() == UnitType::socket;
  return job.type == JobType::start && !(is_socket && static_cast<const Socket*>(unit)->is_being_opened());
}

}  // namespace

Result<JobId> Manager::start_job(Unit& unit, JobType type, JobMode mode, const Unit* asker, JobReason reason) {
  const Wanted wanted{unit.id(), type, mode, reason, asker ? asker->id() : UnitId{}};
  auto job = want(wanted);
  if (!job) log_refused(wanted, job.error());
  return job;
}

Result<JobId> Manager::install_transaction(const PlanRequest& request, ClientId client, JobReason reason) {
  std::vector<PlanNote> notes;
  const auto planned_or_not = plan(registry_.graph(), PlanView(registry_, jobs_), request, &notes);
  if (!planned_or_not) {
    if (planned_or_not.error().code != ErrorCode::still_loading) log_notes(notes);
    log_impossible(planned_or_not.error());
    return tl::unexpected(planned_or_not.error());
  }
  const Transaction& transaction = *planned_or_not;
  log_notes(transaction.log);
  note_loops(transaction.log);
  for (const UnitIndex index : transaction.skipped)
    if (const Unit* unit = registry_.at(index))
      console(StatusLine::Kind::skip, "Ordering cycle found, skipping " + unit->title());
  for (const UnitIndex index : transaction.cancel)
    if (Job* job = jobs_.of(index)) finish_job(*job, JobResult::canceled, false, false);
  JobId anchor = 0;
  for (const PlannedJob& planned : transaction.jobs) {
    const JobId id = install_job(planned, planned.unit == request.unit ? client : 0, reason);
    if (planned.unit == request.unit) anchor = id;
  }
  return anchor;
}

/// It reloads by itself, as it told us: so do those that reload with it.
void Manager::propagate_reload(Unit& unit) {
  const PlanRequest request{unit.index(), JobType::nop, JobMode::fail, false, true};
  if (const auto job = install_transaction(request, 0); !job)
    log(&unit, priority_warning,
        fmt::format("{}: Failed to schedule propagation of reload, ignoring: {}", unit.name().str(),
                    job.error().message));
}

/// The client hears of its end; 0: nobody does.
void Manager::own(Job& job, ClientId client) {
  if (job.client == client) return;
  if (const auto before = held_.find(job.client); before != held_.end()) before->second.jobs.erase(job.id);
  if (client) held_[client].jobs.insert(job.id);
  job.client = client;
}

/// Whoever asked is told, too; here it is for those who look into the log.
void Manager::log_impossible(const Error& error) {
  const auto say = [&](int priority, std::string_view why) {
    log(nullptr, priority, fmt::format("Requested transaction {}: {}", why, error.message));
  };
  if (error.code == ErrorCode::transaction_jobs_conflicting) say(priority_warning, "contains unmergeable jobs");
  if (error.code == ErrorCode::transaction_order_is_cyclic)
    say(priority_warning, "contains an unfixable cyclic ordering dependency");
  if (error.code == ErrorCode::transaction_is_destructive) say(priority_notice, "contradicts existing jobs");
}

/// What systemd says at debug level only is not said; of very much of the same, the beginning.
void Manager::log_notes(const std::vector<PlanNote>& notes) {
  constexpr size_t at_most = 256;
  size_t told = 0, left_out = 0;
  for (const PlanNote& note : notes) {
    if (note.priority > priority_info) continue;
    if (told++ < at_most)
      log(registry_.at(note.unit), note.priority, note.text);
    else
      ++left_out;
  }
  if (left_out > 0)
    log(nullptr, priority_warning, fmt::format("{} more messages about this request are left out.", left_out));
}

/// A nop job beside another one: who asked hears at once that it is done, and the other one goes on.
JobId Manager::pass_nop(Unit& unit, ClientId client) {
  const JobId id = jobs_.skip_id();
  changes_.new_jobs.push_back({id, unit.id(), unit.name().str(), client});
  changes_.removed_jobs.push_back({id, unit.id(), unit.name().str(), JobResult::done, client});
  return id;
}

/// A job for a unit that has one already becomes one with it, or takes its place.
JobId Manager::install_job(const PlannedJob& planned, ClientId client, const JobReason& asked) {
  Unit* unit = registry_.at(planned.unit);
  if (!unit) return 0;
  if (Job* old = jobs_.of(planned.unit)) {
    if (planned.type == JobType::nop) return pass_nop(*unit, client);
    const std::optional<JobType> merged = merge(old->type, planned.type);
    if (merged) {
      const JobType type = collapse(*merged, unit->active_state());
      // A running job that already does what is asked for goes on; one that has to do more starts anew, and so does a
      // reload: what was changed since it began would be missed.
      const bool does_it = *merged == old->type && planned.type != JobType::reload;
      if (old->state == JobState::running && !does_it && SVCD_SOUND(merged_job_goes_on)) old->state = JobState::waiting;
      if (type != old->type) old->sequence = jobs_.next_sequence();
      if (type != old->type) old->reason = reason_of(planned, asked);
      old->type = type;
      old->irreversible = old->irreversible || planned.irreversible;
      old->ignore_order = old->ignore_order || planned.ignore_order;
      if (client) own(*old, client);
      jobs_.relink(*old);
      changes_.changed_jobs.push_back(old->id);
      touch(*unit);
      return old->id;
    }
    old->reason = reason_of(planned, asked);  // of what takes its place
    finish_job(*old, JobResult::canceled, false, false);
  }
  Job& job = jobs_.add(unit->id(), planned.type, planned.ignore_order);
  job.irreversible = planned.irreversible;
  job.reason = reason_of(planned, asked);
  own(job, client);
  job.begin = now();
  was_empty_ = false;
  unit->status_for_manager().job = job.id;
  arm_job_timer(*unit, job);
  changes_.new_jobs.push_back({job.id, unit->id(), unit->name().str(), client});
  changes_.manager_changed = true;
  touch(*unit);
  return job.id;
}

/// Anew whenever one of them begins, and when a daemon-reload may have brought other limits.
void Manager::arm_job_timer(Unit& unit, const Job& job) {
  const UnitSection& section = unit.config().unit();
  if (section.job_timeout != infinity)
    kernel_.arm_timer({unit.id(), TimerPurpose::job_timeout}, saturating_add(job.begin.monotonic, section.job_timeout));
  const Duration running_timeout = effective_job_running_timeout(unit.config());
  if (running_timeout != infinity && job.begin_running.happened())
    kernel_.arm_timer({unit.id(), TimerPurpose::job_running_timeout},
                      saturating_add(job.begin_running.monotonic, running_timeout));
}

/// Among the units whose jobs may run.
RunTurn Manager::turn_of(UnitId id) const {
  const Unit* unit = registry_.get(id);
  if (!unit) return {};
  constexpr uint64_t usual_weight = 100;
  const ResourceSection& resource = unit->config().resource();
  uint64_t weight = resource.cpu_weight == UINT64_MAX ? usual_weight : resource.cpu_weight;
  if (resource.startup_cpu_weight != UINT64_MAX && is_startup_or_shutdown(*this)) weight = resource.startup_cpu_weight;
  return RunTurn::of(unit->type(), weight, unit->config().exec().nice.value_or(0), unit->name().str());
}

void Manager::run_job(Job& job) {
  Unit* unit = registry_.get(job.unit);
  if (!unit) return jobs_.remove(job);
  const JobId id = job.id;
  job.state = JobState::running;
  if (!job.begin_running.happened()) job.begin_running = now();
  arm_job_timer(*unit, job);
  changes_.changed_jobs.push_back(id);
  touch(*unit);
  Answer answer = Answer::already;
  const JobType type = job.type;
  switch (type) {
    case JobType::start: answer = unit->start(); break;
    case JobType::verify_active:
      if (unit->active_state() == ActiveState::activating)
        answer = Answer::again;
      else if (!unit->is_up())
        answer = Answer::skipped;
      break;
    case JobType::stop:
    case JobType::restart:
    case JobType::try_restart: answer = unit->stop(); break;
    case JobType::reload:
    case JobType::try_reload:
    case JobType::reload_or_start: answer = unit->reload(); break;
    case JobType::nop: break;
  }
  drain_transitions();
  Job* left = jobs_.find(id);  // the machine may have been quick, or the job may have been replaced
  if (!left) return;
  switch (answer) {
    case Answer::going:
      announce_start(*unit, id, type);  // also of a restart whose stop is over already
      return;
    case Answer::under_way: return;
    case Answer::again:
      left->state = JobState::waiting;  // tried again when the unit has changed
      return;
    case Answer::already:
    case Answer::done:
    case Answer::condition: return finish_job(*left, JobResult::done, true, answer == Answer::already);
    case Answer::skipped: return finish_job(*left, JobResult::skipped, true, false);
    case Answer::invalid: return finish_job(*left, JobResult::invalid, true, false);
    case Answer::failed: return finish_job(*left, JobResult::failed, true, false);
    case Answer::assert_: return finish_job(*left, JobResult::assert_, true, false);
    case Answer::unsupported:  // what only svcd cannot do yet takes nobody with it
      return finish_job(*left, JobResult::unsupported, unit->not_yet_text().empty(), false);
    case Answer::dependency: return finish_job(*left, JobResult::dependency, true, false);
    case Answer::once: return finish_job(*left, JobResult::once, true, false);
  }
}

/// What a unit's new state means for its job; whether the change is what the job wanted.
void Manager::job_follows(const Transition& t, bool& unexpected) {
  Unit* unit = registry_.get(t.unit);
  Job* job = unit ? jobs_.of(t.unit.index) : nullptr;
  if (!job) return;
  const bool up = is_up(t.after);
  const bool down = is_down(t.after);
  const JobResult end = t.after == ActiveState::failed ? JobResult::failed : JobResult::done;
  if (job->state == JobState::waiting) {
    jobs_.enqueue(*job);
    if (job->type == JobType::start && t.after != ActiveState::activating) return;
    return;
  }
  unexpected = false;
  switch (job->type) {
    case JobType::start:
    case JobType::verify_active:
      if (up) return finish_job(*job, JobResult::done, true, false);
      if (t.after != ActiveState::activating) unexpected = true;
      if (down) finish_job(*job, end, true, false);
      return;
    case JobType::reload:
    case JobType::reload_or_start:
    case JobType::try_reload:
      if (t.after == ActiveState::active)
        return finish_job(*job, t.reload_failed ? JobResult::failed : JobResult::done, true, false);
      if (t.after != ActiveState::activating && t.after != ActiveState::reloading) unexpected = true;
      if (down) finish_job(*job, end, true, false);
      return;
    case JobType::stop:
    case JobType::restart:
    case JobType::try_restart:
      if (down) return finish_job(*job, JobResult::done, true, false);
      if (t.after != ActiveState::deactivating) {
        unexpected = true;
        finish_job(*job, JobResult::failed, true, false);
      }
      return;
    case JobType::nop: return;
  }
}

/// Its end may end other jobs, those more, and so on: each with all that depends on it before what follows from it.
void Manager::finish_job(Job& job, JobResult result, bool recursive, bool already) {
  std::vector<EndedJob> open;
  if (auto ended = end_job(job, result, recursive, already)) open.push_back(std::move(*ended));
  while (!open.empty()) {
    if (open.back().dependants.empty()) {
      const EndedJob ended = std::move(open.back());
      open.pop_back();
      job_has_ended(ended);
      continue;
    }
    const UnitIndex failed = open.back().unit.index;
    const auto [kind, other] = open.back().dependants.back();
    open.back().dependants.pop_back();
    Job* its = jobs_.of(other);
    if (!its || !fails_with_others(*its, registry_.get(its->unit))) continue;
    note_dependency(other, inverse(kind), failed);
    if (auto ended = end_job(*its, JobResult::dependency, true, false)) open.push_back(std::move(*ended));
  }
}

/// Takes the job away; nullopt: nothing follows from that.
std::optional<Manager::EndedJob> Manager::end_job(Job& job, JobResult result, bool recursive, bool already) {
  Unit* unit = registry_.get(job.unit);
  const JobId id = job.id;
  const JobType type = job.type;
  if (unit && !already) announce_end(*unit, id, type, result);
  if (unit && type == JobType::restart && result == JobResult::done) {  // the stop half is over
    job.type = JobType::start;
    job.state = JobState::waiting;
    changes_.changed_jobs.push_back(id);
    touch(*unit);
    jobs_.relink(job);
    return std::nullopt;
  }
  if (unit && !already) note_end(*unit, job, result);
  const ClientId client = job.client;
  own(job, 0);
  changes_.removed_jobs.push_back({id, job.unit, unit ? unit->name().str() : "", result, client});
  changes_.manager_changed = true;
  if (result == JobResult::canceled && !SVCD_SOUND(job_removed_twice))
    changes_.removed_jobs.push_back(changes_.removed_jobs.back());
  jobs_.remove(job);
  if (!unit) return std::nullopt;
  unit->status_for_manager().job = 0;
  // whatever a reload made of the settings meanwhile
  if (SVCD_SOUND(job_timer_left)) kernel_.disarm_timer({unit->id(), TimerPurpose::job_timeout});
  kernel_.disarm_timer({unit->id(), TimerPurpose::job_running_timeout});
  touch(*unit);
  if (result != JobResult::done) unit->job_ended_in_vain();
  if (unit->is_down()) release_cgroup_if_empty(*unit);  // which was kept for what the job might have started
  registry_.consider(*unit);
  EndedJob ended{unit->id(), type, result};
  if (recursive && SVCD_SOUND(dependants_not_failed)) collect_dependants(ended, *unit);
  return ended;
}

/// A start that failed takes those with it that need it; a stop that failed those that conflict with it; a start that
/// is done without the unit being up, as a condition is not met or as it has run already, those that ask for it to be
/// up.
void Manager::collect_dependants(EndedJob& ended, const Unit& unit) const {
  const auto collect = [&](Dependency kind) {
    for (const UnitIndex other : graph().edges(unit.index(), kind)) ended.dependants.emplace_back(kind, other);
  };
  const bool starts = ended.type == JobType::start || ended.type == JobType::verify_active;
  if (ended.result == JobResult::done) {
    if ((ended.type == JobType::start || ended.type == JobType::reload) && !unit.is_up())
      collect(Dependency::requisite_of);
  } else if (starts) {
    for (const Dependency kind : {Dependency::required_by, Dependency::requisite_of, Dependency::bound_by})
      collect(kind);
  } else if (ended.type == JobType::stop) {
    collect(Dependency::conflicted_by);
  }
  std::ranges::reverse(ended.dependants);
}

void Manager::job_has_ended(const EndedJob& ended) {
  Unit* unit = registry_.get(ended.unit);
  if (!unit) return;
  if (ended.result == JobResult::timeout || ended.result == JobResult::dependency) {
    log(unit, priority_notice,
        fmt::format("{}: Job {}/{} failed with result '{}'.", unit->name().str(), unit->name().str(),
                    to_string(ended.type), to_string(ended.result)),
        {}, {{"JOB_TYPE", std::string(to_string(ended.type))}, {"JOB_RESULT", std::string(to_string(ended.result))}});
    start_on(*unit, Dependency::on_failure, unit->config().unit().on_failure_job_mode);
  }
  for (const UnitIndex other : graph().edges(unit->index(), Dependency::triggered_by))
    if (Unit* trigger = registry_.at(other)) trigger->triggered_changed(*unit);
  // What its job kept from being done to it; as in 252, not what it kept from others.
  consider_again(*unit);
}

void Manager::announce_start(const Unit& unit, JobId job, JobType asked) {
  const JobType type = asked == JobType::restart ? JobType::stop : asked;
  const std::string text = job_start_text(unit.type_row(), type, unit.title());
  if (text.empty() || (type == JobType::start && !unit.start_takes_time())) return;
  const std::string_view id = type == JobType::start  ? message_id::unit_starting
                              : type == JobType::stop ? message_id::unit_stopping
                                                      : message_id::unit_reloading;
  log(&unit, priority_info, text, id, job_fields(job, type));
  if (is_startup_or_shutdown(*this)) console(StatusLine::Kind::none, text);
}

void Manager::announce_end(const Unit& unit, JobId id, JobType type, JobResult result) {
  auto fields = job_fields(id, type);
  fields.emplace_back("JOB_RESULT", to_string(result));
  if (unit.status().invocation == Id128{}) fields.emplace_back("INVOCATION_ID", "");  // 252 sends it empty, too
  if (type == JobType::start && result == JobResult::done && !unit.status().condition_result) {
    const Conditions& conditions = unit.config().unit().conditions;
    bool no_trigger = false;
    for (size_t i = std::min(conditions.size(), unit.status().condition_outcomes.size()); i-- > 0;) {
      if (unit.status().condition_outcomes[i] != ConditionOutcome::failed) continue;
      no_trigger = no_trigger || conditions[i].trigger;
      if (conditions[i].trigger) continue;
      return log(&unit, priority_info,
                 fmt::format("{} was skipped because of an unmet condition check (Condition{}={}{}).", unit.title(),
                             to_string(conditions[i].type), conditions[i].negate ? "!" : "", conditions[i].parameter),
                 message_id::unit_started, std::move(fields));
    }
    const std::string_view why = no_trigger ? "{} was skipped because no trigger condition checks were met."
                                            : "Condition check resulted in {} being skipped.";
    return log(&unit, priority_info, fmt::format(fmt::runtime(why), unit.title()), message_id::unit_started,
               std::move(fields));
  }
  if (type == JobType::start && result == JobResult::unsupported && !unit.not_yet_text().empty())
    return announce_not_yet(unit);
  const bool finished = type == JobType::start && result == JobResult::done && unit.start_finishes();
  const std::string text =
      finished ? fmt::format("Finished {}.", unit.title()) : job_end_text(unit.type_row(), type, result, unit.title());
  if (text.empty()) return;
  const bool failed = result != JobResult::done;
  std::string_view message;
  switch (type) {
    case JobType::start: message = failed ? message_id::unit_failed : message_id::unit_started; break;
    case JobType::stop:
    case JobType::restart: message = message_id::unit_stopped; break;
    case JobType::reload: message = message_id::unit_reloaded; break;
    case JobType::verify_active:
    case JobType::nop:
    case JobType::try_restart:
    case JobType::try_reload:
    case JobType::reload_or_start: break;
  }
  if (type == JobType::verify_active) return log(nullptr, priority_notice, text, message, std::move(fields));
  log(&unit, job_end_priority(result), text, message, std::move(fields));
  if (!is_startup_or_shutdown(*this)) return;
  console(job_end_mark(result), text);
  if (result == JobResult::failed && type == JobType::start)
    console(StatusLine::Kind::info, "See 'systemctl status " + unit.name().str() + "' for details.");
}

/// The job says `unsupported` to who asked; at boot that is no failure to show on the console, and the log has it once.
void Manager::announce_not_yet(const Unit& unit) {
  Unit* told = registry_.get(unit.id());
  if (!told || std::exchange(told->not_in_effect_told, true)) return;
  log(&unit, priority_warning, fmt::format("{}: {}", unit.name().str(), unit.not_yet_text()));
}

void Manager::job_timeout(Unit& unit, TimerPurpose purpose) {
  Job* job = jobs_.of(unit.index());
  if (!job) return;
  note_timeout(unit, purpose);
  log(&unit, priority_warning,
      fmt::format("{}: Job {}/{} timed out.", unit.name().str(), unit.name().str(), to_string(job->type)));
  finish_job(*job, JobResult::timeout, true, false);
  const UnitSection& section = unit.config().unit();
  emergency(&unit, {.action = section.job_timeout_action,
                    .reason = "job timed out",
                    .reboot_argument = section.job_timeout_reboot_argument,
                    .is_watchdog = true});
}

void Manager::queue_became_empty() {
  was_empty_ = true;
  for (const UnitIndex index : std::vector<UnitIndex>(waiting_for_quiet_))
    if (Unit* unit = registry_.at(index)) unit->queue_is_empty();
  waiting_for_quiet_.clear();
  startup_finished();
}

}  // namespace svcd
