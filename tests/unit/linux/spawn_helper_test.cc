// What svcd-exec does for a process. Most of it needs root: those tests are skipped elsewhere.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libunit/derived_mount.h"
#include "unit/linux/spawn_fixture.h"

namespace svcd {
namespace {

class SpawnHelperTest : public SpawnFixture {
 protected:
  SpawnHelperTest() {
    ::chmod(folder.c_str(), 0755);
    scope.host.runtime_root = folder + "/run";
    scope.host.state_root = folder + "/var/lib";
    scope.host.boot_id = "b007";
    scope.host.tmp = folder + "/tmp";
    scope.host.var_tmp = folder + "/var/tmp";
    for (const char* below : {"/tmp", "/var", "/var/tmp"}) ::mkdir((folder + below).c_str(), 0777);
    scope.probe.mount_namespaces = true;
    request.invocation[0] = 0xab;
  }
  SandboxSection& sandbox() { return request.config.change<SandboxSection>(); }

  int run_removal() {
    auto spawned = spawner.remove_directories(request.name, request.config.exec());
    if (!spawned || spawned->pid == 0) return -1;
    return wait_for(*spawned);
  }
  bool exists(const std::string& path) const {
    struct stat status {};
    return ::lstat((folder + path).c_str(), &status) == 0;
  }
};

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "needs root"

TEST_F(SpawnHelperTest, EnvironmentFilesGoOverEnvironmentAndUnsetEnvironmentOverBoth) {
  std::ofstream(folder + "/env") << "# comment\nA=file\nB=\"two words\"\n";
  exec().environment = {"A=unit", "C=unit", "D=unit"};
  exec().environment_files = {folder + "/env", "-/nonexistent"};
  exec().unset_environment = {"C", "D=other"};
  EXPECT_EQ(run("echo $A; echo $B; echo ${C-none}; echo $D; test $SYSTEMD_EXEC_PID = $$ && echo mine"), 0);
  EXPECT_EQ(output(), "file\ntwo words\nnone\nunit\nmine\n");
}

// systemd.mount(5), DirectoryMode=; as systemd 252 does for bind mounts.
class MountPointTest : public SpawnHelperTest {
 protected:
  void run_program(const char* program, const std::string& what, const char* options) {
    request.name = "srv.mount";
    MountSection& mount = request.config.change<MountSection>();
    mount.what = folder + what;
    mount.where = folder + "/at/point";
    mount.options = options;
    mount.directory_mode = 0750;
    request.command = {program, {program, "--version"}, false, true, {}};
    auto spawned = spawner.spawn(request, {});
    ASSERT_TRUE(spawned);
    EXPECT_EQ(wait_for(*spawned), 0);
  }
  mode_t mode_of(const std::string& path) const {
    struct stat status {};
    return ::stat((folder + path).c_str(), &status) == 0 ? status.st_mode : 0;
  }
};

TEST_F(MountPointTest, TheFolderToMountOnIsMade) {
  run_program(mount_program, "/device", "");
  EXPECT_EQ(mode_of("/at/point"), mode_t(S_IFDIR | 0750));
  EXPECT_FALSE(exists("/device"));
}

TEST_F(MountPointTest, AMissingSourceOfABindMountIsMade) {
  run_program(mount_program, "/some/source", "ro,rbind");
  EXPECT_EQ(mode_of("/some/source"), mode_t(S_IFDIR | 0750));
  EXPECT_EQ(mode_of("/at/point"), mode_t(S_IFDIR | 0750));
}

TEST_F(MountPointTest, AFileIsShownOnAnEmptyFile) {
  std::ofstream(folder + "/source") << "text";
  run_program(mount_program, "/source", "bind");
  EXPECT_TRUE(S_ISREG(mode_of("/at/point")));
  EXPECT_EQ(mode_of("/at"), mode_t(S_IFDIR | 0750));
}

TEST_F(MountPointTest, NothingIsMadeToUnmount) {
  run_program("/bin/umount", "/some/source", "bind");
  EXPECT_FALSE(exists("/at"));
  EXPECT_FALSE(exists("/some"));
}

TEST_F(SpawnHelperTest, CommandLinesMayUseVariablesOfEnvironmentFiles) {
  std::ofstream(folder + "/env") << "WORDS=a b\n";
  exec().environment_files = {folder + "/env"};
  request.command = {"/bin/sh", {"sh", "-c", "echo $#", "x", "$WORDS", "${WORDS}"}, false, false, {}};
  auto spawned = spawner.spawn(request, {});
  ASSERT_TRUE(spawned);
  EXPECT_EQ(wait_for(*spawned), 0);
  EXPECT_EQ(output(), "3\n");
}

TEST_F(SpawnHelperTest, AMissingEnvironmentFileFailsTheStart) {
  exec().environment_files = {"/nonexistent"};
  EXPECT_NE(run("true"), 0);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->message, "Failed to load environment files");
  EXPECT_EQ(failed->error_number, ENOENT);
}

TEST_F(SpawnHelperTest, DescriptorsArePassedThroughTheHelper) {
  exec().environment_files = {"-/nonexistent"};
  const UniqueFd file(::open("/etc/group", O_RDONLY | O_CLOEXEC));
  const PassedFd fds[] = {{file.get(), "groups"}};
  // No pipe here: while its children begin, the shell has both ends of it open.
  run("readlink /proc/$$/fd/3; ls /proc/$$/fd; echo $LISTEN_FDS $LISTEN_FDNAMES; test $LISTEN_PID = $$ && echo mine",
      fds);
  EXPECT_EQ(output(), "/etc/group\n0\n1\n2\n3\n1 groups\nmine\n");
}

TEST_F(SpawnHelperTest, AnUnknownUserFailsAtStepUser) {
  exec().user = "nobodyhere";
  EXPECT_EQ(run("true"), 217);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "USER");
  EXPECT_EQ(failed->error_number, ESRCH);
  EXPECT_EQ(failed->message, "Failed to determine user credentials");
}

