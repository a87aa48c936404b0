#include "libunit/job.h"

#include <algorithm>

namespace svcd {

namespace {

constexpr size_t count = mergeable_job_types;

constexpr std::optional<JobType> merge_by_table(JobType installed, JobType wanted) {
  using enum JobType;
  constexpr std::optional<JobType> no;  // the two contradict each other
  constexpr std::optional<JobType> table[count][count] = {
      // clang-format off
      //                  start            verify_active  stop  reload           restart
      /* start         */{start,           start,         no,   reload_or_start, restart},
      /* verify_active */{start,           verify_active, no,   reload,          restart},
      /* stop          */{no,              no,            stop, no,              no     },
      /* reload        */{reload_or_start, reload,        no,   reload,          restart},
      /* restart       */{restart,         restart,       no,   restart,         restart},
      // clang-format on
  };
  if (size_t(installed) >= count || size_t(wanted) >= count) return no;
  return table[size_t(installed)][size_t(wanted)];
}

constexpr JobType collapse_for(JobType type, ActiveState state) {
  switch (type) {
    case JobType::try_restart: return is_up_or_coming(state) ? JobType::restart : JobType::nop;
    case JobType::try_reload: return is_up_or_coming(state) ? JobType::reload : JobType::nop;
    case JobType::reload_or_start: return is_up(state) ? JobType::reload : JobType::start;
    case JobType::start:
    case JobType::verify_active:
    case JobType::stop:
    case JobType::reload:
    case JobType::restart:
    case JobType::nop: break;
  }
  return type;
}

/// Merges and collapses, as everybody who merges does.
constexpr std::optional<JobType> joined(std::optional<JobType> a, std::optional<JobType> b, ActiveState state) {
  if (!a || !b) return std::nullopt;
  const std::optional<JobType> both = merge_by_table(*a, *b);
  return both ? collapse_for(*both, state) : both;
}

/// Several jobs of one unit may come in any order: the outcome must be the same.
consteval bool merge_order_does_not_matter() {
  for (const ActiveState state : {ActiveState::active, ActiveState::inactive})
    for (size_t i = 0; i < count; ++i)
      for (size_t j = 0; j < count; ++j)
        for (size_t k = 0; k < count; ++k) {
          const JobType a = JobType(i), b = JobType(j), c = JobType(k);
          if (joined(a, b, state) != joined(b, a, state)) return false;
          if (joined(joined(a, b, state), c, state) != joined(a, joined(b, c, state), state)) return false;
          if (joined(a, a, state) != a) return false;
        }
  return true;
}
static_assert(merge_order_does_not_matter());

constexpr std::array<std::string_view, 9> job_types{"start", "verify-active", "stop",       "reload",         "restart",
                                                    "nop",   "try-restart",   "try-reload", "reload-or-start"};
constexpr std::array<std::string_view, 8> job_modes{
    "fail",      "replace", "replace-irreversibly", "isolate", "flush", "ignore-dependencies", "ignore-requirements",
    "triggering"};
constexpr std::array<std::string_view, 7> active_states{"active",     "reloading",    "inactive",   "failed",
                                                        "activating", "deactivating", "maintenance"};
constexpr std::array<std::string_view, 7> load_states{"stub",  "loaded", "not-found", "bad-setting",
                                                      "error", "merged", "masked"};
constexpr std::array<std::string_view, 2> job_states{"waiting", "running"};
constexpr std::array<std::string_view, 11> job_results{"done",        "canceled",  "timeout", "failed",
                                                       "dependency",  "skipped",   "invalid", "assert",
                                                       "unsupported", "collected", "once"};
static_assert(job_types.size() == size_t(JobType::reload_or_start) + 1);
static_assert(job_modes.size() == size_t(JobMode::triggering) + 1);
static_assert(active_states.size() == size_t(ActiveState::maintenance) + 1);
static_assert(load_states.size() == size_t(LoadState::masked) + 1);
static_assert(job_states.size() == size_t(JobState::running) + 1);
static_assert(job_results.size() == size_t(JobResult::once) + 1);

template <class Enum, size_t n>
bool parse(const std::array<std::string_view, n>& words, std::string_view text, Enum& into) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return false;
  into = Enum(found - words.begin());
  return true;
}

}  // namespace

std::string_view to_string(JobType type) {
  return job_types[size_t(type)];
}
std::string_view to_string(JobMode mode) {
  return job_modes[size_t(mode)];
}
std::string_view to_string(ActiveState state) {
  return active_states[size_t(state)];
}
std::string_view to_string(LoadState state) {
  return load_states[size_t(state)];
}
std::string_view to_string(JobState state) {
  return job_states[size_t(state)];
}
std::string_view to_string(JobResult result) {
  return job_results[size_t(result)];
}
bool parse_job_mode(std::string_view text, JobMode& into) {
  return parse(job_modes, text, into);
}
bool parse_job_type(std::string_view text, JobType& into) {
  return parse(job_types, text, into);
}

JobType collapse(JobType type, ActiveState state) {
  return collapse_for(type, state);
}

std::optional<JobType> merge(JobType installed, JobType wanted) {
  return merge_by_table(installed, wanted);
}

bool contradict(JobType a, JobType b) {
  return a != JobType::nop && b != JobType::nop && !merge_by_table(a, b);
}

JobType prefer_reload(JobType type, bool can_reload) {
  if (can_reload && type == JobType::restart) return JobType::reload_or_start;
  if (can_reload && type == JobType::try_restart) return JobType::try_reload;
  return type;
}

}  // namespace svcd
