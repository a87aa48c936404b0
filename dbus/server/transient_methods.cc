// StartTransientUnit(), SetUnitProperties() and Unit.SetProperties(): properties become lines of unit files. All of a
// call is read and checked before anything is made of it.
#include "dbus/server/bus_source.h"
#include "dbus/server/job_requests.h"
#include "dbus/server/transient.h"
#include "dbus/server/unit_lookup.h"
#include "libunit/property_writers.h"
#include "libunit/set_property.h"

namespace svcd {
namespace {

constexpr size_t most_properties = 4096;  // of one unit
constexpr size_t most_units = 256;        // in one call

tl::unexpected<Error> bad_arguments() {
  return fail(ErrorCode::invalid_args, "Invalid arguments");
}

/// Calls `each` with every member of an array of structs.
template <class Each>
Result<> for_each_struct(sd_bus_message* message, const char* array, const char* members, size_t most, Each each) {
  if (sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, array) < 0) return bad_arguments();
  for (size_t n = 0; sd_bus_message_enter_container(message, SD_BUS_TYPE_STRUCT, members) > 0; ++n) {
    if (n >= most) return fail(ErrorCode::limits_exceeded, "Too many properties or units in one call");
    SVCD_TRY(each());
    if (sd_bus_message_exit_container(message) < 0) return bad_arguments();
  }
  return sd_bus_message_exit_container(message) < 0 ? Result<>(bad_arguments()) : Result<>{};
}

/// A name and a variant; `take` gets the name and the value.
template <class Take>
Result<> for_each_property(sd_bus_message* message, Take take) {
  return for_each_struct(message, "(sv)", "sv", most_properties, [&]() -> Result<> {
    const char *name = nullptr, *contents = nullptr;
    char type = 0;
    if (sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &name) <= 0 ||
        sd_bus_message_peek_type(message, &type, &contents) <= 0 || type != SD_BUS_TYPE_VARIANT ||
        sd_bus_message_enter_container(message, SD_BUS_TYPE_VARIANT, contents) <= 0)
      return bad_arguments();
    BusSource value(message);
    SVCD_TRY(take(std::string_view(name), value));
    return sd_bus_message_exit_container(message) < 0 ? Result<>(type_mismatch()) : Result<>{};
  });
}

struct Wanted {
  UnitName name;
  std::vector<Assignment> lines;
  bool reference = false;  // the caller holds it
};

LoadContext context_of(const UnitName& name) {
  LoadContext context;
  context.unit = &name;
  return context;
}

Result<UnitName> transient_name(const std::string& text) {
  auto name = UnitName::parse(text);
  if (!name) return fail(ErrorCode::invalid_args, "Invalid unit name or type.");
  if (name->is_template()) return fail(ErrorCode::invalid_args, "Unit name {} is missing the instance name.", text);
  return *name;
}

Result<> take_transient(Call& call, Wanted& unit) {
  UnitConfig scratch;
  scratch.set_type(unit.name.type());
  const LoadContext context = context_of(unit.name);
  return for_each_property(call.message, [&](std::string_view name, BusSource& value) -> Result<> {
    constexpr std::string_view reference = "AddRef";
    if (name == reference) return value.boolean(unit.reference) ? Result<>{} : Result<>(type_mismatch());
    return set_property(Settable::transient, name, value, scratch, context, unit.lines);
  });
}

Result<> start_transient_unit(Call& call) {
  Wanted unit;
  unit.name = SVCD_TRY(transient_name(call.text()));
  const std::string mode = call.text();
  if (JobMode known{}; !parse_job_mode(mode, known))
    return fail(ErrorCode::invalid_args, "Job mode {} is invalid.", mode);
  SVCD_TRY(take_transient(call, unit));
  std::vector<Wanted> others;
  const auto take_other = [&]() -> Result<> {
    Wanted& other = others.emplace_back();
    other.name = SVCD_TRY(transient_name(call.text()));
    if (other.name == unit.name || std::ranges::count(others, other.name, &Wanted::name) > 1)
      return fail(ErrorCode::unit_exists, "Unit {} was already loaded or has a fragment file.", other.name.str());
    return take_transient(call, other);
  };
  SVCD_TRY(for_each_struct(call.message, "(sa(sv))", "sa(sv)", most_units, take_other));
  const UnitId id = SVCD_TRY(call.api().make_transient(unit.name, unit.lines));
  for (const Wanted& other : others) SVCD_TRY(call.api().make_transient(other.name, other.lines));
  SVCD_TRY(request_job(call, id, {JobType::start, false}, mode));
  if (unit.reference && !call.waits_for_units()) SVCD_TRY(reference_unit(call, id));
  return {};
}

Result<> set_unit_properties(Call& call) {
  const std::string name = call.text();
  const UnitId unit = SVCD_TRY(call.api().load(name));
  if (const LoadedUnit& loaded = call.api().loaded(unit); loaded.state != LoadState::loaded)
    return tl::unexpected(loaded.error);
  return set_properties(call, unit);
}

// clang-format off
constexpr Method transient_table[] = {
    {"StartTransientUnit", "ssa(sv)a(sa(sv))", "o", "name\0mode\0properties\0aux\0job\0", Right::change, start_transient_unit, "UnrefUnit"},
    {"SetUnitProperties",  "sba(sv)",          "",  "name\0runtime\0properties\0", Right::change, set_unit_properties, "ResetFailedUnit"},
};
// clang-format on

}  // namespace

Result<> set_properties(Call& call, UnitId unit) {
  const bool runtime = call.flag();
  const LoadedUnit& loaded = call.api().loaded(unit);
  UnitConfig scratch = loaded.config;
  const LoadContext context = context_of(loaded.id);
  std::vector<std::vector<Assignment>> properties;
  SVCD_TRY(for_each_property(call.message, [&](std::string_view name, BusSource& value) -> Result<> {
    return set_property(Settable::live, name, value, scratch, context, properties.emplace_back());
  }));
  return call.api().set_properties(unit, runtime, properties);
}

std::span<const Method> manager_transient_methods() {
  return transient_table;
}

}  // namespace svcd
