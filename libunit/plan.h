// plan(): what a request means, computed as a transaction that changes nothing. Pure: same input, same answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/graph.h"
#include "libunit/job.h"
#include "libunit/result.h"
#include "libunit/unit_name.h"

namespace svcd {

/// What plan() must know of a unit.
struct UnitFacts {
  const UnitName* name = nullptr;
  LoadState load = LoadState::stub;
  ActiveState active = ActiveState::inactive;
  bool can_start = true, can_stop = true, can_reload = false;  // a job of that type applies to its type
  bool is_perpetual = false;                                   // init.scope, -.slice, -.mount: never stopped
  bool refuse_manual_start = false, refuse_manual_stop = false, allow_isolate = false, ignore_on_isolate = false;
  const Error* load_error = nullptr;  // of a unit that is not `loaded`; as long as the unit is as it is
};

/// What plan() must know of an installed job.
struct JobFacts {
  JobType type = JobType::nop;
  JobState state = JobState::waiting;
  bool irreversible = false;
  bool ignore_order = false;
};

/// The present, as plan() sees it.
class PlanInput {
 public:
  virtual ~PlanInput() = default;
  virtual UnitFacts facts(UnitIndex) const = 0;
  virtual std::optional<JobFacts> job(UnitIndex) const = 0;  // nullopt: none installed
  virtual const std::vector<UnitIndex>& units() const = 0;   // all loaded, for isolate
};

struct PlanRequest {
  UnitIndex unit = 0;
  JobType type = JobType::start;
  JobMode mode = JobMode::replace;
  bool manual = true;              // asked for from outside: RefuseManualStart= counts
  bool propagates_reload = false;  // with a nop: it reloads by itself, and others shall, too
  size_t jobs_max = SIZE_MAX;      // a request that makes more is refused: limits_exceeded
};

/// What brought a job into a transaction: the first one that asked for it, and how.
struct PlanReason {
  enum class Kind : uint8_t { asked, dependency, isolate, trigger };
  Kind kind = Kind::asked;                     // asked: the request itself
  Dependency through = Dependency::requires_;  // which one of `by`; of kind dependency
  UnitIndex by = 0;
  bool operator==(const PlanReason&) const = default;
};
std::string_view to_string(PlanReason::Kind);  // "asked" …: what programs get

struct PlannedJob {
  UnitIndex unit = 0;
  JobType type = JobType::start;
  bool irreversible = false;
  bool ignore_order = false;  // job mode ignore-dependencies
  PlanReason reason = {};
};

/// A line for the log about what plan() dropped and why.
struct PlanNote {
  int priority = 4;  // syslog(3); systemd shows wanted units that cannot start at debug level only
  UnitIndex unit = 0;
  std::string text;                       // begins with the unit's name
  std::vector<UnitIndex> loop = {};       // of the last note about a cycle: all its units, each ordered before the next
  std::optional<UnitIndex> deleted = {};  // likewise: whose job was deleted to break it
};

/// Where a refused request broke.
struct PlanRefusal {
  struct Step {
    UnitIndex unit = 0;
    JobType type = JobType::start;
    PlanReason reason = {};
  };
  /// From the unit that cannot have its job up to the anchor, each pulled in by the next. Of two jobs that contradict
  /// each other: the first has them both.
  std::vector<Step> path;
  std::vector<UnitIndex> loop;  // of an order that cannot be had
};

struct Transaction {
  std::vector<PlannedJob> jobs;    // the anchor first, then as pulled in
  std::vector<UnitIndex> cancel;   // isolate, flush: units whose installed job goes away without a successor
  std::vector<PlanNote> log;       // cycles with the whole loop, wanted units that cannot start
  std::vector<UnitIndex> skipped;  // deleted to break a cycle: "[ SKIP ] Ordering cycle found, skipping X" on a console
};

/// Errors: see the D-Bus names and texts of systemd 252 (NoSuchUnit, UnitMasked, BadUnitSetting, OnlyByDependency,
/// NoIsolation, JobTypeNotApplicable, TransactionOrderIsCyclic, TransactionIsDestructive, TransactionJobsConflicting);
/// and still_loading if it meets a unit that is not read yet (LoadState::stub).
/// `log`, if given, also gets the notes of a request that failed (a cycle that could not be broken); `refusal` why.
Result<Transaction> plan(const Graph&, const PlanInput&, const PlanRequest&, std::vector<PlanNote>* log = nullptr,
                         PlanRefusal* refusal = nullptr);

/// Whether, between two jobs, the first must wait for the second; the order that systemd.unit(5) gives for Before=
/// and After= (a stop of one and a start of the other: the stop goes first). `order_to_other` is the waiting unit's
/// edge: before or after. Jobs that ignore the order are the caller's matter.
bool must_wait(JobType waiting, Dependency order_to_other, JobType other);

}  // namespace svcd
