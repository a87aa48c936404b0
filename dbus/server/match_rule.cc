#include "dbus/server/match_rule.h"

#include <algorithm>
#include <array>
#include <optional>

namespace svcd {
namespace {

constexpr std::array known_keys{"type",           "sender",      "interface", "member",       "path",
                                "path_namespace", "destination", "eavesdrop", "arg0namespace"};

/// "arg0" … "arg63", "arg0path" ….
bool is_argument_key(std::string_view key) {
  if (!key.starts_with("arg")) return false;
  key.remove_prefix(3);
  if (key.ends_with("path")) key.remove_suffix(4);
  return !key.empty() && key.size() <= 2 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

/// A value as the specification quotes it: 'between quotes' everything is itself, outside \' is a quote.
std::optional<std::string> take_value(std::string_view& text) {
  std::string value;
  bool quoted = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      break;
    } else if (!quoted && c == '\\' && i + 1 < text.size() && text[i + 1] == '\'') {
      value += text[++i];
    } else {
      value += c;
    }
  }
  if (quoted) return std::nullopt;
  text.remove_prefix(i);
  return value;
}

/// Whether `path` is `root` or below it.
bool is_below(std::string_view path, std::string_view root, char separator) {
  return path.starts_with(root) &&
         (path.size() == root.size() || root.ends_with(separator) || path[root.size()] == separator);
}

}  // namespace

Result<MatchRule> MatchRule::parse(std::string_view text) {
  MatchRule rule;
  while (!text.empty()) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return fail(ErrorCode::invalid_args, "Match rule has a key without a value.");
    const std::string key(text.substr(0, equals));
    if (std::ranges::find(known_keys, std::string_view(key)) == known_keys.end() && !is_argument_key(key))
      return fail(ErrorCode::invalid_args, "Match rule has an unknown key '{}'.", key);
    text.remove_prefix(equals + 1);
    std::optional<std::string> value = take_value(text);
    if (!value) return fail(ErrorCode::invalid_args, "Match rule has an unbalanced quote.");
    if (!rule.keys_.emplace(key, *std::move(value)).second)
      return fail(ErrorCode::invalid_args, "Match rule has the key '{}' twice.", key);
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  return rule;
}

bool MatchRule::matches(const SignalFacts& signal) const {
  return std::ranges::all_of(keys_, [&](const auto& entry) {
    const auto& [key, value] = entry;
    if (key == "type") return value == "signal";
    if (key == "sender") return value == signal.sender;
    if (key == "interface") return value == signal.interface;
    if (key == "member") return value == signal.member;
    if (key == "path") return value == signal.path;
    if (key == "path_namespace") return is_below(signal.path, value, '/');
    if (key == "arg0") return value == signal.arg0;
    if (key == "arg0namespace") return is_below(signal.arg0, value, '.');
    if (key == "eavesdrop") return true;
    return false;  // further arguments, destination: our signals have none that a client filters by
  });
}

}  // namespace svcd
