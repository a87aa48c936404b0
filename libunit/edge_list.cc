#include "libunit/edge_list.h"

#include <algorithm>

namespace svcd {

// The union holds plain numbers or a pointer: its bytes may be exchanged whichever it is, but only as bytes.
void EdgeList::swap(EdgeList& other) noexcept {
  static_assert(sizeof few_ == sizeof block_);
  std::swap(size_, other.size_);
  std::swap(room_, other.room_);
  auto* bytes = reinterpret_cast<std::byte*>(&few_);
  std::swap_ranges(bytes, bytes + sizeof few_, reinterpret_cast<std::byte*>(&other.few_));
  std::swap_ranges(std::begin(few_causes_), std::end(few_causes_), std::begin(other.few_causes_));
}

void EdgeList::push_back(UnitIndex to, uint8_t own) {
  if (size_ == room_) {
    const uint32_t room = room_ * 2;
    // The causes lie behind the nodes, four in the place of one.
    auto* block = new UnitIndex[room + (room + sizeof(UnitIndex) - 1) / sizeof(UnitIndex)];
    std::copy_n(nodes(), size_, block);
    std::copy_n(causes(), size_, reinterpret_cast<uint8_t*>(block + room));
    if (room_ > inline_room) delete[] block_;
    block_ = block;
    room_ = room;
  }
  put(size_++, to, own);
}

void EdgeList::erase(size_t at) {
  std::copy(nodes() + at + 1, nodes() + size_, nodes() + at);
  std::copy(causes() + at + 1, causes() + size_, causes() + at);
  --size_;
}

}  // namespace svcd
