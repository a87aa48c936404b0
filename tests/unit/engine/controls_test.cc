// What the manager does otherwise once it is told to; log and order as systemd 252 has them.
#include "unit/engine/engine_test.h"

namespace svcd {
namespace {

using testing::ElementsAre;

class ControlsTest : public EngineTest {
 protected:
  const ManagerControls& now() { return manager->controls(); }
  void says(const std::string& unit, std::vector<std::string> lines) {
    manager->handle(Notified{id(unit), manager->service(id(unit))->main_pid, 0, std::move(lines)});
    settle();
  }
};

TEST_F(ControlsTest, AnEmptyLogLevelGoesBackToWhatWasConfigured) {
  manager->set_log_level(7);
  settle();
  EXPECT_EQ(now().log_level, 7);
  EXPECT_EQ(kernel.controls.log_level, 7);
  manager->set_log_level(std::nullopt);
  settle();
  EXPECT_EQ(kernel.controls.log_level, 6);
  manager->set_log_level(std::nullopt);
  settle();
  EXPECT_THAT(log, ElementsAre("Setting log level to debug.", "Restoring log level to original (info)."));
}

TEST_F(ControlsTest, TheOldPlaceHearsOfTheNewOne) {
  manager->set_log_target(LogTarget::null);
  EXPECT_EQ(kernel.controls.log_target, LogTarget::journal) << "until the step is told";
  settle();
  EXPECT_EQ(kernel.controls.log_target, LogTarget::null);
  EXPECT_THAT(log, ElementsAre("Setting log target to null."));
}

TEST_F(ControlsTest, TheJournalStandsInForSyslog) {
  manager->set_log_target(LogTarget::syslog_or_kmsg);
  settle();
  EXPECT_EQ(kernel.controls.log_target, LogTarget::journal_or_kmsg);
  EXPECT_THAT(log, ElementsAre("Setting log target to syslog-or-kmsg."));
}

TEST_F(ControlsTest, SignalsSetWhatIsLoggedAndShown) {
  const auto signal = [&](int offset) {
    manager->handle(Signalled{SIGRTMIN + offset});
    settle();
  };
  signal(21);
  EXPECT_EQ(kernel.controls.show_status, ShowStatus::no);
  signal(20);
  EXPECT_EQ(kernel.controls.show_status, ShowStatus::yes);
  signal(22);
  EXPECT_EQ(kernel.controls.log_level, 7);
  signal(23);
  EXPECT_EQ(kernel.controls.log_level, 6);
  signal(27);
  EXPECT_EQ(kernel.controls.log_target, LogTarget::console);
  signal(28);
  EXPECT_EQ(kernel.controls.log_target, LogTarget::kmsg);
  signal(26);
  EXPECT_EQ(kernel.controls.log_target, LogTarget::journal);
  signal(28);
  signal(29);
  EXPECT_EQ(kernel.controls.log_target, LogTarget::journal);
}

TEST_F(ControlsTest, AutomaticStatusShowsAllOnceSomethingWentWrong) {
  manager->set_show_status(ShowStatus::automatic);
  file("bad.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n");
  file("default.target", "[Unit]\nWants=bad.service\nAfter=bad.service\n");
  program("/bin/false") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 1}};
  boot();
  EXPECT_EQ(now().show_status, ShowStatus::automatic);
  const JobId job = manager->status(id("bad.service")).job;
  ASSERT_NE(job, 0U);
  run_for(2s);
  EXPECT_THAT(kernel.statuses_shown, testing::Contains(ShowStatus::temporary));
  EXPECT_EQ(now().show_status, ShowStatus::automatic) << "the system is up";
}

TEST_F(ControlsTest, WatchdogsOfServicesCanBeSwitchedOff) {
  file("w.service", "[Service]\nType=notify\nNotifyAccess=all\nWatchdogSec=300ms\nExecStart=/bin/sleep\n");
  ManagerControls controls = now();
  controls.service_watchdogs = false;
  manager->set_watchdogs(controls);
  start("w.service");
  says("w.service", {"READY=1"});
  run_for(1s);
  says("w.service", {"WATCHDOG=trigger"});
  EXPECT_EQ(sub_state("w.service"), "running");
  EXPECT_THAT(log, ElementsAre("Starting w.service...", "Started w.service.",
                               "w.service: Watchdog disabled! Ignoring watchdog timeout (limit 300ms)!"));
}

TEST_F(ControlsTest, WithoutAWatchdogNoPingIsKept) {
  file("n.service", "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sleep\n");
  start("n.service");
  says("n.service", {"READY=1"});
  says("n.service", {"WATCHDOG=1"});
  EXPECT_FALSE(manager->service(id("n.service"))->watchdog.happened());
}

TEST_F(ControlsTest, TheMachinesWatchdogIsSaidToHaveNoEffect) {
  ManagerControls controls = now();
  controls.runtime_watchdog = 5s;
  manager->set_watchdogs(controls);
  manager->set_watchdogs(controls);
  settle();
  EXPECT_EQ(now().runtime_watchdog, 5s);
  EXPECT_THAT(log, ElementsAre("The machine's watchdog is not used yet: what is set of it has no effect."));
}

}  // namespace
}  // namespace svcd
