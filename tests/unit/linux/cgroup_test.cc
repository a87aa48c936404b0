// Real cgroups, below one of the test's own. Skipped where cgroups cannot be made.
#include "daemon/linux/cgroup.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/linux/cgroup_files.h"
#include "daemon/linux/spawn.h"

namespace svcd {
namespace {

using testing::ElementsAre;

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    detect_cgroups(scope);
    if (scope.cgroup_layout == CgroupLayout::none || scope.cgroup_layout == CgroupLayout::legacy)
      GTEST_SKIP() << "needs a writable v2 tree";
    own = "/svcd-test-" + std::to_string(::getpid());
    scope.cgroup_root += own;
    for (CgroupV1& v1 : scope.cgroup_v1) v1.folder += own;
    if (::mkdir(root().c_str(), 0755) < 0) GTEST_SKIP() << "cannot make " << root();
    for (const CgroupV1& v1 : scope.cgroup_v1) ::mkdir(v1.folder.c_str(), 0755);
    tree.emplace(scope);
    spawner.emplace(scope, *tree, SVCD_BINARY_DIR "/daemon/svcd-exec");
  }
  void TearDown() override {
    if (!tree) return;
    for (const pid_t pid : children) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    tree->release("/a.slice");
    EXPECT_EQ(::rmdir(root().c_str()), 0) << root();
    for (const CgroupV1& v1 : scope.cgroup_v1) EXPECT_EQ(::rmdir(v1.folder.c_str()), 0) << v1.folder;
  }
  std::string root() const { return scope.cgroup_mount + scope.cgroup_root; }
  bool exists(const std::string& path) const { return ::access((root() + path).c_str(), F_OK) == 0; }
  std::string v1(const std::string& controller) const {
    for (const CgroupV1& hierarchy : scope.cgroup_v1)
      if (hierarchy.controller == controller) return hierarchy.folder;
    return "";
  }

  /// Starts a shell that waits for its input's end, which comes with the test's.
  pid_t start(const std::string& script, const ResourceSection& resource = {}) {
    SpawnRequest request;
    request.name = "b.service";
    request.cgroup = "/a.slice/b.service";
    request.config.change<ResourceSection>() = resource;
    ExecSection& exec = request.config.change<ExecSection>();
    exec.standard_output = ExecSection::Output::null;
    request.command = {"/bin/sh", {"sh", "-c", script}, false, true, {}};
    auto spawned = spawner->spawn(request, {});
    if (!spawned) {
      ADD_FAILURE() << spawned.error().message;
      return 0;
    }
    children.push_back(spawned->pid);
    return spawned->pid;
  }

  std::string own;
  Scope scope;
  std::optional<CgroupTree> tree;
  std::optional<Spawner> spawner;
  std::vector<pid_t> children;
};

TEST_F(CgroupTest, AServiceIsBornInItsCgroupBelowItsSlice) {
  const pid_t pid = start("exec sleep 1000");
  EXPECT_EQ(tree->of_pid(pid), "/a.slice/b.service");
  EXPECT_THAT(tree->processes("/a.slice/b.service", 10), ElementsAre(pid));
  EXPECT_THAT(tree->processes("/a.slice", 10), ElementsAre(pid));
  EXPECT_FALSE(tree->is_empty("/a.slice/b.service"));
  EXPECT_FALSE(tree->is_empty("/a.slice"));
  EXPECT_TRUE(tree->is_empty("/a.slice/c.service"));
}

TEST_F(CgroupTest, ProcessesOutsideOfTheRootAreInNoCgroupOfOurs) {
  EXPECT_EQ(tree->of_pid(::getpid()), "");
  EXPECT_EQ(tree->of_pid(999999999), "");
}

TEST_F(CgroupTest, EmptinessIsToldWhenTheLastProcessIsGone) {
  const pid_t pid = start("exec sleep 1000");
  ASSERT_TRUE(tree->watch("/a.slice/b.service"));
  EXPECT_THAT(tree->emptied(), testing::IsEmpty());
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  children.clear();
  std::vector<std::string> emptied;
  for (int round = 0; round < 100 && emptied.empty(); ++round) {
    pollfd event{tree->events_fd(), POLLIN, 0};
    ::poll(&event, 1, 100);
    emptied = tree->emptied();
  }
  EXPECT_THAT(emptied, ElementsAre("/a.slice/b.service"));
  EXPECT_TRUE(tree->is_empty("/a.slice/b.service"));
}

