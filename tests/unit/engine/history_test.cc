// Histories of services, as systemd 252 tells them ("Changed … -> …" of its debug log): the states between the first
// and the last, the result, and the messages.
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;

class HistoryTest : public EngineTest {
 protected:
  /// Type=dbus needs it.
  void have_dbus() {
    file("dbus.socket", "[Socket]\nListenStream=/run/dbus/system_bus_socket\n");
    file("dbus.service", "[Service]\nExecStart=/bin/dbus\n");
    start("dbus.socket");
    run_for(1ms);
    log.clear();
  }
  /// Since the unit was loaded, without the state it was loaded in.
  History of(const std::string& unit) {
    History states = history[unit];
    if (!states.empty() && states.front() == "dead") states.erase(states.begin());
    return states;
  }
  void says(const std::string& unit, std::vector<std::string> lines) {
    manager->handle(Notified{id(unit), service(unit).main_pid, 0, std::move(lines)});
    settle();
  }
};

TEST_F(HistoryTest, ExecIsUpWhenTheProgramWasExecuted) {
  file("x1.service", "[Service]\nType=exec\nExecStart=/bin/sleep\n");
  start("x1.service");
  EXPECT_EQ(sub_state("x1.service"), "start");
  EXPECT_TRUE(kernel.spawned[0].report_exec);
  manager->handle(ExecSucceeded{id("x1.service"), kernel.spawned[0].token});
  settle();
  stop("x1.service");
  run_for(1s);
  EXPECT_EQ(of("x1.service"), (History{"start", "running", "stop-sigterm", "dead"}));
  EXPECT_THAT(log, ElementsAre("Starting x1.service...", "Started x1.service.", "Stopping x1.service...",
                               "x1.service: Deactivated successfully.", "Stopped x1.service."));
}

TEST_F(HistoryTest, ExecOfAProgramThatIsMissingFailsTheStart) {
  file("x2.service", "[Service]\nType=exec\nExecStart=/nonexistent\n");
  program("/nonexistent") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 203}};
  start("x2.service");
  run_for(1s);
  EXPECT_EQ(of("x2.service"), (History{"start", "failed"}));
  EXPECT_THAT(log,
              ElementsAre("Starting x2.service...", "x2.service: Main process exited, code=exited, status=203/EXEC",
                          "x2.service: Failed with result 'exit-code'.", "Failed to start x2.service."));
}

TEST_F(HistoryTest, IdleIsUpAtOnceAndRunsWhenNoOtherJobIsLeft) {
  file("x4.service", "[Unit]\nWants=slow.service\n[Service]\nType=idle\nExecStart=/bin/sleep\n");
  file("slow.service", "[Service]\nType=oneshot\nExecStart=/bin/slow\n");
  program("/bin/slow").runs_for = 2s;
  start("x4.service");
  run_for(1s);
  EXPECT_EQ(of("x4.service"), (History{"running"}));
  EXPECT_EQ(service("x4.service").main_pid, 0);
  run_for(2s);
  EXPECT_NE(service("x4.service").main_pid, 0);
}

TEST_F(HistoryTest, ExecConditionThatFailsSkipsTheUnit) {
  file("x5.service", "[Service]\nExecCondition=/bin/false\nExecStart=/bin/sleep\n");
  program("/bin/false") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
  start("x5.service");
  run_for(1s);
  EXPECT_EQ(of("x5.service"), (History{"condition", "dead"}));
  EXPECT_THAT(log, ElementsAre("Starting x5.service...", "x5.service: Skipped due to 'exec-condition'.",
                               "Condition check resulted in x5.service being skipped."));
}

TEST_F(HistoryTest, ExecConditionThatEndsWith255FailsTheUnit) {
  file("x6.service", "[Service]\nExecCondition=/bin/oops\nExecStart=/bin/sleep\n");
  program("/bin/oops") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 255}};
  start("x6.service");
  run_for(1s);
  EXPECT_EQ(of("x6.service"), (History{"condition", "failed"}));
  EXPECT_THAT(log, ElementsAre("Starting x6.service...",
                               "x6.service: Condition check process exited, code=exited, status=255/EXCEPTION",
                               "x6.service: Failed with result 'exit-code'.", "Failed to start x6.service."));
}

