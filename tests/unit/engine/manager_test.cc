// The manager: boot, signals, reload, garbage collection, and taking over from a predecessor.
#include "daemon/engine/state_record.h"
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;

using ManagerTest = EngineTest;

TEST_F(ManagerTest, BootStartsTheDefaultTargetAfterTheGenerators) {
  file("default.target", "[Unit]\nAllowIsolate=yes\nWants=a.service\nAfter=a.service\n");
  file("a.service", "[Service]\nType=oneshot\nExecStart=/bin/a\n");
  program("/bin/a").runs_for = 1s;
  manager->boot();
  EXPECT_EQ(manager->system_state(), SystemState::starting);
  run_for(500ms);
  EXPECT_EQ(sub_state("default.target"), "dead");
  run_for(1s);
  EXPECT_EQ(sub_state("default.target"), "active");
  EXPECT_EQ(manager->system_state(), SystemState::running);
}

TEST_F(ManagerTest, SigrtminPlusFourStartsPoweroffTargetIrreversibly) {
  file("poweroff.target",
       "[Unit]\nDefaultDependencies=no\nRequires=off.service\nAfter=off.service\nAllowIsolate=yes\n");
  file("off.service", "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/off\n");
  manager->handle(Signalled{SIGRTMIN + 4});
  settle();
  EXPECT_EQ(sub_state("off.service"), "start");
  const auto stopped = submit("off.service", JobType::stop);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::transaction_is_destructive);
}

TEST_F(ManagerTest, ReloadReadsAgainOnlyWhatChangedAndKeepsProcesses) {
  file("a.service", "[Unit]\nDescription=Old\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Service]\nExecStart=/bin/b\n");
  start("a.service");
  start("b.service");
  file("a.service", "[Unit]\nDescription=New\n[Service]\nExecStart=/bin/a\n");
  EXPECT_TRUE(manager->need_daemon_reload(id("a.service")));
  manager->reload(7);
  manager->reload(8);
  manager->reload(9);
  EXPECT_THAT(done, testing::IsEmpty());
  const int reads = kernel.memory.reads;
  run_for(1s);
  EXPECT_THAT(done, ElementsAre(7, 8, 9));
  EXPECT_LE(kernel.memory.reads - reads, 2);
  EXPECT_EQ(manager->loaded(id("a.service")).config.unit().description, "New");
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(kernel.running.size(), 2u);
}

TEST_F(ManagerTest, ARefusedUnitKeepsTheDependenciesOfItsSettingsAndNoPlaceInASlice) {
  file("a.timer", "[Timer]\nOnCalendar=never ever\n");
  file("a.service", "[Service]\nType=oneshot\nRestart=always\nExecStart=/bin/a\n");
  ASSERT_TRUE(manager->load("a.timer"));
  EXPECT_EQ(manager->loaded(id("a.timer")).state, LoadState::bad_setting);
  EXPECT_THAT(manager->dependencies(id("a.timer"), Dependency::triggers), ElementsAre("a.service"));
  EXPECT_THAT(manager->dependencies(id("a.timer"), Dependency::before),
              testing::UnorderedElementsAre("a.service", "timers.target", "shutdown.target"));
  EXPECT_THAT(manager->dependencies(id("a.service"), Dependency::requires_), ElementsAre("sysinit.target"));
  EXPECT_THAT(manager->dependencies(id("a.service"), Dependency::in_slice), ElementsAre("system.slice"));
}

TEST_F(ManagerTest, AStoppedUnitIsDownWhenItsRuntimeDirectoryIsGone) {
  kernel.removes_directories = false;
  file("a.service", "[Service]\nExecStart=/bin/a\nRuntimeDirectory=a\n");
  start("a.service");
  ended.clear();
  stop("a.service");
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "final-sigterm");
  EXPECT_THAT(ended, testing::IsEmpty());
  manager->handle(DirectoriesRemoved{id("a.service")});
  EXPECT_EQ(history["a.service"], (History{"running", "stop-sigterm", "final-sigterm", "dead"}));
  EXPECT_THAT(ended, ElementsAre("a.service done"));
}

