// Sockets and mounts as systemd.socket(5) and systemd.mount(5) describe them.
#include "unit/engine/engine_test.h"

namespace svcd {

using testing::Contains;
using testing::ElementsAre;

using SocketTest = EngineTest;

TEST_F(SocketTest, StartsItsServiceWhenSomebodyComes) {
  file("s.socket", "[Unit]\nDescription=S\n[Socket]\nListenStream=/run/s.sock\n");
  file("s.service", "[Service]\nExecStart=/bin/s\n");
  start("s.socket");
  run_for(1s);
  EXPECT_EQ(history["s.socket"], (History{"start-chown", "listening"}));
  EXPECT_THAT(log, Contains("Listening on s.socket - S."));
  manager->handle(SocketReady{id("s.socket")});
  run_for(1s);
  EXPECT_EQ(sub_state("s.socket"), "running");
  EXPECT_EQ(sub_state("s.service"), "running");
  ASSERT_EQ(kernel.spawned.size(), 1u);
  EXPECT_THAT(kernel.spawned[0].sockets, ElementsAre(id("s.socket")));
  stop("s.service");
  run_for(1s);
  EXPECT_EQ(sub_state("s.socket"), "listening");
  EXPECT_TRUE(kernel.listening.contains(id("s.socket")));
}

TEST_F(SocketTest, ThatCannotBeOpenedFailsWithResources) {
  kernel.sockets_fail = true;
  file("s.socket", "[Unit]\nDescription=S\n[Socket]\nListenStream=80\n");
  file("s.service", "[Service]\nExecStart=/bin/s\n");
  start("s.socket");
  run_for(1s);
  EXPECT_EQ(sub_state("s.socket"), "failed");
  EXPECT_THAT(log, Contains("Failed to listen on s.socket - S."));
  EXPECT_THAT(log, Contains("s.socket: Failed with result 'resources'."));
}

TEST_F(SocketTest, GivesUpWhenItsServiceKeepsFailing) {
  file("s.socket", "[Socket]\nListenStream=/run/s.sock\n");
  file("s.service", "[Unit]\nStartLimitBurst=3\n[Service]\nExecStart=/bin/s\n");
  program("/bin/s") = {.runs_for = 0s, .status = {ExitStatus::Kind::exited, 1}};
  start("s.socket");
  run_for(1ms);
  for (int i = 0; i < 6; ++i) {  // the connection stays, nobody takes it
    manager->handle(SocketReady{id("s.socket")});
    run_for(1ms);
  }
  EXPECT_EQ(sub_state("s.socket"), "failed");
  EXPECT_EQ(manager->socket(id("s.socket"))->result, UnitResult::service_start_limit_hit);
}

TEST_F(SocketTest, ListensWhileItsServiceWaitsForARestart) {
  file("s.socket", "[Socket]\nListenStream=/run/s.sock\n");
  file("s.service", "[Service]\nExecStart=/bin/s\nRestart=always\nRestartSec=5s\n");
  start("s.socket");
  run_for(1ms);
  manager->handle(SocketReady{id("s.socket")});
  run_for(1ms);
  history.clear();
  kernel.end(service("s.service").main_pid, {});
  run_for(1s);
  EXPECT_EQ(sub_state("s.service"), "auto-restart");
  EXPECT_EQ(sub_state("s.socket"), "listening");
  manager->handle(SocketReady{id("s.socket")});  // somebody still waits: no start before its time
  run_for(1s);
  EXPECT_EQ(sub_state("s.service"), "auto-restart");
  EXPECT_EQ(sub_state("s.socket"), "running");
}

TEST_F(SocketTest, HasATriggerLimit) {
  file("s.socket", "[Socket]\nListenStream=/run/s.sock\nTriggerLimitBurst=3\nTriggerLimitIntervalSec=20s\n");
  file("s.service", "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/true\n");
  program("/bin/true").runs_for = 0s;
  start("s.socket");
  run_for(1ms);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(sub_state("s.socket"), "listening") << i;
    manager->handle(SocketReady{id("s.socket")});
    run_for(1s);
  }
  EXPECT_EQ(sub_state("s.socket"), "failed");
  EXPECT_EQ(manager->socket(id("s.socket"))->result, UnitResult::trigger_limit_hit);
  EXPECT_THAT(log, Contains("s.socket: Trigger limit hit, refusing further activation."));
}

using MountTest = EngineTest;