TEST_F(HistoryTest, AllCommandsOfALifeOneAfterTheOther) {
  file("x7.service",
       "[Service]\nExecStart=/bin/sleep\nExecReload=/bin/true\nExecStartPost=/bin/true\nExecStop=/bin/true\n"
       "ExecStopPost=/bin/true\n");
  program("/bin/true").runs_for = 10ms;
  start("x7.service");
  run_for(1s);
  ASSERT_TRUE(submit("x7.service", JobType::reload));
  run_for(1s);
  stop("x7.service");
  run_for(1s);
  EXPECT_EQ(of("x7.service"),
            (History{"start-post", "running", "reload", "running", "stop", "stop-sigterm", "stop-post", "dead"}));
  EXPECT_THAT(log, ElementsAre("Starting x7.service...", "Started x7.service.", "Reloading x7.service...",
                               "Reloaded x7.service.", "Stopping x7.service...",
                               "x7.service: Deactivated successfully.", "Stopped x7.service."));
}

TEST_F(HistoryTest, ReloadThatFailsLeavesTheServiceRunning) {
  file("x8.service", "[Service]\nExecStart=/bin/sleep\nExecReload=/bin/false\n");
  program("/bin/false") = {.runs_for = 10ms, .status = {ExitStatus::Kind::exited, 1}};
  start("x8.service");
  ASSERT_TRUE(submit("x8.service", JobType::reload));
  run_for(1s);
  EXPECT_EQ(of("x8.service"), (History{"running", "reload", "running"}));
  EXPECT_EQ(service("x8.service").result, UnitResult::success);
  EXPECT_THAT(log, ElementsAre("Started x8.service.", "Reloading x8.service...",
                               "x8.service: Control process exited, code=exited, status=1/FAILURE",
                               "Reload failed for x8.service."));
}

TEST_F(HistoryTest, RuntimeMaxSecEndsTheServiceWithTimeout) {
  file("x9.service", "[Service]\nExecStart=/bin/sleep\nRuntimeMaxSec=300ms\n");
  start("x9.service");
  run_for(1s);
  EXPECT_EQ(of("x9.service"), (History{"running", "stop-sigterm", "failed"}));
  EXPECT_THAT(log, ElementsAre("Started x9.service.", "x9.service: Service reached runtime time limit. Stopping.",
                               "x9.service: Failed with result 'timeout'."));
}

TEST_F(HistoryTest, WatchdogThatHearsNothingKillsWithWatchdogSignal) {
  file("y1.service",
       "[Service]\nType=notify\nNotifyAccess=all\nWatchdogSec=300ms\nWatchdogSignal=SIGKILL\nExecStart=/bin/sleep\n");
  start("y1.service");
  says("y1.service", {"READY=1"});
  run_for(200ms);
  says("y1.service", {"WATCHDOG=1"});
  run_for(200ms);
  EXPECT_EQ(sub_state("y1.service"), "running");
  run_for(200ms);
  EXPECT_EQ(of("y1.service"), (History{"start", "running", "stop-watchdog", "failed"}));
  EXPECT_THAT(
      log, ElementsAre("Starting y1.service...", "Started y1.service.", "y1.service: Watchdog timeout (limit 300ms)!",
                       "y1.service: Killing process 101 (sleep) with signal SIGKILL.",
                       "y1.service: Main process exited, code=killed, status=9/KILL",
                       "y1.service: Failed with result 'watchdog'."));
}

TEST_F(HistoryTest, ExitTypeCgroupRunsUntilTheLastProcessEnds) {
  file("y2.service", "[Service]\nExitType=cgroup\nExecStart=/bin/forks\n");
  program("/bin/forks") = {.runs_for = 0s, .children = {"/bin/child"}};
  program("/bin/child").runs_for = 500ms;
  start("y2.service");
  run_for(400ms);
  EXPECT_EQ(sub_state("y2.service"), "running");
  run_for(200ms);
  EXPECT_EQ(of("y2.service"), (History{"running", "dead"}));
  EXPECT_THAT(log, ElementsAre("Started y2.service.", "y2.service: Deactivated successfully."));
}

