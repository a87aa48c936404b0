// Units and their states written as one line of text, for questions to plan().
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "libunit/plan.h"

namespace svcd {

class PlanWorld : public PlanInput {
 public:
  /// The language is described in plan_cases.h.
  explicit PlanWorld(std::string_view units);

  UnitFacts facts(UnitIndex unit) const override { return units_[unit].facts; }
  std::optional<JobFacts> job(UnitIndex unit) const override { return units_[unit].job; }
  const std::vector<UnitIndex>& units() const override { return all_; }
  const Graph& graph() const { return graph_; }

  /// The unit of that name, made if need be ("a" is a.service).
  UnitIndex index(std::string_view name);
  UnitFacts& change_facts(std::string_view name) { return units_[index(name)].facts; }
  /// "start a replace"; a wrong word is an error, as it is over D-Bus.
  Result<Transaction> ask(std::string_view request, std::vector<PlanNote>* log = nullptr);
  /// As ask(), and the jobs are installed. Those of units that need not wait run at once and are done.
  Result<> install(std::string_view request);
  /// The anchor first, the others sorted, or the error; then the log at level warning and above, a line each.
  std::string answer(std::string_view request);
  /// In the order in which the jobs were planned.
  std::string in_order(std::string_view request);
  /// "a.service/start", merged with the installed job.
  std::string title(const PlannedJob&) const;

 private:
  struct Unit {
    UnitName name;
    UnitFacts facts;
    std::optional<JobFacts> job;
  };
  void parse_unit(std::string_view text);
  bool must_wait_for_any(const PlannedJob&) const;
  std::deque<Unit> units_;  // facts point to names
  std::vector<UnitIndex> all_;
  std::map<std::string, UnitIndex, std::less<>> index_;
  Graph graph_;
};

}  // namespace svcd
