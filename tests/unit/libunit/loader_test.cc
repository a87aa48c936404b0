#include "libunit/loader.h"

#include <gmock/gmock.h>

#include "libunit/memory_files.h"

namespace svcd {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string etc = "/etc/systemd/system/", run = "/run/systemd/system/", lib = "/usr/lib/systemd/system/";

class LoaderTest : public testing::Test {
 protected:
  LoaderTest() { files.link("/lib", "usr/lib"); }

  LoadedUnit load(std::string_view name) {
    loader.forget();
    return loader.load(UnitName::parse(name).value());
  }
  std::string described(std::string_view name) { return load(name).config.unit().description; }
  std::vector<std::string> names(const std::vector<UnitName>& units) {
    std::vector<std::string> texts;
    for (const UnitName& unit : units) texts.push_back(unit.str());
    return texts;
  }
  std::string failure(const LoadedUnit& unit) {
    return fmt::format("{}: {} ({})", to_string(unit.state), unit.error.message, unit.error.error_number);
  }
  std::vector<std::string> told(const LoadedUnit& unit) {
    std::vector<std::string> texts;
    for (const Diagnostic& d : unit.diagnostics) texts.push_back(to_string(d));
    return texts;
  }

  MemoryFiles files;
  HostFacts host;
  UnitLoader loader{files, SearchPath::system("/etc", "/run", ""), host};
};

}  // namespace

TEST(SearchPath, IsTheOneOfSystemModeAndOurOwnFolderLast) {
  EXPECT_THAT(SearchPath::system("/etc", "/run", "").folders,
              ElementsAre("/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
                          "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached",
                          "/run/systemd/system", "/run/systemd/system.attached", "/run/systemd/generator",
                          "/usr/local/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system",
                          "/run/systemd/generator.late", "/usr/lib/svcd/system"));
}

TEST(SearchPath, IsReplacedByTheEnvironmentAndAppendedToATrailingColon) {
  EXPECT_THAT(SearchPath::system("/etc", "/run", "/x//y/:/z").folders, ElementsAre("/x/y", "/z"));
  const SearchPath path = SearchPath::system("/etc", "/run", "/x:/etc/systemd/system:");
  ASSERT_EQ(path.folders.size(), 15u);
  EXPECT_EQ(path.folders[0], "/x");
  EXPECT_EQ(path.folders[1], "/etc/systemd/system");
  EXPECT_EQ(path.folders[2], "/etc/systemd/system.control");
  EXPECT_EQ(path.folders[5], "/run/systemd/generator.early");
  EXPECT_EQ(path.folders[6], "/etc/systemd/system.attached");
  EXPECT_EQ(path.persistent_config, "/etc/systemd/system");
}

