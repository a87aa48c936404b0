// sim-run: random worlds, one a seed, until the time is up, the events are counted or something is wrong.
//
//   sim-run [--seconds N] [--processes N]     fresh seeds, N seconds of CPU time in each process; prints what was met
//   sim-run --seed N [--trace]                one seed again, with --trace step by step
//   sim-run --seeds FIRST COUNT               these, and on after one that fails or crashes
//   sim-run --events N --log FILE             a long run in one process: FILE is told how far it came, and where a
//                                             later one with the same FILE goes on; a seed that fails or crashes is
//                                             written there, and the run ends with an exit code that is not zero
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <new>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace {

using svcd::Coverage;
using svcd::World;

struct Options {
  uint64_t seconds = 120, processes = 2, first = 0, count = 0, events = 0;
  bool trace = false;
  std::string log;
};

/// What a worker counts, where its parent sees it even if the worker dies.
struct Shared {
  Coverage coverage;
  uint64_t seed = 0, failures = 0;
  uint64_t told = 0;  // events, when the log of a long run was written last
};

constexpr rlim_t longest_seed = 180;  // seconds of CPU: no seed needs a tenth of that

double cpu_seconds() {
  return double(std::clock()) / CLOCKS_PER_SEC;
}

/// False: something was wrong, and the shared coverage has it.
bool run_seed(uint64_t seed, Shared& shared, bool trace) {
  shared.seed = seed;
  const itimerval limit{{}, {longest_seed, 0}};
  setitimer(ITIMER_VIRTUAL, &limit, nullptr);  // SIGVTALRM ends the process: its parent says which seed it was
  World world(seed, shared.coverage, {.most_units = 1000, .trace = trace});
  const std::string wrong = world.run();
  if (wrong.empty()) return true;
  shared.coverage.has_failed = true;
  shared.coverage.failed_seed = seed;
  std::strncpy(shared.coverage.failure, wrong.c_str(), sizeof shared.coverage.failure - 1);
  return false;
}

bool finish(const Coverage& coverage, bool must_be_complete) {
  bool complete = true;
  fmt::print("{}", coverage.text(complete));
  if (must_be_complete && !complete) fmt::print("FAILED: something of the table was never met\n");
  if (coverage.has_failed)
    fmt::print("FAILED: {}\nreplay: sim-run --seed {} [--trace]\n", coverage.failure, coverage.failed_seed);
  return !coverage.has_failed && (complete || !must_be_complete);
}

Shared* share() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Shared();
}

int run_fresh(const Options& options) {
  const uint64_t base = options.first ? options.first : uint64_t(std::time(nullptr)) * 10'000;
  fmt::print("fresh seeds from {} on, {} processes, {} s of CPU time each\n", base, options.processes, options.seconds);
  std::fflush(stdout);
  std::vector<std::pair<pid_t, Shared*>> workers;
  for (uint64_t worker = 0; worker < options.processes; ++worker) {
    Shared* shared = share();
    const pid_t pid = fork();
    if (pid == 0) {
      for (uint64_t seed = base + worker; cpu_seconds() < double(options.seconds); seed += options.processes)
        if (!run_seed(seed, *shared, false)) _exit(1);
      _exit(0);
    }
    workers.emplace_back(pid, shared);
  }
  Coverage all;
  for (const auto& [pid, shared] : workers) {
    int status = 0;
    waitpid(pid, &status, 0);
    Coverage& coverage = shared->coverage;
    if (WIFSIGNALED(status)) {
      coverage.has_failed = true;
      coverage.failed_seed = shared->seed;
      std::strncpy(coverage.failure, strsignal(WTERMSIG(status)), sizeof coverage.failure - 1);
    }
    all.add(coverage);
  }
  if (all.seeds_of_300 * 50 < all.seeds && all.sizes.back() * 50 < all.seeds)
    fmt::print("FAILED: only {} of {} seeds have 300 units\n", all.sizes.back(), all.seeds);
  return finish(all, options.seconds >= 100) && all.sizes.back() * 50 >= all.seeds ? 0 : 1;
}