TEST_F(SpawnHelperTest, AnUnknownGroupFailsAtStepGroup) {
  exec().group = "nogrouphere";
  EXPECT_EQ(run("true"), 216);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "GROUP");
  EXPECT_EQ(failed->message, "Failed to determine group credentials");
}

TEST_F(SpawnHelperTest, UserSetsIdsGroupsAndVariables) {
  NEEDS_ROOT();
  exec().user = "daemon";
  exec().supplementary_groups = {"games"};
  run("id -un; id -gn; id -Gn; echo $USER $LOGNAME $HOME ${SHELL-none}; grep -e CapEff -e CapAmb /proc/self/status");
  EXPECT_EQ(output(),
            "daemon\ndaemon\ndaemon games\ndaemon daemon /usr/sbin none\nCapEff:\t0000000000000000\n"
            "CapAmb:\t0000000000000000\n");
}

TEST_F(SpawnHelperTest, TheWorkingDirectoryIsEnteredAsTheUser) {
  NEEDS_ROOT();
  ::mkdir((folder + "/closed").c_str(), 0700);
  exec().user = "daemon";
  exec().working_directory = folder + "/closed";
  EXPECT_EQ(run("true"), 200);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->error_number, EACCES);
  EXPECT_EQ(failed->program, "/bin/sh");
}

TEST_F(SpawnHelperTest, AmbientCapabilitiesStayThroughTheChangeOfUser) {
  NEEDS_ROOT();
  exec().user = "daemon";
  exec().ambient_capabilities = 1 << 10;  // CAP_NET_BIND_SERVICE
  exec().capability_bounding_set = 1 << 10;
  exec().no_new_privileges = true;
  run("grep -e CapEff -e CapBnd -e CapAmb -e NoNewPrivs /proc/self/status");
  EXPECT_EQ(output(),
            "CapEff:\t0000000000000400\nCapBnd:\t0000000000000400\nCapAmb:\t0000000000000400\nNoNewPrivs:\t1\n");
}

TEST_F(SpawnHelperTest, RuntimeDirectoriesBelongToTheUserAndGoWhenTheUnitStops) {
  NEEDS_ROOT();
  exec().user = "daemon";
  exec().directories[0] = {{{"foo", {"link/to"}}, {"bar/baz", {}}}, 0750};
  exec().directories[1] = {{{"st", {}}}, 0700};
  run("echo $RUNTIME_DIRECTORY $STATE_DIRECTORY; touch $STATE_DIRECTORY/x; cd " + folder +
      "/run && mkdir -p foo/sub/sub && stat -c '%n %U %a' foo bar bar/baz ../var/lib/st && readlink link/to");
  EXPECT_EQ(output(), folder + "/run/bar/baz:" + folder + "/run/foo " + folder +
                          "/var/lib/st\nfoo daemon 750\nbar root 755\nbar/baz daemon 750\n../var/lib/st daemon 700\n"
                          "../foo\n");
  EXPECT_EQ(run_removal(), 0);
  EXPECT_FALSE(exists("/run/foo"));
  EXPECT_FALSE(exists("/run/link/to"));
  EXPECT_TRUE(exists("/run/bar"));
  EXPECT_FALSE(exists("/run/bar/baz"));
  EXPECT_TRUE(exists("/var/lib/st/x"));
}

TEST_F(SpawnHelperTest, ALinkInADirectoryOfTheUserIsNotFollowed) {
  NEEDS_ROOT();
  exec().user = "daemon";
  exec().directories[1] = {{{"a", {}}}, 0755};
  run("mkdir " + folder + "/var/lib/a/keep; ln -s " + folder + "/tmp " + folder + "/var/lib/a/b");
  exec().directories[1] = {{{"a", {}}, {"a/b", {}}}, 0700};
  EXPECT_EQ(run("true"), 238);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "STATE_DIRECTORY");
}

