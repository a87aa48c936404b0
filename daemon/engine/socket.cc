#include "daemon/engine/socket.h"

#include <csignal>
#include <cstring>

#include "daemon/engine/blamed_setting.h"
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"
#include "daemon/engine/state_record.h"
#include "libunit/settings.h"

namespace svcd {

struct Socket::Phase {
  enum class Act : uint8_t { rest, run, open, listen, signal };
  State state;
  const char* name;
  ActiveState active;
  Act act;
  bool limited;  // TimeoutSec= counts
  State then, on_failure, on_timeout;
};

const Socket::Phase& Socket::phase_of(State state) {
  using S = State;
  using A = ActiveState;
  using enum Phase::Act;
  static constexpr Phase phases[] = {
      // clang-format off
      // state               name                ActiveState       does    limit  then                 on failure           on timeout
      {S::dead,             "dead",             A::inactive,      rest,   false, S::dead,             S::dead,             S::dead},
      {S::start_pre,        "start-pre",        A::activating,    run,    true,  S::start_chown,      S::final_sigterm,    S::final_sigterm},
      {S::start_chown,      "start-chown",      A::activating,    open,   true,  S::start_post,       S::stop_pre,         S::stop_pre},
      {S::start_post,       "start-post",       A::activating,    run,    true,  S::listening,        S::stop_pre,         S::stop_pre},
      {S::listening,        "listening",        A::active,        listen, false, S::stop_pre,         S::stop_pre,         S::stop_pre},
      {S::running,          "running",          A::active,        rest,   false, S::stop_pre,         S::stop_pre,         S::stop_pre},
      {S::stop_pre,         "stop-pre",         A::deactivating,  run,    true,  S::stop_post,        S::stop_post,        S::stop_pre_sigterm},
      {S::stop_pre_sigterm, "stop-pre-sigterm", A::deactivating,  signal, true,  S::stop_post,        S::stop_post,        S::stop_pre_sigkill},
      {S::stop_pre_sigkill, "stop-pre-sigkill", A::deactivating,  signal, true,  S::stop_post,        S::stop_post,        S::stop_post},
      {S::stop_post,        "stop-post",        A::deactivating,  run,    true,  S::final_sigterm,    S::final_sigterm,    S::final_sigterm},
      {S::final_sigterm,    "final-sigterm",    A::deactivating,  signal, true,  S::dead,             S::dead,             S::final_sigkill},
      {S::final_sigkill,    "final-sigkill",    A::deactivating,  signal, true,  S::dead,             S::dead,             S::dead},
      {S::failed,           "failed",           A::failed,        rest,   false, S::failed,           S::failed,           S::failed},
      {S::removing,         "final-sigterm",    A::deactivating,  rest,   true,  S::dead,             S::dead,             S::dead},
      {S::cleaning,         "cleaning",         A::maintenance,   rest,   true,  S::dead,             S::dead,             S::final_sigkill},
      // clang-format on
  };
  return phases[size_t(state)];
}

const ExecCommands& Socket::commands(State state) const {
  const SocketSection& section = config().socket();
  if (state == State::start_pre) return section.exec_start_pre;
  if (state == State::start_post) return section.exec_start_post;
  if (state == State::stop_pre) return section.exec_stop_pre;
  return section.exec_stop_post;
}

// ---- jobs

Answer Socket::test_startable() {
  if (state_ != State::dead && state_ != State::failed) return Answer::going;  // do_start() knows
  if (!start_limit_hit()) return Answer::going;
  if (socket_.result == UnitResult::success) socket_.result = UnitResult::start_limit_hit;
  finish();
  return Answer::failed;
}

Answer Socket::do_start() {
  switch (state_) {
    case State::dead:
    case State::failed: break;
    case State::start_pre:
    case State::start_chown:
    case State::start_post:
    case State::listening:
    case State::running: return Answer::under_way;
    case State::stop_pre:
    case State::stop_pre_sigterm:
    case State::stop_pre_sigkill:
    case State::stop_post:
    case State::final_sigterm:
    case State::final_sigkill:
    case State::removing:
    case State::cleaning: return Answer::again;
  }
  if (const Unit* triggered = service(); triggered && triggered->type() == UnitType::service) {
    if (triggered->loaded().state != LoadState::loaded) {
      log(priority_error,
          fmt::format("{}: Socket service {} not loaded, refusing.", name().str(), triggered->name().str()));
      blame_service(*triggered, "cannot be loaded");
      return Answer::failed;
    }
    if (!triggered->is_down()) {
      const ServiceStatus* status = triggered->service_status();
      if (triggered->is_up() && status) {
        log(priority_error,
            fmt::format("{}: Socket service {} already active, refusing.", name().str(), triggered->name().str()));
        blame_service(*triggered, "is already up");
        return Answer::failed;
      }
    }
  }
  acquire_invocation();
  socket_.result = UnitResult::success;
  if (UnitStatus& status = own_status(); status.control_group.empty()) {  // also without a process, as 252 shows it
    status.control_group = manager().cgroup_path(*this);
    has_cgroup = true;
    kernel().realize_cgroup(id(), status.control_group, config().resource());
  }
  enter(State::start_pre);
  return Answer::going;
}

Answer Socket::do_stop() {
  switch (state_) {
    case State::start_pre:
    case State::start_chown:
    case State::start_post: enter(State::stop_pre_sigterm); return Answer::under_way;
    case State::listening:
    case State::running: enter(State::stop_pre); return Answer::going;
    case State::stop_pre:
    case State::stop_pre_sigterm:
    case State::stop_pre_sigkill:
    case State::stop_post:
    case State::final_sigterm:
    case State::final_sigkill:
    case State::removing: return Answer::under_way;
    case State::cleaning: enter(State::final_sigkill); return Answer::under_way;
    case State::dead:
    case State::failed: return Answer::already;
  }
  return Answer::already;
}

void Socket::reset_failed() {
  socket_.result = UnitResult::success;
  if (state_ == State::failed) publish_state(State::dead);
  touch();
}

// ---- the table

void Socket::arm_limit(Time since) {
  const Duration limit = !phase_of(state_).limited ? infinity
                         : state_ == State::cleaning
                             ? config().sandbox().timeout_clean
                             : config().socket().timeout.value_or(config().defaults().timeout_start);
  arm(TimerPurpose::state_timeout, saturating_add(since, limit));
}

void Socket::publish_state(State state) {
  state_ = state;
  const Phase& phase = phase_of(state);
  arm_limit(now().monotonic);
  publish(phase.active, phase.name);
}

void Socket::enter(State first) {
  for (State next = first;;) {
    const Phase& phase = phase_of(next);
    if (state_ == State::listening && next != State::listening) kernel().watch_sockets(id(), false);
    switch (phase.act) {
      case Phase::Act::rest: return publish_state(next);
      case Phase::Act::run:
        if (next == State::stop_post) kernel().close_sockets(id(), config().socket().remove_on_stop);
        if (commands(next).empty()) {
          next = phase.then;
          continue;
        }
        publish_state(next);
        return run(0);
      case Phase::Act::open: publish_state(next); return kernel().open_sockets(id(), name().str(), config().socket());
      case Phase::Act::listen: publish_state(next); return kernel().watch_sockets(id(), true);
      case Phase::Act::signal:
        if (signal(next)) return publish_state(next);
        if (next == State::final_sigkill || !config().kill().send_sigkill) {
          if (phase.then == State::dead) return close_and_finish();
          next = phase.then;
          continue;
        }
        next = phase.on_timeout;  // nobody that SIGTERM was meant for, but KillMode=mixed may mean others now
        continue;
    }
  }
}

/// As in 252 a socket that is stopped kills its commands at once, unless it is to start again.
bool Socket::signal(State state) {
  const Job* job = manager().job_queue().of(index());
  const bool restarts = job && job->type == JobType::restart;
  KillKind kind = KillKind::kill;
  if (state == State::stop_pre_sigterm && restarts) kind = KillKind::restart;
  if (state == State::final_sigterm) kind = KillKind::terminate;
  return kill_processes(kind, 0, socket_.control_pid);
}

/// Its time is up, and the stop begins with commands of its own: systemd.socket(5), TimeoutSec=, has it terminated
/// forcibly. (252 forgets it.)
void Socket::abandon_command() {
  if (control_.pid && config().kill().kill_mode != KillSection::Mode::none) {
    if (control_.token == 0) kernel().unwatch_process(id(), control_.pid);
    kill_control(control_.pid);
  }
  set_control({});
}

void Socket::close_and_finish() {
  kernel().close_sockets(id(), config().socket().remove_on_stop);
  finish();
}

bool Socket::start_takes_time() const {
  return !config().socket().exec_start_pre.empty() || !config().socket().exec_start_post.empty();
}

void Socket::run(size_t index) {
  command_ = index;
  if (index > 0) arm_limit(now().monotonic);  // each has the time
  spawn(control_, commands(state_)[index], {});
  set_control(control_);
}

void Socket::finish() {
  log_outcome(socket_.result);
  log_leftovers();
  set_control({});
  const bool removes = has_directories() && state_ != State::cleaning;
  if (removes && !is_down()) publish_state(State::removing);
  if (removes) remove_directories();
  if (state_ != State::removing) end();
}

void Socket::directories_removed() {
  if (state_ == State::removing) end();
}

void Socket::end() {
  publish_state(socket_.result == UnitResult::success ? State::dead : State::failed);
}

Result<> Socket::clean(DirectoryKinds what) {
  const DirectoryKinds there = SVCD_TRY(cleanable(what, state_ == State::dead));
  publish_state(State::cleaning);
  spawn_cleaning(control_, there);
  set_control(control_);
  return {};
}

void Socket::fail(UnitResult outcome, State next) {
  if (socket_.result == UnitResult::success) socket_.result = outcome;
  enter(next);
}

// ---- events

void Socket::handle(const SocketsOpened& opened) {
  if (state_ != State::start_chown) return;
  if (opened.error) {
    Cause what = cause(CauseKind::resources);
    what.step = phase_of(state_).name;
    what.error_number = opened.error->error_number;
    const char* reason = strerrordesc_np(opened.error->error_number);
    what.detail = opened.what.empty() || opened.error->error_number == 0 || !reason
                      ? opened.error->message
                      : fmt::format("{}: {}", opened.what, reason);
    what.setting = known_key(opened.setting);
    blame(std::move(what));
    log(priority_error, fmt::format("{}: {}", name().str(), opened.error->message));
    return fail(UnitResult::resources, State::stop_pre);
  }
  enter(State::start_post);
}

void Socket::handle(const Exited& exited) {
  if (!control_.is(exited)) return;
  if (state_ == State::cleaning) return finish();  // what is left shows itself at the next try
  const ExecCommands& all = commands(state_);
  const bool running_list = phase_of(state_).act == Phase::Act::run;
  const bool ignore = running_list && command_ < all.size() && all[command_].ignore_failure;
  UnitResult outcome = UnitResult::success;
  if (!ignore && !(exited.status == ExitStatus{})) {
    outcome = exited.status.kind == ExitStatus::Kind::killed   ? UnitResult::signal
              : exited.status.kind == ExitStatus::Kind::dumped ? UnitResult::core_dump
                                                               : UnitResult::exit_code;
  }
  if (outcome != UnitResult::success) {
    Cause what = cause(CauseKind::exited);
    what.step = phase_of(state_).name;
    what.status = exited.status;
    if (running_list && command_ < all.size()) what.detail = fmt::format("{}", fmt::join(all[command_].argv, " "));
    blame(std::move(what));
  }
  set_control({});
  touch();
  log_process_exit("Control process", phase_of(state_).name, outcome == UnitResult::success, exited.status);
  if (socket_.result == UnitResult::success) socket_.result = outcome;
  if (running_list && outcome == UnitResult::success && command_ + 1 < all.size()) return run(command_ + 1);
  control_done(outcome == UnitResult::success);
}

void Socket::control_done(bool good) {
  const Phase& phase = phase_of(state_);
  switch (phase.act) {
    case Phase::Act::run: return enter(good ? phase.then : phase.on_failure);
    case Phase::Act::signal:
      if (phase.then == State::dead) return finish();
      return enter(phase.then);
    case Phase::Act::rest:
    case Phase::Act::open:
    case Phase::Act::listen: return;
  }
}

void Socket::handle(const SpawnFailed& failed) {
  if (!control_ || failed.token != control_.token) return;
  log(priority_error,
      fmt::format("{}: Failed to run '{}' task: {}", name().str(), phase_of(state_).name, failed.error.message));
  if (state_ == State::cleaning) return finish();
  Cause spawn = cause(CauseKind::spawn);
  spawn.step = phase_of(state_).name;
  blame_on(spawn, failed);
  blame(std::move(spawn));
  set_control({});
  if (socket_.result == UnitResult::success) socket_.result = UnitResult::resources;
  touch();
  control_done(false);
}

void Socket::handle(const CgroupEmpty&) {
  if (phase_of(state_).act == Phase::Act::signal && !control_ && !cgroup_populated()) control_done(true);
}

void Socket::handle(const TimerFired& fired) {
  if (fired.key.purpose != TimerPurpose::state_timeout) return;
  const Phase& phase = phase_of(state_);
  if (!phase.limited) return;
  const bool kills = config().kill().send_sigkill;
  const char* then_what = kills ? "Killing." : "Skipping SIGKILL. Ignoring.";
  switch (state_) {
    case State::start_pre: log(priority_warning, name().str() + ": Starting timed out. Terminating."); break;
    case State::start_chown:
    case State::start_post:
      log(priority_warning, name().str() + ": Starting timed out. Stopping.");
      abandon_command();
      break;
    case State::stop_pre: log(priority_warning, name().str() + ": Stopping timed out. Terminating."); break;
    case State::stop_pre_sigterm:
      log(priority_warning, fmt::format("{}: Stopping timed out. {}", name().str(), then_what));
      break;
    case State::final_sigterm:
      log(priority_warning, fmt::format("{}: Stopping timed out (2). {}", name().str(), then_what));
      break;
    case State::stop_pre_sigkill:
      log(priority_warning, name().str() + ": Processes still around after SIGKILL. Ignoring.");
      break;
    case State::final_sigkill:
      log(priority_warning, name().str() + ": Still around after SIGKILL (2). Entering failed mode.");
      break;
    case State::stop_post: log(priority_warning, name().str() + ": Stopping timed out (2). Terminating."); break;
    case State::removing:
      log(priority_warning, name().str() + ": Its folders are still being removed. Going on.");
      return end();
    case State::cleaning:
      log(priority_warning, name().str() + ": Cleaning timed out. killing.");
      return enter(State::final_sigkill);
    case State::dead:
    case State::listening:
    case State::running:
    case State::failed: return;
  }
  Cause late = cause(CauseKind::timeout);
  late.step = phase.name;
  late.setting = key_of<&SocketSection::timeout>();
  late.limit = config().socket().timeout.value_or(config().defaults().timeout_start);
  blame(std::move(late));
  if (socket_.result == UnitResult::success) socket_.result = UnitResult::timeout;
  if (state_ == State::final_sigkill || (state_ == State::final_sigterm && !kills)) return finish();
  enter(state_ == State::stop_pre_sigterm && !kills ? State::stop_post : phase.on_timeout);
}

// ---- state record

void Socket::save_state(RecordWriter& writer) const {
  writer.number(uint64_t(state_));
  writer.number(uint64_t(socket_.result));
  writer.number(control_.token);
  writer.number(uint64_t(control_.pid));
  writer.number(command_);
  writer.number(socket_.n_accepted);
}

void Socket::restore_state(RecordReader& reader) {
  state_ = State(reader.below(uint64_t(State::cleaning) + 1));
  socket_.result = UnitResult(reader.below(uint64_t(UnitResult::trigger_limit_hit) + 1));
  control_.token = reader.number();
  control_.pid = pid_t(reader.number());
  command_ = size_t(reader.number());
  socket_.n_accepted = uint32_t(reader.number());
  set_control(control_);
  own_status().sub_state = phase_of(state_).name;
}

void Socket::resume() {
  const Phase& phase = phase_of(state_);
  if (phase.act == Phase::Act::listen) kernel().watch_sockets(id(), true);
  if (phase.act == Phase::Act::open) kernel().open_sockets(id(), name().str(), config().socket());
  if (phase.limited) publish_state(state_);
  if (state_ == State::removing) return is_removing_directories() ? void() : end();
  if (!control_) return;
  const bool intended = control_.pid == 0;
  const bool there = take_over(control_);
  set_control(control_);
  if (there) return;
  if (state_ == State::cleaning) return finish();
  if (phase.act == Phase::Act::run && intended && command_ < commands(state_).size()) return run(command_);
  control_done(true);
}

}  // namespace svcd
