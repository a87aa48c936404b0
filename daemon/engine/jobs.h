// The installed jobs: at most one a unit, run as soon as Before= and After= allow, in the order of run_queue.h. Every
// job knows how many others it waits for and who waits for it, so that the end of a job costs what depends on it and
// nothing more.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "daemon/engine/cause.h"
#include "daemon/engine/ids.h"
#include "daemon/engine/run_queue.h"
#include "libunit/graph.h"
#include "libunit/job.h"
#include "libunit/plan.h"
#include "libunit/time.h"

namespace svcd {

struct Job {
  JobId id = 0;
  UnitId unit;
  JobType type = JobType::start;
  JobState state = JobState::waiting;
  bool irreversible = false;
  bool ignore_order = false;
  bool in_run_queue = false;
  ClientId client = 0;
  JobReason reason;
  Timestamp begin, begin_running;
  uint64_t sequence = 0;   // of its installation or last merge
  uint32_t waits_for = 0;  // jobs that must end before this one may run
  uint32_t link_epoch = 0;
  struct Waiter {
    JobId job;
    uint32_t epoch;  // of the waiter when it began to wait: a link from before does not count
  };
  std::vector<Waiter> waiters;
};

class JobQueue {
 public:
  /// `turn_of` says which of several jobs that may run goes first.
  JobQueue(const Graph& graph, std::function<RunTurn(UnitId)> turn_of) : graph_(graph), turn_of_(std::move(turn_of)) {}

  /// A new job for a unit that has none.
  Job& add(UnitId unit, JobType type, bool ignore_order);
  /// Puts back a job of an earlier incarnation of the manager.
  Job& add_restored(const Job& job);
  void remove(Job&);
  /// Its type changed: whom it waits for, and who for it, changes too.
  void relink(Job&);
  /// The graph changed below the jobs' feet (daemon-reload).
  void relink_all();

  Job* find(JobId);
  const Job* find(JobId) const;
  Job* of(UnitIndex);
  const Job* of(UnitIndex) const;
  size_t size() const { return jobs_.size(); }
  bool empty() const { return jobs_.empty(); }
  const std::unordered_map<JobId, Job>& all() const { return jobs_; }

  void enqueue(Job&);  // to be tried soon, if it may run
  bool has_runnable() const { return !run_queue_.empty(); }
  /// The next job that may run now; null: none.
  Job* next();
  JobId last_id() const { return last_id_; }
  /// The id of a job that is over before it has a place here.
  JobId skip_id() { return ++last_id_; }
  void set_last_id(JobId id) { last_id_ = id; }
  uint64_t next_sequence() { return ++last_sequence_; }

 private:
  void link(Job&);
  void unlink(Job&);
  void link_pair(Job& job, Dependency order, Job& other);
  bool may_run(const Job& job) const { return job.ignore_order || job.waits_for == 0; }

  const Graph& graph_;
  std::function<RunTurn(UnitId)> turn_of_;
  std::unordered_map<JobId, Job> jobs_;
  std::vector<JobId> by_unit_;  // by unit index; 0: none
  RunQueue run_queue_;
  JobId last_id_ = 0;
  uint64_t last_sequence_ = 0;
};

}  // namespace svcd
