// What `svcctl verify` says about literal unit files.
#include "libunit/unit_findings.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "libunit/memory_files.h"
#include "libunit/suggestion.h"

namespace svcd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FindingsTest : public ::testing::Test {
 protected:
  FindingsTest() {
    files.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    for (const char* name : {"sysinit", "basic", "shutdown", "sockets"})
      files.write(fmt::format("/usr/lib/systemd/system/{}.target", name), "[Unit]\nDefaultDependencies=no\n");
  }

  void write(const std::string& name, std::string_view text) { files.write("/etc/systemd/system/" + name, text); }
  std::vector<std::string> verify(const std::string& name) {
    UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
    OfflineUnits units(loader, host);
    MachineFacts machine;
    machine.why_not_executable = [](const std::string& path) {
      return path == "/bin/true" || path == "/usr/bin/env" ? 0 : path == "/etc/passwd" ? EACCES : ENOENT;
    };
    findings = find_faults(files, units, UnitName::parse(name).value(), host, machine);
    std::vector<std::string> texts;
    for (const Finding& finding : findings) {
      std::string text = to_string(finding);
      const std::string folder = "/etc/systemd/system/";
      for (size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
      texts.push_back(std::move(text));
    }
    return texts;
  }

  MemoryFiles files;
  HostFacts host;
  std::vector<Finding> findings;
};

constexpr const char* documented = "[Unit]\nDocumentation=https://example.org/\n";

TEST_F(FindingsTest, AUnitWithoutFaultsHasNone) {
  write("a.service", std::string(documented) + "[Service]\nExecStart=/bin/true\n");
  EXPECT_THAT(verify("a.service"), IsEmpty());
}

TEST_F(FindingsTest, AMisspeltSettingIsNamedWithWhatWasProbablyMeant) {
  write("a.service", std::string(documented) +
                         "Descripton=a\nExecStart=/b\n[Servce]\nA=1\n[Service]\nExecStart=/bin/true\nTyp=simple\n"
                         "Quatsch=1\n");
  EXPECT_THAT(
      verify("a.service"),
      ElementsAre("a.service:3: warning: Unknown key 'Descripton' in section [Unit], ignoring. "
                  "(did you mean Description=?)",
                  "a.service:4: warning: Unknown key 'ExecStart' in section [Unit], ignoring. "
                  "(ExecStart= belongs into [Service])",
                  "a.service:5: warning: Unknown section 'Servce'. Ignoring. (did you mean [Service]?)",
                  "a.service:9: warning: Unknown key 'Typ' in section [Service], ignoring. (did you mean Type=?)",
                  "a.service:10: warning: Unknown key 'Quatsch' in section [Service], ignoring."));
  EXPECT_EQ(findings[0].section, "Unit");
  EXPECT_EQ(findings[0].directive, "Descripton");
  EXPECT_EQ(findings[0].suggestion, "did you mean Description=?");
}

TEST_F(FindingsTest, AProgramThatIsMissingOrCannotBeExecutedBreaksTheStart) {
  write("a.service",
        std::string(documented) +
            "[Service]\nExecStartPre=-/bin/gone\nExecStart=/bin/gone\nExecStop=env A=1\nExecReload=nothing\n"
            "ExecStopPost=/etc/passwd\n");
  EXPECT_THAT(verify("a.service"),
              ElementsAre("a.service:4: hint: /bin/gone cannot be executed: No such file or directory",
                          "a.service:5: error: /bin/gone cannot be executed: No such file or directory",
                          "a.service:7: error: nothing is in none of the folders where programs are looked for",
                          "a.service:8: error: /etc/passwd cannot be executed: Permission denied"));
}

TEST_F(FindingsTest, WhatADropInBringsIsToldWithItsOwnLine) {
  write("a.service", std::string(documented) + "[Service]\nExecStart=/bin/gone\n");
  write("a.service.d/b.conf", "[Service]\nExecStart=\nExecStart=/bin/lost\nBogus=1\n");
  EXPECT_THAT(verify("a.service"),
              ElementsAre("a.service.d/b.conf:3: error: /bin/lost cannot be executed: No such file or directory",
                          "a.service.d/b.conf:4: warning: Unknown key 'Bogus' in section [Service], ignoring."));
}

TEST_F(FindingsTest, ACycleIsShownAsTheWholeLoop) {
  write("a.service", std::string(documented) + "Requires=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/true\n");
  write("b.service", "[Unit]\nRequires=c.service\nAfter=c.service\n[Service]\nExecStart=/bin/true\n");
  write("c.service", "[Unit]\nRequires=a.service\nBefore=b.service\nAfter=a.service\n[Service]\nExecStart=/bin/true\n");
  EXPECT_THAT(
      verify("a.service"),
      ElementsAre("a.service:4: error: Ordering cycle: a.service after b.service after c.service after a.service; "
                  "none of them can be started (take back one of After=b.service (a.service:4), After=c.service "
                  "(b.service:3), After=a.service (c.service:4))"));
}

TEST_F(FindingsTest, ALoopOfWantedUnitsLosesOneOfThem) {
  write("a.service", std::string(documented) + "Wants=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/true\n");
  write("b.service", "[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/true\n");
  EXPECT_THAT(
      verify("a.service"),
      ElementsAre("a.service:4: error: Ordering cycle: a.service after b.service after a.service; one of them is "
                  "left out to break it (take back one of After=b.service (a.service:4), After=a.service "
                  "(b.service:2))"));
}

TEST_F(FindingsTest, AUnitThatIsNeededAndMissingIsNamedWithTheWayThere) {
  write("a.service", std::string(documented) +
                         "Requires=b.service gone.service\nWants=nothing.service\nAfter=never.service\n"
                         "[Service]\nExecStart=/bin/true\n");
  write("b.service", "[Unit]\nBindsTo=masked.service\n[Service]\nExecStart=/bin/true\n");
  files.link("/etc/systemd/system/masked.service", "/dev/null");
  EXPECT_THAT(
      verify("a.service"),
      ElementsAre("a.service:3: error: Cannot be started: Requires= asks for gone.service, which does not exist",
                  "a.service:3: error: Cannot be started: Requires= asks for b.service, which needs masked.service, "
                  "which is masked"));
}

TEST_F(FindingsTest, AUnitThatIsRefusedSaysWhyInItsLine) {
  write("a.service", std::string(documented) + "[Service]\nExecStart=/bin/true\nUser=a:b\n");
  EXPECT_THAT(verify("a.service"), ElementsAre(HasSubstr("a.service:5: error: ")));
  write("b.service", std::string(documented) + "[Service]\nType=simple\n");
  EXPECT_THAT(verify("b.service"),
              ElementsAre("b.service: error: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing."));
  write("c.service", "[Unit\nDescription=c\n");
  EXPECT_THAT(verify("c.service"), testing::Contains("c.service:1: error: Invalid section header '[Unit'"));
  EXPECT_THAT(verify("gone.service"), ElementsAre("gone.service: error: Unit gone.service not found."));
}

TEST_F(FindingsTest, DocumentationThatIsMissingIsAHint) {
  files.write("/usr/share/man/man8/other.8.gz", "x");
  write("a.service",
        "[Unit]\nDocumentation=man:gone(8) man:other(8) file:///gone\nDocumentation=man:unknowable(5)\n[Service]\n"
        "ExecStart=/bin/true\n");
  EXPECT_THAT(verify("a.service"), ElementsAre("a.service:2: hint: There is no manual page gone(8)",
                                               "a.service:2: hint: There is no file /gone"));
  write("b.service", "[Service]\nExecStart=/bin/true\n");
  EXPECT_THAT(verify("b.service"), ElementsAre("b.service: hint: The unit has no Documentation="));
}

TEST_F(FindingsTest, ASettingWithoutEffectAndASpellingOfThePastAreTold) {
  write("a.service",
        std::string(documented) + "[Service]\nExecStart=/bin/true\nBlockIOWeight=10\nStartLimitInterval=5\n");
  const auto texts = verify("a.service");
  EXPECT_THAT(texts, testing::Contains(HasSubstr("hint: BlockIOWeight= is taken and shown, but has no effect")));
  EXPECT_THAT(texts, testing::Contains("a.service:6: hint: StartLimitInterval= is a spelling of the past (write "
                                       "StartLimitIntervalSec=)"));
}

TEST_F(FindingsTest, ASocketWithoutItsServiceCannotBeStarted) {
  write("a.socket", std::string(documented) + "[Socket]\nListenStream=/run/a\n");
  EXPECT_THAT(verify("a.socket"), ElementsAre("a.socket: error: Starts a.service, which does not exist"));
  write("b.socket", std::string(documented) + "[Socket]\nListenStream=/run/a\nAccept=yes\n");
  write("b@.service", "[Service]\nExecStart=/bin/true\n");
  for (const std::string& text : verify("b.socket")) EXPECT_THAT(text, testing::Not(HasSubstr("error")));
}

TEST_F(FindingsTest, AnInstanceIsCheckedAsItsTemplateSays) {
  write("a@.service", std::string(documented) + "[Service]\nExecStart=/bin/%i\n");
  EXPECT_THAT(verify("a@true.service"), IsEmpty());
  EXPECT_THAT(verify("a@false.service"),
              ElementsAre("a@.service:4: error: /bin/false cannot be executed: No such file or directory"));
}

TEST_F(FindingsTest, AnAccountThatNobodyKnowsIsAHint) {
  write("a.service", std::string(documented) + "[Service]\nExecStart=/bin/true\nUser=root\n");
  EXPECT_THAT(verify("a.service"), IsEmpty());
  write("b.service", std::string(documented) + "[Service]\nExecStart=/bin/true\nUser=nobodyhere\n");
  EXPECT_THAT(verify("b.service"), ElementsAre("b.service:5: hint: The user nobodyhere is not in /etc/passwd"));
}

TEST(EditDistanceTest, CountsWhatMustBeChanged) {
  EXPECT_EQ(edit_distance("Type", "Type", 9), 0U);
  EXPECT_EQ(edit_distance("type", "TYPE", 9), 0U);
  EXPECT_EQ(edit_distance("Tpye", "Type", 9), 1U);
  EXPECT_EQ(edit_distance("Typ", "Type", 9), 1U);
  EXPECT_EQ(edit_distance("", "Type", 9), 4U);
  EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 3), 3U);
  EXPECT_EQ(edit_distance(std::string(1000, 'a'), "a", 7), 7U);
}

}  // namespace
}  // namespace svcd
