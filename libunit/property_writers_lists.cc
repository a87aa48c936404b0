// Lists of words, commands, files and names.
#include <algorithm>

#include "libunit/path_text.h"
#include "libunit/property_writers_parts.h"

namespace svcd::write {

Result<std::vector<std::string>> strings(ValueSource& source) {
  std::vector<std::string> all;
  SVCD_TRY(for_each(source, "s", [&]() -> Result<> {
    std::string value;
    if (!source.string(value)) return type_mismatch();
    all.push_back(std::move(value));
    return {};
  }));
  return all;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\v': out += "\\v"; break;
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      case '\'': out += "\\'"; break;
      default:
        if (uint8_t(c) < ' ' || c == 0x7f)
          out += fmt::format("\\{:03o}", uint8_t(c));
        else
          out += c;
    }
  return out;
}

std::string quoted(std::string_view word) {
  return '"' + escaped(without_specifiers(word)) + '"';
}

std::string quoted_raw(std::string_view word) {
  std::string text = "\"";
  for (const char c : without_specifiers(word)) text.append(c == '\\' || c == '"' ? "\\" : "").push_back(c);
  return text += '"';
}

namespace {

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

Result<> each_a_line(const std::vector<std::string>& all, PropertyLines& lines) {
  for (const std::string& one : all) {
    if (one.empty()) return fail(ErrorCode::invalid_args, "Invalid {} setting: an empty text", lines.property());
    SVCD_TRY(lines.add(without_specifiers(one)));
  }
  return {};
}

}  // namespace

Result<> words(ValueSource& source, PropertyLines& lines) {
  std::string text;
  for (const std::string& word : SVCD_TRY(strings(source))) text.append(text.empty() ? "" : " ").append(quoted(word));
  return lines.add(text);
}

Result<> raw_words(ValueSource& source, PropertyLines& lines) {
  std::string text;
  for (const std::string& word : SVCD_TRY(strings(source)))
    text.append(text.empty() ? "" : " ").append(quoted_raw(word));
  return lines.add(text);
}

Result<> plain_words(ValueSource& source, PropertyLines& lines) {
  const std::vector<std::string> all = SVCD_TRY(strings(source));
  for (const std::string& word : all)
    if (word.empty() || word.find_first_of(" \t\"'\\") != std::string::npos)
      return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), word);
  return lines.add(without_specifiers(joined(all, " ")));
}

Result<> word_a_line(ValueSource& source, PropertyLines& lines) {
  for (const std::string& word : SVCD_TRY(strings(source))) {
    const bool plain = !word.empty() && word.find_first_of(" \t\"'\\") == std::string::npos;
    SVCD_TRY(lines.add(plain ? without_specifiers(word) : quoted_raw(word)));
  }
  return {};
}

Result<> list_a_line(ValueSource& source, PropertyLines& lines) {
  const std::vector<std::string> all = SVCD_TRY(strings(source));
  if (all.empty()) lines.reset();
  return each_a_line(all, lines);
}

Result<> new_list_a_line(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  const std::vector<std::string> all = SVCD_TRY(strings(source));
  return each_a_line(all, lines);
}

Result<> colon_words(ValueSource& source, PropertyLines& lines) {
  const std::vector<std::string> all = SVCD_TRY(strings(source));
  for (const std::string& word : all)
    if (word.find_first_of(" \t\"'\\:") != std::string::npos)
      return fail(ErrorCode::invalid_args, "Invalid {}", lines.property());
  return lines.add(without_specifiers(joined(all, ":")));
}

Result<> exit_statuses(ValueSource& source, PropertyLines& lines) {
  if (!source.enter_struct("aiai")) return type_mismatch();
  bool any = false;
  const auto status = [&]() -> Result<> {
    int32_t value = 0;
    if (!source.i32(value)) return type_mismatch();
    if (value < 0 || value > 255)
      return fail(ErrorCode::invalid_args, "Invalid status code in {}: {}", lines.property(), value);
    any = true;
    return lines.add(fmt::format("{}", value));
  };
  const auto signal = [&]() -> Result<> {
    int32_t value = 0;
    if (!source.i32(value)) return type_mismatch();
    const std::string name = signal_name(value);
    if (name.empty()) return fail(ErrorCode::invalid_args, "Invalid signal in {}: {}", lines.property(), value);
    any = true;
    return lines.add(name);
  };
  SVCD_TRY(for_each(source, "i", status));
  SVCD_TRY(for_each(source, "i", signal));
  if (!source.leave_struct()) return type_mismatch();
  if (!any) lines.reset();
  return {};
}

Result<> environment_files(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return for_each_struct(source, "sb", [&]() -> Result<> {
    std::string path;
    bool may_be_missing = false;
    if (!source.string(path) || !source.boolean(may_be_missing)) return type_mismatch();
    if (!path.starts_with('/')) return fail(ErrorCode::invalid_args, "Path {} is not absolute.", path);
    return lines.add((may_be_missing ? "-" : "") + without_specifiers(path));
  });
}