TEST_F(SpawnHelperTest, PrivateTmpIsEmptySharedByTheRunAndGoneAfterwards) {
  NEEDS_ROOT();
  exec().private_tmp = true;
  std::ofstream(folder + "/tmp/of-the-host") << "x";
  EXPECT_EQ(run("ls " + folder + "/tmp; echo y > " + folder + "/tmp/mine"), 0);
  EXPECT_EQ(output(), "");
  EXPECT_EQ(run("ls " + folder + "/tmp; stat -c %a " + folder + "/tmp"), 0);
  EXPECT_EQ(output(), "mine\n1777\n");
  EXPECT_FALSE(exists("/tmp/mine"));
  EXPECT_TRUE(exists("/tmp/systemd-private-b007-a.service-ab00000000000000"));
  EXPECT_EQ(run_removal(), 0);
  EXPECT_FALSE(exists("/tmp/systemd-private-b007-a.service-ab00000000000000"));
  EXPECT_TRUE(exists("/tmp/of-the-host"));
}

TEST_F(SpawnHelperTest, ProtectedPathsAreReadOnlyApartFromWritableOnesInThem) {
  NEEDS_ROOT();
  ::mkdir((folder + "/ro").c_str(), 0755);
  ::mkdir((folder + "/ro/rw").c_str(), 0755);
  ::mkdir((folder + "/none").c_str(), 0755);
  std::ofstream(folder + "/none/secret") << "x";
  sandbox().read_only_paths = {folder + "/ro", "-" + folder + "/missing"};
  sandbox().read_write_paths = {folder + "/ro/rw"};
  sandbox().inaccessible_paths = {folder + "/none"};
  run("cd " + folder + "; touch ro/x 2>/dev/null && echo bad; touch ro/rw/x && echo good; ls none");
  EXPECT_EQ(output(), "good\n");
  EXPECT_TRUE(exists("/ro/rw/x"));
}

TEST_F(SpawnHelperTest, ProtectSystemStrictLeavesTheUnitsOwnDirectoriesWritable) {
  NEEDS_ROOT();
  exec().protect_system = ExecSection::ProtectSystem::strict;
  exec().directories[1] = {{{"st", {}}}, 0700};
  run("touch " + folder +
      "/x 2>/dev/null && echo bad; touch $STATE_DIRECTORY/x && echo good; "
      "touch /usr/x 2>/dev/null && echo bad; echo > /dev/null && echo null");
  EXPECT_EQ(output(), "good\nnull\n");
}

TEST_F(SpawnHelperTest, FoldersMayBeEmptyInMemoryOrSeenElsewhere) {
  NEEDS_ROOT();
  for (const char* below : {"/a", "/a/sub", "/b"}) ::mkdir((folder + below).c_str(), 0755);
  sandbox().temporary_file_system = {{folder + "/a", "ro,mode=0700"}};
  sandbox().bind_paths = {{folder + "/tmp", folder + "/b", false, true}};
  sandbox().bind_read_only_paths = {{"/etc/passwd", folder + "/var/passwd", false, true}};
  run("cd " + folder +
      "; ls a; stat -c %a a; touch a/x 2>/dev/null && echo bad; touch b/x && echo good; "
      "cmp /etc/passwd var/passwd && echo same; touch var/passwd 2>/dev/null && echo bad");
  EXPECT_EQ(output(), "700\ngood\nsame\n");
  EXPECT_TRUE(exists("/tmp/x"));
}

TEST_F(SpawnHelperTest, AMissingPathFailsAtStepNamespace) {
  NEEDS_ROOT();
  sandbox().read_only_paths = {"/nonexistent"};
  EXPECT_EQ(run("true"), 226);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "NAMESPACE");
  EXPECT_EQ(failed->message, "Failed to set up mount namespacing: /nonexistent");
}

TEST_F(SpawnHelperTest, PrivateDevicesHasOnlyHarmlessNodes) {
  NEEDS_ROOT();
  exec().private_devices = true;
  run("cd /dev; for n in null zero full random urandom tty fd; do test -e $n || echo no $n; done; ls | grep -e vd -e "
      "mem");
  EXPECT_EQ(output(), "");
  EXPECT_FALSE(failed) << failed->message;
}

TEST_F(SpawnHelperTest, PlacesWithoutMountNamespacesStartTheServiceAndSayWhatIsOff) {
  scope.probe.mount_namespaces = false;
  exec().private_tmp = true;
  exec().protect_system = ExecSection::ProtectSystem::full;
  request.command = {"/bin/true", {"true"}, false, false, {}};
  auto spawned = spawner.spawn(request, {});
  ASSERT_TRUE(spawned);
  EXPECT_EQ(wait_for(*spawned), 0);
  EXPECT_THAT(spawned->not_in_effect, testing::ElementsAre("PrivateTmp", "ProtectSystem"));
}

}  // namespace
}  // namespace svcd
