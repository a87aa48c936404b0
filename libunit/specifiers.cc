#include "libunit/specifiers.h"

#include <cerrno>

#include "libunit/path_text.h"

namespace svcd {

namespace {

tl::unexpected<Error> unresolved(char letter, int error_number, std::string_view why) {
  return tl::unexpected(Error{ErrorCode::bad_message, fmt::format("Specifier %{} {}.", letter, why), error_number});
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view last_part(std::string_view prefix) {
  return prefix.substr(prefix.rfind('-') + 1);
}

Result<std::string> needs(const std::string& value, char letter) {
  if (value.empty()) return unresolved(letter, ENOMEDIUM, "has no value on this system");
  return value;
}

Result<std::string> unescaped(std::string_view text, char letter) {
  if (auto plain = unit_name_unescape(text)) return plain;
  return unresolved(letter, EINVAL, "stands for a part of the unit's name that cannot be unescaped");
}

Result<std::string> of_host(char letter, const HostFacts& host) {
  switch (letter) {  // clang-format off
    case 'a': return host.architecture;
    case 'A': return host.os_image_version;
    case 'b': return needs(host.boot_id, letter);
    case 'B': return host.os_build_id;
    case 'C': return host.cache_root;
    case 'E': return host.configuration_root;
    case 'g': return host.group;
    case 'G': return std::to_string(host.gid);
    case 'h': return host.user_home;
    case 'H': return host.host_name;
    case 'l': return host.short_host_name;
    case 'L': return host.logs_root;
    case 'm': return needs(host.machine_id, letter);
    case 'M': return host.os_image_id;
    case 'o': return host.os_id;
    case 'q': return host.pretty_host_name.empty() ? host.host_name : host.pretty_host_name;
    case 's': return host.user_shell;
    case 'S': return host.state_root;
    case 't': return host.runtime_root;
    case 'T': return host.tmp;
    case 'u': return host.user;
    case 'U': return std::to_string(host.uid);
    case 'v': return host.kernel_release;
    case 'V': return host.var_tmp;
    case 'w': return host.os_version_id;
    case 'W': return host.os_variant_id;
    default:  return unresolved(letter, EBADSLT, "is not known");
  }  // clang-format on
}

Result<std::string> of_path(const std::string& path, bool folder, char letter) {
  if (path.empty()) return unresolved(letter, ENOENT, "has no value for a unit without a file");
  return folder ? std::string(folder_of(path)) : path;
}

Result<std::string> as_path(const UnitName& name, char letter) {
  auto path = unit_name_path_unescape(name.is_instance() ? name.instance() : name.prefix());
  if (path) return path;
  return unresolved(letter, EINVAL, "stands for a part of the unit's name that is no path");
}

}  // namespace

Result<std::string> Specifiers::value_of(char letter) const {
  static constexpr std::string_view of_manager = "aAbBhHlmMoqsTvVwW";
  if (letter == '%') return std::string("%");
  if (name_ != nullptr) return of_unit(letter, *name_);
  if (of_manager.find(letter) == std::string_view::npos) return unresolved(letter, EBADSLT, "is not known");
  return of_host(letter, host_);
}

Result<std::string> Specifiers::of_unit(char letter, const UnitName& name) const {
  switch (letter) {  // clang-format off
    case 'd': return fmt::format("{}/{}", host_.credentials_root, name.str());
    case 'f': return as_path(name, letter);
    case 'i': return std::string(name.instance());
    case 'I': return unescaped(name.instance(), letter);
    case 'j': return std::string(last_part(name.prefix()));
    case 'J': return unescaped(last_part(name.prefix()), letter);
    case 'n': return name.str();
    case 'N': return std::string(name.without_type());
    case 'p': return std::string(name.prefix());
    case 'P': return unescaped(name.prefix(), letter);
    case 'y': return of_path(fragment_path_, false, letter);
    case 'Y': return of_path(fragment_path_, true, letter);
    case 'c': return "/" + name.str();                   // not in the manual any more, still taken by systemd 252
    case 'r':
    case 'R': return std::string();
    default:  return of_host(letter, host_);
  }  // clang-format on
}

Result<std::string> Specifiers::expand(std::string_view text) const {
  std::string made;
  made.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_specifier =
        text[i] == '%' && i + 1 < text.size() && (text[i + 1] == '%' || is_alphanumeric(text[i + 1]));
    if (!is_specifier)
      made += text[i];  // also "100% of it" and a '%' at the end
    else
      made += SVCD_TRY(value_of(text[++i]));
  }
  return made;
}

}  // namespace svcd
