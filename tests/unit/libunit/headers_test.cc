#include <gmock/gmock.h>

#include "libunit/default_dependencies.h"
#include "libunit/install.h"
#include "libunit/settings.h"
#include "libunit/shared_blocks.h"

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

TEST(UnitConfig, OfUnitsThatSayTheSameIsStoredOnce) {
  SharedBlocks shared;
  const auto loaded = [&](const std::string& slice, mode_t umask) {
    UnitConfig config;
    config.change<ResourceSection>().slice = slice;
    config.change<ExecSection>().umask = umask;
    shared.share(config);
    return config;
  };
  const UnitConfig a = loaded("a.slice", 077), b = loaded("a.slice", 022), c = loaded("a.slice", 077);
  EXPECT_TRUE(a.block<ResourceSection>().shares_with(b.block<ResourceSection>()));
  EXPECT_FALSE(a.shares_all_with(b));
  EXPECT_TRUE(b.block<ExecSection>().is_default());
  EXPECT_TRUE(a.shares_all_with(c));
  UnitConfig changed = c;
  changed.change<ResourceSection>().slice = "b.slice";
  EXPECT_EQ(a.resource().slice, "a.slice");
}

TEST(UnitConfig, OfAUnitIsNotComparedWithThoseOfAllBefore) {
  SharedBlocks shared;
  std::vector<UnitConfig> configs;
  for (size_t i = 0; i <= SharedBlocks::kept; ++i) {
    configs.emplace_back().change<UnitSection>().description = fmt::format("Unit {}", i);
    shared.share(configs.back());
  }
  UnitConfig last = configs.back(), first;
  first.change<UnitSection>().description = "Unit 0";
  shared.share(first);
  shared.share(last);
  EXPECT_FALSE(first.shares_all_with(configs.front()));
  EXPECT_TRUE(last.shares_all_with(configs.back()));
}

}  // namespace svcd
