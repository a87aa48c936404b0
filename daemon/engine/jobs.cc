#include "daemon/engine/jobs.h"

#include <algorithm>

#include "daemon/engine/planted.h"

namespace svcd {

Job& JobQueue::add(UnitId unit, JobType type, bool ignore_order) {
  Job job;
  job.id = ++last_id_;
  job.unit = unit;
  job.type = type;
  job.ignore_order = ignore_order;
  return add_restored(job);
}

Job& JobQueue::add_restored(const Job& job) {
  last_id_ = std::max(last_id_, job.id);  // it may have been written down before the step that made it ended
  if (by_unit_.size() <= job.unit.index) by_unit_.resize(job.unit.index + 1);
  by_unit_[job.unit.index] = job.id;
  Job& mine = jobs_[job.id] = job;
  mine.sequence = next_sequence();
  link(mine);
  enqueue(mine);
  return mine;
}

void JobQueue::remove(Job& job) {
  unlink(job);
  by_unit_[job.unit.index] = 0;
  jobs_.erase(job.id);
}

void JobQueue::relink(Job& job) {
  unlink(job);
  if (SVCD_SOUND(order_lost_at_relink)) link(job);
  enqueue(job);
}

void JobQueue::relink_all() {
  for (auto& [id, job] : jobs_) {
    job.waiters.clear();
    job.waits_for = 0;
    ++job.link_epoch;
  }
  for (auto& [id, job] : jobs_)  // each pair once, from the end that has the After= edge
    for (const UnitIndex other : graph_.edges(job.unit.index, Dependency::after))
      if (Job* its = of(other)) link_pair(job, Dependency::after, *its);
  for (auto& [id, job] : jobs_) enqueue(job);
}

Job* JobQueue::find(JobId id) {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}
const Job* JobQueue::find(JobId id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}
Job* JobQueue::of(UnitIndex unit) {
  return unit < by_unit_.size() && by_unit_[unit] ? find(by_unit_[unit]) : nullptr;
}
const Job* JobQueue::of(UnitIndex unit) const {
  return unit < by_unit_.size() && by_unit_[unit] ? find(by_unit_[unit]) : nullptr;
}

void JobQueue::enqueue(Job& job) {
  if (job.in_run_queue || job.state != JobState::waiting || !may_run(job)) return;
  job.in_run_queue = true;
  run_queue_.push(turn_of_(job.unit), job.id);
}

Job* JobQueue::next() {
  while (!run_queue_.empty()) {
    Job* job = find(run_queue_.pop());
    if (!job) continue;
    job->in_run_queue = false;
    if (job->state == JobState::waiting && may_run(*job)) return job;
  }
  return nullptr;
}

void JobQueue::link(Job& job) {
  job.waits_for = 0;
  for (const Dependency order : {Dependency::after, Dependency::before})
    for (const UnitIndex other : graph_.edges(job.unit.index, order))
      if (Job* its = of(other)) link_pair(job, order, *its);
}

void JobQueue::link_pair(Job& job, Dependency order, Job& other) {
  if (must_wait(job.type, order, other.type)) {
    ++job.waits_for;
    other.waiters.push_back({job.id, job.link_epoch});
  }
  if (must_wait(other.type, inverse(order), job.type)) {
    ++other.waits_for;
    job.waiters.push_back({other.id, other.link_epoch});
  }
}

void JobQueue::unlink(Job& job) {
  ++job.link_epoch;  // links of others to this waiter are void from now on
  job.waits_for = 0;
  const std::vector<Job::Waiter> waiters = std::move(job.waiters);
  job.waiters.clear();
  for (const Job::Waiter& waiter : waiters) {
    Job* other = find(waiter.job);
    if (!other || other->link_epoch != waiter.epoch || other->waits_for == 0) continue;
    if (--other->waits_for == 0) enqueue(*other);
  }
}

}  // namespace svcd
