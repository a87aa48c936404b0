#include "daemon/engine/unit.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

bool has_log_settings(const UnitConfig& config) {
  const SandboxSection& more = config.sandbox();
  return config.exec().log_level_max >= 0 || more.log_rate_limit_interval.count() != 0 ||
         more.log_rate_limit_burst != 0 || !more.log_extra_fields.empty();
}

}  // namespace

bool Process::is(const Exited& exited) const {
  if (!*this) return false;
  if (!SVCD_SOUND(late_exit_accepted)) return true;
  return exited.token && token ? exited.token == token : exited.pid != 0 && exited.pid == pid;
}

Unit::Unit(Manager& manager, UnitId id, const UnitName& name) : manager_(manager), id_(id) {
  loaded_.id = name;
  loaded_.names = {name};
  loaded_.state = LoadState::stub;
  loaded_.config.set_type(name.type());
}

Kernel& Unit::kernel() {
  return manager_.kernel();
}
Timestamp Unit::now() {
  return manager_.now();
}

const std::string& Unit::description() const {
  const std::string& text = config().unit().description;
  return text.empty() ? name().str() : text;
}

const UnitTypeRow& Unit::type_row() const {
  return manager_.setup().types[size_t(type())];
}

std::string Unit::title() const {
  const std::string& text = config().unit().description;
  const StatusUnitFormat format = manager_.settings().status_unit_format;
  if (text.empty() || text == name().str() || format == StatusUnitFormat::name) return name().str();
  return format == StatusUnitFormat::description ? text : name().str() + " - " + text;
}

void Unit::take(LoadedUnit loaded) {
  loaded_ = std::move(loaded);
  install_facts.reset();
  status_.condition_outcomes.assign(config().unit().conditions.size(), ConditionOutcome::untested);
  status_.assert_outcomes.assign(config().unit().asserts.size(), ConditionOutcome::untested);
  taken();
  touch();
}

void Unit::change(LoadedUnit loaded) {
  loaded_ = std::move(loaded);
  touch();
}

void Unit::refuse(Error error) {
  loaded_.state = LoadState::error;
  loaded_.error = std::move(error);
  touch();
}

void Unit::take_mount_paths(std::vector<std::string> paths) {
  if (paths != mount_paths()) loaded_.config.change<UnitSection>().requires_mounts_for = std::move(paths);
}

bool Unit::has_directories() const {
  const ExecSection& exec = config().exec();
  return !exec.directories[size_t(ExecSection::Directory::runtime)].entries.empty() || exec.private_tmp;
}

void Unit::remove_directories() {
  ++removals_;
  manager_.write_intent(*this);  // the next manager must not start anew what loses its folders now
  kernel().remove_directories(id(), name().str(), config().exec());
}

/// A removal that took longer than the time limit may have been followed by another one: neither may go on while the
/// next run has its folders.
void Unit::handle(const DirectoriesRemoved&) {
  if (removals_ > 0 && --removals_ > 0) return;
  manager_.keep(*this);
  directories_removed();
  manager_.registry().consider(*this);
  if (Job* job = manager_.job_queue().of(index())) manager_.job_queue().enqueue(*job);
}

void Unit::handle(const NotInEffect& off) {
  for (const std::string& setting : off.settings)
    if (std::ranges::find(status_.not_in_effect, setting) == status_.not_in_effect.end())
      status_.not_in_effect.push_back(setting);
  touch();
}

bool Unit::can_reload() const {
  return !manager_.graph().edges(index(), Dependency::propagates_reload_to).empty();
}

// ---- what jobs ask

Answer Unit::start() {
  if (is_up()) return Answer::already;
  if (active_state() == ActiveState::maintenance) return Answer::again;
  if (is_removing_directories() && SVCD_SOUND(folders_not_waited_for)) return Answer::again;
  if (loaded_.state != LoadState::loaded) return Answer::failed;
  // It cannot start before its stop is over; what was tested since that began need not be tested again.
  const bool was_tested =
      status_.condition_time.happened() && status_.condition_time.monotonic >= status_.state_change.monotonic;
  if (active_state() == ActiveState::deactivating && was_tested) return Answer::again;
  if (const Answer answer = check_start(); answer != Answer::going) return answer;
  if (const Answer answer = test_startable(); answer != Answer::going) return answer;
  if (!can_start()) return Answer::skipped;
  return do_start();
}

