// What the daemon finds out about its world: configuration, generators, mounts.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/linux/early_setup.h"
#include "daemon/linux/generators.h"
#include "daemon/linux/manager_configuration.h"
#include "daemon/linux/mount_table.h"
#include "daemon/linux/scope_detection.h"
#include "daemon/linux/user_lookup.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

using Words = std::vector<std::string>;

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

TEST(ManagerConfigurationTest, ProgramsGetFilesThatSelectCanDealWith) {
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};
  limits[RLIMIT_NOFILE] = {1'000'000, 1'000'000};
  EXPECT_EQ(default_settings(Scope(), limits).defaults.limits[RLIMIT_NOFILE], (ResourceLimit{1024, 1'000'000}));
  limits[RLIMIT_NOFILE] = {512, 600};
  EXPECT_EQ(default_settings(Scope(), limits).defaults.limits[RLIMIT_NOFILE], (ResourceLimit{512, 524288}));
}

Scope scope_of(const TemporaryFolder& folder) {
  Scope scope;
  scope.configuration_files = {folder / "etc/system.conf"};
  scope.configuration_folders = {folder / "etc/system.conf.d", folder / "run/system.conf.d",
                                 folder / "local/system.conf.d", folder / "usr/system.conf.d"};
  return scope;
}

TEST(ManagerConfigurationTest, DropInsAreReadByNameWhereverTheyAreAndMaskedByName) {
  const TemporaryFolder folder;
  for (const char* file : {"etc/system.conf", "etc/system.conf.d/20-a.conf", "run/system.conf.d/10-b.conf",
                           "usr/system.conf.d/20-a.conf", "usr/system.conf.d/30-c.conf", "usr/system.conf.d/40-d.conf",
                           "local/system.conf.d/.hidden.conf", "local/system.conf.d/50-no"})
    folder.write(file, "[Manager]\n");
  ASSERT_EQ(symlink("/dev/null", (folder / "etc/system.conf.d/40-d.conf").c_str()), 0);
  EXPECT_EQ(
      configuration_paths(scope_of(folder)),
      (Words{folder / "etc/system.conf", folder / "run/system.conf.d/10-b.conf", folder / "etc/system.conf.d/20-a.conf",
             folder / "usr/system.conf.d/30-c.conf", folder / "etc/system.conf.d/40-d.conf"}));
}

TEST(ManagerConfigurationTest, AUsersOwnFileStandsInForTheOneOfTheSystem) {
  const TemporaryFolder folder;
  folder.write("etc/user.conf", "[Manager]\n");
  Scope scope;
  scope.configuration_files = {folder / "home/user.conf", folder / "etc/user.conf"};
  EXPECT_EQ(configuration_paths(scope), Words{folder / "etc/user.conf"});
  folder.write("home/user.conf", "[Manager]\n");
  EXPECT_EQ(configuration_paths(scope), Words{folder / "home/user.conf"});
}

TEST(ManagerConfigurationTest, TheCommandLineHasTheLastWordAndArgumentsCountAtStartAlone) {
  const TemporaryFolder folder;
  folder.write("etc/system.conf", "[Manager]\nDefaultTimeoutStartSec=7\nDefaultTimeoutStopSec=8\nCPUAffinity=x\n");
  folder.write("usr/system.conf.d/a.conf", "[Manager]\nDefaultTimeoutStopSec=9\n");
  Scope scope = scope_of(folder);
  scope.command_line = {"systemd.default_timeout_start_sec=20", "systemd.watchdog_sec=x"};
  scope.arguments = {"--log-level=debug"};
  const ManagerConfiguration configuration(scope, {});
  Diagnostics said;
  const ManagerSettings settings = configuration.read(true, said);
  EXPECT_EQ(settings.defaults.timeout_start, std::chrono::seconds(20));
  EXPECT_EQ(settings.defaults.timeout_stop, std::chrono::seconds(9));
  EXPECT_EQ(settings.controls.log_level, 7);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(to_string(said[0]), folder / "etc/system.conf:4: Failed to parse CPU affinity 'x'");
  EXPECT_EQ(to_string(said[1]), "Failed to parse systemd.watchdog_sec= argument 'x', ignoring: Invalid argument");
  EXPECT_EQ(configuration.read(false, said).controls.log_level, 6);
}

TEST(GeneratorsTest, VariablesAreAssignmentsWithQuotesAndWithoutExpansion) {
  Words ignored;
  EXPECT_EQ(Generators::assignments("GEN=a\nQ=\"a b\"\n# comment\nS=$GEN\nbad line\n1X=2\n", ignored),
            (Words{"GEN=a", "Q=a b", "S=$GEN"}));
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
