// What came of one rehearsal: plain values, made once by Rehearsal and read by the reports. Times count from the
// beginning of the boot.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/ids.h"
#include "libunit/job.h"
#include "libunit/time.h"

namespace svcd::rehearsal {

struct StateChange {
  Time at{0};
  ActiveState active = ActiveState::inactive;
  std::string sub;
  size_t turn = 0;  // the how-manieth change of any unit
};

struct UnitStory {
  std::string name, description, path;  // path "": no file
  std::vector<StateChange> states;      // without repeats; before the first one it was down
  size_t restarts = 0;                  // by Restart=
  std::string restarted_because;        // what happened before the last one
};

struct JobStory {
  JobId id = 0;
  std::string unit;
  JobType type = JobType::start;
  Time asked{0};
  std::optional<Time> began, ended;
  std::optional<JobResult> result;   // nothing: it never ended
  std::optional<size_t> waited_for;  // the job (by its place in Run::jobs) whose end let this one begin
  std::string because;               // the dependency that made it wait: "After= in a.service"
  size_t turn = 0;                   // the how-manieth to begin, or to be given up; 0: neither
  bool is_simulated = true;          // false: a timer or the like, which svcd does not start
};

/// One loop in the order of jobs: each has to wait for the next one, the last for the first.
struct Cycle {
  struct Link {
    std::string unit;
    std::string job;      // "start"
    std::string because;  // why it waits for the next one
  };
  Time at{0};
  std::vector<Link> links;
  std::string left_out;  // the unit whose job was deleted; "": there was none to delete, the request was refused
};

/// A unit that others name and that cannot be loaded.
struct MissingUnit {
  std::string name;
  LoadState state = LoadState::not_found;
  std::string why;                     // of what is there and cannot be loaded
  std::vector<std::string> needed_by;  // "Wants= of a.service"
  bool is_needed = false;              // somebody cannot go without it
};

/// A job that did not end.
struct Unfinished {
  size_t job = 0;                      // its place in Run::jobs
  std::string state;                   // "waits", "runs (start-pre)"
  std::vector<std::string> waits_for;  // "b.service/start (After= in a.service)", or what of itself
};

/// A stop that took until its timeout.
struct LongStop {
  std::string unit;
  Time began{0};
  std::optional<Time> ended;
  std::string limit;  // "TimeoutStopSec=1min 30s"
};

struct Failure {
  Time at{0};
  std::string unit;  // "": a request
  std::string why;
  bool is_consequence = false;  // of another one
};

struct ChainLink {
  size_t job = 0;       // its place in Run::jobs
  std::string because;  // why it had to wait for the link after it; "" for the last one
};

/// What is wrong with a run, the worst last: these are the exit codes of svcd-sim.
enum class Verdict : uint8_t { well = 0, not_possible = 1, failed = 2, long_stop = 3, cycle = 4, unfinished = 5 };

struct Run {
  uint64_t seed = 0;
  std::string target;            // what was booted, as asked for
  std::optional<Time> reached;   // nothing: it was not
  Time end{0};                   // of the last thing that happened
  bool shut_down = false;        // was asked for
  std::vector<JobStory> jobs;    // in the order in which they were asked for
  std::vector<UnitStory> units;  // that had a job or changed their state, by name
  std::vector<ChainLink> chain;  // to the target, beginning with it
  std::vector<Cycle> cycles;
  std::vector<MissingUnit> missing;
  std::vector<Unfinished> unfinished;
  bool is_deadlock = false;  // nothing would ever happen any more; else the time was over
  std::vector<LongStop> long_stops;
  std::vector<Failure> failures;
  std::vector<std::string> untested;  // conditions that nobody could test: taken as met
  std::vector<std::string> notes;     // of what was asked for and had no effect
  std::vector<std::string> standard;  // units that the tree does not have and svcd brings along

  /// Whether a unit was not there that another one requires.
  bool lacks_something() const {
    return std::any_of(missing.begin(), missing.end(), [](const MissingUnit& unit) { return unit.is_needed; });
  }
  Verdict verdict() const {
    if (!unfinished.empty()) return Verdict::unfinished;
    if (!cycles.empty()) return Verdict::cycle;
    if (!long_stops.empty()) return Verdict::long_stop;
    if (!failures.empty() || lacks_something()) return Verdict::failed;
    return Verdict::well;
  }
};

}  // namespace svcd::rehearsal
