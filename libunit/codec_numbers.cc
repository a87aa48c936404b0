// Booleans, integers, sizes, modes, shares.
#include <algorithm>

#include "libunit/codecs.h"

namespace svcd {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view strip(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

bool read_digits(std::string_view text, unsigned base, uint64_t highest, uint64_t& into) {
  if (text.empty()) return false;
  uint64_t value = 0;
  for (char c : text) {
    unsigned digit = 99;
    if (is_digit(c)) digit = unsigned(c - '0');
    if (c >= 'a' && c <= 'f') digit = unsigned(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') digit = unsigned(c - 'A') + 10;
    if (digit >= base || __builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
      return false;
  }
  if (value > highest) return false;
  into = value;
  return true;
}

}  // namespace

bool parse_boolean(std::string_view text, bool& into) {
  for (std::string_view yes : {"1", "yes", "y", "true", "t", "on"})
    if (equals_ignoring_case(text, yes)) return into = true, true;
  for (std::string_view no : {"0", "no", "n", "false", "f", "off"})
    if (equals_ignoring_case(text, no)) return into = false, true;
  return false;
}

bool parse_unsigned(std::string_view text, uint64_t& into, uint64_t highest) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.size() > 2 && text[0] == '0') {
    const char kind = char(text[1] | 0x20);
    if (kind == 'x') return read_digits(text.substr(2), 16, highest, into);
    if (kind == 'o') return read_digits(text.substr(2), 8, highest, into);
    if (kind == 'b') return read_digits(text.substr(2), 2, highest, into);
  }
  if (text.size() > 1 && text[0] == '0') return read_digits(text.substr(1), 8, highest, into);
  return read_digits(text, 10, highest, into);
}

bool parse_signed(std::string_view text, int64_t& into, int64_t lowest, int64_t highest) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  uint64_t magnitude = 0;
  if (negative && text.starts_with('+')) return false;
  if (!parse_unsigned(text, magnitude, uint64_t(INT64_MAX))) return false;
  const int64_t value = negative ? -int64_t(magnitude) : int64_t(magnitude);
  if (value < lowest || value > highest) return false;
  into = value;
  return true;
}

bool parse_mode(std::string_view text, mode_t& into) {
  uint64_t value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  if (!read_digits(text, 8, 07777, value)) return false;
  into = mode_t(value);
  return true;
}

bool parse_size(std::string_view text, uint64_t& into, uint64_t base) {
  constexpr std::string_view suffixes = "BKMGTPE";
  text = strip(text);
  if (text.empty()) return false;
  uint64_t total = 0;
  size_t unit_above = suffixes.size() + 1;  // "1G 500M": each unit smaller than the one before
  while (!text.empty()) {
    if (text[0] == '+') text.remove_prefix(1);
    size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    uint64_t whole = 0;
    if (!read_digits(text.substr(0, digits), 10, UINT64_MAX, whole)) return false;
    text.remove_prefix(digits);
    double fraction = 0;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      double scale = 0.1;
      for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), scale /= 10)
        fraction += scale * (text[0] - '0');
    }
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
    size_t unit = 0;
    if (!text.empty() && !is_digit(text[0])) {
      unit = suffixes.find(text[0]);
      if (unit == std::string_view::npos) return false;
      text.remove_prefix(1);
    }
    if (unit >= unit_above) return false;
    unit_above = unit == 0 ? 0 : unit;
    uint64_t factor = 1;
    for (size_t i = 0; i < unit; ++i) factor *= base;
    if (__builtin_mul_overflow(whole, factor, &whole) || __builtin_add_overflow(total, whole, &total)) return false;
    if (__builtin_add_overflow(total, uint64_t(fraction * double(factor)), &total)) return false;
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  }
  into = total;
  return true;
}

