#include "libunit/property_writers.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

#include "libunit/named_values.h"
#include "libunit/path_text.h"
#include "libunit/span_text.h"

namespace svcd {

std::string without_specifiers(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '%' ? 2 : 1, c);
  return out;
}

std::string in_base64(std::string_view bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t k = 0; k < 3; ++k) three = three << 8 | (i + k < bytes.size() ? uint8_t(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digits[three >> (18 - 6 * k) & 63];
  }
  return text;
}

tl::unexpected<Error> type_mismatch() {
  return tl::unexpected(Error{ErrorCode::failed, "Failed to set unit properties: Unexpected message contents", ENXIO});
}

Result<> PropertyLines::add(std::string_view value) {
  return add_to(row_ != nullptr ? row_->key : "", value);
}

Result<> PropertyLines::add_to(std::string_view key, std::string_view value) {
  using namespace std::string_view_literals;
  if (value.find_first_of("\n\r\0"sv) != std::string_view::npos || value.ends_with('\\'))
    return fail(ErrorCode::invalid_args, "Invalid {} setting: {} does not fit into a line of a unit file", property_,
                value);
  if (value.size() > longest_line)
    return fail(ErrorCode::invalid_args, "Invalid {} setting: longer than a line of a unit file", property_);
  into_.push_back({section_, std::string(key), std::string(value), 0});
  return {};
}

void PropertyLines::reset() {
  into_.push_back({section_, row_->key, {}, 0});
}

bool PropertyLines::has_list_key(std::string_view key, WriteValue set) const {
  const Setting* row = find_setting(type_, section_, key);
  return row != nullptr && row->property == nullptr && row->set == set;
}

bool PropertyLines::was_written() const {
  return std::ranges::any_of(into_,
                             [&](const Assignment& line) { return line.section == section_ && line.key == row_->key; });
}

std::string PropertyLines::previous() const {
  for (auto line = into_.rbegin(); line != into_.rend(); ++line)
    if (line->section == section_ && line->key == row_->key) return line->value;
  return {};
}

namespace write {
namespace {

Result<> bad_value(const PropertyLines& lines, auto value) {
  return fail(ErrorCode::invalid_args, "Invalid {} setting: {}", lines.property(), value);
}

/// The name of a value; its number where it has none and the setting takes numbers, too.
template <size_t N>
Result<> one_of(const NamedValue (&names)[N], ValueSource& source, PropertyLines& lines, bool or_number = false) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  for (const NamedValue& named : names)
    if (value >= 0 && named.value == uint64_t(value)) return lines.add(named.name);
  return or_number ? lines.add(fmt::format("{}", value)) : bad_value(lines, value);
}

template <size_t N>
std::string names_of(const NamedValue (&names)[N], uint64_t bits) {
  std::string text;
  for (const NamedValue& named : names)
    if ((bits & named.value) == named.value) text.append(text.empty() ? "" : " ").append(named.name);
  return text;
}

constexpr uint64_t unset = UINT64_MAX;

/// As short as it can be without losing anything.
std::string exact_span(uint64_t span) {
  return timespan_text(span, span % usec_per_msec == 0 ? usec_per_msec : 1);
}

std::string percent(uint64_t part, uint64_t whole) {
  const auto parts = uint64_t(std::llround(double(part) / double(whole) * 10'000));
  return fmt::format("{}.{:02}%", parts / 100, parts % 100);
}

}  // namespace

Result<> boolean(ValueSource& source, PropertyLines& lines) {
  bool value = false;
  if (!source.boolean(value)) return type_mismatch();
  return lines.add(value ? "yes" : "no");
}

Result<> text(ValueSource& source, PropertyLines& lines) {
  std::string value;
  if (!source.string(value)) return type_mismatch();
  return lines.add(without_specifiers(value));
}

Result<> i32(ValueSource& source, PropertyLines& lines) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  return lines.add(fmt::format("{}", value));
}

Result<> i64(ValueSource& source, PropertyLines& lines) {
  int64_t value = 0;
  if (!source.i64(value)) return type_mismatch();
  return lines.add(fmt::format("{}", value));
}

Result<> u16(ValueSource& source, PropertyLines& lines) {
  uint16_t value = 0;
  if (!source.u16(value)) return type_mismatch();
  return lines.add(value == UINT16_MAX ? std::string() : fmt::format("{}", value));
}

Result<> u32(ValueSource& source, PropertyLines& lines) {
  uint32_t value = 0;
  if (!source.u32(value)) return type_mismatch();
  return lines.add(fmt::format("{}", value));
}

Result<> u64(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(value == unset ? "infinity" : fmt::format("{}", value));
}

Result<> weight(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(value == unset ? std::string() : fmt::format("{}", value));
}

Result<> cpu_weight(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(value == unset ? std::string() : value == 0 ? "idle" : fmt::format("{}", value));
}

Result<> span(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(exact_span(value));
}

Result<> span_or_default(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(value == unset ? std::string() : exact_span(value));
}

Result<> cpu_quota(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  if (value == unset) return lines.add("");
  const uint64_t parts = value / 100;  // of ten thousand of a second
  if (parts == 0) return fail(ErrorCode::invalid_args, "{}= value out of range", lines.property());
  return lines.add(parts % 100 == 0 ? fmt::format("{}%", parts / 100)
                                    : fmt::format("{}.{:02}%", parts / 100, parts % 100));
}

Result<> mode(ValueSource& source, PropertyLines& lines) {
  uint32_t value = 0;
  if (!source.u32(value)) return type_mismatch();
  return value > 07777 ? bad_value(lines, fmt::format("{:o}", value)) : lines.add(fmt::format("{:04o}", value));
}

Result<> hexadecimal(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(fmt::format("0x{:x}", value));
}

Result<> signal(ValueSource& source, PropertyLines& lines) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  const std::string name = signal_name(value);
  return name.empty() ? bad_value(lines, value) : lines.add(name);
}

