// show-environment: what systemctl 252 printed for the same variables.
#include "ctl/environment_text.h"

#include <gtest/gtest.h>

namespace svcd::ctl {
namespace {

TEST(EnvironmentTextTest, IsWhatAShellReadsBack) {
  EXPECT_EQ(shell_assignment("PATH=/usr/bin:/bin"), "PATH=/usr/bin:/bin");
  EXPECT_EQ(shell_assignment("A="), "A=");
  EXPECT_EQ(shell_assignment("B=x y"), "B=$'x y'");
  EXPECT_EQ(shell_assignment("C=$d\"q\""), "C=$'$d\"q\"'");
  EXPECT_EQ(shell_assignment("T=tab\tx"), "T=$'tab\\tx'");
  EXPECT_EQ(shell_assignment("A=x\ny"), "A=$'x\\ny'");
  EXPECT_EQ(shell_assignment("S2=${GEN}x"), "S2=$'${GEN}x'");
}

}  // namespace
}  // namespace svcd::ctl
