// FailureAction=, SuccessAction=, StartLimitAction=, JobTimeoutAction=: how units end the machine; log and reboot
// argument as systemd 252 has them.
#include <csignal>

#include "unit/engine/engine_test.h"

namespace svcd {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class EmergencyTest : public EngineTest {
 protected:
  EmergencyTest() {
    program("/bin/false") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
    program("/bin/true") = {.runs_for = 0s};
    for (const char* target : {"reboot.target", "poweroff.target", "exit.target"})
      file(target, "[Unit]\nDefaultDependencies=no\n");
  }
  void oneshot(const std::string& name, const std::string& settings, const std::string& command) {
    file(name,
         "[Unit]\nDefaultDependencies=no\n" + settings + "\n[Service]\nType=oneshot\nExecStart=" + command + "\n");
  }
  std::string kept_argument() { return kernel.memory.read("/run/systemd/reboot-param").value_or("none"); }
  void without_watchdogs() {
    ManagerControls controls = manager->controls();
    controls.service_watchdogs = false;
    manager->set_watchdogs(controls);
  }
  /// The targets that are up and the last acts of the manager, in words.
  std::string end_after(const std::string& action) {
    oneshot("e.service", "FailureAction=" + action, "/bin/false");
    start("e.service");
    run_for(1s);
    std::string end;
    for (const char* target : {"reboot.target", "poweroff.target", "exit.target"})
      if (sub_state(target) == "active") end += target;
    for (const Finish& last : kernel.finished) {
      constexpr const char* words[] = {"exit", "reboot", "poweroff", "halt", "kexec"};
      end +=
          words[size_t(last.action)] + std::string(last.at_once ? " at once " : " ") + std::to_string(last.exit_code);
    }
    return end;
  }
};

struct EmergencyEnd {
  const char *action, *end;
};

class EveryAction : public EmergencyTest, public testing::WithParamInterface<EmergencyEnd> {};
TEST_P(EveryAction, EndsTheMachineInItsWay) {
  EXPECT_EQ(end_after(GetParam().action), GetParam().end);
}
INSTANTIATE_TEST_SUITE_P(
    Container, EveryAction,
    testing::Values(EmergencyEnd{"none", ""}, EmergencyEnd{"reboot", "reboot.target"},
                    EmergencyEnd{"reboot-force", "reboot 0"}, EmergencyEnd{"reboot-immediate", "reboot at once 0"},
                    EmergencyEnd{"poweroff", "poweroff.target"}, EmergencyEnd{"poweroff-force", "poweroff 0"},
                    EmergencyEnd{"poweroff-immediate", "poweroff at once 0"}, EmergencyEnd{"exit", "exit.target"},
                    EmergencyEnd{"exit-force", "exit 1"}));  // the status of the failed process

TEST_F(EmergencyTest, FailureActionIsNoWatchdogAndKeepsTheRebootArgument) {
  without_watchdogs();
  oneshot("f.service", "FailureAction=reboot\nRebootArgument=hello", "/bin/false");
  start("f.service");
  run_for(1s);
  EXPECT_EQ(sub_state("reboot.target"), "active");
  EXPECT_EQ(kept_argument(), "hello");
  EXPECT_THAT(log, Not(Contains(HasSubstr("Rebooting")))) << "the unit's failure says it";
}

TEST_F(EmergencyTest, AnActionWithoutAnArgumentLeavesTheOneThatWasSet) {
  ASSERT_TRUE(kernel.write_file("/run/systemd/reboot-param", "stale"));
  oneshot("f.service", "SuccessAction=reboot", "/bin/true");
  start("f.service");
  run_for(1s);
  EXPECT_EQ(sub_state("reboot.target"), "active");
  EXPECT_EQ(kept_argument(), "stale");
}

TEST_F(EmergencyTest, AJobThatTimesOutHasAnArgumentOfItsOwn) {
  program("/bin/sleep") = {.runs_for = 5s};
  oneshot("j.service",
          "JobRunningTimeoutSec=1\nJobTimeoutAction=reboot\nJobTimeoutRebootArgument=late\nRebootArgument=wrong",
          "/bin/sleep");
  start("j.service");
  run_for(2s);
  EXPECT_EQ(kept_argument(), "late");
  EXPECT_THAT(log, Contains("Rebooting: job timed out"));
  EXPECT_THAT(log, Not(Contains(HasSubstr("Not in effect"))));
}

TEST_F(EmergencyTest, CtrlAltDelSevenTimesSaysWhyTheMachineGoesDownAlsoWithoutWatchdogs) {
  without_watchdogs();
  for (int i = 0; i < 8; ++i) manager->handle(Signalled{SIGINT});
  settle();
  EXPECT_THAT(log, Contains("Forcibly rebooting: Ctrl-Alt-Del was pressed more than 7 times within 2s"));
  ASSERT_EQ(kernel.finished.size(), 1u);
  EXPECT_EQ(kernel.finished.front().action, Finish::Action::reboot);
}

TEST_F(EmergencyTest, ASpecialTargetThatCannotBeHadIsNamedWithTheModeOfItsJob) {
  file("ctrl-alt-del.target", "[Unit]\nRefuseManualStart=yes\nRequires=gone.service\n");
  manager->handle(Signalled{SIGINT});
  settle();
  EXPECT_THAT(
      log,
      Contains("Failed to enqueue replace-irreversibly job for ctrl-alt-del.target: Unit gone.service not found."));
}

TEST_F(EmergencyTest, StartLimitActionIsAWatchdog) {
  oneshot("l.service", "StartLimitBurst=1\nStartLimitIntervalSec=100\nStartLimitAction=reboot\nRebootArgument=limit",
          "/bin/false");
  start("l.service");
  run_for(1s);
  without_watchdogs();
  start("l.service");
  EXPECT_THAT(log, Contains("Watchdog disabled! Not acting on: unit l.service failed"));
  EXPECT_EQ(kept_argument(), "none");
  ManagerControls controls = manager->controls();
  controls.service_watchdogs = true;
  manager->set_watchdogs(controls);
  start("l.service");
  run_for(1s);
  EXPECT_THAT(log, Contains("Rebooting: unit l.service failed"));
  EXPECT_EQ(kept_argument(), "limit");
}

}  // namespace
}  // namespace svcd
