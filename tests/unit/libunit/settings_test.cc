#include "libunit/settings.h"

#include <gmock/gmock.h>

#include <set>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

std::vector<std::string> texts(const AppliedUnit& unit) {
  std::vector<std::string> result;
  for (const Diagnostic& d : unit.diagnostics) result.push_back(to_string(d));
  return result;
}

TEST(Settings, AreFoundInTheSectionsOfTheirUnitTypes) {
  EXPECT_STREQ(find_setting(UnitType::service, "Service", "RestartSec")->property, "RestartUSec");
  EXPECT_EQ(find_setting(UnitType::socket, "Socket", "RestartSec"), nullptr);
  EXPECT_NE(find_setting(UnitType::socket, "Socket", "User"), nullptr);
  EXPECT_EQ(find_setting(UnitType::slice, "Slice", "User"), nullptr);
  EXPECT_NE(find_setting(UnitType::slice, "Slice", "CPUWeight"), nullptr);
  EXPECT_EQ(find_setting(UnitType::service, "Unit", "User"), nullptr);
  EXPECT_NE(find_setting(UnitType::target, "Unit", "After"), nullptr);
  // The same key means different rows in different units.
  EXPECT_NE(find_setting(UnitType::socket, "Socket", "ExecStartPre"),
            find_setting(UnitType::service, "Service", "ExecStartPre"));
}

TEST(Settings, OfOneSectionHaveDifferentKeysAndProperties) {
  using G = SettingGroup;
  constexpr std::pair<UnitType, G> own_groups[] = {
      {UnitType::service, G::service}, {UnitType::socket, G::socket}, {UnitType::mount, G::mount}};
  for (const auto& [type, own] : own_groups) {
    std::set<std::string> keys, properties;
    for (const G group : {own, G::exec, G::kill, G::resource}) {
      for (const Setting& row : settings_of(group)) {
        if (row.key != nullptr) {
          EXPECT_TRUE(keys.insert(row.key).second) << row.key;
          EXPECT_EQ(find_setting(type, section_name(type), row.key), &row) << row.key;
        }
        if (row.property != nullptr) {
          EXPECT_TRUE(properties.insert(row.property).second) << row.property;
          EXPECT_EQ(find_property(type, row.property), &row) << row.property;
        }
      }
    }
    EXPECT_GT(keys.size(), 200u);
  }
}

/// Where `property` stands among the properties of its group; -1: it is not there.
std::ptrdiff_t place_of(SettingGroup group, std::string_view property) {
  const auto rows = settings_of(group);
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].property != nullptr && rows[i].property == property) return std::ptrdiff_t(i);
  return -1;
}

TEST(Settings, StandInTheOrderOfSystemdsProperties) {
  constexpr std::string_view in_order[] = {"Environment",      "UMask",          "LimitCPU",        "LimitRTTIMESoft",
                                           "WorkingDirectory", "RootDirectory",  "RootImage",       "OOMScoreAdjust",
                                           "CoredumpFilter",   "Nice",           "NonBlocking",     "StandardInput",
                                           "TTYRows",          "SyslogPriority", "LogNamespace",    "User",
                                           "RemoveIPC",        "PAMName",        "ReadWritePaths",  "PrivateTmp",
                                           "ProtectClock",     "ProtectSystem",  "NoNewPrivileges", "RuntimeDirectory",
                                           "TimeoutCleanUSec", "BindPaths",      "IPCNamespacePath"};
  std::ptrdiff_t last = -1;
  for (const std::string_view property : in_order) {
    const std::ptrdiff_t place = place_of(SettingGroup::exec, property);
    EXPECT_GT(place, last) << property;
    last = place;
  }
}

TEST(Settings, ThatHaveAPropertyShowItsDefault) {
  const UnitConfig config;
  for (const Setting& row : settings()) {
    if (row.property == nullptr) continue;
    ASSERT_NE(row.show, nullptr) << row.property;
    BusctlSink sink;
    row.show(config, sink);
    EXPECT_NE(sink.text(), "") << row.property;
  }
}

TEST(Settings, ThatNoCodeActsOnAreKeptAndShown) {
  const auto shown_of = [](const char* lines) {
    return shown(apply_lines("web.service", lines).config, UnitType::service, "RootDirectoryStartOnly");
  };
  EXPECT_EQ(shown_of(""), "b false");
  EXPECT_EQ(shown_of("RootDirectoryStartOnly=yes"), "b true");
  EXPECT_EQ(shown_of("RootDirectoryStartOnly=yes\nRootDirectoryStartOnly=no"), "b false");
}

