#include "libunit/shared_blocks.h"

#include <algorithm>

namespace svcd {

template <class Section>
void SharedBlocks::share(Block<Section>& block, Recent<Section>& recent) {
  if (block.is_default()) return;
  if (const Block<Section> none; *block == *none) {
    block = none;
    return;
  }
  auto known = std::ranges::find_if(recent, [&](const Block<Section>& one) { return *one == *block; });
  if (known != recent.end()) {
    block = *known;
  } else {
    if (recent.size() < kept) recent.emplace_back();
    known = recent.end() - 1;
    *known = block;
  }
  std::rotate(recent.begin(), known, known + 1);
}

void SharedBlocks::share(UnitConfig& config) {
  std::apply([&]<class... Section>(Recent<Section>&... recent) { (share(config.shareable<Section>(), recent), ...); },
             recent_);
}

}  // namespace svcd
