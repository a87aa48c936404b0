// Unit names: "NAME.TYPE", "PREFIX@.TYPE" (template), "PREFIX@INSTANCE.TYPE"; systemd.unit(5), systemd-escape(1).
// A UnitName that exists is valid: 1-255 bytes of the allowed characters and a known type.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "libunit/result.h"

namespace svcd {

/// In the order in which systemd lists them (`systemctl -t help`).
enum class UnitType : uint8_t { service, mount, swap, socket, target, device, automount, timer, path, slice, scope };
inline constexpr int unit_type_count = 11;

std::string_view to_string(UnitType);                         // "service"
bool parse_unit_type(std::string_view text, UnitType& into);  // false: no such type

class UnitName {
 public:
  UnitName() = default;  // empty: "no name"; every other way to one goes through parse()

  /// invalid_args: "Unit name X is not valid."
  static Result<UnitName> parse(std::string_view text);
  /// Whether parse() would succeed; no allocation.
  static bool is_valid(std::string_view text);

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  UnitType type() const { return type_; }
  std::string_view prefix() const;        // before '@' or, without one, before the last '.'
  std::string_view without_type() const;  // "foo@bar" of foo@bar.service
  std::string_view instance() const;      // "" for a template and for a plain name
  bool is_template() const;               // foo@.service
  bool is_instance() const;               // foo@x.service
  UnitName template_name() const;         // foo@.service of foo@x.service; empty if this is no instance
  Result<UnitName> with_instance(std::string_view instance) const;  // of a template or an instance
  Result<UnitName> with_type(UnitType) const;                       // foo.socket of foo.service

  bool operator==(const UnitName& o) const { return text_ == o.text_; }
  std::strong_ordering operator<=>(const UnitName& o) const { return text_ <=> o.text_; }

 private:
  std::string text_;
  UnitType type_ = UnitType::service;
};

/// systemd-escape: '/' becomes '-', bytes outside [A-Za-z0-9:_.] and a leading '.' become \xNN.
std::string unit_name_escape(std::string_view text);
Result<std::string> unit_name_unescape(std::string_view text);
/// systemd-escape --path: the path is simplified first; "/" becomes "-".
Result<std::string> unit_name_path_escape(std::string_view path);
Result<std::string> unit_name_path_unescape(std::string_view text);
/// "/var/lib" and mount give var-lib.mount; what would be longer than a name may be is cut and ends in a hash of the
/// whole, as systemd has it since 250.
Result<UnitName> unit_name_from_path(std::string_view path, UnitType type);
/// The reverse; invalid_args if the name does not stand for a path, or is a hash.
Result<std::string> unit_name_to_path(const UnitName& name);
/// What systemctl makes of what a person typed: "foo" is foo.service, "/home" is home.mount, "/dev/sda" dev-sda.device,
/// characters that may not be in a name are escaped (glob characters too: a caller that takes patterns looks first).
Result<UnitName> unit_name_mangle(std::string_view typed, UnitType default_type = UnitType::service);
/// a-b-c.slice is within a-b.slice is within a.slice is within -.slice; the parent of -.slice is empty.
Result<UnitName> slice_parent(const UnitName& slice);

}  // namespace svcd

template <>
struct std::hash<svcd::UnitName> {
  size_t operator()(const svcd::UnitName& name) const noexcept { return std::hash<std::string>()(name.str()); }
};
