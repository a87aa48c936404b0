// Why a service fails, noted where it does (cause.h): which command and how it ended, which step of its child, which
// limit.
#include <csignal>

#include "daemon/engine/blamed_setting.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

using S = ServiceSection;

const char* key_of_list(CommandList list) {
  switch (list) {
    case CommandList::condition: return key_of<&S::exec_condition>();
    case CommandList::start_pre: return key_of<&S::exec_start_pre>();
    case CommandList::start: return key_of<&S::exec_start>();
    case CommandList::start_post: return key_of<&S::exec_start_post>();
    case CommandList::reload: return key_of<&S::exec_reload>();
    case CommandList::stop: return key_of<&S::exec_stop>();
    case CommandList::stop_post: return key_of<&S::exec_stop_post>();
    case CommandList::none: break;
  }
  return "";
}

std::string command_line(const ExecCommands& commands, size_t index) {
  return index < commands.size() ? fmt::format("{}", fmt::join(commands[index].argv, " ")) : std::string();
}

}  // namespace

/// What the child itself reported before it ended says more than its exit code.
void Service::blame_process(CommandList list, size_t index, const ExitStatus& status, SpawnToken token) {
  const Causes::Handle noted = manager().causes().find(this->index());
  if (noted && noted->kind == CauseKind::exec && noted->token == token) return;
  const bool is_killed = status.kind == ExitStatus::Kind::killed && status.value == SIGKILL;
  if (noted && noted->kind == CauseKind::oom && is_killed) return;
  const bool is_condition = list == CommandList::condition && status.kind == ExitStatus::Kind::exited;
  Cause what = cause(is_condition && status.value < 255 ? CauseKind::condition : CauseKind::exited);
  what.step = phase_of(state_).name;
  what.setting = key_of_list(list);
  what.index = uint32_t(index);
  what.status = status;
  what.token = token;
  what.detail = command_line(commands(list), index);
  blame(std::move(what));
}

void Service::blame_exec(const ExecFailed& failed, CommandList list, size_t index) {
  const BlamedSetting blamed = blamed_setting(config(), failed);
  Cause what = cause(CauseKind::exec);
  what.step = failed.step;
  what.setting = *blamed.key ? blamed.key : key_of_list(list);
  what.index = uint32_t(index);
  what.status = {ExitStatus::Kind::exited, failed.exit_code};
  what.error_number = failed.error_number;
  what.token = failed.token;
  what.detail = !blamed.value.empty() ? blamed.value : failed.message.empty() ? failed.program : failed.message;
  blame(std::move(what));
}

void Service::blame_spawn(const SpawnFailed& failed, CommandList list, size_t index) {
  Cause what = cause(CauseKind::spawn);
  what.step = phase_of(state_).name;
  blame_on(what, failed);
  if (!*what.setting) what.setting = key_of_list(list);
  what.index = uint32_t(index);
  blame(std::move(what));
}

/// What PIDFile= names, and why it is not taken.
Cause Service::pid_file_cause() const {
  const std::string& path = config().service().pid_file;
  Cause what = cause(CauseKind::protocol);
  what.step = phase_of(state_).name;
  what.setting = key_of<&S::pid_file>();
  what.detail = pid_file_problem_.empty() ? fmt::format("{} did not name its main process", path) : pid_file_problem_;
  return what;
}

Cause Service::bus_name_cause() const {
  Cause what = cause(CauseKind::protocol);
  what.step = phase_of(state_).name;
  what.setting = key_of<&S::bus_name>();
  what.detail = fmt::format("it did not take the name {} on the bus", watched_bus_name_);
  return what;
}

void Service::blame_timeout() {
  const bool up = state_ == State::running;
  Cause what = cause(up ? CauseKind::runtime_limit : CauseKind::timeout);
  what.step = phase_of(state_).name;
  if (up) {
    what.setting = key_of<&S::runtime_max>();
    what.limit = config().service().runtime_max;
    return blame(std::move(what));
  }
  switch (phase_of(state_).limit) {
    case ServicePhase::Limit::clean:
    case ServicePhase::Limit::none: return;
    case ServicePhase::Limit::start:
      what.setting = key_of<&S::timeout_start>();
      what.limit = effective_timeout_start(config());
      break;
    case ServicePhase::Limit::stop:
      what.setting = key_of<&S::timeout_stop>();
      what.limit = effective_timeout_stop(config());
      break;
    case ServicePhase::Limit::abort:
      what.setting = key_of<&S::timeout_abort>();
      what.limit = effective_timeout_abort(config());
      break;
  }
  if (control_) what.detail = command_line(commands(control_list_), control_index_);
  Causes::Handle because;
  if (pid_file_wanted_) because = std::make_shared<const Cause>(pid_file_cause());
  if (state_ == State::start && type_ == S::Type::dbus) because = std::make_shared<const Cause>(bus_name_cause());
  blame(std::move(what), std::move(because));
}

/// The kernel's hint may come after the end of the process that it killed.
void Service::blame_oom() {
  const auto turn = [&](Cause& into) {
    into.kind = CauseKind::oom;
    into.step = phase_of(state_).name;
    const ScaledLimit& most = config().resource().memory_max;
    if (most != ScaledLimit{}) into.setting = key_of<&ResourceSection::memory_max>();
  };
  if (service_.result == UnitResult::success) {
    Cause what = cause(CauseKind::oom);
    turn(what);
    return blame(std::move(what));
  }
  const Causes::Handle noted = manager().causes().find(index());
  const ExitStatus killed{ExitStatus::Kind::killed, SIGKILL};
  if (noted && noted->kind == CauseKind::exited && noted->status == killed)
    manager().causes().amend(index(), [&](Cause& known) {
      known.setting = "";
      turn(known);
    });
}

/// For what has nothing more to say than the outcome itself.
void Service::blame_outcome(UnitResult outcome) {
  if (outcome == UnitResult::start_limit_hit) return;  // noted by who counts
  const Causes::Handle noted = manager().causes().find(index());
  const bool is_known = noted && noted->is_failure() && noted->step != phase_of(State::reload).name;
  if (is_known) return;
  CauseKind kind = CauseKind::resources;
  if (outcome == UnitResult::timeout) kind = CauseKind::timeout;
  if (outcome == UnitResult::watchdog) kind = CauseKind::watchdog;
  if (outcome == UnitResult::protocol) kind = CauseKind::protocol;
  Cause what = cause(kind);
  what.step = phase_of(state_).name;
  if (kind == CauseKind::watchdog) {
    what.setting = key_of<&S::watchdog>();
    what.limit = watchdog_;
  }
  if (kind == CauseKind::protocol && type_ == S::Type::notify) {
    what.setting = key_of<&S::type>();
    what.detail = "it ended without saying READY=1";
  } else if (kind == CauseKind::protocol && type_ == S::Type::dbus) {
    what = bus_name_cause();
  } else if (kind == CauseKind::protocol && !config().service().pid_file.empty()) {
    what = pid_file_cause();
  }
  if (kind == CauseKind::resources) what.detail = fmt::format("its result is '{}'", to_string(outcome));
  blame(std::move(what));
}

}  // namespace svcd
