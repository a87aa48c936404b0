// The step: an event, what follows from it, and telling it all at the end.
#include "daemon/engine/manager.h"

#include "daemon/engine/log_texts.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/state_record.h"
#include "libunit/hex.h"

namespace svcd {
namespace {

/// A step does at most this much before the loop may look at other events again; telling it comes on top.
constexpr Duration step_limit = std::chrono::milliseconds(10);
/// … and at most so many rounds: units without a start limit that trigger each other by OnSuccess= do so for ever.
constexpr uint32_t rounds_a_step = 4096;

/// A unit may have had several jobs in one step. Whoever follows them hears of the end of each before the next begins:
/// all but the last are told by themselves, in their order.
std::vector<Changes> take_short_jobs(Changes& changes) {
  std::vector<Changes> pieces;
  std::unordered_map<UnitIndex, JobId> last;
  for (const JobNew& job : changes.new_jobs) last[job.unit.index] = job.job;
  if (last.size() == changes.new_jobs.size()) return pieces;
  const auto is_last = [&](const auto& job) {
    const auto found = last.find(job.unit.index);
    return found == last.end() || found->second <= job.job;
  };
  std::unordered_map<JobId, const JobRemoved*> ends;
  for (const JobRemoved& job : changes.removed_jobs) ends[job.job] = &job;
  for (const JobNew& job : changes.new_jobs) {
    const auto end = ends.find(job.job);
    if (is_last(job) || end == ends.end()) continue;
    Changes& piece = pieces.emplace_back();
    if (pieces.size() == 1) {
      piece.appeared.swap(changes.appeared);
      piece.replaced_jobs.swap(changes.replaced_jobs);
    }
    piece.new_jobs.push_back(job);
    piece.removed_jobs.push_back(*end->second);
  }
  std::erase_if(changes.new_jobs, [&](const JobNew& job) { return !is_last(job) && ends.contains(job.job); });
  std::erase_if(changes.removed_jobs, [&](const JobRemoved& job) { return !is_last(job); });
  return pieces;
}

}  // namespace

Manager::Manager(Kernel& kernel, ManagerSetup setup)
    : kernel_(kernel),
      setup_(std::move(setup)),
      loader_(kernel.files(), setup_.search_path, setup_.host),
      registry_(*this, loader_),
      jobs_(registry_.graph(), [this](UnitId unit) { return turn_of(unit); }),
      record_(std::make_unique<StateRecord>(
          kernel.state_record(), [&kernel](size_t from, size_t to) { return kernel.grow_state_record(from, to); })),
      controls_(setup_.settings.controls) {
  defaults_.change() = setup_.settings.defaults;
  times_.userspace = kernel_.now();
  controls_.log_target = without_syslog(controls_.log_target);
  kernel_.control(controls_);
  kernel_.configure(setup_.settings);
  refresh_environment();
  changes_.clear();  // nobody knew another one
}

Manager::~Manager() = default;

// ---- the step

void Manager::handle(const Event& event) {
  dispatch(event);
  settle();
}

bool Manager::has_work() const {
  return jobs_.has_runnable() || !transitions_.empty() || registry_.has_queued() || registry_.has_candidates() ||
         !wanted_.empty() || somebody_waits_ || has_new_mounts_ || !unneeded_.empty() || !upheld_.empty() ||
         !bound_.empty() || !changes_.empty() || !told_.empty() || reload_phase_ == ReloadPhase::scan ||
         reload_phase_ == ReloadPhase::announce || !to_reap_.empty() || controls_changed_ ||
         (!was_empty_ && jobs_.empty());
}

void Manager::settle() {
  const Time until = saturating_add(kernel_.now().monotonic, step_limit);
  bool loaded_slice = false, is_idle = false;
  // What waits for the jobs to be done has its turn also if they never are.
  if (std::exchange(was_cut_, false)) do_all_that_waits();
  for (uint32_t round = 0;; ++round) {
    const bool was_runnable = load_more(loaded_slice) || drain_transitions();
    const bool looks_at_clock =
        round % 16 == 15 || loaded_slice || reload_phase_ == ReloadPhase::scan || has_new_mounts_;
    was_cut_ = round >= rounds_a_step || (looks_at_clock && kernel_.now().monotonic >= until);
    if (was_cut_) break;
    if (was_runnable) continue;
    if (run_next_job()) continue;
    if (!was_empty_ && jobs_.empty()) {
      queue_became_empty();
      continue;
    }
    if (check_upheld() || check_bound() || check_unneeded()) continue;
    if ((jobs_have_turn_ = jobs_.has_runnable())) continue;
    if (continue_reload() || continue_mounts()) continue;
    is_idle = true;
    break;
  }
  flush();
  // Whoever asks next shall not see what nobody needs any more; its last state is told by now.
  if (!is_idle || registry_.has_queued() || !registry_.has_candidates()) return;
  registry_.collect();
  flush();
}

/// Once jobs have their turn it is theirs until none may run; before, whatever has to be started or stopped because of
/// what other units are is looked at. So does systemd 252.
bool Manager::run_next_job() {
  Job* job = jobs_have_turn_ ? jobs_.next() : nullptr;
  jobs_have_turn_ = job != nullptr;
  if (job) run_job(*job);
  return job != nullptr;
}

void Manager::do_all_that_waits() {
  check_upheld();
  check_bound();
  check_unneeded();
  continue_reload();
  continue_mounts();
}

bool Manager::drain_transitions() {
  if (transitions_.empty()) return false;
  while (!transitions_.empty()) {
    const Transition transition = transitions_.front();
    transitions_.pop_front();
    bool unexpected = true;
    job_follows(transition, unexpected);
    react(transition, unexpected);
  }
  return true;
}

void Manager::dispatch_to_unit(UnitId id, const Event& event) {
  Unit* unit = registry_.get(id);
  if (!unit) return;
  std::visit(
      [unit](const auto& e) {
        if constexpr (requires { unit->handle(e); }) unit->handle(e);
      },
      event);
}

/// KillMode= let processes outlive the unit: the last of them may have gone now.
void Manager::release_what_was_left(UnitId id) {
  if (Unit* unit = registry_.get(id); unit && unit->is_down() && !jobs_.of(id.index)) release_cgroup_if_empty(*unit);
}

void Manager::dispatch(const Event& event) {
  std::visit(
      [&](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, Exited>) {
          if (const Unit* unit = registry_.get(e.unit); unit && unit->type() == UnitType::mount)
            continue_mounts(SIZE_MAX);  // what its command did to the mount table comes first
          dispatch_to_unit(e.unit, event);
          release_what_was_left(e.unit);
          if (e.pid) to_reap_.push_back(e.pid);
        } else if constexpr (std::is_same_v<E, TimerFired>) {
          Unit* unit = registry_.get(e.key.unit);
          if (!unit) return;
          if (e.key.purpose == TimerPurpose::job_timeout || e.key.purpose == TimerPurpose::job_running_timeout)
            job_timeout(*unit, e.key.purpose);
          else if (e.key.purpose == TimerPurpose::automatic_job)
            consider_again(*unit);
          else
            unit->handle(e);
        } else if constexpr (std::is_same_v<E, MountTableChanged>) {
          mounts_changed(e.mounts);
        } else if constexpr (std::is_same_v<E, BusActivation>) {
          bus_activation(e.unit);
        } else if constexpr (std::is_same_v<E, GeneratorsDone>) {
          generators_done(e);
        } else if constexpr (std::is_same_v<E, Signalled>) {
          signalled(e.signal);
        } else if constexpr (std::is_same_v<E, ClientGone>) {
          client_gone(e.client);
        } else if constexpr (std::is_same_v<E, CgroupEmpty>) {
          dispatch_to_unit(e.unit, event);
          release_what_was_left(e.unit);
        } else {
          dispatch_to_unit(e.unit, event);
        }
      },
      event);
}

