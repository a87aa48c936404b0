// Run-time rows of the interface Unit.
#include "dbus/server/error_names.h"
#include "dbus/server/object_path.h"
#include "dbus/server/show.h"

#include "libunit/codecs.h"

namespace svcd {
namespace {

template <Dependency kind>
constexpr RuntimeProperty dependency() {
  return {nullptr, property_of(kind), "as", Emits::constant,
          [](const View& v, ValueSink& sink) { show_strings(v.api.dependencies(v.unit, kind), sink); }};
}

template <Timestamp UnitStatus::*member>
constexpr RuntimeProperty realtime(const char* name) {
  return {nullptr, name, "t", Emits::change,
          [](const View& v, ValueSink& sink) { sink.u64((v.status().*member).realtime.count()); }};
}
template <Timestamp UnitStatus::*member>
constexpr RuntimeProperty monotonic(const char* name) {
  return {nullptr, name, "t", Emits::change,
          [](const View& v, ValueSink& sink) { sink.u64((v.status().*member).monotonic.count()); }};
}

void show_names(const View& v, ValueSink& sink) {
  const LoadedUnit& unit = v.loaded();
  sink.open_array("s");
  if (unit.names.empty()) sink.string(unit.id.str());
  for (const UnitName& name : unit.names) sink.string(name.str());
  sink.close_array();
}
void show_following(const View& v, ValueSink& sink) {
  const std::vector<UnitId>& followers = v.status().followers;
  const bool named = !followers.empty() && v.api.is_alive(followers.front());
  sink.string(named ? std::string_view(v.api.loaded(followers.front()).id.str()) : "");
}
void show_description(const View& v, ValueSink& sink) {
  const LoadedUnit& unit = v.loaded();
  const std::string& text = unit.config.unit().description;
  sink.string(text.empty() ? unit.id.str() : text);
}
void show_unit_file_state(const View& v, ValueSink& sink) {
  sink.string(v.api.install_facts(v.unit).state);
}
void show_unit_file_preset(const View& v, ValueSink& sink) {
  sink.string(v.api.install_facts(v.unit).preset);
}
void show_job(const View& v, ValueSink& sink) {
  const JobId job = v.status().job;
  sink.open_struct("uo");
  sink.u32(job);
  sink.object_path(job == 0 ? "/" : job_path(job));
  sink.close_struct();
}

void show_conditions_of(const Conditions& conditions, const char* prefix, const std::vector<ConditionOutcome>& outcomes,
                        ValueSink& sink) {
  std::vector<int> results;
  results.reserve(outcomes.size());
  for (const ConditionOutcome outcome : outcomes) results.push_back(static_cast<int>(outcome));
  show_conditions(conditions, prefix, results, sink);
}

void show_load_error(const View& v, ValueSink& sink) {
  const LoadedUnit& unit = v.loaded();
  const bool fine = unit.state == LoadState::loaded || unit.state == LoadState::merged || unit.state == LoadState::stub;
  show_string_pair(fine ? "" : dbus_error_name(unit.error), fine ? std::string_view() : unit.error.message, sink);
}

void show_invocation(const View& v, ValueSink& sink) {
  const Id128& id = v.status().invocation;
  sink.bytes(id == Id128{} ? std::span<const std::byte>() : std::as_bytes(std::span(id)));
}

void show_transient(const View& v, ValueSink& sink) {
  const std::string& folder = v.api.search_path().transient;
  const bool is_own_scope = v.loaded().id.type() == UnitType::scope && v.api.is_perpetual(v.unit);
  sink.boolean(is_own_scope || (!folder.empty() && v.loaded().fragment_path.starts_with(folder + '/')));
}

/// Which of a unit's folders can be removed; systemd.exec(5). A persistent timer has its stamp.
void show_can_clean(const View& v, ValueSink& sink) {
  sink.open_array("s");
  if (v.loaded().id.type() == UnitType::timer && v.config().timer().persistent) sink.string("state");
  for (size_t kind = 0; kind < directory_kinds.size(); ++kind)
    if (!v.config().exec().directories[kind].entries.empty()) sink.string(directory_kinds[kind]);
  sink.close_array();
}

/// What is not there yet, and what this place can give to nobody; docs/decisions.md, "No silence".
void show_not_in_effect(const View& v, ValueSink& sink) {
  sink.open_array("s");
  for (const std::string& setting : v.loaded().not_in_effect) sink.string(setting);
  for (const std::string& setting : v.status().not_in_effect) sink.string(setting);
  sink.close_array();
}

void show_cause(const View& v, ValueSink& sink) {
  sink.string(v.api.explain(v.unit).sentence);
}

constexpr RuntimeProperty own_rows[] = {
    {nullptr, "Cause", "s", Emits::on_request, show_cause},
    {nullptr, "NotInEffect", "as", Emits::on_request, show_not_in_effect},
};

// clang-format off
constexpr RuntimeProperty unit_rows[] = {
    {nullptr, "Id", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(v.loaded().id.str()); }},
    {nullptr, "Names", "as", Emits::constant, show_names},
    {nullptr, "Following", "s", Emits::none, show_following},
    dependency<Dependency::requires_>(),
    dependency<Dependency::requisite>(),
    dependency<Dependency::wants>(),
    dependency<Dependency::binds_to>(),
    dependency<Dependency::part_of>(),
    dependency<Dependency::upholds>(),
    dependency<Dependency::required_by>(),
    dependency<Dependency::requisite_of>(),
    dependency<Dependency::wanted_by>(),
    dependency<Dependency::bound_by>(),
    dependency<Dependency::upheld_by>(),
    dependency<Dependency::consists_of>(),
    dependency<Dependency::conflicts>(),
    dependency<Dependency::conflicted_by>(),
    dependency<Dependency::before>(),
    dependency<Dependency::after>(),
    dependency<Dependency::on_success>(),
    dependency<Dependency::on_success_of>(),
    dependency<Dependency::on_failure>(),
    dependency<Dependency::on_failure_of>(),
    dependency<Dependency::triggers>(),
    dependency<Dependency::triggered_by>(),
    dependency<Dependency::propagates_reload_to>(),
    dependency<Dependency::reload_propagated_from>(),
    dependency<Dependency::propagates_stop_to>(),
    dependency<Dependency::stop_propagated_from>(),
    dependency<Dependency::joins_namespace_of>(),
    dependency<Dependency::slice_of>(),
    {"Documentation", "Description", "s", Emits::constant, show_description},
    {nullptr, "AccessSELinuxContext", "s", Emits::constant, [](const View&, ValueSink& sink) { sink.string(""); }},
    {nullptr, "LoadState", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(to_string(v.loaded().state)); }},
    {nullptr, "ActiveState", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(v.status().active_state)); }},
    {nullptr, "FreezerState", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(to_string(v.status().freezer)); }},
    {nullptr, "SubState", "s", Emits::change, [](const View& v, ValueSink& sink) { sink.string(v.status().sub_state); }},
    {nullptr, "FragmentPath", "s", Emits::constant, [](const View& v, ValueSink& sink) { sink.string(v.loaded().fragment_path); }},
    {"SourcePath", "DropInPaths", "as", Emits::constant, [](const View& v, ValueSink& sink) { show_strings(v.loaded().drop_in_paths, sink); }},
    {nullptr, "UnitFileState", "s", Emits::none, show_unit_file_state},
    {nullptr, "UnitFilePreset", "s", Emits::none, show_unit_file_preset},
    realtime<&UnitStatus::state_change>("StateChangeTimestamp"),
    monotonic<&UnitStatus::state_change>("StateChangeTimestampMonotonic"),
    realtime<&UnitStatus::inactive_exit>("InactiveExitTimestamp"),
    monotonic<&UnitStatus::inactive_exit>("InactiveExitTimestampMonotonic"),
    realtime<&UnitStatus::active_enter>("ActiveEnterTimestamp"),
    monotonic<&UnitStatus::active_enter>("ActiveEnterTimestampMonotonic"),
    realtime<&UnitStatus::active_exit>("ActiveExitTimestamp"),
    monotonic<&UnitStatus::active_exit>("ActiveExitTimestampMonotonic"),
    realtime<&UnitStatus::inactive_enter>("InactiveEnterTimestamp"),
    monotonic<&UnitStatus::inactive_enter>("InactiveEnterTimestampMonotonic"),
    {nullptr, "CanStart", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.can_start(v.unit)); }},
    {nullptr, "CanStop", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.can_stop(v.unit)); }},
    {nullptr, "CanReload", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.can_reload(v.unit)); }},
    {nullptr, "CanIsolate", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.can_isolate(v.unit)); }},
    {nullptr, "CanClean", "as", Emits::constant, show_can_clean},
    {nullptr, "CanFreeze", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.can_freeze(v.unit)); }},
    {nullptr, "Job", "(uo)", Emits::change, show_job},
    {"IgnoreOnIsolate", "NeedDaemonReload", "b", Emits::none, [](const View& v, ValueSink& sink) { sink.boolean(v.api.need_daemon_reload(v.unit)); }},
    {nullptr, "Markers", "as", Emits::none, show_no_strings},
    {"JobTimeoutRebootArgument", "ConditionResult", "b", Emits::change, [](const View& v, ValueSink& sink) { sink.boolean(v.status().condition_result); }},
    {nullptr, "AssertResult", "b", Emits::change, [](const View& v, ValueSink& sink) { sink.boolean(v.status().assert_result); }},
    realtime<&UnitStatus::condition_time>("ConditionTimestamp"),
    monotonic<&UnitStatus::condition_time>("ConditionTimestampMonotonic"),
    realtime<&UnitStatus::assert_time>("AssertTimestamp"),
    monotonic<&UnitStatus::assert_time>("AssertTimestampMonotonic"),
    {nullptr, "Conditions", "a(sbbsi)", Emits::invalidates, [](const View& v, ValueSink& sink) {
       show_conditions_of(v.config().unit().conditions, "Condition", v.status().condition_outcomes, sink); }},
    {nullptr, "Asserts", "a(sbbsi)", Emits::invalidates, [](const View& v, ValueSink& sink) {
       show_conditions_of(v.config().unit().asserts, "Assert", v.status().assert_outcomes, sink); }},
    {nullptr, "LoadError", "(ss)", Emits::constant, show_load_error},
    {nullptr, "Transient", "b", Emits::constant, show_transient},
    {nullptr, "Perpetual", "b", Emits::constant, [](const View& v, ValueSink& sink) { sink.boolean(v.api.is_perpetual(v.unit)); }},
    {"RebootArgument", "InvocationID", "ay", Emits::change, show_invocation},
    {"CollectMode", "Refs", "as", Emits::none, [](const View& v, ValueSink& sink) { show_strings(v.facts.references(v.unit), sink); }},
    {nullptr, "ActivationDetails", "a(ss)", Emits::change, show_no_string_pairs},
};
// clang-format on

}  // namespace

std::span<const RuntimeProperty> runtime_unit_properties() {
  return unit_rows;
}

std::span<const RuntimeProperty> runtime_own_unit_properties() {
  return own_rows;
}

}  // namespace svcd
