// Why units are not up: the first sentence of an explanation names the true cause, the chain leads to it, and every
// link knows the line of the file that says so. Realistic failures, one after the other.
#include "unit/engine/cause_fixture.h"

namespace svcd {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(CauseTest, AMissingMountIsNamedByTheServiceThatNeedsIt) {
  file("var-www.mount", "[Unit]\nDefaultDependencies=no\n[Mount]\nWhat=/dev/nope\nWhere=/var/www\n");
  file("apache2.service",
       "[Unit]\nDescription=Web\nRequiresMountsFor=/var/www/html\n[Service]\nExecStart=/bin/apache\n");
  ends_with("/bin/mount", {ExitStatus::Kind::exited, 32});
  start("apache2.service");
  run_for(1s);
  EXPECT_EQ(sentence("apache2.service"),
            "apache2.service was not started because var-www.mount failed: /bin/mount /dev/nope /var/www exited with "
            "code 32");
  EXPECT_THAT(chain("apache2.service"),
              ElementsAre("apache2.service dependency apache2.service:3", "var-www.mount exited var-www.mount:4"));
  EXPECT_EQ(why("apache2.service").next_step, "svcctl logs var-www.mount");
  EXPECT_EQ(why("apache2.service").log_unit, "var-www.mount");
}

TEST_F(CauseTest, ALoopThatCannotBeBrokenIsShownWhole) {
  file("a.service", "[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nRequires=a.service\nAfter=a.service\n[Service]\nExecStart=/bin/b\n");
  EXPECT_FALSE(submit("a.service", JobType::start));
  EXPECT_EQ(sentence("a.service"),
            "a.service cannot be started because the order is a loop: a.service before b.service before a.service");
}

TEST_F(CauseTest, AJobThatIsDroppedToBreakALoopLeavesItsReason) {
  file("a.service", "[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nWants=c.service\nAfter=c.service\n[Service]\nExecStart=/bin/b\n");
  file("c.service", "[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/c\n");
  start("a.service");
  EXPECT_THAT(sentence("c.service"), StartsWith("c.service was not started because its job was dropped to break a loop "
                                                "in the order: "));
}

TEST_F(CauseTest, AMaskedDependencyKeepsAStartFromBeingQueued) {
  file("a.service", "[Unit]\nDescription=A\nRequires=b.service\n[Service]\nExecStart=/bin/a\n");
  kernel.memory.link("/etc/systemd/system/b.service", "/dev/null");
  EXPECT_FALSE(submit("a.service", JobType::start));
  EXPECT_EQ(sentence("a.service"), "a.service cannot be started because b.service is masked");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service refused a.service:3", "b.service not-loaded :0"));
  EXPECT_EQ(why("a.service").next_step, "svcctl unmask b.service");
}

TEST_F(CauseTest, AFailingExecStartPreIsTheOneOfItsLine) {
  file("a.service", "[Service]\nExecStartPre=/bin/good\nExecStartPre=/bin/bad --now\nExecStart=/bin/a\n");
  ends_with("/bin/good", {});
  ends_with("/bin/bad", {ExitStatus::Kind::exited, 3});
  start("a.service");
  run_for(1s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: ExecStartPre=/bin/bad --now exited with code 3");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exited a.service:3"));
  EXPECT_EQ(why("a.service").chain[0].cause.step, "start-pre");
  EXPECT_EQ(why("a.service").chain[0].cause.result, JobResult::failed);
}

TEST_F(CauseTest, TheStartLimitRestsOnWhatMadeTheServiceFail) {
  file("a.service",
       "[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=1min\n[Service]\nExecStart=/bin/a\nRestart=always\n"
       "RestartSec=0\n");
  ends_with("/bin/a", {ExitStatus::Kind::exited, 1}, 10ms);
  start("a.service");
  run_for(10s);
  EXPECT_EQ(sentence("a.service"),
            "a.service is not started again because it was started 3 times within 1min; ExecStart=/bin/a exited with "
            "code 1");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service start-limit a.service:2", "a.service exited a.service:5"));
  for (int i = 0; i < 5; ++i) (void)submit("a.service", JobType::start);  // the reason stays, however often one tries
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service start-limit a.service:2", "a.service exited a.service:5"));
  EXPECT_EQ(why("a.service").next_step, "svcctl logs a.service, then svcctl reset-failed a.service");
}