/// A unit has one job at a time: whoever follows them hears of the end of one before he hears of the next.
void Manager::part_replaced_jobs() {
  if (changes_.new_jobs.empty() || changes_.removed_jobs.empty()) return;
  std::unordered_map<UnitIndex, JobId> first_new;
  for (const JobNew& job : changes_.new_jobs) first_new.try_emplace(job.unit.index, job.job);
  const auto was_replaced = [&](const JobRemoved& job) {
    const auto found = first_new.find(job.unit.index);
    return found != first_new.end() && job.job < found->second;
  };
  for (const JobRemoved& job : changes_.removed_jobs)
    if (was_replaced(job)) changes_.replaced_jobs.push_back(job);
  std::erase_if(changes_.removed_jobs, was_replaced);
}

/// JobNew is told before the caller gets his answer. The jobs have their first turn at once: what changes is told then,
/// mostly once instead of twice.
void Manager::announce() {
  write_dirty_slots();
  part_replaced_jobs();
  Changes now;
  now.appeared.swap(changes_.appeared);
  now.replaced_jobs.swap(changes_.replaced_jobs);
  now.new_jobs.swap(changes_.new_jobs);
  for (const JobNew& job : now.new_jobs)  // whoever looks now sees the job, and has to hear when it has gone
    if (Unit* unit = registry_.get(job.unit)) unit->is_new = false;
  if (!now.empty())
    for (ChangeListener* listener : listeners_) listener->flush(now);
}

