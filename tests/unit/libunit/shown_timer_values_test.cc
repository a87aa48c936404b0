// Timers, paths, automounts, swaps and scopes: what is written in a unit file, what is then shown and what is said
// about it, as systemd 252 answered.
#include <gmock/gmock.h>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

using testing::ElementsAre;

struct Shown {
  const char *unit, *lines, *property, *value;
};
constexpr char timer_lines[] =
    "OnCalendar=daily\nOnCalendar=Mon 10:00\nOnActiveSec=5min\nOnBootSec=1h 5\nOnUnitActiveSec=10\nOnStartupSec=3\n"
    "OnUnitInactiveSec=7s\nUnit=b.service\nAccuracySec=5\nRandomizedDelaySec=1min\nPersistent=yes\n";
constexpr char path_lines[] =
    "PathExists=/tmp/a\nPathExistsGlob=/tmp/*\nPathChanged=/tmp//b/\nPathModified=/tmp/../c\nDirectoryNotEmpty=/tmp/d\n"
    "MakeDirectory=yes\nDirectoryMode=0700\nTriggerLimitIntervalSec=5\nTriggerLimitBurst=7\n";
constexpr Shown values[] = {
    // clang-format off
    {"a.timer", timer_lines, "Unit", "s \"b.service\""},
    {"a.timer", timer_lines, "TimersMonotonic", "a(stt) 5 \"OnUnitInactiveUSec\" 7000000 0 \"OnStartupUSec\" 3000000 0 \"OnUnitActiveUSec\" 10000000 0 \"OnBootUSec\" 3605000000 0 \"OnActiveUSec\" 300000000 0"},
    {"a.timer", timer_lines, "TimersCalendar", "a(sst) 2 \"OnCalendar\" \"Mon *-*-* 10:00:00\" 0 \"OnCalendar\" \"*-*-* 00:00:00\" 0"},
    {"a.timer", timer_lines, "AccuracyUSec", "t 5000000"},
    {"a.timer", timer_lines, "RandomizedDelayUSec", "t 60000000"},
    {"a.timer", timer_lines, "Persistent", "b true"},
    {"a.timer", "OnCalendar=daily\nOnBootSec=5\nOnCalendar=\nOnBootSec=9", "TimersMonotonic", "a(stt) 1 \"OnBootUSec\" 9000000 0"},
    {"a.timer", "OnCalendar=hourly\nOnActiveSec=\n", "TimersCalendar", "a(sst) 0"},
    {"a.timer", "OnBootSec=0\nOnBootSec=infinity", "TimersMonotonic", "a(stt) 2 \"OnBootUSec\" 18446744073709551615 0 \"OnBootUSec\" 0 0"},
    {"none.timer", "", "Unit", "s \"none.service\""},
    {"none.timer", "", "AccuracyUSec", "t 60000000"},
    {"none.timer", "", "RemainAfterElapse", "b true"},
    {"t@x.timer", "OnActiveSec=1", "Unit", "s \"t@x.service\""},
    {"none.timer", "Unit=x.timer", "Unit", "s \"x.timer\""},
    {"p.path", path_lines, "Paths", "a(ss) 4 \"DirectoryNotEmpty\" \"/tmp/d\" \"PathChanged\" \"/tmp/b\" \"PathExistsGlob\" \"/tmp/*\" \"PathExists\" \"/tmp/a\""},
    {"p.path", path_lines, "Unit", "s \"p.service\""},
    {"p.path", path_lines, "MakeDirectory", "b true"},
    {"p.path", path_lines, "DirectoryMode", "u 448"},
    {"p.path", path_lines, "TriggerLimitIntervalUSec", "t 5000000"},
    {"p.path", path_lines, "TriggerLimitBurst", "u 7"},
    {"p.path", "PathModified=/a b", "Paths", "a(ss) 1 \"PathModified\" \"/a b\""},
    {"p.path", "PathExists=/a\nPathChanged=/b\nPathExistsGlob=", "Paths", "a(ss) 0"},
    {"p.path", "", "TriggerLimitIntervalUSec", "t 2000000"},
    {"p.path", "", "TriggerLimitBurst", "u 200"},
    {"tmp-x.automount", "Where=/tmp/x\nExtraOptions=user_xattr\nDirectoryMode=0711\nTimeoutIdleSec=5min", "TimeoutIdleUSec", "t 300000000"},
    {"tmp-x.automount", "ExtraOptions=a  b", "ExtraOptions", "s \"a  b\""},
    {"tmp-x.automount", "DirectoryMode=0711", "DirectoryMode", "u 457"},
    {"tmp-x.automount", "", "Where", "s \"/tmp/x\""},
    {"tmp-x.automount", "", "TimeoutIdleUSec", "t 0"},
    {"tmp-x.automount", "TimeoutIdleSec=0", "TimeoutIdleUSec", "t 18446744073709551615"},
    {"dev-sdz9.swap", "", "What", "s \"/dev/sdz9\""},
    {"dev-sdz9.swap", "Priority=5", "Priority", "i 5"},
    {"dev-sdz9.swap", "Priority=5\nPriority=", "Priority", "i -1"},
    {"dev-sdz9.swap", "Options=a=%n,b", "Options", "s \"a=dev-sdz9.swap,b\""},
    {"dev-sdz9.swap", "TimeoutSec=0", "TimeoutUSec", "t 18446744073709551615"},
    {"dev-sdz9.swap", "", "TimeoutUSec", "t 90000000"},
    {"zz.scope", "", "TimeoutStopUSec", "t 90000000"},
    {"zz.scope", "TimeoutStopSec=0", "TimeoutStopUSec", "t 0"},
    {"zz.scope", "RuntimeRandomizedExtraSec=3", "RuntimeRandomizedExtraUSec", "t 3000000"},
    {"zz.scope", "", "OOMPolicy", "s \"stop\""},
    {"zz.scope", "Delegate=yes", "OOMPolicy", "s \"continue\""},
    {"zz.scope", "OOMPolicy=kill", "OOMPolicy", "s \"kill\""},
    // clang-format on
};