TEST_F(MountTest, WhatTheKernelShowsIsUp) {
  manager->handle(MountTableChanged{{{"overlay", "/", "overlay", "rw"}, {"tmpfs", "/mnt/data", "tmpfs", "rw"}}});
  settle();
  EXPECT_EQ(sub_state("mnt-data.mount"), "mounted");
  EXPECT_EQ(manager->loaded(id("-.mount")).config.unit().description, "Root Mount");
  EXPECT_EQ(manager->loaded(id("mnt-data.mount")).config.unit().description, "/mnt/data");
  manager->handle(MountTableChanged{{{"overlay", "/", "overlay", "rw"}}});
  settle();
  EXPECT_EQ(history["mnt-data.mount"], (History{"mounted", "dead"}));
}

TEST_F(MountTest, UnitIsMountedWhenTheTableSaysSo) {
  file("mnt.mount", "[Mount]\nWhat=tmpfs\nWhere=/mnt\nType=tmpfs\nOptions=size=1M\n[Unit]\nDefaultDependencies=no\n");
  program("/bin/mount").runs_for = 10ms;
  start("mnt.mount");
  ASSERT_EQ(kernel.spawned.size(), 1u);
  EXPECT_THAT(kernel.spawned[0].command.argv,
              ElementsAre("/bin/mount", "tmpfs", "/mnt", "-t", "tmpfs", "-o", "size=1M"));
  manager->handle(MountTableChanged{{{"tmpfs", "/mnt", "tmpfs", "rw"}}});
  run_for(1s);
  EXPECT_EQ(history["mnt.mount"], (History{"mounting", "mounting-done", "mounted"}));
}

TEST_F(MountTest, WhatIsMountedWhileItIsCleanedIsUpAfterwards) {
  file("mnt.mount", "[Mount]\nWhat=tmpfs\nWhere=/mnt\nStateDirectory=mnt\n[Unit]\nDefaultDependencies=no\n");
  program("(clean)").runs_for = 10ms;
  const auto mount = manager->load("mnt.mount");
  (void)manager->ref(*mount, 1);
  settle();
  ASSERT_TRUE(manager->clean(*mount, kind_of(ExecSection::Directory::state)));
  manager->handle(MountTableChanged{{{"tmpfs", "/mnt", "tmpfs", "rw"}}});
  run_for(1s);
  EXPECT_EQ(history["mnt.mount"], (History{"cleaning", "mounted"}));
}

TEST_F(MountTest, ItsCommandsAreShownWithTheirLastRun) {
  using Task = RanCommand::Task;
  file("mnt.mount", "[Mount]\nWhat=tmpfs\nWhere=/mnt\nType=tmpfs\nOptions=size=1M\n[Unit]\nDefaultDependencies=no\n");
  for (const char* path : {"/bin/mount", "/bin/umount"}) program(path).runs_for = 10ms;
  const auto commands = [&]() -> const std::vector<RanCommand>& { return manager->mount(id("mnt.mount"))->commands; };
  start("mnt.mount");
  ASSERT_TRUE(manager->ref(id("mnt.mount"), 7));  // it stays in memory
  manager->handle(MountTableChanged{{{"tmpfs", "/mnt", "tmpfs", "rw"}}});
  run_for(1s);
  ASSERT_EQ(commands().size(), 1U);
  EXPECT_EQ(commands()[0].task, Task::mount);
  EXPECT_TRUE(commands()[0].run.exit.happened());
  EXPECT_TRUE(submit("mnt.mount", JobType::reload));
  run_for(1s);
  ASSERT_EQ(commands().size(), 2U);
  EXPECT_THAT(commands()[1].command.argv,
              ElementsAre("/bin/mount", "tmpfs", "/mnt", "-o", "remount,size=1M", "-t", "tmpfs"));
  stop("mnt.mount");
  manager->handle(MountTableChanged{{}});
  run_for(1s);
  ASSERT_EQ(commands().size(), 3U);
  EXPECT_EQ(commands()[2].task, Task::unmount);
  start("mnt.mount");
  EXPECT_EQ(commands().back().task, Task::mount);
  EXPECT_EQ(commands().front().run.pid, 0) << "runs of the time before are forgotten";
}

TEST_F(MountTest, MountThatFailsSaysHow) {
  file("srv.mount", "[Unit]\nDescription=Bad\nDefaultDependencies=no\n[Mount]\nWhat=/dev/none\nWhere=/srv\n");
  program("/bin/mount") = {.runs_for = 10ms, .status = {ExitStatus::Kind::exited, 32}};
  start("srv.mount");
  run_for(1s);
  EXPECT_THAT(log,
              ElementsAre("Mounting srv.mount - Bad...", "srv.mount: Mount process exited, code=exited, status=32/n/a",
                          "srv.mount: Failed with result 'exit-code'.", "Failed to mount srv.mount - Bad."));
}

}  // namespace svcd
