// How command lines are shown; expectations are what systemd 252 shows.
#include "daemon/linux/process_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace svcd {
namespace {

using namespace std::string_view_literals;

TEST(ProcessCommandTest, ArgumentsAreJoinedByBlanks) {
  EXPECT_EQ(quote_command_line("/bin/sleep\0"
                               "1000\0"sv),
            "/bin/sleep 1000");
  EXPECT_EQ(quote_command_line("busctl\0call\0\0"sv), "busctl call") << "empty ones at the end are dropped";
  EXPECT_EQ(quote_command_line("a\0\0b\0"sv), "a \"\" b");
  EXPECT_EQ(quote_command_line(""sv), "");
}

TEST(ProcessCommandTest, WhatMeansSomethingToAShellIsQuoted) {
  EXPECT_EQ(quote_command_line("/bin/sh\0-c\0sleep 1000; echo \"a b\" $x \\ ~\0"sv),
            R"(/bin/sh -c "sleep 1000; echo \"a b\" \$x \\ ~")");
  EXPECT_EQ(quote_command_line("a'b\0"
                               "500\0"sv),
            "\"a'b\" 500");
  EXPECT_EQ(quote_command_line("tab\tnl\n\xc3\xa9\0"
                               "500\0"sv),
            "\"tab\\tnl\\n\xc3\xa9\" 500");
  EXPECT_EQ(quote_command_line("~x\0a=b\0{a}\0#\0"sv), "~x a=b {a} #");
}

TEST(ProcessCommandTest, WhatIsNoUtf8IsEscaped) {
  EXPECT_EQ(quote_command_line("a\xff"
                               "b\0"
                               "1000\0"sv),
            R"("a\377b" 1000)");
  EXPECT_EQ(quote_command_line("main\x01\x7f\xc3\0"sv), R"("main\001\177\303")");
  EXPECT_EQ(quote_command_line("\xe4\xb8\xad\0"sv), "\xe4\xb8\xad");
}

TEST(ProcessCommandTest, AProcessThatIsGoneHasNone) {
  EXPECT_EQ(process_command_line(-1), "n/a");
  EXPECT_NE(process_command_line(::getpid()), "n/a");
}

}  // namespace
}  // namespace svcd
