// Exits are told once, with their token, while the zombie is still there; then it is gone.
#include "daemon/linux/child_reaper.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include <csignal>

namespace svcd {
namespace {

pid_t fork_exiting(int code) {
  const pid_t pid = fork();
  if (pid == 0) _exit(code);
  return pid;
}

bool is_zombie(pid_t pid) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

bool is_gone(pid_t pid) {
  return kill(pid, 0) < 0 && errno == ESRCH;
}

class ChildReaperTest : public testing::Test {
 protected:
  ChildReaperTest() : loop(*EventLoop::open()) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, nullptr);
  }
  EventLoop loop;
  std::vector<Exited> told;
  std::vector<bool> was_zombie;
  size_t wanted = 1;
  ChildReaper reaper{loop, [this](Event&& event) {
                       const Exited& exited = std::get<Exited>(event);
                       told.push_back(exited);
                       was_zombie.push_back(is_zombie(exited.pid));
                       if (told.size() == wanted) loop.stop();
                     }};
};

TEST_F(ChildReaperTest, AnExitIsToldWithItsTokenBeforeTheChildIsReaped) {
  ASSERT_TRUE(reaper.start());
  const pid_t pid = fork_exiting(3);
  reaper.expect(pid, UnitId{7, 1}, 42);
  loop.run();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].unit, (UnitId{7, 1}));
  EXPECT_EQ(told[0].token, 42U);
  EXPECT_EQ(told[0].pid, pid);
  EXPECT_EQ(told[0].status, (ExitStatus{ExitStatus::Kind::exited, 3}));
  EXPECT_TRUE(was_zombie[0]);
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(ChildReaperTest, AStormOfExitsIsToldOnceEach) {
  ASSERT_TRUE(reaper.start());
  wanted = 300;
  std::set<pid_t> pids;
  for (size_t i = 0; i < wanted; ++i) {
    const pid_t pid = fork_exiting(0);
    reaper.expect(pid, UnitId{static_cast<uint32_t>(i), 0}, i + 1);
    pids.insert(pid);
  }
  loop.run();
  std::set<pid_t> seen;
  for (const Exited& exited : told) EXPECT_TRUE(seen.insert(exited.pid).second);
  EXPECT_EQ(seen, pids);
  for (const pid_t pid : pids) EXPECT_TRUE(is_gone(pid));
}

TEST_F(ChildReaperTest, AnOrphanIsReapedWithoutAWord) {
  ASSERT_TRUE(reaper.start());
  const pid_t orphan = fork_exiting(1), known = fork_exiting(2);
  reaper.expect(known, UnitId{1, 0}, 1);
  wanted = 2;  // more than there will be: the loop is turned by hand
  while (!is_gone(orphan) || !is_gone(known)) sd_event_run(loop.get(), UINT64_MAX);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].pid, known);
}

TEST_F(ChildReaperTest, AnAdoptedProcessIsToldWithoutToken) {
  ASSERT_TRUE(reaper.start());
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  EXPECT_TRUE(reaper.watch(UnitId{5, 0}, pid));
  EXPECT_EQ(reaper.unit_of(pid), (UnitId{5, 0}));
  kill(pid, SIGKILL);
  loop.run();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].token, 0U);
  EXPECT_EQ(told[0].status, (ExitStatus{ExitStatus::Kind::killed, SIGKILL}));
}

TEST_F(ChildReaperTest, AProcessOfOneUnitThatAnotherWatchesIsToldToBoth) {
  ASSERT_TRUE(reaper.start());
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  reaper.expect(pid, UnitId{1, 0}, 7);
  EXPECT_TRUE(reaper.watch(UnitId{2, 0}, pid));
  EXPECT_TRUE(reaper.watch(UnitId{3, 0}, pid));
  reaper.unwatch(UnitId{3, 0}, pid);
  reaper.unwatch(UnitId{1, 0}, pid);  // its own child: waited for all the same
  kill(pid, SIGKILL);
  wanted = 2;
  loop.run();
  const ExitStatus killed{ExitStatus::Kind::killed, SIGKILL};
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].unit, (UnitId{1, 0}));
  EXPECT_EQ(told[0].token, 7U);
  EXPECT_EQ(told[0].status, killed);
  EXPECT_EQ(told[1].unit, (UnitId{2, 0}));
  EXPECT_EQ(told[1].token, 0U);
  EXPECT_EQ(told[1].status, killed);
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(ChildReaperTest, AProcessThatIsNotThereCannotBeWatched) {
  const pid_t pid = fork_exiting(0);
  waitpid(pid, nullptr, 0);
  EXPECT_FALSE(reaper.watch(UnitId{5, 0}, pid));
  EXPECT_FALSE(reaper.watch(UnitId{5, 0}, 1));
}

}  // namespace
}  // namespace svcd
