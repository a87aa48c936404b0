// Order of version strings (UAPI version format specification) and the operators of conditions.
#include <fnmatch.h>

#include <charconv>

#include "daemon/linux/condition_tests.h"

namespace svcd {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
int sign_of(bool less) {
  return less ? -1 : 1;
}

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
  size_t n = 0;
  while (n < text.size() && wanted(text[n])) ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

/// Whether the separator stands at the front of either; then `order` says who is less, 0 for both (and it is eaten).
bool decide_separator(std::string_view& a, std::string_view& b, char separator, bool shorter_is_less, int& order) {
  const bool in_a = a.starts_with(separator), in_b = b.starts_with(separator);
  if (!in_a && !in_b) return false;
  if (in_a && in_b) {
    a.remove_prefix(1);
    b.remove_prefix(1);
    order = 0;
  } else {
    order = sign_of(in_a == shorter_is_less);
  }
  return true;
}

int compare_parts(std::string_view& a, std::string_view& b) {
  if ((!a.empty() && is_digit(a[0])) || (!b.empty() && is_digit(b[0]))) {
    std::string_view x = take_while(a, is_digit), y = take_while(b, is_digit);
    x.remove_prefix(std::min(x.find_first_not_of('0'), x.size()));
    y.remove_prefix(std::min(y.find_first_not_of('0'), y.size()));
    if (x.size() != y.size()) return sign_of(x.size() < y.size());
    return x.compare(y);
  }
  const std::string_view x = take_while(a, is_letter), y = take_while(b, is_letter);
  return x.compare(y);
}

enum class Operator : uint8_t {
  glob,
  not_glob,
  equal_text,
  differs_text,
  equal,
  differs,
  less,
  at_most,
  at_least,
  more
};

Operator take_operator(std::string_view& text, Operator without) {
  struct Row {
    std::string_view text;
    Operator op;
  };
  static constexpr Row rows[] = {
      {"!$=", Operator::not_glob}, {"$=", Operator::glob},  {"<=", Operator::at_most},      {"<>", Operator::differs},
      {">=", Operator::at_least},  {"==", Operator::equal}, {"!=", Operator::differs_text}, {"=", Operator::equal_text},
      {"<", Operator::less},       {">", Operator::more},
  };
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const Row& row : rows) {
    if (!text.starts_with(row.text)) continue;
    text.remove_prefix(row.text.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
    return row.op;
  }
  return without;
}

bool fits(Operator op, int order) {
  switch (op) {
    case Operator::less: return order < 0;
    case Operator::at_most: return order <= 0;
    case Operator::at_least: return order >= 0;
    case Operator::more: return order > 0;
    case Operator::differs_text:
    case Operator::not_glob:
    case Operator::differs: return order != 0;
    case Operator::glob:
    case Operator::equal_text:
    case Operator::equal: return order == 0;
  }
  return false;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const auto is_part = [](char c) {
    return is_digit(c) || is_letter(c) || c == '~' || c == '-' || c == '^' || c == '.';
  };
  while (!a.empty() || !b.empty()) {
    while (!a.empty() && !is_part(a[0])) a.remove_prefix(1);
    while (!b.empty() && !is_part(b[0])) b.remove_prefix(1);
    int order = 0;
    if (decide_separator(a, b, '~', true, order)) {
      if (order != 0) return order;
      continue;
    }
    if (a.empty() || b.empty()) return a.empty() && b.empty() ? 0 : sign_of(a.empty());
    bool decided = false;
    for (const char separator : {'-', '^', '.'}) {
      if (!decide_separator(a, b, separator, true, order)) continue;
      if (order != 0) return order;
      decided = true;
      break;
    }
    if (decided) continue;
    if (const int parts = compare_parts(a, b); parts != 0) return parts;
  }
  return 0;
}

bool matches_version(const std::string& actual, std::string_view expression) {
  const Operator op = take_operator(expression, Operator::glob);
  const std::string wanted(expression);
  switch (op) {
    case Operator::glob: return fnmatch(wanted.c_str(), actual.c_str(), 0) == 0;
    case Operator::not_glob: return fnmatch(wanted.c_str(), actual.c_str(), 0) != 0;
    case Operator::equal_text: return actual == wanted;
    case Operator::differs_text: return actual != wanted;
    case Operator::equal:
    case Operator::differs:
    case Operator::less:
    case Operator::at_most:
    case Operator::at_least:
    case Operator::more: break;
  }
  return fits(op, compare_versions(actual, wanted));
}

bool matches_number(uint64_t actual, std::string_view expression) {
  const Operator op = take_operator(expression, Operator::at_least);
  uint64_t wanted = 0;
  const auto [end, error] = std::from_chars(expression.data(), expression.data() + expression.size(), wanted);
  if (error != std::errc{} || end != expression.data() + expression.size()) return false;
  return fits(op, actual < wanted ? -1 : (actual > wanted ? 1 : 0));
}

}  // namespace svcd