TEST(ShownTimerValues, AreThoseOfSystemd) {
  for (const Shown& row : values) {
    const UnitName name = UnitName::parse(row.unit).value();
    EXPECT_EQ(shown(apply_lines(row.unit, row.lines).config, name.type(), row.property), row.value)
        << row.unit << ": " << row.property << "\n"
        << row.lines;
  }
}

std::vector<std::string> complaints_about(std::string_view name, std::string_view lines) {
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : apply_lines(name, lines).diagnostics)
    if (diagnostic.level <= Diagnostic::Level::warning) texts.push_back(diagnostic.text);
  return texts;
}

TEST(RefusedTimerValues, AreIgnoredWithTheTextsOfSystemd) {
  EXPECT_THAT(
      complaints_about("bad.timer", "OnCalendar=bogus\nOnActiveSec=x\nOnCalendar=%i\n"),
      ElementsAre("Failed to parse calendar specification, ignoring: bogus", "Failed to parse timer value, ignoring: x",
                  "Failed to parse calendar specification, ignoring: "));
  EXPECT_THAT(complaints_about("bad.timer", "Unit=\nUnit=bad name\nUnit=bad.timer\nUnit=x.timer\nUnit=%n.foo\n"),
              ElementsAre("Unit type not valid, ignoring: ", "Unit type not valid, ignoring: bad name",
                          "Units cannot trigger themselves, ignoring: bad.timer",
                          "Multiple units to trigger specified, ignoring: %n.foo"));
  EXPECT_THAT(complaints_about("bad.timer", "AccuracySec=\nPersistent=maybe\nFoo=bar\n"),
              ElementsAre("Failed to parse sec value, ignoring: ", "Failed to parse boolean value, ignoring: maybe",
                          "Unknown key 'Foo' in section [Timer], ignoring."));
  EXPECT_THAT(complaints_about("bad.path", "PathExists=tmp\nPathExists=/x%Z\nPathModified=/tmp/../c\n"),
              ElementsAre("PathExists= path is not absolute, ignoring: tmp",
                          "Failed to resolve unit specifiers in /x%Z, ignoring: Invalid slot",
                          "PathModified= path is not normalized, ignoring: /tmp/../c"));
  EXPECT_THAT(complaints_about("tmp-x.automount", "Where=tmp\nTimeoutIdleSec=y\n"),
              ElementsAre("Where= path is not absolute, ignoring: tmp", "Failed to parse time value, ignoring: y"));
  EXPECT_THAT(
      complaints_about("dev-a.swap", "Priority=x\nPriority=99999\nPriority=-5\nTimeoutSec=z\n"),
      ElementsAre("Invalid swap priority 'x', ignoring.", "Swap priority out of range, ignoring: 99999",
                  "Sorry, swap priorities smaller than -1 may only be assigned by the kernel itself, ignoring: -5",
                  "Failed to parse time value, ignoring: z"));
  EXPECT_THAT(complaints_about("zz.scope", "OOMPolicy=x\nRuntimeMaxSec=q\n"),
              ElementsAre("Failed to parse OOM policy, ignoring: x", "Failed to parse sec value, ignoring: q"));
}

TEST(RefusedTimerUnits, LackWhatTheyNeed) {
  const auto said = [](std::string_view name, std::string_view lines) {
    const AppliedUnit unit = apply_lines(name, lines);
    Diagnostics diagnostics;
    return verify_config(UnitName::parse(name).value(), unit.config, diagnostics) ? "fine" : diagnostics.back().text;
  };
  EXPECT_EQ(said("none.timer", ""), "none.timer: Timer unit lacks value setting. Refusing.");
  EXPECT_EQ(said("clock.timer", "OnClockChange=yes"), "fine");
  EXPECT_EQ(said("zone.timer", "OnTimezoneChange=yes"), "fine");
  EXPECT_EQ(said("none.path", ""), "none.path: Path unit lacks path setting. Refusing.");
  EXPECT_EQ(said("tmp-y.automount", "Where=/tmp/z"),
            "tmp-y.automount: Where= setting doesn't match unit name. Refusing.");
  EXPECT_EQ(said("tmp-y.automount", ""), "fine");
  EXPECT_EQ(said("dev-a.swap", "What=/dev/other"),
            "dev-a.swap: Value of What= and unit name do not match, not loading.");
  EXPECT_EQ(said("nowhat.swap", ""), "fine");
}

}  // namespace
}  // namespace svcd
