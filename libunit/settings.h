// The one table of settings: one row per key of a unit file. Parsing, defaults, `show`, D-Bus properties, transient
// properties, `verify`, completion and the manual table are derived from it; a directive's name stands nowhere else.
#pragma once

#include <span>
#include <string_view>

#include "libunit/config.h"
#include "libunit/diagnostic.h"
#include "libunit/load_context.h"
#include "libunit/result.h"
#include "libunit/value_sink.h"

namespace svcd {

/// The group of settings a row belongs to. exec, kill and resource appear in the sections of several unit types.
enum class SettingGroup : uint8_t {
  unit,
  install,
  service,
  socket,
  mount,
  timer,
  path,
  automount,
  swap,
  scope,
  exec,
  kill,
  resource
};

/// What svcd does with a setting: acts on it; parses and shows it but has no effect yet (the load log says so);
/// takes a spelling of the past.
enum class SettingStatus : uint8_t { implemented, accepted, legacy };

class PropertyLines;  // libunit/property_writers.h
/// Turns a value that came over D-Bus into lines of a unit file.
using WriteValue = Result<> (*)(ValueSource&, PropertyLines&);

struct Setting {
  SettingGroup group;
  const char* key;        // null: a property without a key of its own (LimitCPUSoft, ExecStartEx …)
  const char* property;   // D-Bus name; null: no property of its own (an older spelling; a dependency: the graph
                          // shows those; a condition: shown with its results)
  const char* signature;  // D-Bus signature of the property
  const char* summary;    // one line
  uint16_t since;         // the systemd version the key came with; 0: before 183
  SettingStatus status;
  Result<> (*apply)(UnitConfig&, std::string_view text, LoadContext&);
  void (*show)(const UnitConfig&, ValueSink&);
  WriteValue set;                // null: cannot be set over D-Bus by this name
  const void* member = nullptr;  // which member of UnitConfig: &member_tag<…>, or null
};

/// Stands for one member of a section, so that code can name a directive by what it sets.
template <auto Member>
inline constexpr char member_tag = 0;
/// The same for settings that share a member: LimitX= by its resource, XDirectory= by its kind.
template <int Resource>
inline constexpr char limit_tag = 0;
template <ExecSection::Directory Which>
inline constexpr char directory_tag = 0;
/// … and for a switch without a member (libunit/kept_switches.h), by a type that is named as its key.
template <class Key>
inline constexpr char kept_tag = 0;

/// All rows, group by group, in the order in which systemd introspects the properties of a group.
std::span<const Setting> settings();
std::span<const Setting> settings_of(SettingGroup);
/// The row that `key` in `section` of a unit of that type means; null: unknown there.
const Setting* find_setting(UnitType, std::string_view section, std::string_view key);
/// The row of a D-Bus property of a unit of that type; null: no such property.
const Setting* find_property(UnitType, std::string_view property);
/// The key that sets a member today, as its row spells it: `key_of<&ExecSection::user>()`; the first one where several
/// do. Empty: no row has it.
const char* key_of(const void* member);
template <auto Member>
const char* key_of() {
  return key_of(&member_tag<Member>);
}
/// The D-Bus property that shows a member, likewise.
const char* property_of(const void* member);
template <auto Member>
const char* property_of() {
  return property_of(&member_tag<Member>);
}
/// "Service" for service …
std::string_view section_name(UnitType);
/// The groups that the section of this type takes besides its own one.
bool has_exec(UnitType);
bool has_kill(UnitType);
bool has_resource(UnitType);

struct UnitText;
/// Applies the assignments of one file, in order. Unknown keys and bad values become diagnostics; sections whose name
/// starts with "X-" are skipped. An identity, path or protection that does not parse or resolve makes the unit bad
/// (docs/decisions.md, "No silence"): it is returned as the error, after all other lines were applied.
Result<> apply(const UnitText&, UnitType, UnitConfig&, const LoadContext&);

}  // namespace svcd
