#include "libunit/settings.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libunit/protections.h"
#include "libunit/setting_rows.h"
#include "libunit/unit_text.h"
#include "libunit/unit_type_rules.h"

namespace svcd {
namespace {

constexpr int group_count = int(SettingGroup::resource) + 1;

/// Orders rows by one of their names, for sorting and for looking one up. (The classic algorithms, because clang 14
/// cannot compile those of std::ranges that return a subrange, and the fuzz programs need clang.)
template <const char* Setting::*Name>
struct ByName {
  bool operator()(const Setting* a, const Setting* b) const { return name(a) < name(b); }
  bool operator()(const Setting* a, std::string_view b) const { return name(a) < b; }
  bool operator()(std::string_view a, const Setting* b) const { return a < name(b); }

 private:
  static std::string_view name(const Setting* row) { return row->*Name; }
};
using ByKey = ByName<&Setting::key>;
using ByProperty = ByName<&Setting::property>;

/// All rows in one piece, and where to find them by key and by property.
struct Table {
  std::vector<Setting> rows;
  std::array<std::span<const Setting>, group_count> groups;
  std::vector<const Setting*> by_key, by_property;  // sorted; equal names by group

  Table() {
    std::array<size_t, group_count + 1> starts{};
    const auto add = [&](SettingGroup group, std::initializer_list<std::span<const Setting>> parts) {
      starts[size_t(group)] = rows.size();
      for (const auto part : parts) rows.insert(rows.end(), part.begin(), part.end());
      starts[size_t(group) + 1] = rows.size();
    };
    add(SettingGroup::unit, {unit_settings()});
    add(SettingGroup::install, {install_settings()});
    add(SettingGroup::service, {service_settings()});
    add(SettingGroup::socket, {socket_settings()});
    add(SettingGroup::mount, {mount_settings()});
    add(SettingGroup::timer, {timer_settings()});
    add(SettingGroup::path, {path_settings()});
    add(SettingGroup::automount, {automount_settings()});
    add(SettingGroup::swap, {swap_settings()});
    add(SettingGroup::scope, {scope_settings()});
    add(SettingGroup::exec, {exec_settings(), sandbox_settings()});
    add(SettingGroup::kill, {kill_settings()});
    add(SettingGroup::resource, {resource_settings()});
    for (size_t g = 0; g < size_t(group_count); ++g)
      groups[g] = std::span<const Setting>(rows).subspan(starts[g], starts[g + 1] - starts[g]);
    for (const Setting& row : rows) {
      if (row.key != nullptr) by_key.push_back(&row);
      if (row.property != nullptr) by_property.push_back(&row);
    }
    std::stable_sort(by_key.begin(), by_key.end(), ByKey());
    std::stable_sort(by_property.begin(), by_property.end(), ByProperty());
  }
};

const Table& table() {
  static const Table made_once;
  return made_once;
}

/// Whether the type's own section takes settings of that group.
bool own_section_takes(UnitType type, SettingGroup group) {
  switch (group) {
    case SettingGroup::unit:
    case SettingGroup::install: return false;
    case SettingGroup::service:
    case SettingGroup::socket:
    case SettingGroup::mount:
    case SettingGroup::timer:
    case SettingGroup::path:
    case SettingGroup::automount:
    case SettingGroup::swap:
    case SettingGroup::scope: return rules_of(type).group == group;
    case SettingGroup::exec: return has_exec(type);
    case SettingGroup::kill: return has_kill(type);
    case SettingGroup::resource: return has_resource(type);
  }
  return false;
}

bool is_known_section(UnitType type, std::string_view section) {
  return section == "Unit" || section == "Install" || section.starts_with("X-") || section == section_name(type);
}

/// Whether the value asks for nothing: it resets the setting, or switches it off.
bool asks_for_nothing(std::string_view value) {
  bool on = true;
  return value.empty() || (parse_boolean(value, on) && !on);
}

void add_key(std::vector<std::string>& keys, const std::string& key, std::string_view value) {
  const auto at = std::ranges::find(keys, key);
  if (asks_for_nothing(value) && at != keys.end()) keys.erase(at);
  constexpr size_t most = 100;  // types without rows take any key
  if (!asks_for_nothing(value) && at == keys.end() && keys.size() < most) keys.push_back(key);
}

/// Whether a part of the value was not taken, as what was said since then tells.
bool left_something_out(const LoadContext& context, size_t said) {
  if (context.diagnostics == nullptr) return false;
  const auto since = std::span(*context.diagnostics).subspan(std::min(said, context.diagnostics->size()));
  return std::ranges::any_of(
      since, [](const Diagnostic& diagnostic) { return diagnostic.text.find("ignoring") != std::string::npos; });
}

}  // namespace

std::span<const Setting> settings() {
  return table().rows;
}
std::span<const Setting> settings_of(SettingGroup group) {
  return table().groups[size_t(group)];
}

std::string_view section_name(UnitType type) {
  return rules_of(type).section;
}
bool has_exec(UnitType type) {
  return rules_of(type).shared >= UnitTypeRules::Shared::exec;
}
bool has_kill(UnitType type) {
  return rules_of(type).shared >= UnitTypeRules::Shared::kill;
}
bool has_resource(UnitType type) {
  return rules_of(type).shared >= UnitTypeRules::Shared::resource;
}

const Setting* find_setting(UnitType type, std::string_view section, std::string_view key) {
  const auto [begin, end] = std::equal_range(table().by_key.begin(), table().by_key.end(), key, ByKey());
  for (const Setting* row : std::span(begin, end)) {
    const bool takes = section == "Unit"      ? row->group == SettingGroup::unit
                       : section == "Install" ? row->group == SettingGroup::install
                                              : section == section_name(type) && own_section_takes(type, row->group);
    if (takes) return row;
  }
  return nullptr;
}

const Setting* find_property(UnitType type, std::string_view property) {
  const auto& sorted = table().by_property;
  const auto [begin, end] = std::equal_range(sorted.begin(), sorted.end(), property, ByProperty());
  for (const Setting* row : std::span(begin, end))
    if (row->group == SettingGroup::unit || own_section_takes(type, row->group)) return row;
  return nullptr;
}

const char* key_of(const void* member) {
  for (const Setting& row : settings())
    if (row.member == member && member != nullptr && row.key != nullptr && row.status != SettingStatus::legacy)
      return row.key;
  return "";
}

const char* property_of(const void* member) {
  for (const Setting& row : settings())
    if (row.member == member && member != nullptr && row.property != nullptr) return row.property;
  return "";
}

Result<> apply(const UnitText& text, UnitType type, UnitConfig& config, const LoadContext& given) {
  config.set_type(type);
  LoadContext context = given;
  context.origin.path = text.path;
  for (size_t i = 0; i < text.sections.size(); ++i) {
    if (is_known_section(type, text.sections[i])) continue;
    context.origin.line = i < text.section_lines.size() ? text.section_lines[i] : 0;
    context.warn(fmt::format("Unknown section '{}'. Ignoring.", text.sections[i]));
  }
  std::vector<std::string> without_effect;  // of this file
  std::vector<std::string> nobody_asks;
  std::vector<std::string>& all_without_effect = context.not_in_effect ? *context.not_in_effect : nobody_asks;
  const auto note_key = [&](const Assignment& assignment) {
    add_key(without_effect, assignment.key, assignment.value);
    add_key(all_without_effect, assignment.key, assignment.value);
  };
  Result<> result;
  for (const Assignment& assignment : text.assignments) {
    if (!is_known_section(type, assignment.section) || assignment.section.starts_with("X-")) continue;
    context.origin.line = assignment.line;
    const Setting* row = find_setting(type, assignment.section, assignment.key);
    if (row == nullptr) {
      if (!assignment.key.starts_with("X-"))
        context.warn(fmt::format("Unknown key '{}' in section [{}], ignoring.", assignment.key, assignment.section));
      continue;
    }
    context.key = row->key;
    const size_t said = context.diagnostics ? context.diagnostics->size() : 0;
    Result<> done = row->apply(config, assignment.value, context);
    // names of system calls come and go with the kernel
    const bool names_may_be_new = row->member == &member_tag<&SandboxSection::system_call_filter>;
    const bool incomplete = !done || (!names_may_be_new && left_something_out(context, said));
    if (!done) {
      const bool refused = done.error().code != ErrorCode::bad_message;
      context.note(done.error().message, refused ? Diagnostic::Level::error : Diagnostic::Level::warning);
      if (refused && result) result = std::move(done);
    } else if (row->status == SettingStatus::accepted) {
      note_key(assignment);
    }
    if (incomplete && result && !assignment.value.empty() && is_protection(*row)) {
      std::string why = fmt::format("{}= protects, and is not left out: the unit is refused.", row->key);
      context.note(why, Diagnostic::Level::error);
      result = tl::unexpected(Error{ErrorCode::bad_unit_setting, std::move(why), 0});
    }
  }
  if (!without_effect.empty()) {
    context.origin.line = 0;
    context.note(fmt::format("Not in effect yet: {}=.", fmt::join(without_effect, "=, ")), Diagnostic::Level::notice);
  }
  return result;
}

}  // namespace svcd
