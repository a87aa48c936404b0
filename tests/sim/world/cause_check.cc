#include "sim/world/cause_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemon/engine/cause_text.h"

namespace svcd {

namespace {

/// Explanations read files, in all steps for a quarter of the time of a run: some steps, and of a storm a part, are
/// enough.
constexpr uint64_t steps_per_look = 4;
constexpr size_t looked_at_most = 4;

bool is_in_vain(JobResult result) {
  switch (result) {
    case JobResult::timeout:
    case JobResult::failed:
    case JobResult::dependency:
    case JobResult::assert_:
    case JobResult::unsupported:
    case JobResult::once: return true;
    case JobResult::done:
    case JobResult::canceled:
    case JobResult::skipped:
    case JobResult::invalid:
    case JobResult::collected: break;
  }
  return false;
}

}  // namespace

std::string CauseCheck::check(Manager& manager) {
  if (listener_.was_reloaded() || listener_.step() % steps_per_look != 0) return {};
  size_t looked_at = 0;
  const auto look = [&](const Unit* unit) -> std::string {
    if (!unit || manager.job_queue().of(unit->index()) || ++looked_at > looked_at_most) return {};
    return check_unit(manager, *unit);
  };
  for (const UnitId id : listener_.touched()) {
    const Unit* unit = manager.registry().get(id);
    if (!unit || unit->active_state() != ActiveState::failed) continue;
    if (std::string wrong = look(unit); !wrong.empty()) return wrong;
  }
  const auto& all = listener_.ended();
  for (auto at = all.begin(); at != all.end(); ++at) {
    const Listener::Ended& ended = *at;
    if (ended.job.type != JobType::start || !is_in_vain(ended.result)) continue;
    // it was to be restarted and was stopped in the same step: that is why it is down, and what is told
    const auto is_later_stop = [&](const Listener::Ended& later) {
      const bool may_stop = later.job.type == JobType::stop || later.job.type == JobType::nop;  // came and went: nop
      return may_stop && later.job.unit == ended.job.unit && later.result == JobResult::done;
    };
    if (std::any_of(std::next(at), all.end(), is_later_stop)) continue;
    const Unit* unit = manager.registry().get(ended.job.unit);
    if (!unit || !unit->is_down()) continue;
    if (std::string wrong = look(unit); !wrong.empty()) return fmt::format("{} ({})", wrong, to_string(ended.result));
  }
  return {};
}

std::string CauseCheck::check_unit(Manager& manager, const Unit& unit) const {
  const Explanation made = manager.explain(unit.id());
  const auto wrong = [&](const char* what) {
    return fmt::format("{} is {}, and {}: \"{}\"", unit.name().str(), to_string(unit.active_state()), what,
                       made.sentence);
  };
  if (made.chain.empty() || made.sentence.empty()) return wrong("nobody can say why");
  if (!made.is_failure) return wrong("what is told is no failure");
  const CauseLink& last = made.chain.back();
  if (last.cause.kind == CauseKind::not_loaded) return {};
  if (reason_text(last).empty()) return wrong("the end of the chain has no reason");
  return {};
}

}  // namespace svcd
