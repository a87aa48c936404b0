// Which units presets enable; systemd.preset(5).
#include "unit/libunit/install_fixture.h"

namespace svcd {

using testing::ElementsAre;
using testing::IsEmpty;

using PresetTest = InstallTest;

TEST_F(PresetTest, PresetsEnableOrDisableByTheFirstRuleThatMatches) {
  files.write("/usr/lib/systemd/system-preset/90-x.preset", "disable *\n");
  files.write("/etc/systemd/system-preset/10-x.preset",
              "# c\ndisable off.service\nenable o*.service\nenable p@.service i1 i2\nbogus x\ndisable\n");
  unit("on.service", "WantedBy=multi-user.target\n");
  unit("off.service", "WantedBy=multi-user.target\n");
  unit("other.service", "WantedBy=multi-user.target\n");
  unit("p@.service", "WantedBy=multi-user.target\n");
  EXPECT_THAT(ask(InstallVerb::preset, {"on.service"}, false, false),
              ElementsAre(symlink(etc + "multi-user.target.wants/on.service", vendor + "on.service")));
  EXPECT_TRUE(carries_install_info);
  enable("off.service");
  EXPECT_THAT(ask(InstallVerb::preset, {"off.service"}, false, false),
              ElementsAre("unlink " + etc + "multi-user.target.wants/off.service"));
  EXPECT_FALSE(carries_install_info);
  EXPECT_THAT(ask(InstallVerb::preset, {"p@.service"}, false, false),
              ElementsAre(symlink(etc + "multi-user.target.wants/p@i1.service", vendor + "p@.service"),
                          symlink(etc + "multi-user.target.wants/p@i2.service", vendor + "p@.service")));
  EXPECT_TRUE(installer.preset_enables("p@i1.service"));
  EXPECT_FALSE(installer.preset_enables("p@i3.service"));
  EXPECT_FALSE(installer.preset_enables("x.service"));
  EXPECT_EQ(ask(InstallVerb::preset, {"none.service"}, false, false),
            error(ErrorCode::no_such_unit, "Unit file none.service does not exist."));
  const InstallPlan plan = installer.plan({InstallVerb::preset, {}, false, false, {}, {}});
  ASSERT_EQ(plan.diagnostics.size(), 2u);
  EXPECT_EQ(to_string(plan.diagnostics[0]),
            "/etc/systemd/system-preset/10-x.preset:5: Couldn't parse line 'bogus x'. Ignoring.");
}

TEST_F(PresetTest, WithoutAPresetUnitsAreEnabled) {
  EXPECT_TRUE(installer.preset_enables("x.service"));
}

TEST_F(PresetTest, PresetAllFollowsThePresetsOfAllUnitFiles) {
  files.write("/etc/systemd/system-preset/10-x.preset", "enable on.service\ndisable *\n");
  unit("on.service", "WantedBy=multi-user.target\n");
  unit("off.service", "WantedBy=multi-user.target\n");
  files.link(etc + "multi-user.target.wants/off.service", vendor + "off.service");
  const auto preset_all = [&](PresetMode mode) {
    return made(installer.plan({InstallVerb::preset_all, {}, false, false, mode, {}}));
  };
  EXPECT_THAT(preset_all(PresetMode::enable_only),
              ElementsAre(symlink(etc + "multi-user.target.wants/on.service", vendor + "on.service")));
  EXPECT_THAT(preset_all(PresetMode::full), ElementsAre("unlink " + etc + "multi-user.target.wants/off.service"));
  EXPECT_THAT(preset_all(PresetMode::disable_only), IsEmpty());
}

}  // namespace svcd
