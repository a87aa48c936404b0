// Names of signals and of exit codes; signal(7), systemd.exec(5).
#include <gtest/gtest.h>

#include <csignal>

#include "libunit/codecs.h"
#include "libunit/exit_status_names.h"

namespace svcd {
namespace {

int signal_of(std::string_view text) {
  int signal = 0;
  return parse_signal(text, signal) ? signal : -1;
}

TEST(Signals, AreTakenByNameAndNumber) {
  EXPECT_EQ(signal_of("KILL"), SIGKILL);
  EXPECT_EQ(signal_of("SIGHUP"), SIGHUP);
  EXPECT_EQ(signal_of("15"), SIGTERM);
  EXPECT_EQ(signal_of("RTMIN+3"), SIGRTMIN + 3);
  EXPECT_EQ(signal_of("SIGRTMAX-1"), SIGRTMAX - 1);
  for (const char* none : {"BOGUS", "-1", "0", "RTMIN+99", ""}) EXPECT_EQ(signal_of(none), -1) << none;
}

TEST(ExitStatuses, HaveTheNamesOfSystemdExec) {
  EXPECT_STREQ(exit_status_name(0), "SUCCESS");
  EXPECT_STREQ(exit_status_name(7), "NOTRUNNING");
  EXPECT_STREQ(exit_status_name(203), "EXEC");
  EXPECT_STREQ(exit_status_name(231), "APPARMOR");
  EXPECT_STREQ(exit_status_name(244), "BPF");
  EXPECT_EQ(exit_status_name(245), nullptr);
  EXPECT_STREQ(exit_status_name(255), "EXCEPTION");
  EXPECT_EQ(exit_status_named("USAGE"), 64);
  EXPECT_EQ(exit_status_named("usage"), -1);
}

TEST(ExitStatuses, ThatProgramsUseAsTheyLikeHaveNoCommonName) {
  EXPECT_STREQ(common_exit_status_name(255), "EXCEPTION");
  EXPECT_EQ(common_exit_status_name(7), nullptr);
  EXPECT_EQ(common_exit_status_name(64), nullptr);
}

}  // namespace
}  // namespace svcd
