// The implicit and default dependencies of each unit type: "Implicit Dependencies" and "Default Dependencies" of
// systemd.service(5), .target(5), .slice(5), .socket(5), .mount(5), .scope(5), systemd.exec(5), resource-control(5).
#pragma once

#include <vector>

#include "libunit/config.h"
#include "libunit/graph.h"
#include "libunit/specifiers.h"

namespace svcd {

struct DerivedEdge {
  Dependency kind;
  UnitName other;
  EdgeCause cause;
  bool operator==(const DerivedEdge&) const = default;
};

/// All edges of a unit that its own settings imply: as written in [Unit], implicit and default ones. Paths of
/// RequiresMountsFor= are given out separately, because they concern mount units that exist or come later.
struct DerivedDependencies {
  std::vector<DerivedEdge> edges;
  std::vector<std::string> requires_mounts_for;
  UnitName slice;  // where its cgroup goes; empty for units without one
};

/// `host` has the roots of RuntimeDirectory= and its family, and the folders that PrivateTmp= replaces.
DerivedDependencies derive_dependencies(const UnitName& name, const UnitConfig& config, const HostFacts& host = {});

/// A target comes after what it pulls in, if both have DefaultDependencies=yes and nothing says the contrary;
/// systemd.target(5). To be asked when both units are loaded, for each edge of pulling_dependencies.
bool target_waits_for(const Graph& graph, UnitIndex target, const UnitConfig& target_config, UnitIndex other,
                      const UnitConfig& other_config);
inline constexpr std::array pulling_dependencies{Dependency::requires_, Dependency::requisite, Dependency::wants,
                                                 Dependency::binds_to, Dependency::upholds};

/// The mount units that a path of RequiresMountsFor= may need, from "-.mount" down: a unit is After= each one that is
/// loaded, and Requires= those that have a unit file. Empty if the path has no unit name.
std::vector<UnitName> mounts_on_the_way_to(std::string_view path);

}  // namespace svcd
