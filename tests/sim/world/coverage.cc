#include "sim/world/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace svcd {

namespace {

/// A part of the table: what was met how often, and what never was.
class Part {
 public:
  Part(std::string& text, bool& complete, std::string_view title) : text_(text), complete_(complete) {
    text_ += fmt::format("{}:", title);
  }
  ~Part() { text_ += "\n"; }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  void row(std::string_view name, uint64_t times) {
    text_ += fmt::format("  {} {}", name, times);
    if (times != 0) return;
    text_ += " (NEVER)";
    complete_ = false;
  }

 private:
  std::string& text_;
  bool& complete_;
};

/// No request leads there: `collected` and `once` are results that no unit of these types gives.
bool can_be_met(JobResult result) {
  return result != JobResult::collected && result != JobResult::once;
}

template <class Array, class Names>
void rows(Part&& part, const Array& counts, const Names& names) {
  for (size_t i = 0; i < counts.size(); ++i) part.row(names[i], counts[i]);
}

}  // namespace

void Coverage::setting(std::string_view key) {
  static const std::unordered_map<std::string_view, size_t> numbers = [] {
    std::unordered_map<std::string_view, size_t> made;
    for (size_t i = 0; i < covered_settings.size(); ++i) made.emplace(covered_settings[i], i);
    return made;
  }();
  if (const auto at = numbers.find(key); at != numbers.end()) ++settings[at->second];
}

void Coverage::note(std::string_view line) {
  for (size_t i = 0; i < covered_notes.size(); ++i)
    if (covered_notes[i].ends_with('=') ? line.starts_with(covered_notes[i]) : line == covered_notes[i]) ++notes[i];
}

void Coverage::add(const Coverage& other) {
  const auto sum = [](auto& into, const auto& from) {
    for (size_t i = 0; i < into.size(); ++i) into[i] += from[i];
  };
  seeds += other.seeds, events += other.events, requests += other.requests, crashes += other.crashes;
  units += other.units, most_units = std::max(most_units, other.most_units), seeds_of_300 += other.seeds_of_300;
  sum(sizes, other.sizes), sum(job_types, other.job_types), sum(job_modes, other.job_modes);
  sum(job_results, other.job_results), sum(service_states, other.service_states);
  sum(socket_states, other.socket_states), sum(mount_states, other.mount_states), sum(settings, other.settings);
  sum(notes, other.notes), sum(faults, other.faults), sum(doings, other.doings);
  if (!other.has_failed || has_failed) return;
  has_failed = true;
  failed_seed = other.failed_seed;
  std::copy(std::begin(other.failure), std::end(other.failure), std::begin(failure));
}

std::string Coverage::text(bool& complete) const {
  std::string text = fmt::format(
      "{} seeds, {} engine events (an Event handled or a request of an operator; {} of them requests), {} deaths of "
      "the "
      "manager\nunits: {} in all, at most {}; seeds with 1-3 units {}, 4-10 {}, 11-30 {}, 31-100 {}, 101-299 {}, 300 "
      "and "
      "more {}\n",
      seeds, events, requests, crashes, units, most_units, sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]);
  {
    Part part(text, complete, "job types");
    for (size_t i = 0; i < job_types.size(); ++i) part.row(to_string(JobType(i)), job_types[i]);
  }
  {
    Part part(text, complete, "job modes");
    for (size_t i = 0; i < job_modes.size(); ++i) part.row(to_string(JobMode(i)), job_modes[i]);
  }
  {
    Part part(text, complete, "job results");
    for (size_t i = 0; i < job_results.size(); ++i)
      if (can_be_met(JobResult(i))) part.row(to_string(JobResult(i)), job_results[i]);
  }
  {
    Part part(text, complete, "service states");
    for (size_t i = 0; i < service_states.size(); ++i)
      part.row(ServiceState(i) == ServiceState::removing ? "removing" : phase_of(ServiceState(i)).name,
               service_states[i]);
  }
  rows(Part(text, complete, "socket states"), socket_states, socket_state_names);
  rows(Part(text, complete, "mount states"), mount_states, mount_state_names);
  rows(Part(text, complete, "settings"), settings, covered_settings);
  rows(Part(text, complete, "notifications"), notes, covered_notes);
  rows(Part(text, complete, "faults"), faults, sim_fault_names);
  rows(Part(text, complete, "doings"), doings, doing_names);
  return text;
}

}  // namespace svcd
