// Time spans: "5min 20s", "1.5h", "infinity"; systemd.time(7).
#include "libunit/codecs.h"

namespace svcd {
namespace {

struct TimeUnit {
  std::string_view name;
  uint64_t nanoseconds;
};
constexpr uint64_t us = 1000, ms = 1000 * us, second = 1000 * ms, minute = 60 * second, hour = 60 * minute,
                   day = 24 * hour, week = 7 * day, month = 2629800 * second, year = 31557600 * second;
// Longer names first: the first that the text starts with counts.
constexpr TimeUnit units[] = {
    // clang-format off
  {"seconds", second}, {"second", second}, {"sec", second}, {"minutes", minute}, {"minute", minute}, {"months", month},
  {"month", month}, {"min", minute}, {"msec", ms}, {"ms", ms}, {"hours", hour}, {"hour", hour}, {"hr", hour},
  {"days", day}, {"day", day}, {"weeks", week}, {"week", week}, {"years", year}, {"year", year}, {"usec", us},
  {"us", us}, {"µs", us}, {"μs", us}, {"s", second}, {"M", month}, {"m", minute}, {"h", hour}, {"d", day}, {"w", week},
  {"y", year},
    // clang-format on
};
constexpr TimeUnit nano_units[] = {{"nsec", 1}, {"ns", 1}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t' || text[0] == '\n' || text[0] == '\r'))
    text.remove_prefix(1);
}

/// The factor of the unit that `text` starts with, which is taken off; `without` if there is none.
uint64_t take_unit(std::string_view& text, uint64_t without, bool nanoseconds) {
  for (const TimeUnit& unit : nano_units)
    if (nanoseconds && text.starts_with(unit.name)) return text.remove_prefix(unit.name.size()), unit.nanoseconds;
  for (const TimeUnit& unit : units)
    if (text.starts_with(unit.name)) return text.remove_prefix(unit.name.size()), unit.nanoseconds;
  return without;
}

/// Sum of "FIGURE UNIT …" in `resolution` nanoseconds; `without` is the factor of a figure without a unit.
bool parse_sum(std::string_view text, uint64_t resolution, uint64_t without, uint64_t& into) {
  uint64_t total = 0;
  bool any = false;
  for (;; any = true) {
    skip_blanks(text);
    if (text.empty()) break;
    if (text[0] == '-') return false;
    if (text[0] == '+') text.remove_prefix(1);
    uint64_t whole = 0;
    bool has_whole = false, has_fraction = false;
    for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), has_whole = true)
      if (__builtin_mul_overflow(whole, uint64_t{10}, &whole) ||
          __builtin_add_overflow(whole, uint64_t(text[0] - '0'), &whole))
        return false;
    std::string_view fraction;
    if (text.starts_with('.')) {
      size_t digits = 1;
      while (digits < text.size() && is_digit(text[digits])) ++digits;
      fraction = text.substr(1, digits - 1);
      has_fraction = !fraction.empty();
      if (!has_fraction) return false;
      text.remove_prefix(digits);
    }
    if (!has_whole && !has_fraction) return false;
    skip_blanks(text);
    const uint64_t factor = take_unit(text, without, resolution == 1) / resolution;
    if (!text.empty() && !is_digit(text[0]) && text[0] != ' ' && text[0] != '\t' && text[0] != '+' && text[0] != '.')
      return false;
    if (text.starts_with('.') && has_fraction) return false;                                       // 1.5.5
    if (factor == 0 || whole >= UINT64_MAX / factor || whole > uint64_t{INT64_MAX}) return false;  // as far as 252 goes
    if (__builtin_mul_overflow(whole, factor, &whole) || __builtin_add_overflow(total, whole, &total)) return false;
    uint64_t step = factor;
    for (char digit : fraction) {
      step /= 10;
      if (__builtin_add_overflow(total, step * uint64_t(digit - '0'), &total)) return false;
    }
    if (total == UINT64_MAX) return false;
  }
  if (any) into = total;
  return any;
}

std::string_view trim(std::string_view text) {
  skip_blanks(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool parse_span(std::string_view text, Duration& into, uint64_t unit) {
  if (trim(text) == "infinity") return into = infinity, true;
  uint64_t value = 0;
  if (!parse_sum(text, us, unit * us, value)) return false;
  into = Duration(value);
  return true;
}

bool parse_nanoseconds(std::string_view text, uint64_t& into) {
  if (trim(text) == "infinity") return into = UINT64_MAX, true;
  return parse_sum(text, 1, 1, into);
}

namespace codec {

Result<> Span::parse(std::string_view text, Duration& into, LoadContext&) {
  if (parse_span(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse sec value, ignoring: {}", text);
}

Result<> SpanOrDefault::parse(std::string_view text, std::optional<Duration>& into, LoadContext& context) {
  Duration value{};
  SVCD_TRY(Span::parse(text, value, context));
  into = value;
  return {};
}

Result<> Timeout::parse(std::string_view text, Duration& into, LoadContext& context) {
  Duration value{};
  if (!parse_span(text, value))
    return fail(ErrorCode::bad_message, "Failed to parse {}= parameter, ignoring: {}", context.key, text);
  into = value.count() == 0 ? infinity : value;
  return {};
}

Result<> Timeout::parse(std::string_view text, std::optional<Duration>& into, LoadContext& context) {
  Duration value{};
  if (auto done = parse(text, value, context); !done) return done;
  into = value;
  return {};
}

Result<> EndlessSpan::parse(std::string_view text, Duration& into, LoadContext&) {
  Duration value{};
  if (!parse_span(text, value)) return fail(ErrorCode::bad_message, "Failed to parse time value, ignoring: {}", text);
  into = value.count() == 0 ? infinity : value;
  return {};
}

Result<> EndlessSpan::parse(std::string_view text, std::optional<Duration>& into, LoadContext& context) {
  Duration value{};
  SVCD_TRY(parse(text, value, context));
  into = value;
  return {};
}

Result<> Nanoseconds::parse(std::string_view text, std::optional<uint64_t>& into, LoadContext&) {
  uint64_t value = 0;
  if (!parse_nanoseconds(text, value))
    return fail(ErrorCode::bad_message, "Failed to parse nsec value, ignoring: {}", text);
  into.reset();
  if (value != UINT64_MAX) into = value;
  return {};
}

}  // namespace codec
}  // namespace svcd
