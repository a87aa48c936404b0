#include <gmock/gmock.h>

#include "libunit/default_dependencies.h"
#include "libunit/install.h"
#include "libunit/settings.h"

namespace svcd {

TEST(UnitConfig, SharesGroupsUntilTheyAreChanged) {
  UnitConfig a, b;
  EXPECT_TRUE(a.block<ExecSection>().shares_with(b.block<ExecSection>()));
  a.change<ExecSection>().umask = 077;
  EXPECT_FALSE(a.block<ExecSection>().shares_with(b.block<ExecSection>()));
  EXPECT_EQ(b.exec().umask, 022u);
  UnitConfig c = a;
  EXPECT_TRUE(a.block<ExecSection>().shares_with(c.block<ExecSection>()));
}

}  // namespace svcd
