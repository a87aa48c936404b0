// Codecs of settings that only the manager has, and of those whose texts differ from those of units.
#pragma once

#include "libunit/codec_sandbox.h"
#include "libunit/manager_settings.h"

namespace svcd::codec {

/// A boolean of what is told as "Invalid {what}'x': Invalid argument".
template <class What>
struct LogSwitch : Boolean {
  static Result<> parse(std::string_view text, bool& into, LoadContext& context) {
    if (!parse_boolean(text, into)) context.note(invalid_log(What::what, text), Diagnostic::Level::error);
    return {};
  }

 private:
  static std::string invalid_log(std::string_view what, std::string_view text) {
    return fmt::format("Invalid {}'{}': Invalid argument", what, text);
  }
};
/// A boolean whose text names the setting.
struct NamedBoolean : Boolean {
  static Result<> parse(std::string_view, bool&, LoadContext&);
};
struct LogLevelName {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, int&, LoadContext&);
  static void show(int level, ValueSink&);
};
struct LogTargetName {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, LogTarget&, LoadContext&);
  static void show(LogTarget, ValueSink&);
};
struct CrashTerminal : Integer {  // a number, or a boolean
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct StatusOnConsole {
  static constexpr const char* signature = "b";
  static Result<> parse(std::string_view, ShowStatus&, LoadContext&);
  static void show(ShowStatus, ValueSink&);
};
struct Processors : Numbers {
  static Result<> parse(std::string_view, NumberSet&, LoadContext&);
};
struct MemoryNodes : NumaMask {
  static Result<> parse(std::string_view, NumberSet&, LoadContext&);
};
struct WatchdogSpan : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
};
struct DevicePath : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
/// 0 stands for infinity.
struct SpanWithoutZero : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
};
struct AbortTimeout : Span {  // an empty value: as the stop timeout
  static Result<> parse(std::string_view, std::optional<Duration>&, LoadContext&);
};
/// What a default may be: no files, sockets or descriptors.
struct DefaultOutput {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, ExecSection::Output&, LoadContext&);
  static void show(ExecSection::Output, ValueSink&);
};
/// Environment= with the specifiers that need no unit.
struct ManagerVariables : Variables {
  static Result<> parse(std::string_view, Environment&, LoadContext&);
};
struct DefaultTasks {
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view, ScaledLimit&, LoadContext&);
  static void show(const ScaledLimit& v, ValueSink& sink) { sink.u64(v.value); }
};
struct DefaultOomScore : OomScoreAdjust {
  static Result<> parse(std::string_view, std::optional<int>&, LoadContext&);
};

}  // namespace svcd::codec
