// sim-run: random worlds, one a seed, until the time is up, the events are counted or something is wrong.
//
//   sim-run [--seconds N] [--processes N]     fresh seeds, N seconds of CPU time in each process; prints what was met
//   sim-run --seed N [--trace]                one seed again, with --trace step by step
//   sim-run --seeds FIRST COUNT               these
//   sim-run --events N --log FILE             a long run in one process: FILE is told how far it came, and where a
//                                             later one with the same FILE goes on
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
  uint64_t seed = 0;
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

int run_these(const Options& options) {
  Shared shared;
  for (uint64_t i = 0; i < options.count; ++i)
    if (!run_seed(options.first + i, shared, options.trace)) break;
  return finish(shared.coverage, false) ? 0 : 1;
}

/// The last line of FILE: "next seed N, M events".
int run_long(const Options& options) {
  unsigned long long next = 1, events = 0;
  {
    std::ifstream before(options.log);
    for (std::string line; std::getline(before, line);)
      std::sscanf(line.c_str(), "next seed %llu, %llu events", &next, &events);
  }
  Shared shared;
  std::ofstream log(options.log, std::ios::app);
  uint64_t told = 0;
  for (uint64_t seed = next; events + shared.coverage.events < options.events; ++seed) {
    const bool good = run_seed(seed, shared, false);
    const uint64_t now = events + shared.coverage.events;
    if (now - told >= 2'000'000 || !good || now >= options.events) {
      log << fmt::format("next seed {}, {} events, {:.0f} s of CPU time{}\n", seed + 1, now, cpu_seconds(),
                         good ? "" : fmt::format("; seed {} FAILED: {}", seed, shared.coverage.failure))
          << std::flush;
      told = now;
    }
    shared.coverage.has_failed = false;
  }
  bool complete = true;
  log << shared.coverage.text(complete) << fmt::format("next seed 0, {} events\n", events + shared.coverage.events);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (word == "--seconds") options.seconds = number();
    if (word == "--processes") options.processes = number();
    if (word == "--events") options.events = number();
    if (word == "--trace") options.trace = true;
    if (word == "--log" && i + 1 < argc) options.log = argv[++i];
    if (word == "--seed") options.first = number(), options.count = 1;
    if (word == "--seeds") options.first = number(), options.count = number();
  }
  if (options.count) return run_these(options);
  if (!options.log.empty()) return run_long(options);
  return run_fresh(options);
}
