// What the daemon finds out about its world: command line, generators, mounts.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/linux/early_setup.h"
#include "daemon/linux/generators.h"
#include "daemon/linux/manager_defaults.h"
#include "daemon/linux/mount_table.h"
#include "daemon/linux/scope_detection.h"
#include "daemon/linux/user_lookup.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

using Words = std::vector<std::string>;

TEST(CommandLineTest, WordsAreSplitAtSpacesOutsideOfQuotes) {
  EXPECT_EQ(split_command_line("a  b=\"c d\" 'e f'\n"), (Words{"a", "b=c d", "e f"}));
  EXPECT_EQ(split_command_line(""), Words{});
}

TEST(CommandLineTest, ChoosesTargetAndStatus) {
  Scope scope;
  apply_command_line(scope, Words{"root=/dev/sda", "systemd.unit=foo.target", "quiet"});
  EXPECT_EQ(scope.default_target, "foo.target");
  EXPECT_FALSE(scope.show_status);
  apply_command_line(scope, Words{"single", "systemd.show_status=1", "systemd.setenv=A=b"});
  EXPECT_EQ(scope.default_target, "rescue.target");
  EXPECT_TRUE(scope.show_status);
  EXPECT_EQ(scope.environment, Words{"A=b"});
}

TEST(GeneratorsTest, TheFirstFolderWinsAndAnEmptyFileMasks) {
  const TemporaryFolder folder;
  for (const char* name : {"etc/a", "usr/a", "usr/b", "usr/c", "usr/plain"}) {
    folder.write(name, "#!/bin/sh\n");
    chmod((folder / name).c_str(), 0755);
  }
  chmod((folder / "usr/plain").c_str(), 0644);
  folder.write("etc/b", "");
  ASSERT_EQ(symlink("/dev/null", (folder / "etc/c").c_str()), 0);
  EXPECT_EQ(Generators::programs({folder / "etc", folder / "usr", folder / "none"}), Words{folder / "etc/a"});
}

TEST(MountTableTest, EntriesOfMountinfoAreRead) {
  std::string text =
      "22 1 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw\n"
      "this is no entry\n"
      "30 22 8:1 / /mnt/with\\040space ro,relatime - ext4 /dev/sda1 ro,errors=continue\n";
  const auto mounts = MountTable::parse(text);
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].where, "/proc");
  EXPECT_EQ(mounts[0].type, "proc");
  EXPECT_EQ(mounts[1].where, "/mnt/with space");
  EXPECT_EQ(mounts[1].what, "/dev/sda1");
  EXPECT_EQ(mounts[1].options, "ro,relatime,errors=continue");
  std::string nothing;
  EXPECT_TRUE(MountTable::parse(nothing).empty());
}

TEST(MountTableTest, MountsOfTheSystemItselfAreNobodysUnits) {
  for (const char* where : {"/proc", "/run", "/run/lock", "/dev/shm", "/run/host/os-release", "/sys/fs/cgroup/pids",
                            "/proc/sys/kernel/random/boot_id"})
    EXPECT_TRUE(is_api_mount(where)) << where;
  for (const char* where : {"/", "/tmp", "/proc/sys/net", "/run/hostile", "/dev/mqueue"})
    EXPECT_FALSE(is_api_mount(where)) << where;
}

TEST(ManagerConfigurationTest, SetsDefaultsAndSaysWhatHasNoEffect) {
  Scope scope;
  ManagerDefaults defaults;
  const Diagnostics said = apply_manager_configuration("system.conf",
                                                       "[Manager]\n"
                                                       "DefaultTimeoutStartSec=20s\n"
                                                       "DefaultTimeoutStopSec=0\n"
                                                       "DefaultMemoryAccounting=no\n"
                                                       "ShowStatus=maybe\n"
                                                       "CrashShell=yes\n",
                                                       scope, defaults);
  EXPECT_EQ(defaults.timeout_start, std::chrono::seconds(20));
  EXPECT_EQ(defaults.timeout_stop, infinity);
  EXPECT_FALSE(defaults.memory_accounting);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(to_string(said[0]), "system.conf:5: Failed to parse ShowStatus=, ignoring: maybe");
  EXPECT_EQ(to_string(said[1]), "system.conf:6: CrashShell= in section [Manager] has no effect here yet.");
}

TEST(ManagerDefaultsTest, ProgramsGetFilesThatSelectCanDealWith) {
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};
  limits[RLIMIT_NOFILE] = {1'000'000, 1'000'000};
  EXPECT_EQ(detect_defaults(Scope(), limits).limits[RLIMIT_NOFILE], (ResourceLimit{1024, 524288}));
  limits[RLIMIT_NOFILE] = {512, 600};
  EXPECT_EQ(detect_defaults(Scope(), limits).limits[RLIMIT_NOFILE], (ResourceLimit{600, 600}));
}

TEST(UserLookupTest, LocalFilesGiveNumbers) {
  const TemporaryFolder folder;
  const std::string file = folder.write("group", "root:x:0:\nadm:x:4:syslog\nbroken\nshort:x\nbad:x:y:\n");
  EXPECT_EQ(local_id(file, "adm"), 4U);
  EXPECT_EQ(local_id(file, "ad"), std::nullopt);
  EXPECT_EQ(local_id(file, "short"), std::nullopt);
  EXPECT_EQ(local_id(file, "bad"), std::nullopt);
  EXPECT_EQ(numeric_id("4294967295"), std::nullopt);
  EXPECT_EQ(numeric_id("12"), 12U);
}

}  // namespace
}  // namespace svcd
