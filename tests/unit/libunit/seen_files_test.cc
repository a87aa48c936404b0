#include "libunit/seen_files.h"

#include <gtest/gtest.h>

#include "support/memory_files.h"

namespace svcd {

class SeenFilesTest : public testing::Test {
 protected:
  SeenFilesTest() {
    disk.write("/etc/a.service", "[Service]\n");
    disk.write("/etc/b.service", "[Service]\n");
    disk.link("/etc/link.service", "a.service");
    (void)seen.list("/etc");
    (void)seen.read("/etc/a.service");
    (void)seen.read_link("/etc/link.service");
    (void)seen.look("/run/missing");
  }
  MemoryFiles disk;
  SeenFiles seen{disk};
};

TEST_F(SeenFilesTest, AnswersHoldAsLongAsNothingChanges) {
  EXPECT_TRUE(seen.still_hold());
}
TEST_F(SeenFilesTest, AFileThatWasReadAndChangedEndsThem) {
  disk.write("/etc/a.service", "[Service]\nType=oneshot\n");
  EXPECT_FALSE(seen.still_hold());
}
TEST_F(SeenFilesTest, ANewFileInAFolderThatWasListedEndsThem) {
  disk.write("/etc/c.service", "");
  EXPECT_FALSE(seen.still_hold());
}
TEST_F(SeenFilesTest, AFileThatWasMissingAndCameEndsThem) {
  disk.write("/run/missing", "");
  EXPECT_FALSE(seen.still_hold());
}
TEST_F(SeenFilesTest, ALinkThatLeadsElsewhereEndsThem) {
  disk.link("/etc/link.service", "b.service");
  EXPECT_FALSE(seen.still_hold());
}

}  // namespace svcd
