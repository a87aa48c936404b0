// The units in memory: by index, by name and alias, with the graph between them. A name that some unit mentions is
// loaded too; what nobody needs any more is collected.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/engine/ids.h"
#include "daemon/engine/unit.h"
#include "libunit/graph.h"
#include "libunit/loader.h"

namespace svcd {

class Registry {
 public:
  Registry(Manager& manager, UnitLoader& loader) : manager_(manager), loader_(loader) {}

  Unit* get(UnitId id) const;
  Unit* at(UnitIndex index) const { return index < slots_.size() ? slots_[index].unit.get() : nullptr; }
  Unit* find(std::string_view name) const;
  /// The unit of that name, loaded as far as load_queued() got; made as a stub if it was unknown.
  Unit& intern(const UnitName&);
  /// Puts a unit that exists without a file into memory (init.scope, -.slice, mounts of the kernel).
  void adopt(Unit&, LoadedUnit);
  /// Puts a unit back at the place it had (state record).
  Unit* restore(UnitId, const UnitName&);
  /// Loads every stub, and what those mention.
  void load_queued();
  bool has_queued() const { return !load_queue_.empty(); }
  /// daemon-reload of one unit: reads its files again and draws its edges anew.
  void reload(Unit&);
  const std::vector<UnitIndex>& indices() const { return live_; }
  size_t size() const { return live_.size(); }
  const Graph& graph() const { return graph_; }
  UnitLoader& loader() { return loader_; }

  /// Look at this unit at the next collect(): it may not be needed any more.
  void consider(Unit&);
  bool has_candidates() const { return !candidates_.empty(); }
  /// Forgets units that are down, without job or reference, and that no unit that stays mentions.
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
  };
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>()(name); }
  };

  Unit& create(const UnitName&);
  void remove(Unit&);
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
  std::vector<UnitId> load_queue_, candidates_;
  std::unordered_map<std::string, std::vector<UnitId>> wanting_paths_;  // mount unit's name → who needs its path
  uint32_t mark_ = 0;
};

}  // namespace svcd
