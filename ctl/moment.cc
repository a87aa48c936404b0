#include "ctl/moment.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string>

#include "libunit/codecs.h"
#include "libunit/span_text.h"

namespace svcd::ctl {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool ends_in(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

bool parse_microseconds(std::string_view text, uint64_t& into) {
  Duration span{};
  if (!parse_span(text, span) || span == infinity) return false;
  into = static_cast<uint64_t>(span.count());
  return true;
}

/// "Wed " or "Wednesday " at the beginning is taken off; the day of the week, Sunday is 0.
std::optional<int> take_weekday(std::string_view& text) {
  static constexpr std::array days{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const std::string_view word = text.substr(0, text.find(' '));
  for (size_t i = 0; i < days.size(); ++i) {
    const std::string_view name = days[i];
    if (word.size() == text.size() ||
        !(equal_ignoring_case(word, name) || equal_ignoring_case(word, name.substr(0, 3))))
      continue;
    text.remove_prefix(word.size() + 1);
    return static_cast<int>(i);
  }
  return std::nullopt;
}

/// " UTC" or the name of our own zone at the end is taken off; whether it was UTC.
bool take_zone(std::string_view& text) {
  const size_t blank = text.rfind(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view zone = text.substr(blank + 1);
  ::tzset();
  const bool is_utc = equal_ignoring_case(zone, "UTC");
  if (is_utc || equal_ignoring_case(zone, ::tzname[0]) || equal_ignoring_case(zone, ::tzname[1]))
    text = text.substr(0, blank);
  return is_utc;
}

/// ".5" behind the seconds, rounded to microseconds.
bool parse_fraction(std::string_view text, uint64_t& into) {
  if (text.size() < 2 || text[0] != '.') return false;
  uint64_t value = 0, digits = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return false;
    if (digits < 7) value = value * 10 + static_cast<uint64_t>(c - '0'), ++digits;
  }
  for (; digits < 7; ++digits) value *= 10;
  into = (value + 5) / 10;
  return true;
}

struct Broken {
  tm parts;
  uint64_t fraction = 0;
};

/// A date, a time, or both. What is not given is today, or midnight.
std::optional<Broken> parse_date(const std::string& text, const tm& today) {
  for (const char* format : {"%y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%y-%m-%d %H:%M", "%Y-%m-%d %H:%M", "%y-%m-%d",
                             "%Y-%m-%d", "%H:%M:%S", "%H:%M"}) {
    Broken broken{today, 0};
    broken.parts.tm_hour = broken.parts.tm_min = broken.parts.tm_sec = 0;
    const char* end = ::strptime(text.c_str(), format, &broken.parts);
    if (end == nullptr) continue;
    if (*end == 0) return broken;
    if (ends_in(format, "%S") && parse_fraction(end, broken.fraction)) return broken;
  }
  return std::nullopt;
}

bool parse_absolute(std::string_view text, time_t now, uint64_t& into) {
  const std::optional<int> weekday = take_weekday(text);
  const bool is_utc = take_zone(text);
  tm today{};
  if ((is_utc ? ::gmtime_r(&now, &today) : ::localtime_r(&now, &today)) == nullptr) return false;
  std::optional<Broken> broken = parse_date(std::string(text), today);
  if (!broken) return false;
  broken->parts.tm_isdst = -1;
  const time_t seconds = is_utc ? ::timegm(&broken->parts) : std::mktime(&broken->parts);
  constexpr time_t last = 253402214400;  // 9999-12-31: later years do not fit
  if (seconds < 0 || seconds >= last || (weekday && broken->parts.tm_wday != *weekday)) return false;
  into = static_cast<uint64_t>(seconds) * usec_per_sec + broken->fraction;
  return true;
}

}  // namespace

bool parse_moment(std::string_view text, uint64_t now, uint64_t& into) {
  const auto seconds = static_cast<time_t>(now / usec_per_sec);
  const auto midnight = [&](int days) {
    tm local{};
    if (::localtime_r(&seconds, &local) == nullptr) return false;
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    local.tm_mday += days;
    local.tm_isdst = -1;
    into = static_cast<uint64_t>(std::mktime(&local)) * usec_per_sec;
    return true;
  };
  if (text == "now") return into = now, true;
  if (text == "today") return midnight(0);
  if (text == "yesterday") return midnight(-1);
  if (text == "tomorrow") return midnight(1);
  if (text.empty()) return false;
  uint64_t span = 0;
  if (text[0] == '@') return parse_microseconds(text.substr(1), into);
  const bool is_ago = ends_in(text, " ago"), is_left = ends_in(text, " left");
  const bool is_past = text[0] == '-' || is_ago;
  if (!is_past && !is_left && text[0] != '+') return parse_absolute(text, seconds, into);
  if (is_ago || is_left)
    text = text.substr(0, text.rfind(' '));
  else
    text.remove_prefix(1);
  if (!parse_microseconds(text, span)) return false;
  into = is_past ? now - std::min(now, span) : now + std::min(span, UINT64_MAX - 1 - now);
  return true;
}

}  // namespace svcd::ctl
