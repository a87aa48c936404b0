#include "daemon/engine/changes.h"

namespace svcd {

bool is_trouble(StatusLine::Kind kind) {
  switch (kind) {
    case StatusLine::Kind::failed:
    case StatusLine::Kind::depend:
    case StatusLine::Kind::assert_:
    case StatusLine::Kind::unsupported:
    case StatusLine::Kind::time:
    case StatusLine::Kind::skip: return true;
    case StatusLine::Kind::none:
    case StatusLine::Kind::ok:
    case StatusLine::Kind::info: return false;
  }
  return false;
}

bool Changes::empty() const {
  return appeared.empty() && new_jobs.empty() && replaced_jobs.empty() && !reloading_began && !is_more_than_new();
}

bool Changes::is_more_than_new() const {
  return !changed_units.empty() || !changed_jobs.empty() || !removed_jobs.empty() || !vanished.empty() ||
         !reloaded.empty() || !log.empty() || !console.empty() || !done.empty() || !failed_activations.empty() ||
         unit_files_changed || startup_finished || reloading_ended || units_loaded || manager_changed;
}

void Changes::clear() {
  appeared.clear();
  new_jobs.clear();
  changed_units.clear();
  changed_jobs.clear();
  removed_jobs.clear();
  replaced_jobs.clear();
  vanished.clear();
  reloaded.clear();
  log.clear();
  console.clear();
  done.clear();
  failed_activations.clear();
  unit_files_changed = startup_finished = reloading_began = reloading_ended = units_loaded = manager_changed = false;
}

}  // namespace svcd
