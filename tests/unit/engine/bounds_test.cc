// What unit files may cost: chains that load without end, units that pull in thousands.
#include "daemon/engine/registry.h"
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class BoundsTest : public EngineTest {
 protected:
  BoundsTest() {
    file("bomb@.service", "[Unit]\nRequires=bomb@%i%i.service bomb@%ix.service\n[Service]\nExecStart=/bin/b\n");
    file("a.service", "[Unit]\nWants=b.service\n[Service]\nExecStart=/bin/a\n");
    file("b.service", "[Service]\nExecStart=/bin/b\n");
    file("oneshot@.service", "[Service]\nType=oneshot\nExecStart=/bin/o\n");
    program("/bin/o").runs_for = 1s;
  }
  /// A unit that wants so many instances.
  void wide(const std::string& name, int count, const std::string& instances = "oneshot") {
    std::string text = "[Unit]\n";
    for (int i = 0; i < count; ++i) text += "Wants=" + instances + "@" + std::to_string(i) + ".service\n";
    file(name, text + "[Service]\nExecStart=/bin/wide\n");
  }
};

TEST_F(BoundsTest, ATemplateThatNeedsInstancesOfItselfFailsAlone) {
  start("a.service");
  const auto job = submit("bomb@a.service", JobType::start);
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code, ErrorCode::limits_exceeded);
  EXPECT_THAT(job.error().message, HasSubstr("Too many units or dependencies, no room for those of this unit"));
  EXPECT_LE(manager->units().size(), units_max);
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_THAT(log, Contains(HasSubstr("Too many units or dependencies")));
  settle();
  EXPECT_LT(manager->units().size(), 20u) << "nobody needs the instances: they are collected";
}

TEST_F(BoundsTest, WhileABombIsLoadedOtherUnitsStartAtOnce) {
  ASSERT_TRUE(manager->load("bomb@a.service"));
  ASSERT_TRUE(manager->has_work());
  const auto job = manager->submit({UnitName::parse("a.service").value(), JobType::start, JobMode::replace, false, 0});
  EXPECT_TRUE(job) << job.error().message;
  manager->settle();
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(sub_state("b.service"), "running");
}

TEST_F(BoundsTest, AWantedBombTakesNothingFromTheOthersThatAreWanted) {
  file("all.target", "[Unit]\nWants=bomb@a.service a.service\n");
  EXPECT_TRUE(submit("all.target", JobType::start));
  settle();
  EXPECT_EQ(sub_state("all.target"), "active");
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(sub_state("b.service"), "running");
}

TEST_F(BoundsTest, WhoIsForgottenInALaterSliceHasAllItMentionsUntilThen) {
  file("user@.service", "[Unit]\nWants=last.service\nAfter=last.service\n[Service]\nExecStart=/bin/u\n");
  file("last.service", "[Service]\nExecStart=/bin/l\n");
  wide("top.service", 2000, "user");
  ASSERT_TRUE(manager->load("last.service"));  // the first that is found to be of no use
  ASSERT_TRUE(manager->load("top.service"));
  size_t slices = 0, most = 0;
  for (size_t before = 0; manager->has_work(); before = manager->units().size()) {
    manager->settle();
    most = std::max(most, manager->units().size());
    slices += manager->units().size() < before;
    for (const UnitId id : manager->units()) {
      if (slices == 0 || !manager->loaded(id).id.str().starts_with("user@")) continue;
      ASSERT_THAT(manager->dependencies(id, Dependency::after), Contains("last.service"));
    }
  }
  EXPECT_GT(most, 2000u);
  EXPECT_GT(slices, 2u);
  EXPECT_LT(manager->units().size(), 20u);
}

TEST_F(BoundsTest, ThousandsOfWantsAreLoadedInSlicesAndTheRequestWaits) {
  wide("wide.service", 3000);
  const JobRequest request{UnitName::parse("wide.service").value(), JobType::start, JobMode::replace, false, 0};
  const auto early = manager->submit(request);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::still_loading);
  EXPECT_FALSE(manager->find("oneshot@2999.service"));
  const auto job = submit("wide.service", JobType::start);
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(sub_state("oneshot@2999.service"), "start");
  EXPECT_EQ(kernel.running.size(), 3001u);
}

TEST_F(BoundsTest, AUnitThatWantsMoreThanThereIsRoomForIsRefusedAndLeavesTheRoomToOthers) {
  wide("wide.service", 40000);
  const auto job = submit("wide.service", JobType::start);
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code, ErrorCode::limits_exceeded);
  EXPECT_LT(manager->units().size(), 20u);
  start("a.service");
}