TEST(Apply, IgnoresUnknownKeysAndSectionsWithFileAndLine) {
  const AppliedUnit unit = apply_lines("web.service",
                                       "[Unit]\nDescription=The web\nBogus=1\n[Socket]\nListenStream=/x\n"
                                       "[X-Mine]\nAnything=1\n[Service]\nExecStrt=/bin/x\nX-Mine=2\n");
  EXPECT_THAT(texts(unit),
              testing::UnorderedElementsAre(
                  "/etc/systemd/system/web.service:3: Unknown key 'Bogus' in section [Unit], ignoring.",
                  "/etc/systemd/system/web.service:4: Unknown section 'Socket'. Ignoring.",
                  "/etc/systemd/system/web.service:9: Unknown key 'ExecStrt' in section [Service], ignoring."));
  EXPECT_TRUE(unit.result.has_value());
  EXPECT_EQ(unit.config.unit().description, "The web");
}

TEST(Apply, SaysOnceWhatIsNotInEffectYet) {
  const AppliedUnit unit = apply_lines("web.service", "PrivateUsers=yes\nUtmpMode=user\nUtmpMode=init\nUser=web\n");
  EXPECT_THAT(texts(unit),
              testing::ElementsAre("/etc/systemd/system/web.service: Not in effect yet: PrivateUsers=, UtmpMode=."));
}

TEST(Apply, WhatIsSwitchedOffIsNotMissed) {
  const AppliedUnit unit = apply_lines("web.service", "PrivateUsers=no\nSystemCallFilter=@clock\nSystemCallFilter=\n");
  EXPECT_THAT(texts(unit), testing::IsEmpty());
}

TEST(Apply, AppliesAllOtherLinesOfAUnitThatIsRefused) {
  const AppliedUnit unit = apply_lines("web.service", "User=a:b\nRestart=always\n");
  ASSERT_FALSE(unit.result.has_value());
  EXPECT_EQ(unit.result.error().code, ErrorCode::bad_unit_setting);
  EXPECT_EQ(unit.config.service().restart, ServiceSection::Restart::always);
}

TEST(Specifiers, ThatDoNotExistAreRefusedWhereTheValueMatters) {
  const AppliedUnit command = apply_lines("web.service", "ExecStart=/bin/a %Z");
  EXPECT_FALSE(command.result.has_value());
  EXPECT_THAT(texts(command),
              testing::ElementsAre("/etc/systemd/system/web.service:2: Failed to resolve unit specifiers "
                                   "in %Z: Invalid slot"));
  const AppliedUnit user = apply_lines("web.service", "User=%Z");
  EXPECT_FALSE(user.result.has_value());
  const AppliedUnit others = apply_lines("web.service", "Environment=A=%Z B=1\nSyslogIdentifier=%Z");
  EXPECT_TRUE(others.result.has_value());
  EXPECT_THAT(texts(others),
              testing::ElementsAre("/etc/systemd/system/web.service:2: Failed to resolve specifiers in A=%Z, ignoring: "
                                   "Invalid slot",
                                   "/etc/systemd/system/web.service:3: Failed to resolve unit specifiers in '%Z', "
                                   "ignoring: Invalid slot"));
  EXPECT_THAT(others.config.exec().environment, testing::ElementsAre("B=1"));
}

TEST(Lists, AreAppendedToAndResetByAnEmptyAssignment) {
  const AppliedUnit unit = apply_lines("web.service",
                                       "ExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\nEnvironment=A=1\n"
                                       "Environment=B=2 A=3\nSupplementaryGroups=x y\nSupplementaryGroups=\n");
  ASSERT_EQ(unit.config.service().exec_start.size(), 1u);
  EXPECT_EQ(unit.config.service().exec_start[0].path, "/bin/b");
  EXPECT_THAT(unit.config.exec().environment, testing::ElementsAre("A=3", "B=2"));
  EXPECT_THAT(unit.config.exec().supplementary_groups, testing::IsEmpty());
}

TEST(Lists, OfAHostileFileAreCut) {
  std::string line = "Environment=";
  for (int i = 0; i < 20000; ++i) line += fmt::format("A{}=1 ", i);
  const AppliedUnit unit = apply_lines("web.service", line);
  EXPECT_EQ(unit.config.exec().environment.size(), 8192u);
  EXPECT_THAT(texts(unit), testing::ElementsAre("/etc/systemd/system/web.service:2: More than 8192 entries in "
                                                "Environment=, ignoring the others."));
}

