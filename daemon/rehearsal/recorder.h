// Listens to the engine during a rehearsal and writes down what it tells: jobs, states, loops in the order, and what
// each job waited for. Reads the engine, never changes it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "daemon/engine/manager.h"
#include "daemon/rehearsal/run.h"

namespace svcd::rehearsal {

class Recorder final : public ChangeListener {
 public:
  explicit Recorder(const Manager& manager) : manager_(manager), begin_(manager.now().monotonic) {}

  void flush(const Changes&) override;
  /// Before the engine gets it.
  void note(const TimerFired&);
  /// A request that could not even be made a job.
  void refused(std::string what, const Error&);

  /// No job is left, and no unit is on its way.
  bool is_quiet() const { return open_jobs_.empty() && moving_.empty(); }
  /// Nothing more will happen, or it is not waited for: of the jobs that are left it is told what they wait for.
  void note_unfinished(bool is_deadlock);
  /// What is written down so far, and what only the end of a run tells: units that are not there, the way to the
  /// target.
  Run finish(const std::string& target);
  Time elapsed() const { return manager_.now().monotonic - begin_; }

 private:
  struct Unfolding {  // a stop that is going on
    Time began{0};
    std::string limit;  // once it took that long
  };

  void job_appeared(const JobNew&);
  void job_began(size_t place, UnitIndex);
  std::optional<size_t> last_obstacle(size_t place, UnitIndex, std::string& because) const;
  void job_ended(const JobRemoved&);
  void unit_changed(UnitId);
  void watch_stop(const Unit&, ActiveState now);
  void log(const LogMessage&);
  std::string why_given_up(JobStory&, UnitIndex) const;
  UnitStory& story_of(const Unit&);
  void find_missing(Run&) const;
  void find_chain(Run&) const;

  const Manager& manager_;
  const Time begin_;
  Run run_;
  std::unordered_map<JobId, size_t> open_jobs_;                   // place in run_.jobs
  std::unordered_map<std::string, std::vector<size_t>> jobs_of_;  // by unit: those that ended
  std::vector<uint64_t> ends_;      // parallel to run_.jobs: the how-manieth end; 0: none yet
  std::vector<uint64_t> asked_in_;  // parallel to run_.jobs: the ends that there were before it
  uint64_t ended_ = 0, ended_before_step_ = 0;
  size_t turns_ = 0, changes_ = 0;
  std::map<std::string, UnitStory> units_;
  std::set<std::string> moving_;                 // units on their way up or down
  std::map<std::string, std::string> timeouts_;  // of units since their last start: what took too long
  std::map<std::string, Unfolding> stops_;
  std::optional<Cycle> cycle_;  // that is being told, line by line
};

}  // namespace svcd::rehearsal