TEST_F(ManagerTest, AStartWaitsUntilTheRuntimeDirectoryOfTheLastRunIsGone) {
  kernel.removes_directories = false;
  file("a.service", "[Service]\nExecStart=/bin/a\nRuntimeDirectory=a\nTimeoutStopSec=5s\n");
  start("a.service");
  stop("a.service");
  run_for(1s);
  start("a.service");
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "final-sigterm");
  run_for(5s);  // who removes them does not come to an end
  EXPECT_EQ(sub_state("a.service"), "dead");
  EXPECT_THAT(log, Contains("a.service: Its folders are still being removed. Going on."));
  manager->handle(DirectoriesRemoved{id("a.service")});
  EXPECT_EQ(sub_state("a.service"), "running");
}

TEST_F(ManagerTest, AServiceWithARuntimeDirectoryIsRestartedWhenThatIsGone) {
  kernel.removes_directories = false;
  program("/bin/a").runs_for = 1s;
  file("a.service", "[Service]\nExecStart=/bin/a\nRuntimeDirectory=a\nRestart=always\nRestartSec=1s\n");
  start("a.service");
  run_for(10s);
  EXPECT_EQ(sub_state("a.service"), "final-sigterm");
  manager->handle(DirectoriesRemoved{id("a.service")});
  EXPECT_EQ(sub_state("a.service"), "auto-restart");
  run_for(1500ms);
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(service("a.service").n_restarts, 1u);
}

TEST_F(ManagerTest, AStartWaitsForEveryRemovalOfTheRuntimeDirectory) {
  kernel.removes_directories = false;
  const std::string text = "[Service]\nExecStart=/bin/a\nRuntimeDirectory=a\nRestart=always\nTimeoutStopSec=5s\n";
  program("/bin/a").runs_for = 1s;
  file("a.service", text);
  start("a.service");
  file("a.service", "[Unit]\nRequires=nowhere.service\n" + text);
  manager->reload(1);
  run_for(10s);  // the time limit of the first ends, then the restart is refused, and they are removed once more
  EXPECT_THAT(log, Contains("a.service: Failed to schedule restart job: Unit nowhere.service not found."));
  manager->handle(DirectoriesRemoved{id("a.service")});
  EXPECT_EQ(sub_state("a.service"), "final-sigterm");
  manager->handle(DirectoriesRemoved{id("a.service")});
  EXPECT_EQ(sub_state("a.service"), "failed");
}

TEST_F(ManagerTest, UnitsWithoutAStartLimitThatStartEachOtherComeToAnEnd) {
  file("a.service", "[Unit]\nStartLimitIntervalSec=0\nOnFailure=b.target\n[Service]\nExecStart=/bin/false\n");
  file("b.target", "[Unit]\nWants=a.service\n");
  program("/bin/false") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
  start("a.service");
  run_for(1s);
  EXPECT_THAT(log, Contains("a.service: OnFailure= dependencies are not triggered: a.service has done so 200 times "
                            "within 10 s. What they start may start it again; give one of them a start limit."));
  EXPECT_EQ(std::ranges::count(log, "a.service: Triggering OnFailure= dependencies."), 200);
}

TEST_F(ManagerTest, WhatAUnitDoesNotGetIsKnownAlsoAfterATakeOver) {
  file("a.service", "[Service]\nExecStart=/bin/a\nSystemCallFilter=@system-service\nDynamicUser=no\nPrivateTmp=yes\n");
  start("a.service");
  manager->handle(NotInEffect{id("a.service"), {"PrivateTmp"}});
  manager->handle(NotInEffect{id("a.service"), {"PrivateTmp"}});
  const auto look = [&] {
    std::vector<std::string> all = manager->loaded(id("a.service")).not_in_effect;
    for (const std::string& setting : manager->status(id("a.service")).not_in_effect) all.push_back(setting);
    return all;
  };
  EXPECT_THAT(look(), ElementsAre("SystemCallFilter", "PrivateTmp"));
  manager.reset();
  make_manager();
  ASSERT_TRUE(manager->restore());
  EXPECT_THAT(look(), ElementsAre("SystemCallFilter", "PrivateTmp"));
  stop("a.service");
  run_for(1s);
  start("a.service");
  EXPECT_THAT(look(), ElementsAre("SystemCallFilter"));
}

