#include <gmock/gmock.h>

#include "daemon/linux/cgroup.h"

namespace svcd {

// For gtest's messages, and to compare lists.
bool operator==(const CgroupV1& a, const CgroupV1& b) {
  return a.controller == b.controller && a.folder == b.folder;
}
void PrintTo(const CgroupV1& v1, std::ostream* out) {
  *out << v1.controller << ":" << v1.folder;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool all_writable(const std::string&) {
  return true;
}

constexpr const char* unified_mounts =
    "23 28 0:21 / /proc rw,nosuid - proc proc rw\n"
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

constexpr const char* hybrid_mounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(CgroupDetection, ASingleTreeIsTheUnifiedLayout) {
  Scope scope;
  detect_cgroups(scope, unified_mounts, "0::/init.scope\n", all_writable);
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::unified);
  EXPECT_EQ(scope.cgroup_mount, "/sys/fs/cgroup");
  EXPECT_EQ(scope.cgroup_root, "");
  EXPECT_THAT(scope.cgroup_v1, IsEmpty());
}

TEST(CgroupDetection, TheManagersOwnCgroupIsTheRootOfItsUnits) {
  Scope scope;
  detect_cgroups(scope, unified_mounts, "0::/machine.slice/a.scope/payload/init.scope\n", all_writable);
  EXPECT_EQ(scope.cgroup_root, "/machine.slice/a.scope/payload");
}

TEST(CgroupDetection, ATreeBesideV1ControllersIsTheHybridLayout) {
  Scope scope;
  detect_cgroups(scope, hybrid_mounts, "5:memory:/outer/a\n3:pids:/\n1:cpu,cpuacct:/\n9:name=systemd:/\n0::/\n",
                 all_writable);
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::hybrid);
  EXPECT_EQ(scope.cgroup_mount, "/sys/fs/cgroup/unified");
  EXPECT_THAT(
      scope.cgroup_v1,
      ElementsAre(CgroupV1{"cpu", "/sys/fs/cgroup/cpu,cpuacct"}, CgroupV1{"cpuacct", "/sys/fs/cgroup/cpu,cpuacct"},
                  CgroupV1{"memory", "/sys/fs/cgroup/memory/outer/a"}, CgroupV1{"pids", "/sys/fs/cgroup/pids"}));
}

TEST(CgroupDetection, ControllersThatAreReadOnlyAreNotOurs) {
  Scope scope;
  detect_cgroups(scope, hybrid_mounts, "5:memory:/\n3:pids:/\n1:cpu,cpuacct:/\n0::/\n", [](const std::string& folder) {
    return folder == "/sys/fs/cgroup/unified" || folder == "/sys/fs/cgroup/pids";
  });
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::hybrid);
  EXPECT_THAT(scope.cgroup_v1, ElementsAre(CgroupV1{"pids", "/sys/fs/cgroup/pids"}));
}

TEST(CgroupDetection, WithoutAWritableV2TreeTheNamedHierarchyTracks) {
  Scope scope;
  detect_cgroups(scope, hybrid_mounts, "3:pids:/x\n9:name=systemd:/x\n0::/x\n",
                 [](const std::string& folder) { return !folder.starts_with("/sys/fs/cgroup/unified"); });
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::legacy);
  EXPECT_EQ(scope.cgroup_mount, "/sys/fs/cgroup/systemd");
  EXPECT_EQ(scope.cgroup_root, "/x");
}

TEST(CgroupDetection, WithNothingWritableThereIsNoLayout) {
  Scope scope;
  detect_cgroups(scope, unified_mounts, "0::/\n", [](const std::string&) { return false; });
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::none);
}

TEST(CgroupDetection, AMountThatShowsOnlyAPartOfTheTreeStartsThere) {
  Scope scope;
  detect_cgroups(scope, "35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/docker/abc/x\n",
                 all_writable);
  EXPECT_EQ(scope.cgroup_root, "/x");
}

TEST(CgroupDetection, DamagedTextIsNoCgroup) {
  Scope scope;
  detect_cgroups(scope, "cgroup2\n - cgroup2\n\n35 24 - cgroup2 x", "0\n::\n:\n", all_writable);
  EXPECT_EQ(scope.cgroup_layout, CgroupLayout::none);
}

}  // namespace
}  // namespace svcd
