// What people and programs are told: why a unit is as it is, and what a request would do. Made when somebody asks, of
// causes, the graph, the jobs and the unit's files; nothing of it is kept.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/cause.h"
#include "libunit/diagnostic.h"
#include "libunit/plan.h"

namespace svcd {

/// One link of a chain.
struct CauseLink {
  Cause cause;
  std::string text;     // one sentence about its unit, without a full stop
  std::string setting;  // the directive that says so, and what it says; empty: none
  std::string value;
  Origin at;  // where it stands; line 0: in no file
};

struct Explanation {
  std::string unit;
  /// The true cause in one sentence; empty: there is nothing to explain, it is up.
  std::string sentence;
  std::string next_step;         // what to do about it, where that is obvious
  std::vector<CauseLink> chain;  // from the unit itself to the true cause
  /// Whose log has more to say: a program that ended by itself. Empty: nobody's.
  std::string log_unit;
  Id128 invocation{};
  bool is_failure = false;  // not only a stop, or an end, that somebody wanted
};

/// What a request would do.
struct DryRun {
  struct Step {
    std::string unit = {};
    JobType type = JobType::start;
    ActiveState now = ActiveState::inactive;
    uint32_t wave = 0;                      // runs when all jobs of lower waves that it waits for are done
    std::optional<JobType> installed = {};  // the unit has a job now: this one becomes one with it, or takes its place
    PlanReason::Kind reason = PlanReason::Kind::asked;
    Dependency through = Dependency::requires_;  // of `by`
    std::string by = {};
    Origin at = {};                           // where the dependency is written; line 0: in no file
    std::vector<std::string> waits_for = {};  // other units of the transaction, or with a job of their own
  };
  struct Loop {
    std::vector<std::string> units = {};  // each ordered before the next, the last before the first
    std::string deleted = {};             // whose job goes; empty: none can
  };
  std::string unit = {};
  JobType type = JobType::start;  // as it was understood: try-restart of what is down is nop
  JobMode mode = JobMode::replace;
  std::vector<Step> steps = {};            // by wave
  std::vector<std::string> canceled = {};  // units that lose the job they have
  std::vector<Loop> loops = {};
  std::vector<std::string> notes = {};  // what was dropped on the way, and why
  std::optional<Error> refused = {};    // then nothing would happen
  Explanation refusal = {};
};

}  // namespace svcd