TEST_F(BoundsTest, ATableFullOfUnitsInUseStillHasRoomForTheShutdown) {
  file("poweroff.target", "[Unit]\nDefaultDependencies=no\nRequires=off.service\nAfter=off.service\n");
  file("off.service", "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/off\n");
  for (const char* letter : {"a", "b", "c", "d"}) {
    file(letter + std::string("@.service"), "[Service]\nExecStart=/bin/x\n");
    wide(std::string("all-") + letter + ".service", letter[0] == 'a' ? 20000 : 8000, letter);
  }
  for (const char* name : {"all-a.service", "all-b.service", "all-c.service", "all-d.service"})
    (void)submit(name, JobType::start);
  manager->handle(Signalled{SIGRTMIN + 4});
  settle();
  EXPECT_EQ(sub_state("off.service"), "start");
}

TEST_F(BoundsTest, ABootWaitsForAllUnitsOfTheDefaultTarget) {
  std::string wants = "[Unit]\nAllowIsolate=yes\n";
  for (int i = 0; i < 2000; ++i) wants += "Wants=oneshot@" + std::to_string(i) + ".service\n";
  file("default.target", wants);
  manager->boot();
  run_for(2s);
  EXPECT_EQ(sub_state("default.target"), "active");
  EXPECT_EQ(manager->system_state(), SystemState::running);
  EXPECT_EQ(std::count_if(ended.begin(), ended.end(), [](auto& e) { return e.starts_with("oneshot@"); }), 2000);
}

TEST_F(BoundsTest, AUnitThatWasRefusedIsReadAgainWhenThereIsRoom) {
  wide("wide.service", 40000);
  file("user.service", "[Unit]\nAfter=wide.service\n[Service]\nExecStart=/bin/u\n");
  start("user.service");
  EXPECT_FALSE(submit("wide.service", JobType::start));
  wide("wide.service", 10);
  manager->reload(1);
  run_for(1s);
  EXPECT_TRUE(submit("wide.service", JobType::start));
}

TEST_F(BoundsTest, UnitsThatComeAndGoLeaveNothingBehind) {
  for (int i = 0; i < 3000; ++i) {
    EXPECT_TRUE(manager->load("oneshot@" + std::to_string(i) + ".service"));
    settle();
  }
  EXPECT_LT(manager->units().size(), 20u);
  EXPECT_LT(manager->graph().size(), 200u);
}

TEST_F(BoundsTest, ThousandsOfMountsBecomeUnitsInSlices) {
  std::vector<MountEntry> mounts;
  for (int i = 0; i < 500; ++i) mounts.push_back({"tmpfs", "/mnt/" + std::to_string(i), "tmpfs", "rw"});
  manager->handle(MountTableChanged{mounts});
  settle();
  EXPECT_EQ(sub_state("mnt-499.mount"), "mounted");
  manager->handle(MountTableChanged{{}});
  settle();
  EXPECT_EQ(sub_state("mnt-499.mount"), "not loaded");
}

TEST_F(BoundsTest, AMountTableThatIsOutdatedBeforeItWasReadToItsEndLeavesNoUnitBehind) {
  std::vector<MountEntry> mounts;
  for (int i = 0; i < 5000; ++i) mounts.push_back({"tmpfs", "/mnt/" + std::to_string(i), "tmpfs", "rw"});
  kernel.look_takes = 20ms;
  manager->handle(MountTableChanged{mounts});
  EXPECT_EQ(sub_state("mnt-0.mount"), "mounted");
  EXPECT_EQ(sub_state("mnt-4999.mount"), "not loaded");
  manager->handle(MountTableChanged{{}});
  kernel.look_takes = 0ms;
  settle();
  EXPECT_EQ(sub_state("mnt-0.mount"), "not loaded");
  EXPECT_LT(manager->units().size(), 20u);
}