Answer Unit::check_start() {
  if (active_state() != ActiveState::activating) {
    const UnitSection& unit = config().unit();
    status_.condition_time = now();
    status_.condition_result = test(unit.conditions, status_.condition_outcomes);
    touch();
    if (!status_.condition_result) {
      blame_condition(unit.conditions, status_.condition_outcomes, CauseKind::condition);
      return Answer::condition;
    }
    status_.assert_time = now();
    status_.assert_result = test(unit.asserts, status_.assert_outcomes);
    if (!status_.assert_result) {
      blame_condition(unit.asserts, status_.assert_outcomes, CauseKind::assert_);
      log(priority_notice, name().str() + ": Starting requested but asserts failed.");
      return Answer::assert_;
    }
  }
  if (!is_supported()) return Answer::unsupported;
  for (const UnitIndex bound : manager_.graph().edges(index(), Dependency::binds_to)) {
    if (!manager_.graph().has(index(), Dependency::after, bound)) continue;
    const Unit* other = manager_.registry().at(bound);
    if (other && !other->is_up()) {
      log(priority_notice, name().str() + ": Bound to unit " + other->name().str() + ", but unit isn't active.");
      Cause unbound = cause(CauseKind::unbound);
      unbound.other = other->name().str();
      unbound.through = Dependency::binds_to;
      manager_.causes().note(index(), std::move(unbound), manager_.causes().find(bound));
      return Answer::dependency;
    }
  }
  return Answer::going;
}

/// The one that decided. Of those with '|' one would have been enough: all of them.
void Unit::blame_condition(const Conditions& conditions, const std::vector<ConditionOutcome>& outcomes,
                           CauseKind kind) {
  Cause unmet = cause(kind);
  const std::string_view prefix = kind == CauseKind::condition ? "Condition" : "Assert";
  const char* lately = "";
  for (size_t i = std::min(conditions.size(), outcomes.size()); i-- > 0;) {
    if (outcomes[i] != ConditionOutcome::failed) continue;
    const Condition& condition = conditions[i];
    const char* key = known_key(fmt::format("{}{}", prefix, to_string(condition.type)));
    const std::string value =
        fmt::format("{}{}{}", condition.trigger ? "|" : "", condition.negate ? "!" : "", condition.parameter);
    unmet.setting = key;
    unmet.index = uint32_t(i);
    if (!condition.trigger) {
      unmet.detail = value;
      unmet.count = 0;
      break;
    }
    unmet.detail = unmet.count++ == 0 ? value : fmt::format("{}, {}={}", value, lately, unmet.detail);
    lately = key;
  }
  manager_.causes().note(index(), std::move(unmet));
}

/// All without '|' must hold, and one of those with it, if there are any; systemd.unit(5). 252 looks at them from the
/// last to the first, and at none after the first that does not hold.
bool Unit::test(const Conditions& conditions, std::vector<ConditionOutcome>& outcomes) {
  bool any_trigger = false, triggered = false;
  outcomes.assign(conditions.size(), ConditionOutcome::untested);
  for (size_t i = conditions.size(); i-- > 0;) {
    const Condition& condition = conditions[i];
    any_trigger = any_trigger || condition.trigger;
    if (condition.trigger && triggered) continue;  // one is enough
    const bool holds = kernel().condition(condition);
    outcomes[i] = holds ? ConditionOutcome::succeeded : ConditionOutcome::failed;
    if (!holds && !condition.trigger) return false;
    triggered = triggered || (condition.trigger && holds);
  }
  return !any_trigger || triggered;
}

Answer Unit::stop() {
  if (is_down()) return Answer::already;
  if (!can_stop()) return Answer::skipped;
  thaw();
  return do_stop();
}

Answer Unit::reload() {
  if (loaded_.state != LoadState::loaded) return Answer::failed;
  if (!can_reload()) return Answer::skipped;
  if (active_state() == ActiveState::reloading) return Answer::again;
  if (active_state() != ActiveState::active) {
    log(priority_warning, name().str() + ": Unit cannot be reloaded because it is inactive.");
    return Answer::invalid;
  }
  thaw();
  return do_reload();
}

// ---- state

