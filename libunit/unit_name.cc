#include "libunit/unit_name.h"

#include <array>

#include "libunit/unit_name_text.h"

namespace svcd {

namespace {

constexpr std::array<std::string_view, unit_type_count> type_names{
    "service", "mount", "swap", "socket", "target", "device", "automount", "timer", "path", "slice", "scope"};

/// What UnitName::is_valid() looks for; `type` and the place of '@' come out of the same pass.
bool check(std::string_view text, UnitType& type) {
  if (text.empty() || text.size() > longest_unit_name) return false;
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  if (!parse_unit_type(text.substr(dot + 1), type)) return false;
  if (text[0] == '@') return false;
  for (const char c : text.substr(0, dot))
    if (c != '@' && !is_unit_name_character(c)) return false;
  return true;
}

bool is_valid_instance(std::string_view text) {
  if (text.empty() || text.size() > longest_unit_name) return false;
  for (const char c : text)
    if (c != '@' && !is_unit_name_character(c)) return false;
  return true;
}

}  // namespace

std::string_view to_string(UnitType type) {
  return type_names[size_t(type)];
}

bool parse_unit_type(std::string_view text, UnitType& into) {
  for (size_t i = 0; i < type_names.size(); ++i)
    if (type_names[i] == text) return into = UnitType(i), true;
  return false;
}

bool is_unit_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-' ||
         c == '_' || c == '.' || c == '\\';
}

Result<UnitName> UnitName::parse(std::string_view text) {
  UnitName name;
  if (!check(text, name.type_)) return fail(ErrorCode::invalid_args, "Unit name {} is not valid.", text);
  name.text_ = text;
  return name;
}

bool UnitName::is_valid(std::string_view text) {
  UnitType type;
  return check(text, type);
}

std::string_view UnitName::prefix() const {
  const std::string_view all = without_type();
  return all.substr(0, all.find('@'));
}

std::string_view UnitName::without_type() const {
  const std::string_view all = text_;
  return all.substr(0, all.rfind('.'));
}

std::string_view UnitName::instance() const {
  const std::string_view all = without_type();
  const size_t at = all.find('@');
  return at == std::string_view::npos ? std::string_view() : all.substr(at + 1);
}

bool UnitName::is_template() const {
  const std::string_view all = without_type();
  return !all.empty() && all.find('@') == all.size() - 1;
}

bool UnitName::is_instance() const {
  return !instance().empty();
}

UnitName UnitName::template_name() const {
  UnitName made;
  if (!is_instance()) return made;
  made.text_ = fmt::format("{}@.{}", prefix(), to_string(type_));
  made.type_ = type_;
  return made;
}

Result<UnitName> UnitName::with_instance(std::string_view instance) const {
  if (!is_template() && !is_instance()) return fail(ErrorCode::invalid_args, "Unit name {} takes no instance.", text_);
  if (!is_valid_instance(instance)) return fail(ErrorCode::invalid_args, "Instance name {} is not valid.", instance);
  return parse(fmt::format("{}@{}.{}", prefix(), instance, to_string(type_)));
}

Result<UnitName> UnitName::with_type(UnitType type) const {
  return parse(fmt::format("{}.{}", without_type(), to_string(type)));
}

Result<UnitName> slice_parent(const UnitName& slice) {
  const std::string_view name = slice.without_type();
  const auto invalid = [&] { return fail(ErrorCode::invalid_args, "Slice name {} is not valid.", slice.str()); };
  if (slice.empty() || slice.type() != UnitType::slice || name.find('@') != std::string_view::npos) return invalid();
  if (name == "-") return UnitName();
  if (name.front() == '-' || name.back() == '-' || name.find("--") != std::string_view::npos) return invalid();
  const size_t dash = name.rfind('-');
  return UnitName::parse(fmt::format("{}.slice", dash == std::string_view::npos ? "-" : name.substr(0, dash)));
}

}  // namespace svcd
