// What is in effect where a unit does not say: defaults that depend on other settings, and those of the manager.
#include "libunit/config.h"

namespace svcd {

using S = ServiceSection;

S::Type effective_type(const S& service) {
  if (service.type) return *service.type;
  if (!service.bus_name.empty()) return S::Type::dbus;
  return service.exec_start.empty() ? S::Type::oneshot : S::Type::simple;
}

S::NotifyAccess effective_notify_access(const S& service) {
  const S::NotifyAccess written = service.notify_access.value_or(S::NotifyAccess::none);
  if (written != S::NotifyAccess::none) return written;
  const bool watched = service.watchdog.count() != 0 && service.watchdog != infinity;
  const bool needed = effective_type(service) == S::Type::notify || watched || service.file_descriptor_store_max > 0;
  return needed ? S::NotifyAccess::main : S::NotifyAccess::none;
}

Duration effective_timeout_start(const UnitConfig& unit) {
  if (unit.service().timeout_start) return *unit.service().timeout_start;
  return unit.service().type == S::Type::oneshot ? infinity : unit.defaults().timeout_start;
}

Duration effective_timeout_stop(const UnitConfig& unit) {
  return unit.service().timeout_stop.value_or(unit.defaults().timeout_stop);
}

Duration effective_timeout_abort(const UnitConfig& unit) {
  if (unit.service().timeout_abort) return *unit.service().timeout_abort;
  if (unit.defaults().timeout_abort) return *unit.defaults().timeout_abort;
  return effective_timeout_stop(unit);
}

S::OomPolicy effective_oom_policy(const UnitConfig& unit) {
  const auto& written = unit.type() == UnitType::scope ? unit.scope().oom_policy : unit.service().oom_policy;
  if (written) return *written;
  return unit.resource().delegate ? S::OomPolicy::continue_ : unit.defaults().oom_policy;
}

Duration effective_restart_sec(const UnitConfig& unit) {
  return unit.service().restart_sec.value_or(unit.defaults().restart_sec);
}

Duration effective_start_limit_interval(const UnitConfig& unit) {
  return unit.unit().start_limit_interval.value_or(unit.defaults().start_limit_interval);
}

uint32_t effective_start_limit_burst(const UnitConfig& unit) {
  return unit.unit().start_limit_burst.value_or(unit.defaults().start_limit_burst);
}

Duration effective_timer_accuracy(const UnitConfig& unit) {
  return unit.timer().accuracy.value_or(unit.defaults().timer_accuracy);
}

Duration effective_job_running_timeout(const UnitConfig& unit) {
  const Duration written = unit.unit().job_running_timeout;
  const bool is_default = !unit.unit().job_running_timeout_set && written == infinity;
  return unit.type() == UnitType::device && is_default ? unit.defaults().device_timeout : written;
}

std::optional<int> effective_oom_score_adjust(const UnitConfig& unit) {
  return unit.exec().oom_score_adjust ? unit.exec().oom_score_adjust : unit.defaults().oom_score_adjust;
}

ExecSection::Input effective_standard_input(const ExecSection& exec) {
  const bool has_data = exec.standard_input == ExecSection::Input::null && !exec.standard_input_data.empty();
  return has_data ? ExecSection::Input::data : exec.standard_input;
}

namespace {

/// Whether there is nothing that an output could share with the input: then the defaults count, even where a unit asks
/// to inherit.
bool inherits_nothing(const UnitConfig& unit) {
  using Input = ExecSection::Input;
  const Input input = unit.exec().standard_input;
  return input == Input::null || input == Input::file || input == Input::data;
}

}  // namespace

ExecSection::Output effective_standard_output(const UnitConfig& unit) {
  using Output = ExecSection::Output;
  const Output output = unit.exec().standard_output.value_or(Output::inherit);
  return output == Output::inherit && inherits_nothing(unit) ? unit.defaults().standard_output : output;
}

ExecSection::Output effective_standard_error(const UnitConfig& unit) {
  using Output = ExecSection::Output;
  const Output output = unit.exec().standard_output.value_or(Output::inherit);
  const Output error = unit.exec().standard_error.value_or(Output::inherit);
  const bool both = output == Output::inherit && error == Output::inherit;
  return both && inherits_nothing(unit) ? unit.defaults().standard_error : error;
}

ResourceLimit effective_limit(const UnitConfig& unit, int resource) {
  if (resource < 0 || resource >= RLIM_NLIMITS) return {};
  const auto& otherwise = unit.has_defaults() ? unit.defaults().limits : unit.defaults().own_limits;
  return unit.exec().limits.get(resource).value_or(otherwise[size_t(resource)]);
}

}  // namespace svcd
