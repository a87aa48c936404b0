// What has a name in the kernel: signals, exit statuses, capabilities, syslog facilities and levels, limits.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/exit_status_names.h"

namespace svcd {
namespace {

struct Named {
  std::string_view name;
  int number;
};
constexpr int first_realtime = 34, last_realtime = 64;  // SIGRTMIN and SIGRTMAX of glibc

constexpr Named signals[] = {
    // clang-format off
  {"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"ILL", SIGILL}, {"TRAP", SIGTRAP}, {"ABRT", SIGABRT},
  {"BUS", SIGBUS}, {"FPE", SIGFPE}, {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
  {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD},
  {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU}, {"URG", SIGURG},
  {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO},
  {"PWR", SIGPWR}, {"SYS", SIGSYS},
    // clang-format on
};

constexpr std::string_view capabilities[] = {
    // clang-format off
  "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
  "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
  "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
  "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    // clang-format on
};

constexpr std::string_view facilities[] = {
    "kern", "user", "mail", "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
    "",     "",     "",     "",       "local0", "local1", "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::string_view levels[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};

bool find_number(std::string_view text, std::span<const std::string_view> names, uint64_t highest, int& into) {
  if (const auto at = std::ranges::find(names, text); !text.empty() && at != names.end())
    return into = int(at - names.begin()), true;
  uint64_t number = 0;
  if (!parse_unsigned(text, number, highest)) return false;
  return into = int(number), true;
}

bool parse_offset(std::string_view text, char sign, int& into) {
  uint64_t offset = 0;
  if (text.empty()) return into = 0, true;
  if (text[0] != sign || !parse_unsigned(text.substr(1), offset, uint64_t(last_realtime - first_realtime)))
    return false;
  return into = int(offset), true;
}

}  // namespace

bool parse_signal(std::string_view text, int& into) {
  uint64_t number = 0;
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (!parse_unsigned(text, number, last_realtime) || number == 0) return false;
    return into = int(number), true;
  }
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (const Named& signal : signals)
    if (text == signal.name) return into = signal.number, true;
  int offset = 0;
  if (text.starts_with("RTMIN") && parse_offset(text.substr(5), '+', offset))
    return into = first_realtime + offset, true;
  if (text.starts_with("RTMAX") && parse_offset(text.substr(5), '-', offset))
    return into = last_realtime - offset, true;
  return false;
}

std::string signal_name(int number) {
  for (const Named& signal : signals)
    if (number == signal.number) return std::string(signal.name);
  if (number >= first_realtime && number <= last_realtime) return fmt::format("RTMIN+{}", number - first_realtime);
  return {};
}

bool parse_log_level(std::string_view text, int& into) {
  return find_number(text, levels, 7, into);
}

std::string_view log_level_name(int level) {
  return level >= 0 && size_t(level) < std::size(levels) ? levels[level] : std::string_view();
}

bool parse_exit_status(std::string_view text, int& into) {
  if (const int status = exit_status_named(text); status >= 0) return into = status, true;
  uint64_t number = 0;
  if (!parse_unsigned(text, number, 255)) return false;
  return into = int(number), true;
}

bool parse_capability(std::string_view text, int& into) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = char(c - 32);
  return find_number(upper, capabilities, 62, into);
}

std::string_view capability_name(int capability) {
  if (capability < 0 || size_t(capability) >= std::size(capabilities)) return {};
  return capabilities[capability];
}

namespace codec {

Result<> Signal::parse(std::string_view text, int& into, LoadContext&) {
  if (parse_signal(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse signal name, ignoring: {}", text);
}

Result<> ExitStatuses::parse(std::string_view text, ExitStatusSet& into, LoadContext& context) {
  if (text.empty()) return into = {}, Result<>{};
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    int number = 0;
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Failed to parse value, ignoring: {}", text);
    if (parse_exit_status(word, number)) {
      into.codes[size_t(number) / 64] |= uint64_t{1} << (number % 64);
    } else if (parse_signal(word, number)) {
      into.signals[size_t(number) / 64] |= uint64_t{1} << (number % 64);
    } else {
      context.warn(fmt::format("Failed to parse value, ignoring: {}", word));
    }
  }
  return {};
}

void ExitStatuses::show(const ExitStatusSet& set, ValueSink& sink) {
  sink.open_struct("aiai");
  sink.open_array("i");
  for (int n = 0; n < 256; ++n)
    if (set.has_code(n)) sink.i32(n);
  sink.close_array();
  sink.open_array("i");
  for (int n = 0; n < 128; ++n)
    if (set.has_signal(n)) sink.i32(n);
  sink.close_array();
  sink.close_struct();
}

Result<> Capabilities::parse(std::string_view text, uint64_t& into, uint64_t initial) {
  const bool inverted = text.starts_with('~');
  if (inverted) text.remove_prefix(1);
  uint64_t sum = 0;
  WordReader words(text, word_unquote);
  std::string word;
  int capability = 0;
  while (words.next(word) == WordReader::Next::word)  // names that nobody knows are skipped: newer kernels have more
    if (parse_capability(word, capability)) sum |= uint64_t{1} << capability;
  if (sum == 0 || into == initial) {
    into = inverted ? ~sum : sum;
  } else if (inverted) {
    into &= ~sum;
  } else {
    into |= sum;
  }
  return {};
}

Result<> BoundingCapabilities::parse(std::string_view text, uint64_t& into, LoadContext&) {
  return Capabilities::parse(text, into, UINT64_MAX);
}

Result<> AmbientCapabilities::parse(std::string_view text, uint64_t& into, LoadContext&) {
  return Capabilities::parse(text, into, 0);
}

Result<> SyslogFacility::parse(std::string_view text, int& into, LoadContext&) {
  int facility = 0;
  if (!find_number(text, facilities, 127, facility))
    return fail(ErrorCode::bad_message, "Failed to parse log facility, ignoring: {}", text);
  into = facility << 3;
  return {};
}

Result<> SyslogLevel::parse(std::string_view text, int& into, LoadContext&) {
  if (parse_log_level(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse log level, ignoring: {}", text);
}

Result<> MaximumLevel::parse(std::string_view text, int& into, LoadContext& context) {
  if (text.empty()) return into = -1, Result<>{};
  return SyslogLevel::parse(text, into, context);
}

LimitKind limit_kind(int resource) {
  switch (resource) {
    case RLIMIT_CPU: return LimitKind::seconds;
    case RLIMIT_RTTIME: return LimitKind::microseconds;
    case RLIMIT_NICE: return LimitKind::nice;
    case RLIMIT_FSIZE:
    case RLIMIT_DATA:
    case RLIMIT_STACK:
    case RLIMIT_CORE:
    case RLIMIT_RSS:
    case RLIMIT_AS:
    case RLIMIT_MEMLOCK:
    case RLIMIT_MSGQUEUE: return LimitKind::size;
    default:  // the numbers of the kernel, no enum of ours
      return LimitKind::count;
  }
}

namespace {
bool parse_figure(std::string_view text, LimitKind kind, uint64_t& into) {
  if (text == "infinity") return into = UINT64_MAX, true;
  Duration span{};
  switch (kind) {
    case LimitKind::count: return parse_unsigned(text, into);
    case LimitKind::size: return parse_size(text, into);
    case LimitKind::seconds:
      if (!parse_span(text, span)) return false;
      return into = span.count() / 1'000'000 + (span.count() % 1'000'000 != 0), true;
    case LimitKind::microseconds:
      if (!parse_span(text, span, 1)) return false;
      return into = span.count(), true;
    case LimitKind::nice:  // "+5" and "-5" are nice levels, "30" is the kernel's figure, 20 minus the level
      if (text.starts_with('+') || text.starts_with('-')) {
        int64_t level = 0;
        if (!parse_signed(text, level, -20, 19)) return false;
        return into = uint64_t(20 - level), true;
      }
      return parse_unsigned(text, into, 40);
  }
  return false;
}
}  // namespace

Result<> parse_limit(std::string_view text, LimitKind kind, std::optional<ResourceLimit>& into) {
  const size_t colon = text.find(':');
  ResourceLimit limit;
  if (!parse_figure(text.substr(0, colon), kind, limit.soft))
    return fail(ErrorCode::bad_message, "Failed to parse resource value, ignoring: {}", text);
  limit.hard = limit.soft;
  if (colon != std::string_view::npos && !parse_figure(text.substr(colon + 1), kind, limit.hard))
    return fail(ErrorCode::bad_message, "Failed to parse resource value, ignoring: {}", text);
  if (limit.soft > limit.hard)
    return fail(ErrorCode::bad_message, "Soft resource limit chosen higher than hard limit, ignoring: {}", text);
  into = limit;
  return {};
}

}  // namespace codec
}  // namespace svcd
