// What people and journald read.
#include <gtest/gtest.h>

#include "daemon/linux/console.h"
#include "daemon/linux/journal_sender.h"

namespace svcd {
namespace {

TEST(JournalTest, AMessageHasSystemdsFields) {
  LogMessage message;
  message.unit = "a.service";
  message.message = "Started a.service - A.";
  message.message_id = "39f53479d3a045ac8e11786248231fbf";
  message.fields = {{"JOB_ID", "5"}};
  const std::string text = JournalSender::encode(message, Scope());
  EXPECT_EQ(text, "PRIORITY=6\nSYSLOG_FACILITY=3\nTID=" + std::to_string(getpid()) +
                      "\nSYSLOG_IDENTIFIER=systemd\nUNIT=a.service\nMESSAGE_ID=39f53479d3a045ac8e11786248231fbf\n"
                      "JOB_ID=5\nMESSAGE=Started a.service - A.\n");
}

TEST(JournalTest, AValueOfSeveralLinesCarriesItsLength) {
  LogMessage message;
  message.message = "a\nb";
  const std::string text = JournalSender::encode(message, Scope());
  EXPECT_TRUE(text.ends_with(std::string("MESSAGE\n\x03\0\0\0\0\0\0\0a\nb\n", 20))) << text;
}

TEST(ConsoleTest, WhatIsLongerThanTheConsoleIsWideLosesItsMiddle) {
  using Kind = StatusLine::Kind;
  EXPECT_EQ(Console::format({Kind::info, "See 'systemctl status f.service' for details."}, false, 40),
            "See 'systemctl stat…rvice' for details.\r\n");
  EXPECT_EQ(Console::format({Kind::ok, "Started ü.service - Ünïcödé and more."}, false, 30),
            "[  OK  ] Started ü.…and more.\r\n");
  EXPECT_EQ(Console::format({Kind::ok, "Started a.service - A."}, true, 32),
            "[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39ma.service\x1b[0m - A.\r\n");
  EXPECT_EQ(Console::format({Kind::assert_, "Assertion failed for as.service."}, false),
            "[ASSERT] Assertion failed for as.service.\r\n");
}

TEST(ConsoleTest, LinesLookAsPeopleKnowThem) {
  using Kind = StatusLine::Kind;
  EXPECT_EQ(Console::format({Kind::ok, "Started a.service - A."}, false), "[  OK  ] Started a.service - A.\r\n");
  EXPECT_EQ(Console::format({Kind::ok, "Started a.service - A."}, true),
            "[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39ma.service\x1b[0m - A.\r\n");
  EXPECT_EQ(Console::format({Kind::failed, "Failed to start bad.service - Bad one."}, true),
            "[\x1b[0;1;31mFAILED\x1b[0m] Failed to start \x1b[0;1;39mbad.service\x1b[0m - Bad one.\r\n");
  EXPECT_EQ(Console::format({Kind::depend, "Dependency failed for dep.service - Dep one."}, true),
            "[\x1b[0;1;38;5;185mDEPEND\x1b[0m] Dependency failed for \x1b[0;1;39mdep.service\x1b[0m - Dep one.\r\n");
  EXPECT_EQ(Console::format({Kind::none, "Starting a.service - A..."}, true),
            "         Starting \x1b[0;1;39ma.service\x1b[0m - A...\r\n");
  EXPECT_EQ(Console::format({Kind::info, "See 'systemctl status bad' for details."}, true),
            "See 'systemctl status bad' for details.\r\n");
}

}  // namespace
}  // namespace svcd
