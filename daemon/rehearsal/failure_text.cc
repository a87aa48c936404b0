#include "daemon/rehearsal/failure_text.h"

#include <array>

#include "daemon/engine/log_texts.h"
#include "libunit/settings.h"

namespace svcd::rehearsal {
namespace {

std::string limit_text(const char* key, Duration limit, bool is_set) {
  return fmt::format("{}={}{}", key, time_span_text(limit), is_set ? "" : ", the default");
}

std::string too_often(const Unit& unit) {
  return fmt::format("started too often: {}={}, {}={}", key_of<&UnitSection::start_limit_burst>(),
                     effective_start_limit_burst(unit.config()), key_of<&UnitSection::start_limit_interval>(),
                     time_span_text(effective_start_limit_interval(unit.config())));
}

std::string exit_text(const ExitStatus& status) {
  if (status.kind == ExitStatus::Kind::exited) return fmt::format("exit code {}", status.value);
  if (status.kind == ExitStatus::Kind::unknown) return "an unknown end";
  return "SIG" + exit_value_name(status);
}

bool is_bad(const ExecRun& run) {
  return run.exit.happened() && !(run.status == ExitStatus{});
}

/// Which of its commands it was.
std::string process_text(const Unit& unit) {
  if (const MountStatus* mount = unit.mount_status())
    for (const RanCommand& ran : mount->commands)
      if (is_bad(ran.run))
        return fmt::format("{} of {}", exit_text(ran.run.status),
                           ran.command.argv.empty() ? "mount" : ran.command.argv[0]);
  const ServiceStatus* service = unit.service_status();
  if (!service) return {};
  if (is_bad(service->main)) return exit_text(service->main.status) + " of its main process";
  const std::array keys{key_of<&ServiceSection::exec_condition>(), key_of<&ServiceSection::exec_start_pre>(),
                        key_of<&ServiceSection::exec_start>(),     key_of<&ServiceSection::exec_start_post>(),
                        key_of<&ServiceSection::exec_reload>(),    key_of<&ServiceSection::exec_stop>(),
                        key_of<&ServiceSection::exec_stop_post>()};
  for (size_t i = 0; i < keys.size(); ++i)
    for (const ExecRun& run : service->runs[i])
      if (is_bad(run)) return fmt::format("{} of {}=", exit_text(run.status), keys[i]);
  return {};
}

UnitResult result_of(const Unit& unit) {
  if (const ServiceStatus* service = unit.service_status()) return service->result;
  if (const MountStatus* mount = unit.mount_status()) return mount->result;
  if (const SocketStatus* socket = unit.socket_status()) return socket->result;
  return unit.result();
}

}  // namespace

std::string load_failure_text(const LoadedUnit& unit) {
  for (const Diagnostic& diagnostic : unit.diagnostics)
    if (diagnostic.level == Diagnostic::Level::error) return to_string(diagnostic);
  return unit.diagnostics.empty() ? unit.error.message : to_string(unit.diagnostics.front());
}

std::string start_limit_text(const Unit& unit) {
  if (unit.type() == UnitType::mount)
    return limit_text(key_of<&MountSection::timeout>(),
                      unit.config().mount().timeout.value_or(unit.config().defaults().timeout_start),
                      unit.config().mount().timeout.has_value());
  if (unit.type() == UnitType::service)
    return limit_text(key_of<&ServiceSection::timeout_start>(), effective_timeout_start(unit.config()),
                      unit.config().service().timeout_start.has_value());
  return limit_text(key_of<&UnitSection::job_timeout>(), unit.config().unit().job_timeout, true);
}

std::string stop_limit_text(const Unit& unit) {
  if (unit.type() != UnitType::service) return start_limit_text(unit);
  return limit_text(key_of<&ServiceSection::timeout_stop>(), effective_timeout_stop(unit.config()),
                    unit.config().service().timeout_stop.has_value());
}

namespace {

std::string result_text(const Unit& unit, UnitResult result, const std::string& timeout) {
  switch (result) {
    case UnitResult::exit_code:
    case UnitResult::signal:
    case UnitResult::core_dump:
      if (std::string process = process_text(unit); !process.empty()) return process;
      break;
    case UnitResult::timeout:
      if (!timeout.empty()) return timeout;
      break;
    case UnitResult::start_limit_hit: return too_often(unit);
    case UnitResult::protocol: return "it ended, or said what it should not, before it was up";
    case UnitResult::success:
    case UnitResult::resources:
    case UnitResult::watchdog:
    case UnitResult::exec_condition:
    case UnitResult::oom_kill:
    case UnitResult::service_start_limit_hit:
    case UnitResult::trigger_limit_hit: break;
  }
  if (result == UnitResult::success) return "the end of its main process";
  return fmt::format("result {}", to_string(result));
}

}  // namespace

std::string timeout_text(const Unit& unit, TimerPurpose purpose) {
  if (purpose == TimerPurpose::runtime_max && unit.type() == UnitType::service)
    return "it ran longer than " +
           limit_text(key_of<&ServiceSection::runtime_max>(), unit.config().service().runtime_max, true);
  if (purpose != TimerPurpose::state_timeout) return {};
  if (unit.active_state() == ActiveState::deactivating) return "its stop took longer than " + stop_limit_text(unit);
  return "it was not up within " + start_limit_text(unit);
}

std::string failure_text(const Unit& unit, const std::string& timeout) {
  const UnitResult result = result_of(unit);
  std::string text = result_text(unit, result, timeout);
  if (unit.start_limit_was_hit() && result != UnitResult::start_limit_hit) text += "; " + too_often(unit);
  return text;
}

std::string job_failure_text(const Unit* unit, JobType type, JobResult result) {
  switch (result) {
    case JobResult::timeout:
      if (unit && unit->config().unit().job_timeout != infinity)
        return fmt::format("its {} job took longer than {}", to_string(type),
                           limit_text(key_of<&UnitSection::job_timeout>(), unit->config().unit().job_timeout, true));
      return fmt::format("its {} job ran longer than {}", to_string(type),
                         unit ? time_span_text(effective_job_running_timeout(unit->config())) : "it may");
    case JobResult::invalid:
      if (unit) return fmt::format("it cannot be loaded: {}", unit->loaded().error.message);
      break;
    case JobResult::assert_: return "an assertion of it does not hold";
    case JobResult::unsupported: return "it is not there; what needs it is given up";
    case JobResult::once: return "it was up once and cannot start again";
    case JobResult::done:
    case JobResult::canceled:
    case JobResult::failed:
    case JobResult::dependency:
    case JobResult::skipped:
    case JobResult::collected: break;
  }
  return fmt::format("its {} job ended with {}", to_string(type), to_string(result));
}

}  // namespace svcd::rehearsal
