#include "daemon/engine/registry.h"

#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/planted.h"

namespace svcd {

namespace {

constexpr EdgeCause all_of_a_unit[] = {cause_file, cause_implicit, cause_default,
                                       cause_path, cause_slice,    cause_wants_dir};

uint8_t causes_of_files() {
  uint8_t causes = 0;
  for (const EdgeCause cause : all_of_a_unit) causes = uint8_t(causes | cause);
  return causes;
}

/// What loading and forgetting may take of a step.
constexpr Duration longest_slice = std::chrono::milliseconds(10);
constexpr size_t units_a_slice = 512;

/// That a unit needs itself goes without saying; that it is before itself cannot be meant.
bool tells_of_itself(Dependency kind) {
  using enum Dependency;
  return kind == before || kind == after || kind == conflicts || kind == on_failure || kind == on_success;
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

/// The name leads to that unit from now on.
void Registry::set_name(const std::string& name, UnitIndex index) {
  const auto [at, added] = names_.try_emplace(name, index);
  if (!added) {
    if (at->second == index) return;
    std::erase(slots_[at->second].names, &at->first);
    at->second = index;
  }
  slots_[index].names.push_back(&at->first);
}

/// A unit just made takes its place.
void Registry::put(Unit& unit, const UnitName& name) {
  slots_[unit.index()].live_position = live_.size();
  live_.push_back(unit.index());
  set_name(name.str(), unit.index());
}

std::unique_ptr<Unit> Registry::machine_for(UnitId id, const UnitName& name) const {
  return manager_.setup().types[size_t(name.type())].make(manager_, id, name);
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
  slot.unit = machine_for({index, slot.generation}, name);
  put(*slot.unit, name);
  return *slot.unit;
}

void Registry::enqueue(Unit& unit) {
  unit.in_load_queue = true;
  load_queue_.push(unit.id());
  unit.load_turn = load_queue_.turn();
}

void Registry::limit_request() {
  const size_t room = units_max - std::min(units_max, live_.size());
  if (load_queue_.empty()) ceiling_ = live_.size() + room - room / 4;
}

Unit* Registry::intern(const UnitName& name) {
  limit_request();
  load_queue_.begin();
  if (Unit* known = find(name.str())) return known;
  if (live_.size() >= units_max) return nullptr;
  Unit& unit = create(name);
  enqueue(unit);
  return &unit;
}

/// What a unit depends on: for a newer request also what waits already, so that it is loaded before the rest.
Unit* Registry::mention(const UnitName& name) {
  Unit* unit = find(name.str());
  const bool is_new = !unit;
  if (is_new && live_.size() >= units_max) return nullptr;
  if (is_new) unit = &create(name);
  if (is_new || (unit->in_load_queue && unit->load_turn < load_queue_.turn())) enqueue(*unit);
  return unit;
}

/// All or nothing: a unit that mentions too much leaves the room to others.
bool Registry::has_room_for(const Unit& unit, const DerivedDependencies& derived) const {
  constexpr size_t longest_way = 128;  // folders in a path: its unit's name has no more
  const LoadedUnit& loaded = unit.loaded();
  const size_t mentions = derived.edges.size() + loaded.wants_dir.size() + loaded.requires_dir.size() + 1;
  const size_t at_most = mentions + derived.requires_mounts_for.size() * longest_way;
  if (graph_.size() + 2 * mentions > edges_max) return false;
  if (live_.size() + at_most <= ceiling_) return true;
  std::vector<std::string> unknown;
  const auto look = [&](const UnitName& name) {
    if (!name.empty() && !find(name.str())) unknown.push_back(name.str());
  };
  for (const DerivedEdge& edge : derived.edges) look(edge.other);
  for (const UnitName& name : loaded.wants_dir) look(name);
  for (const UnitName& name : loaded.requires_dir) look(name);
  look(derived.slice);
  for (const std::string& path : derived.requires_mounts_for)
    for (const UnitName& name : mounts_on_the_way_to(path)) look(name);
  std::sort(unknown.begin(), unknown.end());
  const size_t news = size_t(std::unique(unknown.begin(), unknown.end()) - unknown.begin());
  return news == 0 || live_.size() + news <= ceiling_;
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
  slot.unit = machine_for(id, name);
  put(*slot.unit, name);
  slot.unit->in_record = true;
  enqueue(*slot.unit);
  return slot.unit.get();
}

void Registry::load_next() {
  const std::optional<UnitId> id = load_queue_.next();
  Unit* unit = id ? get(*id) : nullptr;
  if (unit && unit->in_load_queue) load(*unit);
}

void Registry::load(Unit& unit) {
  if (!unit.in_load_queue) return;
  unit.in_load_queue = false;
  finish_load(unit, loader_.load(unit.name()));
}

void Registry::load_queued() {
  while (!load_queue_.empty()) load_next();
}

bool Registry::load_slice() {
  if (load_queue_.empty()) return true;
  const Time until = saturating_add(manager_.now().monotonic, longest_slice);
  for (size_t loaded = 0; !load_queue_.empty(); ++loaded) {
    if (loaded >= units_a_slice || (loaded % 8 == 7 && manager_.now().monotonic >= until)) return false;
    load_next();
  }
  return true;
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
      set_name(loaded.id.str(), stub.index());
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
    if (own_scope) loaded.config = UnitConfig();  // there is no file of it
    loaded.config.set_type(loaded.id.type());
    UnitSection& unit = loaded.config.change<UnitSection>();
    unit.default_dependencies = false;
    unit.ignore_on_isolate = true;
    if (own_scope) {
      loaded.config.change<ResourceSection>().slice = "-.slice";
      if (unit.documentation.empty()) unit.documentation = {"man:systemd(1)"};
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
    if (!find(alias.str())) set_name(alias.str(), unit.index());
  }
  complete_special(loaded);
  loaded.config.forget<InstallSection>();  // whoever enables a unit reads its file
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
  for (const std::string* name : std::vector<const std::string*>(slots_[from].names)) set_name(*name, to);
  remove({from});
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

/// No room for what it depends on: it fails alone, and can be loaded again when there is some.
void Registry::refuse(Unit& unit) {
  unit.refuse({ErrorCode::limits_exceeded, "Too many units or dependencies, no room for those of this unit", 0});
  manager_.log(&unit, priority_error,
               fmt::format("{}: Too many units or dependencies ({} units are loaded), not loading those it depends on.",
                           unit.name().str(), live_.size()));
}

void Registry::draw_edges(Unit& unit) {
  graph_.remove_from(unit.index(), causes_of_files());
  forget_references(unit);
  const bool refused = unit.loaded().state == LoadState::bad_setting;
  if (unit.loaded().state != LoadState::loaded && !refused) return;
  DerivedDependencies derived = derive_dependencies(unit.name(), unit.config(), manager_.setup().host);
  if (refused)  // it has what its settings say, but no place among the others
    std::erase_if(derived.edges, [](const DerivedEdge& edge) {
      return edge.cause == cause_slice && edge.kind != Dependency::in_slice;
    });
  if (!has_room_for(unit, derived)) return refuse(unit);
  const auto add = [&](Dependency kind, const UnitName& other, EdgeCause cause) {
    const Unit* known = mention(other);
    if (known == &unit && cause == cause_file && tells_of_itself(kind))
      manager_.log(&unit, priority_warning,
                   fmt::format("{0}: Dependency {1}={0} is dropped.", unit.name().str(), to_string(kind)));
    if (!known || known == &unit) return;
    graph_.add(unit.index(), kind, known->index(), cause);
    note_reference(unit.index(), known->index());
  };
  for (const DerivedEdge& edge : derived.edges) add(edge.kind, edge.other, edge.cause);
  for (const UnitName& name : unit.loaded().wants_dir) add(Dependency::wants, name, cause_wants_dir);
  for (const UnitName& name : unit.loaded().requires_dir) add(Dependency::requires_, name, cause_wants_dir);
  unit.slice = derived.slice;
  if (!derived.slice.empty()) add(Dependency::in_slice, derived.slice, cause_slice);
  unit.take_mount_paths(std::move(derived.requires_mounts_for));
  if (refused) return;
  draw_mount_edges(unit, unit.mount_paths());
  if (unit.type() == UnitType::mount) {
    const auto wanting = wanting_paths_.find(unit.name().str());
    if (wanting != wanting_paths_.end())
      for (const UnitIndex index : std::vector<UnitIndex>(wanting->second.begin(), wanting->second.end()))
        if (Unit* other = at(index); other && other != &unit) draw_mount_edges(*other, other->mount_paths());
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
      wanting_paths_[name.str()].insert(unit.index());
      const Unit* mount = mention(name);
      if (!mount || mount->loaded().state != LoadState::loaded) continue;  // drawn when it is
      if (!graph_.has(unit.index(), Dependency::after, mount->index())) note_reference(unit.index(), mount->index());
      graph_.add(unit.index(), Dependency::after, mount->index(), cause_path);
      if (!mount->loaded().fragment_path.empty())
        graph_.add(unit.index(), Dependency::requires_, mount->index(), cause_path);
    }
}

void Registry::reload(Unit& unit) {
  limit_request();
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
      (manager_.job_queue().of(unit.index()) && SVCD_SOUND(unit_with_job_collected)) || unit.in_load_queue)
    return true;
  if (unit.has_cgroup && unit.type() != UnitType::slice)
    return true;  // KillMode= left processes: they are still its own
  if (unit.active_state() == ActiveState::failed) return unit.config().unit().collect_mode == CollectMode::inactive;
  return unit.active_state() != ActiveState::inactive;
}

void Registry::collect() {
  std::vector<UnitIndex> dead;
  find_dead(dead);
  if (dead.size() > units_a_slice) put_off(dead);
  remove(dead);
}

/// A slice of those that nobody mentions, or only others of it: whoever is left for the next one, and may be asked for
/// before, has all that it mentions. Of units that mention each other all go at once.
void Registry::put_off(std::vector<UnitIndex>& dead) {
  std::unordered_map<UnitIndex, size_t> mentions;
  for (const UnitIndex index : dead) mentions[index] = at(index)->referrers.size();
  std::vector<UnitIndex> ordered;
  for (const UnitIndex index : dead)
    if (mentions[index] == 0) ordered.push_back(index);
  for (size_t next = 0; next < ordered.size() && next < units_a_slice; ++next)
    for (const UnitIndex other : at(ordered[next])->referenced)
      if (const auto left = mentions.find(other); left != mentions.end() && --left->second == 0)
        ordered.push_back(other);
  if (ordered.size() < units_a_slice) return;
  for (const UnitIndex index : dead) consider(*at(index));
  ordered.resize(units_a_slice);
  dead = std::move(ordered);
}

/// From each candidate back along "who mentions me" until something that stays; what was seen is marked, so that the
/// next one need not go the same way.
void Registry::find_dead(std::vector<UnitIndex>& dead) {
  const uint32_t staying = ++mark_, going = ++mark_;
  const std::vector<UnitId> candidates = std::move(candidates_);
  candidates_.clear();
  std::vector<UnitIndex> seen;
  for (const UnitId id : candidates) {
    Unit* candidate = get(id);
    if (!candidate) continue;
    if (dead.size() >= units_a_slice) {
      candidates_.push_back(id);
      continue;
    }
    candidate->in_gc_queue = false;
    if (candidate->is_down() && !manager_.job_queue().of(candidate->index())) candidate->release_resources();
    if (candidate->gc_mark == staying || candidate->gc_mark == going) continue;
    if (stays(*candidate, staying, going, seen)) continue;
    for (const UnitIndex index : seen) at(index)->gc_mark = going;
    dead.insert(dead.end(), seen.begin(), seen.end());
  }
}

/// If it does, so does all on the way to it. If not, `seen` is all that goes with it.
bool Registry::stays(Unit& candidate, uint32_t staying, uint32_t going, std::vector<UnitIndex>& seen) {
  seen.assign(1, candidate.index());
  std::vector<size_t> from{0};  // parallel: whom it mentions
  const uint32_t seeing = ++mark_;
  candidate.gc_mark = seeing;
  for (size_t i = 0; i < seen.size(); ++i) {
    bool keep = is_root(*at(seen[i]));
    for (const UnitIndex other : at(seen[i])->referrers) {
      if (keep) break;
      Unit* referrer = at(other);
      if (!referrer || referrer->gc_mark == going || referrer->gc_mark == seeing) continue;
      keep = referrer->gc_mark == staying;
      if (keep) break;
      referrer->gc_mark = seeing;
      seen.push_back(other);
      from.push_back(i);
    }
    if (!keep) continue;
    for (size_t way = i; at(seen[way])->gc_mark != staying; way = from[way]) at(seen[way])->gc_mark = staying;
    return true;
  }
  return false;
}

/// Many at once, because each list of those that stay is gone through once.
void Registry::remove(const std::vector<UnitIndex>& dead) {
  for (const UnitIndex index : dead)
    if (Unit& unit = *at(index); unit.loaded().state != LoadState::stub) manager_.unit_vanishes(unit);
  forget_references(dead);
  graph_.remove(dead);
  for (const UnitIndex index : dead) {
    for (const std::string& path : at(index)->mount_paths())
      for (const UnitName& name : mounts_on_the_way_to(path))
        if (const auto wanting = wanting_paths_.find(name.str()); wanting != wanting_paths_.end()) {
          wanting->second.erase(index);
          if (wanting->second.empty()) wanting_paths_.erase(wanting);
        }
    Slot& slot = slots_[index];
    for (const std::string* name : slot.names) names_.erase(names_.find(*name));
    slot.names.clear();
    live_[slot.live_position] = live_.back();
    slots_[live_.back()].live_position = slot.live_position;
    live_.pop_back();
    slot.unit.reset();
    ++slot.generation;
    free_.push_back(index);
  }
}

void Registry::forget_references(const std::vector<UnitIndex>& dead) {
  const uint32_t gone = ++mark_, touched = ++mark_;
  for (const UnitIndex index : dead) at(index)->gc_mark = gone;
  const auto is_gone = [&](UnitIndex index) { return at(index)->gc_mark == gone; };
  std::vector<UnitIndex> others;
  for (const UnitIndex index : dead)
    for (const auto* list : {&at(index)->referenced, &at(index)->referrers})
      for (const UnitIndex other : *list)
        if (Unit* unit = at(other); unit && unit->gc_mark != gone && unit->gc_mark != touched) {
          unit->gc_mark = touched;
          others.push_back(other);
        }
  for (const UnitIndex other : others) {
    Unit& unit = *at(other);
    if (std::erase_if(unit.referrers, is_gone) > 0) consider(unit);
    std::erase_if(unit.referenced, is_gone);
  }
}

}  // namespace svcd
