// Equal settings of different units are stored once: whoever loads units keeps the groups of settings that came up
// last, and a unit that says the same as another one points to that one's block. Most units of a system differ in what
// they run and agree in the rest (slice, sandbox, limits), and those of one template in nearly all.
#pragma once

#include <cstddef>
#include <tuple>
#include <vector>

#include "libunit/config.h"

namespace svcd {

class SharedBlocks {
 public:
  /// How many blocks of a group it keeps, whether a unit still has them or not; those not met for longest go first.
  static constexpr size_t kept = 16;

  /// From now on its groups are the defaults, or those of units shared before, wherever they are equal.
  void share(UnitConfig&);

 private:
  template <class Section>
  using Recent = std::vector<Block<Section>>;  // the last one met comes first
  template <class Section>
  void share(Block<Section>&, Recent<Section>&);

  std::tuple<Recent<UnitSection>, Recent<ServiceSection>, Recent<SocketSection>, Recent<MountSection>,
             Recent<TimerSection>, Recent<PathSection>, Recent<SwapSection>, Recent<ExecSection>, Recent<KillSection>,
             Recent<ResourceSection>, Recent<SandboxSection>>
      recent_;
};

}  // namespace svcd
