// The edges of one kind at one node of the graph, in the order in which they were added: where each leads, and what
// this end has given as its causes. Most lists hold one or two, and there are many lists: those need no memory of their
// own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace svcd {

using UnitIndex = uint32_t;

class EdgeList {
 public:
  EdgeList() = default;
  EdgeList(EdgeList&& other) noexcept { swap(other); }
  EdgeList& operator=(EdgeList&& other) noexcept {
    EdgeList gone(std::move(other));
    swap(gone);
    return *this;
  }
  EdgeList(const EdgeList&) = delete;
  EdgeList& operator=(const EdgeList&) = delete;
  ~EdgeList() {
    if (room_ > inline_room) delete[] block_;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::span<const UnitIndex> to() const { return {nodes(), size_}; }
  uint8_t& own(size_t at) { return causes()[at]; }
  uint8_t own(size_t at) const { return const_cast<EdgeList*>(this)->causes()[at]; }

  void push_back(UnitIndex to, uint8_t own);
  void erase(size_t at);
  /// Writes an edge over another one.
  void put(size_t at, UnitIndex to, uint8_t own) {
    nodes()[at] = to;
    causes()[at] = own;
  }
  /// Forgets all from there on.
  void cut(size_t size) { size_ = static_cast<uint32_t>(size); }

 private:
  static constexpr uint32_t inline_room = 2;
  void swap(EdgeList& other) noexcept;
  UnitIndex* nodes() { return room_ > inline_room ? block_ : few_; }
  const UnitIndex* nodes() const { return room_ > inline_room ? block_ : few_; }
  // Behind the nodes in their block.
  uint8_t* causes() { return room_ > inline_room ? reinterpret_cast<uint8_t*>(block_ + room_) : few_causes_; }

  uint32_t size_ = 0, room_ = inline_room;
  union {
    UnitIndex few_[inline_room] = {};
    UnitIndex* block_;
  };
  uint8_t few_causes_[inline_room] = {};
};

}  // namespace svcd