TEST_F(CauseTest, AConditionThatIsNotMetIsNamed) {
  file("a.service", "[Unit]\nConditionPathExists=/there\nConditionPathExists=/nope\n[Service]\nExecStart=/bin/a\n");
  kernel.paths_that_exist = {"/there"};
  start("a.service");
  EXPECT_EQ(sentence("a.service"), "a.service was not started because ConditionPathExists=/nope is not met");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service condition a.service:3"));
}

TEST_F(CauseTest, WhoeverFailedCanSayWhyAlsoWhileTheNextJobWaitsForItsTurn) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  ends_with("/bin/a", {ExitStatus::Kind::exited, 1}, 10ms);
  start("a.service");
  run_for(1s);
  ASSERT_TRUE(manager->submit({*UnitName::parse("a.service"), JobType::start, JobMode::replace, false, 0}));
  ASSERT_TRUE(manager->has_work());  // the job is there, and waits for nobody
  EXPECT_EQ(manager->explain(id("a.service")).sentence, "a.service failed: ExecStart=/bin/a exited with code 1");
}

// As systemd 252: what came of the last run makes it failed when its folders are removed.
TEST_F(CauseTest, WhoFailsByBeingCleanedSaysWhatItsLastRunCameTo) {
  file("a.service", "[Service]\nExecStart=/bin/a\nStateDirectory=a\nRestart=always\nRestartSec=1min\n");
  ends_with("/bin/a", {ExitStatus::Kind::killed, SIGSEGV}, 10ms);
  program("(clean)").runs_for = 10ms;
  start("a.service");
  (void)manager->ref(id("a.service"), 1);
  run_for(1s);
  stop("a.service");
  EXPECT_EQ(sub_state("a.service"), "dead");
  EXPECT_EQ(sentence("a.service"), "a.service was stopped because somebody asked for it");
  ASSERT_TRUE(manager->clean(id("a.service"), kind_of(ExecSection::Directory::state)));
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "failed");
  EXPECT_EQ(sentence("a.service"), "a.service failed: ExecStart=/bin/a was killed by SIGSEGV");
}