/// Runs seeds from `first` on, as long as `more`, in a process of its own: of one that crashes it tells the seed, and
/// goes on with the next. Returns how many failed.
template <class More, class Tell>
uint64_t run_all(uint64_t first, Shared& shared, bool trace, More more, Tell tell) {
  uint64_t& next = shared.seed;
  next = first;
  while (more(next)) {
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
      for (uint64_t seed = next; more(seed); ++seed) {
        const bool good = run_seed(seed, shared, trace);
        if (!good) ++shared.failures;
        tell(seed, good ? "" : shared.coverage.failure);
        next = seed + 1;
      }
      std::fflush(nullptr);
      _exit(0);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return shared.failures + 1;
    if (!WIFSIGNALED(status)) continue;
    Coverage& coverage = shared.coverage;
    ++shared.failures;
    coverage.has_failed = true;
    coverage.failed_seed = next;
    std::strncpy(coverage.failure, strsignal(WTERMSIG(status)), sizeof coverage.failure - 1);
    tell(next, coverage.failure);
    ++next;
  }
  return shared.failures;
}

int run_these(const Options& options) {
  Shared* shared = share();
  if (!shared) return 1;
  run_all(
      options.first, *shared, options.trace, [&](uint64_t seed) { return seed - options.first < options.count; },
      [&](uint64_t seed, const char* wrong) {
        if (*wrong && options.count > 1) fmt::print("seed {}: {}\n", seed, wrong);
        std::fflush(stdout);
      });
  finish(shared->coverage, false);
  if (options.count > 1) fmt::print("{} of {} seeds failed\n", shared->failures, options.count);
  return shared->failures == 0 ? 0 : 1;
}

/// The last line of FILE: "next seed N, M events". What is read of an earlier run is where this one goes on, and
/// whether a seed failed in it.
int run_long(const Options& options) {
  unsigned long long next = 1, before = 0;
  bool failed_before = false;
  {
    std::ifstream earlier(options.log);
    for (std::string line; std::getline(earlier, line);) {
      std::sscanf(line.c_str(), "next seed %llu, %llu events", &next, &before);
      failed_before = failed_before || line.find(" FAILED: ") != std::string::npos;
    }
  }
  Shared* shared = share();
  if (!shared) return 1;
  const auto events = [&] { return before + shared->coverage.events; };
  const auto write = [&](uint64_t seed, std::string_view what) {
    std::ofstream(options.log, std::ios::app)
        << fmt::format("next seed {}, {} events, {:.0f} s of CPU time{}\n", seed, events(), cpu_seconds(), what);
  };
  run_all(
      next, *shared, false, [&](uint64_t) { return events() < options.events; },
      [&](uint64_t seed, const char* wrong) {
        if (*wrong) write(seed + 1, fmt::format("; seed {} FAILED: {}", seed, wrong));
        if (!*wrong && events() - shared->told < 2'000'000) return;
        shared->told = events();
        if (!*wrong) write(seed + 1, "");
      });
  bool complete = true;
  std::ofstream(options.log, std::ios::app) << shared->coverage.text(complete);
  write(shared->seed, "; the end");
  return shared->failures == 0 && !failed_before ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (word == "--seconds") {
      options.seconds = number();
    } else if (word == "--processes") {
      options.processes = number();
    } else if (word == "--events") {
      options.events = number();
    } else if (word == "--trace") {
      options.trace = true;
    } else if (word == "--log" && i + 1 < argc) {
      options.log = argv[++i];
    } else if (word == "--seed") {
      options.first = number(), options.count = 1;
    } else if (word == "--seeds") {
      options.first = number(), options.count = number();
    } else {
      fmt::print(stderr, "sim-run: {} is not an option; the head of tests/sim/run/main.cc has them\n", word);
      return 2;
    }
  }
  if (options.count) return run_these(options);
  if (!options.log.empty()) return run_long(options);
  return run_fresh(options);
}