TEST_F(ManagerTest, JournaldFindsAUnitsSettingsAsLongAsItIsUp) {
  kernel.published.clear();
  file("a.service", "[Service]\nExecStart=/bin/a\nLogLevelMax=warning\n");
  file("b.service", "[Service]\nExecStart=/bin/b\n");
  start("a.service");
  start("b.service");
  EXPECT_THAT(kernel.published, ElementsAre("invocation:a.service", "invocation:b.service", "log:a.service"));
  EXPECT_THAT(log, ElementsAre("Started b.service.")) << "LogLevelMax= goes for the manager's lines as well";
  manager.reset();
  make_manager();
  ASSERT_TRUE(manager->restore());
  stop("a.service");
  stop("b.service");
  run_for(1s);
  EXPECT_THAT(kernel.published, testing::IsEmpty());
}

TEST_F(ManagerTest, WhatTheLastRunOfAUnitHasUsedIsKnownAlsoAfterATakeOver) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  program("/bin/a") = {.runs_for = 1s, .status = {ExitStatus::Kind::exited, 1}};
  kernel.cpu_nsec = 17'160'000;
  start("a.service");
  run_for(2s);
  ASSERT_EQ(sub_state("a.service"), "failed");
  kernel.cpu_nsec.reset();
  manager.reset();
  make_manager();
  ASSERT_TRUE(manager->restore());
  EXPECT_EQ(manager->usage(id("a.service")).cpu_nsec, 17'160'000u);
}

TEST_F(ManagerTest, AJobKnowsWhichJobsItWaitsForAndWhichWaitForIt) {
  file("a.service", "[Service]\nType=oneshot\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nWants=a.service\nAfter=a.service\n[Service]\nType=oneshot\nExecStart=/bin/b\n");
  start("b.service");
  const JobId a = manager->status(id("a.service")).job, b = manager->status(id("b.service")).job;
  const auto ids = [&](JobId job, bool after) {
    std::vector<JobId> found;
    for (const JobInfo& other : manager->jobs_in_order(job, after)) found.push_back(other.id);
    return found;
  };
  EXPECT_THAT(ids(a, true), ElementsAre(b));
  EXPECT_THAT(ids(a, false), testing::IsEmpty());
  EXPECT_THAT(ids(b, true), testing::IsEmpty());
  EXPECT_THAT(ids(b, false), ElementsAre(a));
}

TEST_F(ManagerTest, AReloadSeesLinksAndFilesThatCameOrWent) {
  file("a.service", "[Unit]\nDescription=Old\n[Service]\nExecStart=/bin/a\n");
  file("t.target", "[Unit]\nDescription=T\n");
  start("a.service");
  start("t.target");
  const auto wants = [&] { return manager->dependencies(id("t.target"), Dependency::wants); };
  EXPECT_THAT(wants(), testing::IsEmpty());
  kernel.memory.link("/run/systemd/system/t.target.wants/a.service", "/etc/systemd/system/a.service");
  manager->reload(1);
  run_for(1s);
  EXPECT_THAT(wants(), ElementsAre("a.service"));
  EXPECT_THAT(manager->dependencies(id("a.service"), Dependency::wanted_by), ElementsAre("t.target"));
  kernel.memory.remove("/run/systemd/system/t.target.wants/a.service");
  kernel.memory.write("/etc/systemd/system.control/a.service",
                      "[Unit]\nDescription=New\n[Service]\nExecStart=/bin/a\n");
  const int reads = kernel.memory.reads;
  manager->reload(2);
  run_for(1s);
  EXPECT_THAT(wants(), testing::IsEmpty());
  EXPECT_EQ(manager->loaded(id("a.service")).config.unit().description, "New");
  EXPECT_LE(kernel.memory.reads - reads, 3) << "only what changed";
}

TEST_F(ManagerTest, UnitFileStateOfALoadedUnitIsThatOfTheLastReload) {
  file("a.service", "[Service]\nExecStart=/bin/a\n[Install]\nWantedBy=multi-user.target\n");
  start("a.service");
  EXPECT_EQ(manager->install_facts(id("a.service")).state, "disabled");
  kernel.memory.link("/etc/systemd/system/multi-user.target.wants/a.service", "../a.service");
  EXPECT_EQ(manager->install_facts(id("a.service")).state, "disabled");
  EXPECT_EQ(manager->unit_file_state("a.service"), UnitFileState::enabled);
  manager->reload(1);
  run_for(1s);
  EXPECT_EQ(manager->install_facts(id("a.service")).state, "enabled");
}

