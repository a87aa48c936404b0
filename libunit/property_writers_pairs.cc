// Lists of pairs, rules and mounts, and properties whose values name their keys.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mount.h>

#include "libunit/path_text.h"
#include "libunit/property_writers_parts.h"
#include "libunit/span_text.h"

namespace svcd::write {

Result<> device_rules(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return for_each_pair(source, [&](const std::string& path, const std::string& rights) -> Result<> {
    if (path.starts_with('/') && !is_safe_path(path))
      return fail(ErrorCode::invalid_args, "{}= requires device node or pattern", lines.property());
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

namespace {

constexpr std::string_view not_in_words = " \t\"'\\";

Result<> write_pairs(ValueSource& source, PropertyLines& lines, bool second_is_word) {
  bool any = false;
  SVCD_TRY(for_each_pair(source, [&](const std::string& first, const std::string& second) -> Result<> {
    for (const std::string* part : {&first, &second}) {
      const bool is_word = part == &first || second_is_word;
      if ((part == &first && (first.empty() || first.find(':') != std::string::npos)) ||
          (is_word && part->find_first_of(not_in_words) != std::string::npos))
        return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), *part);
    }
    any = true;
    return lines.add(without_specifiers(first + ":" + second));
  }));
  if (!any && lines.previous().empty()) lines.reset();
  return {};
}

}  // namespace

Result<> colon_pairs(ValueSource& source, PropertyLines& lines) {
  return write_pairs(source, lines, false);
}
Result<> mounts_with_options(ValueSource& source, PropertyLines& lines) {
  return write_pairs(source, lines, true);
}

namespace {

Result<std::string> image_options_text(std::string_view partition, std::string_view options) {
  for (const std::string_view part : {partition, options})
    if (part.find_first_of(not_in_words) != std::string_view::npos)
      return fail(ErrorCode::invalid_args, "Invalid mount options string, contains whitespace character(s): {}", part);
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
    const auto take = [&](const std::string& partition, const std::string& options) -> Result<> {
      text += ":" + SVCD_TRY(image_options_text(partition, options));
      return {};
    };
    SVCD_TRY(for_each_pair(source, take));
    return lines.add(text);
  });
}

}  // namespace

Result<> image_options(ValueSource& source, PropertyLines& lines) {
  std::string text;
  const auto take = [&](const std::string& partition, const std::string& options) -> Result<> {
    text.append(text.empty() ? "" : " ").append(SVCD_TRY(image_options_text(partition, options)));
    return {};
  };
  SVCD_TRY(for_each_pair(source, take));
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
      text += c == 0              ? "\\x00"
              : uint8_t(c) < 0x80 ? escaped(std::string_view(&c, 1))
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
    if (parameter.empty()) return fail(ErrorCode::invalid_args, "Condition parameter in {} is empty", key);
    if (!negate && (parameter[0] == '!' || (!trigger && parameter[0] == '|')))  // would be read as a prefix
      return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), parameter);
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
    if (address.empty()) return fail(ErrorCode::invalid_args, "Invalid address: {}", address);
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
    if (value.empty()) return fail(ErrorCode::invalid_args, "Invalid calendar spec");
    if (!lines.has_list_key(key, text)) return fail(ErrorCode::invalid_args, "Invalid timer base: {}", key);
    return lines.add_to(key, without_specifiers(value));
  }));
  return any ? Result<>{} : lines.add_to(list_key(SettingGroup::timer, text), "");
}

}  // namespace svcd::write
