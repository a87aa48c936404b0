// What services say about themselves (sd_notify(3)), and which process is theirs. Texts and effects are those of
// systemd 252.
#include <gmock/gmock.h>

#include <set>

#include "daemon/sim/sim_machine.h"

namespace svcd {

using namespace std::chrono_literals;
using testing::Contains;

class NotifyTest : public testing::Test {
 protected:
  SimUnit& started(const std::string& more) {
    machine.program("/bin/n");
    SimUnit& unit = machine.load("n.service", "[Service]\nExecStart=/bin/n\nNotifyAccess=all\n" + more);
    unit.start();
    machine.run_for(1s);
    return unit;
  }
  void say(const SimUnit& unit, std::vector<std::string> lines, uid_t uid = 0) {
    machine.kernel.notify_from(unit.main_pid(), std::move(lines), uid);
    machine.run_for(1ms);
  }
  pid_t stranger() {
    machine.program("/bin/o");
    SimUnit& other = machine.load("o.service", "[Service]\nExecStart=/bin/o\n");
    other.start();
    machine.run_for(1s);
    return other.main_pid();
  }
  SimMachine machine;
};

TEST_F(NotifyTest, OfSeveralLinesWithOneKeyTheFirstCountsButOfStatesTheLast) {
  SimUnit& n = started("");
  say(n, {"STATUS=a", "STATUS=b", "READY=1", "RELOADING=1"});
  EXPECT_EQ(n.service()->status_text, "a");
  EXPECT_EQ(n.sub_state(), "reload");
  say(n, {"RELOADING=1", "READY=1"});
  EXPECT_EQ(n.sub_state(), "running");
}

TEST_F(NotifyTest, AStatusThatIsNoUtf8IsRefusedAndTheOneBeforeIsGone) {
  SimUnit& n = started("");
  say(n, {"STATUS=good"});
  say(n, {"STATUS=not \xff good"});
  EXPECT_EQ(n.service()->status_text, "");
  EXPECT_THAT(machine.log, Contains("n.service: Status message in notification message is not UTF-8 clean, ignoring."));
}

TEST_F(NotifyTest, ErrnoIsANumberOrAName) {
  SimUnit& n = started("");
  const auto now = [&](const char* line) {
    say(n, {line});
    return n.service()->status_errno;
  };
  EXPECT_EQ(now("ERRNO=5"), 5);
  EXPECT_EQ(now("ERRNO=ENOENT"), 2);
  EXPECT_EQ(now("ERRNO=-5"), 2);
  EXPECT_EQ(now("ERRNO=99999"), 2);
  EXPECT_EQ(now("ERRNO=x"), 2);
  EXPECT_EQ(now("ERRNO=0"), 0);
  EXPECT_THAT(machine.log, Contains("n.service: Failed to parse ERRNO= field value '-5' in notification message: "
                                    "Numerical result out of range"));
  EXPECT_THAT(machine.log,
              Contains("n.service: Failed to parse ERRNO= field value 'x' in notification message: Invalid argument"));
}

TEST_F(NotifyTest, OnlyRootMayNameAProcessOfAnotherUnitAsMainProcess) {
  SimUnit& n = started("");
  const pid_t main = n.main_pid(), other = stranger();
  say(n, {"MAINPID=1"});
  say(n, {"MAINPID=x"});
  say(n, {"MAINPID=0"});
  say(n, {"MAINPID=4000000"});
  say(n, {"MAINPID=" + std::to_string(other)}, 1000);
  EXPECT_EQ(n.main_pid(), main);
  say(n, {"MAINPID=" + std::to_string(other)}, 0);
  EXPECT_EQ(n.main_pid(), other);
  EXPECT_THAT(machine.log, Contains("n.service: New main PID 1 is the manager, refusing."));
  EXPECT_THAT(machine.log, Contains("n.service: New main PID 4000000 does not exist or is a zombie."));
  EXPECT_THAT(machine.log, Contains("n.service: Failed to parse MAINPID= field in notification message, ignoring: 0"));
}

TEST_F(NotifyTest, WatchdogUsecOverridesWatchdogSecAndZeroEndsIt) {
  SimUnit& n = started("WatchdogSec=10s\n");
  say(n, {"WATCHDOG_USEC=2000000"});
  EXPECT_EQ(n.service()->watchdog_interval, 2s);
  machine.run_for(1900ms);
  EXPECT_EQ(n.sub_state(), "running");
  say(n, {"WATCHDOG_USEC=0"});
  machine.run_for(1min);
  EXPECT_EQ(n.sub_state(), "running");
  say(n, {"WATCHDOG=no"});
  say(n, {"WATCHDOG_USEC=x"});
  EXPECT_THAT(machine.log, Contains("n.service: Passed WATCHDOG= field is invalid, ignoring."));
  EXPECT_THAT(machine.log, Contains("n.service: Failed to parse WATCHDOG_USEC=x"));
  say(n, {"WATCHDOG_USEC=2000000"});
  machine.run_for(3s);
  EXPECT_EQ(n.result(), UnitResult::watchdog);
}

TEST_F(NotifyTest, ExtendTimeoutUsecExtendsTheTimeOfRunningToo) {
  SimUnit& n = started("RuntimeMaxSec=5s\n");
  say(n, {"EXTEND_TIMEOUT_USEC=20000000"});
  machine.run_for(15s);
  EXPECT_EQ(n.sub_state(), "running");
  machine.run_for(10s);
  EXPECT_EQ(n.result(), UnitResult::timeout);
}

TEST_F(NotifyTest, AnExtensionWithoutEndIsNone) {
  SimUnit& n = started("RuntimeMaxSec=5s\n");
  say(n, {"EXTEND_TIMEOUT_USEC=18446744073709551615"});
  machine.run_for(10s);
  EXPECT_EQ(n.result(), UnitResult::timeout);
}

TEST_F(NotifyTest, NotifyAccessNamesTheProcessesThatAreHeard) {
  machine.program("/bin/pre").notifies = {{1ms, {"STATUS=pre"}}};
  machine.program("/bin/pre").runs_for = 100ms;
  machine.program("/bin/n").leaves_behind = {"/bin/child"};
  machine.program("/bin/child").notifies = {{1ms, {"STATUS=child"}}};
  SimUnit& n = machine.load("n.service", "[Service]\nExecStartPre=/bin/pre\nExecStart=/bin/n\nNotifyAccess=exec\n");
  n.start();
  machine.run_for(50ms);
  EXPECT_EQ(n.service()->status_text, "pre");
  machine.run_for(1s);
  EXPECT_EQ(n.service()->status_text, "pre");
  EXPECT_THAT(machine.log,
              Contains(testing::HasSubstr(fmt::format("but reception only permitted for main PID {}", n.main_pid()))));
}

TEST_F(NotifyTest, RuntimeRandomizedExtraSecAddsARandomPartToEachRun) {
  std::set<int64_t> lengths;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SimMachine other(seed);
    other.program("/bin/r");
    SimUnit& r =
        other.load("r.service", "[Service]\nExecStart=/bin/r\nRuntimeMaxSec=10s\nRuntimeRandomizedExtraSec=10s\n");
    r.start();
    const Time began = other.kernel.now().monotonic;
    other.run_for(9999ms);
    EXPECT_EQ(r.sub_state(), "running");
    other.run_for(10002ms);
    EXPECT_EQ(r.result(), UnitResult::timeout);
    lengths.insert(Duration(r.service()->main.exit.monotonic - began).count() / 100'000);
  }
  EXPECT_GT(lengths.size(), 10u);
}

// ---- bus names

TEST_F(NotifyTest, AServiceWithABusNameAndWithoutAMainProcessLearnsItFromTheBus) {
  machine.program("/bin/f").daemon = "/bin/d";
  machine.program("/bin/d").bus_name = "org.example.D";
  machine.program("/bin/d").bus_name_after = 500ms;
  SimUnit& f =
      machine.load("f.service", "[Service]\nType=forking\nGuessMainPID=no\nBusName=org.example.D\nExecStart=/bin/f\n");
  f.start();
  machine.run_for(100ms);
  EXPECT_EQ(f.sub_state(), "running");
  EXPECT_EQ(f.main_pid(), 0);
  machine.run_for(1s);
  ASSERT_EQ(f.processes().size(), 1u);
  EXPECT_EQ(f.main_pid(), f.processes()[0]->pid);
}

TEST_F(NotifyTest, ADbusServiceThatLosesItsNameIsStopped) {
  machine.program("/bin/d").bus_name = "org.example.D";
  machine.load("dbus.service", "[Service]\nExecStart=/bin/sleep 1000\n");  // what dbus.socket stands for
  SimUnit& d = machine.load("d.service", "[Service]\nType=dbus\nBusName=org.example.D\nExecStart=/bin/d\n");
  d.start();
  machine.run_for(1s);
  EXPECT_EQ(d.sub_state(), "running");
  machine.kernel.set_bus_name("org.example.D", "");
  machine.run_for(1s);
  EXPECT_EQ(d.history, (History{"start", "running", "stop-sigterm", "dead"}));
  EXPECT_EQ(d.result(), UnitResult::success);
}

// ---- PIDFile=

class PidFileSimulation : public NotifyTest {
 protected:
  /// A forking service whose PID file holds that.
  SimUnit& forking(PidFile file) {
    machine.program("/bin/f").daemon = "/bin/d";
    machine.program("/bin/d");
    machine.kernel.pid_files["/run/f.pid"] = file;
    SimUnit& f = machine.load("f.service",
                              "[Service]\nType=forking\nPIDFile=/run/f.pid\nExecStart=/bin/f\nTimeoutStartSec=2s\n");
    f.start();
    machine.run_for(5s);
    return f;
  }
};

TEST_F(PidFileSimulation, AFileOfAUserMayNameOnlyProcessesOfTheService) {
  const pid_t other = stranger();
  EXPECT_EQ(forking({other, false, false}).result(), UnitResult::timeout);
  EXPECT_THAT(machine.log, Contains(fmt::format("f.service: New main PID {} does not belong to service, and PID file "
                                                "is not owned by root. Refusing.",
                                                other)));
}

TEST_F(PidFileSimulation, AFileBehindAnUnsafeLinkMayNameOnlyProcessesOfTheService) {
  EXPECT_EQ(forking({stranger(), true, true}).result(), UnitResult::timeout);
  EXPECT_THAT(machine.log, Contains("f.service: Refusing to accept PID outside of service control group, acquired "
                                    "through unsafe symlink chain: /run/f.pid"));
}

TEST_F(PidFileSimulation, AFileOfRootMayNameAnyProcessButTheManager) {
  const pid_t other = stranger();
  EXPECT_EQ(forking({other, true, false}).main_pid(), other);
  machine.unit("f.service").stop();
  machine.run_for(10s);
  EXPECT_EQ(forking({1, true, false}).result(), UnitResult::timeout);
  EXPECT_THAT(machine.log, Contains("f.service: New main PID 1 is the manager, refusing."));
}

TEST_F(PidFileSimulation, TheEndOfAProcessThatIsTheMainOneOfTwoServicesIsToldToBoth) {
  const pid_t main = stranger();
  SimUnit& f = forking({main, true, false});
  machine.kernel.end(main, {ExitStatus::Kind::killed, SIGKILL});
  machine.run_for(1s);
  for (const SimUnit* unit : {&f, &machine.unit("o.service")}) {
    EXPECT_EQ(unit->sub_state(), "failed");
    EXPECT_EQ(unit->result(), UnitResult::signal);
    EXPECT_EQ(unit->service()->main.status, (ExitStatus{ExitStatus::Kind::killed, SIGKILL}));
  }
}

TEST_F(NotifyTest, AServiceWhoseMainProcessWasAnothersIsDownWhenItsOwnLastProcessEnds) {
  SimUnit& n = started("KillMode=mixed\nExitType=cgroup\nTimeoutStopSec=infinity\n");
  const pid_t first = n.main_pid();
  say(n, {"MAINPID=" + std::to_string(stranger())});
  n.stop();
  machine.run_for(1h);
  EXPECT_EQ(n.sub_state(), "stop-sigterm");
  machine.kernel.end(first, {});
  machine.run_for(1s);
  EXPECT_EQ(n.sub_state(), "dead");
}

}  // namespace svcd
