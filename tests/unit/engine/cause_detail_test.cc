// Causes that only one directive can be blamed for: the sentence names it and its value, the chain its line.
#include "daemon/engine/service_phases.h"
#include "unit/engine/cause_fixture.h"

namespace svcd {

using testing::ElementsAre;

class CauseDetailTest : public CauseTest {
 protected:
  /// The child of a.service cannot do a step of its plan.
  void child_fails(int exit_code, const char* step, const char* setting, int error, const std::string& what) {
    start("a.service");
    ASSERT_FALSE(kernel.running.empty());
    const auto [pid, process] = *kernel.running.begin();
    ExecFailed failed{id("a.service"), process.token, exit_code, step, setting, error, "Failed to do it", "/bin/a"};
    failed.what = what;
    manager->handle(failed);
    kernel.end(pid, {ExitStatus::Kind::exited, exit_code});
    run_for(1s);
  }
};

TEST_F(CauseDetailTest, AMissingPathOfASandboxNamesTheDirectiveThatHasIt) {
  file("a.service",
       "[Service]\nReadOnlyPaths=/usr\nReadWritePaths=/var/lib/x -/there\nReadWritePaths=/nodir\nProtectSystem=yes\n"
       "ExecStart=/bin/a\n");
  child_fails(226, "NAMESPACE", "ProtectSystem", ENOENT, "/nodir");
  EXPECT_EQ(sentence("a.service"),
            "a.service failed: /nodir: No such file or directory, at step NAMESPACE (ReadWritePaths=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exec a.service:4"));
}

TEST_F(CauseDetailTest, ABindMountIsFoundByItsSource) {
  file("a.service", "[Service]\nBindReadOnlyPaths=/usr\nBindPaths=/there:/x /no1:/no2\nExecStart=/bin/a\n");
  child_fails(226, "NAMESPACE", "BindPaths", ENOENT, "/no1");
  EXPECT_EQ(sentence("a.service"), "a.service failed: /no1: No such file or directory, at step NAMESPACE (BindPaths=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exec a.service:3"));
}

TEST_F(CauseDetailTest, ASupplementaryGroupThatIsNotThereIsNamed) {
  file("a.service", "[Service]\nGroup=good\nSupplementaryGroups=good bad\nExecStart=/bin/a\n");
  child_fails(216, "GROUP", "Group", ESRCH, "bad");
  EXPECT_EQ(sentence("a.service"), "a.service failed: there is no group \"bad\"");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exec a.service:3"));
}

TEST_F(CauseDetailTest, AWorkingDirectoryThatIsNotThereIsNamed) {
  file("a.service", "[Service]\nWorkingDirectory=/nodir\nExecStart=/bin/a\n");
  child_fails(200, "CHDIR", "WorkingDirectory", ENOENT, "/nodir");
  EXPECT_EQ(sentence("a.service"),
            "a.service failed: /nodir: No such file or directory, at step CHDIR (WorkingDirectory=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service exec a.service:2"));
}

TEST_F(CauseDetailTest, AnEnvironmentFileThatIsNotThereIsNamed) {
  file("a.service", "[Service]\nType=oneshot\nEnvironmentFile=-/may/be\nEnvironmentFile=/nofile\nExecStart=/bin/a\n");
  start("a.service");
  ASSERT_FALSE(kernel.running.empty());
  const auto [pid, process] = *kernel.running.begin();
  manager->handle(SpawnFailed{id("a.service"),
                              process.token,
                              {ErrorCode::failed, "No such file or directory", ENOENT},
                              0,
                              "EnvironmentFile",
                              "/nofile"});
  run_for(1s);
  EXPECT_EQ(sentence("a.service"), "a.service failed: /nofile: No such file or directory (EnvironmentFile=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service spawn a.service:4"));
  const ServiceStatus& service = *manager->registry().find("a.service")->service_status();
  EXPECT_FALSE(service.main.start.happened()) << "nothing ran";
  EXPECT_FALSE(service.runs[size_t(CommandList::start)][0].start.happened());
}

