// cat --effective: where each value of a unit comes from.
#include "ctl/effective.h"

#include <gmock/gmock.h>

#include "libunit/memory_files.h"

namespace svcd::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class EffectiveTest : public ::testing::Test {
 protected:
  std::vector<EffectiveValue> values_of(const std::string& name, const client::Properties& known = {}) {
    UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
    const LoadedUnit unit = loader.load(UnitName::parse(name).value());
    return effective_values(unit, written_values(files, unit, host), known);
  }
  std::string text_of(const std::string& name) { return effective_text(values_of(name)); }
  MemoryFiles files;
  HostFacts host;
};

TEST_F(EffectiveTest, EachValueIsShownWithTheLineThatItComesFrom) {
  files.write("/lib/systemd/system/a.service",
              "[Unit]\nAfter=b.service\nDescription=A\nAfter=c.service\n[Service]\nType=forking\nExecStart=/bin/a\n"
              "Environment=A=1\n[Install]\nWantedBy=multi-user.target\n");
  files.write("/etc/systemd/system/a.service.d/x.conf",
              "[Service]\nType=exec\nExecStart=\nExecStart=/bin/b\n"
              "Environment=B=2\n");
  const std::string text = text_of("a.service");
  EXPECT_THAT(text, StartsWith("[Unit]\n"
                               "# /lib/systemd/system/a.service:2\n"
                               "After=b.service\n"
                               "# /lib/systemd/system/a.service:4\n"
                               "After=c.service\n"
                               "# /lib/systemd/system/a.service:3\n"
                               "Description=A\n"
                               "# defaults:\n"));
  EXPECT_THAT(text, HasSubstr("\n[Service]\n"
                              "# /lib/systemd/system/a.service:8\n"
                              "Environment=A=1\n"
                              "# /etc/systemd/system/a.service.d/x.conf:5\n"
                              "Environment=B=2\n"
                              "# /etc/systemd/system/a.service.d/x.conf:2\n"
                              "Type=exec\n"
                              "# /etc/systemd/system/a.service.d/x.conf:4\n"
                              "ExecStart=/bin/b\n"
                              "# defaults:\n"));
  EXPECT_THAT(text, HasSubstr("\n#Restart=no\n"));
  EXPECT_THAT(text, HasSubstr("\n#RestartSec=100ms\n"));
  EXPECT_THAT(text, HasSubstr("\n[Install]\n# /lib/systemd/system/a.service:10\nWantedBy=multi-user.target\n"));
  EXPECT_THAT(text, Not(HasSubstr("/bin/a\n")));
}

TEST_F(EffectiveTest, WhatFollowsFromAnotherSettingIsNoDefault) {
  files.write("/etc/systemd/system/a.service", "[Service]\nExecStart=/bin/a\nDynamicUser=yes\n");
  const std::string text = text_of("a.service");
  const size_t implied = text.find("# from other settings"), defaults = text.find("# defaults:", implied);
  EXPECT_LT(implied, text.find("\n#PrivateTmp=yes\n"));
  EXPECT_LT(text.find("\n#PrivateTmp=yes\n"), defaults);
}

TEST_F(EffectiveTest, TheManagersOwnDefaultsCountMoreThanOurs) {
  files.write("/etc/systemd/system/a.service", "[Service]\nExecStart=/bin/a\n");
  client::Properties known;
  known.set("TimeoutStopUSec", client::Value::of(uint64_t{5'000'000}));
  for (const EffectiveValue& value : values_of("a.service", known)) {
    if (value.key != "TimeoutStopSec") continue;
    EXPECT_EQ(value.value, "5s");
    EXPECT_EQ(value.source, EffectiveValue::Source::implied);
    return;
  }
  FAIL() << "TimeoutStopSec= is missing";
}

TEST_F(EffectiveTest, TheTextIsAUnitFileThatMeansTheSame) {
  files.write(
      "/etc/systemd/system/a.service",
      "[Unit]\nDescription=a \\\n  b\n[Service]\nExecStart=/bin/a 'x  y'\nEnvironment=\"A=1 2\"\nLimitNOFILE=5\n"
      "CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL\n");
  const std::string text = text_of("a.service");
  UnitLoader loader(files, SearchPath::system("/etc", "/run", ""), host);
  const std::string before = fingerprint(loader.load(UnitName::parse("a.service").value()).config);
  files.write("/etc/systemd/system/a.service", text);
  loader.forget();
  const LoadedUnit again = loader.load(UnitName::parse("a.service").value());
  EXPECT_EQ(fingerprint(again.config), before);
  EXPECT_TRUE(again.diagnostics.empty());
}

}  // namespace
}  // namespace svcd::ctl
