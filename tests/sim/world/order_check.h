// Before= and After= as systemd.unit(5) has them, asked anew of the settings of the units: without the engine's graph
// and without its way to link jobs.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/engine/manager.h"
#include "sim/world/listener.h"

namespace svcd {

class OrderCheck {
 public:
  explicit OrderCheck(Listener& listener) : listener_(listener) {}

  void begin(Manager& manager);
  /// The unit's settings may be others by now.
  void learn(const Unit&);
  /// Jobs that began to run in this step, or that waited without reason after it.
  std::string check();
  /// A job that waits must wait for somebody.
  std::string check_waiting(const Job&) const;
  /// When nothing moves any more, jobs that are left wait for each other. No request brings that about: since the last
  /// of the loop was new there was a daemon-reload, or one of them became another job, as a restart becomes a start,
  /// and so waits in another order than the transaction saw. systemd 252 does not look for loops then either: scenarios
  /// cycle-by-restart, cycle-by-reload.
  std::string check_stuck() const;
  /// Whoever needs a unit whose start failed in this step has no start job any more.
  std::string check_failed() const;

 private:
  struct Neighbour {
    UnitId other;
    bool is_after;  // this one comes after the other
  };
  std::vector<Neighbour> neighbours(const Unit&) const;
  static bool goes_down(JobType type) { return type == JobType::stop || type == JobType::restart; }
  static bool waits(JobType mine, bool is_after, JobType other) {
    if (mine == JobType::nop || other == JobType::nop) return false;
    return is_after ? !goes_down(mine) : goes_down(other);
  }

  struct Mention {
    UnitId who;
    bool is_after;  // it said After=
  };
  Listener& listener_;
  Manager* manager_ = nullptr;
  std::unordered_map<std::string, std::vector<Mention>> mentions_;  // by the name that is mentioned
  std::unordered_map<std::string, std::vector<UnitId>> needs_;      // Requires=, BindsTo=, Requisite=
  std::vector<Block<UnitSection>> known_;                           // by index of the unit
};

}  // namespace svcd
