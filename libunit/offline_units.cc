#include "libunit/offline_units.h"

#include <algorithm>

#include "libunit/unit_type_rules.h"

namespace svcd {
namespace {

/// A unit that mentions more than that is not read further: it is no unit of this world.
constexpr size_t most_units = 50000;

}  // namespace

UnitIndex OfflineUnits::mention(const UnitName& name) {
  if (const auto known = index_.find(name.str()); known != index_.end()) return known->second;
  LoadedUnit loaded = loader_.load(name);
  if (const auto known = index_.find(loaded.id.str()); known != index_.end()) return index_[name.str()] = known->second;
  if (loaded.state == LoadState::not_found && rules_of(loaded.id.type()).may_lack_file)
    loaded.state = LoadState::loaded;
  const UnitIndex index = UnitIndex(units_.size());
  for (const UnitName& alias : loaded.names) index_[alias.str()] = index;
  index_[name.str()] = index;
  units_.push_back(std::move(loaded));
  all_.push_back(index);
  return index;
}

void OfflineUnits::draw(UnitIndex index) {
  if (units_[index].state != LoadState::loaded) return;
  const DerivedDependencies derived = derive_dependencies(units_[index].id, units_[index].config, host_);
  const auto add = [&](Dependency kind, const UnitName& other, EdgeCause cause) {
    if (units_.size() < most_units || index_.contains(other.str())) graph_.add(index, kind, mention(other), cause);
  };
  for (const DerivedEdge& edge : derived.edges) add(edge.kind, edge.other, edge.cause);
  for (const UnitName& name : units_[index].wants_dir) add(Dependency::wants, name, cause_wants_dir);
  for (const UnitName& name : units_[index].requires_dir) add(Dependency::requires_, name, cause_wants_dir);
  if (!derived.slice.empty()) add(Dependency::in_slice, derived.slice, cause_slice);
  for (const std::string& path : derived.requires_mounts_for)
    for (const UnitName& mount : mounts_on_the_way_to(path)) {
      if (mount == units_[index].id || units_.size() >= most_units) continue;
      const UnitIndex other = mention(mount);
      if (units_[other].fragment_path.empty()) continue;
      graph_.add(index, Dependency::after, other, cause_path);
      graph_.add(index, Dependency::requires_, other, cause_path);
    }
}

void OfflineUnits::draw_target_order(UnitIndex index) {
  if (units_[index].id.type() != UnitType::target || units_[index].state != LoadState::loaded) return;
  for (const Dependency kind : pulling_dependencies) {
    const std::span<const UnitIndex> edges = graph_.edges(index, kind);
    for (const UnitIndex other : std::vector<UnitIndex>(edges.begin(), edges.end()))
      if (units_[other].state == LoadState::loaded &&
          target_waits_for(graph_, index, units_[index].config, other, units_[other].config))
        graph_.add(index, Dependency::after, other, cause_default);
  }
}

UnitIndex OfflineUnits::load(const UnitName& name) {
  const UnitIndex index = mention(name);
  const size_t begin = drawn_;
  for (; drawn_ < units_.size(); ++drawn_) draw(UnitIndex(drawn_));
  for (size_t i = begin; i < units_.size(); ++i) draw_target_order(UnitIndex(i));
  return index;
}

UnitFacts OfflineUnits::facts(UnitIndex index) const {
  const LoadedUnit& unit = units_[index];
  UnitFacts facts;
  facts.name = &unit.id;
  facts.load = unit.state;
  facts.load_error = &unit.error;
  facts.refuse_manual_start = unit.config.unit().refuse_manual_start;
  facts.refuse_manual_stop = unit.config.unit().refuse_manual_stop;
  facts.allow_isolate = unit.config.unit().allow_isolate;
  facts.ignore_on_isolate = unit.config.unit().ignore_on_isolate;
  return facts;
}

}  // namespace svcd