TEST(Dependencies, OnATemplateMeanTheInstanceOfTheSameName) {
  const AppliedUnit plain = apply_lines("web.service", "[Unit]\nOnFailure=b@%n.service c@.service\n");
  EXPECT_EQ(plain.config.unit().on_failure,
            (std::vector{UnitName::parse("b@web.service.service").value(), UnitName::parse("c@web.service").value()}));
  const AppliedUnit instance = apply_lines("web@8080.service", "[Unit]\nAfter=c@.socket\n");
  EXPECT_EQ(instance.config.unit().after, std::vector{UnitName::parse("c@8080.socket").value()});
}

struct Verified {
  const char *name, *lines, *reason;
};
constexpr Verified refused_units[] = {
    {"a.service", "RemainAfterExit=yes", "Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing."},
    {"a.service", "Type=simple\nExecStop=/bin/true",
     "Service has no ExecStart= setting, which is only allowed for Type=oneshot services. Refusing."},
    {"a.service", "ExecStop=/bin/true",
     "Service has no ExecStart= and no SuccessAction= settings and does not have RemainAfterExit=yes set. Refusing."},
    {"a.service", "ExecStart=/bin/a\nExecStart=/bin/b",
     "Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services. Refusing."},
    {"a.service", "Type=oneshot\nExecStart=/bin/a\nRestart=on-success",
     "Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services. "
     "Refusing."},
    {"a.service", "Type=oneshot\nExecStart=/bin/a\nRestartForceExitStatus=3",
     "Service has RestartForceExitStatus= set, which isn't allowed for Type=oneshot services. Refusing."},
    {"a.service", "Type=oneshot\nExecStart=/bin/a\nExitType=cgroup",
     "Service has ExitType=cgroup set, which isn't allowed for Type=oneshot services. Refusing."},
    {"a.service", "Type=dbus\nExecStart=/bin/a",
     "Service is of type D-Bus but no D-Bus service name has been specified. Refusing."},
    {"a.service", "ExecStart=/bin/a\nPAMName=x\nKillMode=process",
     "Service has PAM enabled. Kill mode must be set to 'control-group' or 'mixed'. Refusing."},
    {"a.socket", "Backlog=5",
     "Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, ...). Refusing."},
    {"a.socket", "ListenDatagram=/d\nAccept=yes",
     "Unit configured for accepting sockets, but sockets are non-accepting. Refusing."},
    {"a.socket", "ListenStream=/d\nAccept=yes\nMaxConnections=0", "MaxConnection= setting too small. Refusing."},
    {"a.socket", "ListenStream=/d\nAccept=yes\nService=foo.service",
     "Explicit service configuration for accepting socket units not supported. Refusing."},
    {"a.socket", "ListenStream=/d\nListenStream=/e\nSymlinks=/f",
     "Unit has symlinks set but none or more than one node in the file system. Refusing."},
    {"mw.mount", "Where=/mw", "What= setting is missing. Refusing."},
    {"mx.mount", "What=tmpfs\nWhere=/other", "Where= setting doesn't match unit name. Refusing."},
    {"mk.mount", "What=x\nPAMName=x\nKillMode=process",
     "Unit has PAM enabled. Kill mode must be set to control-group'. Refusing."},
};

TEST(Verify, RefusesWhatSystemdRefuses) {
  for (const Verified& row : refused_units) {
    SCOPED_TRACE(row.lines);
    const UnitName name = UnitName::parse(row.name).value();
    AppliedUnit unit = apply_lines(row.name, row.lines);
    const Result<> done = verify_config(name, unit.config, unit.diagnostics);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::bad_unit_setting);
    EXPECT_EQ(unit.diagnostics.back().text, fmt::format("{}: {}", row.name, row.reason));
  }
}

TEST(Verify, TakesAOneshotThatOnlyStops) {
  const UnitName name = UnitName::parse("a.service").value();
  AppliedUnit unit = apply_lines("a.service", "Type=oneshot\nExecStop=/bin/true\nRemainAfterExit=yes");
  EXPECT_TRUE(verify_config(name, unit.config, unit.diagnostics).has_value());
}

}  // namespace
}  // namespace svcd
