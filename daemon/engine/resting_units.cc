#include "daemon/engine/resting_units.h"

#include <cstring>

#include "daemon/engine/manager.h"
#include "daemon/engine/state_record.h"

namespace svcd {

Answer RestingUnit::do_start() {
  if (!is_down()) return Answer::already;
  acquire_invocation();
  publish(ActiveState::active, up_);
  return Answer::going;
}

Answer RestingUnit::do_stop() {
  publish(ActiveState::inactive, down_);
  return Answer::going;
}

void RestingUnit::save_state(RecordWriter&) const {}  // the active state, which every slot has, says it all
void RestingUnit::restore_state(RecordReader&) {
  own_status().sub_state = is_up() ? up_ : down_;
}

bool Slice::is_perpetual() const {
  return name().str() == "-.slice" || name().str() == "system.slice";
}

void Slice::coldplug() {
  if (!is_perpetual() || !is_down()) return;
  own_status().control_group = manager().cgroup_path(*this);
  if (own_status().control_group != "/") kernel().realize_cgroup(id(), own_status().control_group, config().resource());
  take_cgroup_id();
  publish(ActiveState::active, up_);
}

Answer Slice::do_start() {
  UnitStatus& status = own_status();
  if (status.control_group.empty()) status.control_group = manager().cgroup_path(*this);
  has_cgroup = true;
  kernel().realize_cgroup(id(), status.control_group, config().resource());
  take_cgroup_id();
  return RestingUnit::do_start();
}

Answer Slice::do_stop() {
  return RestingUnit::do_stop();
}

bool ScopeUnit::is_perpetual() const {
  return name().str() == "init.scope";
}

bool Placeholder::exists_here() const {
  return type_row().in_container || !manager_of().setup().is_container;
}

Result<> Placeholder::clean(DirectoryKinds what) {
  if (type() != UnitType::timer && type() != UnitType::swap) return Unit::clean(what);
  const auto folders = cleanable(what, active_state() == ActiveState::inactive);
  if (folders) return Unit::clean(what);
  const bool is_stamp =
      type() == UnitType::timer && config().timer().persistent && what == kind_of(ExecSection::Directory::state);
  if (!is_stamp || folders.error().code != ErrorCode::nothing_to_clean) return tl::unexpected(folders.error());
  kernel().remove_pid_file(manager().setup().host.state_root + "/systemd/timers/stamp-" + name().str());
  return {};
}

void ScopeUnit::coldplug() {
  if (!is_perpetual() || !is_down()) return;
  own_status().control_group = "/init.scope";
  take_cgroup_id();
  publish(ActiveState::active, up_);
}

}  // namespace svcd
