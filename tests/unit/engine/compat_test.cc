// What clients of systemd 252 see of units beside their states: cgroups, paths, lines about what is not in effect yet.
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class CompatTest : public EngineTest {
 protected:
  const std::string& cgroup(std::string_view name) { return manager->status(id(name)).control_group; }
  void flush(const Changes& changes) override {
    EngineTest::flush(changes);
    for (const StatusLine& line : changes.console) console.push_back(line.text);
  }
  std::vector<std::string> console;
};

TEST_F(CompatTest, AnExitedOneshotKeepsNoCgroup) {
  file("o.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/o\n");
  program("/bin/o").runs_for = 1s;
  start("o.service");
  EXPECT_EQ(cgroup("o.service"), "/system.slice/o.service");
  const uint64_t number = manager->status(id("o.service")).control_group_id;
  EXPECT_EQ(number, kernel.cgroup_id("/system.slice/o.service"));
  run_for(2s);
  EXPECT_EQ(sub_state("o.service"), "exited");
  EXPECT_EQ(cgroup("o.service"), "");
  EXPECT_EQ(manager->status(id("o.service")).control_group_id, number) << "as 252, until it has another";
}

TEST_F(CompatTest, AListeningSocketHasACgroup) {
  file("s.socket", "[Socket]\nListenStream=/run/s.sock\n");
  file("s.service", "[Service]\nExecStart=/bin/s\n");
  start("s.socket");
  run_for(1s);
  EXPECT_EQ(cgroup("s.socket"), "/system.slice/s.socket");
  EXPECT_THAT(manager->loaded(id("s.socket")).config.unit().requires_mounts_for, ElementsAre("/run/s.sock"));
}

TEST_F(CompatTest, SystemSliceAlwaysExistsAndIsNeverStopped) {
  const auto stopped = submit("system.slice", JobType::stop);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "Job type stop is not applicable for unit system.slice.");
  EXPECT_EQ(active("system.slice"), ActiveState::active);
}

TEST_F(CompatTest, ATimerIsNoFailureOfTheBootAndTheLogSaysOnceThatItDoesNothing) {
  file("t.timer", "[Timer]\nOnCalendar=daily\n");
  file("t.service", "[Service]\nExecStart=/bin/t\n");
  file("wants.target", "[Unit]\nWants=t.timer\n");
  start("wants.target");
  run_for(1s);
  start("t.timer");
  run_for(1s);
  EXPECT_EQ(active("wants.target"), ActiveState::active);
  EXPECT_THAT(ended, Contains("t.timer unsupported"));
  EXPECT_THAT(console, testing::Not(Contains(HasSubstr("t.timer"))));
  EXPECT_EQ(std::count(log.begin(), log.end(), "t.timer: Timers are not in effect yet, nothing will be started by it."),
            1);
}

TEST_F(CompatTest, WhoGetsASignalOnRequestIsNamed) {
  file("s.service", "[Service]\nExecStart=/bin/s\n");
  start("s.service");
  run_for(1s);
  const pid_t main = service("s.service").main_pid;
  ASSERT_TRUE(manager->kill(id("s.service"), KillWho::main, SIGUSR1));
  settle();
  EXPECT_THAT(log,
              Contains(testing::StartsWith(fmt::format("s.service: Sent signal SIGUSR1 to main process {} (", main))));
}

TEST_F(CompatTest, NothingIsLoadedBeforeTheGeneratorsHaveRun) {
  manager->boot();
  manager->handle(MountTableChanged{{{"tmpfs", "/mnt/data", "tmpfs", "rw"}}});
  EXPECT_EQ(sub_state("mnt-data.mount"), "not loaded");
  run_for(1s);
  EXPECT_EQ(sub_state("mnt-data.mount"), "mounted");
}

}  // namespace svcd
