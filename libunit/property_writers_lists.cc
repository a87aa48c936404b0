// Values made of several: lists, pairs, commands, rules.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mount.h>

#include <algorithm>

#include "libunit/path_check.h"
#include "libunit/path_text.h"
#include "libunit/property_writers.h"
#include "libunit/span_text.h"

namespace svcd::write {
namespace {

constexpr size_t most_items = 65536;  // of one list

/// Calls `each` for every member of an array; `each` says whether there was one of the right type.
template <class Each>
Result<> for_each(ValueSource& source, const char* element, Each each) {
  if (!source.enter_array(element)) return type_mismatch();
  for (size_t n = 0; !source.at_end(); ++n) {
    if (n >= most_items) return fail(ErrorCode::limits_exceeded, "Too many items in a list");
    SVCD_TRY(each());
  }
  return source.leave_array() ? Result<>{} : type_mismatch();
}

/// … of structs.
template <class Each>
Result<> for_each_struct(ValueSource& source, const char* members, Each each) {
  return for_each(source, fmt::format("({})", members).c_str(), [&]() -> Result<> {
    if (!source.enter_struct(members)) return type_mismatch();
    SVCD_TRY(each());
    return source.leave_struct() ? Result<>{} : type_mismatch();
  });
}

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

/// Backslash escapes for what would end a word or a line; systemd.syntax(7), "Quoting".
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
    SVCD_TRY(lines.add(plain ? without_specifiers(word) : quoted(word)));
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
  text += same ? "" : "@" + without_specifiers(path) + " ";
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

Result<> write_commands(ValueSource& source, PropertyLines& lines, bool extended) {
  lines.reset();
  return for_each_struct(source, extended ? "sasas" : "sasb", [&]() -> Result<> {
    std::string path;
    if (!source.string(path)) return type_mismatch();
    const std::vector<std::string> arguments = SVCD_TRY(strings(source));
    if (arguments.empty()) return fail(ErrorCode::invalid_args, "\"{}\" argv cannot be empty", lines.property());
    if (!path.starts_with('/') || !is_safe_path(path))
      return fail(ErrorCode::invalid_args, "\"{}\" path is not absolute and normalized: {}", lines.property(), path);
    bool ignore = false;
    if (!extended && !source.boolean(ignore)) return type_mismatch();
    std::string prefixes = ignore ? "-" : "";
    if (extended) {
      const std::vector<std::string> flags = SVCD_TRY(strings(source));
      prefixes = SVCD_TRY(prefixes_of(flags));
    }
    return lines.add(command_text(prefixes, simplify_path(path), arguments));
  });
}

/// Calls `each` for every pair.
template <class Each>
Result<> for_each_pair(ValueSource& source, Each each) {
  return for_each_struct(source, "ss", [&]() -> Result<> {
    std::string first, second;
    if (!source.string(first) || !source.string(second)) return type_mismatch();
    return each(first, second);
  });
}

}  // namespace

Result<> commands(ValueSource& source, PropertyLines& lines) {
  return write_commands(source, lines, false);
}
Result<> extended_commands(ValueSource& source, PropertyLines& lines) {
  return write_commands(source, lines, true);
}

Result<> device_rules(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return for_each_pair(source, [&](const std::string& path, const std::string& rights) -> Result<> {
    const bool known = path.starts_with("/dev/") || path.starts_with("/run/systemd/inaccessible/") ||
                       path.starts_with("block-") || path.starts_with("char-");
    if (!known) return fail(ErrorCode::invalid_args, "{}= requires device node or pattern", lines.property());
    if (rights.find_first_not_of("rwm") != std::string::npos)
      return fail(ErrorCode::invalid_args, "{}= requires combination of rwm flags", lines.property());
    return lines.add(without_specifiers(path) + " " + (rights.empty() ? "rwm" : rights));
  });
}

Result<> bpf_programs(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return for_each_pair(source, [&](const std::string& attach_type, const std::string& path) -> Result<> {
    return lines.add(without_specifiers(attach_type + ":" + path));
  });
}

Result<> colon_pairs(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_pair(source, [&](const std::string& first, const std::string& second) -> Result<> {
    if (first.empty() || first.find_first_of(": \t\"'\\") != std::string::npos)
      return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), first);
    any = true;
    return lines.add(without_specifiers(first + ":" + second));
  }));
  if (!any && lines.previous().empty()) lines.reset();
  return {};
}

namespace {

std::string image_options_text(std::string_view partition, std::string_view options) {
  return without_specifiers(fmt::format("{}:{}", partition, options));
}

Result<> write_images(ValueSource& source, PropertyLines& lines, bool with_destination) {
  lines.reset();
  return for_each_struct(source, with_destination ? "ssba(ss)" : "sba(ss)", [&]() -> Result<> {
    std::string path, destination;
    bool may_be_missing = false;
    if (!source.string(path) || (with_destination && !source.string(destination)) || !source.boolean(may_be_missing))
      return type_mismatch();
    for (const std::string* one : {&path, &destination})
      if (one->find_first_of(": \t\"'\\") != std::string::npos || (one == &path && !one->starts_with('/')))
        return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), *one);
    std::string text = (may_be_missing ? "-" : "") + without_specifiers(path);
    if (with_destination) text += ":" + without_specifiers(destination);
    SVCD_TRY(for_each_pair(source, [&](const std::string& partition, const std::string& options) -> Result<> {
      text += ":" + image_options_text(partition, options);
      return {};
    }));
    return lines.add(text);
  });
}

}  // namespace

