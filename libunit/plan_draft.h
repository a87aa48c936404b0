// The jobs of a request while plan() works on them: at first several a unit, each linked to the jobs it was pulled in
// for. A job that goes takes with it those it matters to; one that nobody asks for any more is garbage.
// All walks are loops over index lists: cost grows with the number of jobs and links, depth with nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "libunit/plan.h"

namespace svcd::planning {

using DraftIndex = uint32_t;
inline constexpr uint32_t none = UINT32_MAX;

struct DraftJob {
  UnitIndex unit = 0;
  JobType type = JobType::nop;
  bool matters = false;  // the anchor cannot be had without it
  bool ignore_order = false;
  bool waits_like_start = false;  // a restart that is to be a start as well: loops are looked for as both
  bool erased = false;
  DraftIndex next_of_unit = none;
  uint32_t first_in = none, first_out = none;  // links
  uint32_t asked_by = 0;                       // living links that end here
};

/// `subject` pulled in `object`.
struct Link {
  DraftIndex subject = none, object = none;
  bool matters = false;    // without `object` there can be no `subject`
  bool conflicts = false;  // pulled in by Conflicts=
  PlanReason::Kind kind = PlanReason::Kind::dependency;
  Dependency through = Dependency::requires_;
  bool erased = false;
  uint32_t next_in = none, next_out = none;
};

class Draft {
 public:
  Draft(const Graph& a_graph, const PlanInput& an_input, const PlanRequest& a_request)
      : graph(a_graph), input(an_input), request(a_request) {}

  const Graph& graph;
  const PlanInput& input;
  const PlanRequest& request;
  DraftIndex anchor = none;
  bool met_stub = false;  // a unit that is not read yet: what it would bring along is not known
  std::vector<PlanNote> notes;
  std::vector<UnitIndex> skipped;
  PlanRefusal refusal;

  DraftJob& operator[](DraftIndex job) { return jobs_[job]; }
  const DraftJob& operator[](DraftIndex job) const { return jobs_[job]; }
  size_t size() const { return jobs_.size(); }  // erased ones included
  const std::string& name(UnitIndex unit) const { return input.facts(unit).name->str(); }
  std::string title(UnitIndex unit, JobType type) const;  // "a.service/start"
  std::string title(DraftIndex job) const { return title(jobs_[job].unit, jobs_[job].type); }
  void note(int priority, UnitIndex unit, std::string text);

  /// The first, or the next, living job of a unit; none: there is no more.
  DraftIndex first_of(UnitIndex unit) const;
  DraftIndex next_of(DraftIndex job) const;
  DraftIndex find(UnitIndex unit, JobType type) const;
  DraftIndex add(UnitIndex unit, JobType type);
  /// How a job pulls in another one.
  struct Pulled {
    bool matters = false, conflicts = false;
    PlanReason::Kind kind = PlanReason::Kind::dependency;
    Dependency through = Dependency::requires_;
  };
  void link(DraftIndex subject, DraftIndex object, const Pulled&);
  /// Who asked for it first, of those that still do if there are any; what matters comes before what does not.
  PlanReason reason_of(DraftIndex job) const;
  bool is_conflicted(DraftIndex job) const;  // some other unit's Conflicts= asks for it

  /// Marks what the anchor cannot do without.
  void find_what_matters();
  /// `with_dependents`: also the jobs that it matters to, and those that these matter to …
  void erase(DraftIndex job, bool with_dependents);
  /// Erases the jobs that nobody asks for any more because of erase(). As in systemd 252 only the newest of a unit is
  /// looked at: one that stands behind another may still settle what the other becomes.
  void collect_garbage();
  /// Lets `into` stand for `other` as well.
  void absorb(DraftIndex into, DraftIndex other);
  /// In the order in which they went.
  const std::vector<DraftIndex>& erased() const { return erased_; }

 private:
  DraftIndex living(DraftIndex job) const;
  void drop_link(uint32_t link);

  std::vector<DraftJob> jobs_;
  std::vector<Link> links_;
  std::vector<DraftIndex> first_of_unit_;  // by UnitIndex
  std::vector<DraftIndex> orphans_, erased_;
};

// The steps of plan(), in plan_pull_in.cc, plan_merge.cc and plan_cycles.cc.
Result<> pull_in(Draft&);
void pull_in_isolate(Draft&);
void pull_in_triggers(Draft&);
void minimize_impact(Draft&);
void drop_redundant(Draft&);
Result<> merge_per_unit(Draft&);
Result<> break_cycles(Draft&);

}  // namespace svcd::planning
