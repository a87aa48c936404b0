#include "ctl/terminal.h"

#include <gmock/gmock.h>

#include "ctl/table.h"

namespace svcd::ctl {
namespace {

Terminal screen(unsigned columns) {
  Terminal t;
  t.is_terminal = true;
  t.full_width = false;
  t.columns = columns;
  return t;
}

TEST(Ellipsis, TextThatFitsStaysAsItIs) {
  EXPECT_EQ(ellipsize(screen(80), "12345", 5), "12345");
}

TEST(Ellipsis, CutsAtTheEnd) {
  EXPECT_EQ(ellipsize(screen(80), "1234567890", 5), "1234…");
}

TEST(Ellipsis, KeepsTheLastTenPercentOfALogLine) {
  EXPECT_EQ(ellipsize(screen(80), "abcdefghijklmnopqrstuvwxyz", 11, 90), "abcdefghi…z");
}

TEST(Ellipsis, CountsColumnsAndNotBytes) {
  EXPECT_EQ(ellipsize(screen(80), "äöüäöü", 6), "äöüäöü");
  EXPECT_EQ(ellipsize(screen(80), "äöüäöü", 4), "äöü…");
  EXPECT_EQ(ellipsize(screen(80), "日本語日本語", 7), "日本語…");
}

TEST(Ellipsis, IsThreeDotsWithoutUtf8) {
  Terminal t = screen(80);
  t.utf8 = false;
  EXPECT_EQ(ellipsize(t, "1234567890", 6), "123...");
  EXPECT_EQ(ellipsize(t, "1234567890", 2), "..");
  EXPECT_EQ(ellipsize(t, "1234567890", 0), "");
}

TEST(DisplayWidth, EscapeSequencesAndBrokenUtf8AreNoTrap) {
  EXPECT_EQ(display_width("\x1B[0;1;31mred\x1B[0m"), 3u);
  EXPECT_EQ(display_width("\xC3"), 1u);
  EXPECT_EQ(display_width("\x1B["), 2u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Printable, NothingThatDrivesATerminalPasses) {
  EXPECT_EQ(printable("a b ä 日 \"$\\"), "a b ä 日 \"$\\");
  EXPECT_EQ(printable("\x1B[2J\n\x7F"), "\\x1b[2J\\x0a\\x7f");
  EXPECT_EQ(printable("\xC2\x9B|\xFF|\xC3"), "\\xc2\\x9b|\\xff|\\xc3");
}

TEST(StateDot, IsColouredByState) {
  Terminal t = screen(80);
  EXPECT_EQ(state_dot(t, "active"), "●");
  EXPECT_EQ(state_dot(t, "inactive"), "○");
  EXPECT_EQ(state_dot(t, "failed"), "×");
  EXPECT_EQ(state_dot(t, "activating"), "●");
  EXPECT_EQ(state_dot(t, "reloading"), "↻");
  t.colours = true;
  EXPECT_EQ(state_dot(t, "active"), "\x1B[0;1;32m●\x1B[0m");
  EXPECT_EQ(state_dot(t, "failed"), "\x1B[0;1;31m×\x1B[0m");
  EXPECT_EQ(state_dot(t, "inactive"), "○");
  t.utf8 = false;
  t.colours = false;
  EXPECT_EQ(state_dot(t, "active") + state_dot(t, "inactive") + state_dot(t, "failed"), "**x");
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"UNIT", "STATE"});
  table.add({"a.service", "active"});
  table.add({"long-name.service", "failed"});
  EXPECT_EQ(table.text(Terminal(), true),
            "UNIT              STATE\n"
            "a.service         active\n"
            "long-name.service failed\n");
  EXPECT_EQ(table.text(Terminal(), false),
            "a.service         active\n"
            "long-name.service failed\n");
}

TEST(Table, TheWidestColumnGivesWayOnANarrowTerminal) {
  Table table({"UNIT", "DESCRIPTION"});
  table.add({"a.service", "A description that is rather long"});
  EXPECT_EQ(table.text(screen(24), true),
            "UNIT      DESCRIPTION\n"
            "a.service A description…\n");
  EXPECT_EQ(table.text(screen(1), false), "a.se… A de…\n");
}

}  // namespace
}  // namespace svcd::ctl
