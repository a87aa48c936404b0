// Reading is bounded and never blocks, writing is atomic, PID files are numbers.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/linux/pid_file.h"
#include "daemon/linux/unit_links.h"
#include "libunit/host/file_writer.h"
#include "libunit/host/host_files.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

TEST(HostFilesTest, AFifoOrADeviceIsRefusedAtOnce) {
  const TemporaryFolder folder;
  HostFiles files;
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(files.read(folder / "fifo"));
  EXPECT_FALSE(files.read("/dev/zero"));
  EXPECT_FALSE(files.read(folder.path()));
  EXPECT_EQ(files.read(folder / "none").error().code, ErrorCode::file_not_found);
}

TEST(HostFilesTest, AFileLargerThanItsBoundIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "12345");
  EXPECT_EQ(read_regular_file(path, 5).value(), "12345");
  EXPECT_FALSE(read_regular_file(path, 4));
}

TEST(HostFilesTest, ALinkToDevNullIsAMask) {
  const TemporaryFolder folder;
  HostFiles files;
  ASSERT_EQ(symlink("/dev/null", (folder / "a.service").c_str()), 0);
  EXPECT_EQ(files.look(folder / "a.service").kind, FileInfo::Kind::null_device);
  EXPECT_EQ(files.look_at_link(folder / "a.service").kind, FileInfo::Kind::symlink);
  EXPECT_EQ(files.read_link(folder / "a.service").value(), "/dev/null");
  EXPECT_EQ(files.look(folder / "b.service").kind, FileInfo::Kind::missing);
  ASSERT_EQ(files.list(folder.path()).size(), 1U);
  EXPECT_EQ(files.list(folder.path())[0].kind, FileInfo::Kind::symlink);
  EXPECT_TRUE(files.list(folder / "none").empty());
}

TEST(FileWriterTest, AChangeOfEnableMakesFoldersAndDisableTakesEmptyOnesAway) {
  const TemporaryFolder folder;
  HostFiles files;
  const std::string link = folder / "etc/multi-user.target.wants/a.service";
  ASSERT_TRUE(apply_install_change({InstallChange::Type::symlink, link, "/lib/a.service"}));
  ASSERT_TRUE(apply_install_change({InstallChange::Type::symlink, link, "/lib/b.service"}));
  EXPECT_EQ(files.read_link(link).value(), "/lib/b.service");
  ASSERT_TRUE(apply_install_change({InstallChange::Type::unlink, link, ""}));
  EXPECT_EQ(files.look(folder / "etc/multi-user.target.wants").kind, FileInfo::Kind::missing);
  EXPECT_EQ(files.look(folder / "etc").kind, FileInfo::Kind::directory);
}

TEST(FileWriterTest, AFileIsReplacedAsAWhole) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "a/b", "one"));
  ASSERT_TRUE(write_file_atomically(folder / "a/b", "two"));
  EXPECT_EQ(read_regular_file(folder / "a/b", 100).value(), "two");
  EXPECT_EQ(HostFiles().list(folder / "a").size(), 1U);
  EXPECT_FALSE(write_file_atomically("relative", "x"));
}

TEST(FileWriterTest, EmptyingAFolderLeavesItAndWhatLinksPointTo) {
  const TemporaryFolder folder;
  folder.write("keep/file", "x");
  folder.write("out/a/b/c", "x");
  ASSERT_EQ(symlink((folder / "keep").c_str(), (folder / "out/link").c_str()), 0);
  ASSERT_TRUE(empty_folder(folder / "out"));
  EXPECT_TRUE(HostFiles().list(folder / "out").empty());
  EXPECT_EQ(HostFiles().list(folder / "keep").size(), 1U);
}

TEST(UnitLinksTest, AnInvocationLinkPointsToTheId) {
  const TemporaryFolder folder;
  const UnitLinks links(folder.path());
  links.publish_invocation("a.service", Id128{0x66, 0xf2, 1});
  EXPECT_EQ(HostFiles().read_link(folder / "invocation:a.service").value(), "66f20100000000000000000000000000");
  links.withdraw_invocation("a.service");
  EXPECT_TRUE(HostFiles().list(folder.path()).empty());
}

TEST(UnitLinksTest, LogSettingsAreWhereJournaldLooksForThem) {
  const TemporaryFolder folder;
  const UnitLinks links(folder.path());
  UnitConfig config;
  config.set_type(UnitType::service);
  config.change<ExecSection>().log_level_max = 4;
  SandboxSection& more = config.change<SandboxSection>();
  more.log_extra_fields = {"FOO=bar", "QU=a b"};
  more.log_rate_limit_interval = std::chrono::seconds(7);
  more.log_rate_limit_burst = 33;
  links.publish_log_settings("q.service", config);
  EXPECT_EQ(HostFiles().read_link(folder / "log-level-max:q.service").value(), "4");
  EXPECT_EQ(HostFiles().read_link(folder / "log-rate-limit-interval:q.service").value(), "7000000");
  EXPECT_EQ(HostFiles().read_link(folder / "log-rate-limit-burst:q.service").value(), "33");
  EXPECT_EQ(HostFiles().read(folder / "log-extra-fields:q.service").value(),
            std::string("\7\0\0\0\0\0\0\0FOO=bar\6\0\0\0\0\0\0\0QU=a b", 29));
  links.withdraw_log_settings("q.service");
  EXPECT_TRUE(HostFiles().list(folder.path()).empty());
}

TEST(PidFileTest, HoldsOneNumber) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_pid_file(folder.write("a", " 123\n"))->pid, 123);
  EXPECT_EQ(read_pid_file(folder.write("b", "123"))->pid, 123);
  EXPECT_FALSE(read_pid_file(folder.write("c", "")));
  EXPECT_FALSE(read_pid_file(folder.write("d", "12x\n")));
  EXPECT_FALSE(read_pid_file(folder.write("e", "-5\n")));
  EXPECT_FALSE(read_pid_file(folder.write("f", "99999999999999\n")));
  EXPECT_FALSE(read_pid_file(folder / "none"));
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read_pid_file(folder / "fifo"));
}

TEST(PidFileTest, ALoopOfLinksEnds) {
  const TemporaryFolder folder;
  ASSERT_EQ(symlink((folder / "b").c_str(), (folder / "a").c_str()), 0);
  ASSERT_EQ(symlink((folder / "a").c_str(), (folder / "b").c_str()), 0);
  EXPECT_FALSE(read_pid_file(folder / "a"));
}

TEST(PidFileTest, ALinkOfAnotherUserOnTheWayIsQuestionable) {
  if (geteuid() != 0) GTEST_SKIP() << "needs files of another user";
  const TemporaryFolder folder;
  folder.write("root.pid", "123\n");
  std::filesystem::create_directory(folder / "theirs");
  ASSERT_EQ(chown((folder / "theirs").c_str(), 1000, 1000), 0);
  EXPECT_FALSE(read_pid_file(folder / "root.pid")->is_questionable);
  ASSERT_EQ(symlink((folder / "root.pid").c_str(), (folder / "theirs/link").c_str()), 0);
  EXPECT_TRUE(read_pid_file(folder / "theirs/link")->is_questionable);
}

TEST(PidFileTest, AProcessThatHasEndedIsNotAlive) {
  EXPECT_TRUE(is_living_process(getpid()));
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, id_t(gone), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(is_living_process(gone));  // a zombie
  waitpid(gone, nullptr, 0);
  EXPECT_FALSE(is_living_process(gone));
}

}  // namespace
}  // namespace svcd
