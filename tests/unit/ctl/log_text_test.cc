#include "ctl/log_text.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>

#include "ctl/moment.h"
#include "ctl/time_text.h"

namespace svcd::ctl {
namespace {

constexpr uint64_t time_of_entry = 1720592542'123456;  // Wed 2024-07-10 06:22:22 UTC

class LogText : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    entry.realtime = time_of_entry;
    entry.host_name = "host";
    entry.identifier = "systemd";
    entry.pid = "1";
    entry.message = "Started web.service - The web.";
    entry.unit = "web.service";
  }
  std::string text() {
    shortened = false;
    return log_entry_text(terminal, entry, style, shortened);
  }
  Terminal terminal;
  LogEntry entry;
  LogStyle style;
  bool shortened = false;
};

TEST_F(LogText, ShortIsSyslogsFormat) {
  EXPECT_EQ(text(), "Jul 10 06:22:22 host systemd[1]: Started web.service - The web.\n");
  entry.pid.clear();
  entry.identifier.clear();
  EXPECT_EQ(text(), "Jul 10 06:22:22 host unknown: Started web.service - The web.\n");
}

TEST_F(LogText, OtherOutputsHaveOtherTimes) {
  style.output = "cat";
  EXPECT_EQ(text(), "Started web.service - The web.\n");
  style.output = "short-iso";
  EXPECT_THAT(text(), testing::StartsWith("2024-07-10T06:22:22+0000 host "));
  style.output = "short-precise";
  EXPECT_THAT(text(), testing::StartsWith("Jul 10 06:22:22.123456 host "));
  style.output = "json";
  entry.fields = {{"MESSAGE", entry.message}, {"X", "1"}, {"X", "2"}, {"BIN", "\xFF"}};
  entry.cursor = "c";
  EXPECT_EQ(text(),
            "{\"MESSAGE\":\"Started web.service - The web.\",\"X\":[\"1\",\"2\"],\"BIN\":[255],"
            "\"__CURSOR\":\"c\",\"__REALTIME_TIMESTAMP\":\"0\",\"__MONOTONIC_TIMESTAMP\":\"0\"}\n");
}

TEST_F(LogText, LaterLinesOfAMessageStandBelowTheFirst) {
  entry.message = "one\ntwo\n";
  EXPECT_EQ(text(),
            "Jul 10 06:22:22 host systemd[1]: one\n"
            "                                 two\n");
}

TEST_F(LogText, LongMessagesAreShortenedOnATerminal) {
  terminal.full_width = false;
  terminal.columns = 53;
  EXPECT_EQ(text(), "Jul 10 06:22:22 host systemd[1]: Started web.servi…b.\n");
  EXPECT_TRUE(shortened);
  terminal.columns = 80;
  EXPECT_EQ(text(), "Jul 10 06:22:22 host systemd[1]: Started web.service - The web.\n");
  EXPECT_FALSE(shortened);
}

TEST_F(LogText, PrioritiesHaveColours) {
  terminal.colours = true;
  entry.message = "m";
  entry.priority = 3;
  EXPECT_THAT(text(), testing::EndsWith(": \x1B[0;1;31mm\x1B[0m\n"));
  entry.priority = 6;
  EXPECT_THAT(text(), testing::EndsWith(": m\n"));
}

TEST_F(LogText, WhatWouldDisturbTheTerminalIsNotShown) {
  entry.message =
      "a\x01"
      "b";
  EXPECT_THAT(text(), testing::EndsWith(": [3B blob data]\n"));
  entry.message = "\xFF";
  EXPECT_THAT(text(), testing::EndsWith(": [1B blob data]\n"));
  entry.message = "\x1B[31mred\x1B[0m\ttab";
  EXPECT_THAT(text(), testing::EndsWith(": red        tab\n"));
  style.show_all = true;
  entry.message =
      "a\x01"
      "b";
  EXPECT_THAT(text(), testing::EndsWith(": a\x01"
                                        "b\n"));
}

TEST_F(LogText, SeveralUnitsAreToldApart) {
  style.with_unit = true;
  style.unit_width = 14;
  EXPECT_EQ(text(), "Jul 10 06:22:22 web.service    systemd[1]: Started web.service - The web.\n");
}

TEST_F(LogText, SinceTakesManyForms) {
  const uint64_t now = time_of_entry;
  uint64_t at = 0;
  EXPECT_TRUE(parse_moment("-2h", now, at));
  EXPECT_EQ(at, now - 2 * usec_per_hour);
  EXPECT_TRUE(parse_moment("1h 30min ago", now, at));
  EXPECT_EQ(at, now - 90 * usec_per_minute);
  EXPECT_TRUE(parse_moment("today", now, at));
  EXPECT_EQ(timestamp_text(at), "Wed 2024-07-10 00:00:00 UTC");
  EXPECT_TRUE(parse_moment("yesterday", now, at));
  EXPECT_EQ(timestamp_text(at), "Tue 2024-07-09 00:00:00 UTC");
  EXPECT_TRUE(parse_moment("10:30", now, at));
  EXPECT_EQ(timestamp_text(at), "Wed 2024-07-10 10:30:00 UTC");
  EXPECT_TRUE(parse_moment("2024-07-10 06:22", now, at));
  EXPECT_EQ(timestamp_text(at), "Wed 2024-07-10 06:22:00 UTC");
  EXPECT_TRUE(parse_moment("@1720592542", now, at));
  EXPECT_EQ(at, 1720592542'000000u);
  for (const char* bad : {"", "soon", "-", "-2parsecs", "25:99", "2024-07", "-99999999999999999999s"})
    EXPECT_FALSE(parse_moment(bad, now, at)) << bad;
}

}  // namespace
}  // namespace svcd::ctl
