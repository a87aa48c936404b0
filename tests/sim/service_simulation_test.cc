// One service, whatever operators and faults do and in whatever order. A failure prints its seed;
// --gtest_filter=*/SEED replays it exactly.
#include "sim/simulation.h"

namespace svcd {

using namespace std::chrono_literals;

class ServiceSimulation : public Simulation {};

TEST_P(ServiceSimulation, KeepsItsPromisesWhateverHappens) {
  SimUnit& unit = machine.load("p.service", random_service(machine, "p"));
  make_trouble();
  for (int i = 0; i < 40 && !failed(); ++i) {
    switch (rng.below(8)) {
      case 0: unit.restart(); break;
      case 1: unit.reload(); break;
      case 2: unit.kill(any_of({KillWho::main, KillWho::all, KillWho::control}), any_of({15, 9, 6})); break;
      case 3:
      case 4: unit.stop(); break;
      default: unit.start(); break;
    }
    machine.run_for(Duration(rng.below(1'500'000)));
  }
  unit.stop();
  let_it_end();
  EXPECT_TRUE(failed() || unit.is_down()) << "seed " << GetParam() << ": stopped, but " << unit.sub_state();
}

TEST_P(ServiceSimulation, ALateExitOfTheOldProcessIsNotThatOfTheNewOne) {
  SimProgram& program = machine.program("/bin/p");
  program.exits_on_sigterm = int(rng.below(3));
  if (rng.chance(50)) program.leaves_behind = {"/bin/child"};
  machine.program("/bin/child");
  SimUnit& unit = machine.load("p.service", "[Service]\nExecStart=/bin/p\nTimeoutStopSec=2s\nRestart=always\n");
  unit.start();
  machine.run_for(1s);
  machine.faults.late_exits_percent = 100;
  machine.faults.late_exit = 10s + Duration(rng.below(5'000'000));
  unit.stop();
  machine.run_for(9s);  // all time limits of the stop are over
  ASSERT_TRUE(unit.is_down()) << "seed " << GetParam() << ": " << unit.sub_state();
  machine.faults.late_exits_percent = 0;
  unit.start();
  machine.run_for(500ms);
  const pid_t main = unit.main_pid();
  ASSERT_NE(main, 0);
  machine.run_for(20s);
  EXPECT_EQ(unit.sub_state(), "running") << "seed " << GetParam();
  EXPECT_EQ(unit.main_pid(), main) << "seed " << GetParam();
  EXPECT_EQ(unit.n_restarts(), 0u) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ServiceSimulation, testing::Range<uint64_t>(0, 1000));

class CrashSimulation : public Simulation {};

TEST_P(CrashSimulation, AManagerThatDiesInsideAnyStepLosesAndDoublesNoService) {
  SimUnit& unit = machine.load("p.service", random_service(machine, "p"));
  make_trouble();
  machine.crash_every(3 + rng.below(40));
  for (int i = 0; i < 30 && !failed(); ++i) {
    rng.chance(30) ? unit.stop() : rng.chance(30) ? unit.restart() : unit.start();
    machine.run_for(Duration(rng.below(1'500'000)));
    if (rng.chance(20)) machine.crash();
  }
  machine.crash_every(0);
  unit.stop();
  let_it_end();
  EXPECT_TRUE(failed() || unit.is_down()) << "seed " << GetParam() << ": stopped, but " << unit.sub_state();
}

TEST_P(CrashSimulation, ARunningServiceKeepsItsProcessThroughEveryTakeOver) {
  machine.program("/bin/p").ignores_sigterm = rng.chance(30);
  SimUnit& unit = machine.load("p.service", "[Service]\nExecStart=/bin/p\nRestart=always\n");
  machine.faults.max_delay = Duration(rng.below(200'000));
  unit.start();
  machine.run_for(1s);
  const pid_t main = unit.main_pid();
  ASSERT_NE(main, 0);
  machine.crash_every(1 + rng.below(10));
  for (int i = 0; i < 10; ++i) {
    rng.chance(50) ? machine.crash() : (void)unit.start();
    machine.run_for(Duration(rng.below(500'000)));
    EXPECT_EQ(unit.sub_state(), "running") << "seed " << GetParam();
    EXPECT_EQ(unit.main_pid(), main) << "seed " << GetParam();
  }
  EXPECT_EQ(machine.kernel.spawns, 1u) << "seed " << GetParam();
}

TEST_P(CrashSimulation, HowAProcessEndedIsKnownAfterEveryTakeOver) {
  const int code = int(1 + rng.below(100));
  SimProgram& program = machine.program("/bin/p");
  program.runs_for = Duration(rng.below(2'000'000));
  program.exit_code = code;
  SimUnit& unit = machine.load("p.service", "[Service]\nExecStart=/bin/p\n");
  machine.faults.max_delay = Duration(rng.below(200'000));
  unit.start();
  machine.crash_every(1 + rng.below(6));
  for (int i = 0; i < 5; ++i) {
    machine.run_for(Duration(rng.below(800'000)));
    if (rng.chance(50)) machine.crash();
  }
  let_it_end();
  // A manager that died over the request may not have taken it down at all.
  if (machine.kernel.spawns == 0) return;
  EXPECT_EQ(machine.kernel.spawns, 1u) << "seed " << GetParam();
  EXPECT_EQ(unit.sub_state(), "failed") << "seed " << GetParam();
  ASSERT_NE(unit.service(), nullptr) << "seed " << GetParam();
  EXPECT_EQ(unit.result(), UnitResult::exit_code) << "seed " << GetParam();
  EXPECT_EQ(unit.service()->main.status, (ExitStatus{ExitStatus::Kind::exited, code})) << "seed " << GetParam();
}

/// What D-Bus clients see of a service and what must be the same after a take-over.
std::string visible(SimMachine& machine, const SimUnit& unit) {
  const auto id = machine.manager().find(unit.name());
  if (!id) return "not loaded";
  const UnitStatus& status = machine.manager().status(*id);
  const ServiceStatus& service = *machine.manager().service(*id);
  std::string text = fmt::format("{} {} {} {} {}", to_string(status.active_state), status.sub_state,
                                 status.control_group, status.condition_result, status.assert_result);
  for (const Timestamp& time :
       {status.state_change, status.inactive_exit, status.active_enter, status.active_exit, status.inactive_enter,
        status.condition_time, status.assert_time, service.main.start, service.main.exit, service.watchdog})
    text += fmt::format(" {}/{}", time.realtime.count(), time.monotonic.count());
  for (const uint8_t byte : status.invocation) text += fmt::format(" {:02x}", byte);
  return text + fmt::format(" main {} control {} ran {} ended {}/{} {} {} '{}' {} restarts {}", service.main_pid,
                            service.control_pid, service.main.pid, int(service.main.status.kind),
                            service.main.status.value, to_string(service.result), to_string(service.reload_result),
                            service.status_text, service.status_errno, service.n_restarts);
}

TEST_P(CrashSimulation, WhatClientsSeeIsTheSameAfterATakeOverInAnyPhase) {
  const char* const type = any_of<const char*>({"simple", "exec", "notify", "forking", "oneshot", "idle"});
  for (const char* step : {"pre", "post", "reload", "stop", "stop-post"})
    machine.program(std::string("/bin/") + step).runs_for = 1s;
  SimProgram& program = machine.program("/bin/p");
  program.needs_to_stop = 1s;
  if (type == std::string_view("oneshot")) program.runs_for = 1s;
  if (type == std::string_view("notify"))
    program.notifies = {{500ms, {"STATUS=" + std::string(300, 'x'), "ERRNO=5"}}, {1s, {"READY=1", "WATCHDOG=1"}}};
  if (type == std::string_view("forking")) program.daemon = "/bin/daemon", program.forks_after = 1s;
  machine.program("/bin/daemon").needs_to_stop = 1s;
  SimUnit& unit = machine.load(
      "p.service", fmt::format("[Unit]\nStartLimitIntervalSec=0\n[Service]\nType={}\nExecStartPre=/bin/pre\n"
                               "ExecStart=/bin/p\nExecStartPost=/bin/post\nExecReload=/bin/reload\nExecStop=/bin/stop\n"
                               "ExecStopPost=/bin/stop-post\nRestart={}\nRestartSec=1s\nNotifyAccess=all\n"
                               "WatchdogSec=1h\n",
                               type, type == std::string_view("oneshot") ? "no" : "always"));
  unit.start();
  Duration until = Duration(rng.below(4'000'000));
  for (int i = 0; i < 4; ++i) {
    machine.run_for(until);
    const std::string before = visible(machine, unit);
    machine.crash();
    EXPECT_EQ(visible(machine, unit), before) << "seed " << GetParam() << ", Type=" << type;
    until = Duration(rng.below(2'500'000));
    if (i == 0) unit.reload();
    if (i == 1 && unit.main_pid()) unit.kill(KillWho::main, 9);
    if (i == 2) unit.stop();
  }
}

TEST_P(CrashSimulation, ARestartThatIsDueComesAfterEveryTakeOver) {
  SimProgram& program = machine.program("/bin/p");
  program.runs_for = Duration(rng.below(1'000'000));
  program.exit_code = int(rng.below(2));
  SimUnit& unit = machine.load("p.service", fmt::format("[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/p\n"
                                                        "Restart=always\nRestartSec={}ms\n",
                                                        rng.below(1500)));
  unit.start();
  machine.run_for(1s);
  machine.faults.max_delay = Duration(rng.below(200'000));
  machine.crash_every(2 + rng.below(20));
  for (int i = 0; i < 10; ++i) {
    machine.run_for(Duration(rng.below(800'000)));
    if (rng.chance(50)) machine.crash();
  }
  machine.program("/bin/p").runs_for = infinity;
  let_it_end();
  EXPECT_EQ(unit.sub_state(), "running") << "seed " << GetParam();
  EXPECT_EQ(unit.running("/bin/p"), 1u) << "seed " << GetParam();
}

/// Type= of the file may be another one when the next manager reads it; the process is there once.
TEST_P(CrashSimulation, AFileWithAnotherTypeDoesNotStartTwiceWhatTheManagerDiedOver) {
  SimUnit& unit = machine.load("p.service", "[Service]\nExecStart=/bin/p\n");
  SimProgram& program = machine.program("/bin/p");
  program.exit_code = 1;
  program.runs_for = 10ms;
  unit.start();
  machine.run_for(1s);  // it failed, and stays in memory with the settings of now
  program = {};
  machine.crash_every(1 + rng.below(6));
  const auto type = any_of({"exec", "notify", "oneshot", "forking", "idle", "dbus\nBusName=org.example.P"});
  machine.kernel.memory().write("/etc/systemd/system/p.service",
                                fmt::format("[Service]\nType={}\nTimeoutStartSec=1h\nExecStart=/bin/p\n", type));
  unit.start();
  machine.crash_every(0);
  machine.run_for(1s);
  EXPECT_LE(unit.running("/bin/p"), 1u) << "seed " << GetParam() << ": " << type;
}

/// What removes RuntimeDirectory= goes on without the manager: the next start waits for its end, whoever begins it.
TEST_P(CrashSimulation, AStartWaitsForTheFoldersThatAnEarlierManagerHadRemoved) {
  SimUnit& unit = machine.load("p.service", "[Service]\nExecStart=/bin/p\nRuntimeDirectory=p\nTimeoutStopSec=10ms\n");
  machine.program("/bin/p");
  unit.start();
  machine.run_for(1s);
  machine.faults.max_delay = 400ms;
  machine.after_event = {};  // it does not wait that long before it says that it is down
  unit.stop();
  machine.run_for(Duration(rng.below(300'000)));
  machine.crash();
  unit.start();
  machine.run_for(5s);
  EXPECT_EQ(machine.kernel.directories.contains("p.service"), unit.sub_state() == "running") << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, CrashSimulation, testing::Range<uint64_t>(0, 500));

}  // namespace svcd