/// The order is what makes a crash harmless: record, then tell, then reap.
void Manager::flush() {
  if (!SVCD_SOUND(reaped_before_recorded))
    for (const pid_t pid : std::exchange(to_reap_, {})) kernel_.reap(pid);
  write_dirty_slots();
  std::vector<UnitId> later;
  for (const UnitId id : told_)
    if (Unit* unit = registry_.get(id)) {
      // The step was cut short before its job had its turn: who heard of the job hears what came of that at once.
      if (const Job* job = jobs_.of(id.index); job && job->in_run_queue) {
        later.push_back(id);
        continue;
      }
      unit->is_changed = false;
      // who hears of a new unit looks for himself, as with systemd
      const bool only_new = unit->is_new && !unit->has_a_past() && jobs_.of(id.index) == nullptr;
      unit->is_new = false;
      if (!only_new) changes_.changed_units.push_back(id);
    }
  told_.swap(later);
  part_replaced_jobs();
  for (const Changes& piece : take_short_jobs(changes_))
    for (ChangeListener* listener : listeners_) listener->flush(piece);
  if (!changes_.empty())
    for (ChangeListener* listener : listeners_) listener->flush(changes_);
  changes_.clear();
  if (std::exchange(controls_changed_, false)) kernel_.control(controls_);
  for (const pid_t pid : to_reap_) kernel_.reap(pid);
  to_reap_.clear();
}

// ---- what machines report

void Manager::changed(Unit& unit, ActiveState before, bool reload_failed, bool will_restart) {
  const ActiveState after = unit.active_state();
  if (before != ActiveState::failed && after == ActiveState::failed) ++failed_;
  if (before == ActiveState::failed && after != ActiveState::failed && failed_ > 0) --failed_;
  if ((before == ActiveState::failed) != (after == ActiveState::failed)) changes_.manager_changed = true;
  transitions_.push_back({unit.id(), before, after, reload_failed, will_restart});
  if (after == ActiveState::deactivating && !SVCD_SOUND(change_not_told)) return keep(unit);
  touch(unit);
}

void Manager::keep(Unit& unit) {
  if (unit.is_dirty) return;
  unit.is_dirty = true;
  dirty_.push_back(unit.id());
}

void Manager::touch(Unit& unit) {
  keep(unit);
  if (!unit.is_changed) {
    unit.is_changed = true;
    told_.push_back(unit.id());
  }
}

void Manager::write_dirty_slots() {
  for (const UnitId id : dirty_)
    if (Unit* unit = registry_.get(id); unit && unit->is_dirty) {
      unit->is_dirty = false;
      if (!unit->in_record && !unit->has_a_past() && jobs_.of(id.index) == nullptr) continue;
      unit->in_record = true;
      if (record_->write(*unit, jobs_.of(id.index)) || record_->is_missing() || unit->no_record_told) continue;
      unit->no_record_told = true;
      log(unit, priority_warning,
          unit->name().str() + ": No room in the state record: its state would not survive a crash of the manager.");
    }
  dirty_.clear();
  save_manager();
}