Result<> action_exit_status(ValueSource& source, PropertyLines& lines) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  if (value > 255) return fail(ErrorCode::invalid_args, "Exit status must be in range 0…255 or negative.");
  return lines.add(value < 0 ? std::string() : fmt::format("{}", value));
}

Result<> nanoseconds(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  return lines.add(fmt::format("{}", value));
}

Result<> reserve(ValueSource& source, PropertyLines& lines) {
  return u64(source, lines);
}

Result<> limit_above_zero(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  if (value == 0) return fail(ErrorCode::invalid_args, "Value specified in {} is out of range", lines.property());
  return lines.add(value == unset ? "infinity" : fmt::format("{}", value));
}

Result<> share_above_zero(ValueSource& source, PropertyLines& lines) {
  uint32_t value = 0;
  if (!source.u32(value)) return type_mismatch();
  if (value == 0) return fail(ErrorCode::invalid_args, "Value specified in {} is out of range", lines.property());
  return lines.add(percent(value, uint64_t(UINT32_MAX) + 1));
}
namespace {

/// One half of SOFT:HARD; the other one stays what an earlier property of the request said, if any did.
Result<> limit_half(bool is_soft, ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  const std::string half = value == unset ? "infinity" : fmt::format("{}", value), before = lines.previous();
  if (before.empty()) return lines.add(half);
  const size_t colon = before.find(':');
  if (is_soft) return lines.add(half + ":" + before.substr(colon == std::string::npos ? 0 : colon + 1));
  return lines.add(before.substr(0, colon) + ":" + half);
}

}  // namespace

Result<> limit(ValueSource& source, PropertyLines& lines) {
  return limit_half(false, source, lines);
}
Result<> soft_limit(ValueSource& source, PropertyLines& lines) {
  return limit_half(true, source, lines);
}

Result<> share(ValueSource& source, PropertyLines& lines) {
  uint32_t value = 0;
  if (!source.u32(value)) return type_mismatch();
  return lines.add(percent(value, uint64_t(UINT32_MAX) + 1));
}

Result<> pressure(ValueSource& source, PropertyLines& lines) {
  uint32_t value = 0;
  if (!source.u32(value)) return type_mismatch();
  return lines.add(percent(value, UINT32_MAX));
}

namespace {

/// A bit set as numbers.
Result<> number_list(ValueSource& source, std::string& list) {
  std::string bits;
  if (!source.bytes(bits)) return type_mismatch();
  constexpr size_t most = 8192 / 8;
  if (bits.size() > most) return fail(ErrorCode::invalid_args, "Too many bits in a set of numbers");
  for (size_t i = 0; i < bits.size() * 8; ++i)
    if ((uint8_t(bits[i / 8]) >> (i % 8) & 1) != 0) list += fmt::format("{}{}", list.empty() ? "" : " ", i);
  return {};
}

}  // namespace

Result<> numbers(ValueSource& source, PropertyLines& lines) {
  std::string list;
  SVCD_TRY(number_list(source, list));
  return lines.add(list);
}

Result<> new_numbers(ValueSource& source, PropertyLines& lines) {
  lines.reset();
  return numbers(source, lines);
}

Result<> from_numa(ValueSource& source, PropertyLines& lines) {
  bool value = false;
  if (!source.boolean(value)) return type_mismatch();
  return lines.add(value ? "numa" : "");
}

Result<> hash(ValueSource& source, PropertyLines& lines) {
  std::string bytes, hex;
  if (!source.bytes(bytes)) return type_mismatch();
  for (const char c : bytes) hex += fmt::format("{:02x}", uint8_t(c));
  return lines.add(hex);
}

