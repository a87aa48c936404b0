#include "daemon/rehearsal/reasons.h"

#include <algorithm>

#include "libunit/settings.h"

namespace svcd::rehearsal {
namespace {

using Names = std::vector<UnitName>;

/// Whether the list, as it is written, names that unit, be it by an alias.
bool names(const Manager& manager, const Names& list, UnitIndex unit) {
  return std::any_of(list.begin(), list.end(), [&](const UnitName& name) {
    const Unit* named = manager.registry().find(name.str());
    return named && named->index() == unit;
  });
}

/// An edge that no file names: by what the two units are.
std::string implied(const Unit& by, const Unit& other) {
  if (other.type() == UnitType::slice) return "the slice of " + by.name().str();
  if (other.type() == UnitType::mount && by.type() != UnitType::target) return "a path of " + by.name().str();
  return "default dependency of " + by.name().str();
}

/// A need, as the file says it, as a link in a folder says it, or as nobody does.
struct Written {
  const char* key;
  const Names& names;
  const Names* links = nullptr;
  const char* folder = nullptr;
};

std::string reason(const Manager& manager, const Written& written, const Unit& by, const Unit& other,
                   bool only_written) {
  if (names(manager, written.names, other.index())) return fmt::format("{}= in {}", written.key, by.name().str());
  if (written.links && names(manager, *written.links, other.index()))
    return fmt::format("a link in {}.{}", by.name().str(), written.folder);
  return only_written ? "" : implied(by, other);
}

}  // namespace

const std::string& name_of(const Manager& manager, UnitIndex index) {
  static const std::string nobody = "a unit that is gone";
  const Unit* unit = manager.registry().at(index);
  return unit ? unit->name().str() : nobody;
}

std::string order_reason(const Manager& manager, UnitIndex waiting, Dependency order, UnitIndex other) {
  const Unit* from = manager.registry().at(waiting);
  const Unit* to = manager.registry().at(other);
  if (!from || !to) return {};
  const char* after = key_of<&UnitSection::after>();
  const char* before = key_of<&UnitSection::before>();
  const bool is_after = order == Dependency::after;
  const UnitSection& own = from->config().unit();
  const UnitSection& others = to->config().unit();
  // The file that names it counts before what is implied.
  if (names(manager, is_after ? own.after : own.before, other))
    return fmt::format("{}= in {}", is_after ? after : before, from->name().str());
  if (names(manager, is_after ? others.before : others.after, waiting))
    return fmt::format("{}= in {}", is_after ? before : after, to->name().str());
  return manager.graph().is_own(waiting, order, other) ? implied(*from, *to) : implied(*to, *from);
}

std::string wait_reason(const Manager& manager, UnitIndex waiting, JobType type, UnitIndex other, JobType other_type) {
  for (const Dependency order : {Dependency::after, Dependency::before})
    if (manager.graph().has(waiting, order, other) && must_wait(type, order, other_type))
      return order_reason(manager, waiting, order, other);
  return {};
}

std::string need_reason(const Manager& manager, UnitIndex unit, UnitIndex needed, bool only_written) {
  const Unit* by = manager.registry().at(unit);
  const Unit* other = manager.registry().at(needed);
  if (!by || !other) return {};
  const UnitSection& own = by->config().unit();
  const LoadedUnit& loaded = by->loaded();
  const auto has = [&](Dependency need) { return manager.graph().has(unit, need, needed); };
  const auto say = [&](const Written& written) { return reason(manager, written, *by, *other, only_written); };
  if (has(Dependency::binds_to)) return say({key_of<&UnitSection::binds_to>(), own.binds_to});
  if (has(Dependency::requires_))
    return say({key_of<&UnitSection::requires_>(), own.requires_, &loaded.requires_dir, "requires"});
  if (has(Dependency::requisite)) return say({key_of<&UnitSection::requisite>(), own.requisite});
  if (has(Dependency::upholds)) return say({key_of<&UnitSection::upholds>(), own.upholds});
  if (has(Dependency::wants)) return say({key_of<&UnitSection::wants>(), own.wants, &loaded.wants_dir, "wants"});
  return {};
}

}  // namespace svcd::rehearsal
