#include "daemon/engine/registry.h"

#include <algorithm>

#include "daemon/engine/manager.h"
#include "libunit/default_dependencies.h"

namespace svcd {

namespace {

constexpr EdgeCause all_of_a_unit[] = {cause_file, cause_implicit, cause_default,
                                       cause_path, cause_slice,    cause_wants_dir};

uint8_t causes_of_files() {
  uint8_t causes = 0;
  for (const EdgeCause cause : all_of_a_unit) causes = uint8_t(causes | cause);
  return causes;
}

}  // namespace

Unit* Registry::get(UnitId id) const {
  return id.index < slots_.size() && slots_[id.index].generation == id.generation ? slots_[id.index].unit.get()
                                                                                  : nullptr;
}

Unit* Registry::find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : at(found->second);
}

Unit& Registry::create(const UnitName& name) {
  UnitIndex index;
  if (free_.empty()) {
    index = UnitIndex(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.unit = make_unit(manager_, {index, slot.generation}, name);
  slot.live_position = live_.size();
  live_.push_back(index);
  names_[name.str()] = index;
  return *slot.unit;
}

Unit& Registry::intern(const UnitName& name) {
  if (Unit* known = find(name.str())) return *known;
  Unit& unit = create(name);
  unit.in_load_queue = true;
  load_queue_.push_back(unit.id());
  return unit;
}

Unit* Registry::restore(UnitId id, const UnitName& name) {
  if (find(name.str())) return nullptr;
  while (slots_.size() <= id.index) {
    free_.push_back(UnitIndex(slots_.size()));
    slots_.emplace_back();
  }
  if (slots_[id.index].unit) return nullptr;
  std::erase(free_, id.index);
  Slot& slot = slots_[id.index];
  slot.generation = id.generation;
  slot.unit = make_unit(manager_, id, name);
  slot.live_position = live_.size();
  live_.push_back(id.index);
  names_[name.str()] = id.index;
  slot.unit->in_load_queue = true;
  load_queue_.push_back(id);
  return slot.unit.get();
}

void Registry::load_queued() {
  while (!load_queue_.empty()) {
    const UnitId id = load_queue_.back();
    load_queue_.pop_back();
    Unit* unit = get(id);
    if (!unit || !unit->in_load_queue) continue;
    unit->in_load_queue = false;
    finish_load(*unit, loader_.load(unit->name()));
  }
}

void Registry::finish_load(Unit& stub, LoadedUnit loaded) {
  if (loaded.id != stub.name()) {
    if (Unit* main = find(loaded.id.str()); main && main != &stub) {
      merge(stub, *main);
      return;
    }
    if (loaded.id.type() != stub.type()) {  // an alias of another type is refused by the loader; nothing to follow here
      loaded.id = stub.name();
    } else {
      names_[loaded.id.str()] = stub.index();
    }
  }
  adopt(stub, std::move(loaded));
}

/// Units that exist without a file, and the words that systemd 252 has for slices.
void Registry::complete_special(LoadedUnit& loaded) {
  const std::string& name = loaded.id.str();
  const bool own_scope = name == "init.scope", root = name == "-.slice", system = name == "system.slice";
  if (own_scope || root || system) {
    loaded.state = LoadState::loaded;
    loaded.error = {};
    UnitSection& unit = loaded.config.change<UnitSection>();
    unit.default_dependencies = false;
    unit.ignore_on_isolate = true;
    if (own_scope) {
      loaded.config.change<ResourceSection>().slice = "-.slice";
      if (unit.documentation.empty()) unit.documentation = {"man:init(1)"};
    } else if (unit.documentation.empty()) {
      unit.documentation = {"man:systemd.special(7)"};
    }
  }
  if (loaded.state != LoadState::loaded || !loaded.config.unit().description.empty()) return;
  if (own_scope) loaded.config.change<UnitSection>().description = "System and Service Manager";
  if (loaded.id.type() != UnitType::slice) return;
  std::string text = root ? "Root Slice" : system ? "System Slice" : "";
  if (const Result<std::string> path = unit_name_to_path(loaded.id); text.empty() && path) text = "Slice " + *path;
  loaded.config.change<UnitSection>().description = std::move(text);
}

void Registry::adopt(Unit& unit, LoadedUnit loaded) {
  unit.in_load_queue = false;
  for (const UnitName& alias : loaded.names) {
    Unit* other = find(alias.str());
    if (other && other != &unit && other->loaded().state == LoadState::stub) merge(*other, unit);
    names_.try_emplace(alias.str(), unit.index());
  }
  complete_special(loaded);
  manager_.apply_defaults(loaded);
  const bool first = unit.loaded().state == LoadState::stub;
  unit.take(std::move(loaded));
  draw_edges(unit);
  if (first) manager_.unit_appeared(unit);
  unit.coldplug();
  consider(unit);
}

void Registry::merge(Unit& alias, Unit& into) {
  const UnitIndex from = alias.index(), to = into.index();
  graph_.merge(to, from);
  for (const UnitIndex other : alias.referrers)
    if (Unit* unit = at(other)) {
      std::erase(unit->referenced, from);
      note_reference(other, to);
    }
  alias.referrers.clear();
  for (auto& [name, index] : names_)
    if (index == from) index = to;
  remove(alias);
}

void Registry::note_reference(UnitIndex from, UnitIndex to) {
  if (from == to) return;
  Unit *source = at(from), *target = at(to);
  source->referenced.push_back(to);
  target->referrers.push_back(from);
}

void Registry::forget_references(Unit& unit) {
  for (const UnitIndex other : unit.referenced)
    if (Unit* target = at(other)) std::erase(target->referrers, unit.index());
  unit.referenced.clear();
}

void Registry::draw_edges(Unit& unit) {
  graph_.remove_from(unit.index(), causes_of_files());
  forget_references(unit);
  if (unit.loaded().state != LoadState::loaded) return;
  DerivedDependencies derived = derive_dependencies(unit.name(), unit.config(), manager_.setup().host);
  const auto add = [&](Dependency kind, const UnitName& other, EdgeCause cause) {
    const UnitIndex index = intern(other).index();
    if (index == unit.index()) return;
    graph_.add(unit.index(), kind, index, cause);
    note_reference(unit.index(), index);
  };
  for (const DerivedEdge& edge : derived.edges) add(edge.kind, edge.other, edge.cause);
  for (const UnitName& name : unit.loaded().wants_dir) add(Dependency::wants, name, cause_wants_dir);
  for (const UnitName& name : unit.loaded().requires_dir) add(Dependency::requires_, name, cause_wants_dir);
  unit.slice = derived.slice;
  if (!derived.slice.empty()) add(Dependency::in_slice, derived.slice, cause_slice);
  unit.take_mount_paths(std::move(derived.requires_mounts_for));
  draw_mount_edges(unit, unit.mount_paths());
  if (unit.type() == UnitType::mount) {
    const auto wanting = wanting_paths_.find(unit.name().str());
    if (wanting != wanting_paths_.end())
      for (const UnitId id : std::vector<UnitId>(wanting->second))
        if (Unit* other = get(id); other && other != &unit) draw_mount_edges(*other, other->mount_paths());
  }
  draw_target_order(unit);
}

/// Targets start after what they pull in; from both ends, because either may be loaded last.
void Registry::draw_target_order(Unit& unit) {
  const auto order = [&](const Unit& target, const Unit& other) {
    if (target.type() != UnitType::target || target.loaded().state != LoadState::loaded ||
        other.loaded().state != LoadState::loaded)
      return;
    if (target_waits_for(graph_, target.index(), target.config(), other.index(), other.config()))
      graph_.add(target.index(), Dependency::after, other.index(), cause_default);
  };
  for (const Dependency kind : pulling_dependencies) {
    const auto each = [&](Dependency along, auto&& f) {
      const std::span<const UnitIndex> edges = graph_.edges(unit.index(), along);
      for (const UnitIndex index : std::vector<UnitIndex>(edges.begin(), edges.end()))
        if (const Unit* other = at(index)) f(*other);
    };
    if (unit.type() == UnitType::target) each(kind, [&](const Unit& other) { order(unit, other); });
    each(inverse(kind), [&](const Unit& other) { order(other, unit); });
  }
}

/// RequiresMountsFor=: the mount units of the path and of all above it, as far as they exist.
void Registry::draw_mount_edges(Unit& unit, const std::vector<std::string>& paths) {
  for (const std::string& path : paths)
    for (const UnitName& name : mounts_on_the_way_to(path)) {
      if (name == unit.name()) continue;
      auto& wanting = wanting_paths_[name.str()];
      if (std::find(wanting.begin(), wanting.end(), unit.id()) == wanting.end()) wanting.push_back(unit.id());
      Unit& mount = intern(name);
      if (mount.loaded().state != LoadState::loaded) continue;  // drawn when it is
      if (!graph_.has(unit.index(), Dependency::after, mount.index())) note_reference(unit.index(), mount.index());
      graph_.add(unit.index(), Dependency::after, mount.index(), cause_path);
      if (!mount.loaded().fragment_path.empty())
        graph_.add(unit.index(), Dependency::requires_, mount.index(), cause_path);
    }
}

void Registry::reload(Unit& unit) {
  LoadedUnit loaded = loader_.load(unit.name());
  if (loaded.id != unit.name()) loaded.id = unit.name();
  adopt(unit, std::move(loaded));
}

// ---- garbage collection

void Registry::consider(Unit& unit) {
  if (unit.in_gc_queue) return;
  unit.in_gc_queue = true;
  candidates_.push_back(unit.id());
}

bool Registry::is_root(const Unit& unit) const {
  if (unit.is_perpetual() || unit.is_removing_directories() || !unit.references.empty() ||
      manager_.job_queue().of(unit.index()) || unit.in_load_queue)
    return true;
  if (unit.active_state() == ActiveState::failed) return unit.config().unit().collect_mode == CollectMode::inactive;
  return unit.active_state() != ActiveState::inactive;
}

void Registry::collect() {
  if (candidates_.empty()) return;
  // From each candidate back along "who mentions me" until something that stays; what was seen to stay is marked.
  const uint32_t stays = ++mark_, goes = ++mark_;
  std::vector<UnitIndex> dead;
  const std::vector<UnitId> candidates = std::move(candidates_);
  candidates_.clear();
  for (const UnitId id : candidates) {
    Unit* candidate = get(id);
    if (!candidate) continue;
    candidate->in_gc_queue = false;
    if (candidate->gc_mark == stays || candidate->gc_mark == goes) continue;
    std::vector<UnitIndex> seen{candidate->index()};
    const uint32_t seeing = ++mark_;
    candidate->gc_mark = seeing;
    bool keep = false;
    for (size_t i = 0; i < seen.size() && !keep; ++i) {
      const Unit& unit = *at(seen[i]);
      keep = is_root(unit);
      for (const UnitIndex other : unit.referrers) {
        if (keep) break;
        Unit* referrer = at(other);
        if (!referrer || referrer->gc_mark == goes || referrer->gc_mark == seeing) continue;
        if (referrer->gc_mark == stays) keep = true;
        referrer->gc_mark = seeing;
        seen.push_back(other);
      }
    }
    for (const UnitIndex index : seen) at(index)->gc_mark = keep ? 0 : goes;
    if (keep) candidate->gc_mark = stays;
    if (!keep) dead.insert(dead.end(), seen.begin(), seen.end());
  }
  for (const UnitIndex index : dead)
    if (Unit* unit = at(index)) remove(*unit);
}

void Registry::remove(Unit& unit) {
  const UnitIndex index = unit.index();
  if (unit.loaded().state != LoadState::stub) manager_.unit_vanishes(unit);
  for (const UnitIndex other : unit.referenced)
    if (Unit* target = at(other)) consider(*target);
  forget_references(unit);
  for (const UnitIndex other : unit.referrers)
    if (Unit* source = at(other)) std::erase(source->referenced, index);
  graph_.remove(index);
  std::erase_if(names_, [&](const auto& entry) { return entry.second == index; });
  Slot& slot = slots_[index];
  live_[slot.live_position] = live_.back();
  slots_[live_.back()].live_position = slot.live_position;
  live_.pop_back();
  slot.unit.reset();
  ++slot.generation;
  free_.push_back(index);
}

}  // namespace svcd