// A oneshot cannot have ExitType=cgroup. systemd 252: failed as soon as its command is, however its file changed.
TEST_F(HistoryTest, AOneshotEndsWithItsCommandAlsoIfItsFileSaysExitTypeCgroupSince) {
  file("y9.service", "[Service]\nType=oneshot\nExecStart=/bin/forks\n");
  program("/bin/forks") = {.runs_for = 500ms, .status = {ExitStatus::Kind::exited, 3}, .children = {"/bin/child"}};
  start("y9.service");
  file("y9.service", "[Service]\nType=oneshot\nExitType=cgroup\nRestart=on-success\nExecStart=/bin/forks\n");
  manager->reload(7);
  run_for(400ms);
  EXPECT_EQ(manager->loaded(id("y9.service")).state, LoadState::bad_setting);
  EXPECT_EQ(sub_state("y9.service"), "start");
  run_for(200ms);
  EXPECT_EQ(of("y9.service"), (History{"start", "stop-sigterm", "failed"}));
  EXPECT_THAT(ended, ElementsAre("y9.service failed"));
}

// A start goes on as the type it began with. (systemd 252 would wait for a word of a notify or dbus service that nobody
// will say; in all other cases it has the same history.)
TEST_F(HistoryTest, AOneshotThatBecameAnotherTypeIsUpWhenItsCommandEndsAndOthersLiveOn) {
  program("/bin/forks") = {.runs_for = 500ms, .children = {"/bin/child"}};
  for (const char* type : {"simple", "forking", "idle", "exec", "notify", "dbus"}) {
    const std::string name = std::string("y-") + type + ".service";
    file(name, "[Service]\nType=oneshot\nExecStart=/bin/forks\n");
    start(name);
    file(name, std::string("[Service]\nType=") + type + "\nBusName=a.b\nExitType=cgroup\nExecStart=/bin/forks\n");
    manager->reload(7);
    run_for(1s);
    EXPECT_EQ(of(name), (History{"start", "running"})) << type;
  }
}

// The same of READY=1, which the command that runs will say. (252 would wait for ever.)
TEST_F(HistoryTest, AServiceThatWaitsForItsWordDoesSoAfterAReloadMadeItAnotherType) {
  program("/bin/forks") = {.runs_for = 100ms, .children = {"/bin/child"}};
  program("/bin/child").runs_for = 600ms;
  for (const char* type : {"oneshot", "forking", "exec"}) {
    const std::string name = std::string("y-") + type + ".service";
    file(name, "[Service]\nType=notify\nNotifyAccess=all\nRemainAfterExit=yes\nExecStart=/bin/forks\n");
    start(name);
    run_for(200ms);
    file(name, std::string("[Service]\nRemainAfterExit=yes\nExecStart=/bin/forks\nType=") + type + "\n");
    manager->reload(7);
    run_for(100ms);
    EXPECT_EQ(sub_state(name), "start") << type;
    run_for(1s);
    EXPECT_EQ(of(name), (History{"start", "failed"})) << type;
  }
}

// Whose time limit a reload took away: nobody is left to take the name. (252 would wait for ever.)
TEST_F(HistoryTest, AServiceThatWaitsForItsNameFailsWithItsLastProcessIfAReloadTookItsTimeLimit) {
  program("/bin/forks") = {.runs_for = 100ms, .children = {"/bin/child"}};
  program("/bin/child").runs_for = 600ms;
  file("dbus.socket", "[Socket]\nListenStream=/run/b\nService=b.service\n");
  file("b.service", "[Service]\nExecStart=/bin/b\n");
  file("y.service", "[Service]\nType=dbus\nBusName=a.b\nExitType=cgroup\nExecStart=/bin/forks\n");
  start("y.service");
  run_for(200ms);
  file("y.service", "[Service]\nType=oneshot\nExecStart=/bin/forks\n");
  manager->reload(7);
  run_for(100ms);
  EXPECT_EQ(sub_state("y.service"), "start");
  run_for(1s);
  EXPECT_EQ(of("y.service"), (History{"start", "failed"}));
}