TEST_F(CgroupTest, AWatchThatComesTooLateTellsAtOnce) {
  ASSERT_TRUE(tree->realize("/a.slice/b.service", {}));
  ASSERT_TRUE(tree->watch("/a.slice/b.service"));
  pollfd event{tree->events_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&event, 1, 0), 1);
  EXPECT_THAT(tree->emptied(), ElementsAre("/a.slice/b.service"));
}

TEST_F(CgroupTest, KillReachesAllProcessesButThoseNamed) {
  const pid_t first = start("exec sleep 1000"), second = start("exec sleep 1000");
  const pid_t spared[] = {first};
  EXPECT_TRUE(tree->kill("/a.slice/b.service", SIGTERM, spared).any);
  int status = 0;
  EXPECT_EQ(::waitpid(second, &status, 0), second);
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_EQ(::waitpid(first, nullptr, WNOHANG), 0);
  EXPECT_TRUE(tree->kill("/a.slice/b.service", SIGKILL, {}).any);
  EXPECT_EQ(::waitpid(first, &status, 0), first);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  children.clear();
  EXPECT_FALSE(tree->kill("/a.slice/c.service", SIGKILL, {}).any);
}

TEST_F(CgroupTest, WhoIsStartedAfterAKillLives) {
  const pid_t first = start("exec sleep 1000");
  EXPECT_TRUE(tree->kill("/a.slice/b.service", SIGKILL, {}).any);
  EXPECT_EQ(::waitpid(first, nullptr, 0), first);
  int status = 0;
  const pid_t second = start("exit 7");
  EXPECT_EQ(::waitpid(second, &status, 0), second);
  children.clear();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(CgroupTest, ReleaseRemovesTheCgroupInAllHierarchies) {
  ResourceSection resource;
  resource.tasks_max = ScaledLimit{7, 0};
  ASSERT_TRUE(tree->realize("/a.slice/b.service", resource));
  EXPECT_TRUE(exists("/a.slice/b.service"));
  tree->release("/a.slice/b.service");
  EXPECT_FALSE(exists("/a.slice/b.service"));
  EXPECT_TRUE(exists("/a.slice"));
  for (const CgroupV1& hierarchy : scope.cgroup_v1)
    EXPECT_NE(::access((hierarchy.folder + "/a.slice/b.service").c_str(), F_OK), 0) << hierarchy.controller;
}

TEST_F(CgroupTest, ACgroupWithProcessesStays) {
  start("exec sleep 1000");
  tree->release("/a.slice/b.service");
  EXPECT_TRUE(exists("/a.slice/b.service"));
}

TEST_F(CgroupTest, PathsThatLeadOutsideAreRefused) {
  EXPECT_FALSE(tree->realize("/../x", {}));
  EXPECT_FALSE(tree->realize("x", {}));
  EXPECT_TRUE(tree->is_empty("/.."));
}

TEST_F(CgroupTest, TasksMaxIsALimitOfTheKernelAndTasksAreCounted) {
  const std::string folder = v1("pids");
  if (folder.empty()) GTEST_SKIP() << "needs a pids controller on v1";
  ResourceSection resource;
  resource.tasks_max = ScaledLimit{7, 0};
  // A child writes itself into the hierarchy: it has by the time it runs its program.
  const pid_t pid = start("kill -STOP $$; sleep 1000", resource);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED), 0);
  EXPECT_EQ(read_number(folder + "/a.slice/b.service/pids.max"), 7u);
  EXPECT_EQ(tree->usage("/a.slice/b.service").tasks, 1u);
  EXPECT_EQ(read_small_file("/proc/" + std::to_string(pid) + "/cgroup")->find("pids:/\n"), std::string::npos);
}