TEST_F(CauseDetailTest, ASettingThatNothingRunsWithoutIsNamed) {
  const auto is_refused = [&](const std::string& name) {
    start(name);
    ASSERT_FALSE(kernel.running.empty());
    const SpawnToken token = kernel.running.begin()->second.token;
    kernel.running.clear();
    manager->handle(SpawnFailed{
        id(name), token, {ErrorCode::not_supported, "RootDirectory= is not supported yet.", 0}, 0, "RootDirectory"});
    run_for(1s);
  };
  file("a.service", "[Service]\nExecStart=/bin/a\nRootDirectory=/r\n");
  file("b.socket", "[Socket]\nListenStream=/run/b\nExecStartPre=/bin/b\nRootDirectory=/r\nService=a.service\n");
  file("srv.mount", "[Mount]\nWhat=/dev/a\nWhere=/srv\nRootDirectory=/r\n[Unit]\nDefaultDependencies=no\n");
  is_refused("a.service");
  EXPECT_EQ(sentence("a.service"), "a.service failed: RootDirectory= is not supported yet");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service spawn a.service:3"));
  is_refused("b.socket");
  EXPECT_THAT(chain("b.socket"), ElementsAre("b.socket spawn b.socket:4"));
  is_refused("srv.mount");
  EXPECT_THAT(chain("srv.mount"), ElementsAre("srv.mount spawn srv.mount:4"));
}

TEST_F(CauseDetailTest, APidFileThatIsRefusedSaysWhy) {
  file("a.service", "[Service]\nType=forking\nPIDFile=/run/a.pid\nTimeoutStartSec=2s\nExecStart=/bin/a\n");
  program("/bin/a") = {.runs_for = 10ms, .children = {"/bin/child"}};
  kernel.pid_files["/run/a.pid"] = 1;
  start("a.service");
  run_for(5s);
  EXPECT_EQ(sentence("a.service"),
            "a.service failed: it was not up within 2s (TimeoutStartSec=); /run/a.pid names process 1, which is the "
            "manager");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service timeout a.service:4", "a.service protocol a.service:3"));
}

TEST_F(CauseDetailTest, ABusNameThatNobodyTookIsNamed) {
  file("dbus.socket", "[Socket]\nListenStream=/run/b\nService=b.service\n");
  file("b.service", "[Service]\nExecStart=/bin/b\n");
  file("a.service", "[Service]\nType=dbus\nBusName=org.example.a\nTimeoutStartSec=2s\nExecStart=/bin/a\n");
  program("/bin/a");
  start("a.service");
  run_for(5s);
  EXPECT_EQ(sentence("a.service"),
            "a.service failed: it was not up within 2s (TimeoutStartSec=); it did not take the name org.example.a on "
            "the bus");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service timeout a.service:4", "a.service protocol a.service:3"));
}