void Unit::publish(ActiveState active, const char* sub, Published how) {
  const ActiveState before = status_.active_state;
  const Timestamp at = now();
  status_.active_state = active;
  status_.sub_state = sub;
  status_.state_change = at;
  if (svcd::is_down(before) && !svcd::is_down(active)) status_.inactive_exit = at;
  if (!svcd::is_down(before) && svcd::is_down(active)) {
    status_.inactive_enter = at;
    status_.freezer = FreezerState::running;
    answer_freezer({ErrorCode::unit_inactive, "Unit is inactive.", 0});
    kernel().withdraw_invocation(name().str());
    if (std::exchange(log_settings_published_, false)) kernel().withdraw_log_settings(name().str());
  }
  if (!svcd::is_up(before) && svcd::is_up(active)) status_.active_enter = at;
  if (svcd::is_up(before) && !svcd::is_up(active)) status_.active_exit = at;
  manager_.changed(*this, before, how.reload_failed, how.will_restart);
}

void Unit::touch() {
  manager_.touch(*this);
}

void Unit::keep() {
  if (SVCD_SOUND(quiet_change_not_recorded)) manager_.keep(*this);
}

void Unit::arm(TimerPurpose purpose, Time when) {
  if (when == infinity) return kernel().disarm_timer({id_, purpose});
  kernel().arm_timer({id_, purpose}, when);
}
void Unit::disarm(TimerPurpose purpose) {
  kernel().disarm_timer({id_, purpose});
}

bool Unit::start_limit_hit() {
  const UnitSection& unit = config().unit();
  start_limit_was_hit_ = !start_limit_.allows(now().monotonic, effective_start_limit_interval(config()),
                                              effective_start_limit_burst(config()));
  if (!start_limit_was_hit_ || !SVCD_SOUND(restart_limit_not_counted)) return false;
  Cause what = cause(CauseKind::start_limit);
  what.setting = key_of<&UnitSection::start_limit_burst>();
  what.limit = effective_start_limit_interval(config());
  what.count = effective_start_limit_burst(config());
  Causes::Handle before = manager_.causes().find(index());  // why it had to be started so often
  if (before && before->kind == CauseKind::start_limit) before = before->because;
  if (before && !before->is_failure()) before = nullptr;
  manager_.causes().note(index(), std::move(what), std::move(before));
  log(priority_warning, name().str() + ": Start request repeated too quickly.");
  manager_.emergency(this, {.action = unit.start_limit_action,
                            .reason = "unit " + name().str() + " failed",
                            .reboot_argument = unit.reboot_argument,
                            .is_watchdog = true});
  return true;
}

void Unit::acquire_invocation() {
  manager_.causes().forget(index());
  status_.invocation = kernel().random_id();
  if (!status_.control_group.empty())  // of the run before
    status_.cpu_nsec_before = kernel().cgroup_usage(status_.control_group).cpu_nsec.value_or(0);
  kernel().publish_invocation(name().str(), status_.invocation);
  status_.not_in_effect.clear();
  touch();
}

bool Unit::allow_automatic_job() {
  constexpr Duration interval = std::chrono::seconds(10);
  if (automatic_limit_.allows(now().monotonic, interval, 16)) return true;
  arm(TimerPurpose::automatic_job, automatic_limit_.end(interval));
  return false;
}

Cause Unit::cause(CauseKind kind) const {
  return manager_.cause_of(*this, kind);
}

void Unit::blame(Cause what, Causes::Handle because) {
  if (result() == UnitResult::success) manager_.causes().note(index(), std::move(what), std::move(because));
}

bool Unit::cgroup_populated() const {
  return !status_.control_group.empty() && !manager_.kernel().cgroup_is_empty(status_.control_group);
}

// ---- processes

void Unit::spawn(Process& into, const ExecCommand& command, SpawnOptions options) {
  into = {manager_.next_token(), 0};
  SpawnRequest request;
  request.unit = id_;
  request.token = into.token;
  request.name = name().str();
  request.config = config();
  request.command = command;
  const bool is_new_cgroup = status_.control_group.empty();
  if (is_new_cgroup) {
    status_.control_group = manager_.cgroup_path(*this);
    status_.cpu_nsec_last.reset();
    status_.cpu_nsec_before = 0;
    has_cgroup = true;
  }
  if (!log_settings_published_ && has_log_settings(config())) {
    log_settings_published_ = true;  // a reload changes nothing while it runs, as in 252
    kernel().publish_log_settings(name().str(), config());
  }
  request.cgroup = status_.control_group;
  request.invocation = status_.invocation;
  request.environment = std::move(options.environment);
  request.sockets = std::move(options.sockets);
  request.is_control = options.is_control;
  request.report_exec = options.report_exec;
  request.notify_socket = options.notify_socket;
  request.descriptor_store = options.descriptor_store;
  request.watchdog = options.watchdog;
  // the intent: whoever finds it looks into the cgroup before it spawns again
  if (SVCD_SOUND(intent_not_written)) manager_.write_intent(*this);
  into.pid = kernel().spawn(request);
  if (is_new_cgroup) take_cgroup_id();
  touch();
}

