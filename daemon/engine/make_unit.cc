#include "daemon/engine/mount.h"
#include "daemon/engine/resting_units.h"
#include "daemon/engine/service.h"
#include "daemon/engine/socket.h"

namespace svcd {

std::unique_ptr<Unit> make_unit(Manager& manager, UnitId id, const UnitName& name) {
  switch (name.type()) {
    case UnitType::service: return std::make_unique<Service>(manager, id, name);
    case UnitType::target: return std::make_unique<Target>(manager, id, name);
    case UnitType::slice: return std::make_unique<Slice>(manager, id, name);
    case UnitType::scope: return std::make_unique<ScopeUnit>(manager, id, name);
    case UnitType::socket: return std::make_unique<Socket>(manager, id, name);
    case UnitType::mount: return std::make_unique<Mount>(manager, id, name);
    case UnitType::swap:
    case UnitType::device:
    case UnitType::automount:
    case UnitType::timer:
    case UnitType::path: break;
  }
  return std::make_unique<Placeholder>(manager, id, name);
}

}  // namespace svcd