TEST_F(ManagerTest, AUnitThatNobodyNeedsGoesAndALookAtItLoadsItAgain) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  ASSERT_TRUE(manager->load("a.service"));
  settle();
  EXPECT_EQ(manager->find("a.service"), std::nullopt);
  EXPECT_THAT(vanished, Contains("a.service"));
  const auto again = manager->load("a.service");
  ASSERT_TRUE(again);
  ASSERT_TRUE(manager->ref(*again, 5));
  settle();
  EXPECT_EQ(manager->find("a.service"), *again);
  manager->client_gone(5);
  settle();
  EXPECT_EQ(manager->find("a.service"), std::nullopt);
}

TEST_F(ManagerTest, BindsToTakesTheUnitDownWithTheOther) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nBindsTo=a.service\nAfter=a.service\n[Service]\nExecStart=/bin/b\n");
  start("b.service");
  run_for(1s);
  ASSERT_EQ(kernel.running.size(), 2u);
  kernel.end(service("a.service").main_pid, {});
  run_for(1s);
  EXPECT_TRUE(kernel.running.empty());
}

TEST_F(ManagerTest, UnitTypeThatComesLaterDoesNotHarmTheRest) {
  file("t.timer", "[Timer]\nOnBootSec=1s\n");
  file("all.target", "[Unit]\nWants=t.timer a.service\n");
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  start("all.target");
  EXPECT_EQ(sub_state("all.target"), "active");
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_THAT(ended, Contains("t.timer unsupported"));
}

TEST_F(ManagerTest, SuccessorKnowsWhatRunsAndStartsNothingTwice) {
  file("a.service", "[Service]\nExecStart=/bin/a\nRestart=on-failure\n");
  file("o.service", "[Service]\nType=oneshot\nExecStart=/bin/o\n");
  program("/bin/o").runs_for = 10s;
  start("a.service");
  start("o.service");
  run_for(1s);
  const pid_t main = service("a.service").main_pid;
  make_manager();
  ASSERT_TRUE(manager->restore());
  settle();
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_EQ(service("a.service").main_pid, main);
  EXPECT_EQ(sub_state("o.service"), "start");
  EXPECT_EQ(manager->jobs().size(), 1u);
  EXPECT_EQ(kernel.spawned.size(), 2u);
  run_for(20s);
  EXPECT_THAT(ended, Contains("o.service done"));
  kernel.end(main, {ExitStatus::Kind::killed, SIGKILL});
  run_for(1s);
  EXPECT_EQ(service("a.service").n_restarts, 1u);
  EXPECT_EQ(sub_state("a.service"), "running");
}

TEST_F(ManagerTest, DeadProcessesAreReapedOnlyAfterTheirStepWasTold) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  start("a.service");
  EXPECT_TRUE(kernel.reaped.empty());
  const pid_t main = service("a.service").main_pid;
  kernel.end(main, {});
  run_for(1s);
  EXPECT_THAT(kernel.reaped, Contains(main));
}

TEST_F(ManagerTest, AThousandUnitsOfATargetCostTheSameEach) {
  std::string wants = "[Unit]\nWants=";
  for (int i = 0; i < 1000; ++i) {
    file(fmt::format("u{}.service", i), "[Service]\nType=oneshot\nExecStart=/bin/u\n");
    wants += fmt::format("u{}.service ", i);
  }
  file("many.target", wants + "\n");
  program("/bin/u").runs_for = 1ms;
  start("many.target");
  run_for(10s);
  EXPECT_EQ(sub_state("many.target"), "active");
  EXPECT_EQ(kernel.spawned.size(), 1000u);
}