/// What led to the intent must be in the record with it.
void Manager::write_intent(Unit& unit) {
  keep(unit);
  write_dirty_slots();
}

void Manager::unit_appeared(Unit& unit) {
  causes_.rejoin(unit.index(), unit.name().str());
  changes_.appeared.push_back({unit.id(), unit.name().str()});
  unit.is_new = true;
  touch(unit);
  log_diagnostics(unit);
}

/// What is wrong with its files.
void Manager::log_diagnostics(const Unit& unit) {
  for (const Diagnostic& diagnostic : unit.loaded().diagnostics)
    if (diagnostic.level <= Diagnostic::Level::notice) log(&unit, int(diagnostic.level) + 3, to_string(diagnostic));
}

void Manager::unit_vanishes(Unit& unit) {
  if (!causes_.find(unit.index()))
    if (auto past = past_cause(unit)) causes_.note(unit.index(), std::move(*past));
  causes_.part(unit.index());
  if (unit.active_state() == ActiveState::failed && failed_ > 0 && SVCD_SOUND(failed_units_miscounted)) --failed_;
  kernel_.disarm_timer({unit.id(), TimerPurpose::automatic_job});
  changes_.vanished.push_back({unit.id(), unit.name().str()});
  if (unit.in_record) record_->erase(unit.id());
  if (unit.has_cgroup && SVCD_SOUND(cgroup_not_released))
    kernel_.release_cgroup(unit.id(), unit.status().control_group);
  remove_transient_files(unit.loaded());
}

void Manager::log(const Unit* unit, int priority, std::string message, std::string_view id,
                  std::vector<std::pair<std::string_view, std::string>> fields) {
  if (const int most = unit ? unit->config().exec().log_level_max : -1; most >= 0 && priority > most) return;
  LogMessage line;
  line.priority = priority;
  line.message = std::move(message);
  line.message_id = id;
  line.fields = std::move(fields);
  if (unit) {
    line.unit = unit->name().str();
    if (unit->status().invocation != Id128{})
      line.fields.emplace_back("INVOCATION_ID", to_hex(unit->status().invocation));
  }
  changes_.log.push_back(std::move(line));
}

/// Only a system on its way up or down tells the console; later it belongs to whoever works there.
void Manager::console(StatusLine::Kind kind, std::string text) {
  if (startup_done_ && !is_stopping()) return;
  if (is_trouble(kind)) flip_show_status(true);
  changes_.console.push_back({kind, std::move(text)});
}

void Manager::apply_defaults(LoadedUnit& loaded) const {
  loaded.config.set_type(loaded.id.type());
  loaded.config.set_defaults(defaults_);
}

/// "/a.slice/a-b.slice/x.service": below its slice; a slice below its parent.
std::string Manager::cgroup_path(const Unit& unit) const {
  const auto slice_path = [](const std::string& slice) {
    std::string path;
    if (slice.empty() || slice == "-.slice") return path;
    const size_t stem = slice.size() - std::string_view(".slice").size();
    for (size_t dash = slice.find('-'); dash != std::string::npos && dash < stem; dash = slice.find('-', dash + 1))
      path += "/" + slice.substr(0, dash) + ".slice";
    return path + "/" + slice;
  };
  if (unit.type() == UnitType::slice) {
    const std::string path = slice_path(unit.name().str());
    return path.empty() ? "/" : path;
  }
  std::string leaf = unit.name().str();
  if (leaf.starts_with('_') || leaf.starts_with('.')) leaf.insert(0, 1, '_');  // as systemd escapes them
  return slice_path(unit.slice.str()) + "/" + leaf;
}

void Manager::save_manager() {
  record_->write_manager({.last_token = last_token_,
                          .last_job = jobs_.last_id(),
                          .startup_done = startup_done_,
                          .exit_code = exit_code_.value_or(0),
                          .userspace = times_.userspace,
                          .finish = times_.finish});
}

}  // namespace svcd
