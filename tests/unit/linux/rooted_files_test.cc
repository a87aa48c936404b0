// A system below a folder looks as it would to itself.
#include "libunit/host/rooted_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

TEST(RootedFilesTest, AnAbsoluteLinkLeadsBelowTheRoot) {
  const TemporaryFolder root;
  root.write("lib/a.service", "[Unit]\n");
  ASSERT_EQ(symlink("/lib/a.service", (root / "b.service").c_str()), 0);
  RootedFiles files(root.path() + "/");
  EXPECT_EQ(files.read("/b.service").value(), "[Unit]\n");
  EXPECT_EQ(files.look("/b.service").kind, FileInfo::Kind::regular);
  EXPECT_EQ(files.read_link("/b.service").value(), "/lib/a.service");
  EXPECT_EQ(files.outside("/b.service", false), root / "b.service");
}

TEST(RootedFilesTest, NothingLeadsAboveTheRoot) {
  const TemporaryFolder root;
  ASSERT_EQ(mkdir((root / "etc").c_str(), 0755), 0);
  ASSERT_EQ(symlink("../../../../../../etc/passwd", (root / "etc/up").c_str()), 0);
  RootedFiles files(root.path());
  EXPECT_EQ(files.outside("/etc/up", true), root / "etc/passwd");
  EXPECT_EQ(files.look("/etc/up").kind, FileInfo::Kind::missing);
}

TEST(RootedFilesTest, ALinkToDevNullIsAMaskAlsoWhereThereAreNoDevices) {
  const TemporaryFolder root;
  ASSERT_EQ(symlink("/dev/null", (root / "a.service").c_str()), 0);
  EXPECT_EQ(RootedFiles(root.path()).look("/a.service").kind, FileInfo::Kind::null_device);
}

TEST(RootedFilesTest, ALoopOfLinksIsMissing) {
  const TemporaryFolder root;
  ASSERT_EQ(symlink("/b", (root / "a").c_str()), 0);
  ASSERT_EQ(symlink("/a", (root / "b").c_str()), 0);
  RootedFiles files(root.path());
  EXPECT_EQ(files.look("/a").kind, FileInfo::Kind::missing);
  EXPECT_FALSE(files.read("/a"));
}

}  // namespace
}  // namespace svcd