TEST_F(ManagerTest, UnitOfATypeThatComesLaterHarmsNobody) {
  file("t.timer", "[Unit]\nDescription=T\n[Timer]\nOnBootSec=1\n");
  file("a.service", "[Unit]\nRequires=t.timer\nAfter=t.timer\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  start("t.timer");
  EXPECT_EQ(sub_state("a.service"), "running");
  EXPECT_THAT(log, Contains("Started a.service."));
  EXPECT_EQ(std::count(log.begin(), log.end(), "t.timer: Timers are not in effect yet, nothing will be started by it."),
            1);
  EXPECT_THAT(ended, Contains("t.timer unsupported"));
  EXPECT_EQ(manager->failed_units(), 0u);
}

TEST_F(ManagerTest, WhyNoTransactionCouldBeMadeStandsInTheLog) {
  file("loop.service", "[Unit]\nRequires=other.service\nAfter=other.service\n[Service]\nExecStart=/bin/a\n");
  file("other.service", "[Unit]\nRequires=loop.service\nAfter=loop.service\n[Service]\nExecStart=/bin/a\n");
  file("first.service", "[Unit]\nConflicts=second.service\n[Service]\nExecStart=/bin/a\n");
  file("second.service", "[Service]\nExecStart=/bin/a\n");
  file("both.service", "[Unit]\nRequires=first.service second.service\n[Service]\nType=oneshot\nExecStart=/bin/a\n");
  file("slow.service", "[Service]\nType=oneshot\nExecStart=/bin/a\n");
  for (const char* unit : {"loop.service", "both.service"}) EXPECT_FALSE(submit(unit, JobType::start));
  start("slow.service");
  EXPECT_FALSE(submit("slow.service", JobType::stop, JobMode::fail));
  const auto reasons = [&](const char* why) {
    return std::ranges::count_if(log, [&](const std::string& line) { return line.starts_with(why); });
  };
  EXPECT_EQ(reasons("Requested transaction contains an unfixable cyclic ordering dependency: Transaction order"), 1);
  EXPECT_EQ(reasons("Requested transaction contains unmergeable jobs: Transaction contains conflicting jobs "), 1);
  EXPECT_EQ(reasons("Requested transaction contradicts existing jobs: Transaction for slow.service/stop is"), 1);
}

TEST_F(ManagerTest, WhatIsRequisiteAndDownStandsInTheLog) {
  file("a.service", "[Unit]\nRequisite=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nDescription=The base\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  EXPECT_THAT(log, ElementsAre("b.service - The base is inactive.", "Dependency failed for a.service.",
                               "a.service: Job a.service/start failed with result 'dependency'."));
}

TEST_F(ManagerTest, WhatDoesNotExistHereCannotBeRestartedAndIsUnsupportedToStart) {
  const auto restart = submit("dev-x.device", JobType::restart);
  ASSERT_FALSE(restart);
  EXPECT_EQ(restart.error().message, "Job type restart is not applicable for unit dev-x.device.");
}

TEST_F(ManagerTest, TargetsWaitForWhatTheyPullInAndNotForTheirParts) {
  file("t.target", "[Unit]\nWants=a.service\n");
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  file("p.service", "[Unit]\nPartOf=t.target\n[Service]\nExecStart=/bin/p\n");
  start("t.target");
  start("p.service");
  const Graph& graph = manager->graph();
  EXPECT_TRUE(graph.has(id("t.target").index, Dependency::after, id("a.service").index));
  EXPECT_TRUE(graph.has(id("p.service").index, Dependency::part_of, id("t.target").index));
  EXPECT_FALSE(graph.has(id("t.target").index, Dependency::after, id("p.service").index));
}

TEST_F(ManagerTest, GoesOnWithoutARecordOfAUnitWhereThereIsNoRoom) {
  kernel.record.assign(kernel.record.size(), std::byte{});
  kernel.record_room = 4096 + 4 * 2 * record_slot_size;  // the manager, and three units
  make_manager();
  log.clear();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "u" + std::to_string(i) + ".service";
    file(name, "[Service]\nExecStart=/bin/u\n");
    start(name);
    EXPECT_EQ(sub_state(name), "running");
    stop(name);
    start(name);
  }
  run_for(1s);
  EXPECT_EQ(std::count(log.begin(), log.end(),
                       "u4.service: No room in the state record: its state would not survive a crash of the manager."),
            1);
  const std::span<const std::byte> beyond = std::span<const std::byte>(kernel.record).subspan(kernel.record_room);
  EXPECT_TRUE(std::all_of(beyond.begin(), beyond.end(), [](std::byte b) { return b == std::byte{}; }));
}

}  // namespace svcd