TEST_F(CgroupTest, LimitsAreTranslatedForV1Controllers) {
  ResourceSection resource;
  resource.memory_max = ScaledLimit{64 << 20, 0};
  resource.cpu_quota_per_sec = std::chrono::milliseconds(500);
  resource.cpu_weight = 200;
  ASSERT_TRUE(tree->realize("/a.slice/b.service", resource));
  if (const std::string memory = v1("memory"); !memory.empty()) {
    EXPECT_EQ(read_number(memory + "/a.slice/b.service/memory.limit_in_bytes"), uint64_t{64 << 20});
  }
  if (const std::string cpu = v1("cpu"); !cpu.empty()) {
    EXPECT_EQ(read_number(cpu + "/a.slice/b.service/cpu.cfs_quota_us"), 50000u);
    EXPECT_EQ(read_number(cpu + "/a.slice/b.service/cpu.cfs_period_us"), 100000u);
    EXPECT_EQ(read_number(cpu + "/a.slice/b.service/cpu.shares"), 2048u);
  }
}

TEST_F(CgroupTest, UnitsWithoutACpuLimitAreNotPutIntoTheCpuHierarchy) {
  const std::string cpu = v1("cpu");
  if (cpu.empty()) GTEST_SKIP() << "needs a cpu controller on v1";
  ASSERT_TRUE(tree->realize("/a.slice/b.service", {}));
  EXPECT_NE(::access((cpu + "/a.slice/b.service").c_str(), F_OK), 0);
}

TEST_F(CgroupTest, SlicesHaveNoTaskLimitUnlessTheyAskForOne) {
  const std::string folder = v1("pids");
  if (folder.empty()) GTEST_SKIP() << "needs a pids controller on v1";
  ASSERT_TRUE(tree->realize("/a.slice", {}));
  ASSERT_TRUE(tree->realize("/a.slice/b.service", {}));
  EXPECT_EQ(read_number(folder + "/a.slice/pids.max"), UINT64_MAX);
  EXPECT_EQ(read_number(folder + "/a.slice/b.service/pids.max"), default_tasks_max(scope));
}

TEST_F(CgroupTest, ALimitThatIsTakenBackGoesToTheKernelToo) {
  const std::string folder = v1("pids");
  if (folder.empty()) GTEST_SKIP() << "needs a pids controller on v1";
  ResourceSection resource;
  resource.tasks_max = ScaledLimit{7, 0};
  ASSERT_TRUE(tree->realize("/a.slice", resource));
  resource.tasks_max = ScaledLimit{};
  ASSERT_TRUE(tree->realize("/a.slice", resource));
  EXPECT_EQ(read_number(folder + "/a.slice/pids.max"), UINT64_MAX);
}

TEST_F(CgroupTest, DefaultTasksMaxIsFifteenPercentOfTheLeastLimitAbove) {
  const std::string folder = v1("pids");
  if (folder.empty()) GTEST_SKIP() << "needs a pids controller on v1";
  ASSERT_EQ(write_small_file(folder + "/pids.max", "2000"), 0);
  EXPECT_EQ(default_tasks_max(scope), 300u);  // as systemd 252 has it below a root with pids.max 2000
  ResourceSection half;
  half.tasks_max = ScaledLimit{50, 100};
  EXPECT_EQ(effective_tasks_max(scope, half), 1000u);
}

TEST_F(CgroupTest, WhatNoControllerCanDoIsListed) {
  Scope bare = scope;
  bare.cgroup_v1.clear();
  const CgroupTree without(bare);
  ResourceSection resource;
  resource.tasks_max = ScaledLimit{7, 0};
  resource.cpu_quota_per_sec = std::chrono::milliseconds(500);
  if (read_small_file(root() + "/cgroup.controllers").value_or("").find("pids") != std::string::npos)
    GTEST_SKIP() << "needs a v2 tree without controllers";
  EXPECT_THAT(without.not_in_effect(resource), ElementsAre("TasksMax", "CPUQuota"));
  EXPECT_EQ(without.usage("/").tasks, std::nullopt);
}

}  // namespace
}  // namespace svcd