bool parse_permyriad(std::string_view text, uint64_t& into) {
  size_t places = 0;
  if (text.ends_with("%")) {
    places = 2;
    text.remove_suffix(1);
  } else if (text.ends_with("‰")) {
    places = 1;
    text.remove_suffix(std::string_view("‰").size());
  } else if (text.ends_with("‱")) {
    text.remove_suffix(std::string_view("‱").size());
  } else {
    return false;
  }
  std::string_view fraction;
  if (const size_t dot = text.find('.'); dot != std::string_view::npos) {
    fraction = text.substr(dot + 1);
    text = text.substr(0, dot);
    if (fraction.empty() || fraction.size() > places) return false;
  }
  std::string digits(text);
  digits += fraction;
  digits.append(places - fraction.size(), '0');
  return !text.empty() && read_digits(digits, 10, UINT64_MAX, into);
}

namespace codec {

Result<> Boolean::parse(std::string_view text, bool& into, LoadContext&) {
  if (parse_boolean(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse boolean value, ignoring: {}", text);
}

Result<> Boolean::parse(std::string_view text, std::optional<bool>& into, LoadContext& context) {
  bool value = false;
  if (auto done = parse(text, value, context); !done) return done;
  into = value;
  return {};
}

Result<> StrictBoolean::parse(std::string_view text, bool& into, LoadContext&) {
  if (parse_boolean(text, into)) return {};
  return fail(ErrorCode::bad_unit_setting, "Failed to parse boolean value: {}", text);
}

Result<> Unsigned::parse(std::string_view text, uint32_t& into, LoadContext&) {
  uint64_t value = 0;
  if (!parse_unsigned(text, value, UINT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse unsigned value, ignoring: {}", text);
  into = uint32_t(value);
  return {};
}

Result<> Unsigned::parse(std::string_view text, std::optional<uint32_t>& into, LoadContext& context) {
  uint32_t value = 0;
  if (auto done = parse(text, value, context); !done) return done;
  into = value;
  return {};
}

Result<> Integer::parse(std::string_view text, int& into, LoadContext&) {
  int64_t value = 0;
  if (!parse_signed(text, value, INT32_MIN, INT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse int value, ignoring: {}", text);
  into = int(value);
  return {};
}

Result<> Long::parse(std::string_view text, int64_t& into, LoadContext&) {
  if (parse_signed(text, into, INT64_MIN, INT64_MAX)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse long value, ignoring: {}", text);
}

Result<> Size::parse(std::string_view text, uint64_t& into, LoadContext&) {
  if (parse_size(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse size value, ignoring: {}", text);
}

Result<> Mode::parse(std::string_view text, mode_t& into, LoadContext&) {
  if (parse_mode(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse mode value, ignoring: {}", text);
}

Result<> ActionExitStatus::parse(std::string_view text, int& into, LoadContext&) {
  int64_t value = 0;
  if (text.empty()) {
    into = -1;
  } else if (!parse_signed(text, value, INT32_MIN, INT32_MAX)) {
    return fail(ErrorCode::bad_message, "Failed to parse exit status '{}', ignoring: Invalid argument", text);
  } else if (value < 0 || value > 255) {
    return fail(ErrorCode::bad_message, "Failed to parse exit status '{}', ignoring: Numerical result out of range",
                text);
  } else {
    into = int(value);
  }
  return {};
}

Result<> Nice::parse(std::string_view text, std::optional<int>& into, LoadContext&) {
  int64_t value = 0;
  if (text.empty()) {
    into.reset();
  } else if (!parse_signed(text, value, INT32_MIN, INT32_MAX)) {
    return fail(ErrorCode::bad_message, "Failed to parse nice priority '{}', ignoring: Invalid argument", text);
  } else if (value < -20 || value > 19) {
    return fail(ErrorCode::bad_message, "Nice priority out of range, ignoring: {}", text);
  } else {
    into = int(value);
  }
  return {};
}

Result<> OomScoreAdjust::parse(std::string_view text, std::optional<int>& into, LoadContext&) {
  int64_t value = 0;
  if (text.empty()) {
    into.reset();
  } else if (!parse_signed(text, value, INT32_MIN, INT32_MAX)) {
    return fail(ErrorCode::bad_message, "Failed to parse the OOM score adjust value '{}', ignoring: Invalid argument",
                text);
  } else if (value < -1000 || value > 1000) {
    return fail(ErrorCode::bad_message, "OOM score adjust value out of range, ignoring: {}", text);
  } else {
    into = int(value);
  }
  return {};
}

}  // namespace codec
}  // namespace svcd
