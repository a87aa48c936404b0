// Codecs: how a value is written in a unit file (parse) and how it is shown (show), one struct per kind of value. What
// is accepted, and the texts about what is not, are those of systemd 252.
//
// parse() leaves the value alone when it fails, but for lists: what stands before the bad word counts. Its error is the
// whole text for the log: bad_message means that the line is ignored, bad_unit_setting that the unit is refused
// (docs/decisions.md, "No silence").
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/config.h"
#include "libunit/load_context.h"
#include "libunit/value_sink.h"

namespace svcd {

// ---- text to value, as plain functions: also for kernel command lines and command-line arguments

bool parse_boolean(std::string_view text, bool& into);
/// "5min 20s", "infinity"; a figure without a unit counts in `unit` microseconds.
bool parse_span(std::string_view text, Duration& into, uint64_t unit = 1'000'000);
/// As parse_span(), in nanoseconds; a figure without a unit is one of nanoseconds.
bool parse_nanoseconds(std::string_view text, uint64_t& into);
/// "16G", "1.5K", "100"; `base` 1024 (IEC) or 1000 (SI).
bool parse_size(std::string_view text, uint64_t& into, uint64_t base = 1024);
/// Decimal, 0x, 0o, 0b or with a leading 0 octal, as strtoull(base 0) reads it.
bool parse_unsigned(std::string_view text, uint64_t& into, uint64_t highest = UINT64_MAX);
bool parse_signed(std::string_view text, int64_t& into, int64_t lowest, int64_t highest);
bool parse_mode(std::string_view text, mode_t& into);
/// "12.5%", "125‰", "1250‱" as parts of ten thousand.
bool parse_permyriad(std::string_view text, uint64_t& into);
/// "SIGTERM", "TERM", "15", "RTMIN+3".
bool parse_signal(std::string_view text, int& into);
/// "TERM" without SIG; "RTMIN+3"; empty for what is no signal.
std::string signal_name(int signal);
/// syslog(3): "warning" or "4".
bool parse_log_level(std::string_view text, int& into);
std::string_view log_level_name(int level);  // empty: no level
/// "CAP_CHOWN" or its number.
bool parse_capability(std::string_view text, int& into);
std::string_view capability_name(int capability);  // empty: unknown
bool parse_exit_status(std::string_view text, int& into);
bool parse_condition_type(std::string_view text, Condition::Type& into);
std::string_view to_string(Condition::Type);
bool is_user_name(std::string_view text);  // or a numeric id

/// The names of an enum's values, in their order; null ends a list that is shorter than the enum.
template <class E>
struct EnumNames;
template <class E>
std::string_view enum_name(E value) {
  return EnumNames<E>::names[size_t(value)];
}
template <class E>
bool parse_enum(std::string_view text, E& into) {
  for (size_t i = 0; i < std::size(EnumNames<E>::names); ++i)
    if (text == EnumNames<E>::names[i]) return into = E(i), true;
  return false;
}

/// What became of one command, for the properties that show it beside the command (0 everywhere: never run).
struct ExecStatus {
  Timestamp start, exit;
  uint32_t pid = 0;
  int code = 0;    // CLD_*
  int status = 0;  // exit status or signal
};
/// The value of an Exec… property (`extended`: of its …Ex twin). `statuses` may be shorter than `commands`.
void show_commands(const ExecCommands& commands, std::span<const ExecStatus> statuses, bool extended, ValueSink& sink);
/// The value of Conditions (`prefix` "Condition") or Asserts ("Assert"): a(sbbsi), last written first. Results: 0 not
/// checked, 1 passed, -1 failed … in the order of `conditions`.
void show_conditions(const Conditions& conditions, const char* prefix, std::span<const int> results, ValueSink& sink);

namespace codec {

struct Boolean {
  static constexpr const char* signature = "b";
  static Result<> parse(std::string_view, bool&, LoadContext&);
  static Result<> parse(std::string_view, std::optional<bool>&, LoadContext&);
  static void show(bool v, ValueSink& sink) { sink.boolean(v); }
  static void show(const std::optional<bool>& v, ValueSink& sink) { sink.boolean(v.value_or(false)); }
};
/// A boolean on which a protection depends: what does not parse spoils the unit.
struct StrictBoolean : Boolean {
  static Result<> parse(std::string_view, bool&, LoadContext&);
};
/// Time spans. `parse` takes what systemd's "sec" settings take.
struct Span {
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view, Duration&, LoadContext&);
  static void show(Duration v, ValueSink& sink) { sink.u64(v.count()); }
  static void show(const std::optional<Duration>& v, ValueSink& sink) { sink.u64(v.value_or(infinity).count()); }
};
/// A span that the manager's configuration has a default for.
struct SpanOrDefault : Span {
  static Result<> parse(std::string_view, std::optional<Duration>&, LoadContext&);
};
/// 0 stands for infinity; the text names the setting (JobTimeoutSec=, TimeoutSec= …).
struct Timeout : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
  static Result<> parse(std::string_view, std::optional<Duration>&, LoadContext&);
};
/// 0 stands for infinity, without naming the setting.
struct EndlessSpan : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
  static Result<> parse(std::string_view, std::optional<Duration>&, LoadContext&);
};
struct Nanoseconds {
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view, std::optional<uint64_t>&, LoadContext&);
  static void show(const std::optional<uint64_t>& v, ValueSink& sink) { sink.u64(v.value_or(0)); }
};
struct Unsigned {
  static constexpr const char* signature = "u";
  static Result<> parse(std::string_view, uint32_t&, LoadContext&);
  static Result<> parse(std::string_view, std::optional<uint32_t>&, LoadContext&);
  static void show(uint32_t v, ValueSink& sink) { sink.u32(v); }
  static void show(const std::optional<uint32_t>& v, ValueSink& sink) { sink.u32(v.value_or(0)); }
};
struct Integer {
  static constexpr const char* signature = "i";
  static Result<> parse(std::string_view, int&, LoadContext&);
  static void show(int v, ValueSink& sink) { sink.i32(v); }
};
struct Long {
  static constexpr const char* signature = "x";
  static Result<> parse(std::string_view, int64_t&, LoadContext&);
  static void show(int64_t v, ValueSink& sink) { sink.i64(v); }
};
struct Size {  // IEC
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
  static void show(uint64_t v, ValueSink& sink) { sink.u64(v); }
};
struct Mode {
  static constexpr const char* signature = "u";
  static Result<> parse(std::string_view, mode_t&, LoadContext&);
  static void show(mode_t v, ValueSink& sink) { sink.u32(v); }
};
/// An exit status of 0 to 255, -1 for an empty value.
struct ActionExitStatus : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct Nice : Integer {
  static Result<> parse(std::string_view, std::optional<int>&, LoadContext&);
  static void show(const std::optional<int>& v, ValueSink& sink) { sink.i32(v.value_or(0)); }
};
struct OomScoreAdjust : Nice {
  static Result<> parse(std::string_view, std::optional<int>&, LoadContext&);
};
struct Signal : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct ExitStatuses {
  static constexpr const char* signature = "(aiai)";
  static Result<> parse(std::string_view, ExitStatusSet&, LoadContext&);
  static void show(const ExitStatusSet&, ValueSink&);
};

