// Units without processes of their own: targets, slices, init.scope, and the types whose machines come later.
#pragma once

#include "daemon/engine/unit.h"

namespace svcd {

/// A unit that is up or down and passes straight from one to the other.
class RestingUnit : public Unit {
 public:
  using Unit::Unit;

 protected:
  RestingUnit(Manager& manager, UnitId id, const UnitName& name, const char* up, const char* down)
      : Unit(manager, id, name), up_(up), down_(down) {}
  Answer do_start() override;
  Answer do_stop() override;
  void save_state(RecordWriter&) const override;
  void restore_state(RecordReader&) override;
  const char* up_ = "active";
  const char* down_ = "dead";
};

class Target final : public RestingUnit {
 public:
  using RestingUnit::RestingUnit;
};

class Slice final : public RestingUnit {
 public:
  using RestingUnit::RestingUnit;
  bool is_perpetual() const override;
  void coldplug() override;

 protected:
  Answer do_start() override;
  Answer do_stop() override;
};

/// Only init.scope, the manager itself, until StartTransientUnit() makes others.
class ScopeUnit final : public RestingUnit {
 public:
  ScopeUnit(Manager& manager, UnitId id, const UnitName& name) : RestingUnit(manager, id, name, "running", "dead") {}
  bool is_perpetual() const override;
  bool can_start() const override { return false; }
  void coldplug() override;
};

/// A type that is not implemented yet (timer, path, automount), or that does not exist in this place (swap, device):
/// loads and shows, its start is refused without harm to the rest, and the log says so once a unit.
class Placeholder final : public Unit {
 public:
  using Unit::Unit;
  bool is_supported() const override { return false; }
  bool can_start() const override { return type() != UnitType::device && exists_here(); }
  /// Swap, device and automount units do not exist in a container.
  bool exists_here() const override;
  std::string not_yet_text() const override { return type_row().not_yet; }
  /// Of a timer with Persistent= there is a stamp; a swap may have folders, which nothing here makes.
  Result<> clean(DirectoryKinds) override;

 protected:
  Answer do_start() override { return Answer::unsupported; }
  Answer do_stop() override { return Answer::already; }
};

}  // namespace svcd