namespace {

/// "@path argv0 …", or "path …" where both are the same.
std::string command_text(std::string_view prefixes, const std::string& path,
                         const std::vector<std::string>& arguments) {
  std::string text(prefixes);
  const bool same = arguments.front() == path;
  if (!same) {  // a path may have spaces, too
    const bool plain = path.find_first_of(" \t\"'\\;") == std::string::npos;
    text += (plain ? "@" + without_specifiers(path) : quoted("@" + path)) + " ";
  }
  for (size_t i = 0; i < arguments.size(); ++i) text.append(i == 0 ? "" : " ").append(quoted(arguments[i]));
  return text;
}

Result<std::string> prefixes_of(const std::vector<std::string>& flags) {
  struct Prefix {
    std::string_view flag, text;
  };
  static constexpr Prefix known[] = {
      {"ignore-failure", "-"}, {"no-env-expand", ":"}, {"privileged", "+"}, {"no-setuid", "!"}, {"ambient", "!!"}};
  std::string text;
  for (const Prefix& prefix : known)
    if (std::ranges::find(flags, prefix.flag) != flags.end()) text += prefix.text;
  for (const std::string& flag : flags)
    if (std::ranges::find(known, flag, &Prefix::flag) == std::end(known))
      return fail(ErrorCode::invalid_args, "Failed to set unit properties: Invalid argument");
  return text;
}

/// Searched for in the folders of programs.
bool is_file_name(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name != "." && name != "..";
}

Result<> write_commands(ValueSource& source, PropertyLines& lines, bool extended) {
  const bool goes_on = lines.was_written();  // a second property of that name adds to the first
  bool any = false;
  if (!goes_on) lines.reset();
  const auto take = [&]() -> Result<> {
    std::string path;
    if (!source.string(path)) return type_mismatch();
    const std::vector<std::string> arguments = SVCD_TRY(strings(source));
    if (arguments.empty()) return fail(ErrorCode::invalid_args, "\"{}\" argv cannot be empty", lines.property());
    if (!is_file_name(path) && (!path.starts_with('/') || !is_safe_path(path)))
      return fail(ErrorCode::invalid_args, "\"{}\" path is not absolute and normalized: {}", lines.property(), path);
    any = true;
    bool ignore = false;
    if (!extended && !source.boolean(ignore)) return type_mismatch();
    std::string prefixes = ignore ? "-" : "";
    if (extended) {
      const std::vector<std::string> flags = SVCD_TRY(strings(source));
      prefixes = SVCD_TRY(prefixes_of(flags));
    }
    return lines.add(command_text(prefixes, simplify_path(path), arguments));
  };
  SVCD_TRY(for_each_struct(source, extended ? "sasas" : "sasb", take));
  if (!any && goes_on) lines.reset();
  return {};
}

}  // namespace

Result<> commands(ValueSource& source, PropertyLines& lines) {
  return write_commands(source, lines, false);
}
Result<> extended_commands(ValueSource& source, PropertyLines& lines) {
  return write_commands(source, lines, true);
}

namespace {

Result<> write_filter(ValueSource& source, PropertyLines& lines, std::string_view allow_nothing) {
  bool allows = false;
  if (!source.enter_struct("bas") || !source.boolean(allows)) return type_mismatch();
  const std::vector<std::string> names = SVCD_TRY(strings(source));
  if (!source.leave_struct()) return type_mismatch();
  for (const std::string& name : names)
    if (name.empty() || name.find_first_of(" \t\"'\\~") != std::string::npos)
      return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), name);
  if (names.empty()) return lines.add(allows ? allow_nothing : "");
  return lines.add((allows ? "" : "~") + without_specifiers(joined(names, " ")));
}

}  // namespace

Result<> filter(ValueSource& source, PropertyLines& lines) {
  return write_filter(source, lines, "");
}
Result<> family_filter(ValueSource& source, PropertyLines& lines) {
  return write_filter(source, lines, "none");
}

Result<> label(ValueSource& source, PropertyLines& lines) {
  bool may_fail = false;
  std::string text;
  if (!source.enter_struct("bs") || !source.boolean(may_fail) || !source.string(text) || !source.leave_struct())
    return type_mismatch();
  return lines.add((may_fail ? "-" : "") + without_specifiers(text));
}

Result<> log_fields(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each(source, "ay", [&]() -> Result<> {
    std::string field;
    if (!source.bytes(field)) return type_mismatch();
    if (field.find('=') == std::string::npos || field.starts_with('='))
      return fail(ErrorCode::invalid_args, "Journal field invalid");
    any = true;
    return lines.add(quoted(field));
  }));
  if (!any) lines.reset();
  return {};
}

Result<> directories(ValueSource& source, PropertyLines& lines) {
  const std::vector<std::string> all = SVCD_TRY(strings(source));
  std::string text;
  for (const std::string& path : all) {
    if (path.starts_with('/')) return fail(ErrorCode::invalid_args, "{}= path is absolute: {}", lines.property(), path);
    if (!is_safe_path("/" + path) || path.find(':') != std::string::npos)
      return fail(ErrorCode::invalid_args, "{}= path is not normalized: {}", lines.property(), path);
    text.append(text.empty() ? "" : " ").append(quoted_raw(path));
  }
  return lines.add(text);
}

Result<> directory_symlinks(ValueSource& source, PropertyLines& lines) {
  return for_each_struct(source, "sst", [&]() -> Result<> {
    std::string from, to;
    uint64_t flags = 0;
    if (!source.string(from) || !source.string(to) || !source.u64(flags)) return type_mismatch();
    if (from.starts_with('/')) return fail(ErrorCode::invalid_args, "Source path {} is absolute.", from);
    if (to.starts_with('/')) return fail(ErrorCode::invalid_args, "Destination path {} is absolute.", to);
    if (flags != 0) return fail(ErrorCode::invalid_args, "Flags must be 0.");
    for (const std::string* path : {&from, &to})
      if (!is_safe_path("/" + *path) || path->find_first_of(": \t\"'\\") != std::string::npos)
        return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), *path);
    return lines.add(without_specifiers(from + ":" + to));
  });
}

Result<> delegate(ValueSource& source, PropertyLines& lines) {
  return plain_words(source, lines);
}

}  // namespace svcd::write
