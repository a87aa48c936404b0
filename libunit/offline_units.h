// Units and all that they depend on, read from their files where no manager runs: enough of a world for plan().
// Nothing is active in it and no job is installed.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "libunit/default_dependencies.h"
#include "libunit/loader.h"
#include "libunit/plan.h"

namespace svcd {

class OfflineUnits final : public PlanInput {
 public:
  /// All must outlive this.
  OfflineUnits(UnitLoader& loader, const HostFacts& host) : loader_(loader), host_(host) {}

  /// The unit, with everything that it mentions. Names of one unit give one index.
  UnitIndex load(const UnitName& name);
  const LoadedUnit& unit(UnitIndex index) const { return units_[index]; }
  const Graph& graph() const { return graph_; }

  UnitFacts facts(UnitIndex index) const override;
  std::optional<JobFacts> job(UnitIndex) const override { return std::nullopt; }
  const std::vector<UnitIndex>& units() const override { return all_; }

 private:
  UnitIndex mention(const UnitName& name);
  void draw(UnitIndex index);
  void draw_target_order(UnitIndex index);

  UnitLoader& loader_;
  const HostFacts& host_;
  std::deque<LoadedUnit> units_;  // facts point to names
  std::vector<UnitIndex> all_;
  std::map<std::string, UnitIndex, std::less<>> index_;
  Graph graph_;
  size_t drawn_ = 0;  // units whose edges are known
};

}  // namespace svcd
