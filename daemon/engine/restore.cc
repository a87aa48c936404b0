// Taking over from an earlier manager: units, states, processes and jobs out of the state record, compared with what
// really runs.
#include <algorithm>
#include <sstream>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "daemon/engine/service.h"
#include "daemon/engine/state_record.h"

namespace svcd {

using Type = ServiceSection::Type;

void Unit::save(RecordWriter& writer) const {
  writer.number(uint64_t(status_.active_state));
  for (const Timestamp* time :
       {&status_.state_change, &status_.inactive_exit, &status_.active_enter, &status_.active_exit,
        &status_.inactive_enter, &status_.condition_time, &status_.assert_time})
    writer.time(*time);
  writer.number(unsigned(status_.condition_result) | unsigned(status_.assert_result) << 1 | unsigned(has_cgroup) << 2 |
                unsigned(log_settings_published_) << 3 | unsigned(status_.freezer) << 4 |
                unsigned(is_removing_directories()) << 6);
  writer.bytes(status_.invocation);
  writer.text(status_.control_group);
  writer.number(start_limit_.begin.count());
  writer.number(start_limit_.count);
  writer.number(status_.cpu_nsec_last ? *status_.cpu_nsec_last + 1 : 0);
  writer.number(status_.cpu_nsec_before);
  writer.text(fmt::format("{}", fmt::join(status_.not_in_effect, " ")).substr(0, 200));
  Causes::save(manager_.causes().find(index()).get(), writer);
  save_state(writer);
}

void Unit::restore(RecordReader& reader) {
  status_.active_state = ActiveState(reader.below(uint64_t(ActiveState::maintenance) + 1));
  for (Timestamp* time : {&status_.state_change, &status_.inactive_exit, &status_.active_enter, &status_.active_exit,
                          &status_.inactive_enter, &status_.condition_time, &status_.assert_time})
    *time = reader.time();
  const uint64_t flags = reader.below(128);
  status_.freezer = FreezerState(flags >> 4 & 3);
  removals_ = flags & 64 ? 1 : 0;
  status_.condition_result = flags & 1;
  status_.assert_result = flags & 2;
  has_cgroup = flags & 4;
  log_settings_published_ = flags & 8;
  reader.bytes(status_.invocation);
  status_.control_group = reader.text();
  start_limit_.begin = Time(reader.number());
  start_limit_.count = uint32_t(reader.number());
  if (const uint64_t cpu = reader.number(); cpu) status_.cpu_nsec_last = cpu - 1;
  status_.cpu_nsec_before = reader.number();
  std::istringstream not_in_effect(reader.text());
  for (std::string setting; not_in_effect >> setting;) status_.not_in_effect.push_back(setting);
  if (!status_.control_group.empty()) take_cgroup_id();
  if (status_.freezer == FreezerState::freezing || status_.freezer == FreezerState::thawing)  // to hear of it once more
    (void)kernel().freeze_cgroup(id_, status_.control_group, status_.freezer == FreezerState::freezing);
  manager_.causes().restore(index(), name().str(), reader);
  restore_state(reader);
}

/// A process under an intent (a token without a pid) is looked for in the cgroup. False: there is none, or it is gone.
bool Unit::take_over(Process& process, pid_t other) {
  if (!process) return false;
  if (!process.pid && SVCD_SOUND(intent_not_looked_for))
    for (const pid_t pid : kernel().cgroup_processes(status_.control_group, 64))
      if (pid != other && kernel().is_our_child(pid)) {
        process.pid = pid;
        break;
      }
  const bool there = process.pid && kernel().watch_process(id_, process.pid);
  process = there ? Process{0, process.pid} : Process{};
  return there;
}

void Service::save_state(RecordWriter& writer) const {
  writer.number(uint64_t(state_));
  writer.number(uint64_t(type_));
  writer.number(uint64_t(service_.result));
  writer.number(uint64_t(service_.reload_result));
  writer.number(uint64_t(notify_));
  writer.number(unsigned(main_known_) | unsigned(forbid_restart_) << 1 | unsigned(flush_restarts_) << 2 |
                unsigned(idle_waiting_) << 3 | unsigned(pid_file_wanted_) << 4 | unsigned(may_restart_) << 5);
  for (const Process* process : {&main_, &control_}) {
    writer.number(process->token);
    writer.number(uint64_t(process->pid));
  }
  writer.number(uint64_t(control_list_));
  writer.number(control_index_);
  writer.number(main_index_);
  writer.number(state_deadline_.count());
  writer.number(restart_at_.count());
  writer.number(watchdog_.count());
  writer.number(service_.n_restarts);
  writer.time(service_.main.start);
  writer.time(service_.main.exit);
  writer.number(uint64_t(service_.main.pid));
  writer.number(uint64_t(service_.main.status.kind));
  writer.number(uint64_t(service_.main.status.value));
  writer.time(service_.watchdog);
  writer.number(uint64_t(service_.status_errno));
  writer.number(uint64_t(service_.clean_result));
  writer.number(runtime_deadline_.count());
  writer.text(std::string_view(service_.status_text).substr(0, writer.room_for_text()));
}

void Service::restore_state(RecordReader& reader) {
  constexpr uint64_t results = uint64_t(UnitResult::trigger_limit_hit) + 1;
  state_ = State(reader.below(service_state_count));
  type_ = Type(reader.below(uint64_t(Type::idle) + 1));
  service_.result = UnitResult(reader.below(results));
  service_.reload_result = UnitResult(reader.below(results));
  notify_ = NotifyState(reader.below(4));
  const uint64_t flags = reader.below(64);
  main_known_ = flags & 1;
  forbid_restart_ = flags & 2;
  flush_restarts_ = flags & 4;
  idle_waiting_ = flags & 8;
  pid_file_wanted_ = flags & 16;
  may_restart_ = flags & 32;
  for (Process* process : {&main_, &control_}) {
    process->token = reader.number();
    process->pid = pid_t(reader.below(uint64_t(INT32_MAX)));
  }
  control_list_ = CommandList(reader.below(uint64_t(CommandList::none) + 1));
  control_index_ = size_t(reader.number());
  main_index_ = size_t(reader.number());
  state_deadline_ = Time(reader.number());
  restart_at_ = Time(reader.number());
  watchdog_ = Duration(reader.number());
  if (state_ != State::dead) service_.watchdog_interval = watchdog_;
  service_.n_restarts = uint32_t(reader.number());
  service_.main.start = reader.time();
  service_.main.exit = reader.time();
  service_.main.pid = pid_t(reader.below(uint64_t(INT32_MAX)));
  service_.main.status.kind = ExitStatus::Kind(reader.below(4));
  service_.main.status.value = int(reader.below(256));
  service_.watchdog = reader.time();
  service_.status_errno = int(reader.below(uint64_t(INT32_MAX)));
  service_.clean_result = UnitResult(reader.below(results));
  runtime_deadline_ = Time(reader.number());
  service_.status_text = reader.text();
  set_main(main_);
  set_control(control_);
  own_status().sub_state = phase_of(state_).name;
}

/// What the record says, compared with what runs. A process under an intent (a token without a pid) is looked for in
/// the cgroup and adopted; only if nothing is there is it started again.
void Service::resume() {
  count_descriptors();
  if (state_ == State::dead || state_ == State::failed) {
    if (!main_ && !control_) return;
    if (!main_ || main_.pid) {  // ended, but the slot of the end was not written
      set_main({});
      set_control({});
      return;
    }
  }
  watch_bus_name();
  if (state_deadline_ != infinity) arm(TimerPurpose::state_timeout, state_deadline_);
  if (restart_at_ != infinity && state_ == State::auto_restart) arm(TimerPurpose::restart, restart_at_);
  if (runtime_deadline_ != infinity && (state_ == State::running || state_ == State::reload))
    arm(TimerPurpose::runtime_max, runtime_deadline_);
  if (state_ == State::cleaning) return resume_cleaning();
  // What it said meanwhile waits in the socket: it gets its whole time anew.
  if (watchdog_.count() && watchdog_ != infinity && service_.watchdog.happened())
    arm(TimerPurpose::watchdog, saturating_add(now().monotonic, watchdog_));
  if (state_ == State::removing) return is_removing_directories() ? void() : end();
  if (idle_waiting_) manager().wait_for_quiet(*this);
  if (pid_file_wanted_) arm(TimerPurpose::other, now().monotonic);

  const auto adopt = [&](Process& process, pid_t other) {  // false: an intent that came to nothing
    const bool intended = process && process.pid == 0;
    return take_over(process, other) || !intended;
  };
  const bool had_main = bool(main_), had_control = bool(control_);
  const bool main_done = adopt(main_, control_.pid);
  set_main(main_);
  const bool control_there = adopt(control_, main_.pid);
  set_control(control_);
  touch();
  const auto is_there = [this](CommandList list, size_t index) { return index < commands(list).size(); };
  if (had_control && !control_there) {
    if (is_there(control_list_, control_index_)) return run_control(control_list_, control_index_);
    return control_exited({ExitStatus::Kind::unknown, 0});  // its file is another by now
  }
  if (had_main && !main_done) {
    if (!is_there(CommandList::start, main_index_)) return main_exited({ExitStatus::Kind::unknown, 0});
    if (state_ == State::running || state_ == State::start) return run_main(main_index_);
    return enter(State::start);  // the step that was to publish the next state never ended
  }
  // Only Type=simple and idle start it before they are seen to start. Its file may say another type by now: never
  // twice.
  if (had_main && main_.pid && main_known_ &&
      (state_ == State::dead || state_ == State::failed || state_ == State::condition || state_ == State::start_pre))
    return enter(State::start_post);
  if (had_main && !main_) return main_exited({ExitStatus::Kind::unknown, 0});
  if (had_control && !control_) return control_exited({ExitStatus::Kind::unknown, 0});
  if (phase_of(state_).act == ServicePhase::Act::signal) handle(CgroupEmpty{id()});
}

bool Manager::restore() {
  const auto state = record_->read_manager();
  if (!record_->has_predecessor() || !state) return false;
  last_token_ = state->last_token;
  jobs_.set_last_id(state->last_job);
  startup_done_ = state->startup_done;
  exit_code_ = state->exit_code;
  times_.userspace = state->userspace;
  times_.finish = state->finish;
  booted_ = true;
  std::vector<Job> jobs;
  std::vector<std::pair<UnitId, std::vector<std::byte>>> slots;
  record_->each([&](uint32_t index, std::span<const std::byte> payload) {
    RecordReader reader(payload);
    const Result<UnitName> name = UnitName::parse(reader.text());
    const UnitId id{index, uint32_t(reader.number())};
    if (!reader.good() || !name) return;
    if (registry_.restore(id, *name)) slots.emplace_back(id, std::vector<std::byte>(payload.begin(), payload.end()));
  });
  for (const auto& [id, payload] : slots) {
    RecordReader reader(payload);
    (void)reader.text();
    (void)reader.number();
    Job job;
    job.id = JobId(reader.number());
    if (job.id) {
      job.unit = id;
      job.type = JobType(reader.below(uint64_t(JobType::nop) + 1));
      job.state = JobState(reader.below(2));
      const uint64_t flags = reader.below(4);
      job.irreversible = flags & 1;
      job.ignore_order = flags & 2;
      job.sequence = reader.number();
      job.begin = reader.time();
      job.begin_running = reader.time();
    }
    Unit* unit = registry_.get(id);
    if (!unit) continue;
    unit->restore(reader);
    if (unit->active_state() == ActiveState::failed) ++failed_;
    if (job.id && reader.good()) jobs.push_back(job);
  }
  make_own_units();
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.sequence < b.sequence; });
  for (const Job& job : jobs) {
    Unit* unit = registry_.get(job.unit);
    if (!unit) continue;
    jobs_.add_restored(job);
    unit->status_for_manager().job = job.id;
    arm_job_timer(*unit, job);
    was_empty_ = false;
  }
  for (const auto& [id, payload] : slots)
    if (Unit* unit = registry_.get(id); unit && unit->loaded().state != LoadState::stub) {
      if (unit->has_cgroup) kernel_.adopt_cgroup(id, unit->status().control_group);
      if (unit->is_removing_directories()) unit->resume_removal();
      unit->resume();
    }
  catch_up(jobs);
  settle();
  return true;
}

/// The step in which a unit got where its job was to bring it, or in which others were to follow it, may never have
/// ended, although its state is in the record.
void Manager::catch_up(const std::vector<Job>& restored) {
  drain_transitions();
  for (const Job& old : restored) {
    const Job* job = jobs_.find(old.id);
    const Unit* unit = job ? registry_.get(job->unit) : nullptr;
    if (!unit || job->state != JobState::running) continue;
    bool unexpected = true;
    job_follows({unit->id(), ActiveState::activating, unit->active_state(), false, false}, unexpected);
  }
  registry_.each([this](Unit& unit) { consider_anew(unit); });
}

}  // namespace svcd
