#include "libunit/seen_files.h"

#include <gtest/gtest.h>

#include "libunit/memory_files.h"

namespace svcd {

/// With and without prune(): it must make no difference.
class SeenFilesTest : public testing::TestWithParam<bool> {
 protected:
  SeenFilesTest() {
    disk.write("/etc/a.service", "[Service]\n");
    disk.write("/etc/b.service", "[Service]\n");
    disk.link("/etc/link.service", "a.service");
    (void)seen.list("/etc");
    (void)seen.read("/etc/a.service");
    (void)seen.read_link("/etc/link.service");
    (void)seen.look("/run/missing");
    (void)seen.list("/etc/missing.d");
    if (GetParam()) seen.prune();
  }
  MemoryFiles disk;
  SeenFiles seen{disk};
};

TEST_P(SeenFilesTest, AnswersHoldAsLongAsNothingChanges) {
  EXPECT_TRUE(seen.still_hold());
}
TEST_P(SeenFilesTest, AFileThatWasReadAndChangedEndsThem) {
  disk.write("/etc/a.service", "[Service]\nType=oneshot\n");
  EXPECT_FALSE(seen.still_hold());
}
TEST_P(SeenFilesTest, ANewFileInAFolderThatWasListedEndsThem) {
  disk.write("/etc/c.service", "");
  EXPECT_FALSE(seen.still_hold());
}
TEST_P(SeenFilesTest, AFileThatWasMissingAndCameEndsThem) {
  disk.write("/run/missing", "");
  EXPECT_FALSE(seen.still_hold());
}
TEST_P(SeenFilesTest, AFolderThatWasMissingAndCameEndsThem) {
  disk.write("/etc/missing.d/a.conf", "");
  EXPECT_FALSE(seen.still_hold());
}
TEST_P(SeenFilesTest, ALinkThatLeadsElsewhereEndsThem) {
  disk.link("/etc/link.service", "b.service");
  EXPECT_FALSE(seen.still_hold());
}

INSTANTIATE_TEST_SUITE_P(Pruned, SeenFilesTest, testing::Bool());

}  // namespace svcd
