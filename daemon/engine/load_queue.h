// Units that are mentioned and not loaded yet. What a newer request needs goes first: a unit that brings thousands of
// others along keeps nobody waiting. Within one request in the order of mention, so that an endless chain of templates
// comes last.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "daemon/engine/ids.h"

namespace svcd {

class LoadQueue {
 public:
  /// A new request: what is pushed from now on is taken before what waits already.
  void begin() {
    if (size_ > 0 && turns_.size() < most_turns) turns_.emplace_back();
  }
  void push(UnitId unit) {
    if (turns_.empty()) turns_.emplace_back();
    turns_.back().push_back(unit);
    ++size_;
  }
  std::optional<UnitId> next() {
    while (!turns_.empty() && turns_.back().empty()) turns_.pop_back();
    if (turns_.empty()) return std::nullopt;
    const UnitId unit = turns_.back().front();
    turns_.back().pop_front();
    --size_;
    return unit;
  }
  bool empty() const { return size_ == 0; }
  /// Which request is served: grows with each that began before the others were done.
  uint8_t turn() const { return uint8_t(turns_.size()); }

 private:
  static constexpr size_t most_turns = 64;
  std::vector<std::deque<UnitId>> turns_;
  size_t size_ = 0;
};

}  // namespace svcd
