// What a service leaves with the manager: stored descriptors, folders to be cleaned, processes that stand still. What
// is expected is what systemd 252 was seen to do.
#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/engine/service.h"
#include "daemon/sim/sim_machine.h"

namespace svcd {

using namespace std::chrono_literals;
using testing::Contains;

class StoreTest : public testing::Test {
 protected:
  SimUnit& service(const std::string& more, const std::string& name = "f.service") {
    machine.program("/bin/f");
    return machine.load(name, "[Service]\nExecStart=/bin/f\nNotifyAccess=all\n" + more);
  }
  SimUnit& started(const std::string& more) {
    SimUnit& unit = service(more);
    unit.start();
    machine.run_for(1s);
    return unit;
  }
  void say(const SimUnit& unit, std::vector<std::string> lines, std::vector<int> files = {}, uid_t uid = 0) {
    machine.kernel.notify_from(unit.main_pid(), std::move(lines), uid, std::move(files));
    machine.run_for(1ms);
  }
  uint32_t stored(const SimUnit& unit) const { return unit.service()->n_file_descriptor_store; }
  std::vector<std::string> passed(const SimUnit& unit) const { return unit.processes().at(0)->stored; }

  SimMachine machine;
};

using Names = std::vector<std::string>;

// ---- the store

TEST_F(StoreTest, DescriptorsAreStoredUnderTheirNameOrAsStoredAndComeBackTheLastOneFirst) {
  SimUnit& f = started("FileDescriptorStoreMax=5\n");
  say(f, {"FDSTORE=1", "FDNAME=one"}, {1});
  say(f, {"FDSTORE=1"}, {2});
  say(f, {"FDSTORE=1", "FDNAME=dup"}, {3, 3});  // the same open file twice
  say(f, {"FDSTORE=1", "FDNAME=bad:name"}, {4});
  EXPECT_EQ(stored(f), 4u);
  EXPECT_THAT(machine.log, Contains("f.service: Passed FDNAME= name is invalid, ignoring."));
  f.restart();
  machine.run_for(1s);
  EXPECT_EQ(passed(f), (Names{"stored", "dup", "stored", "one"}));
  EXPECT_EQ(stored(f), 4u);
}

TEST_F(StoreTest, NoMoreAreKeptThanFileDescriptorStoreMaxAllows) {
  SimUnit& f = started("FileDescriptorStoreMax=2\n");
  say(f, {"FDSTORE=1", "FDNAME=many"}, {1, 2, 3});
  EXPECT_EQ(stored(f), 2u);
  EXPECT_EQ(machine.kernel.open_descriptors(), 2u);
  EXPECT_THAT(machine.log,
              Contains("f.service: Cannot store more fds than FileDescriptorStoreMax=2, closing remaining."));
  say(f, {"FDSTORE=1"}, {1});  // is there already: nothing to say
  EXPECT_EQ(stored(f), 2u);
}

TEST_F(StoreTest, WithoutFileDescriptorStoreMaxNothingIsKept) {
  SimUnit& f = started("");
  say(f, {"FDSTORE=1"}, {1});
  EXPECT_EQ(stored(f), 0u);
  EXPECT_EQ(machine.kernel.open_descriptors(), 0u);
  EXPECT_THAT(machine.log,
              Contains("f.service: Cannot store more fds than FileDescriptorStoreMax=0, closing remaining."));
}

TEST_F(StoreTest, FdstoreremoveNeedsANameAndRemovesAllOfThatName) {
  SimUnit& f = started("FileDescriptorStoreMax=9\n");
  say(f, {"FDSTORE=1", "FDNAME=k"}, {1, 2});
  say(f, {"FDSTORE=1", "FDNAME=l"}, {3});
  say(f, {"FDSTOREREMOVE=1"});
  say(f, {"FDSTOREREMOVE=1", "FDNAME=no:good"});
  EXPECT_EQ(
      std::ranges::count(machine.log,
                         "f.service: FDSTOREREMOVE=1 requested, but no valid file descriptor name passed, ignoring."),
      2);
  say(f, {"FDSTOREREMOVE=1", "FDNAME=absent"});
  EXPECT_EQ(stored(f), 3u);
  say(f, {"FDSTORE=1", "FDSTOREREMOVE=1", "FDNAME=k"}, {4});  // removing wins
  EXPECT_EQ(stored(f), 1u);
  EXPECT_EQ(machine.kernel.open_descriptors(), 1u);
}

TEST_F(StoreTest, ANameIsPrintableAsciiWithoutAColonAndAtMost255Long) {
  EXPECT_TRUE(is_descriptor_name("has space"));
  EXPECT_TRUE(is_descriptor_name(""));
  EXPECT_TRUE(is_descriptor_name(std::string(255, 'a')));
  EXPECT_FALSE(is_descriptor_name(std::string(256, 'a')));
  EXPECT_FALSE(is_descriptor_name("a:b"));
  EXPECT_FALSE(is_descriptor_name("a\tb"));
  EXPECT_FALSE(is_descriptor_name("\xc3\xa4"));
}

TEST_F(StoreTest, AStoredDescriptorThatHangsUpIsRemovedUnlessFdpollSaysNo) {
  SimUnit& f = started("FileDescriptorStoreMax=9\n");
  say(f, {"FDSTORE=1", "FDNAME=pipe"}, {1});
  say(f, {"FDSTORE=1", "FDNAME=pipe0", "FDPOLL=0"}, {2});
  machine.kernel.hang_up(1);
  machine.kernel.hang_up(2);
  machine.run_for(1ms);
  EXPECT_EQ(stored(f), 1u);
  f.restart();
  machine.run_for(1s);
  EXPECT_EQ(passed(f), Names{"pipe0"});
}

TEST_F(StoreTest, TheStoreIsKeptWhileAnAutomaticRestartIsDueAndLetGoWhenTheServiceIsStopped) {
  SimUnit& f = started("FileDescriptorStoreMax=9\nRestart=always\nRestartSec=500ms\n");
  say(f, {"FDSTORE=1", "FDNAME=one"}, {1});
  f.kill(KillWho::main, 9);
  machine.run_for(200ms);
  EXPECT_EQ(f.sub_state(), "auto-restart");
  EXPECT_EQ(stored(f), 1u);
  machine.run_for(1s);
  EXPECT_EQ(f.sub_state(), "running");
  EXPECT_EQ(passed(f), Names{"one"});
  f.stop();
  machine.run_for(1s);
  EXPECT_EQ(machine.kernel.open_descriptors(), 0u);
}

TEST_F(StoreTest, AServiceThatFailsLosesItsStore) {
  SimUnit& f = started("FileDescriptorStoreMax=9\n");
  say(f, {"FDSTORE=1", "FDNAME=one"}, {1});
  f.kill(KillWho::main, 9);
  machine.run_for(1s);
  EXPECT_EQ(f.sub_state(), "failed");
  EXPECT_EQ(stored(f), 0u);
  EXPECT_EQ(machine.kernel.open_descriptors(), 0u);
}

TEST_F(StoreTest, TheStoreSurvivesTheManager) {
  SimUnit& f = started("FileDescriptorStoreMax=9\n");
  say(f, {"FDSTORE=1", "FDNAME=one"}, {1});
  say(f, {"FDSTORE=1", "FDNAME=two"}, {2});
  machine.crash();
  EXPECT_EQ(stored(f), 2u);
  machine.kernel.hang_up(2);
  machine.run_for(1ms);
  EXPECT_EQ(stored(f), 1u);
  f.restart();
  machine.run_for(1s);
  EXPECT_EQ(passed(f), Names{"one"});
}

TEST_F(StoreTest, DescriptorsOfMessagesThatNobodyWantsAreClosed) {
  SimUnit& f = started("FileDescriptorStoreMax=9\n");
  say(f, {"STATUS=x"}, {1, 2});
  say(f, {"FDSTORE=0"}, {3});
  EXPECT_EQ(machine.kernel.open_descriptors(), 0u);
}

// ---- systemctl clean

constexpr DirectoryKinds runtime = kind_of(ExecSection::Directory::runtime);
constexpr DirectoryKinds state = kind_of(ExecSection::Directory::state);
constexpr DirectoryKinds logs = kind_of(ExecSection::Directory::logs);

class CleanTest : public StoreTest {
 protected:
  bool held = false;
  std::string clean(SimUnit& unit, DirectoryKinds what) {
    const auto id = machine.manager().load(unit.name());
    if (!held) held = machine.manager().ref(*id, 7).has_value();  // to be looked at afterwards
    const Result<> done = machine.manager().clean(*id, what);
    while (machine.manager().has_work()) machine.manager().settle();
    return done ? "" : done.error().message;
  }
};

TEST_F(CleanTest, OnlyWhatTheUnitHasIsCleanedAndOnlyWhenItIsInactive) {
  SimUnit& c = service("StateDirectory=c\nLogsDirectory=c\n");
  c.start();
  machine.run_for(1s);
  EXPECT_EQ(clean(c, state), "Unit is not inactive or has pending job.");
  c.stop();
  machine.run_for(1s);
  EXPECT_EQ(clean(c, runtime), "No matching resources found.");
  EXPECT_EQ(clean(c, 0), "No matching resources found.");
  machine.kernel.clean_takes = 1s;
  c.history.clear();
  EXPECT_EQ(clean(c, DirectoryKinds(state | runtime)), "");
  EXPECT_EQ(c.active_state(), ActiveState::maintenance);
  EXPECT_NE(c.service()->control_pid, 0);
  EXPECT_EQ(clean(c, logs), "Unit is not inactive or has pending job.");
  machine.run_for(2s);
  EXPECT_EQ(machine.kernel.cleaned["f.service"], state);
  EXPECT_EQ(c.history, (History{"cleaning", "dead"}));
  EXPECT_EQ(c.service()->clean_result, UnitResult::success);
}

TEST_F(CleanTest, AFailedUnitIsNotCleaned) {
  SimUnit& c = started("StateDirectory=c\n");
  c.kill(KillWho::main, 9);
  machine.run_for(1s);
  EXPECT_EQ(clean(c, state), "Unit is not inactive or has pending job.");
}

TEST_F(CleanTest, AStartWaitsUntilAllIsRemoved) {
  machine.kernel.clean_takes = 3s;
  SimUnit& c = service("StateDirectory=c\n");
  EXPECT_EQ(clean(c, state), "");
  c.start();
  machine.run_for(2s);
  EXPECT_EQ(c.sub_state(), "cleaning");
  machine.run_for(2s);
  EXPECT_EQ(c.sub_state(), "running");
  EXPECT_EQ(c.jobs, std::vector{JobResult::done});
}

TEST_F(CleanTest, TimeoutCleanSecEndsItByForce) {
  machine.kernel.clean_takes = 10s;
  SimUnit& c = service("StateDirectory=c\nTimeoutCleanSec=1s\n");
  EXPECT_EQ(clean(c, state), "");
  machine.run_for(2s);
  EXPECT_EQ(c.history, (History{"cleaning", "final-sigkill", "failed"}));
  EXPECT_EQ(c.service()->clean_result, UnitResult::timeout);
  EXPECT_EQ(c.result(), UnitResult::signal);
  EXPECT_THAT(machine.log, Contains("f.service: Cleaning timed out. killing."));
  EXPECT_THAT(machine.log, Contains("f.service: Control process exited, code=killed, status=9/KILL"));
}

TEST_F(CleanTest, AManagerThatTakesOverWaitsForTheSameProcess) {
  machine.kernel.clean_takes = 5s;
  SimUnit& c = service("StateDirectory=c\n");
  EXPECT_EQ(clean(c, state), "");
  machine.crash();
  machine.run_for(4s);
  EXPECT_EQ(c.sub_state(), "cleaning");
  machine.run_for(2s);
  EXPECT_EQ(c.sub_state(), "dead");
  EXPECT_EQ(clean(machine.unit("basic.target"), state), "Unit 'basic.target' does not support cleaning.");
}

// ---- freeze and thaw

class FreezeTest : public StoreTest, public ChangeListener {
 protected:
  FreezeTest() { machine.manager().add_listener(*this); }
  void flush(const Changes& changes) override {
    for (const RequestDone& done : changes.done) answers[done.request] = done.ok ? "" : done.error.message;
  }
  RequestId freeze(const std::string& name, bool frozen = true) {
    const RequestId request = ++last;
    machine.manager().freeze(*machine.manager().load(name), frozen, request);
    while (machine.manager().has_work()) machine.manager().settle();
    return request;
  }
  FreezerState state_of(const std::string& name) {
    return machine.manager().status(*machine.manager().find(name)).freezer;
  }
  std::map<RequestId, std::string> answers;
  RequestId last = 0;
};

TEST_F(FreezeTest, ARequestIsAnsweredWhenAllProcessesStandStill) {
  SimUnit& f = started("");
  machine.kernel.freeze_takes = 1s;
  const RequestId frozen = freeze("f.service");
  EXPECT_EQ(state_of("f.service"), FreezerState::freezing);
  const RequestId twice = freeze("f.service");
  EXPECT_EQ(answers[twice], "Previously requested freezer operation for unit 'f.service' is still in progress.");
  EXPECT_FALSE(answers.contains(frozen));
  machine.run_for(1s);
  EXPECT_EQ(answers.at(frozen), "");
  EXPECT_EQ(state_of("f.service"), FreezerState::frozen);
  EXPECT_EQ(answers[freeze("f.service")], "");  // is so already
  const RequestId thawed = freeze("f.service", false);
  machine.run_for(1s);
  EXPECT_EQ(answers.at(thawed), "");
  EXPECT_EQ(state_of("f.service"), FreezerState::running);
  EXPECT_EQ(f.active_state(), ActiveState::active);
}

TEST_F(FreezeTest, WhatHasNoProcessesIsBusyAsIn252) {
  machine.program("/bin/x").runs_for = 10ms;
  machine.load("o.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/x\n").start();
  machine.run_for(1s);
  EXPECT_EQ(answers[freeze("o.service")], "Unit has a pending job.");
  EXPECT_EQ(answers[freeze("o.service", false)], "Unit has a pending job.");
}

TEST_F(FreezeTest, WhatIsInactiveOrCannotBeFrozenIsRefused) {
  service("");
  EXPECT_EQ(answers[freeze("f.service")], "Unit is inactive.");
  EXPECT_EQ(answers[freeze("f.service", false)], "Unit is inactive.");
  EXPECT_EQ(answers[freeze("basic.target")], "Unit 'basic.target' does not support freezing.");
}

TEST_F(FreezeTest, AFrozenServiceRunsAgainBeforeItIsStoppedOrReloaded) {
  machine.program("/bin/reload").runs_for = 1s;
  SimUnit& f = started("ExecReload=/bin/reload\n");
  freeze("f.service");
  machine.run_for(1s);
  f.reload();
  machine.run_for(2s);
  EXPECT_EQ(state_of("f.service"), FreezerState::running);
  EXPECT_EQ(f.sub_state(), "running");
  freeze("f.service");
  machine.run_for(1s);
  f.stop();
  machine.run_for(1s);
  EXPECT_EQ(f.history, (History{"running", "reload", "running", "stop-sigterm", "dead"}));
  EXPECT_THAT(machine.log, Contains("f.service: Deactivated successfully."));
}

TEST_F(FreezeTest, TheWatchdogDoesNotWakeAFrozenServiceAndKillsItInTheEnd) {
  SimUnit& f = started("WatchdogSec=2s\nTimeoutAbortSec=3s\n");
  say(f, {"WATCHDOG=1"});
  freeze("f.service");
  machine.run_for(3s);
  EXPECT_EQ(f.sub_state(), "stop-watchdog");
  EXPECT_EQ(state_of("f.service"), FreezerState::frozen);
  machine.run_for(3s);
  EXPECT_EQ(f.sub_state(), "failed");
  EXPECT_EQ(f.result(), UnitResult::watchdog);
}

TEST_F(FreezeTest, WithASliceGoAllThatAreInItAndOneOfThemThawsTheSlice) {
  for (const char* name : {"a.service", "b.service"}) {
    service("Slice=fz.slice\n", name).start();
  }
  machine.run_for(1s);
  freeze("fz.slice");
  machine.run_for(1s);
  for (const char* name : {"fz.slice", "a.service", "b.service"}) EXPECT_EQ(state_of(name), FreezerState::frozen);
  freeze("a.service", false);
  machine.run_for(1s);
  EXPECT_EQ(state_of("a.service"), FreezerState::running);
  EXPECT_EQ(state_of("fz.slice"), FreezerState::running);
  EXPECT_EQ(state_of("b.service"), FreezerState::frozen);
}

TEST_F(FreezeTest, AServiceOfAFrozenSliceIsStoppedAsAnyOther) {
  SimUnit& a = service("Slice=fz-in.slice\n", "a.service");
  SimUnit& b = service("Slice=fz-in.slice\n", "b.service");
  a.start();
  b.start();
  machine.run_for(1s);
  freeze("fz.slice");
  machine.run_for(1s);
  a.stop();
  machine.run_for(1s);
  EXPECT_EQ(a.sub_state(), "dead");
  for (const char* name : {"fz.slice", "fz-in.slice"}) EXPECT_EQ(state_of(name), FreezerState::running) << name;
  EXPECT_EQ(state_of("b.service"), FreezerState::frozen);
}

TEST_F(FreezeTest, WhereNothingCanBeFrozenTheRequestIsTakenAndNothingHappens) {
  machine.kernel.freezer = false;
  started("");
  EXPECT_EQ(answers[freeze("f.service")], "");
  EXPECT_EQ(state_of("f.service"), FreezerState::running);
}

TEST_F(FreezeTest, AFrozenServiceIsFrozenForTheNextManagerToo) {
  started("");
  machine.kernel.freeze_takes = 1s;
  freeze("f.service");
  machine.crash();
  machine.run_for(2s);
  EXPECT_EQ(state_of("f.service"), FreezerState::frozen);
}

}  // namespace svcd
