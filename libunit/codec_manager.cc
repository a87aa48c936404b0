#include "libunit/codec_manager.h"

#include "libunit/enum_names.h"

namespace svcd {

bool parse_watchdog_span(std::string_view text, Duration& into) {
  if (text == "default") return into = infinity, true;
  if (text == "off") return into = Duration(0), true;
  return parse_span(text, into);
}

namespace codec {

Result<> NamedBoolean::parse(std::string_view text, bool& into, LoadContext& context) {
  if (parse_boolean(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse boolean value for {}=, ignoring: {}", context.key, text);
}

Result<> LogLevelName::parse(std::string_view text, int& into, LoadContext& context) {
  if (!parse_log_level(text, into))
    context.note(fmt::format("Invalid log level'{}': Invalid argument", text), Diagnostic::Level::error);
  return {};
}

void LogLevelName::show(int level, ValueSink& sink) {
  sink.string(log_level_name(level));
}

Result<> LogTargetName::parse(std::string_view text, LogTarget& into, LoadContext& context) {
  if (!parse_log_target(text, into))
    context.note(fmt::format("Invalid target'{}': Invalid argument", text), Diagnostic::Level::error);
  return {};
}

void LogTargetName::show(LogTarget target, ValueSink& sink) {
  sink.string(to_string(target));
}

Result<> CrashTerminal::parse(std::string_view text, int& into, LoadContext& context) {
  bool on = false;
  int64_t number = 0;
  if (parse_boolean(text, on)) return into = on ? 0 : -1, Result<>{};
  if (!parse_signed(text, number, INT32_MIN, INT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse {}= setting, ignoring: {}", context.key, text);
  into = number >= 1 && number <= 63 ? int(number) : -1;
  return {};
}

Result<> StatusOnConsole::parse(std::string_view text, ShowStatus& into, LoadContext&) {
  if (parse_show_status(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse show status setting, ignoring: {}", text);
}

void StatusOnConsole::show(ShowStatus status, ValueSink& sink) {
  sink.boolean(shows_status(status));
}

Result<> Processors::parse(std::string_view text, NumberSet& into, LoadContext& context) {
  if (auto done = Numbers::parse(text, into, context); !done)
    context.note(done.error().message, Diagnostic::Level::error);
  return {};
}

Result<> MemoryNodes::parse(std::string_view text, NumberSet& into, LoadContext& context) {
  auto done = NumaMask::parse(text, into, context);
  if (done) return {};
  context.note(done.error().message, Diagnostic::Level::error);
  return fail(ErrorCode::bad_message, "Failed to parse NUMA node mask, ignoring: {}", text);
}

Result<> WatchdogSpan::parse(std::string_view text, Duration& into, LoadContext&) {
  if (parse_watchdog_span(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse sec value, ignoring: {}", text);
}

Result<> DevicePath::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (auto done = Path::parse(text, into, context); !done) context.note(done.error().message, Diagnostic::Level::error);
  return {};
}

Result<> SpanWithoutZero::parse(std::string_view text, Duration& into, LoadContext& context) {
  Duration value{};
  SVCD_TRY(Span::parse(text, value, context));
  into = value.count() == 0 ? infinity : value;
  return {};
}

Result<> AbortTimeout::parse(std::string_view text, std::optional<Duration>& into, LoadContext& context) {
  Duration value{};
  if (text.empty()) return into.reset(), Result<>{};
  if (!parse_span(text, value))
    return fail(ErrorCode::bad_message, "Failed to parse {}= setting, ignoring: {}", context.key, text);
  into = value;
  return {};
}

Result<> DefaultOutput::parse(std::string_view text, ExecSection::Output& into, LoadContext& context) {
  using Output = ExecSection::Output;
  const std::string_view written = text;
  if (text == "syslog" || text == "syslog+console") {
    text = text == "syslog" ? "journal" : "journal+console";
    context.note(fmt::format("Standard output type {} is obsolete, automatically updating to {}. Please update your "
                             "configuration.",
                             written, text),
                 Diagnostic::Level::notice);
  }
  Output output{};
  if (!parse_enum(text, output))
    return fail(ErrorCode::bad_message, "Failed to parse output type, ignoring: {}", written);
  if (output == Output::socket || output == Output::file || output == Output::append || output == Output::truncate ||
      output == Output::fd)
    return fail(ErrorCode::bad_message,
                "Standard output types socket, fd:, file:, append:, truncate: are not supported as defaults, "
                "ignoring: {}",
                written);
  into = output;
  return {};
}

void DefaultOutput::show(ExecSection::Output output, ValueSink& sink) {
  sink.string(enum_name(output));
}

Result<> ManagerVariables::parse(std::string_view text, Environment& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return Variables::parse(text, into, context);
}

Result<> DefaultTasks::parse(std::string_view text, ScaledLimit& into, LoadContext& context) {
  std::optional<ScaledLimit> limit;
  SVCD_TRY(TasksLimit::parse(text, limit, context));
  into = limit.value_or(ScaledLimit{});
  return {};
}

Result<> DefaultOomScore::parse(std::string_view text, std::optional<int>& into, LoadContext& context) {
  int64_t value = 0;
  if (parse_signed(text, value, INT32_MIN, INT32_MAX) && (value < -1000 || value > 1000))
    return fail(ErrorCode::bad_message,
                "Failed to parse the OOM score adjust value '{}', ignoring: Numerical result out of range", text);
  return OomScoreAdjust::parse(text, into, context);
}

}  // namespace codec
}  // namespace svcd