Result<> image_options(ValueSource& source, PropertyLines& lines) {
  std::string text;
  SVCD_TRY(for_each_pair(source, [&](const std::string& partition, const std::string& options) -> Result<> {
    text.append(text.empty() ? "" : " ").append(image_options_text(partition, options));
    return {};
  }));
  return lines.add(text);
}

Result<> images(ValueSource& source, PropertyLines& lines) {
  return write_images(source, lines, false);
}
Result<> mount_images(ValueSource& source, PropertyLines& lines) {
  return write_images(source, lines, true);
}

namespace {

template <class Text>
Result<> write_figures(ValueSource& source, PropertyLines& lines, Text text) {
  lines.reset();
  return for_each_struct(source, "st", [&]() -> Result<> {
    std::string path;
    uint64_t figure = 0;
    if (!source.string(path) || !source.u64(figure)) return type_mismatch();
    if (!path.starts_with('/') || path.find_first_of(" \t") != std::string::npos)
      return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), path);
    return lines.add(without_specifiers(path) + " " + text(figure));
  });
}

}  // namespace

Result<> device_figures(ValueSource& source, PropertyLines& lines) {
  return write_figures(source, lines, [](uint64_t n) { return n == UINT64_MAX ? "infinity" : fmt::format("{}", n); });
}
Result<> device_latencies(ValueSource& source, PropertyLines& lines) {
  return write_figures(source, lines,
                       [](uint64_t n) { return timespan_text(n, n % usec_per_msec == 0 ? usec_per_msec : 1); });
}

Result<> addresses(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return for_each_struct(source, "iayu", [&]() -> Result<> {
    int32_t family = 0;
    std::string bytes;
    uint32_t length = 0;
    if (!source.i32(family) || !source.bytes(bytes) || !source.u32(length)) return type_mismatch();
    if (family != AF_INET && family != AF_INET6)
      return fail(ErrorCode::invalid_args, "{}= expects IPv4 or IPv6 addresses only.", lines.property());
    const char* const name = family == AF_INET ? "AF_INET" : "AF_INET6";
    const size_t size = family == AF_INET ? 4 : 16;
    if (bytes.size() != size)
      return fail(ErrorCode::invalid_args, "IP address has wrong size for family ({}, expected {}, got {})", name, size,
                  bytes.size());
    if (length > size * 8)
      return fail(ErrorCode::invalid_args, "Prefix length {} too large for address family {}.", length, name);
    char text[INET6_ADDRSTRLEN] = {};
    if (inet_ntop(family, bytes.data(), text, sizeof text) == nullptr) return type_mismatch();
    return lines.add(fmt::format("{}/{}", text, length));
  });
}

Result<> socket_bind_rules(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_struct(source, "iiqq", [&]() -> Result<> {
    int32_t family = 0, protocol = 0;
    uint16_t count = 0, first = 0;
    if (!source.i32(family) || !source.i32(protocol) || !source.u16(count) || !source.u16(first))
      return type_mismatch();
    const bool fine = (family == 0 || family == AF_INET || family == AF_INET6) &&
                      (protocol == 0 || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) &&
                      (count != 0 || first == 0) && first + uint32_t(count) <= 65536;
    if (!fine) return fail(ErrorCode::invalid_args, "Invalid {} setting", lines.property());
    std::string text = family == AF_INET ? "ipv4:" : family == AF_INET6 ? "ipv6:" : "";
    text += protocol == IPPROTO_TCP ? "tcp:" : protocol == IPPROTO_UDP ? "udp:" : "";
    if (count == 0)
      text += text.empty() ? "any:" : "";
    else
      text += count == 1 ? fmt::format("{}:", first) : fmt::format("{}-{}:", first, first + count - 1);
    text.pop_back();
    any = true;
    return lines.add(text);
  }));
  if (!any) lines.reset();
  return {};
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

namespace {

template <class Text>
Result<> write_credentials(ValueSource& source, PropertyLines& lines, Text text_of) {
  bool any = false;
  SVCD_TRY(for_each_struct(source, "say", [&]() -> Result<> {
    std::string id, data;
    if (!source.string(id) || !source.bytes(data)) return type_mismatch();
    if (id.empty() || id.find_first_of("/: \t\"'\\") != std::string::npos || id == "." || id == "..")
      return fail(ErrorCode::invalid_args, "Credential ID is invalid: {}", id);
    any = true;
    return lines.add(without_specifiers(id) + ":" + text_of(data));
  }));
  if (!any) lines.reset();
  return {};
}

}  // namespace

