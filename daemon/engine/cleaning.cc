// `systemctl clean`: the folders of a unit that rests, removed by a process. What came of it each machine says itself.
#include "daemon/engine/manager.h"

namespace svcd {

Result<> Unit::clean(DirectoryKinds) {
  return fail(ErrorCode::not_supported, "Unit '{}' does not support cleaning.", name().str());
}

Result<DirectoryKinds> Unit::cleanable(DirectoryKinds what, bool is_dead) const {
  const auto& directories = config().exec().directories;
  DirectoryKinds there = 0;
  for (size_t kind = 0; kind < directories.size(); ++kind)
    if (!directories[kind].entries.empty()) there |= kind_of(ExecSection::Directory(kind));
  if (what == 0) return fail(ErrorCode::nothing_to_clean, "No matching resources found.");
  if (loaded_.state != LoadState::loaded || status_.job || !is_dead || is_removing_directories())
    return fail(ErrorCode::unit_busy, "Unit is not inactive or has pending job.");
  if ((what & there) == 0) return fail(ErrorCode::nothing_to_clean, "No matching resources found.");
  return DirectoryKinds(what & there);
}

void Unit::spawn_cleaning(Process& into, DirectoryKinds what) {
  CleanRequest request;
  request.unit = id_;
  request.token = manager_.next_token();
  request.name = name().str();
  request.config = config();
  request.what = what;
  into = {request.token, 0};
  manager_.write_intent(*this);
  into.pid = kernel().clean(request);
  touch();
}

// ---- the manager's side

Result<> Manager::clean(UnitId id, DirectoryKinds what) {
  Unit* unit = registry_.get(id);
  if (!unit) return fail(ErrorCode::no_such_unit, "Unit not loaded.");
  return unit->clean(what);
}

}  // namespace svcd