TEST_F(LoaderTest, FilesFoundInFoldersListedEarlierOverrideThoseLaterInTheList) {
  files.write(lib + "a.service", "[Unit]\nDescription=lib\n[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(load("a.service").fragment_path, "/lib/systemd/system/a.service");
  files.write(run + "a.service", "[Unit]\nDescription=run\n[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(described("a.service"), "run");
  files.write(etc + "a.service", "[Unit]\nDescription=etc\n[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(described("a.service"), "etc");
  EXPECT_EQ(load("a.service").state, LoadState::loaded);
}

TEST_F(LoaderTest, AUnitWithoutAFileIsNotFound) {
  EXPECT_EQ(failure(load("none.service")), "not-found: Unit none.service not found. (2)");
  files.write(etc + "none.service.d/a.conf", "[Unit]\nDescription=x\n");
  const LoadedUnit unit = load("none.service");
  EXPECT_EQ(unit.state, LoadState::not_found);
  EXPECT_THAT(unit.drop_in_paths, IsEmpty());
  EXPECT_EQ(unit.config.unit().description, "");
}

TEST_F(LoaderTest, SlicesAndDevicesNeedNoFile) {
  files.write(etc + "x.slice.d/a.conf", "[Unit]\nDescription=from a drop-in\n");
  const LoadedUnit slice = load("x.slice");
  EXPECT_EQ(slice.state, LoadState::loaded);
  EXPECT_EQ(slice.config.unit().description, "from a drop-in");
  EXPECT_EQ(load("none.device").state, LoadState::loaded);
  EXPECT_EQ(load("none.mount").state, LoadState::not_found);
  EXPECT_EQ(failure(load("bad-.slice")),
            "error: Unit bad-.slice failed to load properly, please adjust/correct and reload service manager: Invalid "
            "argument (22)");
}

TEST_F(LoaderTest, AnInstanceIsLoadedFromItsTemplateUnlessItHasAFileOfItsOwn) {
  files.write(etc + "t@.service", "[Unit]\nDescription=template for %i\n[Service]\nExecStart=/bin/true\n");
  files.write(etc + "t@own.service", "[Unit]\nDescription=own\n[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(described("t@x.service"), "template for x");
  EXPECT_EQ(described("t@own.service"), "own");
  EXPECT_EQ(failure(load("t@.service")), "error: Unit name t@.service is missing the instance name. (22)");
}

TEST_F(LoaderTest, ALinkToDevNullOrAnEmptyFileMasksAUnit) {
  files.write(lib + "a.service", "[Service]\nExecStart=/bin/true\n");
  files.link(run + "a.service", "/dev/null");
  EXPECT_EQ(failure(load("a.service")), "masked: Unit a.service is masked. (0)");
  EXPECT_EQ(load("a.service").fragment_path, run + "a.service");
  files.write(etc + "b.service", "");
  EXPECT_EQ(load("b.service").state, LoadState::masked);
  files.link(etc + "c.service", "a.service");
  const LoadedUnit alias = load("c.service");
  EXPECT_EQ(alias.state, LoadState::masked);
  EXPECT_EQ(alias.id.str(), "a.service");
}

TEST_F(LoaderTest, ASymlinkIsAnAliasOfTheUnitThatItPointsTo) {
  files.write(lib + "a.service", "[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true\n");
  files.link(etc + "b.service", "/lib/systemd/system/a.service");
  files.link(lib + "c.service", "b.service");
  for (const char* name : {"a.service", "b.service", "c.service"}) {
    const LoadedUnit unit = load(name);
    EXPECT_EQ(unit.id.str(), "a.service");
    EXPECT_THAT(names(unit.names), ElementsAre("a.service", "b.service", "c.service"));
    EXPECT_EQ(unit.fragment_path, "/lib/systemd/system/a.service");
  }
}

TEST_F(LoaderTest, ASymlinkOutOfTheSearchPathLinksTheUnitUnderItsOwnName) {
  files.write("/opt/u/real.service", "[Unit]\nDescription=%n\n[Service]\nExecStart=/bin/true\n");
  files.link(etc + "other.service", "/opt/u/real.service");
  const LoadedUnit unit = load("other.service");
  EXPECT_EQ(unit.id.str(), "other.service");
  EXPECT_EQ(unit.fragment_path, etc + "other.service");
  EXPECT_EQ(unit.config.unit().description, "other.service");
  EXPECT_EQ(load("real.service").state, LoadState::not_found);
}

TEST_F(LoaderTest, ALinkOfTheSameNameLeadsFurtherDownTheSearchPath) {
  files.write(lib + "deep.service", "[Service]\nExecStart=/bin/true\n");
  files.link(etc + "deep.service", "/usr/lib/systemd/system/deep.service");
  files.link(etc + "alias.service", "../../../usr/lib/systemd/system/deep.service");
  const LoadedUnit unit = load("deep.service");
  EXPECT_EQ(unit.fragment_path, "/lib/systemd/system/deep.service");
  EXPECT_THAT(names(unit.names), ElementsAre("deep.service", "alias.service"));
}

TEST_F(LoaderTest, AliasesOfATemplateAreAliasesOfEachInstance) {
  files.write(etc + "own@.service", "[Service]\nExecStart=/bin/true\n");
  files.write(etc + "own@i.service", "[Unit]\nDescription=i\n[Service]\nExecStart=/bin/true\n");
  files.link(etc + "al@.service", "own@.service");
  files.link(etc + "al@i.service", "own@i.service");
  files.link(etc + "al3@.service", "own@.service");
  files.link(etc + "al3@j.service", "/dev/null");
  files.link(etc + "one@x.service", "own@.service");
  EXPECT_THAT(names(load("own@k.service").names), ElementsAre("own@k.service", "al3@k.service", "al@k.service"));
  EXPECT_THAT(names(load("al@k.service").names), ElementsAre("own@k.service", "al3@k.service", "al@k.service"));
  EXPECT_THAT(names(load("own@j.service").names), ElementsAre("own@j.service", "al@j.service"));
  EXPECT_EQ(load("al3@j.service").state, LoadState::masked);
  EXPECT_THAT(names(load("al@i.service").names), ElementsAre("own@i.service", "al@i.service"));
  EXPECT_EQ(load("al@i.service").config.unit().description, "i");
  EXPECT_THAT(names(load("one@x.service").names),
              ElementsAre("own@x.service", "al3@x.service", "al@x.service", "one@x.service"));
  EXPECT_EQ(load("one@y.service").state, LoadState::not_found);
}

TEST_F(LoaderTest, LinksBetweenNamesThatDoNotFitAreRejected) {
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  files.write(etc + "t@.service", "[Service]\nExecStart=/bin/true\n");
  files.link(etc + "type.socket", "a.service");
  files.link(etc + "plain.service", "t@q.service");
  files.link(etc + "inst@x.service", "a.service");
  files.link(etc + "wr@z.service", "t@q.service");
  EXPECT_THAT(told(load("type.socket")),
              ElementsAre("type.socket: symlink target \"a.service\" has incompatible suffix, rejecting."));
  EXPECT_THAT(told(load("plain.service")),
              ElementsAre("plain.service: symlink target name type \"t@q.service\" does not match source, rejecting."));
  EXPECT_THAT(told(load("inst@x.service")),
              ElementsAre("inst@x.service: symlink target name type \"a.service\" does not match source, rejecting."));
  EXPECT_THAT(told(load("wr@z.service")),
              ElementsAre("wr@z.service: unit symlink target \"t@q.service\" instance name doesn't match, rejecting."));
  for (const char* name : {"type.socket", "plain.service", "inst@x.service", "wr@z.service"})
    EXPECT_EQ(load(name).state, LoadState::not_found) << name;
  EXPECT_THAT(names(load("t@q.service").names), ElementsAre("t@q.service"));
}

TEST_F(LoaderTest, LinksThatLeadNowhereOrInCirclesAreNotFound) {
  files.link(etc + "dangling.service", "missing.service");
  files.link(etc + "loop1.service", "loop2.service");
  files.link(etc + "loop2.service", "loop1.service");
  files.link(etc + "self.service", "self.service");
  files.link(etc + "outside.service", "/opt/missing.service");
  files.folder(etc + "folder.service");
  files.special(etc + "fifo.service");
  for (const char* name :
       {"dangling.service", "loop1.service", "self.service", "outside.service", "folder.service", "fifo.service"}) {
    const LoadedUnit unit = load(name);
    EXPECT_EQ(failure(unit), fmt::format("not-found: Unit {} not found. (2)", name));
    EXPECT_THAT(names(unit.names), ElementsAre(name));
  }
}

TEST_F(LoaderTest, AChainOfAliasesMayHaveEightLinksInIt) {
  for (int i = 1; i <= 12; ++i) files.link(fmt::format("{}c{}.service", etc, i), fmt::format("c{}.service", i + 1));
  files.write(etc + "c13.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(load("c5.service").state, LoadState::not_found);
  EXPECT_EQ(load("c6.service").id.str(), "c13.service");
  EXPECT_EQ(load("c6.service").names.size(), 8u);
}

TEST_F(LoaderTest, ALinkToAFolderIsAnError) {
  files.folder("/opt/folder");
  files.link(etc + "a.service", "/opt/folder");
  EXPECT_EQ(failure(load("a.service")),
            "error: Unit a.service failed to load properly, please adjust/correct and reload service manager: Is a "
            "directory (21)");
}

TEST_F(LoaderTest, AFileThatDoesNotParseIsAnErrorOfThatUnit) {
  files.write(etc + "a.service", "[Unit]\nDescription=so far\n[Unit\n[Service]\nExecStart=/bin/true\n");
  const LoadedUnit unit = load("a.service");
  EXPECT_EQ(
      failure(unit),
      "error: Unit a.service failed to load properly, please adjust/correct and reload service manager: Bad message "
      "(74)");
  EXPECT_EQ(unit.error.code, ErrorCode::bad_message);
  EXPECT_EQ(unit.fragment_path, etc + "a.service");
  EXPECT_EQ(unit.config.unit().description, "so far");
  EXPECT_THAT(told(unit), ElementsAre("/etc/systemd/system/a.service:3: Invalid section header '[Unit'"));
}

TEST_F(LoaderTest, AUnitThatMakesNoSenseHasABadSetting) {
  files.write(etc + "a.service", "[Service]\nType=oneshot\nRestart=always\nExecStart=/bin/true\n");
  const LoadedUnit unit = load("a.service");
  EXPECT_EQ(failure(unit), "bad-setting: Unit a.service has a bad unit file setting. (8)");
  EXPECT_EQ(unit.error.code, ErrorCode::bad_unit_setting);
  EXPECT_EQ(unit.diagnostics.size(), 1u);
}

TEST_F(LoaderTest, AValueThatMustNotBeIgnoredMakesTheUnitBadAlsoFromADropIn) {
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(load("a.service").state, LoadState::loaded);
  files.write(etc + "a.service.d/x.conf", "[Service]\nUser=%Q\n");
  EXPECT_EQ(load("a.service").state, LoadState::bad_setting);
}

TEST_F(LoaderTest, IgnoreOnIsolateDefaultsToTrueForSlicesAndMounts) {
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  files.write(etc + "s.slice", "[Unit]\nIgnoreOnIsolate=no\n");
  EXPECT_FALSE(load("a.service").config.unit().ignore_on_isolate);
  EXPECT_TRUE(load("t.slice").config.unit().ignore_on_isolate);
  EXPECT_FALSE(load("s.slice").config.unit().ignore_on_isolate);
}

TEST_F(LoaderTest, DropInsAreParsedAfterTheFileInTheOrderOfTheirNames) {
  files.write(etc + "a.service", "[Unit]\nDescription=file\n[Service]\nExecStart=/bin/true\n");
  files.write(lib + "a.service.d/20-b.conf", "[Unit]\nDescription=20\n");
  files.write(etc + "a.service.d/10-a.conf", "[Unit]\nDescription=10\n");
  files.write(run + "a.service.d/30-c.conf", "[Unit]\nDescription=30\n");
  files.write(etc + "a.service.d/40-d.txt", "[Unit]\nDescription=no\n");
  files.write(etc + "a.service.d/.50.conf", "[Unit]\nDescription=no\n");
  const LoadedUnit unit = load("a.service");
  EXPECT_THAT(unit.drop_in_paths,
              ElementsAre(etc + "a.service.d/10-a.conf", lib + "a.service.d/20-b.conf", run + "a.service.d/30-c.conf"));
  EXPECT_EQ(unit.config.unit().description, "30");
  EXPECT_EQ(unit.sources.size(), 4u);
}

TEST_F(LoaderTest, ADropInIsOverriddenOrMaskedByItsFileName) {
  files.write(etc + "a.service", "[Unit]\nDescription=file\n[Service]\nExecStart=/bin/true\n");
  files.write(lib + "a.service.d/x.conf", "[Unit]\nDescription=lib\n");
  files.write(run + "a.service.d/x.conf", "[Unit]\nDescription=run\n");
  EXPECT_EQ(described("a.service"), "run");
  files.link(etc + "a.service.d/x.conf", "/dev/null");
  EXPECT_EQ(described("a.service"), "file");
  EXPECT_THAT(load("a.service").drop_in_paths, ElementsAre(etc + "a.service.d/x.conf"));
}

TEST_F(LoaderTest, DropInFoldersOfPrefixesTemplatesAliasesAndTypesAreSearchedInSystemdsOrder) {
  files.write(etc + "tp-l@.service", "[Service]\nExecStart=/bin/true\n");
  files.link(etc + "al-t@.service", "tp-l@.service");
  const std::vector<std::string> taken = {"tp-l@1-2", "tp-l@", "tp-", "tp-@1-2", "tp-@"};
  const std::vector<std::string> taken_for_alias = {"al-t@1-2", "al-t@", "al-", "al-@1-2", "al-@"};
  std::vector<std::string> expected;
  for (const auto& stems : {taken, taken_for_alias})
    for (const std::string& folder : {etc, run})
      for (const std::string& stem : stems) expected.push_back(folder + stem + ".service.d/x.conf");
  for (const std::string& folder : {etc, run}) expected.push_back(folder + "service.d/x.conf");
  for (const std::string& path : expected) files.write(path, "[Unit]\nDescription=x\n");
  for (const char* stem : {"tp-l@1-", "tp-l", "tp-@1-", "l@", "@"})
    files.write(fmt::format("{}{}.service.d/x.conf", etc, stem), "[Unit]\n");
  std::vector<std::string> winners;
  while (true) {
    const LoadedUnit unit = load("tp-l@1-2.service");
    if (unit.drop_in_paths.size() != 1) break;
    winners.push_back(unit.drop_in_paths[0]);
    files.remove(winners.back());
  }
  EXPECT_EQ(winners, expected);
}

TEST_F(LoaderTest, PrefixesAreTruncatedAtEachDash) {
  files.write(etc + "a--b-.service", "[Service]\nExecStart=/bin/true\n");
  for (const char* stem : {"a--b-", "a--b", "a--", "a-", "-", "a"})
    files.write(fmt::format("{}{}.service.d/{}.conf", etc, stem, stem), "[Unit]\n");
  EXPECT_THAT(
      load("a--b-.service").drop_in_paths,
      ElementsAre(etc + "a--.service.d/a--.conf", etc + "a--b-.service.d/a--b-.conf", etc + "a-.service.d/a-.conf"));
  files.write(etc + "-a-b.service", "[Service]\nExecStart=/bin/true\n");
  for (const char* stem : {"-a-", "-a"})
    files.write(fmt::format("{}{}.service.d/{}.conf", etc, stem, stem), "[Unit]\n");
  EXPECT_THAT(load("-a-b.service").drop_in_paths, ElementsAre(etc + "-a-.service.d/-a-.conf"));
}

TEST_F(LoaderTest, ADropInFolderMayBeALink) {
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  files.write("/opt/dd/x.conf", "[Unit]\nDescription=via link\n");
  files.link(etc + "a.service.d", "/opt/dd");
  EXPECT_THAT(load("a.service").drop_in_paths, ElementsAre("/opt/dd/x.conf"));
  EXPECT_EQ(described("a.service"), "via link");
}

TEST_F(LoaderTest, ABrokenDropInIsLeftOut) {
  files.write(etc + "a.service", "[Unit]\nDescription=file\n[Service]\nExecStart=/bin/true\n");
  files.write(etc + "a.service.d/a.conf", "[Service\nExecStart=/bin/false\n");
  files.write(etc + "a.service.d/b.conf", "[Unit]\nDescription=after\n");
  files.link(etc + "a.service.d/c.conf", "/nowhere");
  files.folder(etc + "a.service.d/d.conf");
  const LoadedUnit unit = load("a.service");
  EXPECT_EQ(unit.state, LoadState::loaded);
  EXPECT_EQ(unit.config.unit().description, "after");
  EXPECT_EQ(unit.drop_in_paths.size(), 4u);
  EXPECT_THAT(told(unit), ElementsAre("/etc/systemd/system/a.service.d/a.conf:1: Invalid section header '[Service'"));
}

TEST_F(LoaderTest, SymlinksInWantsAndRequiresFoldersAreDependencies) {
  files.write(etc + "wd.service", "[Service]\nExecStart=/bin/true\n");
  files.link(etc + "al.service", "wd.service");
  files.link(etc + "wd.service.wants/ok.service", "../ok.service");
  files.link(etc + "wd.service.wants/t@x.service", "../t@.service");
  files.link(etc + "wd.service.wants/t@.service", "../t@.service");
  files.link(etc + "wd.service.wants/self.service", "/dev/null");
  files.link(etc + "wd.service.wants/al.service", "../al.service");
  files.link(etc + "wd.service.wants/notaunit", "../x");
  files.link(etc + "wd.service.wants/other.service", "../dir/differs.service");
  files.write(etc + "wd.service.wants/regular.service", "x");
  files.link(etc + "al.service.wants/fromalias.service", "../fromalias.service");
  files.link(lib + "wd.service.requires/r.service", "../r.service");
  const LoadedUnit unit = load("wd.service");
  EXPECT_THAT(names(unit.wants_dir),
              ElementsAre("fromalias.service", "ok.service", "other.service", "t@wd.service", "t@x.service"));
  EXPECT_THAT(names(unit.requires_dir), ElementsAre("r.service"));
  const std::string where = "wd.service: Wants dependency dropin /etc/systemd/system/wd.service.wants/";
  EXPECT_THAT(told(unit), ElementsAre(where + "notaunit is not a valid unit name, ignoring.",
                                      where + "other.service target ../dir/differs.service has different name",
                                      where + "regular.service is not a symlink, ignoring."));
}

TEST_F(LoaderTest, ATemplateInAWantsFolderTakesTheInstanceOfTheUnit) {
  files.write(etc + "t@.service", "[Service]\nExecStart=/bin/true\n");
  files.link(etc + "t@.service.wants/b@.service", "../b@.service");
  EXPECT_THAT(names(load("t@i.service").wants_dir), ElementsAre("b@i.service"));
}

TEST_F(LoaderTest, NeedsAReloadWhenAFileOfTheUnitChanged) {
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  files.write(etc + "a.service.d/x.conf", "[Unit]\n");
  LoadedUnit unit = load("a.service");
  EXPECT_FALSE(loader.differs_from_disk(unit));
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/false\n");
  EXPECT_TRUE(loader.differs_from_disk(unit));
  unit = load("a.service");
  files.write(etc + "a.service.d/x.conf", "[Unit]\nDescription=x\n");
  EXPECT_TRUE(loader.differs_from_disk(unit));
  unit = load("a.service");
  files.write(etc + "a.service.d/y.conf", "[Unit]\n");
  EXPECT_TRUE(loader.differs_from_disk(unit));
  unit = load("a.service");
  files.remove(etc + "a.service.d/y.conf");
  EXPECT_TRUE(loader.differs_from_disk(unit));
  unit = load("a.service");
  files.remove(etc + "a.service");
  EXPECT_TRUE(loader.differs_from_disk(unit));
}

TEST_F(LoaderTest, NeedsAReloadWhenAMaskIsTakenAway) {
  files.link(etc + "a.service", "/dev/null");
  const LoadedUnit unit = load("a.service");
  EXPECT_FALSE(loader.differs_from_disk(unit));
  files.write(etc + "a.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_TRUE(loader.differs_from_disk(unit));
}

TEST_F(LoaderTest, NeedsAReloadWhenTheFileOfSourcePathChanged) {
  files.write("/etc/fstab", "x\n");
  files.write(etc + "a.service", "[Unit]\nSourcePath=/etc/fstab\n[Service]\nExecStart=/bin/true\n");
  const LoadedUnit unit = load("a.service");
  EXPECT_FALSE(loader.differs_from_disk(unit));
  files.write("/etc/fstab", "y\n");
  EXPECT_TRUE(loader.differs_from_disk(unit));
}

TEST_F(LoaderTest, ListsEachFolderOnceForAllUnits) {
  for (int i = 0; i < 100; ++i) files.write(fmt::format("{}u-{}.service", etc, i), "[Service]\nExecStart=/bin/true\n");
  files.write(etc + "u-.service.d/x.conf", "[Unit]\n");
  files.lists = 0;
  for (int i = 0; i < 100; ++i) loader.load(UnitName::parse(fmt::format("u-{}.service", i)).value());
  EXPECT_EQ(files.lists, int(loader.path().folders.size()) + 1);
  files.write(etc + "new.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(loader.load(UnitName::parse("new.service").value()).state, LoadState::not_found);
  loader.forget();
  EXPECT_EQ(loader.load(UnitName::parse("new.service").value()).state, LoadState::loaded);
}

TEST_F(LoaderTest, AFatalValueIsSaidToBeOneAndTheRestIsNotCompleted) {
  files.write(etc + "broken.service", "[Service]\nExecStart=relative/path\n");
  const LoadedUnit broken = load("broken.service");
  EXPECT_EQ(broken.state, LoadState::bad_setting);
  ASSERT_EQ(broken.diagnostics.size(), 2u);
  EXPECT_EQ(told(broken)[1], "broken.service: Unit configuration has fatal error, unit will not be started.");
  EXPECT_FALSE(broken.config.service().type.has_value());
}

TEST_F(LoaderTest, AUnitWithoutAFileHasNoType) {
  EXPECT_FALSE(load("missing.service").config.service().type.has_value());
  files.write(etc + "there.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_EQ(load("there.service").config.service().type, ServiceSection::Type::simple);
}
}  // namespace svcd