TEST_F(HistoryTest, AServiceThatSaysItsWordAfterAReloadMadeItAnotherTypeIsUp) {
  program("/bin/main");
  for (const char* type : {"simple", "oneshot", "forking", "exec", "idle"}) {
    const std::string name = std::string("y-") + type + ".service";
    file(name, "[Service]\nType=notify\nExecStart=/bin/main\n");
    start(name);
    file(name, std::string("[Service]\nExecStart=/bin/main\nType=") + type + "\n");
    manager->reload(7);
    run_for(100ms);
    says(name, {"READY=1"});
    EXPECT_EQ(of(name), (History{"start", "running"})) << type;
  }
}

TEST_F(HistoryTest, KillModeMixedKillsWhatIsLeftWhenTheMainProcessHasEnded) {
  file("y3.service", "[Service]\nKillMode=mixed\nTimeoutStopSec=300ms\nExecStart=/bin/main\n");
  program("/bin/main").children = {"/bin/sleep"};
  start("y3.service");
  stop("y3.service");
  run_for(1s);
  EXPECT_EQ(of("y3.service"), (History{"running", "stop-sigterm", "final-sigkill", "dead"}));
  EXPECT_THAT(log, ElementsAre("Started y3.service.", "Stopping y3.service...",
                               "y3.service: Killing process 102 (sleep) with signal SIGKILL.",
                               "y3.service: Deactivated successfully.", "Stopped y3.service."));
}

TEST_F(HistoryTest, KillModeProcessLeavesTheOthers) {
  file("y4.service", "[Service]\nKillMode=process\nExecStart=/bin/main\n");
  program("/bin/main").children = {"/bin/sleep"};
  start("y4.service");
  stop("y4.service");
  run_for(1s);
  EXPECT_EQ(of("y4.service"), (History{"running", "stop-sigterm", "dead"}));
  EXPECT_EQ(kernel.running.size(), 1u);
}

TEST_F(HistoryTest, KillModeNoneSignalsNobody) {
  file("y5.service", "[Service]\nKillMode=none\nExecStart=/bin/sleep\n");
  start("y5.service");
  log.clear();
  stop("y5.service");
  run_for(1s);
  EXPECT_EQ(of("y5.service"), (History{"running", "dead"}));
  EXPECT_TRUE(kernel.killed.empty());
  EXPECT_THAT(log, ElementsAre("y5.service: Deactivated successfully.",
                               "y5.service: Unit process 101 (sleep) remains running after unit stopped.",
                               "Stopped y5.service."));
}

TEST_F(HistoryTest, ReloadingAndStoppingAreSaidByTheServiceItself) {
  file("y6.service", "[Service]\nType=notify\nExecStart=/bin/n\n");
  start("y6.service");
  says("y6.service", {"READY=1"});
  says("y6.service", {"RELOADING=1"});
  says("y6.service", {"READY=1"});
  says("y6.service", {"STOPPING=1"});
  kernel.end(service("y6.service").main_pid, {});
  run_for(1s);
  EXPECT_EQ(of("y6.service"), (History{"start", "running", "reload", "running", "stop-sigterm", "dead"}));
  EXPECT_THAT(log,
              ElementsAre("Starting y6.service...", "Started y6.service.", "y6.service: Deactivated successfully."));
}

TEST_F(HistoryTest, ExtendTimeoutUsecMovesTheTimeoutOut) {
  file("y7.service", "[Service]\nType=notify\nTimeoutStartSec=500ms\nExecStart=/bin/n\n");
  start("y7.service");
  says("y7.service", {"EXTEND_TIMEOUT_USEC=1000000"});
  run_for(800ms);
  EXPECT_EQ(sub_state("y7.service"), "start");
  says("y7.service", {"READY=1"});
  EXPECT_EQ(of("y7.service"), (History{"start", "running"}));
}

