// Processes that stand still on request: FreezeUnit() and ThawUnit(). The kernel says when they have got there.
#include <utility>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"

namespace svcd {

/// As 252 does it: where nothing can be frozen, the request is taken and nothing happens.
Result<> Unit::freeze(bool frozen, RequestId request) {
  const auto done = [&] {
    freezer_request_ = request;
    answer_freezer();
    return Result<>{};
  };
  if (!kernel().can_freeze()) return done();
  if (status_.job) return fail(ErrorCode::unit_busy, "Unit has a pending job.");
  if (loaded_.state != LoadState::loaded || active_state() != ActiveState::active)
    return fail(ErrorCode::unit_inactive, "Unit is inactive.");
  if (status_.freezer == FreezerState::freezing || status_.freezer == FreezerState::thawing)
    return fail(ErrorCode::failed, "Previously requested freezer operation for unit '{}' is still in progress.",
                name().str());
  const std::string cgroup = type() == UnitType::slice ? manager_.cgroup_path(*this) : status_.control_group;
  if (is_perpetual() || !manager_.can_freeze(id_)) {  // a slice with more than services: 252 says yes, and does nothing
    log(priority_warning,
        fmt::format("{}: Requested freezer operation is not supported by all children of the slice", name().str()));
    return done();
  }
  if (cgroup.empty()) return fail(ErrorCode::unit_busy, "Unit has a pending job.");  // 252's words for that, too
  if (frozen == (status_.freezer == FreezerState::frozen)) return done();
  if (auto asked = kernel().freeze_cgroup(id_, cgroup, frozen); !asked) return asked;
  status_.freezer = frozen ? FreezerState::freezing : FreezerState::thawing;
  freezer_request_ = request;
  touch();
  return {};
}

void Unit::handle(const CgroupFrozen& event) {
  if (status_.freezer != (event.frozen ? FreezerState::freezing : FreezerState::thawing)) return;  // of an earlier wish
  status_.freezer = event.frozen ? FreezerState::frozen : FreezerState::running;
  answer_freezer();
  touch();
}

/// As long as a slice above it stands still, a signal does not get to its processes: that runs again, too.
void Unit::thaw() {
  for (Unit *unit = this, *above = nullptr; unit; unit = above == unit ? nullptr : above) {
    above = unit->slice.empty() ? nullptr : manager_.registry().find(unit->slice.str());
    FreezerState& state = unit->status_.freezer;
    if (state == FreezerState::running || state == FreezerState::thawing) continue;
    if (unit->freezer_request_)
      unit->answer_freezer(
          {ErrorCode::failed, fmt::format("Freezing of unit '{}' was given up.", unit->name().str()), 0});
    state = FreezerState::thawing;
    unit->touch();
    const std::string cgroup =
        unit->type() == UnitType::slice ? manager_.cgroup_path(*unit) : unit->status_.control_group;
    if (cgroup.empty() || !kernel().freeze_cgroup(unit->id_, cgroup, false)) state = FreezerState::running;
  }
}

void Unit::answer_freezer(Error error) {
  const bool ok = error.message.empty();
  if (const RequestId request = std::exchange(freezer_request_, 0))
    manager_.changes().done.push_back({request, std::move(error), ok});
}

// ---- the manager's side

/// What CanFreeze says: services and scopes, and slices with nothing else in them.
bool Manager::can_freeze(UnitId id) const {
  std::vector<UnitIndex> units{id.index};
  for (size_t i = 0; i < units.size(); ++i) {
    const Unit* unit = registry_.at(units[i]);
    if (!unit || unit->type_row().freezes) continue;
    if (unit->type() != UnitType::slice) return false;
    for (const UnitIndex member : graph().edges(units[i], Dependency::slice_of)) units.push_back(member);
  }
  return true;
}

/// With a slice go all that are in it; and a slice that stands still runs again with the first of them.
void Manager::freeze(UnitId id, bool frozen, RequestId request) {
  Unit* unit = registry_.get(id);
  Result<> outcome = fail(ErrorCode::no_such_unit, "Unit not loaded.");
  if (unit && unit->type() != UnitType::slice && !can_freeze(id))
    outcome = fail(ErrorCode::not_supported, "Unit '{}' does not support freezing.", unit->name().str());
  else if (unit && unit->is_perpetual() && unit->type() != UnitType::slice)
    outcome = fail(ErrorCode::access_denied, "Access denied");
  else if (unit)
    outcome = unit->freeze(frozen, request);
  if (!outcome) {
    changes_.done.push_back({request, outcome.error(), false});
    return;
  }
  std::vector<UnitIndex> others;
  if (unit->is_perpetual() || !can_freeze(id)) return;
  if (unit->type() == UnitType::slice)
    for (const UnitIndex member : graph().edges(id.index, Dependency::slice_of)) others.push_back(member);
  for (size_t i = 0; i < others.size(); ++i)
    if (const Unit* other = registry_.at(others[i]); other && other->type() == UnitType::slice)
      for (const UnitIndex member : graph().edges(others[i], Dependency::slice_of)) others.push_back(member);
  for (const Unit* below = unit; !frozen && below && !below->slice.empty();) {
    Unit* slice = registry_.find(below->slice.str());
    if (slice) others.push_back(slice->index());
    below = slice == below ? nullptr : slice;
  }
  for (const UnitIndex index : others)
    if (Unit* other = registry_.at(index)) (void)other->freeze(frozen, 0);
}

}  // namespace svcd