TEST_F(CauseDetailTest, AJobTimeoutNamesWhatTheJobWaitedFor) {
  file("slow.service", "[Service]\nType=oneshot\nExecStart=/bin/slow\n");
  file("a.service", "[Unit]\nWants=slow.service\nAfter=slow.service\nJobTimeoutSec=1s\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  run_for(2s);
  EXPECT_EQ(sentence("a.service"),
            "a.service was not started because slow.service, which it comes after, was still busy after 1s "
            "(JobTimeoutSec=)");
  EXPECT_THAT(chain("a.service"), ElementsAre("a.service job-timeout a.service:4"));
}

TEST_F(CauseDetailTest, ABadUnitFileHasALine) {
  file("bad.service", "[Service]\nNice=loud\n");
  EXPECT_EQ(sentence("bad.service").substr(0, 97),
            "bad.service cannot be loaded: Service has no ExecStart=, ExecStop=, or SuccessAction=; Failed to ");
  EXPECT_THAT(sentence("bad.service"), testing::EndsWith("(/etc/systemd/system/bad.service:2)"));
  file("user.service", "[Service]\nProtectSystem=maybe\nExecStart=/bin/a\n");
  EXPECT_THAT(sentence("user.service"), testing::EndsWith("(/etc/systemd/system/user.service:2)"));
  EXPECT_THAT(chain("user.service"), ElementsAre("user.service not-loaded user.service:2"));
}

TEST_F(CauseDetailTest, OfConditionsOfWhichOneWouldDoAllAreNamed) {
  file("a.service", "[Unit]\nConditionPathExists=|/x\nConditionPathExists=|!/there\n[Service]\nExecStart=/bin/a\n");
  kernel.paths_that_exist = {"/there"};
  start("a.service");
  EXPECT_EQ(sentence("a.service"),
            "a.service was not started because none of ConditionPathExists=|/x, ConditionPathExists=|!/there is met");
}

TEST_F(CauseDetailTest, ALongValueIsCutBetweenCharactersAlsoWithoutASpace) {
  std::string path;
  for (int i = 0; i < 1000; ++i) path += i % 100 == 0 ? "/" : "ä";
  file("a.service", "[Unit]\nConditionPathExists=" + path + "\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  const Explanation made = why("a.service");
  ASSERT_EQ(made.chain.size(), 1u);
  EXPECT_EQ(made.chain[0].value, path.substr(0, 511) + "…");  // 512 is within a character
}

TEST_F(CauseDetailTest, ASocketThatCannotBeOpenedNamesItsLine) {
  file("a.socket", "[Socket]\nListenStream=127.0.0.1:8000\nListenStream=127.0.0.1:80\n");
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  kernel.sockets_fail = true;
  start("a.socket");
  run_for(1s);
  EXPECT_EQ(sentence("a.socket"), "a.socket failed: 127.0.0.1:80: Address already in use (ListenStream=)");
  EXPECT_THAT(chain("a.socket"), ElementsAre("a.socket resources a.socket:3"));
}

TEST_F(CauseDetailTest, WhoMayNotBeStartedByHandIsNotToBeStartedByHand) {
  file("a.service", "[Unit]\nRefuseManualStart=yes\n[Service]\nExecStart=/bin/a\n");
  EXPECT_EQ(why("a.service").next_step, "start a unit that needs it (RefuseManualStart=)");
}

TEST_F(CauseDetailTest, OneBecauseIsEnough) {
  file("b.service", "[Unit]\nAssertPathExists=/x\n[Service]\nExecStart=/bin/b\n");
  file("a.service", "[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/a\n");
  start("a.service");
  run_for(1s);
  EXPECT_EQ(sentence("a.service"),
            "a.service was not started because b.service was not started either: AssertPathExists=/x is not met");
}

TEST_F(CauseDetailTest, WhoEndedWellAndLeftMemoryIsRemembered) {
  file("a.service", "[Service]\nType=oneshot\nExecStart=/bin/a\n");
  ends_with("/bin/a", {});
  start("a.service");
  run_for(1s);
  EXPECT_FALSE(manager->find("a.service"));
  EXPECT_EQ(sentence("a.service"), "a.service has ended: ExecStart=/bin/a exited with code 0");
}

TEST_F(CauseDetailTest, ManyThatEndedWellDoNotPushOutOneThatFailed) {
  file("bad.service", "[Unit]\nCollectMode=inactive-or-failed\n[Service]\nType=oneshot\nExecStart=/bin/bad\n");
  ends_with("/bin/bad", {ExitStatus::Kind::exited, 3});
  start("bad.service");
  run_for(1s);
  for (int i = 0; i < 300; ++i) {
    const std::string name = fmt::format("u{}.service", i);
    file(name, "[Service]\nType=oneshot\nExecStart=/bin/a\n");
    ends_with("/bin/a", {});
    start(name);
    run_for(1s);
  }
  EXPECT_EQ(sentence("bad.service"), "bad.service failed: ExecStart=/bin/bad exited with code 3");
  EXPECT_EQ(sentence("u299.service"), "u299.service has ended: ExecStart=/bin/a exited with code 0");
  EXPECT_EQ(sentence("u0.service"), "u0.service was not started because nothing has asked for it, as far as is known");
}

// ---- kills for want of memory: what OOMPolicy= makes of them, and what a v1 hierarchy tells

TEST_F(CauseDetailTest, OnV1AKillForWantOfMemoryIsOnlyTheReason) {
  file("a.service", "[Service]\nExecStart=/bin/a\nMemoryMax=64M\n");
  start("a.service");
  manager->handle(OomKilled{id("a.service"), true});
  EXPECT_EQ(sub_state("a.service"), "running");
  kernel.end(kernel.running.begin()->first, {ExitStatus::Kind::killed, SIGKILL});
  run_for(1s);
  EXPECT_EQ(service("a.service").result, UnitResult::signal);  // as 252, which does not see it there
  EXPECT_EQ(sentence("a.service"), "a.service failed: the kernel killed it for want of memory (MemoryMax=64M)");
}

TEST_F(CauseDetailTest, OomPolicyStopStopsTheServiceOfWhichAGrandchildWasKilled) {
  file("a.service", "[Service]\nExecStart=/bin/a\nOOMPolicy=stop\n");
  start("a.service");
  manager->handle(OomKilled{id("a.service")});
  run_for(1s);
  EXPECT_EQ(history["a.service"], (History{"running", "stop-sigterm", "failed"}));
  EXPECT_EQ(service("a.service").result, UnitResult::oom_kill);
}

TEST_F(CauseDetailTest, OomPolicyKillKillsWhatIsLeft) {
  file("a.service", "[Service]\nExecStart=/bin/a\nOOMPolicy=kill\n");
  start("a.service");
  manager->handle(OomKilled{id("a.service")});
  run_for(1s);
  EXPECT_EQ(history["a.service"], (History{"running", "stop-sigkill", "failed"}));
  EXPECT_EQ(service("a.service").result, UnitResult::oom_kill);
}

TEST_F(CauseDetailTest, OomPolicyContinueLeavesTheServiceAlone) {
  file("a.service", "[Service]\nExecStart=/bin/a\nOOMPolicy=continue\n");
  start("a.service");
  manager->handle(OomKilled{id("a.service")});
  run_for(1s);
  EXPECT_EQ(sub_state("a.service"), "running");
}

// ---- what systemctl clean and freeze are told

TEST_F(CauseDetailTest, SocketsAndMountsCanBeCleanedWhenTheyRest) {
  file("a.socket", "[Socket]\nListenStream=/run/a\nStateDirectory=a\n");
  file("a.service", "[Service]\nExecStart=/bin/a\n");
  file("b.socket", "[Socket]\nListenStream=/run/b\n");
  file("b.service", "[Service]\nExecStart=/bin/a\n");
  const auto socket = manager->load("a.socket"), without = manager->load("b.socket");
  (void)manager->ref(*socket, 1);
  (void)manager->ref(*without, 1);
  settle();
  EXPECT_EQ(manager->clean(*without, kind_of(ExecSection::Directory::state)).error().message,
            "No matching resources found.");
  start("a.socket");
  run_for(1s);
  EXPECT_EQ(manager->clean(*socket, kind_of(ExecSection::Directory::state)).error().message,
            "Unit is not inactive or has pending job.");
  stop("a.socket");
  run_for(1s);
  history.clear();
  ends_with("(clean)", {}, 10ms);
  EXPECT_TRUE(manager->clean(*socket, kind_of(ExecSection::Directory::state)));
  run_for(1s);
  EXPECT_EQ(history["a.socket"], (History{"cleaning", "dead"}));
}

}  // namespace svcd
