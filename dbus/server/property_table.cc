#include "dbus/server/property_table.h"

#include <algorithm>
#include <array>

namespace svcd {
namespace {

/// Settings whose annotation is not what their group's is.
constexpr std::array<const void*, 3> changing_settings{&member_tag<&ServiceSection::timeout_abort>,
                                                       &member_tag<&ServiceSection::watchdog>,
                                                       &member_tag<&SocketSection::file_descriptor_name>};

Emits emits_of(const Setting& row) {
  const std::string_view signature = row.signature;
  const bool has_figures_of_the_run =
      signature == "a(sasbttttuii)" || signature == "a(sasasttttuii)" || signature == "a(stt)" || signature == "a(sst)";
  const bool has_runs = row.group != SettingGroup::resource && row.group != SettingGroup::exec;
  if (has_figures_of_the_run && has_runs) return Emits::invalidates;
  if (row.group == SettingGroup::resource) return Emits::none;
  if (std::ranges::find(changing_settings, row.member) != changing_settings.end()) return Emits::none;
  return Emits::constant;
}

void add_settings(std::vector<PropertyRow>& rows, SettingGroup group) {
  for (const Setting& row : settings_of(group)) {
    if (!row.property || !row.show) continue;
    const auto same = [&](const PropertyRow& other) { return std::string_view(other.name) == row.property; };
    if (std::ranges::any_of(rows, same)) continue;  // two keys that mean one property
    rows.push_back({row.property, row.signature, emits_of(row), &row, nullptr, nullptr});
  }
}

void add_runtime(std::vector<PropertyRow>& rows, std::span<const RuntimeProperty> table) {
  size_t at = 0;  // where the next row goes
  for (const RuntimeProperty& row : table) {
    const PropertyRow made{row.name, row.signature, row.emits, nullptr, row.show, row.set};
    const auto named = [&](const char* name) {
      return std::ranges::find(rows, std::string_view(name),
                               [](const PropertyRow& r) { return std::string_view(r.name); });
    };
    if (const auto same = named(row.name); same != rows.end()) {
      *same = made;
      at = static_cast<size_t>(same - rows.begin()) + 1;
      continue;
    }
    if (row.follows) {
      const auto before = named(row.follows);
      at = before == rows.end() ? rows.size() : static_cast<size_t>(before - rows.begin()) + 1;
    }
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), made);
    ++at;
  }
}

/// One part of a type's interface: a group of settings with its run-time rows.
void add_part(std::vector<PropertyRow>& rows, SettingGroup group, std::span<const RuntimeProperty> table) {
  std::vector<PropertyRow> part;
  add_settings(part, group);
  add_runtime(part, table);
  for (const PropertyRow& row : part) {
    const auto same = [&](const PropertyRow& other) { return std::string_view(other.name) == row.name; };
    if (std::ranges::none_of(rows, same)) rows.push_back(row);
  }
}

}  // namespace

std::vector<PropertyRow> unit_properties() {
  std::vector<PropertyRow> rows;
  add_part(rows, SettingGroup::unit, runtime_unit_properties());
  add_runtime(rows, past_unit_properties());
  return rows;
}

std::vector<PropertyRow> own_unit_properties() {
  std::vector<PropertyRow> rows;
  add_runtime(rows, runtime_own_unit_properties());
  return rows;
}

std::vector<PropertyRow> type_properties(UnitType type) {
  using enum UnitType;
  std::vector<PropertyRow> rows;
  switch (type) {
    case service: add_part(rows, SettingGroup::service, runtime_service_properties()); break;
    case socket: add_part(rows, SettingGroup::socket, runtime_socket_properties()); break;
    case mount: add_part(rows, SettingGroup::mount, runtime_mount_properties()); break;
    case swap: add_part(rows, SettingGroup::swap, runtime_swap_properties()); break;
    case automount: add_part(rows, SettingGroup::automount, runtime_automount_properties()); break;
    case timer: add_part(rows, SettingGroup::timer, runtime_timer_properties()); break;
    case path: add_part(rows, SettingGroup::path, runtime_path_properties()); break;
    case scope: add_part(rows, SettingGroup::scope, runtime_scope_properties()); break;
    case device: add_runtime(rows, runtime_device_properties()); break;
    case target:
    case slice: break;
  }
  if (has_resource(type)) add_part(rows, SettingGroup::resource, runtime_cgroup_properties());
  if (has_exec(type)) add_part(rows, SettingGroup::exec, {});
  if (has_exec(type)) add_runtime(rows, past_exec_properties());
  if (type == UnitType::service) add_runtime(rows, past_service_properties());
  if (has_kill(type)) add_part(rows, SettingGroup::kill, {});
  return rows;
}

std::vector<PropertyRow> manager_properties() {
  std::vector<PropertyRow> rows;
  for (const ManagerSetting& row : manager_settings()) {
    const Emits emits = row.is_figure ? Emits::none : Emits::constant;
    if (row.property) rows.push_back({row.property, row.signature, emits, nullptr, nullptr, nullptr, &row});
  }
  add_runtime(rows, runtime_manager_properties());
  add_runtime(rows, past_manager_properties());
  return rows;
}

std::vector<PropertyRow> job_properties() {
  std::vector<PropertyRow> rows;
  add_runtime(rows, runtime_job_properties());
  return rows;
}

std::vector<PropertyRow> log_control_properties() {
  std::vector<PropertyRow> rows;
  add_runtime(rows, runtime_log_control_properties());
  return rows;
}

}  // namespace svcd
