// Conditions as systemd.unit(5) describes them, and the order of versions.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/linux/condition_tests.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

using Type = Condition::Type;

class ConditionTest : public testing::Test {
 protected:
  bool holds(Type type, const std::string& parameter, bool negate = false) const {
    return ConditionTests(scope).holds({type, false, negate, parameter});
  }
  Scope scope;
  TemporaryFolder folder;
};

TEST(VersionTest, AreOrderedAsByCompareVersions) {
  const std::vector<std::string> ascending{"122.1",   "123~rc1-1", "123",     "123-a",   "123-a.1", "123-1",
                                           "123-1.1", "123^post1", "123.a-1", "123.1-1", "123a-1",  "124-1"};
  for (size_t i = 0; i < ascending.size(); ++i)
    for (size_t j = 0; j < ascending.size(); ++j) {
      const int order = compare_versions(ascending[i], ascending[j]);
      EXPECT_EQ(order < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(order == 0, i == j) << ascending[i] << " " << ascending[j];
    }
  EXPECT_EQ(compare_versions("6.01", "6.1"), 0);
}

TEST_F(ConditionTest, KernelVersionTakesAListOfExpressions) {
  scope.host.kernel_release = "6.1.0-18-amd64";
  EXPECT_TRUE(holds(Type::kernel_version, ">= 5.10"));
  EXPECT_TRUE(holds(Type::kernel_version, ">=5.10 <7"));
  EXPECT_FALSE(holds(Type::kernel_version, ">=5.10 <6"));
  EXPECT_TRUE(holds(Type::kernel_version, "6.1.*"));
  EXPECT_TRUE(holds(Type::kernel_version, "= 6.1.0-18-amd64"));
  EXPECT_FALSE(holds(Type::kernel_version, "= 6.1"));
  EXPECT_TRUE(holds(Type::kernel_version, "7.*", true));
}

TEST_F(ConditionTest, VirtualizationTellsContainersFromMachines) {
  scope.virtualization = "systemd-nspawn";
  scope.is_container = true;
  EXPECT_TRUE(holds(Type::virtualization, "yes"));
  EXPECT_TRUE(holds(Type::virtualization, "container"));
  EXPECT_FALSE(holds(Type::virtualization, "vm"));
  EXPECT_TRUE(holds(Type::virtualization, "systemd-nspawn"));
  EXPECT_FALSE(holds(Type::virtualization, "container", true));
  scope.virtualization = "none";
  scope.is_container = false;
  EXPECT_FALSE(holds(Type::virtualization, "yes"));
  EXPECT_TRUE(holds(Type::virtualization, "no"));
}

TEST_F(ConditionTest, PathsAreLookedAtWithoutBeingOpened) {
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  folder.write("file", "x");
  folder.write("empty", "");
  folder.write("d/inside", "x");
  ASSERT_EQ(symlink("d", (folder / "link").c_str()), 0);
  EXPECT_TRUE(holds(Type::path_exists, folder / "fifo"));
  EXPECT_FALSE(holds(Type::path_exists, folder / "none"));
  EXPECT_TRUE(holds(Type::path_exists, folder / "none", true));
  EXPECT_TRUE(holds(Type::path_exists_glob, folder / "f*"));
  EXPECT_TRUE(holds(Type::path_exists_glob, folder.path() + "/*/ins?de"));
  EXPECT_FALSE(holds(Type::path_exists_glob, folder / "x*"));
  EXPECT_TRUE(holds(Type::path_is_directory, folder / "link"));
  EXPECT_TRUE(holds(Type::path_is_symbolic_link, folder / "link"));
  EXPECT_FALSE(holds(Type::path_is_symbolic_link, folder / "d"));
  EXPECT_TRUE(holds(Type::path_is_mount_point, "/proc"));
  EXPECT_FALSE(holds(Type::path_is_mount_point, folder / "d"));
  EXPECT_TRUE(holds(Type::directory_not_empty, folder / "d"));
  EXPECT_FALSE(holds(Type::directory_not_empty, folder / "file"));
  EXPECT_TRUE(holds(Type::file_not_empty, folder / "file"));
  EXPECT_FALSE(holds(Type::file_not_empty, folder / "empty"));
  EXPECT_FALSE(holds(Type::file_is_executable, folder / "file"));
  EXPECT_TRUE(holds(Type::file_is_executable, "/bin/sh"));
}

TEST_F(ConditionTest, NumbersCompareWithAtLeastAsTheirDefault) {
  EXPECT_TRUE(matches_number(4, "2"));
  EXPECT_FALSE(matches_number(1, "2"));
  EXPECT_TRUE(matches_number(4, "!= 3"));
  EXPECT_TRUE(matches_number(4, "<= 4"));
  EXPECT_FALSE(matches_number(4, "many"));
  EXPECT_TRUE(holds(Type::cpus, ">= 1"));
  EXPECT_TRUE(holds(Type::memory, "1M"));
  EXPECT_FALSE(holds(Type::memory, "> 1000000000G"));
}

TEST_F(ConditionTest, OsReleaseComparesFields) {
  folder.write("os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  scope.configuration_root = folder.path();
  EXPECT_TRUE(holds(Type::os_release, "ID=debian"));
  EXPECT_TRUE(holds(Type::os_release, "ID=debian VERSION_ID>=11"));
  EXPECT_FALSE(holds(Type::os_release, "VERSION_ID>12"));
  EXPECT_TRUE(holds(Type::os_release, "VARIANT_ID="));
}

TEST_F(ConditionTest, UsersAreKnownByNumberOrLocalFile) {
  folder.write("passwd", "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/:/bin/sh\n");
  scope.configuration_root = folder.path();
  EXPECT_TRUE(holds(Type::user, "0"));
  EXPECT_TRUE(holds(Type::user, "root"));
  EXPECT_TRUE(holds(Type::user, "@system"));
  EXPECT_FALSE(holds(Type::user, "www"));
  EXPECT_FALSE(holds(Type::user, "nobody-knows"));
}

TEST_F(ConditionTest, ControlGroupControllerKnowsTheLayout) {
  scope.cgroup_layout = CgroupLayout::hybrid;
  scope.cgroup_v1 = {{"pids", "/x"}};
  EXPECT_TRUE(holds(Type::control_group_controller, "v1"));
  EXPECT_FALSE(holds(Type::control_group_controller, "v2"));
  EXPECT_TRUE(holds(Type::control_group_controller, "pids"));
  EXPECT_FALSE(holds(Type::control_group_controller, "pids memory"));
}

}  // namespace
}  // namespace svcd