TEST_F(HistoryTest, SendSigkillNoGivesUpAfterTwoTimeouts) {
  file("y8.service", "[Service]\nTimeoutStopSec=200ms\nSendSIGKILL=no\nExecStart=/bin/stubborn\n");
  program("/bin/stubborn").ignores_sigterm = true;
  start("y8.service");
  stop("y8.service");
  run_for(1s);
  EXPECT_EQ(of("y8.service"), (History{"running", "stop-sigterm", "final-sigterm", "failed"}));
  EXPECT_THAT(log, ElementsAre("Started y8.service.", "Stopping y8.service...",
                               "y8.service: State 'stop-sigterm' timed out. Skipping SIGKILL.",
                               "y8.service: State 'final-sigterm' timed out. Skipping SIGKILL. Entering failed mode.",
                               "y8.service: Failed with result 'timeout'.",
                               "y8.service: Unit process 101 (stubborn) remains running after unit stopped.",
                               "Stopped y8.service."));
}

TEST_F(HistoryTest, FinalKillSignalIsSentInPlaceOfSigkill) {
  file("y9.service", "[Service]\nTimeoutStopSec=200ms\nFinalKillSignal=SIGABRT\nExecStart=/bin/stubborn\n");
  program("/bin/stubborn").ignores_sigterm = true;
  start("y9.service");
  stop("y9.service");
  run_for(250ms);
  EXPECT_EQ(of("y9.service"), (History{"running", "stop-sigterm", "stop-sigkill"}));
  EXPECT_EQ(kernel.killed.back().signal, SIGABRT);
  EXPECT_THAT(log, Contains("y9.service: Killing process 101 (stubborn) with signal SIGABRT."));
}

TEST_F(HistoryTest, SendSighupGoesWithTheFirstSignalOnly) {
  file("h.service", "[Service]\nSendSIGHUP=yes\nTimeoutStopSec=200ms\nExecStart=/bin/stubborn\n");
  program("/bin/stubborn").ignores_sigterm = true;
  start("h.service");
  stop("h.service");
  run_for(1s);
  ASSERT_EQ(kernel.killed.size(), 2u);
  EXPECT_TRUE(kernel.killed[0].also_sighup);
  EXPECT_FALSE(kernel.killed[1].also_sighup);
}

TEST_F(HistoryTest, OnSuccessStartsItsUnitWhenTheServiceEndedWell) {
  file("z1.service", "[Unit]\nOnSuccess=z1ok.service\n[Service]\nType=oneshot\nExecStart=/bin/true\n");
  file("z1ok.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n");
  program("/bin/true").runs_for = 10ms;
  start("z1.service");
  run_for(1s);
  EXPECT_EQ(of("z1ok.service"), (History{"start", "dead"}));
  EXPECT_THAT(log, Contains("z1.service: Triggering OnSuccess= dependencies."));
}

TEST_F(HistoryTest, StopWhenUnneededStopsWithTheLastThatNeedsIt) {
  file("z2.service", "[Unit]\nStopWhenUnneeded=yes\n[Service]\nExecStart=/bin/z\n");
  file("z2u.service", "[Unit]\nRequires=z2.service\nAfter=z2.service\n[Service]\nExecStart=/bin/z\n");
  start("z2u.service");
  run_for(1s);
  EXPECT_EQ(of("z2.service"), (History{"running"}));
  stop("z2u.service");
  run_for(1s);
  EXPECT_EQ(of("z2.service"), (History{"running", "stop-sigterm", "dead"}));
}

TEST_F(HistoryTest, UpholdsStartsItsUnitAgainUntilTheStartLimit) {
  file("z3.service", "[Unit]\nUpholds=z3u.service\n[Service]\nExecStart=/bin/z\n");
  file("z3u.service", "[Service]\nExecStart=/bin/short\n");
  program("/bin/short").runs_for = 300ms;
  start("z3.service");
  run_for(3s);
  EXPECT_EQ(std::count(log.begin(), log.end(), "Started z3u.service."), 5);
  EXPECT_EQ(std::count(log.begin(), log.end(), "z3u.service: Deactivated successfully."), 5);
  EXPECT_THAT(log, Contains("z3u.service: Start request repeated too quickly."));
  EXPECT_EQ(sub_state("z3u.service"), "failed");
  EXPECT_EQ(service("z3u.service").result, UnitResult::start_limit_hit);
}

