// sim-planted: tests the simulator. Each fault of daemon/engine/planted.h is planted in turn, and random worlds are
// run until the check that is meant to see it complains; the table says after how many seeds.
//
//   sim-planted [--first SEED] [--most-seeds N] [--seconds N] [NAME…]    all of them, or these
//
// Each seed is run without the fault as well before it counts: what is wrong anyway is no find.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/planted.h"
#include "sim/world/world.h"

namespace {

using svcd::Coverage;
using svcd::Fault;
using svcd::FaultText;
using svcd::World;

/// What a check says of each fault, when it sees the harm that the fault does and not something that came of it later:
/// no other complaint counts. In the order of planted_faults; one of several words.
struct Sight {
  Fault fault;
  std::array<std::string_view, 2> words;
};
constexpr std::array sights = [] {
  using enum Fault;
  return std::array{
      // clang-format off
      Sight{intent_not_written,          {"of an earlier start is alive", "two main processes"}},
      Sight{intent_not_looked_for,       {"of an earlier start is alive", "two main processes"}},
      Sight{late_exit_accepted,          {"says that process"}},
      Sight{reaped_before_recorded,      {"does not know how process"}},
      Sight{quiet_change_not_recorded,   {"before a take-over"}},
      Sight{job_removed_twice,           {"is told to be removed, but was not there"}},
      Sight{order_lost_at_relink,        {"runs before"}},
      Sight{order_lost_at_reload,        {"runs before"}},
      Sight{merged_job_goes_on,          {"restart is done, but", "reload is done, but"}},
      Sight{dependants_not_failed,       {"but its own goes on"}},
      Sight{job_timer_left,              {"a timer of one"}},
      Sight{restart_limit_not_counted,   {"its limit is"}},
      Sight{stop_timeout_not_armed,      {"later than its time limits allow"}},
      Sight{watchdog_not_disarmed,       {"timer 2 is armed"}},
      Sight{cgroup_hint_believed,        {"is alive"}},
      Sight{folders_not_waited_for,      {"its folder is gone"}},
      Sight{notify_access_ignored,       {"may not speak for it"}},
      Sight{foreign_main_pid_taken,      {"has main process"}},
      Sight{change_not_told,             {"was told"}},
      Sight{unit_with_job_collected,     {"is forgotten, but has job"}},
      Sight{bound_unit_not_stopped,      {"to which it is bound"}},
      Sight{unneeded_unit_not_stopped,   {"nobody needs it"}},
      Sight{upheld_unit_not_started,     {"upholds"}},
      Sight{cgroup_not_released,         {"nobody's, but kept", "cgroups are left"}},
      Sight{bus_name_watched_for_ever,   {"bus names are watched"}},
      Sight{references_of_the_gone_kept, {"with references"}},
      Sight{failed_units_miscounted,     {"are counted"}},
      // clang-format on
  };
}();
static_assert(std::ranges::equal(sights, svcd::planted_faults, {}, &Sight::fault, &FaultText::fault));

bool is_seen(Fault fault, const std::string& wrong) {
  return std::ranges::any_of(sights[size_t(fault) - 1].words, [&](std::string_view word) {
    return !word.empty() && wrong.find(word) != std::string::npos;
  });
}

constexpr unsigned longest_seed = 20;  // seconds: a fault may make a world go round in circles

std::string run(Fault fault, uint64_t seed) {
  svcd::planted_fault = fault;
  const auto coverage = std::make_unique<Coverage>();
  return World(seed, *coverage, {.most_units = 40, .trace = false}).run();
}

/// In a process of its own: a world that crashes or hangs ends it, which is no find. "" if nothing was found.
std::string run_apart(Fault fault, uint64_t first, uint64_t count) {
  int ends[2];
  if (pipe(ends) < 0) return "pipe";
  const pid_t pid = fork();
  if (pid == 0) {
    for (uint64_t seed = first; seed < first + count; ++seed) {
      alarm(longest_seed);
      std::string wrong = run(fault, seed);
      if (!is_seen(fault, wrong) || !run(Fault::none, seed).empty()) continue;
      wrong = fmt::format("{} {}", seed, wrong).substr(0, 500);
      _exit(write(ends[1], wrong.data(), wrong.size()) < 0);
    }
    _exit(0);
  }
  close(ends[1]);
  char text[512];
  std::string wrong;
  for (ssize_t got; (got = read(ends[0], text, sizeof text)) > 0;) wrong.append(text, size_t(got));
  close(ends[0]);
  waitpid(pid, nullptr, 0);
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t first = 1, most_seeds = 10'000, seconds = 100'000;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (word == "--first")
      first = number();
    else if (word == "--most-seeds")
      most_seeds = number();
    else if (word == "--seconds")
      seconds = number();
    else
      names.push_back(word);
  }
  constexpr uint64_t at_once = 25;  // seeds a process
  const std::time_t end = std::time(nullptr) + std::time_t(seconds);
  int found = 0, missed = 0, left = 0;
  for (const FaultText& fault : svcd::planted_faults) {
    if (!names.empty() && std::ranges::find(names, fault.name) == names.end()) continue;
    std::string wrong;
    uint64_t tried = 0;
    for (; tried < most_seeds && wrong.empty() && std::time(nullptr) < end; tried += at_once)
      wrong = run_apart(fault.fault, first + tried, at_once);
    const bool out_of_time = wrong.empty() && tried < most_seeds;
    uint64_t seeds = tried;
    if (!wrong.empty()) seeds = std::strtoull(wrong.c_str(), nullptr, 10) - first + 1;
    fmt::print("{:27} {:>6} seeds  {}\n", fault.name, seeds,
               out_of_time     ? "(time is up)"
               : wrong.empty() ? "NOT FOUND"
                               : wrong.substr(wrong.find(' ') + 1, 150));
    std::fflush(stdout);
    ++(out_of_time ? left : wrong.empty() ? missed : found);
  }
  fmt::print("{} planted faults found, {} not found, {} not tried to the end\n", found, missed, left);
  fmt::print("{} passed, {} failed\n", found, missed);
  return missed == 0 ? 0 : 1;
}