bool Unit::kill_processes(KillKind kind, pid_t main, pid_t control) {
  const KillSection& section = config().kill();
  if (section.kill_mode == KillSection::Mode::none) return false;
  KillRequest request;
  request.unit = id_;
  request.cgroup = status_.control_group;
  request.main_pid = main;
  request.control_pid = control;
  request.whole_cgroup = section.kill_mode == KillSection::Mode::control_group ||
                         (section.kill_mode == KillSection::Mode::mixed && kind == KillKind::kill);
  switch (kind) {
    case KillKind::terminate: request.signal = section.kill_signal; break;
    case KillKind::restart:
      request.signal = section.restart_kill_signal ? section.restart_kill_signal : section.kill_signal;
      break;
    case KillKind::watchdog: request.signal = section.watchdog_signal; break;
    case KillKind::kill: request.signal = section.final_kill_signal; break;
  }
  request.also_sighup = section.send_sighup && kind == KillKind::terminate;  // as in 252: not with a restart's signal
  request.also_sigcont = request.signal != SIGKILL;
  if (!main && !control && !(request.whole_cgroup && cgroup_populated())) return false;
  if (kind == KillKind::kill || kind == KillKind::watchdog) {  // who is killed hard is named
    std::vector<pid_t> pids;
    if (request.whole_cgroup && !request.cgroup.empty()) pids = kernel().cgroup_processes(status_.control_group, 64);
    for (const pid_t pid : {control, main})
      if (pid && std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.insert(pids.begin(), pid);
    for (const pid_t pid : pids)
      if (active_state() != ActiveState::maintenance)
        log(priority_notice, fmt::format("{}: Killing process {} ({}) with signal SIG{}.", name().str(), pid,
                                         kernel().process_name(pid), signal_name(request.signal)));
  }
  kernel().kill(request);
  return true;
}

void Unit::kill_control(pid_t control) {
  KillRequest request;
  request.unit = id_;
  request.cgroup = status_.control_group;
  request.signal = SIGKILL;
  request.control_pid = control;
  kernel().kill(request);
}

// ---- log

void Unit::log(int priority, std::string message, std::string_view id,
               std::vector<std::pair<std::string_view, std::string>> fields) {
  manager_.log(this, priority, std::move(message), id, std::move(fields));
}

void Unit::log_outcome(UnitResult outcome) {
  const std::string result(to_string(outcome));
  if (outcome == UnitResult::success)
    log(priority_info, name().str() + ": Deactivated successfully.", message_id::unit_success);
  else if (outcome == UnitResult::exec_condition)
    log(priority_info, name().str() + ": Skipped due to '" + result + "'.", message_id::unit_skipped,
        {{"UNIT_RESULT", result}});
  else
    log(priority_warning, name().str() + ": Failed with result '" + result + "'.", message_id::unit_failure_result,
        {{"UNIT_RESULT", result}});
}

void Unit::log_process_exit(std::string_view what, std::string_view command, bool success, const ExitStatus& status) {
  if (success) return;  // systemd says this at debug level only
  log(status.kind == ExitStatus::Kind::exited ? priority_notice : priority_warning,
      fmt::format("{}: {} exited, code={}, status={}/{}", name().str(), what, exit_kind_name(status), status.value,
                  exit_value_name(status)),
      message_id::unit_process_exit,
      {{"EXIT_CODE", std::string(exit_kind_name(status))},
       {"EXIT_STATUS", std::to_string(status.value)},
       {"COMMAND", std::string(command)}});
}

void Unit::log_leftovers() {
  if (status_.control_group.empty()) return;
  for (const pid_t pid : kernel().cgroup_processes(status_.control_group, 64))
    log(priority_info, fmt::format("{}: Unit process {} ({}) remains running after unit stopped.", name().str(), pid,
                                   kernel().process_name(pid)));
}

}  // namespace svcd
