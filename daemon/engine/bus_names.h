// What the kernel seam needs of the system bus: who owns a name. dbus/server implements it, because it holds the
// connection; without a bus there is nobody and every name has no owner.
#pragma once

#include <string>

#include "daemon/engine/ids.h"

namespace svcd {

class BusNames {
 public:
  virtual ~BusNames() = default;
  /// BusNameOwner follows, at once (never from inside this call) and at each change.
  virtual void watch(UnitId, const std::string& name) = 0;
  virtual void unwatch(UnitId, const std::string& name) = 0;
};

}  // namespace svcd
