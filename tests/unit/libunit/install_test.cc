// What enable, disable, mask, link and their family change; systemctl(1), "Unit File Commands".
#include "unit/libunit/install_fixture.h"

namespace svcd {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(InstallTest, EnableMakesTheLinksThatInstallAsksFor) {
  unit("a.service",
       "WantedBy=multi-user.target\nRequiredBy=graphical.target\nAlias=b.service c.service\nAlso=also.service\n");
  unit("also.service", "WantedBy=multi-user.target\nAlso=a.service\n");
  EXPECT_EQ(state("a.service"), "disabled");
  EXPECT_EQ(state("b.service"), "error: No such file or directory");
  EXPECT_THAT(
      enable("a.service"),
      ElementsAre(symlink(etc + "b.service", vendor + "a.service"), symlink(etc + "c.service", vendor + "a.service"),
                  symlink(etc + "multi-user.target.wants/a.service", vendor + "a.service"),
                  symlink(etc + "graphical.target.requires/a.service", vendor + "a.service"),
                  symlink(etc + "multi-user.target.wants/also.service", vendor + "also.service")));
  EXPECT_TRUE(carries_install_info);
  EXPECT_EQ(state("a.service"), "enabled");
  EXPECT_EQ(state("b.service"), "alias");
  EXPECT_EQ(state("also.service"), "enabled");
  EXPECT_THAT(enable("a.service"), IsEmpty());
  EXPECT_TRUE(carries_install_info);
  EXPECT_THAT(disable("a.service"), UnorderedElementsAre("unlink " + etc + "b.service", "unlink " + etc + "c.service",
                                                         "unlink " + etc + "graphical.target.requires/a.service",
                                                         "unlink " + etc + "multi-user.target.wants/a.service",
                                                         "unlink " + etc + "multi-user.target.wants/also.service"));
  EXPECT_EQ(state("a.service"), "disabled");
}

TEST_F(InstallTest, AUnitWithoutInstallInformationIsStatic) {
  files.write(lib + "s.service", service);
  unit("also.service", "WantedBy=multi-user.target\n");
  unit("alsoonly.service", "Also=also.service\n");
  EXPECT_EQ(state("s.service"), "static");
  EXPECT_EQ(state("alsoonly.service"), "indirect");
  EXPECT_THAT(enable("s.service"), IsEmpty());
  EXPECT_FALSE(carries_install_info);
}

TEST_F(InstallTest, RuntimeLinksAreApartFromThoseInEtc) {
  unit("a.service", "WantedBy=multi-user.target\n");
  EXPECT_THAT(enable("a.service", /*runtime=*/true),
              ElementsAre(symlink(run + "multi-user.target.wants/a.service", vendor + "a.service")));
  EXPECT_EQ(state("a.service"), "enabled-runtime");
  EXPECT_THAT(disable("a.service"), IsEmpty());
  EXPECT_EQ(state("a.service"), "enabled-runtime");
  EXPECT_THAT(disable("a.service", true), ElementsAre("unlink " + run + "multi-user.target.wants/a.service"));
}

TEST_F(InstallTest, ATemplateIsEnabledByItsDefaultInstance) {
  unit("t@.service", "WantedBy=multi-user.target\nDefaultInstance=def\nAlias=ta@.service\n");
  EXPECT_THAT(enable("t@.service"),
              ElementsAre(symlink(etc + "ta@.service", vendor + "t@.service"),
                          symlink(etc + "multi-user.target.wants/t@def.service", vendor + "t@.service")));
  EXPECT_EQ(state("t@.service"), "enabled");
  EXPECT_EQ(state("t@def.service"), "enabled");
  EXPECT_EQ(state("t@x.service"), "disabled");
  EXPECT_EQ(state("ta@.service"), "alias");
  EXPECT_EQ(state("ta@def.service"), "enabled");
  EXPECT_THAT(disable("t@def.service"), ElementsAre("unlink " + etc + "multi-user.target.wants/t@def.service"));
  EXPECT_THAT(disable("t@.service"), ElementsAre("unlink " + etc + "ta@.service"));
}

TEST_F(InstallTest, AnInstanceIsEnabledUnderItsOwnName) {
  unit("t@.service", "WantedBy=multi-user.target\nAlias=ta@.service\n");
  EXPECT_THAT(enable("t@x.service"),
              ElementsAre(symlink(etc + "ta@x.service", vendor + "t@.service"),
                          symlink(etc + "multi-user.target.wants/t@x.service", vendor + "t@.service")));
  EXPECT_EQ(state("t@.service"), "indirect");
  EXPECT_EQ(state("t@x.service"), "enabled");
  EXPECT_THAT(disable("t@.service"), UnorderedElementsAre("unlink " + etc + "multi-user.target.wants/t@x.service",
                                                          "unlink " + etc + "ta@x.service"));
}

TEST_F(InstallTest, ATemplateWithoutAnInstanceCannotBeWantedByAPlainUnit) {
  unit("t@.service", "WantedBy=multi-user.target\n");
  EXPECT_EQ(enable("t@.service"),
            error(ErrorCode::bad_unit_setting, "Destination unit multi-user.target is a non-template unit."));
}

TEST_F(InstallTest, SpecifiersAreExpandedForTheInstance) {
  host.host_name = "vm";
  unit("inst@.service", "WantedBy=foo@%i.target\nAlias=ali@.service\nDefaultInstance=d\nAlso=%p-x@%i.service\n");
  EXPECT_THAT(enable("inst@.service"),
              ElementsAre(symlink(etc + "ali@.service", vendor + "inst@.service"),
                          symlink(etc + "foo@d.target.wants/inst@d.service", vendor + "inst@.service"),
                          "destination not present foo@d.target -> " + vendor + "inst@.service",
                          "auxiliary unit failed inst-x@d.service"));
  unit("sp.service", "WantedBy=%Q.target\n");
  EXPECT_EQ(enable("sp.service"), error(ErrorCode::bad_unit_setting, "Invalid specifier in %Q.target."));
}

TEST_F(InstallTest, AnAliasMustFitTheUnit) {
  unit("a.service", "Alias=x.socket\nWantedBy=multi-user.target\n");
  EXPECT_THAT(enable("a.service"),
              ElementsAre(error(ErrorCode::bad_unit_setting, "Cannot alias a.service as x.socket.").front(),
                          symlink(etc + "multi-user.target.wants/a.service", vendor + "a.service")));
  unit("b.service", "Alias=b\n");
  EXPECT_EQ(enable("b.service"), error(ErrorCode::bad_unit_setting, "Cannot alias b.service as b."));
  unit("i@.service", "Alias=al-%i.service\n");
  EXPECT_EQ(enable("i@q.service"), error(ErrorCode::bad_unit_setting, "Cannot alias i@q.service as al-q.service."));
  unit("self.service", "Alias=self.service\n");
  EXPECT_THAT(enable("self.service"), IsEmpty());
  EXPECT_FALSE(carries_install_info);
  unit("wa.service", "Alias=multi-user.target.wants/wa.service\n");
  EXPECT_THAT(enable("wa.service"),
              ElementsAre(symlink(etc + "multi-user.target.wants/wa.service", vendor + "wa.service")));
  unit("n.service", "WantedBy=no/thing\n");
  EXPECT_EQ(enable("n.service"), error(ErrorCode::bad_unit_setting, "\"no/thing\" is not a valid unit name."));
  files.write(lib + "sl.slice", "[Install]\nAlias=sl2.slice\nWantedBy=multi-user.target\n");
  EXPECT_THAT(enable("sl.slice"), ElementsAre(symlink(etc + "multi-user.target.wants/sl.slice", vendor + "sl.slice")));
}

TEST_F(InstallTest, AnAliasIsEnabledAndDisabledAsTheUnitItStandsFor) {
  unit("o.service", "Alias=oa.service\n");
  EXPECT_THAT(enable("o.service"), ElementsAre(symlink(etc + "oa.service", vendor + "o.service")));
  EXPECT_EQ(state("o.service"), "enabled");
  EXPECT_THAT(disable("oa.service"), ElementsAre("unlink " + etc + "oa.service"));
}

TEST_F(InstallTest, AFileInTheWayIsOverwrittenOnlyIfItIsALinkAndForced) {
  unit("a.service", "Alias=b.service\n");
  files.link(etc + "b.service", "/elsewhere.service");
  EXPECT_EQ(enable("a.service"), error(ErrorCode::unit_exists,
                                       "File /etc/systemd/system/b.service already exists and is a "
                                       "symlink to /elsewhere.service."));
  EXPECT_THAT(enable("a.service", false, /*force=*/true),
              ElementsAre("unlink " + etc + "b.service", symlink(etc + "b.service", vendor + "a.service")));
  files.write(etc + "b.service", service);
  const Lines exists = error(ErrorCode::unit_exists, "File /etc/systemd/system/b.service already exists.");
  EXPECT_EQ(enable("a.service"), exists);
  EXPECT_EQ(enable("a.service", false, true), exists);
}

TEST_F(InstallTest, UnitsThatAreMissingOrBrokenAreErrors) {
  files.write(lib + "bad.service", "[Service\n");
  EXPECT_EQ(enable("none.service"), error(ErrorCode::no_such_unit, "Unit file none.service does not exist."));
  EXPECT_EQ(disable("none.service"), error(ErrorCode::no_such_unit, "Unit file none.service does not exist."));
  EXPECT_EQ(enable("bad.service"), error(ErrorCode::bad_message, "File bad.service: Bad message"));
  EXPECT_EQ(enable("rel/x.service"), error(ErrorCode::invalid_args, "File rel/x.service: Invalid argument"));
  EXPECT_EQ(state("bad.service"), "error: Bad message");
  EXPECT_EQ(state("none.service"), "error: No such file or directory");
  EXPECT_EQ(state("x/y.service"), "error: Invalid argument");
}

TEST_F(InstallTest, ALinkBetweenNamesThatDoNotFitIsAnError) {
  unit("a.service", "WantedBy=multi-user.target\n");
  files.link(etc + "wrong.socket", "a.service");
  files.folder(etc + "dir.service");
  EXPECT_EQ(state("wrong.socket"), "error: Invalid cross-device link");
  EXPECT_EQ(enable("wrong.socket"), error(ErrorCode::bad_unit_setting, "Invalid unit reference wrong.socket."));
  EXPECT_EQ(enable("dir.service"), error(ErrorCode::failed, "File dir.service: Is a directory"));
}

TEST_F(InstallTest, ALinkedUnitIsEnabledUnderTheNameOfTheLink) {
  files.write("/opt/o.service", service + "[Install]\nWantedBy=multi-user.target\nAlias=o2.service\n");
  files.link(etc + "ooo.service", "/opt/o.service");
  EXPECT_EQ(state("ooo.service"), "alias");
  EXPECT_THAT(enable("ooo.service"),
              ElementsAre(symlink(etc + "o2.service", "/opt/o.service"),
                          symlink(etc + "multi-user.target.wants/ooo.service", "/opt/o.service")));
}

TEST_F(InstallTest, UnmaskTakesLinksToTheMaskAlong) {
  files.link(etc + "mm.service", "/dev/null");
  files.link(etc + "mm2.service", "mm.service");
  files.link(etc + "mm3.service", "/etc/systemd/system/mm.service");
  EXPECT_EQ(state("mm2.service"), "masked");
  EXPECT_THAT(
      ask(InstallVerb::unmask, {"mm.service"}, false),
      ElementsAre("unlink " + etc + "mm.service", "unlink " + etc + "mm2.service", "unlink " + etc + "mm3.service"));
}

TEST_F(InstallTest, LinksThatLeadNowhereCanBeDisabled) {
  files.link(etc + "d1.service", "dang.service");
  files.link(etc + "d2.service", "/opt/dang.service");
  files.link(etc + "loop1.service", "loop2.service");
  files.link(etc + "loop2.service", "loop1.service");
  EXPECT_EQ(state("d1.service"), "error: Link has been severed");
  EXPECT_EQ(state("loop1.service"), "error: Too many levels of symbolic links");
  EXPECT_EQ(enable("d1.service"), error(ErrorCode::failed, "File d1.service: Link has been severed"));
  EXPECT_EQ(enable("d2.service"), error(ErrorCode::no_such_unit, "Unit file d2.service does not exist."));
  EXPECT_EQ(enable("loop1.service"), error(ErrorCode::unit_linked,
                                           "Refusing to operate on alias name or linked unit "
                                           "file: loop1.service"));
  EXPECT_THAT(disable("d1.service"), ElementsAre("dangling " + etc + "d1.service", "unlink " + etc + "d1.service",
                                                 "unlink " + etc + "d2.service"));
  files.link(etc + "d3.service", "/opt/other.service");
  EXPECT_THAT(disable("d3.service"), ElementsAre("unlink " + etc + "d3.service"));
  EXPECT_THAT(disable("loop1.service"),
              ElementsAre("unlink " + etc + "loop1.service", "unlink " + etc + "loop2.service"));
}

TEST_F(InstallTest, GeneratedAndTransientUnitsAreNotForEnabling) {
  files.write("/run/systemd/generator/g.service", service + "[Install]\nWantedBy=multi-user.target\n");
  files.write("/run/systemd/transient/t.service", service);
  EXPECT_EQ(state("g.service"), "generated");
  EXPECT_EQ(state("t.service"), "transient");
  EXPECT_EQ(enable("g.service"),
            error(ErrorCode::unit_generated, "Unit /run/systemd/generator/g.service is transient or generated."));
  EXPECT_THAT(disable("g.service"), IsEmpty());
}

TEST_F(InstallTest, MaskLinksToDevNullAndUnmaskTakesThatAway) {
  unit("m.service", "WantedBy=multi-user.target\n");
  unit("am.service", "WantedBy=multi-user.target\nAlso=m.service\n");
  EXPECT_THAT(ask(InstallVerb::mask, {"m.service"}, false, false),
              ElementsAre(symlink(etc + "m.service", "/dev/null")));
  EXPECT_EQ(state("m.service"), "masked");
  EXPECT_EQ(enable("m.service"), error(ErrorCode::unit_masked, "Unit file /etc/systemd/system/m.service is masked."));
  EXPECT_THAT(enable("am.service"),
              ElementsAre(symlink(etc + "multi-user.target.wants/am.service", vendor + "am.service"),
                          "masked " + etc + "m.service"));
  EXPECT_THAT(ask(InstallVerb::mask, {"m.service"}, false, false), IsEmpty());
  EXPECT_THAT(ask(InstallVerb::unmask, {"m.service"}, true), IsEmpty());
  EXPECT_THAT(ask(InstallVerb::unmask, {"m.service"}, false), ElementsAre("unlink " + etc + "m.service"));
  EXPECT_THAT(ask(InstallVerb::unmask, {"m.service"}, false), IsEmpty());
  EXPECT_THAT(ask(InstallVerb::mask, {"m.service"}, true, false), ElementsAre(symlink(run + "m.service", "/dev/null")));
  EXPECT_EQ(state("m.service"), "masked-runtime");
  EXPECT_THAT(ask(InstallVerb::mask, {"none.service"}, false, false),
              ElementsAre(symlink(etc + "none.service", "/dev/null")));
}

TEST_F(InstallTest, MaskDoesNotReplaceAUnitFile) {
  files.write(etc + "e.service", service);
  const Lines exists = error(ErrorCode::unit_exists, "File /etc/systemd/system/e.service already exists.");
  EXPECT_EQ(ask(InstallVerb::mask, {"e.service"}, false, false), exists);
  EXPECT_EQ(ask(InstallVerb::mask, {"e.service"}, false, true), exists);
  EXPECT_EQ(ask(InstallVerb::mask, {"/x/y"}, false, false), error(ErrorCode::invalid_args, "Invalid argument"));
}

TEST_F(InstallTest, APathOutsideOfTheSearchPathIsLinkedAndEnabled) {
  files.write("/opt/u/l.service", service + "[Install]\nWantedBy=multi-user.target\n");
  EXPECT_THAT(enable("/opt/u/l.service"),
              ElementsAre(symlink(etc + "l.service", "/opt/u/l.service"),
                          symlink(etc + "multi-user.target.wants/l.service", "/opt/u/l.service")));
  EXPECT_EQ(state("l.service"), "enabled");
  EXPECT_THAT(disable("l.service"), UnorderedElementsAre("unlink " + etc + "l.service",
                                                         "unlink " + etc + "multi-user.target.wants/l.service"));
  EXPECT_THAT(ask(InstallVerb::link, {"/opt/u/l.service"}, false, false),
              ElementsAre(symlink(etc + "l.service", "/opt/u/l.service")));
  EXPECT_EQ(state("l.service"), "linked");
  EXPECT_THAT(ask(InstallVerb::link, {lib + "graphical.target"}, false, false), IsEmpty());
  EXPECT_EQ(ask(InstallVerb::link, {"l.service"}, false, false),
            error(ErrorCode::invalid_args, "File l.service: Invalid argument"));
  EXPECT_EQ(ask(InstallVerb::link, {"/opt/no.service"}, false, false),
            error(ErrorCode::no_such_unit, "Unit file /opt/no.service does not exist."));
}

TEST_F(InstallTest, DropInsMayHoldInstallSections) {
  files.write(lib + "d.service", service);
  files.write(etc + "d.service.d/i.conf", "[Install]\nWantedBy=multi-user.target\n");
  EXPECT_EQ(state("d.service"), "disabled");
  EXPECT_THAT(enable("d.service"),
              ElementsAre(symlink(etc + "multi-user.target.wants/d.service", vendor + "d.service")));
}

TEST_F(InstallTest, AUnitThatIsLinkedUnderOtherNamesIsIndirect) {
  files.write(lib + "a.service", service);
  files.link(etc + "other.service", vendor + "a.service");
  EXPECT_EQ(state("a.service"), "indirect");
  EXPECT_EQ(state("other.service"), "alias");
  unit("v@.service", "WantedBy=multi-user.target\n");
  files.link(lib + "multi-user.target.wants/v@1.service", "../v@.service");
  EXPECT_EQ(state("v@1.service"), "static");
}

TEST_F(InstallTest, ALinkToTheSameNameInTheSearchPathLeadsToItself) {
  files.write(lib + "a.service", service);
  files.link(etc + "a.service", vendor + "a.service");
  EXPECT_EQ(state("a.service"), "error: Too many levels of symbolic links");
}

TEST_F(InstallTest, TheDefaultTargetIsALink) {
  files.link(lib + "default.target", "graphical.target");
  EXPECT_EQ(installer.default_target().value(), "graphical.target");
  EXPECT_THAT(ask(InstallVerb::set_default, {"multi-user.target"}, false, false),
              ElementsAre(symlink(etc + "default.target", vendor + "multi-user.target")));
  EXPECT_EQ(installer.default_target().value(), "multi-user.target");
  EXPECT_EQ(ask(InstallVerb::set_default, {"graphical.target"}, false, false),
            error(ErrorCode::unit_exists,
                  "File /etc/systemd/system/default.target already exists and is a symlink to "
                  "/lib/systemd/system/multi-user.target."));
  EXPECT_THAT(
      ask(InstallVerb::set_default, {"graphical.target"}, false, true),
      ElementsAre("unlink " + etc + "default.target", symlink(etc + "default.target", vendor + "graphical.target")));
  EXPECT_EQ(ask(InstallVerb::set_default, {"none.target"}, false, true),
            error(ErrorCode::no_such_unit, "Unit file none.target does not exist."));
  for (const char* bad : {"a.service", "default.target", "x"})
    EXPECT_EQ(ask(InstallVerb::set_default, {bad}, false, true), error(ErrorCode::invalid_args, "Invalid argument"))
        << bad;
}

TEST_F(InstallTest, ListsEachUnitFileOnceWithItsState) {
  unit("a.service", "WantedBy=multi-user.target\nAlias=al.service\n");
  files.write(lib + "bad.service", "[Service\n");
  files.write(etc + "graphical.target", "");
  enable("a.service");
  Lines listed;
  for (const auto& file : installer.list()) listed.push_back(file.path + " " + std::string(to_string(file.state)));
  EXPECT_THAT(listed,
              ElementsAre(etc + "al.service alias", etc + "graphical.target masked", vendor + "a.service enabled",
                          vendor + "bad.service bad", vendor + "multi-user.target static"));
}

TEST_F(InstallTest, WhatCannotBeDoneDoesNotKeepTheRestFromBeingDone) {
  unit("a.service", "Alias=x.service\n");
  unit("b.service", "Alias=x.service\nWantedBy=multi-user.target\n");
  EXPECT_THAT(ask(InstallVerb::enable, {"a.service", "b.service"}),
              ElementsAre(error(ErrorCode::unit_exists,
                                "File /etc/systemd/system/x.service already exists and is a symlink to "
                                "/lib/systemd/system/a.service.")
                              .front(),
                          symlink(etc + "x.service", vendor + "a.service"),
                          symlink(etc + "multi-user.target.wants/b.service", vendor + "b.service")));
  EXPECT_THAT(ask(InstallVerb::disable, {"none.service", "b.service"}),
              ElementsAre("unlink " + etc + "multi-user.target.wants/b.service"));
}

TEST_F(InstallTest, AUnitThatIsNotThereKeepsAllFromBeingEnabled) {
  unit("a.service", "WantedBy=multi-user.target\n");
  EXPECT_EQ(ask(InstallVerb::enable, {"a.service", "none.service"}),
            error(ErrorCode::no_such_unit, "Unit file none.service does not exist."));
}

TEST_F(InstallTest, ReenableGoesByTheFileThatWasThereBefore) {
  unit("a.service", "Alias=b.service\n");
  enable("a.service");
  EXPECT_THAT(ask(InstallVerb::reenable, {"b.service"}),
              ElementsAre("unlink " + etc + "b.service", symlink(etc + "b.service", vendor + "a.service")));
  files.write("/opt/l.service", service + "[Install]\nWantedBy=multi-user.target\n");
  files.link(etc + "l.service", "/opt/l.service");
  EXPECT_THAT(ask(InstallVerb::reenable, {"l.service"}),
              ElementsAre("unlink " + etc + "l.service", symlink(etc + "l.service", "/opt/l.service"),
                          symlink(etc + "multi-user.target.wants/l.service", "/opt/l.service")));
  unit("t@.service", "WantedBy=multi-user.target\nDefaultInstance=d\n");
  enable("t@x.service");
  EXPECT_THAT(ask(InstallVerb::reenable, {"t@x.service"}),  // its file is the template's, and so systemd 252 takes that
              ElementsAre("unlink " + etc + "multi-user.target.wants/t@x.service",
                          symlink(etc + "multi-user.target.wants/t@d.service", vendor + "t@.service")));
}

TEST_F(InstallTest, ANameThatAnAdministratorGaveIsNotEnabled) {
  unit("a.service", "Alias=b.service\n");
  enable("a.service");
  EXPECT_EQ(enable("b.service"),
            error(ErrorCode::unit_linked, "Refusing to operate on alias name or linked unit file: b.service"));
  files.link(lib + "c.service", "a.service");
  EXPECT_THAT(enable("c.service"), IsEmpty());
}

TEST_F(InstallTest, AddWantsAndAddRequiresLinkWhateverTheUnitSays) {
  files.write(lib + "s.service", service);
  InstallRequest request{InstallVerb::add_wants, {"s.service"}, false, false, {}, "graphical.target"};
  EXPECT_THAT(made(installer.plan(request)),
              ElementsAre(symlink(etc + "graphical.target.wants/s.service", vendor + "s.service")));
  request.verb = InstallVerb::add_requires;
  request.runtime = true;
  EXPECT_THAT(made(installer.plan(request)),
              ElementsAre(symlink(run + "graphical.target.requires/s.service", vendor + "s.service")));
  request.target = "none.target";
  EXPECT_EQ(made(installer.plan(request)), error(ErrorCode::no_such_unit, "Unit file none.target does not exist."));
  EXPECT_THAT(installer.links_of("s.service", false).value(), ElementsAre(etc + "graphical.target.wants/s.service"));
}

TEST_F(InstallTest, RevertTakesAwayWhatWasChangedAboutAUnitOfTheVendor) {
  unit("a.service", "WantedBy=multi-user.target\n");
  files.write(etc + "a.service", service);
  files.write(etc + "a.service.d/x.conf", "[Unit]\n");
  files.write("/run/systemd/system.control/a.service.d/50-Nice.conf", "[Service]\n");
  files.write(lib + "a.service.d/vendor.conf", "[Unit]\n");
  files.write(etc + "own.service", service);
  EXPECT_THAT(
      ask(InstallVerb::revert, {"a.service", "own.service"}),
      UnorderedElementsAre("unlink " + etc + "a.service", "unlink " + etc + "a.service.d",
                           "unlink " + etc + "a.service.d/x.conf", "unlink /run/systemd/system.control/a.service.d",
                           "unlink /run/systemd/system.control/a.service.d/50-Nice.conf"));
  EXPECT_EQ(ask(InstallVerb::revert, {"a/b"}), error(ErrorCode::invalid_args, "Invalid argument"));
}

TEST_F(InstallTest, WhatIsWrongInAnInstallSectionIsTold) {
  files.write(lib + "a.mount", "junk\n[Mount]\nnonsense\n[Install]\nAlias=b.mount\nWantedBy=\"x\nNoSuch=1\n[Nope]\n");
  Diagnostics said;
  EXPECT_EQ(installer.state("a.mount", &said).value(), UnitFileState::static_);
  Lines lines;
  for (const Diagnostic& one : said) lines.push_back(to_string(one));
  const std::string at = vendor + "a.mount:";
  EXPECT_THAT(lines, ElementsAre(at + "1: Assignment outside of section. Ignoring.",
                                 at + "5: Alias= is not allowed for mount units, ignoring.",
                                 at + "6: Invalid syntax, ignoring: \"x",
                                 at + "7: Unknown key 'NoSuch' in section [Install], ignoring.",
                                 at + "8: Unknown section 'Nope'. Ignoring."));
}

}  // namespace svcd
