// Services as systemd.service(5) describes them, one history each.
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;

using ServiceTest = EngineTest;

TEST_F(ServiceTest, SimpleIsUpAsSoonAsItsProcessWasMade) {
  file("a.service", "[Unit]\nDescription=A\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  EXPECT_EQ(history["a.service"], (History{"running"}));
  EXPECT_THAT(log, ElementsAre("Started a.service - A."));
  EXPECT_THAT(ended, Contains("a.service done"));
  stop("a.service");
  run_for(1s);
  EXPECT_EQ(history["a.service"], (History{"running", "stop-sigterm", "dead"}));
  EXPECT_THAT(log, ElementsAre("Started a.service - A.", "Stopping a.service - A...",
                               "a.service: Deactivated successfully.", "Stopped a.service - A."));
}

TEST_F(ServiceTest, OneshotRunsItsCommandsOneAfterTheOtherBeforeItsJobIsDone) {
  file("a.service", "[Service]\nType=oneshot\nExecStart=/bin/one\nExecStart=/bin/two\nRemainAfterExit=yes\n");
  program("/bin/one").runs_for = 1s;
  program("/bin/two").runs_for = 1s;
  start("a.service");
  run_for(1500ms);
  EXPECT_EQ(sub_state("a.service"), "start");
  EXPECT_TRUE(ended.empty());
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "exited");
  EXPECT_THAT(ended, Contains("a.service done"));
  EXPECT_EQ(kernel.spawned.size(), 2u);
}

TEST_F(ServiceTest, NobodyIsToldOfAWatchdogsPingOrAStoredDescriptor) {
  file("a.service", "[Service]\nExecStart=/bin/a\nNotifyAccess=all\nWatchdogSec=10s\n");
  start("a.service");
  const auto told_of = [&](const char* line) {
    const size_t before = told;
    manager->handle(Notified{.unit = id("a.service"), .pid = service("a.service").main_pid, .lines = {line}});
    settle();
    return told - before;
  };
  EXPECT_EQ(told_of("WATCHDOG=1"), 0u);
  EXPECT_EQ(told_of("FDSTORE=1"), 0u);
  EXPECT_EQ(told_of("STATUS=Fine"), 1u);
  EXPECT_EQ(told_of("STATUS=Fine"), 0u);  // as before
  EXPECT_EQ(told_of("ERRNO=2"), 1u);
  EXPECT_EQ(told_of("STOPPING=1"), 1u);
}

TEST_F(ServiceTest, StopEscalatesToSigkillAfterTimeoutStopSec) {
  file("web.service", "[Service]\nExecStart=/bin/stubborn\nTimeoutStopSec=5s\n");
  program("/bin/stubborn").ignores_sigterm = true;
  start("web.service");
  run_for(1s);
  stop("web.service");
  run_for(4999ms);
  EXPECT_EQ(sub_state("web.service"), "stop-sigterm");
  run_for(1ms);
  EXPECT_EQ(history["web.service"], (History{"running", "stop-sigterm", "stop-sigkill", "failed"}));
  EXPECT_EQ(service("web.service").result, UnitResult::timeout);
  EXPECT_THAT(log, Contains("web.service: State 'stop-sigterm' timed out. Killing."));
  EXPECT_THAT(log, Contains("web.service: Killing process 101 (stubborn) with signal SIGKILL."));
  EXPECT_THAT(log, Contains("web.service: Failed with result 'timeout'."));
}

TEST_F(ServiceTest, RestartOnFailureTriesAgainUntilTheStartLimit) {
  file("a.service",
       "[Unit]\nDescription=Restarts\nStartLimitBurst=2\n[Service]\nExecStart=/bin/false\nRestart=on-failure\n");
  program("/bin/false") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
  start("a.service");
  run_for(5s);
  EXPECT_THAT(
      log, ElementsAre("Started a.service - Restarts.", "a.service: Main process exited, code=exited, status=1/FAILURE",
                       "a.service: Failed with result 'exit-code'.",
                       "a.service: Scheduled restart job, restart counter is at 1.", "Stopped a.service - Restarts.",
                       "Started a.service - Restarts.", "a.service: Main process exited, code=exited, status=1/FAILURE",
                       "a.service: Failed with result 'exit-code'.",
                       "a.service: Scheduled restart job, restart counter is at 2.", "Stopped a.service - Restarts.",
                       "a.service: Start request repeated too quickly.", "a.service: Failed with result 'exit-code'.",
                       "Failed to start a.service - Restarts."));
  EXPECT_EQ(sub_state("a.service"), "failed");
}

