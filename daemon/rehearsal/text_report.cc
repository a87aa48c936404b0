#include "daemon/rehearsal/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace svcd::rehearsal {
namespace {

std::string count_text(size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string title(const Run& run) {
  const std::string name = run.target + (run.chain.empty() || run.jobs[run.chain[0].job].unit == run.target
                                             ? ""
                                             : fmt::format(" ({})", run.jobs[run.chain[0].job].unit));
  const std::string how = run.reached ? "is reached after " + seconds_text(*run.reached) : "is not reached";
  return fmt::format("{} {}{}, seed {}: {}.\n", name, how,
                     run.shut_down ? fmt::format(", all is over after {}", seconds_text(run.end)) : "", run.seed,
                     verdict_text(run));
}

std::string cycles(const Run& run) {
  std::string text;
  for (const Cycle& cycle : run.cycles) {
    text += fmt::format("\nOrdering cycle at {}: {}\n", seconds_text(cycle.at),
                        cycle.left_out.empty() ? "it cannot be broken, the request is refused"
                                               : "broken by leaving out " + cycle.left_out);
    for (size_t i = 0; i < cycle.links.size(); ++i) {
      const Cycle::Link& link = cycle.links[i];
      text += fmt::format("  {}/{} waits for {}  [{}]\n", link.unit, link.job,
                          cycle.links[(i + 1) % cycle.links.size()].unit, link.because);
    }
  }
  return text;
}

std::string unfinished(const Run& run) {
  if (run.unfinished.empty()) return {};
  std::string text = run.is_deadlock ? "\nDeadlock: by itself nothing would ever end these jobs\n"
                                     : "\nJobs that had not ended when the time was over (--until=)\n";
  constexpr size_t at_most = 6;
  for (const bool runs : {true, false})  // what runs is the cause of the rest
    for (const Unfinished& left : run.unfinished) {
      const JobStory& job = run.jobs[left.job];
      if (job.began.has_value() != runs) continue;
      text += fmt::format("  {}/{} {}\n", job.unit, to_string(job.type), left.state);
      const size_t shown = std::min(left.waits_for.size(), at_most);
      for (size_t i = 0; i < shown; ++i) text += fmt::format("    waits for {}\n", left.waits_for[i]);
      if (left.waits_for.size() > shown) text += fmt::format("    and for {} more\n", left.waits_for.size() - shown);
    }
  return text;
}

/// One line a unit: what restarts in a loop has many.
std::string long_stops(const Run& run) {
  if (run.long_stops.empty()) return {};
  std::string text = "\nStops that took until their timeout\n";
  std::map<std::string, size_t> times;
  for (const LongStop& stop : run.long_stops) ++times[stop.unit];
  for (const LongStop& stop : run.long_stops) {
    const size_t count = std::exchange(times[stop.unit], 0);
    if (count == 0) continue;
    text += fmt::format("  {} {}from {}{}: {}\n", stop.unit,
                        count > 1 ? fmt::format("{} times, the first ", count) : "", seconds_text(stop.began),
                        stop.ended ? fmt::format(", {} long", seconds_text(*stop.ended - stop.began)) : ", to no end",
                        stop.limit);
  }
  return text;
}

std::string failures(const Run& run) {
  if (run.failures.empty()) return {};
  std::string text = "\nFailed\n";
  for (const Failure& failure : run.failures)
    text += fmt::format("  {:>9}  {}{}{}\n", seconds_text(failure.at), failure.unit, failure.unit.empty() ? "" : ": ",
                        failure.why);
  return text;
}

std::string restarts(const Run& run) {
  std::string text;
  for (const UnitStory& unit : run.units)
    if (unit.restarts > 0)
      text +=
          fmt::format("  {}, {}: {}\n", unit.name, count_text(unit.restarts, "time", "times"), unit.restarted_because);
  return text.empty() ? text : "\nRestarted by themselves\n" + text;
}

std::string missing(const Run& run) {
  if (run.missing.empty()) return {};
  std::string text = "\nNot there\n";
  constexpr size_t at_most = 50;
  for (const MissingUnit& unit : std::span(run.missing).first(std::min(run.missing.size(), at_most)))
    text +=
        fmt::format("  {} ({}{}{}), {} through {}\n", unit.name, to_string(unit.state), unit.why.empty() ? "" : ": ",
                    unit.why, unit.is_needed ? "needed" : "wanted", fmt::join(unit.needed_by, ", "));
  return text;
}

std::string chain(const Run& run) {
  if (run.chain.empty()) return {};
  std::string text = "\nCritical chain: each had to wait for the one below it\n";
  std::vector<std::string> names;
  size_t width = 0;
  for (size_t depth = 0; depth < run.chain.size(); ++depth) {
    std::string name = depth == 0 ? "" : std::string(std::min<size_t>(depth - 1, 20) * 2, ' ') + "`-";
    names.push_back(name + run.jobs[run.chain[depth].job].unit);
    width = std::max(width, std::min<size_t>(names.back().size(), 70));
  }
  for (size_t depth = 0; depth < run.chain.size(); ++depth) {
    const JobStory& job = run.jobs[run.chain[depth].job];
    const Duration took = *job.ended - job.began.value_or(*job.ended);
    std::string line = fmt::format("  {:<{}}  @{:<8} {:<9}", names[depth], width, seconds_text(*job.ended),
                                   took.count() > 0 ? "+" + seconds_text(took) : "");
    if (!run.chain[depth].because.empty()) line += fmt::format("  [{}]", run.chain[depth].because);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string result_text(const JobStory& job) {
  if (!job.is_simulated) return "not simulated";
  return job.result ? std::string(to_string(*job.result)) : "never ended";
}

std::string schedule(const Run& run) {
  std::string text =
      fmt::format("\nSchedule\n  {:>9} {:>9} {:>9}  {:<7} {:<13} unit\n", "waited", "began", "took", "job", "result");
  std::vector<const JobStory*> jobs;
  for (const JobStory& job : run.jobs) jobs.push_back(&job);
  std::stable_sort(jobs.begin(), jobs.end(), [](const JobStory* a, const JobStory* b) {
    return a->turn - 1 < b->turn - 1;  // those that never began come last
  });
  const auto span = [](Duration time) { return time.count() == 0 ? "-" : seconds_text(time); };
  for (const JobStory* job : jobs) {
    const std::string waited = job->began ? span(*job->began - job->asked) : "";
    const std::string took = job->began && job->ended ? span(*job->ended - *job->began) : "";
    std::string line =
        fmt::format("  {:>9} {:>9} {:>9}  {:<7} {:<13} {}", waited, job->began ? seconds_text(*job->began) : "never",
                    took, to_string(job->type), result_text(*job), job->unit);
    if (job->waited_for) line += fmt::format("  after {} [{}]", run.jobs[*job->waited_for].unit, job->because);
    text += line + "\n";
  }
  return text;
}

std::string state_changes(const Run& run) {
  struct Line {
    size_t turn;
    std::string text;
  };
  std::vector<Line> lines;
  for (const UnitStory& unit : run.units) {
    std::string before = "inactive (dead)";
    for (const StateChange& change : unit.states) {
      const std::string now = fmt::format("{} ({})", to_string(change.active), change.sub);
      lines.push_back(
          {change.turn, fmt::format("{:>9}  {}: {} -> {}", seconds_text(change.at), unit.name, before, now)});
      before = now;
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.turn < b.turn; });
  std::string text = "\nStates\n";
  for (const Line& line : lines) text += fmt::format("  {}\n", line.text);
  return text;
}

std::string remarks(const Run& run) {
  std::string text;
  const auto idle =
      std::count_if(run.jobs.begin(), run.jobs.end(), [](const JobStory& job) { return !job.is_simulated; });
  if (idle > 0)
    text += fmt::format("  {} for units that start nothing in a rehearsal (timers, paths …)\n",
                        count_text(size_t(idle), "job", "jobs"));
  if (!run.untested.empty())
    text += fmt::format("  {} could not be tested here and {} as met\n",
                        count_text(run.untested.size(), "condition", "conditions"),
                        run.untested.size() == 1 ? "counts" : "count");
  if (!run.standard.empty())
    text +=
        fmt::format("  units that the tree does not have, as they usually are: {}\n", fmt::join(run.standard, ", "));
  if (!text.empty()) text = "\nTaken for granted\n" + text;
  if (!run.notes.empty()) text += fmt::format("\nWithout effect\n  {}\n", fmt::join(run.notes, "\n  "));
  return text;
}

}  // namespace

std::string seconds_text(Time time) {
  return fmt::format("{}.{:03}s", time.count() / 1'000'000, time.count() / 1000 % 1000);
}

std::string verdict_text(const Run& run) {
  std::vector<std::string> parts;
  const auto add = [&parts](size_t count, const char* one, const char* many) {
    if (count > 0) parts.push_back(count_text(count, one, many));
  };
  add(run.unfinished.size(), "job did not end", "jobs did not end");
  add(run.cycles.size(), "ordering cycle", "ordering cycles");
  add(run.long_stops.size(), "stop until its timeout", "stops until their timeout");
  add(run.failures.size(), "failure", "failures");
  const auto needed = [](const MissingUnit& unit) { return unit.is_needed; };
  add(size_t(std::count_if(run.missing.begin(), run.missing.end(), needed)), "unit that is needed is not there",
      "units that are needed are not there");
  return parts.empty() ? "all is well" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string text_report(const Run& run, bool states) {
  std::string text = title(run);
  for (const auto part : {cycles, unfinished, long_stops, failures, restarts, missing, chain, schedule})
    text += part(run);
  if (states) text += state_changes(run);
  return text + remarks(run);
}

}  // namespace svcd::rehearsal
