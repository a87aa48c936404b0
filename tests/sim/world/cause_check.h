// What failed can be explained: every unit that failed in this step, and every job that ended in vain, has a chain of
// causes whose end says more than that it failed.
#pragma once

#include <string>

#include "daemon/engine/manager.h"
#include "sim/world/listener.h"

namespace svcd {

class CauseCheck {
 public:
  explicit CauseCheck(Listener& listener) : listener_(listener) {}
  std::string check(Manager&);

 private:
  std::string check_unit(Manager&, const Unit&) const;

  Listener& listener_;
};

}  // namespace svcd
