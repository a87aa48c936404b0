// Texts, paths, lists of them, names of users and units.
#include <algorithm>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/path_check.h"
#include "libunit/settings.h"

namespace svcd {
namespace {

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(text.starts_with(prefix) ? prefix.size() : 0);
}

bool is_url(std::string_view text) {
  for (std::string_view scheme : {"http://", "https://", "file:/", "info:", "man:"})
    if (text.starts_with(scheme)) return text.size() > scheme.size();
  return false;
}

/// D-Bus specification, "Message Protocol - Valid Names".
bool is_bus_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  const bool unique = name[0] == ':';
  bool dot = false, start = true;
  for (char c : name.substr(unique)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    const bool digit = c >= '0' && c <= '9';
    if (c == '.') {
      if (start) return false;
      dot = start = true;
    } else if (letter || (digit && (!start || unique))) {
      start = false;
    } else {
      return false;
    }
  }
  return dot && !start;
}

/// Calls `each` for every word with quotes removed and specifiers expanded; a word that does not parse ends the line.
template <class Each>
Result<> for_each_word(std::string_view text, unsigned flags, LoadContext& context, Each each) {
  WordReader words(text, flags);
  std::string word;
  for (;;) switch (words.next(word)) {
      case WordReader::Next::end: return {};
      case WordReader::Next::bad: return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
      case WordReader::Next::word:
        if (auto expanded = context.expand(word); !expanded) {
          context.warn(
              fmt::format("Failed to resolve unit specifiers in '{}', ignoring: {}", word, expanded.error().message));
        } else if (Result<> done = each(*expanded); !done) {
          if (done.error().code == ErrorCode::bad_unit_setting) return done;
          context.warn(done.error().message);
        }
    }
}

void show_list(const std::vector<std::string>& list, ValueSink& sink) {
  sink.open_array("s");
  for (const std::string& s : list) sink.string(s);
  sink.close_array();
}

/// A dependency on a template means the instance of the same name.
Result<UnitName> instance_for(const UnitName& name, const LoadContext& context) {
  if (!name.is_template() || context.unit == nullptr) return name;
  return name.with_instance(context.unit->is_instance() ? context.unit->instance() : context.unit->prefix());
}

}  // namespace

bool is_user_name(std::string_view name) {
  if (name.empty() || name.front() == ' ' || name.back() == ' ' || name == "." || name == "..") return false;
  if (name.find_first_not_of("0123456789") == std::string_view::npos) {
    uint64_t id = 0;
    return (name == "0" || name[0] != '0') && parse_unsigned(name, id, UINT32_MAX - 1) && id != 65535;
  }
  if (name[0] == '-' && name.find_first_not_of("0123456789", 1) == std::string_view::npos) return false;
  return std::ranges::none_of(name, [](char c) { return (c > 0 && c < ' ') || c == 0x7f || c == ':' || c == '/'; });
}

namespace codec {

Result<> Text::parse(std::string_view text, std::string& into, LoadContext& context) {
  auto expanded = context.expand(text);
  if (!expanded)
    return fail(ErrorCode::bad_message, "Failed to resolve unit specifiers in '{}', ignoring: {}", text,
                expanded.error().message);
  into = std::move(*expanded);
  return {};
}

Result<> RawText::parse(std::string_view text, std::string& into, LoadContext&) {
  into = text;
  return {};
}

Result<> Path::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  into = SVCD_TRY(check_path(expanded, path_absolute, context));
  return {};
}

Result<> StrictPath::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  auto expanded = context.expand(text);
  if (!expanded)
    return fail(ErrorCode::bad_unit_setting, "Failed to resolve unit specifiers in '{}': {}", text,
                expanded.error().message);
  into = SVCD_TRY(check_path(*expanded, path_absolute | path_fatal, context));
  return {};
}

Result<> PidFile::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  // A relative path is one below the run-time folder, which the specifier %t names.
  const std::string runtime = SVCD_TRY(context.expand("%t"));
  std::string path = simplify_path(expanded.starts_with('/') ? expanded : runtime + "/" + expanded);
  if (!is_safe_path(path))
    return fail(ErrorCode::invalid_args, "{}= path is not normalized, ignoring: {}", context.key, path);
  constexpr std::string_view legacy = "/var/run/";
  if (path.starts_with(legacy)) {
    const std::string corrected(without_prefix(path, "/var"));
    context.note(fmt::format("{}= references a path below legacy directory /var/run/, updating {} → {}; please update "
                             "the unit file accordingly.",
                             context.key, path, corrected),
                 Diagnostic::Level::notice);
    path = corrected;
  }
  into = std::move(path);
  return {};
}

