#include "libunit/codec_sandbox.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>

#include "libunit/command_line.h"
#include "libunit/named_values.h"
#include "libunit/path_check.h"

namespace svcd::codec {
namespace {

template <size_t N>
bool find_named(std::string_view name, const NamedValue (&table)[N], uint64_t& into) {
  const auto at = std::ranges::find(table, name, &NamedValue::name);
  if (at == std::end(table)) return false;
  return into = at->value, true;
}

bool is_credential_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

/// The words of a line, expanded; a line that does not parse is ignored as a whole.
Result<std::vector<std::string>> expanded_words(std::string_view text, unsigned flags, LoadContext& context) {
  auto words = split_words(text, flags);
  if (!words) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
  for (std::string& word : *words) word = SVCD_TRY(context.expand(word));
  return words;
}

std::vector<std::string> split_colons(std::string_view text) {
  return split_words(text, word_empty_words | word_unescape_separators | word_keep_bad_escapes, ":")
      .value_or(std::vector<std::string>{});
}

}  // namespace

Result<> parse_cpu_policy(std::string_view text, SandboxSection& into, LoadContext&) {
  uint64_t policy = 0;
  if (text.empty()) {
    into.cpu_scheduling_set = false;
    into.cpu_scheduling_policy = into.cpu_scheduling_priority = 0;
    return {};
  }
  if (!find_named(text, cpu_policy_names, policy) && !parse_unsigned(text, policy, INT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse CPU scheduling policy, ignoring: {}", text);
  into.cpu_scheduling_policy = int(policy);
  const bool realtime = policy == SCHED_FIFO || policy == SCHED_RR;  // their lowest priority is 1, that of all others 0
  into.cpu_scheduling_priority = std::clamp(into.cpu_scheduling_priority, realtime ? 1 : 0, realtime ? 99 : 0);
  into.cpu_scheduling_set = true;
  return {};
}

Result<> parse_cpu_priority(std::string_view text, SandboxSection& into, LoadContext&) {
  int64_t priority = 0;
  if (!text.empty() && !parse_signed(text, priority, INT32_MIN, INT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse CPU scheduling priority, ignoring: {}", text);
  if (priority < 0 || priority > 99)
    return fail(ErrorCode::bad_message, "CPU scheduling priority is out of range, ignoring: {}", text);
  into.cpu_scheduling_priority = int(priority);
  into.cpu_scheduling_set = true;
  return {};
}

Result<> CoredumpFilter::parse(std::string_view text, std::optional<uint64_t>& into, LoadContext& context) {
  static constexpr NamedValue kinds[] = {{"private-anonymous", 1},  {"shared-anonymous", 2}, {"private-file-backed", 4},
                                         {"shared-file-backed", 8}, {"elf-headers", 16},     {"private-huge", 32},
                                         {"shared-huge", 64},       {"private-dax", 128},    {"shared-dax", 256},
                                         {"default", 0x33},         {"all", UINT32_MAX}};
  if (text.empty()) return into.reset(), Result<>{};
  uint64_t mask = into.value_or(0);
  for (const std::string& word : split_words(text).value_or(std::vector<std::string>{})) {
    uint64_t bits = 0;
    const bool hex = word.starts_with("0x") || word.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (!find_named(word, kinds, bits) &&
        !(hex && parse_unsigned(word.starts_with("0x") ? word : "0x" + word, bits, UINT32_MAX)))
      return fail(ErrorCode::bad_message, "Failed to parse the {}={}, ignoring: Invalid argument", context.key, text);
    mask |= bits;
  }
  into = mask;
  return {};
}

Result<> IoClass::parse(std::string_view text, std::optional<int>& into, LoadContext&) {
  uint64_t value = 0;
  if (text.empty()) return into.reset(), Result<>{};
  if (!find_named(text, io_class_names, value) && !parse_unsigned(text, value, 3))
    return fail(ErrorCode::bad_message, "Failed to parse IO scheduling class, ignoring: {}", text);
  into = int(value);
  return {};
}

Result<> IoPriority::parse(std::string_view text, std::optional<int>& into, LoadContext&) {
  uint64_t value = 0;
  if (text.empty()) return into.reset(), Result<>{};
  if (!parse_unsigned(text, value, 7))
    return fail(ErrorCode::bad_message, "Failed to parse IO priority, ignoring: {}", text);
  into = int(value);
  return {};
}

Result<> NumaPolicy::parse(std::string_view text, int& into, LoadContext&) {
  uint64_t value = 0;
  if (text.empty()) return into = -1, Result<>{};
  if (!find_named(text, numa_policy_names, value))
    return fail(ErrorCode::bad_message, "Invalid NUMA policy type, ignoring: {}", text);
  into = int(value);
  return {};
}

Result<> NumaMask::parse(std::string_view text, NumberSet& into, LoadContext& context) {
  if (text == "all") return into = {1}, Result<>{};  // as on a machine with one node
  return Numbers::parse(text, into, context);
}

Result<> TerminalSize::parse(std::string_view text, std::optional<uint16_t>& into, LoadContext&) {
  uint64_t value = 0;
  if (text.empty()) return into.reset(), Result<>{};
  if (!parse_unsigned(text, value, UINT32_MAX))
    return fail(ErrorCode::bad_message, "Failed to parse unsigned value, ignoring: {}", text);
  into = uint16_t(value);
  return {};
}

Result<> LogFields::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  for (std::string& word : SVCD_TRY(expanded_words(text, word_unquote | word_unescape, context))) {
    const size_t equals = word.find('=');
    const std::string_view name = std::string_view(word).substr(0, equals);
    if (equals == std::string::npos) {
      context.warn(fmt::format("Log field lacks '=' character, ignoring: {}", word));
    } else if (name.empty() || name.size() > 64 || name[0] == '_' || (name[0] >= '0' && name[0] <= '9') ||
               name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string_view::npos) {
      context.warn(fmt::format("Log field name is invalid, ignoring: {}", word));
    } else {
      into.push_back(std::move(word));
    }
  }
  return {};
}

void LogFields::show(const std::vector<std::string>& fields, ValueSink& sink) {
  sink.open_array("ay");
  for (const std::string& field : fields) sink.bytes(std::as_bytes(std::span(field)));
  sink.close_array();
}

Result<> LogNamespace::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string name;
  SVCD_TRY(Text::parse(text, name, context));
  if (name.size() > 200 || name.find('/') != std::string::npos || name == "." || name == "..")
    return fail(ErrorCode::bad_message, "Specified log namespace name is not valid, ignoring: {}", name);
  into = std::move(name);
  return {};
}

Result<> SecureBits::parse(std::string_view text, int& into, LoadContext&) {
  if (text.empty()) return into = 0, Result<>{};
  for (const std::string& word : split_words(text, word_unquote).value_or(std::vector<std::string>{})) {
    uint64_t bit = 0;
    if (find_named(word, secure_bit_names, bit)) into |= int(bit);  // other words are skipped, as systemd does
  }
  return {};
}

Result<> MountPropagation::parse(std::string_view text, uint64_t& into, LoadContext&) {
  if (text.empty()) return into = 0, Result<>{};
  if (!find_named(text, propagation_names, into))
    return fail(ErrorCode::bad_message, "Failed to parse mount flag, ignoring: {}", text);
  return {};
}

Result<> Label::parse(std::string_view text, SecurityLabel& into, LoadContext& context) {
  SecurityLabel label;
  if ((label.ignore_failure = text.starts_with('-'))) text.remove_prefix(1);
  SVCD_TRY(Text::parse(text, label.label, context));
  into = text.empty() ? SecurityLabel{} : std::move(label);
  return {};
}

void Label::show(const SecurityLabel& label, ValueSink& sink) {
  sink.open_struct("bs");
  sink.boolean(label.ignore_failure);
  sink.string(label.label);
  sink.close_struct();
}

std::optional<int> parse_error_number(std::string_view text) {
  static constexpr NamedValue more_names[] = {
      {"ENOTSUP", ENOTSUP}, {"EOPNOTSUPP", EOPNOTSUPP}, {"EWOULDBLOCK", EWOULDBLOCK}, {"EDEADLOCK", EDEADLOCK}};
  constexpr int highest_named = 133;
  uint64_t number = 0;
  if (text == "kill") return 0;
  if (find_named(text, more_names, number)) return int(number);
  for (int known = 1; known <= highest_named; ++known)
    if (const char* name = ::strerrorname_np(known); name && text == name) return known;
  if (!parse_unsigned(text, number, 4095) || number == 0) return std::nullopt;
  return int(number);
}

std::string error_number_name(int number) {
  if (number == EOPNOTSUPP) return "EOPNOTSUPP";
  const char* name = ::strerrorname_np(number);
  return name ? name : std::to_string(number);
}

Result<> ErrorNumber::parse(std::string_view text, int& into, LoadContext&) {
  if (text.empty()) return into = 0, Result<>{};
  const auto number = parse_error_number(text);
  if (!number) return fail(ErrorCode::bad_message, "Failed to parse error number, ignoring: {}", text);
  into = *number;
  return {};
}

Result<> Personality::parse(std::string_view text, std::string& into, LoadContext&) {
  static constexpr std::string_view known[] = {"",       "x86",   "x86-64",   "arm64", "arm",  "ppc",
                                               "ppc-le", "ppc64", "ppc64-le", "s390",  "s390x"};
  if (std::ranges::find(known, text) == std::end(known))
    return fail(ErrorCode::bad_message, "Failed to parse personality, ignoring: {}", text);
  into = text;
  return {};
}

Result<> Architectures::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  static constexpr std::string_view known[] = {
      "native",   "x86",    "x86-64",     "x32",      "arm",       "arm64",         "loongarch64",
      "mips",     "mips64", "mips64-n32", "mips-le",  "mips64-le", "mips64-le-n32", "parisc",
      "parisc64", "ppc",    "ppc64",      "ppc64-le", "riscv64",   "s390",          "s390x"};
  if (text.empty()) return into.clear(), Result<>{};
  for (std::string& word : SVCD_TRY(expanded_words(text, word_unquote, context))) {
    if (std::ranges::find(known, std::string_view(word)) == std::end(known)) {
      context.warn(fmt::format("Failed to parse system call architecture \"{}\", ignoring: Invalid argument", word));
    } else if (std::ranges::find(into, word) == into.end()) {
      into.insert(std::ranges::upper_bound(into, word), std::move(word));
    }
  }
  return {};
}

Result<> Namespaces::parse(std::string_view text, uint64_t& into, LoadContext&) {
  constexpr uint64_t all =
      CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;
  bool restrict = false;
  if (text.empty()) return into = UINT64_MAX, Result<>{};
  if (parse_boolean(text, restrict)) return into = restrict ? 0 : all, Result<>{};
  const bool inverted = text.starts_with('~');
  if (inverted) text.remove_prefix(1);
  uint64_t set = 0;
  for (const std::string& word : split_words(text, word_unquote).value_or(std::vector<std::string>{})) {
    uint64_t bit = 0;
    if (!find_named(word, namespace_names, bit))
      return fail(ErrorCode::bad_message, "Failed to parse namespace type string, ignoring: {}", text);
    set |= bit;
  }
  if (into == UINT64_MAX) {
    into = inverted ? all & ~set : set;
  } else {
    into = inverted ? into & ~set : into | set;
  }
  return {};
}

Result<> BindMounts::parse(std::string_view text, std::vector<BindMount>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  for (const std::string& word : SVCD_TRY(expanded_words(text, word_unquote, context))) {
    const std::vector<std::string> parts = split_colons(word);
    BindMount mount;
    std::string_view source = parts.empty() ? std::string_view() : std::string_view(parts[0]);
    if ((mount.ignore_missing = source.starts_with('-'))) source.remove_prefix(1);
    const std::string_view destination = parts.size() > 1 && !parts[1].empty() ? std::string_view(parts[1]) : source;
    auto from = check_path(source, path_absolute, context);
    auto to = check_path(destination, path_absolute, context);
    if (!from || !to) {
      context.warn((!from ? from : to).error().message);
      continue;
    }
    if (parts.size() > 2 && parts[2] != "rbind" && parts[2] != "norbind" && !parts[2].empty()) {
      context.warn(fmt::format("Invalid option string, ignoring setting: {}", parts[2]));
      continue;
    }
    mount.recursive = parts.size() < 3 || parts[2] != "norbind";
    mount.source = std::move(*from);
    mount.destination = std::move(*to);
    into.push_back(std::move(mount));
  }
  return {};
}

void BindMounts::show(const std::vector<BindMount>& mounts, ValueSink& sink) {
  sink.open_array("(ssbt)");
  for (const BindMount& mount : mounts) {
    sink.open_struct("ssbt");
    sink.string(mount.source);
    sink.string(mount.destination);
    sink.boolean(mount.ignore_missing);
    sink.u64(mount.recursive ? uint64_t{MS_REC} : 0);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> TemporaryFileSystems::parse(std::string_view text, std::vector<StringPair>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  auto words = split_words(text, word_unquote);
  if (!words) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
  for (const std::string& word : *words) {
    const size_t colon = word.find(':');
    const std::string path = SVCD_TRY(context.expand(std::string_view(word).substr(0, colon)));
    auto checked = check_path(path, path_absolute, context);
    if (!checked) {
      context.warn(checked.error().message);
      continue;
    }
    into.push_back({std::move(*checked), colon == std::string::npos ? "" : word.substr(colon + 1)});
  }
  return {};
}

Result<> ColonPaths::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  for (const std::string& word : split_words(text, word_unquote, ":").value_or(std::vector<std::string>{})) {
    auto path = check_path(SVCD_TRY(context.expand(word)), path_absolute, context);
    if (path) {
      into.push_back(std::move(*path));
    } else {
      context.warn(path.error().message);
    }
  }
  return {};
}

Result<> LoadCredentials::parse(std::string_view text, std::vector<StringPair>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  const size_t colon = text.find(':');
  StringPair pair {
    SVCD_TRY(context.expand(text.substr(0, colon)))
    , {}
  };
  if (!is_credential_name(pair.first))
    return fail(ErrorCode::bad_message, "Credential name \"{}\" not valid, ignoring.", pair.first);
  pair.second = pair.first;  // without a source it is looked for by its name
  if (colon != std::string_view::npos && colon + 1 < text.size()) {
    pair.second = SVCD_TRY(context.expand(text.substr(colon + 1)));
    if (!(pair.second.starts_with('/') ? is_safe_path(pair.second) : is_credential_name(pair.second)))
      return fail(ErrorCode::bad_message, "Credential source \"{}\" not valid, ignoring.", pair.second);
  }
  std::erase_if(into, [&](const StringPair& old) { return old.first == pair.first; });
  into.push_back(std::move(pair));
  return {};
}

}  // namespace svcd::codec
