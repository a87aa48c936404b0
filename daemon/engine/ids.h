// Names for things across a step: never a pointer, always an id that says whether the thing is still there.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

namespace svcd {

/// A unit in the registry; `index` is also its node in the Graph. The generation changes when an index is used again.
struct UnitId {
  uint32_t index = UINT32_MAX;
  uint32_t generation = 0;
  bool valid() const { return index != UINT32_MAX; }
  bool operator==(const UnitId&) const = default;
};

using JobId = uint32_t;                 // as on D-Bus: grows, is never used again; 0: none
using SpawnToken = uint64_t;            // one attempt to run one process; grows, survives re-exec; 0: none
using ClientId = uint64_t;              // a D-Bus peer, as dbus/server numbers them; 0: the manager itself
using DescriptorId = uint64_t;          // an open file that linux/ holds for the engine; is never used again; 0: none
using RequestId = uint64_t;             // a request that is answered later; 0: none
using Id128 = std::array<uint8_t, 16>;  // invocation id; all zero: none

}  // namespace svcd

template <>
struct std::hash<svcd::UnitId> {
  size_t operator()(const svcd::UnitId& id) const noexcept { return (size_t{id.generation} << 32) ^ id.index; }
};
