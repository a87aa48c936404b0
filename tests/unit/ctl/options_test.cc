#include "ctl/options.h"

#include <gmock/gmock.h>

#include "ctl/context.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "svcctl");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(Options, MayComeBeforeAndAfterTheVerb) {
  const Options o = parse({"-q", "status", "a", "-n5", "b", "--no-pager", "-l"}).options;
  EXPECT_EQ(o.verb, "status");
  EXPECT_THAT(o.arguments, testing::ElementsAre("a", "b"));
  EXPECT_TRUE(o.quiet && o.no_pager && o.full);
  EXPECT_EQ(o.lines, 5);
}

TEST(Options, ListsTakeCommasAndRepetition) {
  const Options o = parse({"show", "-p", "Id,Names", "-p", "Type", "-t", "service", "x"}).options;
  EXPECT_THAT(o.properties, testing::ElementsAre("Id", "Names", "Type"));
  EXPECT_THAT(o.types, testing::ElementsAre("service"));
  EXPECT_THAT(o.arguments, testing::ElementsAre("x"));
  EXPECT_FALSE(o.value);
  EXPECT_TRUE(parse({"show", "-P", "Id", "x"}).options.value);
}

TEST(Options, UnitsThatStartWithADashComeAfterTwo) {
  EXPECT_THAT(parse({"status", "--", "-.mount"}).options.arguments, testing::ElementsAre("-.mount"));
  const Parsed wrong = parse({"status", "-.mount"});
  EXPECT_TRUE(wrong.ends);
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.text, testing::HasSubstr("svcctl VERB -- -.mount"));
}

TEST(Options, WhatIsWrongIsOneLineWithTheNextStep) {
  for (const Parsed& wrong :
       {parse({"--bogus"}), parse({"status", "-n", "x"}), parse({"status", "-o", "bogus"}),
        parse({"status", "--lines"}), parse({"--user", "status"}), parse({"-H", "h", "status"})}) {
    EXPECT_TRUE(wrong.ends);
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_THAT(wrong.text, testing::StartsWith("svcctl: "));
    EXPECT_EQ(std::count(wrong.text.begin(), wrong.text.end(), '\n'), 1);
  }
}

TEST(Options, FFollowsForLogsAndForcesElsewhere) {
  EXPECT_TRUE(parse({"logs", "-f", "x"}).options.follow);
  EXPECT_FALSE(parse({"enable", "-f", "x"}).options.follow);
  EXPECT_TRUE(parse({"enable", "-f", "x"}).options.force);
}

TEST(Verbs, EachHasHelpOfItsOwn) {
  for (const char* name : {"status", "start", "logs", "list-units", "enable", "kill"}) {
    const Verb* verb = find_verb(name);
    ASSERT_NE(verb, nullptr);
    EXPECT_THAT(verb_help(*verb), testing::StartsWith("svcctl " + std::string(name)));
  }
  EXPECT_EQ(find_verb("bogus"), nullptr);
  EXPECT_EQ(find_verb(""), nullptr);
}

TEST(ExitCodes, OfRefusedJobsAreThoseOfSystemctl) {
  const auto code = [](const char* name) { return exit_code_of(sdbus::Error(name, "")); };
  EXPECT_EQ(code("org.freedesktop.systemd1.NoSuchUnit"), 5);
  EXPECT_EQ(code("org.freedesktop.systemd1.OnlyByDependency"), 4);
  EXPECT_EQ(code("org.freedesktop.systemd1.NoIsolation"), 4);
  EXPECT_EQ(code("org.freedesktop.systemd1.TransactionIsDestructive"), 4);
  EXPECT_EQ(code("org.freedesktop.DBus.Error.AccessDenied"), 4);
  EXPECT_EQ(code("org.freedesktop.systemd1.JobTypeNotApplicable"), 3);
  EXPECT_EQ(code("org.freedesktop.systemd1.UnitMasked"), 1);
}

}  // namespace
}  // namespace svcd::ctl
