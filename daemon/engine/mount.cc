#include "daemon/engine/mount.h"

#include "daemon/engine/blamed_setting.h"
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/state_record.h"
#include "libunit/derived_mount.h"
#include "libunit/settings.h"
#include "libunit/verify.h"

namespace svcd {

struct Mount::Phase {
  const char* name;
  ActiveState active;
  bool limited;
};

const Mount::Phase& Mount::phase_of(State state) {
  using A = ActiveState;
  static constexpr Phase phases[] = {
      {"dead", A::inactive, false},
      {"mounting", A::activating, true},
      {"mounting-done", A::activating, true},
      {"mounted", A::active, false},
      {"remounting", A::reloading, true},
      {"unmounting", A::deactivating, true},
      {"remounting-sigterm", A::reloading, true},
      {"remounting-sigkill", A::reloading, true},
      {"unmounting-sigterm", A::deactivating, true},
      {"unmounting-sigkill", A::deactivating, true},
      {"failed", A::failed, false},
      {"cleaning", A::maintenance, true},
  };
  return phases[size_t(state)];
}

void Mount::arm_limit(Time since) {
  const Duration limit = !phase_of(state_).limited ? infinity
                         : state_ == State::cleaning
                             ? config().sandbox().timeout_clean
                             : config().mount().timeout.value_or(config().defaults().timeout_start);
  arm(TimerPurpose::state_timeout, saturating_add(since, limit));
}

void Mount::publish_state(State state, bool reload_failed) {
  state_ = state;
  const Phase& phase = phase_of(state);
  arm_limit(now().monotonic);
  publish(phase.active, phase.name, {.reload_failed = reload_failed});
}

// ---- what the kernel shows

void Mount::appeared(const MountEntry& entry) {
  const bool news = !is_mounted();
  const bool same = entry.what == mount_.entry.what && entry.type == mount_.entry.type &&
                    entry.options == mount_.entry.options && !news;
  mount_.entry = entry;
  if (!same) touch();
  if (loaded().state != LoadState::loaded) {  // no file: the table is its configuration
    LoadedUnit made;
    made.id = name();
    made.names = {name()};
    made.state = LoadState::loaded;
    UnitSection& unit = made.config.change<UnitSection>();
    unit.description = is_perpetual() ? "Root Mount" : entry.where;
    unit.source_path = is_perpetual() ? "" : "/proc/self/mountinfo";
    unit.ignore_on_isolate = true;
    if (is_perpetual()) unit.default_dependencies = false;
    MountSection& mount = made.config.change<MountSection>();
    mount.from_kernel = true;
    mount.what = entry.what;
    mount.where = entry.where;
    mount.type = entry.type;
    mount.options = entry.options;
    complete_config(name(), made.config);
    manager().registry().adopt(*this, std::move(made));
  }
  switch (state_) {
    case State::dead:
    case State::failed:
      mount_.result = UnitResult::success;
      if (status().invocation == Id128{} && !is_perpetual()) acquire_invocation();
      return publish_state(State::mounted);
    case State::mounting:
      if (news || control_) publish_state(State::mounting_done);
      if (!control_) publish_state(State::mounted);  // mount(8) was quicker than the table
      return;
    case State::mounting_done:
    case State::mounted:
    case State::remounting:
    case State::unmounting:
    case State::remounting_sigterm:
    case State::remounting_sigkill:
    case State::unmounting_sigterm:
    case State::unmounting_sigkill:
    case State::cleaning: return;
  }
}

void Mount::disappeared() {
  if (!is_mounted()) return;
  mount_.entry = {};
  touch();
  switch (state_) {
    case State::mounted:
    case State::mounting_done:
      if (!control_) finish();
      return;
    case State::unmounting:
      if (!control_) finish();
      return;
    case State::dead:
    case State::failed:
    case State::mounting:
    case State::remounting:
    case State::remounting_sigterm:
    case State::remounting_sigkill:
    case State::unmounting_sigterm:
    case State::unmounting_sigkill:
    case State::cleaning: return;
  }
}

// ---- jobs

Answer Mount::test_startable() {
  if (state_ != State::dead && state_ != State::failed) return Answer::going;  // do_start() knows
  if (!start_limit_hit()) return Answer::going;
  fail(UnitResult::start_limit_hit);
  finish();
  return Answer::failed;
}

ExecCommand Mount::mount_command(bool remount) const {
  const MountSection& section = config().mount();
  ExecCommand command;
  command.path = mount_program;
  command.argv = {mount_program, section.what, section.where};
  command.no_env_expand = true;
  if (section.sloppy_options) command.argv.push_back("-s");
  if (section.read_write_only) command.argv.push_back("-w");
  std::string options = remount ? "remount" : "";
  if (!section.options.empty()) options += (options.empty() ? "" : ",") + section.options;
  std::vector<std::string> type, with_options;
  if (!section.type.empty()) type = {"-t", section.type};
  if (!options.empty()) with_options = {"-o", options};
  for (const auto& part : {remount ? with_options : type, remount ? type : with_options})  // 252 has them so
    command.argv.insert(command.argv.end(), part.begin(), part.end());
  return command;
}

/// The one whose process is the control process.
RanCommand* Mount::running_command() {
  for (RanCommand& ran : mount_.commands)
    if (control_ && ran.run.pid == control_.pid && !ran.run.exit.happened()) return &ran;
  return nullptr;
}

Answer Mount::do_start() {
  if (state_ == State::mounting || state_ == State::mounting_done) return Answer::under_way;
  if (state_ != State::dead && state_ != State::failed) return Answer::again;
  acquire_invocation();
  mount_.result = UnitResult::success;
  unmount_tries_ = 0;
  for (RanCommand& ran : mount_.commands) ran.run = {};
  run(State::mounting, RanCommand::Task::mount, mount_command(false));
  return Answer::going;
}

Answer Mount::do_reload() {
  reload_failed_ = false;
  run(State::remounting, RanCommand::Task::remount, mount_command(true));
  return Answer::going;
}

Answer Mount::do_stop() {
  switch (state_) {
    case State::mounting:
    case State::mounting_done: signal(State::unmounting_sigterm); return Answer::under_way;
    case State::remounting: signal(State::remounting_sigterm); return Answer::under_way;
    case State::mounted: break;
    case State::unmounting:
    case State::unmounting_sigterm:
    case State::unmounting_sigkill:
    case State::remounting_sigterm:
    case State::remounting_sigkill: return Answer::under_way;
    case State::cleaning: signal(State::unmounting_sigkill); return Answer::under_way;
    case State::dead:
    case State::failed: return Answer::already;
  }
  unmount_tries_ = 0;
  const MountSection& section = config().mount();
  ExecCommand command;
  command.path = "/bin/umount";
  command.argv = {"/bin/umount", section.where.empty() ? mount_.entry.where : section.where, "-c"};
  command.no_env_expand = true;
  if (section.lazy_unmount) command.argv.push_back("-l");
  if (section.force_unmount) command.argv.push_back("-f");
  run(State::unmounting, RanCommand::Task::unmount, std::move(command));
  return Answer::going;
}

void Mount::run(State state, RanCommand::Task task, ExecCommand command) {
  publish_state(state);
  spawn(control_, command, {});
  set_control(control_);
  std::erase_if(mount_.commands, [task](const RanCommand& ran) { return ran.task == task; });
  mount_.commands.push_back({task, std::move(command), {}});
  mount_.commands.back().run.start = now();
  mount_.commands.back().run.pid = control_.pid;
}

void Mount::signal(State state) {
  const bool hard = state == State::remounting_sigkill || state == State::unmounting_sigkill;
  if (kill_processes(hard ? KillKind::kill : KillKind::terminate, 0, mount_.control_pid)) return publish_state(state);
  process_done();
}

Result<> Mount::clean(DirectoryKinds what) {
  const DirectoryKinds there = SVCD_TRY(cleanable(what, state_ == State::dead));
  publish_state(State::cleaning);
  spawn_cleaning(control_, there);
  set_control(control_);
  return {};
}

/// Somebody may have mounted it meanwhile, and the table does not say so again.
void Mount::cleaned() {
  if (!is_mounted()) return finish();
  set_control({});
  if (status().invocation == Id128{}) acquire_invocation();
  publish_state(State::mounted);
}

void Mount::reset_failed() {
  mount_.result = UnitResult::success;
  if (state_ == State::failed) publish_state(State::dead);
  touch();
}

// ---- events

void Mount::handle(const Exited& exited) {
  if (!control_.is(exited)) return;
  if (state_ == State::cleaning) return cleaned();  // what is left shows itself at the next try
  UnitResult outcome = UnitResult::success;
  if (!(exited.status == ExitStatus{}))
    outcome = exited.status.kind == ExitStatus::Kind::killed   ? UnitResult::signal
              : exited.status.kind == ExitStatus::Kind::dumped ? UnitResult::core_dump
                                                               : UnitResult::exit_code;
  if (RanCommand* ran = running_command()) {
    ran->run.exit = now();
    ran->run.status = exited.status;
  }
  if (outcome != UnitResult::success) blame_command(exited.status);
  set_control({});
  touch();
  log_process_exit("Mount process", "n/a", outcome == UnitResult::success, exited.status);
  if (state_ == State::remounting || state_ == State::remounting_sigterm || state_ == State::remounting_sigkill)
    reload_failed_ = outcome != UnitResult::success;
  else
    fail(outcome);
  process_done();
}

void Mount::handle(const SpawnFailed& failed) {
  if (!control_ || failed.token != control_.token) return;
  if (state_ == State::cleaning) return cleaned();
  log(priority_error, fmt::format("{}: Failed to run '{}' task: {}", name().str(),
                                  state_ == State::unmounting ? "umount" : "mount", failed.error.message));
  set_control({});
  Cause spawn = cause(CauseKind::spawn);
  spawn.step = phase_of(state_).name;
  blame_on(spawn, failed);
  blame(std::move(spawn));
  fail(UnitResult::resources);
  touch();
  process_done();
}

/// mount(8) or umount(8) ended badly. Called while it is still known which one ran.
void Mount::blame_command(const ExitStatus& status) {
  Cause what = cause(CauseKind::exited);
  what.step = phase_of(state_).name;
  what.setting = key_of<&MountSection::what>();
  what.status = status;
  for (const RanCommand& ran : mount_.commands)
    if (ran.run.pid == control_.pid) what.detail = fmt::format("{}", fmt::join(ran.command.argv, " "));
  blame(std::move(what));
}

void Mount::blame_timeout() {
  Cause what = cause(CauseKind::timeout);
  what.step = phase_of(state_).name;
  what.setting = key_of<&MountSection::timeout>();
  what.limit = config().mount().timeout.value_or(config().defaults().timeout_start);
  blame(std::move(what));
}

/// mount(8) or umount(8) is done: the table decides what came of it.
void Mount::process_done() {
  switch (state_) {
    case State::mounting:
      if (mount_.result != UnitResult::success) return finish();
      return;  // the table's change is still to come
    case State::mounting_done:
    case State::remounting:
    case State::remounting_sigterm:
    case State::remounting_sigkill:
      if (!is_mounted()) return finish();
      return publish_state(State::mounted, reload_failed_);
    case State::unmounting:
      if (!is_mounted()) return finish();
      if (mount_.result != UnitResult::success) {  // busy: it is still there, and says why it failed
        return publish_state(State::mounted);
      }
      return;  // the table's change is still to come
    case State::unmounting_sigterm:
    case State::unmounting_sigkill: return is_mounted() ? publish_state(State::mounted) : finish();
    case State::cleaning: return cleaned();
    case State::dead:
    case State::mounted:
    case State::failed: return;
  }
}

void Mount::finish() {
  log_outcome(mount_.result);
  set_control({});
  publish_state(mount_.result == UnitResult::success ? State::dead : State::failed);
}

void Mount::handle(const CgroupEmpty&) {}

void Mount::handle(const TimerFired& fired) {
  if (fired.key.purpose != TimerPurpose::state_timeout || !phase_of(state_).limited) return;
  const auto warn = [&](const char* text) { log(priority_warning, name().str() + ": " + text); };
  switch (state_) {
    case State::mounting:
    case State::mounting_done:
      blame_timeout();
      warn("Mounting timed out. Terminating.");
      fail(UnitResult::timeout);
      if (!control_) return finish();
      return signal(State::unmounting_sigterm);
    case State::remounting:
      warn("Remounting timed out. Terminating remount process.");
      reload_failed_ = true;
      return signal(State::remounting_sigterm);
    case State::remounting_sigterm: warn("Remounting timed out. Killing."); return signal(State::remounting_sigkill);
    case State::remounting_sigkill:
      warn("Remount process still around after SIGKILL. Ignoring.");
      return process_done();
    case State::unmounting:
      blame_timeout();
      warn("Unmounting timed out. Terminating.");
      fail(UnitResult::timeout);
      return signal(State::unmounting_sigterm);
    case State::unmounting_sigterm: warn("Mount process timed out. Killing."); return signal(State::unmounting_sigkill);
    case State::unmounting_sigkill: warn("Mount process still around after SIGKILL. Ignoring."); return process_done();
    case State::cleaning: warn("Cleaning timed out. killing."); return signal(State::unmounting_sigkill);
    case State::dead:
    case State::mounted:
    case State::failed: return;
  }
}

// ---- state record

void Mount::save_state(RecordWriter& writer) const {
  writer.number(uint64_t(state_));
  writer.number(uint64_t(mount_.result));
  writer.number(control_.token);
  writer.number(uint64_t(control_.pid));
}

void Mount::restore_state(RecordReader& reader) {
  state_ = State(reader.below(uint64_t(State::cleaning) + 1));
  mount_.result = UnitResult(reader.below(uint64_t(UnitResult::trigger_limit_hit) + 1));
  control_.token = reader.number();
  control_.pid = pid_t(reader.number());
  set_control(control_);
  own_status().sub_state = phase_of(state_).name;
}

void Mount::resume() {
  if (!phase_of(state_).limited) return;
  publish_state(state_);
  const bool intended = control_ && control_.pid == 0;
  const bool there = take_over(control_);
  set_control(control_);
  if (there) return;
  if (!intended) return process_done();
  if (state_ == State::mounting) return run(state_, RanCommand::Task::mount, mount_command(false));
  if (state_ == State::remounting) return run(state_, RanCommand::Task::remount, mount_command(true));
  if (state_ != State::unmounting) return process_done();
  state_ = State::mounted;
  (void)do_stop();
}

}  // namespace svcd
