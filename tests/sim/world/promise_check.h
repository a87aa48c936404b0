// What the manual promises of jobs that are done and of units that depend on others, looked at in the step in which it
// falls due: a restart has started the unit anew, a reload came after it was asked for, BindsTo= and StopWhenUnneeded=
// stop a unit as soon as another goes down.
#pragma once

#include <string>

#include "daemon/engine/manager.h"
#include "daemon/sim/sim_kernel.h"
#include "sim/world/listener.h"

namespace svcd {

class PromiseCheck {
 public:
  PromiseCheck(SimKernel& kernel, Listener& listener) : kernel_(kernel), listener_(listener) {}

  void begin(Manager& manager) { manager_ = &manager; }
  /// "" unless something is wrong after this step.
  std::string check() const;

 private:
  std::string job_done(const ToldJob&, const Unit&) const;
  std::string bound(const Unit& gone) const;
  std::string unneeded(const Unit& gone) const;
  /// Nobody has decided about it, and nothing kept the manager from doing so.
  bool was_to_come_back(UnitId) const;
  bool was_to_be_used(UnitId) const;
  bool is_left_up(const Unit&) const;

  SimKernel& kernel_;
  Listener& listener_;
  Manager* manager_ = nullptr;
};

}  // namespace svcd
