// How a row of the settings table is written: setting<&Section::member, codec::X>("Key", "Property", "summary", since).
// Only for the settings_*.cc files.
#pragma once

#include "libunit/codecs.h"
#include "libunit/property_writers.h"
#include "libunit/settings.h"

namespace svcd {

template <class>
struct MemberOf;
template <class S, class T>
struct MemberOf<T S::*> {
  using Section = S;
  using Type = T;
};

// clang-format off
template <class Section> inline constexpr SettingGroup group_of = SettingGroup::unit;
template <> inline constexpr SettingGroup group_of<InstallSection> = SettingGroup::install;
template <> inline constexpr SettingGroup group_of<ServiceSection> = SettingGroup::service;
template <> inline constexpr SettingGroup group_of<SocketSection> = SettingGroup::socket;
template <> inline constexpr SettingGroup group_of<MountSection> = SettingGroup::mount;
template <> inline constexpr SettingGroup group_of<TimerSection> = SettingGroup::timer;
template <> inline constexpr SettingGroup group_of<PathSection> = SettingGroup::path;
template <> inline constexpr SettingGroup group_of<AutomountSection> = SettingGroup::automount;
template <> inline constexpr SettingGroup group_of<SwapSection> = SettingGroup::swap;
template <> inline constexpr SettingGroup group_of<ScopeSection> = SettingGroup::scope;
template <> inline constexpr SettingGroup group_of<ExecSection> = SettingGroup::exec;
template <> inline constexpr SettingGroup group_of<SandboxSection> = SettingGroup::exec;
template <> inline constexpr SettingGroup group_of<KillSection> = SettingGroup::kill;
template <> inline constexpr SettingGroup group_of<ResourceSection> = SettingGroup::resource;
// clang-format on

template <auto Member, class Codec>
Result<> apply_member(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return Codec::parse(text, unit.change<typename MemberOf<decltype(Member)>::Section>().*Member, context);
}
template <auto Member, class Codec>
void show_member(const UnitConfig& unit, ValueSink& sink) {
  Codec::show(unit.part<typename MemberOf<decltype(Member)>::Section>().*Member, sink);
}

/// A row. `show` may be replaced by with_show() where what is in effect differs from what is written.
template <auto Member, class Codec>
constexpr Setting setting(const char* key, const char* property, const char* summary, uint16_t since = 0,
                          SettingStatus status = SettingStatus::implemented) {
  return {group_of<typename MemberOf<decltype(Member)>::Section>,
          key,
          property,
          Codec::signature,
          summary,
          since,
          status,
          &apply_member<Member, Codec>,
          &show_member<Member, Codec>,
          writer_of<Codec>(),
          &member_tag<Member>};
}
/// A row for what is parsed and shown but has no effect yet.
template <auto Member, class Codec>
constexpr Setting accepted(const char* key, const char* property, const char* summary, uint16_t since = 0) {
  return setting<Member, Codec>(key, property, summary, since, SettingStatus::accepted);
}
template <class Section, class Name>
Result<> apply_kept_switch(UnitConfig& unit, std::string_view text, LoadContext& context) {
  bool on = false;
  SVCD_TRY(codec::Boolean::parse(text, on, context));
  unit.change<Section>().kept.set(&kept_tag<Name>, on);
  return {};
}
template <class Section, class Name>
void show_kept_switch(const UnitConfig& unit, ValueSink& sink) {
  sink.boolean(unit.part<Section>().kept.is_on(&kept_tag<Name>));
}
/// A row for a switch that is kept and shown, without a member: kept_switch<Section, struct Key>(…). `since` of what
/// systemd does not have is 1000: what came after version 252 is not compared with it.
template <class Section, class Name>
constexpr Setting kept_switch(const char* key, const char* property, const char* summary, uint16_t since = 0) {
  return {group_of<Section>,
          key,
          property,
          codec::Boolean::signature,
          summary,
          since,
          SettingStatus::accepted,
          &apply_kept_switch<Section, Name>,
          &show_kept_switch<Section, Name>,
          writer_of<codec::Boolean>(),
          &kept_tag<Name>};
}
/// Another spelling of a setting, without a property of its own.
template <auto Member, class Codec>
constexpr Setting older(const char* key, const char* summary) {
  return setting<Member, Codec>(key, nullptr, summary, 0, SettingStatus::legacy);
}
/// A property without a key.
template <auto Member, class Codec>
constexpr Setting property(const char* name, const char* summary, uint16_t since = 0) {
  Setting row = setting<Member, Codec>(nullptr, name, summary, since);
  row.apply = nullptr;
  row.set = nullptr;
  return row;
}
constexpr Setting with_show(Setting row, void (*show)(const UnitConfig&, ValueSink&)) {
  row.show = show;
  return row;
}
/// Of which member a row tells that was not made by setting<…>.
constexpr Setting for_member(const void* member, Setting row) {
  row.member = member;
  return row;
}
constexpr Setting with_apply(Setting row, Result<> (*apply)(UnitConfig&, std::string_view, LoadContext&)) {
  row.apply = apply;
  return row;
}
constexpr Setting with_set(Setting row, WriteValue set) {
  row.set = set;
  return row;
}
/// D-Bus shows it and cannot set it.
constexpr Setting read_only(Setting row) {
  return with_set(row, nullptr);
}
/// The row in the section of another group: [Service] took some keys of [Unit] once.
constexpr Setting in_group(SettingGroup group, Setting row) {
  row.group = group;
  return row;
}

constexpr bool keys_are_unique(std::span<const Setting> rows) {
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].key && rows[j].key && std::string_view(rows[i].key) == rows[j].key) return false;
      if (rows[i].property && rows[j].property && std::string_view(rows[i].property) == rows[j].property) return false;
    }
  return true;
}

std::span<const Setting> unit_settings();
std::span<const Setting> install_settings();
std::span<const Setting> service_settings();
std::span<const Setting> socket_settings();
std::span<const Setting> mount_settings();
std::span<const Setting> timer_settings();
std::span<const Setting> path_settings();
std::span<const Setting> automount_settings();
std::span<const Setting> swap_settings();
std::span<const Setting> scope_settings();
std::span<const Setting> exec_settings();
std::span<const Setting> sandbox_settings();
std::span<const Setting> kill_settings();
std::span<const Setting> resource_settings();

}  // namespace svcd
