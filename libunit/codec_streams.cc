// Where processes stand: standard streams, folders of their own, working folder.
#include <algorithm>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/enum_names.h"
#include "libunit/path_check.h"

namespace svcd::codec {
namespace {

constexpr size_t most_input_data = 64 * 1024 * 1024;  // as systemd

bool is_descriptor_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 &&
         std::ranges::none_of(name, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f || c == ':'; });
}

/// "PREFIX:rest" without the prefix; nullopt if `text` is something else.
std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

Result<> parse_descriptor(std::string_view text, std::string& name, LoadContext& context) {
  if (text.empty()) return name.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  if (!is_descriptor_name(expanded))
    return fail(ErrorCode::bad_message, "Invalid file descriptor name, ignoring: {}", expanded);
  name = std::move(expanded);
  return {};
}

/// A bad path leaves the stream as it was; unlike elsewhere the unit is not refused.
Result<> parse_stream_path(std::string_view text, std::string& path, LoadContext& context) {
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  auto checked = check_path(expanded, path_absolute | path_fatal, context);
  if (!checked) return fail(ErrorCode::bad_message, "{}", checked.error().message);
  path = std::move(*checked);
  return {};
}

int base64_digit(char c) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t at = digits.find(c);
  return at == std::string_view::npos ? -1 : int(at);
}

bool decode_base64(std::string_view text, std::string& into) {
  uint32_t bits = 0;
  int have = 0;
  size_t digits = 0, padding = 0;
  for (char c : text) {
    if (whitespace.find(c) != std::string_view::npos) continue;
    if (c == '=') {
      if (++padding > 2) return false;
      continue;
    }
    const int digit = base64_digit(c);
    if (digit < 0 || padding > 0) return false;
    ++digits;
    bits = bits << 6 | uint32_t(digit);
    if ((have += 6) >= 8) into.push_back(char(bits >> (have -= 8) & 0xff));
  }
  return (digits + padding) % 4 == 0;
}

void join(ExecSection::DirectoryEntry entry, std::vector<ExecSection::DirectoryEntry>& into) {
  const auto same = std::ranges::find(into, entry.path, &ExecSection::DirectoryEntry::path);
  if (same == into.end()) {
    into.insert(std::ranges::upper_bound(into, entry.path, {}, &ExecSection::DirectoryEntry::path), std::move(entry));
    return;
  }
  for (std::string& link : entry.symlinks)
    if (std::ranges::find(same->symlinks, link) == same->symlinks.end()) same->symlinks.push_back(std::move(link));
}

Result<std::string> parse_relative(std::string_view text, LoadContext& context) {
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  std::string path = SVCD_TRY(check_path(expanded, 0, context));
  if (path == "private" || path.starts_with("private/"))
    return fail(ErrorCode::bad_message, "{}= path can't be 'private', ignoring assignment: {}", context.key, text);
  return path;
}

}  // namespace

Result<> parse_directories(std::string_view text, ExecSection::Directory which,
                           std::vector<ExecSection::DirectoryEntry>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad)
      return fail(ErrorCode::bad_message, "Invalid syntax {}={}, ignoring: Invalid argument", context.key, text);
    const size_t colon = word.find(':');
    auto path = parse_relative(std::string_view(word).substr(0, colon), context);
    if (!path) {
      context.warn(path.error().message);
      continue;
    }
    ExecSection::DirectoryEntry entry{std::move(*path), {}};
    if (colon != std::string::npos && colon + 1 < word.size()) {
      if (which == ExecSection::Directory::configuration) {
        context.warn(fmt::format("Destination parameter is not supported for {}, ignoring: {}", context.key, word));
        continue;
      }
      auto link = parse_relative(std::string_view(word).substr(colon + 1), context);
      if (!link) {
        context.warn(link.error().message);
        continue;
      }
      entry.symlinks.push_back(std::move(*link));
    }
    if (into.size() >= longest_list)
      return fail(ErrorCode::bad_message, "More than {} entries in {}=, ignoring the others.", longest_list,
                  context.key);
    join(std::move(entry), into);
  }
  return {};
}

void show_directories(const std::vector<ExecSection::DirectoryEntry>& entries, ValueSink& sink) {
  sink.open_array("s");
  for (const auto& entry : entries) sink.string(entry.path);
  sink.close_array();
}