TEST_F(CauseTest, ATimeoutNamesItsLimit) {
  file("a.service", "[Service]\nType=notify\nExecStart=/bin/a\nTimeoutStartSec=2s\n");
  start("a.service");
  run_for(10s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: it was not up within 2s (TimeoutStartSec=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service timeout a.service:4"));
}

TEST_F(CauseTest, AnOomKillIsTheCauseAlsoIfItsHintComesLast) {
  file("a.service", "[Service]\nExecStart=/bin/a\nMemoryMax=64M\n");
  ends_with("/bin/a", {ExitStatus::Kind::killed, SIGKILL}, 1s);
  start("a.service");
  run_for(1s);
  manager->handle(OomKilled{id("a.service")});
  run_for(1s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: the kernel killed it for want of memory (MemoryMax=64M)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service oom a.service:3"));
}

TEST_F(CauseTest, AMissingUserIsNamed) {
  file("a.service", "[Service]\nUser=nobody-here\nExecStart=/bin/a\n");
  start("a.service");
  const auto [pid, process] = *kernel.running.begin();
  manager->handle(ExecFailed{id("a.service"), process.token, 217, "USER", "User", ESRCH,
                             "Failed to determine user credentials", "/bin/a"});
  kernel.end(pid, {ExitStatus::Kind::exited, 217});
  run_for(1s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: there is no user \"nobody-here\"");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exec a.service:2"));
}

TEST_F(CauseTest, APortInUseIsForTheProgramToTell) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  ends_with("/bin/a", {ExitStatus::Kind::exited, 98}, 10ms);
  start("a.service");
  run_for(1s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: ExecStart=/bin/a exited with code 98");
  EXPECT_EQ(why("a.service").log_unit, "a.service");
}

// ---- what is no failure

TEST_F(CauseTest, AStopKnowsWhatAskedForIt) {
  file("db.service", "[Service]\nExecStart=/bin/db\n");
  file("web.service", "[Unit]\nRequires=db.service\nAfter=db.service\n[Service]\nExecStart=/bin/web\n");
  file("bound.service", "[Unit]\nBindsTo=db.service\nAfter=db.service\n[Service]\nExecStart=/bin/bound\n");
  start("web.service");
  start("bound.service");
  stop("db.service");
  run_for(1s);
  EXPECT_EQ(sentence("db.service"), "db.service was stopped because somebody asked for it");
  EXPECT_EQ(sentence("web.service"), "web.service was stopped because db.service, which it requires, was stopped");
  EXPECT_FALSE(why("web.service").is_failure);
  ends_with("/bin/db", {ExitStatus::Kind::exited, 7}, 1s);
  start("bound.service");
  run_for(5s);
  EXPECT_EQ(sentence("bound.service"),
            "bound.service was stopped because db.service failed: ExecStart=/bin/db exited with code 7");
}

TEST_F(CauseTest, WhatIsUpOrWasNeverAskedForHasNothingToExplain) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  EXPECT_EQ(sentence("a.service"), "a.service was not started because nothing has asked for it, as far as is known");
  start("a.service");
  EXPECT_THAT(why("a.service").chain, IsEmpty());
  EXPECT_EQ(manager->causes().size(), 0u);
}

TEST_F(CauseTest, AJobThatWaitsNamesWhatItWaitsFor) {
  file("slow.service", "[Service]\nType=oneshot\nExecStart=/bin/slow\n");
  file("a.service", "[Unit]\nRequires=slow.service\nAfter=slow.service\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  EXPECT_EQ(sentence("a.service"), "a.service is waiting: slow.service, which it comes after, comes first");
}

// ---- chains

TEST_F(CauseTest, AChainIsBoundedAndKeepsItsEnd) {
  file("u0.service", "[Service]\nType=oneshot\nExecStart=/bin/bad\n");
  for (int i = 1; i < 100; ++i)
    file(fmt::format("u{}.service", i),
         fmt::format("[Unit]\nRequires=u{0}.service\nAfter=u{0}.service\n[Service]\nType=oneshot\nExecStart=/bin/u\n",
                     i - 1));
  ends_with("/bin/bad", {ExitStatus::Kind::exited, 1});
  start("u99.service");
  run_for(1s);
  const Explanation made = why("u99.service");
  EXPECT_EQ(made.sentence,
            "u99.service was not started because u0.service failed: ExecStart=/bin/bad exited with code 1");
  EXPECT_LE(made.chain.size(), size_t{cause_chain_max} + 1);
  uint32_t left_out = 0;
  for (const CauseLink& link : made.chain) left_out += link.cause.left_out;
  EXPECT_EQ(made.chain.size() + left_out, 100u);
}

TEST_F(CauseTest, WhatOthersRestOnStaysAsItWas) {
  file("db.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/db\n");
  file("web.service", "[Unit]\nRequires=db.service\nAfter=db.service\n[Service]\nExecStart=/bin/web\n");
  ends_with("/bin/db", {ExitStatus::Kind::exited, 7});
  start("web.service");
  run_for(1s);
  ends_with("/bin/db", {});
  start("db.service");
  run_for(1s);
  EXPECT_EQ(sentence("web.service"),
            "web.service was not started because db.service failed: ExecStart=/bin/db exited with code 7");
}

TEST_F(CauseTest, ResetFailedForgets) {
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  ends_with("/bin/a", {ExitStatus::Kind::exited, 1});
  start("a.service");
  run_for(1s);
  EXPECT_EQ(manager->causes().size(), 1u);
  ASSERT_TRUE(manager->reset_failed(id("a.service")));
  run_for(1s);
  EXPECT_EQ(manager->causes().size(), 0u);
}

TEST_F(CauseTest, TheNextManagerKnowsTheCauses) {
  file("db.service", "[Unit]\nStartLimitBurst=1\n[Service]\nExecStart=/bin/db\nRestart=on-failure\nRestartSec=0\n");
  file("web.service", "[Unit]\nBindsTo=db.service\nAfter=db.service\n[Service]\nExecStart=/bin/web\n");
  ends_with("/bin/db", {ExitStatus::Kind::exited, 7}, 1s);
  start("web.service");
  run_for(5s);
  const std::string web = sentence("web.service"), db = sentence("db.service");
  EXPECT_THAT(db, StartsWith("db.service is not started again"));
  manager.reset();
  make_manager();
  ASSERT_TRUE(manager->restore());
  settle();
  EXPECT_EQ(sentence("db.service"), db);
  EXPECT_EQ(why("web.service").chain.size(), 1u) << sentence("web.service");
}

// ---- what a request would do

class DryRunTest : public CauseTest {
 protected:
  DryRun plan_of(const std::string& name, JobType type, JobMode mode = JobMode::replace) {
    const JobRequest request{*UnitName::parse(name), type, mode, false, 0};
    auto runs = manager->dry_run({request});
    for (; !runs && runs.error().code == ErrorCode::still_loading; runs = manager->dry_run({request}))
      manager->settle();
    EXPECT_TRUE(runs) << runs.error().message;
    return runs ? runs->front() : DryRun{};
  }
  /// "wave unit/job because".
  static std::vector<std::string> steps(const DryRun& run) {
    std::vector<std::string> lines;
    for (const DryRun::Step& step : run.steps)
      lines.push_back(fmt::format("{} {}/{} {}", step.wave, step.unit, to_string(step.type),
                                  step.by.empty() ? "asked" : fmt::format("{} {}", step.by, to_string(step.through))));
    return lines;
  }
};

TEST_F(DryRunTest, APlanHasWavesAndReasonsAndChangesNothing) {
  file("db.service", "[Service]\nExecStart=/bin/db\n");
  file("cache.service", "[Service]\nExecStart=/bin/cache\n");
  file("old.service", "[Service]\nExecStart=/bin/old\n");
  file("web.service",
       "[Unit]\nRequires=db.service\nWants=cache.service\nAfter=db.service cache.service old.service\n"
       "Conflicts=old.service\n[Service]\nExecStart=/bin/web\n");
  start("old.service");
  EXPECT_THAT(steps(plan_of("web.service", JobType::start)),
              ElementsAre("0 db.service/start web.service Requires", "0 cache.service/start web.service Wants",
                          "0 old.service/stop web.service Conflicts", "1 web.service/start asked"));
  EXPECT_THAT(manager->jobs(), IsEmpty());
  EXPECT_EQ(sub_state("old.service"), "running");
}

TEST_F(DryRunTest, ALoopIsShownWithTheJobThatGoes) {
  file("a.service", "[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nWants=c.service\nAfter=c.service\n[Service]\nExecStart=/bin/b\n");
  file("c.service", "[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/c\n");
  const DryRun run = plan_of("a.service", JobType::start);
  ASSERT_EQ(run.loops.size(), 1u);
  EXPECT_THAT(run.loops[0].units, testing::UnorderedElementsAre("a.service", "b.service", "c.service"));
  EXPECT_EQ(run.loops[0].deleted, "c.service");
  EXPECT_EQ(manager->causes().size(), 0u);
}

TEST_F(DryRunTest, ARefusalIsExplained) {
  file("a.service", "[Unit]\nRequires=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Unit]\nRequires=gone.service\n[Service]\nExecStart=/bin/b\n");
  const DryRun run = plan_of("a.service", JobType::start);
  ASSERT_TRUE(run.refused);
  EXPECT_EQ(run.refusal.sentence, "a.service cannot be started because gone.service does not exist");
  EXPECT_EQ(run.refusal.chain.size(), 3u);
}

TEST_F(DryRunTest, LaterRequestsSeeTheJobsOfEarlierOnes) {
  file("a.service", "[Unit]\nConflicts=b.service\n[Service]\nExecStart=/bin/a\n");
  file("b.service", "[Service]\nExecStart=/bin/b\n");
  start("b.service");
  ASSERT_TRUE(manager->load("a.service"));
  settle();
  const auto runs = manager->dry_run({{*UnitName::parse("a.service"), JobType::start, JobMode::replace, false, 0},
                                      {*UnitName::parse("b.service"), JobType::start, JobMode::fail, false, 0}});
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->size(), 2u);
  EXPECT_FALSE((*runs)[0].refused);
  ASSERT_TRUE((*runs)[1].refused);
  EXPECT_EQ((*runs)[1].refused->code, ErrorCode::transaction_is_destructive);
}

}  // namespace svcd
