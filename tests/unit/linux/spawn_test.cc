// What a process finds that needs no helper: Spawner and plain plans.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "unit/linux/spawn_fixture.h"

namespace svcd {
namespace {

using SpawnTest = SpawnFixture;

TEST_F(SpawnTest, RunsTheProgramAndTellsItsExitStatus) {
  EXPECT_EQ(run("echo hello; exit 3"), 3);
  EXPECT_EQ(output(), "hello\n");
  EXPECT_FALSE(failed);
}

TEST_F(SpawnTest, EachServiceHasASessionOfItsOwn) {
  run("cut -d' ' -f6 /proc/$$/stat");
  EXPECT_EQ(output(), std::to_string(pid) + "\n");
}

TEST_F(SpawnTest, ServicesStartWithNoSignalBlockedAndSigpipeIgnored) {
  sigset_t all, old;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &old);
  run("grep -e SigBlk -e SigIgn /proc/self/status");
  ::sigprocmask(SIG_SETMASK, &old, nullptr);
  EXPECT_EQ(output(), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000001000\n");
}

TEST_F(SpawnTest, ServicesGetOnlyTheDescriptorsThatArePassed) {
  const UniqueFd leaked(::open("/dev/zero", O_RDONLY));  // not close-on-exec
  const UniqueFd first(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)), second(::open("/etc/group", O_RDONLY | O_CLOEXEC));
  const PassedFd fds[] = {{second.get(), "groups"}, {first.get(), "users"}};
  run("readlink /proc/$$/fd/3 /proc/$$/fd/4; find /proc/$$/fd -mindepth 1 -printf x; echo; echo $LISTEN_FDS "
      "$LISTEN_FDNAMES; "
      "test $LISTEN_PID = $$ && echo mine",
      fds);
  EXPECT_EQ(output(), "/etc/group\n/etc/passwd\nxxxxx\n2 groups:users\nmine\n");
}

TEST_F(SpawnTest, PassedDescriptorsMayLieWhereOthersHaveToGo) {
  const UniqueFd a(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)), b(::open("/etc/group", O_RDONLY | O_CLOEXEC));
  const UniqueFd group(::dup2(b.get(), 30)), passwd(::dup2(a.get(), 31));
  std::vector<PassedFd> fds;
  for (int i = 0; i < 30; ++i) fds.push_back({i % 2 == 0 ? passwd.get() : group.get(), "x"});
  fds.push_back({group.get(), "last"});
  run("for i in 3 4 30 31 33; do readlink /proc/$$/fd/$i; done", fds);
  EXPECT_EQ(output(), "/etc/passwd\n/etc/group\n/etc/group\n/etc/passwd\n/etc/group\n");
}

TEST_F(SpawnTest, TheEnvironmentHasTheProcessAndTheInvocation) {
  request.invocation[0] = 0xab;
  request.watchdog = std::chrono::seconds(5);
  request.notify_socket = true;
  exec().environment = {"A=1", "B=two words"};
  run("test $SYSTEMD_EXEC_PID = $$ && test $WATCHDOG_PID = $$ && echo same; echo $INVOCATION_ID; echo $WATCHDOG_USEC; "
      "echo $NOTIFY_SOCKET; echo $A $B");
  EXPECT_EQ(output(), "same\nab000000000000000000000000000000\n5000000\n/run/systemd/notify\n1 two words\n");
}

TEST_F(SpawnTest, LimitsUmaskAndWorkingDirectoryAreSet) {
  exec().umask = 0077;
  exec().working_directory = folder;
  exec().limits.set(RLIMIT_NOFILE, ResourceLimit{77, 88});
  exec().oom_score_adjust = 321;
  exec().nice = 7;
  run("umask; pwd; ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj; cut -d' ' -f19 /proc/self/stat");
  EXPECT_EQ(output(), "0077\n" + folder + "\n77\n88\n321\n7\n");
}

TEST_F(SpawnTest, SchedulingIsSet) {
  SandboxSection& sandbox = request.config.change<SandboxSection>();
  sandbox.cpu_scheduling_set = true;
  sandbox.cpu_scheduling_policy = SCHED_BATCH;
  sandbox.cpu_affinity = {1};
  sandbox.io_scheduling_class = 3;
  sandbox.timer_slack_nsec = 12345;
  run("chrt -p $$ | head -1 | sed 's/.*: //'; grep Cpus_allowed_list /proc/self/status; ionice -p $$; cat "
      "/proc/$$/timerslack_ns");
  EXPECT_EQ(output(), "SCHED_BATCH\nCpus_allowed_list:\t0\nidle\n12345\n");
}

TEST_F(SpawnTest, AMissingProgramFailsAtStepExecWithExitCode203) {
  EXPECT_EQ(run_command({"/nonexistent/prog", {"prog"}, false, false, {}}), 203);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "EXEC");
  EXPECT_EQ(failed->error_number, ENOENT);
  EXPECT_EQ(failed->exit_code, 203);
  EXPECT_EQ(failed->token, 7u);
  EXPECT_EQ(failed->message, "Failed to locate executable /nonexistent/prog");
}

TEST_F(SpawnTest, AMissingProgramWithADashIsSkipped) {
  EXPECT_EQ(run_command({"/nonexistent/prog", {"prog"}, true, false, {}}), 0);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->exit_code, 0);
  EXPECT_EQ(failed->message, "Executable /nonexistent/prog missing, skipping");
}

TEST_F(SpawnTest, AMissingWorkingDirectoryFailsAtStepChdir) {
  exec().working_directory = "/nonexistent";
  EXPECT_EQ(run("true"), 200);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "CHDIR");
  EXPECT_EQ(failed->setting, "WorkingDirectory");
  EXPECT_EQ(failed->message, "Changing to the requested working directory failed");
}

TEST_F(SpawnTest, AnOutputThatCannotBeOpenedFailsAtStepStdout) {
  exec().standard_output_path = "/nonexistent/x";
  EXPECT_EQ(run("true"), 209);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "STDOUT");
  EXPECT_EQ(failed->setting, "StandardOutput");
  EXPECT_EQ(failed->message, "Failed to set up standard output");
}

TEST_F(SpawnTest, AProgramWithoutSlashIsLookedForInTheUsualFolders) {
  EXPECT_EQ(run_command({"cat", {"cat", "/etc/passwd"}, false, false, {}}), 0);
  EXPECT_EQ(output(), content_of("/etc/passwd"));
}

TEST_F(SpawnTest, TypeExecIsToldWhenTheProgramRuns) {
  request.report_exec = true;
  request.command = {"/bin/sh", {"sh", "-c", "read x"}, false, true, {}};
  exec().standard_input = ExecSection::Input::socket;
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd near(ends[1]), far(ends[0]);
  const PassedFd fds[] = {{far.get(), "in"}};
  auto spawned = spawner.spawn(request, fds);
  ASSERT_TRUE(spawned);
  pollfd event{spawned->exec_done.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&event, 1, 10000), 1);  // while the program is running: it waits for a line
  EXPECT_FALSE(spawner.has_failed(spawned->report));
  EXPECT_EQ(::waitpid(spawned->pid, nullptr, WNOHANG), 0);
  EXPECT_EQ(::write(near.get(), "\n", 1), 1);
  EXPECT_EQ(::waitpid(spawned->pid, nullptr, 0), spawned->pid);
}

TEST_F(SpawnTest, ReportsOfAChildDoNotReachTheNextOne) {
  run_command({"/nonexistent/prog", {"prog"}, false, false, {}});
  EXPECT_TRUE(failed);
  run("true");
  EXPECT_FALSE(failed);
}

}  // namespace
}  // namespace svcd
