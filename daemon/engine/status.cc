#include "daemon/engine/status.h"

#include "daemon/engine/api.h"

namespace svcd {

void CommandRuns::resize(size_t list, size_t size) {
  const size_t before = size_of(list);
  const auto end = runs_.begin() + std::ptrdiff_t(ends_[list]);
  if (size > before)
    runs_.insert(end, size - before, ExecRun{});
  else
    runs_.erase(end - std::ptrdiff_t(before - size), end);
  for (size_t i = list; i < ends_.size(); ++i) ends_[i] = uint32_t(ends_[i] + size - before);
}

std::string_view to_string(UnitResult result) {
  switch (result) {
    case UnitResult::success: return "success";
    case UnitResult::resources: return "resources";
    case UnitResult::protocol: return "protocol";
    case UnitResult::timeout: return "timeout";
    case UnitResult::exit_code: return "exit-code";
    case UnitResult::signal: return "signal";
    case UnitResult::core_dump: return "core-dump";
    case UnitResult::watchdog: return "watchdog";
    case UnitResult::exec_condition: return "exec-condition";
    case UnitResult::start_limit_hit: return "start-limit-hit";
    case UnitResult::oom_kill: return "oom-kill";
    case UnitResult::service_start_limit_hit: return "service-start-limit-hit";
    case UnitResult::trigger_limit_hit: return "trigger-limit-hit";
  }
  return "";
}

std::string_view to_string(FreezerState state) {
  switch (state) {
    case FreezerState::running: return "running";
    case FreezerState::freezing: return "freezing";
    case FreezerState::frozen: return "frozen";
    case FreezerState::thawing: return "thawing";
  }
  return "";
}

std::string_view to_string(SystemState state) {
  switch (state) {
    case SystemState::initializing: return "initializing";
    case SystemState::starting: return "starting";
    case SystemState::running: return "running";
    case SystemState::degraded: return "degraded";
    case SystemState::maintenance: return "maintenance";
    case SystemState::stopping: return "stopping";
  }
  return "";
}

}  // namespace svcd