TEST_F(BoundsTest, UnitsThatTriggerEachOtherForEverLeaveRequestsAndAReloadTheirTurn) {
  constexpr int ring = 100;
  const auto name = [](int i) { return "n" + std::to_string(i % ring) + ".target"; };
  for (int i = 0; i < ring; ++i) file(name(i), "[Unit]\nStopWhenUnneeded=yes\nOnSuccess=" + name(i + 1) + "\n");
  ASSERT_TRUE(manager->load("n0.target"));
  settle();
  ASSERT_TRUE(manager->submit({UnitName::parse("n0.target").value(), JobType::start, JobMode::replace, false, 0}));
  const auto pass = [&] { kernel.clock += 11s; };  // each of them may be stopped 16 times in 10 s
  for (int step = 0; step < 20; ++step, pass()) {
    manager->settle();  // each ends, although there is always more to do
    ASSERT_TRUE(manager->has_work());
  }
  for (int i = 0; i < ring; ++i) file(name(i), "[Unit]\n");
  manager->reload(7);
  for (int step = 0; step < 20 && done.empty(); ++step, pass()) {
    ASSERT_TRUE(manager->has_work());
    if (const std::optional<Event> event = kernel.next(kernel.clock))
      manager->handle(*event);
    else
      manager->settle();
  }
  EXPECT_THAT(done, ElementsAre(7));
  for (int step = 0; step < 100; ++step) manager->settle();
  EXPECT_FALSE(manager->has_work()) << "the loop is gone with the setting";
}

TEST_F(BoundsTest, UnitsThatADaemonReloadLeavesUnneededAreStoppedInSlices) {
  const auto name = [](int i) { return "n" + std::to_string(i) + ".service"; };
  for (int i = 0; i < 500; ++i) {
    file(name(i), "[Service]\nExecStart=/bin/n\n");
    start(name(i));
    file(name(i), "[Unit]\nStopWhenUnneeded=yes\n[Service]\nExecStart=/bin/n\n");
  }
  manager->reload(7);
  log.clear();
  kernel.look_takes = 1ms;
  size_t stopped = 0, most = 0;
  for (int step = 0; step < 5000 && stopped < 500; ++step) {
    if (const std::optional<Event> event = kernel.next(kernel.clock)) manager->handle(*event);
    manager->settle();
    const size_t now =
        size_t(std::count_if(log.begin(), log.end(), [](auto& l) { return l.starts_with("Stopping "); }));
    most = std::max(most, now - stopped);
    stopped = now;
  }
  EXPECT_EQ(stopped, 500u);
  EXPECT_LT(most, 300u);
}

TEST_F(BoundsTest, TheListOfUnitFilesIsReadAgainOnlyWhenAFileHasChanged) {
  file("c.service", "[Service]\nExecStart=/bin/c\n[Install]\nWantedBy=multi-user.target\n");
  const auto state_of_c = [&] {
    for (const Installer::ListedFile& listed : manager->unit_files())
      if (listed.path.ends_with("/c.service")) return listed.state;
    return UnitFileState::bad;
  };
  EXPECT_EQ(state_of_c(), UnitFileState::disabled);
  const int reads = kernel.memory.reads;
  EXPECT_EQ(state_of_c(), UnitFileState::disabled);
  EXPECT_EQ(kernel.memory.reads, reads);
  kernel.memory.link("/etc/systemd/system/multi-user.target.wants/c.service", "../c.service");
  EXPECT_EQ(state_of_c(), UnitFileState::enabled);
}

TEST_F(BoundsTest, AClientThatGoesTakesItsReferencesAndNothingElse) {
  ASSERT_TRUE(manager->load("b.service"));
  ASSERT_TRUE(manager->ref(id("b.service"), 1));
  ASSERT_TRUE(manager->ref(id("b.service"), 1));
  ASSERT_TRUE(manager->ref(id("b.service"), 2));
  EXPECT_TRUE(manager->unref(id("b.service"), 1));
  manager->client_gone(1);
  settle();
  EXPECT_TRUE(manager->find("b.service"));
  manager->client_gone(2);
  settle();
  EXPECT_FALSE(manager->find("b.service"));
}

TEST_F(BoundsTest, AServiceCannotNameAForeignProcessAsItsOwnUnlessRootDoes) {
  file("n.service", "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/n\n");
  start("b.service");
  ASSERT_TRUE(submit("n.service", JobType::start));
  const pid_t own = service("n.service").main_pid, foreign = service("b.service").main_pid;
  const std::vector<std::string> lie{"READY=1", "MAINPID=" + std::to_string(foreign)};
  manager->handle(Notified{id("n.service"), own, 65534, lie});
  EXPECT_EQ(service("n.service").main_pid, own);
  manager->handle(Notified{id("n.service"), own, 0, lie});
  EXPECT_EQ(service("n.service").main_pid, foreign);
}

}  // namespace svcd
