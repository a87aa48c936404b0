// Which lines of its files a unit is made of.
#include "libunit/written.h"

#include <gmock/gmock.h>

#include "libunit/memory_files.h"

namespace svcd {
namespace {

using ::testing::ElementsAre;

class WrittenTest : public ::testing::Test {
 protected:
  /// The values that count, "FILE:LINE KEY=VALUE".
  std::vector<std::string> counting(const std::string& name) {
    UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
    const LoadedUnit unit = loader.load(UnitName::parse(name).value());
    std::vector<std::string> lines;
    for (const WrittenValue& value : written_values(files, unit, host))
      if (value.counts)
        lines.push_back(fmt::format("{}:{} {}={}", value.at.path.substr(value.at.path.rfind('/') + 1), value.at.line,
                                    value.key, value.value));
    return lines;
  }
  void write(const std::string& name, std::string_view text) { files.write("/etc/systemd/system/" + name, text); }
  MemoryFiles files;
  HostFacts host;
};

TEST_F(WrittenTest, TheLastWordOnASettingCounts) {
  write("a.service", "[Service]\nType=forking\nRestart=no\nType=oneshot\nExecStart=/bin/a\n");
  write("a.service.d/b.conf", "[Service]\nType=exec\n");
  EXPECT_THAT(counting("a.service"),
              ElementsAre("a.service:3 Restart=no", "a.service:5 ExecStart=/bin/a", "b.conf:2 Type=exec"));
}

TEST_F(WrittenTest, AListHasAllItsLinesSinceItWasReset) {
  write("a.service",
        "[Unit]\nAfter=b.service\nAfter=c.service\n[Service]\nExecStart=/bin/a\nEnvironment=A=1\nEnvironment=B=2\n");
  write("a.service.d/b.conf", "[Service]\nEnvironment=C=3\nExecStart=\nExecStart=/bin/b\n");
  EXPECT_THAT(counting("a.service"),
              ElementsAre("a.service:2 After=b.service", "a.service:3 After=c.service", "a.service:6 Environment=A=1",
                          "a.service:7 Environment=B=2", "b.conf:2 Environment=C=3", "b.conf:4 ExecStart=/bin/b"));
}

TEST_F(WrittenTest, AnEmptyConditionTakesBackAllOthers) {
  write("a.service",
        "[Unit]\nConditionPathExists=/a\nConditionHost=b\nDefaultDependencies=yes\nConditionUser=\n"
        "ConditionACPower=yes\n[Service]\nExecStart=/bin/a\n");
  EXPECT_THAT(counting("a.service"), ElementsAre("a.service:4 DefaultDependencies=yes",
                                                 "a.service:6 ConditionACPower=yes", "a.service:8 ExecStart=/bin/a"));
}

TEST_F(WrittenTest, WhatIsUnknownOrDoesNotParseCountsForNothing) {
  write("a.service", "[Service]\nExecStart=/bin/a\nRestart=always\nRestart=sometimes\nBogus=1\n[X-A]\nType=exec\n");
  EXPECT_THAT(counting("a.service"), ElementsAre("a.service:2 ExecStart=/bin/a", "a.service:3 Restart=always"));
}

}  // namespace
}  // namespace svcd