void show_directory_symlinks(const std::vector<ExecSection::DirectoryEntry>& entries, ValueSink& sink) {
  sink.open_array("(sst)");
  for (const auto& entry : entries)
    for (const std::string& link : entry.symlinks) {
      sink.open_struct("sst");
      sink.string(entry.path);
      sink.string(link);
      sink.u64(0);
      sink.close_struct();
    }
  sink.close_array();
}

Result<> parse_input(std::string_view text, ExecSection& into, LoadContext& context) {
  using Input = ExecSection::Input;
  Input input{};
  if (const auto name = behind(text, "fd:")) {
    SVCD_TRY(parse_descriptor(*name, into.standard_input_fd_name, context));
    input = Input::fd;
  } else if (const auto path = behind(text, "file:")) {
    SVCD_TRY(parse_stream_path(*path, into.standard_input_path, context));
    input = Input::file;
  } else if (!parse_enum(text, input) || input == Input::file) {
    return fail(ErrorCode::bad_message, "Failed to parse input specifier, ignoring: {}", text);
  }
  into.standard_input = input;
  return {};
}

Result<> parse_output(std::string_view text, std::optional<ExecSection::Output>& into, std::string& path,
                      std::string& fd_name, LoadContext& context) {
  using Output = ExecSection::Output;
  Output output{};
  if (text == "syslog" || text == "syslog+console") {
    const std::string_view now = text == "syslog" ? "journal" : "journal+console";
    context.note(fmt::format("Standard output type {} is obsolete, automatically updating to {}. Please update your "
                             "unit file, and consider removing the setting altogether.",
                             text, now),
                 Diagnostic::Level::notice);
    text = now;
  }
  struct WithPath {
    std::string_view prefix;
    Output output;
  };
  constexpr WithPath with_path[] = {
      {"file:", Output::file}, {"append:", Output::append}, {"truncate:", Output::truncate}};
  for (const WithPath& kind : with_path)
    if (const auto rest = behind(text, kind.prefix)) {
      SVCD_TRY(parse_stream_path(*rest, path, context));
      into = kind.output;
      return {};
    }
  if (const auto name = behind(text, "fd:")) {
    SVCD_TRY(parse_descriptor(*name, fd_name, context));
    into = Output::fd;
    return {};
  }
  const bool known = parse_enum(text, output);
  if (!known || output == Output::file || output == Output::append || output == Output::truncate)
    return fail(ErrorCode::bad_message, "Failed to parse output specifier, ignoring: {}", text);
  into = output;
  return {};
}

Result<> parse_input_text(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string line;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      line.push_back(text[at]);
    } else if (const size_t taken = unescape_one(text.substr(at + 1), line); taken > 0) {
      at += taken;
    } else {
      return fail(ErrorCode::bad_message, "Failed to decode C escaped text '{}', ignoring: Invalid argument", text);
    }
  }
  SVCD_TRY(Text::parse(std::string(line), line, context));
  line.push_back('\n');
  if (into.size() + line.size() > most_input_data)
    return fail(ErrorCode::bad_message, "Standard input data too large, ignoring.");
  into += line;
  return {};
}

Result<> parse_input_data(std::string_view text, std::string& into, LoadContext&) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string data;
  if (!decode_base64(text, data))
    return fail(ErrorCode::bad_message, "Failed to decode base64 data, ignoring: {}", text);
  if (into.size() + data.size() > most_input_data)
    return fail(ErrorCode::bad_message, "Standard input data too large, ignoring.");
  into += data;
  return {};
}

Result<> parse_working_directory(std::string_view text, ExecSection& into, LoadContext& context) {
  const bool missing_ok = text.starts_with('-');
  if (missing_ok) text.remove_prefix(1);
  std::string path;
  if (text == "~") {
    path = "~";
  } else if (!text.empty()) {
    auto expanded = context.expand(text);
    if (!expanded)
      return fail(missing_ok ? ErrorCode::bad_message : ErrorCode::bad_unit_setting,
                  "Failed to resolve unit specifiers in working directory path '{}': {}", text,
                  expanded.error().message);
    path = SVCD_TRY(check_path(*expanded, missing_ok ? path_absolute : path_absolute | path_fatal, context));
  }
  into.working_directory = std::move(path);
  into.working_directory_missing_ok = missing_ok;
  return {};
}

}  // namespace svcd::codec