TEST_F(ServiceTest, ForkingFindsItsMainProcessByPidFile) {
  file("f.service", "[Service]\nType=forking\nPIDFile=/run/f.pid\nExecStart=/bin/forks\n");
  program("/bin/forks") = {.runs_for = 10ms, .children = {"/bin/daemon"}, .writes_pid_file = "/run/f.pid"};
  start("f.service");
  run_for(1s);
  EXPECT_EQ(history["f.service"], (History{"start", "running"}));
  EXPECT_EQ(service("f.service").main_pid, 102);
  kernel.end(102, {ExitStatus::Kind::killed, SIGKILL});
  run_for(1s);
  EXPECT_EQ(service("f.service").result, UnitResult::signal);
  EXPECT_EQ(sub_state("f.service"), "failed");
}

TEST_F(ServiceTest, ForkingGuessesTheOneProcessThatWasLeft) {
  file("f.service", "[Service]\nType=forking\nExecStart=/bin/forks\n");
  program("/bin/forks") = {.runs_for = 10ms, .children = {"/bin/daemon"}};
  start("f.service");
  run_for(1s);
  EXPECT_EQ(sub_state("f.service"), "running");
  EXPECT_EQ(service("f.service").main_pid, 102);
}

TEST_F(ServiceTest, NotifyIsUpWhenItSaysReady) {
  file("n.service", "[Service]\nType=notify\nExecStart=/bin/n\n");
  start("n.service");
  EXPECT_EQ(sub_state("n.service"), "start");
  manager->handle(Notified{id("n.service"), 101, 0, {"READY=1", "STATUS=here"}});
  settle();
  EXPECT_EQ(sub_state("n.service"), "running");
  EXPECT_EQ(service("n.service").status_text, "here");
}

TEST_F(ServiceTest, NotifyThatEndsWithoutReadyIsAProtocolError) {
  file("n.service", "[Unit]\nDescription=Proto\n[Service]\nType=notify\nExecStart=/bin/true\n");
  program("/bin/true").runs_for = 0s;
  start("n.service");
  run_for(1s);
  EXPECT_THAT(log, ElementsAre("Starting n.service - Proto...", "n.service: Failed with result 'protocol'.",
                               "Failed to start n.service - Proto."));
}

TEST_F(ServiceTest, ConditionThatIsNotMetSkipsTheUnitAndItsJobIsDone) {
  file("c.service", "[Unit]\nDescription=Cond\nConditionPathExists=/nonexistent\n[Service]\nExecStart=/bin/c\n");
  start("c.service");
  EXPECT_THAT(log, ElementsAre("c.service - Cond was skipped because of an unmet condition check "
                               "(ConditionPathExists=/nonexistent)."));
  EXPECT_THAT(ended, ElementsAre("c.service done"));
}

TEST_F(ServiceTest, RequiredUnitThatFailsTakesTheDependantsJobWithIt) {
  file("f.service", "[Unit]\nDescription=F\n[Service]\nType=oneshot\nExecStart=/bin/false\n");
  file("d.service", "[Unit]\nDescription=Dep\nRequires=f.service\nAfter=f.service\n[Service]\nExecStart=/bin/d\n");
  program("/bin/false") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
  start("d.service");
  run_for(1s);
  EXPECT_THAT(log,
              ElementsAre("Starting f.service - F...", "f.service: Main process exited, code=exited, status=1/FAILURE",
                          "f.service: Failed with result 'exit-code'.", "Failed to start f.service - F.",
                          "Dependency failed for d.service - Dep.",
                          "d.service: Job d.service/start failed with result 'dependency'."));
  EXPECT_EQ(kernel.spawned.size(), 1u);
}

/// The names of commands come from the settings table, by their order there.
class CommandNames : public EngineTest, public testing::WithParamInterface<const char*> {
  void flush(const Changes& changes) override {
    for (const LogMessage& line : changes.log)
      for (const auto& [name, value] : line.fields)
        if (name == "COMMAND") named.insert(value);
  }

 protected:
  std::set<std::string> named;
};

TEST_P(CommandNames, AFailureIsLoggedWithTheSettingOfTheCommand) {
  const std::string setting = GetParam();
  program("/bin/bad") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 255}};
  program("/bin/a").runs_for = setting == "ExecStart" ? 1s : 1h;
  std::string text = "[Service]\n";
  if (setting != "ExecStart") text += "ExecStart=/bin/a\n";
  file("a.service", text + setting + "=/bin/bad\n");
  start("a.service");
  run_for(5s);
  if (setting == "ExecReload") {
    ASSERT_TRUE(submit("a.service", JobType::reload));
  }
  run_for(5s);
  stop("a.service");
  run_for(5s);
  EXPECT_THAT(named, ElementsAre(setting));
}

INSTANTIATE_TEST_SUITE_P(Manual, CommandNames,
                         testing::Values("ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload",
                                         "ExecStop", "ExecStopPost"));

}  // namespace svcd