/// A text as it stands, with or without its specifiers expanded; empty resets.
struct Text {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, std::string&, LoadContext&);
  static void show(const std::string& v, ValueSink& sink) { sink.string(v); }
};
struct RawText : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
/// An absolute path; one that is not is ignored, or (Strict) spoils the unit.
struct Path : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct StrictPath : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
/// Relative to the run-time folder, /var/run is corrected.
struct PidFile : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct BusName : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct UserName : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
/// Whom processes or files are to belong to: not to "nobody", whose is what belongs to nobody.
struct OwningUser : UserName {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct Words {  // quotes are respected; an assignment appends
  static constexpr const char* signature = "as";
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
  static void show(const std::vector<std::string>&, ValueSink&);
};
struct UserNames : Words {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct Paths : Words {  // absolute, without prefixes
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct PrefixedPaths : Words {  // "-/path", "+/path"
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct Documentation : Words {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
/// Names of [Install], as they are written: what they mean is looked at when the unit is enabled.
struct InstallNames : Words {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct UnitNames {
  static constexpr const char* signature = "as";
  static Result<> parse(std::string_view, std::vector<UnitName>&, LoadContext&);
  static void show(const std::vector<UnitName>&, ValueSink&);
};
/// Absolute paths; an empty assignment does not reset them.
struct AddedPaths : Paths {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
/// Dependencies of the past, which mean Requires= and Requisite= today; a warning says so.
struct ObsoleteRequires : UnitNames {
  static Result<> parse(std::string_view, std::vector<UnitName>&, LoadContext&);
};
struct ObsoleteRequisite : UnitNames {
  static Result<> parse(std::string_view, std::vector<UnitName>&, LoadContext&);
};
struct SocketNames : UnitNames {
  static Result<> parse(std::string_view, std::vector<UnitName>&, LoadContext&);
};

struct Variables : Words {  // Environment=
  static Result<> parse(std::string_view, Environment&, LoadContext&);
};
struct EnvironmentFiles {
  static constexpr const char* signature = "a(sb)";
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
  static void show(const std::vector<std::string>&, ValueSink&);
};
struct VariableNames : Words {  // PassEnvironment=
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct VariableNamesOrAssignments : Words {  // UnsetEnvironment=
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};

struct Commands {
  static constexpr const char* signature = "a(sasbttttuii)";
  static Result<> parse(std::string_view, ExecCommands&, LoadContext&);
  static void show(const ExecCommands&, ValueSink&);
};
/// The same with the prefixes as a list of words, for the …Ex properties.
struct CommandsEx : Commands {
  static constexpr const char* signature = "a(sasasttttuii)";
  static void show(const ExecCommands&, ValueSink&);
};

struct Capabilities {
  static constexpr const char* signature = "t";
  /// `initial`: what an inverted first assignment subtracts from.
  static Result<> parse(std::string_view, uint64_t& into, uint64_t initial);
  static void show(uint64_t v, ValueSink& sink) { sink.u64(v); }
};
struct BoundingCapabilities : Capabilities {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct AmbientCapabilities : Capabilities {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct SyslogFacility : Integer {  // the value is shifted, as syslog(3) has it
  static Result<> parse(std::string_view, int&, LoadContext&);
  static void show(int v, ValueSink& sink) { sink.i32(v >> 3); }
};
struct SyslogLevel : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct MaximumLevel : Integer {  // an empty value: no limit
  static Result<> parse(std::string_view, int&, LoadContext&);
};

/// What the figures of a resource limit are.
enum class LimitKind : uint8_t { count, size, seconds, microseconds, nice };
LimitKind limit_kind(int resource);  // RLIMIT_*
/// A resource limit: "SOFT:HARD", or one figure for both.
Result<> parse_limit(std::string_view text, LimitKind kind, std::optional<ResourceLimit>& into);

/// Conditions: empty resets all conditions, also of other kinds.
Result<> parse_condition(Condition::Type type, std::string_view text, Conditions& into, LoadContext& context);

/// Folders below a fixed root: "a b/c d:link"; repeated names join their links. Kept sorted, as systemd shows them.
Result<> parse_directories(std::string_view text, ExecSection::Directory which,
                           std::vector<ExecSection::DirectoryEntry>& into, LoadContext& context);
void show_directories(const std::vector<ExecSection::DirectoryEntry>&, ValueSink&);
void show_directory_symlinks(const std::vector<ExecSection::DirectoryEntry>&, ValueSink&);

/// StandardInput= and its family, which fill in a path or the name of a descriptor, too.
Result<> parse_input(std::string_view text, ExecSection& into, LoadContext& context);
Result<> parse_output(std::string_view text, std::optional<ExecSection::Output>& into, std::string& path,
                      std::string& fd_name, LoadContext& context);
Result<> parse_input_text(std::string_view text, std::string& into, LoadContext& context);
Result<> parse_input_data(std::string_view text, std::string& into, LoadContext& context);
Result<> parse_working_directory(std::string_view text, ExecSection& into, LoadContext& context);

// Sockets.
Result<> parse_listen(SocketSection::Kind, std::string_view text, std::vector<SocketSection::Listen>&, LoadContext&);
/// As systemd resolves them: a port alone listens on all addresses.
void show_listen(const std::vector<SocketSection::Listen>&, ValueSink&);
Result<> parse_service_name(std::string_view text, UnitName&, LoadContext&);
/// Timers and paths: an empty assignment resets all kinds of them.
Result<> parse_timer_span(TimerSection::Base, std::string_view text, TimerSection&, LoadContext&);
Result<> parse_timer_calendar(std::string_view text, TimerSection&, LoadContext&);
Result<> parse_watched_path(PathSection::Kind, std::string_view text, PathSection&, LoadContext&);
/// The unit that a timer or path starts; the first assignment counts.
struct TriggeredUnit {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, UnitName&, LoadContext&);
  static void show(const UnitName& v, ValueSink& sink) { sink.string(v.str()); }
};
struct SwapPriority : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct Interface : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct DescriptorName : Text {  // what goes into $LISTEN_FDNAMES: no control characters, no ':'
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct TypeOfService : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct SocketProtocol : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct TimestampingMode {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, SocketSection::Timestamping&, LoadContext&);
  static void show(SocketSection::Timestamping, ValueSink&);
};
struct SocketSize : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct BindIpv6Only {  // also as a boolean: "yes" is ipv6-only
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view, SocketSection::BindIpv6Only&, LoadContext&);
  static void show(SocketSection::BindIpv6Only, ValueSink&);
};
struct OptionalSpan : Span {
  static Result<> parse(std::string_view, std::optional<Duration>&, LoadContext&);
};
/// An enum by its names. `What` is a struct with `static constexpr const char* what`, as in "Failed to parse {what}".
template <class E, class What>
struct Enum {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view text, E& into, LoadContext&) {
    if (!parse_enum(text, into))
      return fail(ErrorCode::bad_message, "Failed to parse {}, ignoring: {}", What::what, text);
    return {};
  }
  static Result<> parse(std::string_view text, std::optional<E>& into, LoadContext& context) {
    E value{};
    if (auto done = parse(text, value, context); !done) return done;
    into = value;
    return {};
  }
  static void show(E v, ValueSink& sink) { sink.string(enum_name(v)); }
  static void show(const std::optional<E>& v, ValueSink& sink) { sink.string(v ? enum_name(*v) : ""); }
};
/// An enum whose "yes" and "no" may also be written as any other boolean.
template <class E, class What>
struct BooleanEnum : Enum<E, What> {
  static Result<> parse(std::string_view text, E& into, LoadContext& context) {
    bool yes = false;
    if (parse_boolean(text, yes)) text = yes ? "yes" : "no";
    return Enum<E, What>::parse(text, into, context);
  }
};

}  // namespace codec
}  // namespace svcd
