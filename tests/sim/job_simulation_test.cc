// Several units that need, want, exclude and order each other at random, with requests at random: jobs keep the order
// and all of them end.
#include "sim/simulation.h"

namespace svcd {

class JobSimulation : public Simulation {
 protected:
  static constexpr size_t count = 6;

  std::string name(size_t i) const { return fmt::format("u{}", i); }

  /// Order only from a higher to a lower number: no loops here, those are for the tests of plan().
  std::string random_dependencies(size_t self) {
    std::string text = "[Unit]\nStopWhenUnneeded=" + std::string(rng.chance(5) ? "yes" : "no") + "\n";
    for (size_t other = 0; other < count; ++other) {
      if (other == self) continue;
      if (rng.chance(25))
        text += fmt::format("{}={}.service\n",
                            any_of<const char*>({"Requires", "Wants", "BindsTo", "Requisite", "PartOf", "Wants"}),
                            name(other));
      if (rng.chance(8)) text += fmt::format("Conflicts={}.service\n", name(other));
      if (rng.chance(40)) text += fmt::format("{}={}.service\n", other < self ? "After" : "Before", name(other));
      if (rng.chance(5)) text += fmt::format("PropagatesStopTo={}.service\n", name(other));
    }
    return text;
  }

  void load_all() {
    for (size_t i = 0; i < count; ++i)
      units.push_back(&machine.load(name(i) + ".service", random_dependencies(i) + random_service(machine, name(i))));
  }

  void ask_for_something() {
    SimUnit& unit = *units[rng.below(count)];
    const JobType type = any_of({JobType::start, JobType::start, JobType::start, JobType::stop, JobType::restart,
                                 JobType::try_restart, JobType::verify_active});
    const JobMode mode =
        any_of({JobMode::replace, JobMode::replace, JobMode::replace, JobMode::fail, JobMode::ignore_requirements});
    unit.submit(type, mode);
  }

  void stop_all() {
    for (SimUnit* unit : units) unit->stop();
    let_it_end();
    for (SimUnit* unit : units) unit->stop();  // what Restart= or an Upholds= brought back meanwhile
    let_it_end();
    for (SimUnit* unit : units)
      EXPECT_TRUE(failed() || unit->is_down())
          << "seed " << GetParam() << ": " << unit->name() << " stopped, but " << unit->sub_state();
  }

  std::vector<SimUnit*> units;
};

TEST_P(JobSimulation, JobsKeepTheOrderAndEnd) {
  load_all();
  make_trouble();
  for (int i = 0; i < 40 && !failed(); ++i) {
    ask_for_something();
    machine.run_for(Duration(rng.below(1'500'000)));
  }
  stop_all();
}

TEST_P(JobSimulation, JobsKeepTheOrderAndEndThroughTakeOvers) {
  load_all();
  make_trouble();
  machine.crash_every(10 + rng.below(100));
  for (int i = 0; i < 30 && !failed(); ++i) {
    ask_for_something();
    machine.run_for(Duration(rng.below(1'500'000)));
    if (rng.chance(10)) machine.crash();
  }
  machine.crash_every(0);
  stop_all();
}

INSTANTIATE_TEST_SUITE_P(Seeds, JobSimulation, testing::Range<uint64_t>(0, 400));

/// The sum that the simulations must reach: run alone it has nothing to say.
class SimulationTotals : public testing::Environment {
 public:
  void TearDown() override {
    fmt::print("{} events and {} crashes in the simulations\n", SimMachine::total_events, SimMachine::total_crashes);
  }
};
const auto* const totals = testing::AddGlobalTestEnvironment(new SimulationTotals);

}  // namespace svcd
