// Looks for loops in the order of the jobs and breaks them by deleting a job that the anchor can do without.
#include "libunit/plan_draft.h"

#include <utility>

namespace svcd::planning {

namespace {

/// A job as the order sees it: of the transaction, or installed before for a unit that has none in it.
struct OrderedJob {
  JobType type = JobType::nop;
  bool ignore_order = false;
  DraftIndex draft = none;
};

/// Depth-first along "runs before". A unit is unseen, on the path (at a depth), or known to start no loop.
class CycleSearch {
 public:
  /// `once_stopped`: merged restarts are looked at as what they are then, starts.
  CycleSearch(Draft& draft, bool once_stopped) : draft_(draft), once_stopped_(once_stopped) {}

  Result<> run() {
    for (DraftIndex root = 0; root < draft_.size(); ++root) {
      if (draft_[root].erased) continue;
      enter(draft_[root].unit);
      while (!path_.empty()) SVCD_TRY(advance());
      if (std::exchange(start_over_, false)) root = none;  // ++ makes it the first
    }
    return {};
  }

 private:
  struct Frame {
    UnitIndex unit = 0;
    OrderedJob job;
    Dependency kind = Dependency::before;
    size_t edge = 0;
  };
  static constexpr uint32_t unseen = 0, no_loop = UINT32_MAX;  // else: depth + 1

  uint32_t& mark(UnitIndex unit) {
    if (unit >= marks_.size()) marks_.resize(size_t{unit} + 1, unseen);
    return marks_[unit];
  }

  std::optional<OrderedJob> job_of(UnitIndex unit) const {
    if (const DraftIndex job = draft_.first_of(unit); job != none)
      return OrderedJob{once_stopped_ && draft_[job].waits_like_start ? JobType::start : draft_[job].type,
                        draft_[job].ignore_order, job};
    if (const std::optional<JobFacts> job = draft_.input.job(unit))
      return OrderedJob{job->type, job->ignore_order, none};
    return std::nullopt;
  }

  void enter(UnitIndex unit) {
    if (mark(unit) != unseen) return;
    const std::optional<OrderedJob> job = job_of(unit);
    if (!job) return;
    path_.push_back({unit, *job});
    mark(unit) = uint32_t(path_.size());
  }

  Result<> advance() {
    Frame& frame = path_.back();
    const std::span<const UnitIndex> edges = draft_.graph.edges(frame.unit, frame.kind);
    if (frame.edge == edges.size()) {
      if (frame.kind == Dependency::before) {
        frame.kind = Dependency::after;
        frame.edge = 0;
      } else {
        mark(frame.unit) = no_loop;
        path_.pop_back();
      }
      return {};
    }
    const UnitIndex other = edges[frame.edge++];
    if (mark(other) == no_loop) return {};
    const std::optional<OrderedJob> next = job_of(other);
    if (!next || next->ignore_order || frame.job.ignore_order) return {};
    if (!must_wait(next->type, inverse(frame.kind), frame.job.type)) return {};
    if (mark(other) != unseen) return break_loop(mark(other) - 1);
    enter(other);
    return {};
  }

  /// The path from `begin` to its end is a loop.
  Result<> break_loop(size_t begin) {
    const UnitIndex first = path_[begin].unit;
    const std::string title = draft_.title(first, path_[begin].job.type);
    DraftIndex victim = none;
    for (size_t at = path_.size(); at-- > begin;) {
      const Frame& frame = path_[at];
      draft_.note(4, first,
                  fmt::format("Found {} on {}", at + 1 == path_.size() ? "ordering cycle" : "dependency",
                              draft_.title(frame.unit, frame.job.type)));
      if (victim == none && frame.job.draft != none && !draft_[frame.job.draft].matters) victim = frame.job.draft;
    }
    const auto note_loop = [&](const std::string& text) {
      draft_.note(3, first, text);
      for (size_t at = begin; at < path_.size(); ++at) draft_.notes.back().loop.push_back(path_[at].unit);
    };
    if (victim == none) {
      note_loop("Unable to break cycle starting with " + title);
      draft_.refusal.path.clear();
      draft_.refusal.loop = draft_.notes.back().loop;
      return fail(ErrorCode::transaction_order_is_cyclic, "Transaction order is cyclic. See system logs for details.");
    }
    note_loop(fmt::format("Job {} deleted to break ordering cycle starting with {}", draft_.title(victim), title));
    draft_.notes.back().deleted = draft_[victim].unit;
    draft_.skipped.push_back(draft_[victim].unit);
    const size_t erased_before = draft_.erased().size();
    draft_.erase(victim, true);
    if (draft_.request.mode != JobMode::isolate) draft_.collect_garbage();
    leave_erased(erased_before);
    return {};
  }

  /// Goes back to where the path is whole again. What was found loop-free stays so with fewer jobs, except where an
  /// installed job comes to light behind an erased one.
  void leave_erased(size_t erased_before) {
    for (size_t i = erased_before; i < draft_.erased().size(); ++i)
      start_over_ = start_over_ || draft_.input.job(draft_[draft_.erased()[i]].unit).has_value();
    if (start_over_) {
      marks_.assign(marks_.size(), unseen);
      path_.clear();
      return;
    }
    size_t whole = 0;
    while (whole < path_.size() && (path_[whole].job.draft == none || !draft_[path_[whole].job.draft].erased)) ++whole;
    for (size_t i = whole; i < path_.size(); ++i) mark(path_[i].unit) = unseen;
    path_.resize(whole);
  }

  Draft& draft_;
  std::vector<uint32_t> marks_;  // by UnitIndex
  std::vector<Frame> path_;
  bool once_stopped_ = false, start_over_ = false;
};

}  // namespace

Result<> break_cycles(Draft& draft) {
  bool has_merged_restarts = false;
  for (DraftIndex at = 0; at < draft.size(); ++at)
    has_merged_restarts = has_merged_restarts || (draft[at].waits_like_start && !draft[at].erased);
  if (has_merged_restarts) SVCD_TRY(CycleSearch(draft, true).run());
  return CycleSearch(draft, false).run();
}

}  // namespace svcd::planning
