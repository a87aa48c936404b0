// Methods of the interface Manager that look units up and list them.
#include <fnmatch.h>

#include <algorithm>

#include "dbus/server/object_path.h"
#include "dbus/server/unit_lookup.h"
#include "libunit/hex.h"

namespace svcd {
namespace {

Result<> answer_path(Call& call, const std::optional<UnitId>& unit) {
  if (unit) call.answer().object_path(unit_path(call.api().loaded(*unit).id.str()));
  return {};
}

Result<> get_unit(Call& call) {
  return answer_path(call, SVCD_TRY(loaded_unit(call, call.text())));
}

Result<> get_unit_by_pid(Call& call) {
  const auto pid = static_cast<pid_t>(call.u32());
  if (pid < 0) return fail(ErrorCode::invalid_args, "Invalid PID {}", pid);
  return answer_path(call, SVCD_TRY(unit_of_pid(call, pid)));
}

Result<> get_unit_by_invocation_id(Call& call) {
  const std::string bytes = call.bytes();
  if (bytes.empty()) {
    auto own = unit_of_pid(call, 0);
    const pid_t pid = call.client ? call.client->pid : 0;
    if (!own) return fail(ErrorCode::no_such_unit, "Client {} not member of any unit.", pid);
    return answer_path(call, *own);
  }
  Id128 id{};
  if (bytes.size() != id.size()) return fail(ErrorCode::invalid_args, "Invalid invocation ID");
  std::ranges::copy(bytes, id.begin());
  const std::optional<UnitId> unit = call.api().unit_of_invocation(id);
  if (!unit)
    return fail(ErrorCode::no_unit_for_invocation_id, "No unit with the specified invocation ID {} known.", to_hex(id));
  return answer_path(call, unit);
}

Result<> get_unit_by_control_group(Call& call) {
  const std::string cgroup = call.text();
  if (!cgroup.starts_with('/')) return fail(ErrorCode::invalid_args, "Control group path is not absolute: {}", cgroup);
  // As 252 keeps it, the root belongs to nobody.
  const std::optional<UnitId> unit = cgroup == "/" ? std::nullopt : call.api().unit_of_cgroup(cgroup);
  if (!unit)
    return fail(ErrorCode::no_such_unit, "Control group '{}' is not valid or not managed by this instance", cgroup);
  return answer_path(call, unit);
}

Result<> load_unit(Call& call) {
  const std::string name = call.text();
  if (name.empty()) return answer_path(call, SVCD_TRY(loaded_unit(call, name)));
  const UnitId unit = SVCD_TRY(call.api().load(name));
  return answer_path(call, unit);
}

/// Whether any of the three states of a unit is asked for; no states: all.
bool has_state(ManagerApi& api, UnitId unit, const std::vector<std::string>& states) {
  const auto is = [&](std::string_view state) { return std::ranges::find(states, state) != states.end(); };
  const UnitStatus& status = api.status(unit);
  return states.empty() || is(to_string(api.loaded(unit).state)) || is(to_string(status.active_state)) ||
         is(status.sub_state);
}

bool matches_any(const std::string& name, const std::vector<std::string>& patterns) {
  const auto matches = [&](const std::string& p) { return ::fnmatch(p.c_str(), name.c_str(), FNM_NOESCAPE) == 0; };
  return patterns.empty() || std::ranges::any_of(patterns, matches);
}

Result<> answer_units(Call& call, const std::vector<std::string>& states, const std::vector<std::string>& patterns) {
  BusSink& sink = call.answer();
  sink.open_array("(ssssssouso)");
  for (const UnitId unit : call.api().units())
    if (has_state(call.api(), unit, states) && matches_any(call.api().loaded(unit).id.str(), patterns))
      show_listed_unit(call.api(), unit, sink);
  sink.close_array();
  return {};
}

Result<> list_units(Call& call) {
  return answer_units(call, {}, {});
}
Result<> list_units_filtered(Call& call) {
  return answer_units(call, call.texts(), {});
}
Result<> list_units_by_patterns(Call& call) {
  const std::vector<std::string> states = call.texts();
  return answer_units(call, states, call.texts());
}

/// Loads what is not there; names that are none are left out.
Result<> list_units_by_names(Call& call) {
  std::vector<UnitId> units;
  for (const std::string& name : call.texts())
    if (const auto unit = call.api().load(name)) units.push_back(*unit);
  BusSink& sink = call.answer();
  sink.open_array("(ssssssouso)");
  for (const UnitId unit : units) show_listed_unit(call.api(), unit, sink);
  sink.close_array();
  return {};
}

Result<> get_unit_processes(Call& call) {
  if (const std::optional<UnitId> unit = SVCD_TRY(loaded_unit(call, call.text())))
    show_processes(call.api(), *unit, call.answer());
  return {};
}

// clang-format off
constexpr Method unit_table[] = {
    {"GetUnit",               "s",    "o",              "name\0unit\0",            Right::look, get_unit},
    {"GetUnitByPID",          "u",    "o",              "pid\0unit\0",             Right::look, get_unit_by_pid},
    {"GetUnitByInvocationID", "ay",   "o",              "invocation_id\0unit\0",   Right::look, get_unit_by_invocation_id},
    {"GetUnitByControlGroup", "s",    "o",              "cgroup\0unit\0",          Right::look, get_unit_by_control_group},
    {"LoadUnit",              "s",    "o",              "name\0unit\0",            Right::look, load_unit},
    {"GetUnitProcesses",      "s",    "a(sus)",         "name\0processes\0",       Right::look, get_unit_processes, "StartTransientUnit"},
    {"ListUnits",             "",     "a(ssssssouso)",  "units\0",                 Right::look, list_units, "SetShowStatus"},
    {"ListUnitsFiltered",     "as",   "a(ssssssouso)",  "states\0units\0",         Right::look, list_units_filtered},
    {"ListUnitsByPatterns",   "asas", "a(ssssssouso)",  "states\0patterns\0units\0", Right::look, list_units_by_patterns},
    {"ListUnitsByNames",      "as",   "a(ssssssouso)",  "names\0units\0",          Right::look, list_units_by_names},
};
// clang-format on

}  // namespace

std::span<const Method> manager_unit_methods() {
  return unit_table;
}

}  // namespace svcd