TEST_F(HistoryTest, PartOfAndPropagatesStopToPassAStopOn) {
  file("z4.service", "[Unit]\nPartOf=z4w.service\n[Service]\nExecStart=/bin/z\n");
  file("z4w.service", "[Unit]\nPropagatesStopTo=z4p.service\n[Service]\nExecStart=/bin/z\n");
  file("z4p.service", "[Service]\nExecStart=/bin/z\n");
  for (const char* unit : {"z4.service", "z4w.service", "z4p.service"}) start(unit);
  stop("z4w.service");
  run_for(1s);
  for (const char* unit : {"z4.service", "z4w.service", "z4p.service"})
    EXPECT_EQ(of(unit), (History{"running", "stop-sigterm", "dead"})) << unit;
}

TEST_F(HistoryTest, MainpidNamesTheProcessThatCounts) {
  file("z5.service", "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/parent\n");
  program("/bin/parent") = {.runs_for = 1s, .children = {"/bin/child"}};
  start("z5.service");
  says("z5.service", {"READY=1", "MAINPID=102"});
  run_for(2s);  // the parent has ended
  EXPECT_EQ(of("z5.service"), (History{"start", "running"}));
  EXPECT_EQ(service("z5.service").main_pid, 102);
}

TEST_F(HistoryTest, DbusIsUpWhenItsNameIsOwned) {
  have_dbus();
  file("z6.service", "[Service]\nType=dbus\nBusName=org.example.X\nTimeoutStartSec=400ms\nExecStart=/bin/z\n");
  start("z6.service");
  manager->handle(BusNameOwner{id("z6.service"), "org.example.X", ":1.7"});
  settle();
  EXPECT_EQ(of("z6.service"), (History{"start", "running"}));
  manager->handle(BusNameOwner{id("z6.service"), "org.example.X", ""});
  run_for(1s);
  EXPECT_EQ(of("z6.service"), (History{"start", "running", "stop-sigterm", "dead"}));
}

TEST_F(HistoryTest, DbusWithoutItsNameTimesOut) {
  have_dbus();
  file("z6.service", "[Service]\nType=dbus\nBusName=org.example.X\nTimeoutStartSec=400ms\nExecStart=/bin/z\n");
  start("z6.service");
  run_for(1s);
  EXPECT_EQ(of("z6.service"), (History{"start", "stop-sigterm", "failed"}));
  EXPECT_THAT(log, ElementsAre("Starting z6.service...", "z6.service: start operation timed out. Terminating.",
                               "z6.service: Failed with result 'timeout'.", "Failed to start z6.service."));
}

TEST_F(HistoryTest, NotifyAccessMainHearsTheMainProcessAlone) {
  file("z7.service", "[Service]\nType=notify\nNotifyAccess=main\nExecStart=/bin/parent\n");
  program("/bin/parent").children = {"/bin/child"};
  start("z7.service");
  manager->handle(Notified{id("z7.service"), 102, 0, {"READY=1"}});
  settle();
  EXPECT_EQ(sub_state("z7.service"), "start");
  EXPECT_THAT(log, Contains("z7.service: Got notification message from PID 102, but reception only permitted for main "
                            "PID 101"));
  says("z7.service", {"READY=1"});
  EXPECT_EQ(sub_state("z7.service"), "running");
}

TEST_F(HistoryTest, PidFileIsRemovedWhenTheServiceHasEnded) {
  file("p.service",
       "[Service]\nPIDFile=/run/p.pid\nExecStart=/bin/p\nExecStopPost=/bin/post\nRestart=on-failure\n"
       "RestartSec=5s\n");
  program("/bin/post").runs_for = 1s;
  start("p.service");
  kernel.pid_files["/run/p.pid"] = 101;
  kernel.end(101, {ExitStatus::Kind::exited, 1});
  run_for(500ms);
  EXPECT_EQ(sub_state("p.service"), "stop-post");
  EXPECT_TRUE(kernel.pid_files.contains("/run/p.pid"));  // ExecStopPost= may still want it
  run_for(1s);
  EXPECT_EQ(sub_state("p.service"), "auto-restart");
  EXPECT_FALSE(kernel.pid_files.contains("/run/p.pid"));
}

}  // namespace svcd
