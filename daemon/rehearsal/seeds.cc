#include "daemon/rehearsal/seeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "daemon/rehearsal/text_report.h"

namespace svcd::rehearsal {
namespace {

constexpr size_t most_ways = 20, most_shown = 8;

Spread spread(std::vector<Duration> figures) {
  if (figures.empty()) return {};
  std::sort(figures.begin(), figures.end());
  return {figures.size(), figures.front(), figures[(figures.size() - 1) / 2], figures.back()};
}

/// In few words: the first thing that went wrong.
std::string first_trouble(const Run& run) {
  if (!run.unfinished.empty()) {
    const JobStory& job = run.jobs[run.unfinished.front().job];
    return fmt::format("{}/{} does not end", job.unit, to_string(job.type));
  }
  if (!run.cycles.empty()) return "ordering cycle, without " + run.cycles.front().left_out;
  if (!run.long_stops.empty())
    return fmt::format("the stop of {} took until {}", run.long_stops.front().unit, run.long_stops.front().limit);
  if (run.failures.empty()) return run.missing.front().name + " is not there";
  const Failure& failure = run.failures.front();
  return failure.unit.empty() ? failure.why : fmt::format("{}: {}", failure.unit, failure.why);
}

std::string spread_text(const Spread& spread) {
  if (spread.count == 0) return fmt::format("{:>9} {:>9} {:>9}", "-", "-", "-");
  return fmt::format("{:>9} {:>9} {:>9}", seconds_text(spread.least), seconds_text(spread.median),
                     seconds_text(spread.most));
}

/// What went wrong in the same way is told once.
std::string bad_text(const std::vector<BadSeed>& bad) {
  std::vector<std::pair<std::string, std::vector<uint64_t>>> ways;
  for (const BadSeed& seed : bad) {
    auto way = std::find_if(ways.begin(), ways.end(), [&](const auto& known) { return known.first == seed.what; });
    if (way == ways.end()) way = ways.insert(ways.end(), {seed.what, {}});
    way->second.push_back(seed.seed);
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::string text = bad.empty() ? "" : "\nWhat went wrong first (--seed=N shows one of them)\n";
  for (const auto& [what, seeds] : std::span(ways).first(std::min(ways.size(), most_ways))) {
    const auto some = std::span(seeds).first(std::min(seeds.size(), most_shown));
    text += fmt::format("  {} times: {}\n    with seed {}{}\n", seeds.size(), what, fmt::join(some, ", "),
                        seeds.size() > most_shown ? " …" : "");
  }
  if (ways.size() > most_ways) text += fmt::format("  and in {} more ways\n", ways.size() - most_ways);
  return text;
}

}  // namespace

void Seeds::add(const Run& run) {
  if (report_.seeds++ == 0) report_.first_seed = run.seed;
  report_.target = run.target;
  if (run.reached) reached_.push_back(*run.reached);
  const Verdict verdict = run.verdict();
  report_.verdict = std::max(report_.verdict, verdict);
  if (verdict != Verdict::well) report_.bad.push_back({run.seed, verdict, first_trouble(run)});
  std::set<std::string> chain, seen;
  for (const ChainLink& link : run.chain) chain.insert(run.jobs[link.job].unit);
  for (const std::string& unit : chain) ++units_[unit].on_chain;
  for (const JobStory& job : run.jobs) {
    if (job.type != JobType::start || !job.is_simulated || !seen.insert(job.unit).second) continue;
    Figures& figures = units_[job.unit];
    ++figures.results[job.result ? std::string(to_string(*job.result)) : "unfinished"];
    if (job.result != JobResult::done || !job.began) continue;
    figures.up.push_back(*job.ended);
    figures.took.push_back(*job.ended - *job.began);
  }
}

SeedsReport Seeds::report() const {
  SeedsReport report = report_;
  report.reached = spread(reached_);
  for (const auto& [unit, figures] : units_)
    report.units.push_back({unit, spread(figures.up), spread(figures.took), figures.on_chain, figures.results});
  const auto is_idle = [](const UnitSpread& unit) { return unit.took.most.count() == 0; };
  std::stable_sort(report.units.begin(), report.units.end(), [&](const UnitSpread& a, const UnitSpread& b) {
    return std::pair(is_idle(a), a.up.median) < std::pair(is_idle(b), b.up.median);
  });
  return report;
}

std::string text_report(const SeedsReport& report) {
  std::string text = fmt::format("{}: {} seeds, {} to {}, reached in {}", report.target, report.seeds,
                                 report.first_seed, report.first_seed + report.seeds - 1, report.reached.count);
  if (report.reached.count > 0)
    text += fmt::format(": after {} to {}, half of them by {}", seconds_text(report.reached.least),
                        seconds_text(report.reached.most), seconds_text(report.reached.median));
  text += report.bad.empty() ? "; all is well.\n" : fmt::format("; {} went wrong.\n", report.bad.size());
  text += bad_text(report.bad);

  std::string differs;
  for (const UnitSpread& unit : report.units) {
    if (unit.results.size() == 1 && unit.results.begin()->second == report.seeds) continue;
    std::vector<std::string> parts;
    size_t all = 0;
    for (const auto& [result, times] : unit.results) {
      parts.push_back(fmt::format("{} {}", times, result));
      all += times;
    }
    if (all < report.seeds) parts.push_back(fmt::format("{} not started", report.seeds - all));
    differs += fmt::format("  {}: {}\n", unit.unit, fmt::join(parts, ", "));
  }
  if (!differs.empty()) text += "\nWhat differed\n" + differs;

  text += fmt::format(
      "\nUp after, at least, in the middle, at most; share of it that the unit itself took\n"
      "  {:>9} {:>9} {:>9}  {:>9} {:>9} {:>9}  {:>8}  unit\n",
      "min", "median", "max", "own min", "median", "max", "critical");
  size_t idle = 0;
  for (const UnitSpread& unit : report.units) {
    if (unit.took.most.count() == 0) {
      ++idle;
      continue;
    }
    text += fmt::format("  {}  {}  {:>7}%  {}\n", spread_text(unit.up), spread_text(unit.took),
                        100 * unit.on_chain / report.seeds, unit.unit);
  }
  if (idle > 0) text += fmt::format("  and {} units that take no time\n", idle);
  return text;
}

}  // namespace svcd::rehearsal
