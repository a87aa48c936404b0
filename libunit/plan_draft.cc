#include "libunit/plan_draft.h"

#include <utility>

namespace svcd::planning {

std::string Draft::title(UnitIndex unit, JobType type) const {
  return fmt::format("{}/{}", name(unit), to_string(type));
}

void Draft::note(int priority, UnitIndex unit, std::string text) {
  notes.push_back({priority, unit, fmt::format("{}: {}", name(unit), text)});
}

DraftIndex Draft::living(DraftIndex job) const {
  while (job != none && jobs_[job].erased) job = jobs_[job].next_of_unit;
  return job;
}

DraftIndex Draft::first_of(UnitIndex unit) const {
  return unit < first_of_unit_.size() ? living(first_of_unit_[unit]) : none;
}

DraftIndex Draft::next_of(DraftIndex job) const {
  return living(jobs_[job].next_of_unit);
}

DraftIndex Draft::find(UnitIndex unit, JobType type) const {
  DraftIndex job = first_of(unit);
  while (job != none && jobs_[job].type != type) job = next_of(job);
  return job;
}

DraftIndex Draft::add(UnitIndex unit, JobType type) {
  if (unit >= first_of_unit_.size()) first_of_unit_.resize(size_t{unit} + 1, none);
  const DraftIndex job = DraftIndex(jobs_.size());
  jobs_.push_back({.unit = unit, .type = type, .next_of_unit = first_of_unit_[unit]});
  first_of_unit_[unit] = job;
  return job;
}

void Draft::link(DraftIndex subject, DraftIndex object, const Pulled& how) {
  const uint32_t index = uint32_t(links_.size());
  links_.push_back({subject, object, how.matters, how.conflicts, how.kind, how.through, false, jobs_[object].first_in,
                    jobs_[subject].first_out});
  jobs_[object].first_in = index;
  jobs_[subject].first_out = index;
  ++jobs_[object].asked_by;
}

bool Draft::is_conflicted(DraftIndex job) const {
  for (uint32_t at = jobs_[job].first_in; at != none; at = links_[at].next_in)
    if (!links_[at].erased && links_[at].conflicts) return true;
  return false;
}

PlanReason Draft::reason_of(DraftIndex job) const {
  const Link *first = nullptr, *gone = nullptr;
  for (uint32_t at = jobs_[job].first_in; at != none; at = links_[at].next_in) {  // the newest comes first
    const Link& link = links_[at];
    if (link.erased)
      gone = &link;
    else if (!first || link.matters || !first->matters)
      first = &link;
  }
  if (!first) first = gone;  // what asked for it is there already, and has no job
  return first ? PlanReason{first->kind, first->through, jobs_[first->subject].unit} : PlanReason{};
}

void Draft::find_what_matters() {
  std::vector<DraftIndex> open{anchor};
  jobs_[anchor].matters = true;
  while (!open.empty()) {
    const DraftIndex job = open.back();
    open.pop_back();
    for (uint32_t at = jobs_[job].first_out; at != none; at = links_[at].next_out) {
      const Link& link = links_[at];
      if (link.erased || !link.matters || jobs_[link.object].matters) continue;
      jobs_[link.object].matters = true;
      open.push_back(link.object);
    }
  }
}

void Draft::drop_link(uint32_t index) {
  Link& link = links_[index];
  link.erased = true;
  if (--jobs_[link.object].asked_by == 0 && !jobs_[link.object].erased) orphans_.push_back(link.object);
}

void Draft::erase(DraftIndex first, bool with_dependents) {
  std::vector<DraftIndex> open{first};
  while (!open.empty()) {
    const DraftIndex job = open.back();
    open.pop_back();
    if (jobs_[job].erased) continue;
    jobs_[job].erased = true;
    erased_.push_back(job);
    if (const DraftIndex newest = first_of(jobs_[job].unit); newest != none && jobs_[newest].asked_by == 0)
      orphans_.push_back(newest);  // which stood behind it
    for (uint32_t at = jobs_[job].first_in; at != none; at = links_[at].next_in) {
      if (links_[at].erased) continue;
      drop_link(at);
      if (with_dependents && links_[at].matters) open.push_back(links_[at].subject);
    }
    for (uint32_t at = jobs_[job].first_out; at != none; at = links_[at].next_out)
      if (!links_[at].erased) drop_link(at);
  }
}

void Draft::collect_garbage() {
  while (!orphans_.empty()) {
    const DraftIndex job = orphans_.back();
    orphans_.pop_back();
    const bool is_wanted = jobs_[job].asked_by > 0 || job == anchor;
    if (!jobs_[job].erased && !is_wanted && first_of(jobs_[job].unit) == job) erase(job, true);
  }
}

void Draft::absorb(DraftIndex into, DraftIndex other) {
  DraftJob &stays = jobs_[into], &goes = jobs_[other];
  stays.matters = stays.matters || goes.matters;
  stays.ignore_order = stays.ignore_order || goes.ignore_order;
  for (uint32_t at = goes.first_in, next; at != none; at = next) {
    next = links_[at].next_in;
    if (links_[at].erased) continue;
    links_[at].object = into;
    links_[at].next_in = std::exchange(stays.first_in, at);
    ++stays.asked_by;
  }
  for (uint32_t at = goes.first_out, next; at != none; at = next) {
    next = links_[at].next_out;
    if (links_[at].erased) continue;
    links_[at].subject = into;
    links_[at].next_out = std::exchange(stays.first_out, at);
  }
  goes.first_in = goes.first_out = none;
  goes.asked_by = 0;
  goes.erased = true;
}

}  // namespace svcd::planning
