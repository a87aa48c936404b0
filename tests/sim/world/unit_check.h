// What must hold of a unit after every step: of its processes, its timers, its promises about time.
#pragma once

#include <string>
#include <unordered_set>

#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"
#include "daemon/sim/sim_kernel.h"
#include "sim/world/listener.h"

namespace svcd {

class UnitCheck {
 public:
  UnitCheck(SimKernel& kernel, Listener& listener) : kernel_(kernel), listener_(listener) {}

  void begin(Manager& manager) { manager_ = &manager; }
  /// "" unless something is wrong.
  std::string check(const Unit&);
  /// Its settings, or what counts against them, are others: what was promised before does not hold.
  void forget_promises(const Unit&);
  void time_was_skipped(Duration by) { skipped_ = saturating_add(skipped_, by); }
  /// Before the manager hears it: whether NotifyAccess= lets that process speak for the unit.
  static bool may_speak(const Unit&, pid_t);
  /// What sd_notify(3) can change of a service.
  struct Heard {
    Told told;
    std::string status;
    int error_number = 0;
    Time watchdog{0};
    uint32_t stored = 0;
    bool operator==(const Heard&) const = default;
  };
  static Heard heard_by(const Unit&);
  /// Before a process is started: no other main process is there.
  void look_at_spawn(const SpawnRequest&);
  /// At the end, when nothing happens any more.
  std::string check_at_rest(const Unit&) const;

 private:
  using Check = std::string (UnitCheck::*)(const Unit&, Mirror&);
  std::string processes(const Unit&, Mirror&);
  std::string main_process(const Unit&, Mirror&);
  std::string ends_of_processes(const Unit&, Mirror&);
  std::string folders(const Unit&, Mirror&);
  std::string timers(const Unit&, Mirror&);
  std::string awaits_something(const Unit&, Mirror&);
  std::string running_job(const Unit&, Mirror&);
  std::string stop_in_time(const Unit&, Mirror&);
  std::string starts_within_limit(const Unit&, Mirror&);
  Duration longest_stop(const Unit&) const;
  const SimKernel::Cgroup* group_of(const Unit&) const;
  bool has_older_processes(const Unit&) const;
  static bool lets_processes_live(const KillSection&);
  Time time() const { return kernel_.now().monotonic - skipped_; }

  SimKernel& kernel_;
  Listener& listener_;
  Manager* manager_ = nullptr;
  Duration skipped_{0};
  std::unordered_set<std::string> lenient_;  // units that ever had settings which let processes live
  std::string double_start_;
};

}  // namespace svcd
