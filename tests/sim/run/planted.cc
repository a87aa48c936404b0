// sim-planted: tests the simulator. Each fault of daemon/engine/planted.h is planted in turn, and random worlds are
// run until one of their checks complains; the table says after how many seeds.
//
//   sim-planted [--first SEED] [--most-seeds N] [--seconds N] [NAME…]    all of them, or these
//
// Each seed is run without the fault as well before it counts: what is wrong anyway is no find.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/planted.h"
#include "sim/world/world.h"

namespace {

using svcd::Coverage;
using svcd::Fault;
using svcd::FaultText;
using svcd::World;

constexpr unsigned longest_seed = 20;  // seconds: a fault may make a world go round in circles, which counts as found

std::string run(Fault fault, uint64_t seed) {
  svcd::planted_fault = fault;
  const auto coverage = std::make_unique<Coverage>();
  return World(seed, *coverage, {.most_units = 40, .trace = false}).run();
}

/// In a process of its own, which may crash or hang. "" if nothing was found.
std::string run_apart(Fault fault, uint64_t first, uint64_t count) {
  int ends[2];
  if (pipe(ends) < 0) return "pipe";
  const pid_t pid = fork();
  if (pid == 0) {
    for (uint64_t seed = first; seed < first + count; ++seed) {
      alarm(longest_seed);
      std::string wrong = run(fault, seed);
      if (wrong.empty() || !run(Fault::none, seed).empty()) continue;
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
  int status = 0;
  waitpid(pid, &status, 0);
  if (wrong.empty() && WIFSIGNALED(status)) wrong = fmt::format("{} signal {}", first, WTERMSIG(status));
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
    fmt::print("{:30} {:>6} seeds  {}\n", fault.name, seeds,
               out_of_time     ? "(time is up)"
               : wrong.empty() ? "NOT FOUND"
                               : wrong.substr(wrong.find(' ') + 1));
    std::fflush(stdout);
    ++(out_of_time ? left : wrong.empty() ? missed : found);
  }
  fmt::print("{} planted faults found, {} not found, {} not tried to the end\n", found, missed, left);
  fmt::print("{} passed, {} failed\n", found, missed);
  return missed == 0 ? 0 : 1;
}
