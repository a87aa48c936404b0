// Dependencies between units, as edges in both directions. Nodes are small integers that the owner hands out (the
// engine: the index of a UnitId). An edge knows why it is there, so that one cause can be taken back.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libunit/edge_list.h"

namespace svcd {

/// systemd.unit(5) with the inverses, in the order of systemd's D-Bus properties.
enum class Dependency : uint8_t {
  requires_,
  requisite,
  wants,
  binds_to,
  part_of,
  upholds,
  required_by,
  requisite_of,
  wanted_by,
  bound_by,
  consists_of,
  upheld_by,
  conflicts,
  conflicted_by,
  before,
  after,
  on_success,
  on_success_of,
  on_failure,
  on_failure_of,
  triggers,
  triggered_by,
  propagates_reload_to,
  reload_propagated_from,
  propagates_stop_to,
  stop_propagated_from,
  joins_namespace_of,
  references,
  referenced_by,
  in_slice,
  slice_of,
};
inline constexpr int dependency_count = 31;

/// What a dependency is called on the bus (and in a unit file, if it can be written there), and how it looks from the
/// other end.
struct DependencyKind {
  Dependency kind;
  const char* property;
  Dependency inverse;
};

inline constexpr auto dependency_kinds = [] {
  using enum Dependency;
  using Kind = DependencyKind;
  return std::array{
      // clang-format off
    Kind{requires_,              "Requires",             required_by},
    Kind{requisite,              "Requisite",            requisite_of},
    Kind{wants,                  "Wants",                wanted_by},
    Kind{binds_to,               "BindsTo",              bound_by},
    Kind{part_of,                "PartOf",               consists_of},
    Kind{upholds,                "Upholds",              upheld_by},
    Kind{required_by,            "RequiredBy",           requires_},
    Kind{requisite_of,           "RequisiteOf",          requisite},
    Kind{wanted_by,              "WantedBy",             wants},
    Kind{bound_by,               "BoundBy",              binds_to},
    Kind{consists_of,            "ConsistsOf",           part_of},
    Kind{upheld_by,              "UpheldBy",             upholds},
    Kind{conflicts,              "Conflicts",            conflicted_by},
    Kind{conflicted_by,          "ConflictedBy",         conflicts},
    Kind{before,                 "Before",               after},
    Kind{after,                  "After",                before},
    Kind{on_success,             "OnSuccess",            on_success_of},
    Kind{on_success_of,          "OnSuccessOf",          on_success},
    Kind{on_failure,             "OnFailure",            on_failure_of},
    Kind{on_failure_of,          "OnFailureOf",          on_failure},
    Kind{triggers,               "Triggers",             triggered_by},
    Kind{triggered_by,           "TriggeredBy",          triggers},
    Kind{propagates_reload_to,   "PropagatesReloadTo",   reload_propagated_from},
    Kind{reload_propagated_from, "ReloadPropagatedFrom", propagates_reload_to},
    Kind{propagates_stop_to,     "PropagatesStopTo",     stop_propagated_from},
    Kind{stop_propagated_from,   "StopPropagatedFrom",   propagates_stop_to},
    Kind{joins_namespace_of,     "JoinsNamespaceOf",     joins_namespace_of},
    Kind{references,             "References",           referenced_by},
    Kind{referenced_by,          "ReferencedBy",         references},
    Kind{in_slice,               "InSlice",              slice_of},
    Kind{slice_of,               "SliceOf",              in_slice},
      // clang-format on
  };
}();
static_assert(dependency_kinds.size() == dependency_count);

static_assert([] {
  for (size_t i = 0; i < dependency_kinds.size(); ++i) {
    const DependencyKind& row = dependency_kinds[i];
    if (row.kind != Dependency(i) || dependency_kinds[size_t(row.inverse)].inverse != row.kind) return false;
  }
  return true;
}());

/// "Requires", "RequiredBy" …: the D-Bus property.
constexpr std::string_view to_string(Dependency kind) {
  return dependency_kinds[size_t(kind)].property;
}
constexpr const char* property_of(Dependency kind) {
  return dependency_kinds[size_t(kind)].property;
}
constexpr Dependency inverse(Dependency kind) {
  return dependency_kinds[size_t(kind)].inverse;
}

/// Why an edge exists; a bit set, an edge lives as long as any bit is left.
enum EdgeCause : uint8_t {
  cause_file = 1,
  cause_implicit = 2,
  cause_default = 4,
  cause_udev = 8,
  cause_mountinfo = 16,
  cause_path = 32 /* RequiresMountsFor= */,
  cause_slice = 64,
  cause_wants_dir = 128
};

class Graph {
 public:
  /// Also adds the inverse edge. A self-loop is ignored. O(1) amortised for edges not yet there.
  void add(UnitIndex from, Dependency, UnitIndex to, EdgeCause);
  /// Takes back the edges that `from` caused itself (their inverses included) for any of `causes`.
  void remove_from(UnitIndex from, uint8_t causes);
  /// Moves every edge of `other` to `into` (a unit turned out to be an alias of another).
  void merge(UnitIndex into, UnitIndex other);
  /// Forgets the nodes and all edges that touch them. Many at once cost little more than one.
  void remove(const std::vector<UnitIndex>& nodes);
  bool has(UnitIndex from, Dependency, UnitIndex to) const;
  /// Whether it was added from this end.
  bool is_own(UnitIndex from, Dependency, UnitIndex to) const;
  /// In the order in which they were added.
  std::span<const UnitIndex> edges(UnitIndex from, Dependency) const;
  /// All edges, counted at both ends.
  size_t size() const { return size_; }
  bool has_incoming_needs(UnitIndex) const;  // anything requires, wants, binds to … it

 private:
  struct Edges {
    EdgeList list;
    Dependency kind;
  };
  struct Node {
    std::vector<Edges> kinds;  // few kinds are in use per unit
  };
  Edges* find(UnitIndex, Dependency);
  const Edges* find(UnitIndex, Dependency) const;
  Edges& find_or_make(UnitIndex, Dependency);
  void link(UnitIndex from, Dependency, UnitIndex to, uint8_t own, uint8_t others);
  void forget_edge(UnitIndex from, Dependency, UnitIndex to);
  std::vector<Node> nodes_;
  size_t size_ = 0;
};

}  // namespace svcd
