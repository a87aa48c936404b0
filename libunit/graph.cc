#include "libunit/graph.h"

#include <algorithm>
#include <utility>

namespace svcd {

namespace {

constexpr size_t nowhere = SIZE_MAX;

size_t position(std::span<const UnitIndex> in, UnitIndex of) {
  const auto found = std::find(in.begin(), in.end(), of);
  return found == in.end() ? nowhere : size_t(found - in.begin());
}

}  // namespace

const Graph::Edges* Graph::find(UnitIndex from, Dependency kind) const {
  if (from >= nodes_.size()) return nullptr;
  for (const Edges& edges : nodes_[from].kinds)
    if (edges.kind == kind) return &edges;
  return nullptr;
}

Graph::Edges* Graph::find(UnitIndex from, Dependency kind) {
  return const_cast<Edges*>(std::as_const(*this).find(from, kind));
}

Graph::Edges& Graph::find_or_make(UnitIndex from, Dependency kind) {
  if (Edges* edges = find(from, kind)) return *edges;
  if (from >= nodes_.size()) nodes_.resize(size_t{from} + 1);
  return nodes_[from].kinds.emplace_back(Edges{{}, kind});
}

bool Graph::has(UnitIndex from, Dependency kind, UnitIndex to) const {
  const Edges* out = find(from, kind);
  const Edges* back = find(to, inverse(kind));
  if (!out || !back) return false;
  // Both ends know the edge: look at the end that has fewer. A target wants thousands, each is wanted by one.
  return out->list.size() <= back->list.size() ? position(out->list.to(), to) != nowhere
                                               : position(back->list.to(), from) != nowhere;
}

void Graph::link(UnitIndex from, Dependency kind, UnitIndex to, uint8_t own, uint8_t others) {
  if (from == to || (own | others) == 0) return;
  if (!has(from, kind, to)) {
    find_or_make(from, kind).list.push_back(to, own);
    find_or_make(to, inverse(kind)).list.push_back(from, others);
    size_ += 2;
    return;
  }
  if (own) {
    EdgeList& out = find(from, kind)->list;
    out.own(position(out.to(), to)) |= own;
  }
  if (others) {
    EdgeList& back = find(to, inverse(kind))->list;
    back.own(position(back.to(), from)) |= others;
  }
}

bool Graph::is_own(UnitIndex from, Dependency kind, UnitIndex to) const {
  const Edges* edges = find(from, kind);
  const size_t at = edges ? position(edges->list.to(), to) : nowhere;
  return at != nowhere && edges->list.own(at) != 0;
}

void Graph::add(UnitIndex from, Dependency kind, UnitIndex to, EdgeCause cause) {
  link(from, kind, to, cause, 0);
}

/// Takes the entry out of one end only.
void Graph::forget_edge(UnitIndex from, Dependency kind, UnitIndex to) {
  Edges* edges = find(from, kind);
  if (!edges) return;
  const size_t at = position(edges->list.to(), to);
  if (at == nowhere) return;
  edges->list.erase(at);
  --size_;
  if (!edges->list.empty()) return;
  std::vector<Edges>& all = nodes_[from].kinds;
  all.erase(all.begin() + (edges - all.data()));
}

void Graph::remove_from(UnitIndex from, uint8_t causes) {
  if (from >= nodes_.size()) return;
  std::vector<Edges>& all = nodes_[from].kinds;
  for (auto& [list, kind] : all) {
    size_t kept = 0;
    for (size_t i = 0; i < list.size(); ++i) {
      const UnitIndex to = list.to()[i];
      const uint8_t left = uint8_t(list.own(i) & ~causes);
      if (left == 0 && list.own(i) != 0) {
        const EdgeList& back = find(to, inverse(kind))->list;
        if (back.own(position(back.to(), from)) == 0) {  // the other end does not want it either
          forget_edge(to, inverse(kind), from);
          --size_;
          continue;
        }
      }
      list.put(kept++, to, left);
    }
    list.cut(kept);
  }
  std::erase_if(all, [](const Edges& edges) { return edges.list.empty(); });
}

void Graph::remove(const std::vector<UnitIndex>& nodes) {
  std::vector<bool> gone(nodes_.size());
  for (const UnitIndex node : nodes)
    if (node < nodes_.size()) gone[node] = true;
  std::vector<UnitIndex> others;
  for (const UnitIndex node : nodes) {
    if (node >= nodes_.size()) continue;
    for (const Edges& edges : nodes_[node].kinds) {
      size_ -= edges.list.size();
      for (const UnitIndex to : edges.list.to())
        if (!gone[to]) others.push_back(to);
    }
    nodes_[node].kinds.clear();
    nodes_[node].kinds.shrink_to_fit();
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  for (const UnitIndex other : others) {
    for (auto& [list, kind] : nodes_[other].kinds) {
      size_t kept = 0;
      for (size_t i = 0; i < list.size(); ++i)
        if (!gone[list.to()[i]]) list.put(kept++, list.to()[i], list.own(i));
      size_ -= list.size() - kept;
      list.cut(kept);
    }
    std::erase_if(nodes_[other].kinds, [](const Edges& edges) { return edges.list.empty(); });
  }
}

void Graph::merge(UnitIndex into, UnitIndex other) {
  if (into == other || other >= nodes_.size()) return;
  struct Moved {
    Dependency kind;
    UnitIndex to;
    uint8_t own, others;
  };
  std::vector<Moved> moved;
  for (const Edges& edges : nodes_[other].kinds)
    for (size_t i = 0; i < edges.list.size(); ++i) {
      const UnitIndex to = edges.list.to()[i];
      const EdgeList& back = find(to, inverse(edges.kind))->list;
      moved.push_back({edges.kind, to, edges.list.own(i), back.own(position(back.to(), other))});
    }
  remove({other});
  for (const Moved& edge : moved) link(into, edge.kind, edge.to, edge.own, edge.others);
}

std::span<const UnitIndex> Graph::edges(UnitIndex from, Dependency kind) const {
  const Edges* edges = find(from, kind);
  return edges ? edges->list.to() : std::span<const UnitIndex>();
}

bool Graph::has_incoming_needs(UnitIndex unit) const {
  using enum Dependency;
  for (const Dependency kind : {required_by, requisite_of, wanted_by, bound_by, upheld_by})
    if (find(unit, kind)) return true;
  return false;
}

}  // namespace svcd
