// Which files count, what is not there, what is hostile; and Debian's own units.
#include "unit/rehearsal/rehearsed.h"

namespace svcd::rehearsal {
namespace {

constexpr const char* quick = "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/x\n";

TEST(Tree, TheFirstFolderCountsBeforeTheOthers) {
  const Folder first(
      "== a.service\n[Unit]\nDefaultDependencies=no\nAfter=b.service\nWants=b.service\n[Service]\nExecStart=/bin/a\n");
  const Folder second(std::string("== a.service\n[Unit]\n[Service]\nExecStart=/bin/other\n== b.service\n") + quick);
  const Said said = rehearse_with({"--start=a", "--units=" + first.path()}, second.path());
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text, testing::HasSubstr("a.service  after b.service [After= in a.service]"));
}

TEST(Tree, AWholeSystemIsReadBelowItsRoot) {
  // Absolute links lead where they would if the folder were "/"; so do paths of conditions. The manager's own
  // configuration counts; what a generator left behind does, too.
  const Folder root(
      "== etc/systemd/system/default.target -> /lib/systemd/system/multi-user.target\n"
      "== usr/lib/systemd/system/multi-user.target\n[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\n"
      "== lib -> usr/lib\n"
      "== etc/systemd/system/multi-user.target.wants/a.service -> /lib/systemd/system/a.service\n"
      "== usr/lib/systemd/system/a.service\n[Unit]\nDefaultDependencies=no\nConditionPathExists=/etc/a.conf\n"
      "[Service]\nExecStart=/bin/a\n"
      "== etc/a.conf\nx\n"
      "== usr/lib/systemd/system/b.service\n[Unit]\nDefaultDependencies=no\nConditionPathExists=/etc/b.conf\n"
      "[Service]\nExecStart=/bin/b\n"
      "== run/systemd/generator/multi-user.target.wants/b.service -> /lib/systemd/system/b.service\n"
      "== etc/systemd/system/multi-user.target.wants/c.service -> ../c.service\n"
      "== etc/systemd/system/c.service\n[Unit]\nDefaultDependencies=no\nBindsTo=b.service\nAfter=b.service\n"
      "[Service]\nExecStart=/bin/c\n"
      "== etc/systemd/system.conf.d/short.conf\n[Manager]\nDefaultTimeoutStopSec=7s\n");
  const Said said = rehearse_with({"--root=" + root.path(), "--states", "--hang=a", "--stop=a@1s"}, "");
  EXPECT_EQ(said.code, 3);
  EXPECT_THAT(said.text, testing::HasSubstr("default.target (multi-user.target) is reached after 0.000s"));
  EXPECT_THAT(said.text, testing::HasSubstr("a.service from 1.000s, 7.000s long: TimeoutStopSec=7s, the default"));
  EXPECT_THAT(said.text, testing::HasSubstr("c.service: given up: b.service is not up, since a condition of it is not "
                                            "met (BindsTo= in c.service)"));
  EXPECT_THAT(said.text, testing::HasSubstr("a.service: inactive (dead) -> active (running)"));
  EXPECT_THAT(said.text, testing::Not(testing::HasSubstr("b.service: inactive")));
}

TEST(Tree, SameSeedSameRunOtherSeedOtherTimes) {
  const Folder folder(std::string("== a.service\n") + quick);
  const auto text = [&](const char* seed) {
    return rehearse_with({"--start=a", seed, "-o", "json"}, folder.path()).text;
  };
  EXPECT_EQ(text("--seed=5"), text("--seed=5"));
  EXPECT_NE(text("--seed=5"), text("--seed=6"));
}

TEST(Tree, AnotherUnitDoesNotChangeTheTimesOfThisOne) {
  const auto line = [](const std::string& files) {
    const std::string text = rehearse_files({"--start=a", "--states"}, files).text;
    const size_t end = text.find("a.service: activating (start) -> inactive (dead)");
    return text.substr(text.rfind('\n', end), 12);
  };
  const std::string alone = std::string("== a.service\n") + quick;
  EXPECT_EQ(line(alone), line(alone + "Nice=1\n[Unit]\nWants=b.service\n== b.service\n" + quick));
}

TEST(Tree, HostileFilesAreNothingToFearAndNothingToWaitFor) {
  const Folder folder(
      std::string("== a.service\n[Unit]\nDefaultDependencies=no\n"
                  "Wants=fifo.service loop.service folder.service big.service a-nul.service many@1.service\n"
                  "[Service]\nExecStart=/bin/a\n"
                  "== loop.service -> loop.service\n== folder.service/x\n== a-nul.service\n[Unit]\nDescription=") +
      '\0' + "\n== big.service\n[Unit]\nDescription=" + std::string(3'000'000, 'x') +
      "\n== many@.service\n[Unit]\nDefaultDependencies=no\nWants=many@0%i.service many@1%i.service\n"
      "[Service]\nType=oneshot\nExecStart=/bin/x\n");
  ASSERT_EQ(::mkfifo((folder.path() + "/fifo.service").c_str(), 0600), 0);
  const Said said = rehearse_with({"--start=a"}, folder.path());
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.text, testing::StartsWith("a.service is reached after 0.000s, seed 1: all is well."));
  for (const char* name : {"fifo.service", "loop.service", "folder.service", "big.service", "a-nul.service"})
    EXPECT_THAT(said.text, testing::HasSubstr(fmt::format("\n  {} (", name)));
}

class DebianBoot : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/lib/systemd/system/multi-user.target")) GTEST_SKIP() << "no systemd package here";
  }
};

TEST_F(DebianBoot, ReachesItsTargetsInVirtualTime) {
  for (const char* target : {"multi-user.target", "graphical.target", "rescue.target"}) {
    const Said said = rehearse_with({"--start=" + std::string(target)}, "/lib/systemd/system");
    EXPECT_EQ(said.code, 0) << said.text;
    EXPECT_THAT(said.text, testing::StartsWith(target));
    EXPECT_THAT(said.text, testing::HasSubstr("-sysinit.target"));
  }
}

TEST_F(DebianBoot, GoesDownAgainWithoutALongStop) {
  const Said said = rehearse_with({"--start=multi-user.target", "--shutdown"}, "/lib/systemd/system");
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text, testing::HasSubstr("poweroff.target  after systemd-poweroff.service"));
}

TEST_F(DebianBoot, IsWellWithAnySeed) {
  const Said said = rehearse_with({"--start=multi-user.target", "--seeds=20"}, "/lib/systemd/system");
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.text, testing::StartsWith("multi-user.target: 20 seeds, 1 to 20, reached in 20: after "));
}

TEST_F(DebianBoot, WaitsForAJournalThatIsNeverReady) {
  const Said said =
      rehearse_with({"--start=multi-user.target", "--hang=systemd-journald.service"}, "/lib/systemd/system");
  EXPECT_EQ(said.code, 5);  // it is restarted for ever
  EXPECT_THAT(said.text, testing::HasSubstr("systemd-journald.service/restart runs (start)"));
  EXPECT_THAT(said.text, testing::HasSubstr("systemd-journald.service 5 times, the first from 90.000s, 90.000s long: "
                                            "TimeoutStopSec=1min 30s, the default"));
}

}  // namespace
}  // namespace svcd::rehearsal