Result<> signature(ValueSource& source, PropertyLines& lines) {
  std::string bytes;
  if (!source.bytes(bytes)) return type_mismatch();
  return lines.add(bytes.empty() ? std::string() : "base64:" + in_base64(bytes));
}
Result<> base64(ValueSource& source, PropertyLines& lines) {
  std::string bytes;
  if (!source.bytes(bytes)) return type_mismatch();
  return lines.add(in_base64(bytes));
}

Result<> capabilities(ValueSource& source, PropertyLines& lines) {
  uint64_t set = 0;
  if (!source.u64(set)) return type_mismatch();
  std::string text;
  for (int capability = 0; capability < 64; ++capability) {
    if ((set >> capability & 1) == 0 || capability_name(capability).empty()) continue;
    std::string name(capability_name(capability));
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    text.append(text.empty() ? "" : " ").append(name);
  }
  return lines.add(text);
}

Result<> secure_bits(ValueSource& source, PropertyLines& lines) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  return value < 0 || value > 63 ? bad_value(lines, value) : lines.add(names_of(secure_bit_names, uint64_t(value)));
}

Result<> namespaces(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  const std::string allowed = names_of(namespace_names, value);
  return lines.add(allowed.empty() ? "yes" : value == unset ? "" : allowed);
}

Result<> propagation(ValueSource& source, PropertyLines& lines) {
  uint64_t value = 0;
  if (!source.u64(value)) return type_mismatch();
  if (value == 0) return lines.add("");
  for (const NamedValue& flag : propagation_names)
    if (flag.value == value) return lines.add(flag.name);
  return bad_value(lines, value);
}

Result<> cpu_policy(ValueSource& source, PropertyLines& lines) {
  return one_of(cpu_policy_names, source, lines);
}

Result<> io_class(ValueSource& source, PropertyLines& lines) {
  return one_of(io_class_names, source, lines);
}

Result<> numa_policy(ValueSource& source, PropertyLines& lines) {
  return one_of(numa_policy_names, source, lines);
}

Result<> error_number(ValueSource& source, PropertyLines& lines) {
  int32_t value = 0;
  if (!source.i32(value)) return type_mismatch();
  return lines.add(value == INT32_MAX - 1 ? "kill" : fmt::format("{}", value));
}

Result<> slice(ValueSource& source, PropertyLines& lines) {
  std::string name;
  if (!source.string(name)) return type_mismatch();
  const auto unit = UnitName::parse(name);
  if (!unit) return fail(ErrorCode::invalid_args, "Invalid unit name '{}'", name);
  if (unit->type() != UnitType::slice) return fail(ErrorCode::invalid_args, "Unit name '{}' is not a slice", name);
  return lines.add(name);
}

Result<> delegation(ValueSource& source, PropertyLines& lines) {
  if (lines.type() == UnitType::slice) return fail(ErrorCode::invalid_args, "Delegation not available for unit type");
  return boolean(source, lines);
}

Result<> socket_protocol(ValueSource& source, PropertyLines& lines) {
  return one_of(socket_protocol_names, source, lines);
}

Result<> type_of_service(ValueSource& source, PropertyLines& lines) {
  return one_of(type_of_service_names, source, lines, true);
}

Result<> stream(ValueSource& source, PropertyLines& lines) {
  return text(source, lines);
}
Result<> description(ValueSource& source, PropertyLines& lines) {
  return text(source, lines);
}

namespace {

Result<> stream_with(std::string_view prefix, ValueSource& source, PropertyLines& lines) {
  std::string path;
  if (!source.string(path)) return type_mismatch();
  if (path.empty()) return lines.add("");
  if (!path.starts_with('/')) return fail(ErrorCode::invalid_args, "Path {} is not absolute", path);
  if (!is_safe_path(path)) return fail(ErrorCode::invalid_args, "Path {} is not normalized", path);
  return lines.add(without_specifiers(std::string(prefix) + path));
}

}  // namespace

Result<> stream_file(ValueSource& source, PropertyLines& lines) {
  return stream_with("file:", source, lines);
}
Result<> stream_append(ValueSource& source, PropertyLines& lines) {
  return stream_with("append:", source, lines);
}
Result<> stream_truncate(ValueSource& source, PropertyLines& lines) {
  return stream_with("truncate:", source, lines);
}

Result<> stream_descriptor(ValueSource& source, PropertyLines& lines) {
  std::string name;
  if (!source.string(name)) return type_mismatch();
  const bool is_output = lines.property().find("Output") != std::string_view::npos;
  if (name.empty())
    name = lines.property().find("Input") != std::string_view::npos ? "stdin" : is_output ? "stdout" : "stderr";
  if (name.size() > 255 || name.find(':') != std::string::npos)
    return fail(ErrorCode::invalid_args, "Invalid file descriptor name");
  return lines.add(without_specifiers("fd:" + name));
}

}  // namespace write
}  // namespace svcd
