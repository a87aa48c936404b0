// The units in memory: by index, by name and alias, with the graph between them. A name that some unit mentions is
// loaded too; what nobody needs any more is collected.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/engine/ids.h"
#include "daemon/engine/load_queue.h"
#include "daemon/engine/unit.h"
#include "libunit/default_dependencies.h"
#include "libunit/graph.h"
#include "libunit/loader.h"

namespace svcd {

/// How many units there may be at once: the state record has a slot for each. systemd 252 has 131072 names; a unit
/// costs some 4 kB, so this many stay below 200 MB. A template that needs instances of itself gets no further.
inline constexpr size_t units_max = 32767;
/// And how many dependencies between them, counted at both ends: 5 bytes each.
inline constexpr size_t edges_max = 4 << 20;

class Registry {
 public:
  Registry(Manager& manager, UnitLoader& loader) : manager_(manager), loader_(loader) {}

  Unit* get(UnitId id) const;
  Unit* at(UnitIndex index) const { return index < slots_.size() ? slots_[index].unit.get() : nullptr; }
  Unit* find(std::string_view name) const;
  /// The unit of that name, loaded as far as load_queued() got; made as a stub if it was unknown. The beginning of a
  /// request: what it brings along may take three quarters of the room that is left, so that there is always some for
  /// the next. Null: there is no room for one more.
  Unit* intern(const UnitName&);
  /// What was found out about a unit becomes its settings, edges and aliases; also of one without a file, such as a
  /// mount that the kernel shows.
  void adopt(Unit&, LoadedUnit);
  /// Puts a unit back at the place it had (state record).
  Unit* restore(UnitId, const UnitName&);
  /// Loads every stub, and what those mention. A unit whose dependencies find no room is an error, and has none.
  void load_queued();
  /// As many as fit into a slice of a step; false: there are more.
  bool load_slice();
  /// This one at once, whatever waits before it.
  void load(Unit&);
  bool has_queued() const { return !load_queue_.empty(); }
  /// daemon-reload of one unit: reads its files again and draws its edges anew.
  void reload(Unit&);
  const std::vector<UnitIndex>& indices() const { return live_; }
  size_t size() const { return live_.size(); }
  const Graph& graph() const { return graph_; }

  /// Look at this unit at the next collect(): it may not be needed any more.
  void consider(Unit&);
  bool has_candidates() const { return !candidates_.empty(); }
  /// Forgets units that are down, without job or reference, and that no unit that stays mentions: as many as fit into
  /// a slice, the others are candidates again.
  void collect();

  template <class F>
  void each(F&& f) const {
    for (const UnitIndex index : live_) f(*slots_[index].unit);
  }

 private:
  struct Slot {
    std::unique_ptr<Unit> unit;
    uint32_t generation = 1;
    size_t live_position = 0;
    std::vector<const std::string*> names;  // the keys of names_ that lead here
  };
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>()(name); }
  };

  std::unique_ptr<Unit> machine_for(UnitId, const UnitName&) const;
  Unit& create(const UnitName&);
  void put(Unit&, const UnitName& name);
  void set_name(const std::string& name, UnitIndex);
  void enqueue(Unit&);
  Unit* mention(const UnitName&);
  bool has_room_for(const Unit&, const DerivedDependencies&) const;
  void limit_request();
  void load_next();
  void refuse(Unit&);
  void find_dead(std::vector<UnitIndex>& dead);
  void put_off(std::vector<UnitIndex>& dead);
  bool stays(Unit& candidate, uint32_t staying, uint32_t going, std::vector<UnitIndex>& seen);
  void remove(const std::vector<UnitIndex>& dead);
  void forget_references(const std::vector<UnitIndex>& dead);
  void finish_load(Unit& stub, LoadedUnit loaded);
  static void complete_special(LoadedUnit&);
  void merge(Unit& alias, Unit& into);
  void draw_edges(Unit&);
  void draw_target_order(Unit&);
  void draw_mount_edges(Unit&, const std::vector<std::string>& paths);
  void note_reference(UnitIndex from, UnitIndex to);
  void forget_references(Unit&);
  bool is_root(const Unit&) const;

  Manager& manager_;
  UnitLoader& loader_;
  Graph graph_;
  std::vector<Slot> slots_;
  std::vector<UnitIndex> free_, live_;
  std::unordered_map<std::string, UnitIndex, NameHash, std::equal_to<>> names_;
  LoadQueue load_queue_;
  size_t ceiling_ = units_max;  // of the request that is being loaded
  std::vector<UnitId> candidates_;
  std::unordered_map<std::string, std::set<UnitIndex>> wanting_paths_;  // mount unit's name → who needs its path
  uint32_t mark_ = 0;
};

}  // namespace svcd
