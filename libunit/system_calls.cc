#include "libunit/system_calls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "libunit/codec_sandbox.h"
#include "libunit/command_line.h"

namespace svcd {
namespace {

// clang-format off
constexpr SystemCall calls[] = {
#include "system_call_names.inc"
};
// clang-format on
static_assert(std::size(calls) < UINT16_MAX);
static_assert(std::ranges::is_sorted(calls, {}, &SystemCall::name));

using Rule = SystemCallFilter::Rule;

bool comes_before(const Rule& rule, SystemCallIndex call) {
  return rule.call < call;
}

/// One assignment: what its names do to the list.
class Assignment {
 public:
  Assignment(SystemCallFilter& filter, bool inverted, LoadContext& context)
      : filter_(filter), adds_(inverted != filter.is_allow_list), context_(context) {}

  /// A name as it is written, unlike those inside a group complained about if it is unknown.
  void take(std::string_view name, int32_t error) {
    if (name.starts_with('@')) return take_group(name, error);
    const auto call = find_system_call(name);
    if (!call) return context_.warn(fmt::format("Failed to parse system call, ignoring: {}", name));
    take(*call, error);
  }
  void take_group(std::string_view name, int32_t error) {
    if (!system_call_group(name)) return context_.warn(fmt::format("Unknown system call group, ignoring: {}", name));
    std::vector<std::string_view> groups{name};
    for (size_t i = 0; i < groups.size(); ++i) {  // no group contains itself
      WordReader words(system_call_group(groups[i])->members);
      for (std::string word; words.next(word) == WordReader::Next::word;) {
        if (const SystemCallGroup* inner = system_call_group(word))
          groups.push_back(inner->name);
        else if (const auto call = find_system_call(word))
          take(*call, error);
      }
    }
  }

 private:
  void take(SystemCallIndex call, int32_t error) {
    const auto at = std::lower_bound(filter_.rules.begin(), filter_.rules.end(), call, comes_before);
    const bool known = at != filter_.rules.end() && at->call == call;
    if (known && adds_) {
      at->error = error;
    } else if (adds_) {
      filter_.rules.insert(at, {call, error});
    } else if (known) {
      filter_.rules.erase(at);
    }
  }

  SystemCallFilter& filter_;
  bool adds_;
  LoadContext& context_;
};

Result<> parse_list(std::string_view text, SystemCallFilter& into, LoadContext& context, bool with_default) {
  if (text.empty()) return into = {}, Result<>{};
  const bool inverted = text.starts_with('~');
  if (inverted) text.remove_prefix(1);
  if (!into.is_set) {  // the first one says what the list is; a later one of the other kind takes names out of it
    into.is_set = true;
    into.is_allow_list = !inverted;
    if (into.is_allow_list && with_default)
      Assignment(into, false, context).take_group("@default", SystemCallFilter::error_default);
  }
  Assignment assignment(into, inverted, context);
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
    const size_t colon = word.find(':');
    int32_t error = SystemCallFilter::error_default;
    if (colon != std::string::npos) {
      const auto number = codec::parse_error_number(std::string_view(word).substr(colon + 1));
      if (!number || colon == 0) {
        context.warn(fmt::format("Failed to parse syscall:errno, ignoring: {}", word));
        continue;
      }
      if (!inverted) {
        context.warn(fmt::format("Allow-listed system calls cannot take error number, ignoring: {}", word));
        continue;
      }
      error = *number == 0 ? SystemCallFilter::error_kill : *number;
    }
    assignment.take(std::string_view(word).substr(0, colon), error);
  }
  return {};
}

std::string shown(const Rule& rule) {
  std::string text(system_call(rule.call).name);
  if (rule.error == SystemCallFilter::error_default) return text;
  if (rule.error == SystemCallFilter::error_kill) return text + ":kill";
  return text + ':' + codec::error_number_name(rule.error);
}

}  // namespace

const SystemCall& system_call(SystemCallIndex index) {
  return calls[index];
}

std::optional<SystemCallIndex> find_system_call(std::string_view name) {
  const auto found = std::ranges::lower_bound(calls, name, {}, &SystemCall::name);
  if (found == std::end(calls) || found->name != name) return std::nullopt;
  return SystemCallIndex(found - std::begin(calls));
}

namespace codec {

Result<> SystemCalls::parse(std::string_view text, SystemCallFilter& into, LoadContext& context) {
  return parse_list(text, into, context, true);
}

Result<> LoggedSystemCalls::parse(std::string_view text, SystemCallFilter& into, LoadContext& context) {
  return parse_list(text, into, context, false);
}

void SystemCalls::show(const SystemCallFilter& filter, ValueSink& sink) {
  sink.open_struct("bas");
  sink.boolean(filter.is_allow_list);
  sink.open_array("s");
  for (const Rule& rule : filter.rules) sink.string(shown(rule));
  sink.close_array();
  sink.close_struct();
}

}  // namespace codec
}  // namespace svcd
