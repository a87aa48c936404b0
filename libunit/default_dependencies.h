// The implicit and default dependencies of each unit type: "Implicit Dependencies" and "Default Dependencies" of
// systemd.service(5), .target(5), .slice(5), .socket(5), .mount(5), .scope(5), systemd.exec(5), resource-control(5).
#pragma once

#include <vector>

#include "libunit/config.h"
#include "libunit/graph.h"

namespace svcd {

struct DerivedEdge {
  Dependency kind;
  UnitName other;
  EdgeCause cause;
};

/// All edges of a unit that its own settings imply: as written in [Unit], implicit and default ones. Paths of
/// RequiresMountsFor= are given out separately, because they concern mount units that exist or come later.
struct DerivedDependencies {
  std::vector<DerivedEdge> edges;
  std::vector<std::string> requires_mounts_for;
  UnitName slice;  // where its cgroup goes; empty for units without one
};

/// `is_user` stands for the user instance, whose targets differ.
DerivedDependencies derive_dependencies(const UnitName& name, const UnitConfig& config);

}  // namespace svcd