Result<> BusName::parse(std::string_view text, std::string& into, LoadContext& context) {
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  if (!is_bus_name(expanded)) return fail(ErrorCode::bad_message, "Invalid bus name, ignoring: {}", expanded);
  into = std::move(expanded);
  return {};
}

Result<> UserName::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  auto expanded = context.expand(text);
  if (!expanded)
    return fail(ErrorCode::bad_unit_setting, "Failed to resolve unit specifiers in {}: {}", text,
                expanded.error().message);
  if (!is_user_name(*expanded))
    return fail(ErrorCode::bad_unit_setting, "Invalid user/group name or numeric ID: {}", *expanded);
  into = std::move(*expanded);
  return {};
}

Result<> OwningUser::parse(std::string_view text, std::string& into, LoadContext& context) {
  auto parsed = UserName::parse(text, into, context);
  if (parsed && into == "nobody") context.warn("Special user nobody configured, this is not safe!");
  return parsed;
}

Result<> UserNames::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return for_each_word(text, word_unquote, context, [&](std::string& word) -> Result<> {
    if (!is_user_name(word))
      return fail(ErrorCode::bad_unit_setting, "Invalid user/group name or numeric ID: {}", word);
    into.push_back(std::move(word));
    return {};
  });
}

Result<> Words::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return for_each_word(text, word_unquote | word_retain_escapes, context, [&](std::string& word) -> Result<> {
    into.push_back(std::move(word));
    return {};
  });
}

void Words::show(const std::vector<std::string>& list, ValueSink& sink) {
  show_list(list, sink);
}

Result<> Paths::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return for_each_word(text, word_unquote, context, [&](const std::string& word) -> Result<> {
    into.push_back(SVCD_TRY(check_path(word, path_absolute, context)));
    return {};
  });
}

Result<> AddedPaths::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  return text.empty() ? Result<>{} : Paths::parse(text, into, context);
}

Result<> PrefixedPaths::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  return for_each_word(text, word_unquote, context, [&](const std::string& word) -> Result<> {
    std::string_view path = word;
    std::string prefix;
    for (char flag : {'-', '+'})
      if (path.starts_with(flag)) {
        prefix.push_back(flag);
        path.remove_prefix(1);
      }
    into.push_back(prefix + SVCD_TRY(check_path(path, path_absolute, context)));
    return {};
  });
}

Result<> Documentation::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::vector<std::string> all;  // a line with a specifier that does not exist counts as a whole
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
    all.push_back(SVCD_TRY(context.expand(word)));
  }
  for (std::string& url : all) {
    if (is_url(url))
      into.push_back(std::move(url));
    else
      context.warn(fmt::format("Invalid URL, ignoring: {}", url));
  }
  return {};
}

Result<> InstallNames::parse(std::string_view text, std::vector<std::string>& into, LoadContext&) {
  if (text.empty()) return into.clear(), Result<>{};
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
    into.push_back(std::move(word));
  }
  return {};
}

Result<> UnitNames::parse(std::string_view text, std::vector<UnitName>& into, LoadContext& context) {
  return for_each_word(text, word_retain_escapes, context, [&](const std::string& word) -> Result<> {
    auto name = UnitName::parse(word);
    if (name) name = instance_for(*name, context);
    if (!name) return fail(ErrorCode::bad_message, "Failed to add dependency on {}, ignoring: Invalid argument", word);
    into.push_back(std::move(*name));  // twice is no harm: the graph has an edge once
    return {};
  });
}

namespace {
void warn_obsolete(LoadContext& context, std::string_view instead) {
  context.warn(fmt::format("Unit dependency type {}= is obsolete, replacing by {}=, please update your unit file",
                           context.key, instead));
}
}  // namespace

Result<> ObsoleteRequires::parse(std::string_view text, std::vector<UnitName>& into, LoadContext& context) {
  warn_obsolete(context, key_of<&UnitSection::requires_>());
  return UnitNames::parse(text, into, context);
}

Result<> ObsoleteRequisite::parse(std::string_view text, std::vector<UnitName>& into, LoadContext& context) {
  warn_obsolete(context, key_of<&UnitSection::requisite>());
  return UnitNames::parse(text, into, context);
}

Result<> SocketNames::parse(std::string_view text, std::vector<UnitName>& into, LoadContext& context) {
  return for_each_word(text, word_unquote | word_retain_escapes, context, [&](const std::string& word) -> Result<> {
    auto name = UnitName::parse(word);
    if (!name || name->type() != UnitType::socket)
      return fail(ErrorCode::bad_message, "Unit must be of type socket, ignoring: {}", word);
    into.push_back(std::move(*name));
    return {};
  });
}

void UnitNames::show(const std::vector<UnitName>& list, ValueSink& sink) {
  sink.open_array("s");
  for (const UnitName& name : list) sink.string(name.str());
  sink.close_array();
}

}  // namespace codec
}  // namespace svcd
