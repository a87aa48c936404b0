#include "dbus/server/controls.h"

#include <cerrno>

#include "libunit/codecs.h"

namespace svcd {

void show_log_level(const View& v, ValueSink& sink) {
  sink.string(log_level_name(v.api.controls().log_level));
}
void show_log_target(const View& v, ValueSink& sink) {
  sink.string(to_string(v.api.controls().log_target));
}

Result<> set_log_level(Call& call) {
  SVCD_TRY(call.enter_value("s"));
  const std::string text = call.text();
  int level = 0;
  if (!text.empty() && !parse_log_level(text, level))
    return fail(ErrorCode::invalid_args, "Invalid log level '{}'", text);
  call.api().set_log_level(text.empty() ? std::nullopt : std::optional(level));
  return {};
}

Result<> set_log_target(Call& call) {
  SVCD_TRY(call.enter_value("s"));
  const std::string text = call.text();
  LogTarget target{};
  if (!text.empty() && !parse_log_target(text, target))
    return fail(ErrorCode::invalid_args, "Invalid log target '{}'", text);
  call.api().set_log_target(text.empty() ? std::nullopt : std::optional(target));
  return {};
}

Result<> set_show_status(Call& call) {
  const std::string text = call.text();
  ShowStatus status{};
  if (!text.empty() && !parse_show_status(text, status))
    return fail(ErrorCode::invalid_args, "Invalid show status '{}'", text);
  call.api().set_show_status(text.empty() ? std::nullopt : std::optional(status));
  return {};
}

/// There is no watchdog that could be told it; 252 says so in this way.
Result<> set_watchdog_governor(Call& call) {
  SVCD_TRY(call.enter_value("s"));
  if (!call.text().empty()) return tl::unexpected(Error{ErrorCode::failed, "Bad file descriptor", EBADF});
  return {};
}

Result<> set_service_watchdogs(Call& call) {
  SVCD_TRY(call.enter_value("b"));
  ManagerControls controls = call.api().controls();
  controls.service_watchdogs = call.flag();
  call.api().set_watchdogs(controls);
  return {};
}

}  // namespace svcd
