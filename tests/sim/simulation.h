// What the simulations have in common: a machine that checks after every step what must always hold, and random service
// definitions.
#pragma once

#include <gmock/gmock.h>

#include "daemon/sim/sim_machine.h"

namespace svcd {

class Simulation : public testing::TestWithParam<uint64_t> {
 protected:
  Simulation() : machine(GetParam()), rng(machine.rng) {
    machine.after_event = [this] { check(); };
  }

  /// Stops at the first thing that is wrong; the seed is the name of the test.
  void check() {
    if (!wrong.empty()) return;
    for (const std::string& text :
         {machine.claims_to_be_down_with_processes(), machine.two_main_processes(), machine.main_process_forgotten(),
          machine.says_what_its_processes_did_not(), machine.directories_of_another_time(), machine.jobs_out_of_order(),
          extra ? extra() : std::string()})
      if (wrong.empty() && !text.empty()) wrong = text;
    if (!wrong.empty()) {
      const double at = double(machine.kernel.now().monotonic.count()) / 1e6 - 1000;
      ADD_FAILURE() << "seed " << GetParam() << ", " << at << " s, event " << machine.events << ", crash "
                    << machine.crashes << ": " << wrong;
    }
  }

  /// All delays and faults that leave the machine able to go on.
  void make_trouble() {
    machine.faults.max_delay = Duration(rng.below(400'000));
    machine.faults.spawn_fails_percent = rng.chance(50) ? 10 : 0;
    machine.faults.sockets_fail_percent = rng.chance(30) ? 20 : 0;
    machine.faults.late_exits_percent = rng.chance(40) ? 20 : 0;
    machine.faults.late_exit = Duration(rng.below(15'000'000));
    machine.faults.cgroup_empty_twice_percent = 50;
    machine.faults.cgroup_empty_for_nothing_percent = 20;
  }

  /// Lets everything come to its end: with all time in the world no job may be left.
  void let_it_end() {
    machine.faults = {};
    machine.crash_every(0);
    machine.run_for(std::chrono::minutes(20));
    for (const JobInfo& job : machine.manager().jobs())
      ADD_FAILURE() << "seed " << GetParam() << ": job " << machine.manager().loaded(job.unit).id.str() << "/"
                    << to_string(job.type) << " never ends, the unit is "
                    << machine.manager().status(job.unit).sub_state;
  }

  bool failed() const { return !wrong.empty() || HasFailure(); }

  template <class T>
  const T& any_of(std::initializer_list<T> list) {
    return list.begin()[rng.below(list.size())];
  }

  SimMachine machine;
  Rng& rng;
  std::function<std::string()> extra;
  std::string wrong;
};

/// Programs of one service, below /bin/NAME-…, and its unit file, at random. Its processes are all killed when it
/// stops.
std::string random_service(SimMachine& machine, const std::string& name);

}  // namespace svcd
