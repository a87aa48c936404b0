// Units made over D-Bus and properties set over it: files in folders of their own, which the loader reads like any
// other. What such a unit leaves behind goes with it.
#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "libunit/set_property.h"

namespace svcd {
namespace {

constexpr std::string_view unit_header =
    "# Made by the service manager for a unit that was started over D-Bus. It goes when the unit does.\n";
constexpr std::string_view drop_in_header =
    "# Made by the service manager for a property that was set over D-Bus. \"systemctl revert\" takes it away.\n";

/// Why no unit of that type can be made; empty: it can.
std::string_view objection(const UnitTypeRow& row) {
  switch (row.transient) {
    case UnitTypeRow::Transient::yes: return {};
    case UnitTypeRow::Transient::later:  // what would never do anything is not made in silence
      return "has no effect yet, no transient one is made.";
    case UnitTypeRow::Transient::never: break;
  }
  return "does not support transient units.";
}

}  // namespace

bool Manager::is_transient(const LoadedUnit& unit) const {
  const std::string& folder = setup_.search_path.transient;
  return !folder.empty() && unit.fragment_path.starts_with(folder + "/");
}

Result<UnitId> Manager::make_transient(const UnitName& name, const std::vector<Assignment>& lines) {
  if (const std::string_view why = objection(setup_.types[size_t(name.type())]); !why.empty())
    return fail(ErrorCode::invalid_args, "Unit type {} {}", to_string(name.type()), why);
  const UnitId id = SVCD_TRY(load(name.str()));
  Unit* unit = registry_.get(id);
  const std::string path = setup_.search_path.transient + "/" + name.str();
  const std::string text = unit_file_text(unit_header, lines);
  const bool idle = unit->active_state() == ActiveState::inactive && jobs_.of(unit->index()) == nullptr;
  // the same request again, which had to wait until its units were loaded
  const bool made_before = idle && unit->loaded().fragment_path == path && !unit->status().inactive_exit.happened() &&
                           kernel_.files().read(path).value_or("") == text;
  if (made_before) return id;
  if (!idle || unit->name() != name || !unit->loaded().fragment_path.empty() ||
      (unit->loaded().state != LoadState::not_found && unit->loaded().state != LoadState::loaded))
    return fail(ErrorCode::unit_exists, "Unit {} was already loaded or has a fragment file.", name.str());
  SVCD_TRY(kernel_.write_file(path, text));
  loader_.forget();
  registry_.reload(*unit);
  registry_.consider(*unit);  // nobody may want it after all
  return id;
}

/// The folder of `unit` that drop-ins of properties go to.
std::string Manager::control_folder(const LoadedUnit& unit, bool runtime) const {
  const SearchPath& path = setup_.search_path;
  const std::string& folder = is_transient(unit) ? path.transient
                              : runtime          ? path.runtime_control
                                                 : path.persistent_control;
  return fmt::format("{}/{}.d", folder, unit.id.str());
}

Result<> Manager::set_properties(UnitId id, bool runtime, const std::vector<std::vector<Assignment>>& properties) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  LoadedUnit loaded = unit->loaded();
  std::vector<std::string> written;
  const auto give_up = [&](Error error) {  // all or nothing
    for (const std::string& path : written) (void)kernel_.apply({InstallChange::Type::unlink, path, {}, 0});
    loader_.forget();
    return tl::unexpected(std::move(error));
  };
  for (const std::vector<Assignment>& lines : properties) {
    if (lines.empty()) continue;
    const std::string path = fmt::format("{}/50-{}.conf", control_folder(loaded, runtime), lines.front().key);
    if (auto done = kernel_.write_file(path, unit_file_text(drop_in_header, lines)); !done)
      return give_up(std::move(done).error());
    written.push_back(path);
    loader_.forget();
    if (auto done = loader_.add_drop_in(loaded, path); !done) return give_up(std::move(done).error());
  }
  unit->change(std::move(loaded));
  const std::string& cgroup = unit->status().control_group;
  if (unit->has_cgroup && !cgroup.empty()) kernel_.realize_cgroup(id, cgroup, unit->config().resource());
  return {};
}

/// A transient unit is forgotten: its files are of no use any more.
void Manager::remove_transient_files(const LoadedUnit& unit) {
  if (!is_transient(unit)) return;
  const auto remove = [&](const std::string& path) {
    if (auto done = kernel_.apply({InstallChange::Type::unlink, path, {}}); !done)
      log(nullptr, priority_warning, fmt::format("{}: {}", unit.id.str(), done.error().message));
  };
  for (const std::string& path : unit.drop_in_paths)
    if (path.starts_with(setup_.search_path.transient + "/" + unit.id.str() + ".d/")) remove(path);
  remove(unit.fragment_path);
  loader_.forget();
}

}  // namespace svcd