Result<> credentials(ValueSource& source, PropertyLines& lines) {
  return write_credentials(source, lines, [](const std::string& data) {
    std::string text;
    for (const char c : data)  // bytes, not characters
      text += uint8_t(c) < 0x80 ? without_specifiers(escaped(std::string_view(&c, 1)))
                                : fmt::format("\\{:03o}", uint8_t(c));
    return text;
  });
}
Result<> encrypted_credentials(ValueSource& source, PropertyLines& lines) {
  return write_credentials(source, lines, [](const std::string& data) { return in_base64(data); });
}

Result<> bind_mounts(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_struct(source, "ssbt", [&]() -> Result<> {
    std::string from, to;
    bool may_be_missing = false;
    uint64_t flags = 0;
    if (!source.string(from) || !source.string(to) || !source.boolean(may_be_missing) || !source.u64(flags))
      return type_mismatch();
    if (!from.starts_with('/')) return fail(ErrorCode::invalid_args, "Source path {} is not absolute.", from);
    if (!to.starts_with('/')) return fail(ErrorCode::invalid_args, "Destination path {} is not absolute.", to);
    if (flags != 0 && flags != MS_REC) return fail(ErrorCode::invalid_args, "Unknown mount flags.");
    for (const std::string* path : {&from, &to})
      if (path->find_first_of(": \t\"'\\") != std::string::npos)
        return fail(ErrorCode::invalid_args, "Invalid {} setting: {} has a colon, space or quote", lines.property(),
                    *path);
    any = true;
    return lines.add(fmt::format("{}{}:{}:{}", may_be_missing ? "-" : "", without_specifiers(from),
                                 without_specifiers(to), flags == MS_REC ? "rbind" : "norbind"));
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
    text.append(text.empty() ? "" : " ").append(quoted(path));
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

// ---- properties whose values name their keys

namespace {

/// The first key of the group that only adds to a list which a property shows, and is written so: an empty assignment
/// to any of them empties the list.
std::string_view list_key(SettingGroup group, WriteValue set) {
  for (const Setting& row : settings_of(group))
    if (row.key != nullptr && row.property == nullptr && row.set == set) return row.key;
  return {};
}

Result<> write_conditions(std::string_view prefix, ValueSource& source, PropertyLines& lines) {
  return for_each_struct(source, "sbbs", [&]() -> Result<> {
    std::string key, parameter;
    bool trigger = false, negate = false;
    if (!source.string(key) || !source.boolean(trigger) || !source.boolean(negate) || !source.string(parameter))
      return type_mismatch();
    if (!key.starts_with(prefix) || !lines.has_list_key(key))
      return fail(ErrorCode::invalid_args, "Invalid condition type: {}", key);
    return lines.add_to(key, (trigger ? "|" : "") + std::string(negate ? "!" : "") + without_specifiers(parameter));
  });
}

}  // namespace

Result<> conditions(ValueSource& source, PropertyLines& lines) {
  return write_conditions("Condition", source, lines);
}
Result<> asserts(ValueSource& source, PropertyLines& lines) {
  return write_conditions("Assert", source, lines);
}

Result<> listen(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_pair(source, [&](const std::string& kind, const std::string& address) -> Result<> {
    any = true;
    const std::string key = fmt::format("{}{}", lines.property(), kind);
    if (!lines.has_list_key(key)) return fail(ErrorCode::invalid_args, "Unknown Socket type: {}", kind);
    return lines.add_to(key, without_specifiers(address));
  }));
  return any ? Result<>{} : lines.add_to(list_key(SettingGroup::socket, nullptr), "");
}

Result<> watched_paths(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_pair(source, [&](const std::string& key, const std::string& path) -> Result<> {
    any = true;
    if (!lines.has_list_key(key)) return fail(ErrorCode::invalid_args, "Unknown path type: {}", key);
    if (!path.starts_with('/')) return fail(ErrorCode::invalid_args, "Path in {} is not absolute: {}", key, path);
    return lines.add_to(key, without_specifiers(path));
  }));
  return any ? Result<>{} : lines.add_to(list_key(SettingGroup::path, nullptr), "");
}

Result<> monotonic_timers(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_struct(source, "st", [&]() -> Result<> {
    std::string key;
    uint64_t value = 0;
    if (!source.string(key) || !source.u64(value)) return type_mismatch();
    any = true;
    if (!lines.has_list_key(key, span)) return fail(ErrorCode::invalid_args, "Invalid timer base: {}", key);
    return lines.add_to(key, timespan_text(value, value % usec_per_msec == 0 ? usec_per_msec : 1));
  }));
  return any ? Result<>{} : lines.add_to(list_key(SettingGroup::timer, span), "");
}

Result<> calendar_timers(ValueSource& source, PropertyLines& lines) {
  bool any = false;
  SVCD_TRY(for_each_pair(source, [&](const std::string& key, const std::string& value) -> Result<> {
    any = true;
    if (!lines.has_list_key(key, text)) return fail(ErrorCode::invalid_args, "Invalid timer base: {}", key);
    return lines.add_to(key, without_specifiers(value));
  }));
  return any ? Result<>{} : lines.add_to(list_key(SettingGroup::timer, text), "");
}

}  // namespace svcd::write
