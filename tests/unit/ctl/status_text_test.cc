#include "ctl/status_text.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "ctl/time_text.h"

namespace svcd::ctl {
namespace {

using client::Properties;
using client::Value;
using Strings = std::vector<std::string>;

constexpr uint64_t started = 1720592542'000000;  // Wed 2024-07-10 06:22:22 UTC

/// A row of ExecStart: command line and how it ended (code 0: it has not).
Value command(Strings argv, bool ignore_failure, uint32_t pid, int32_t code, int32_t status) {
  const uint64_t time = code == 0 ? 0 : started;
  const std::string path = argv[0];
  return Value::structure(
      "sasbttttuii", {Value::of(path), Value::of(argv), Value::of(ignore_failure), Value::of(time), Value::of(time),
                      Value::of(time), Value::of(time), Value::of(pid), Value::of(code), Value::of(status)});
}

Value commands(std::vector<Value> rows) {
  return Value::array("(sasbttttuii)", std::move(rows));
}

class StatusText : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    world.now = started + 21 * usec_per_minute;
    world.active_state = [](const std::string& unit) { return unit == "web.socket" ? "active" : "inactive"; };
    world.process_name = [](uint32_t pid) { return pid == 492 ? "apache2" : ""; };
  }
  std::string text() { return status_text(terminal, p, world); }

  Properties p;
  StatusWorld world;
  Terminal terminal;
};

TEST_F(StatusText, ARunningServiceLooksAsInSystemctl) {
  p.set("Id", Value::of("apache2.service"));
  p.set("Description", Value::of("The Apache HTTP Server"));
  p.set("LoadState", Value::of("loaded"));
  p.set("FragmentPath", Value::of("/lib/systemd/system/apache2.service"));
  p.set("UnitFileState", Value::of("enabled"));
  p.set("UnitFilePreset", Value::of("enabled"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("running"));
  p.set("Result", Value::of("success"));
  p.set("ActiveEnterTimestamp", Value::of(started));
  p.set("RuntimeMaxUSec", Value::of(UINT64_MAX));
  p.set("Documentation", Value::of(Strings{"https://httpd.apache.org/docs/2.4/"}));
  p.set("ExecStart", commands({command({"/usr/sbin/apachectl", "start"}, false, 368, CLD_EXITED, 0)}));
  p.set("MainPID", Value::of(uint32_t{492}));
  p.set("TasksCurrent", Value::of(uint64_t{6}));
  p.set("TasksMax", Value::of(uint64_t{2262}));
  p.set("MemoryCurrent", Value::of(uint64_t{27'158'528}));
  p.set("MemoryMax", Value::of(UINT64_MAX));
  p.set("CPUUsageNSec", Value::of(uint64_t{199'400'000}));
  p.set("ControlGroup", Value::of("/system.slice/apache2.service"));
  world.processes = {{"/system.slice/apache2.service", 566, "/usr/sbin/apache2 -k start"},
                     {"/system.slice/apache2.service", 492, "/usr/sbin/apache2 -k start"},
                     {"/system.slice/apache2.service", 1580, "/usr/sbin/apache2 -k start"}};
  EXPECT_EQ(text(),
            "● apache2.service - The Apache HTTP Server\n"
            "     Loaded: loaded (/lib/systemd/system/apache2.service; enabled; preset: enabled)\n"
            "     Active: active (running) since Wed 2024-07-10 06:22:22 UTC; 21min ago\n"
            "       Docs: https://httpd.apache.org/docs/2.4/\n"
            "    Process: 368 ExecStart=/usr/sbin/apachectl start (code=exited, status=0/SUCCESS)\n"
            "   Main PID: 492 (apache2)\n"
            "      Tasks: 6 (limit: 2262)\n"
            "     Memory: 25.9M\n"
            "        CPU: 199ms\n"
            "     CGroup: /system.slice/apache2.service\n"
            "             ├─ 492 /usr/sbin/apache2 -k start\n"
            "             ├─ 566 /usr/sbin/apache2 -k start\n"
            "             └─1580 /usr/sbin/apache2 -k start\n");
}

TEST_F(StatusText, AFailedServiceSaysHowItEndedAndHowLongItRan) {
  p.set("Id", Value::of("fail.service"));
  p.set("Description", Value::of("Fails at once"));
  p.set("LoadState", Value::of("loaded"));
  p.set("FragmentPath", Value::of("/etc/systemd/system/fail.service"));
  p.set("UnitFileState", Value::of("static"));
  p.set("UnitFilePreset", Value::of("enabled"));
  p.set("ActiveState", Value::of("failed"));
  p.set("SubState", Value::of("failed"));
  p.set("Result", Value::of("exit-code"));
  p.set("ActiveEnterTimestamp", Value::of(started - 11'000));
  p.set("ActiveExitTimestamp", Value::of(started));
  p.set("InactiveEnterTimestamp", Value::of(started));
  p.set("ExecStartPre", commands({command({"/bin/false"}, true, 40, CLD_EXITED, 1)}));
  p.set("ExecStart", commands({command({"/bin/bash", "-c", "exit 7"}, false, 41, CLD_EXITED, 7)}));
  p.set("ExecStop", commands({command({"/bin/sleep", "9"}, false, 42, CLD_KILLED, SIGKILL)}));
  p.set("ExecMainPID", Value::of(uint32_t{41}));
  p.set("ExecMainCode", Value::of(int32_t{CLD_EXITED}));
  p.set("ExecMainStatus", Value::of(int32_t{203}));
  EXPECT_EQ(text(),
            "× fail.service - Fails at once\n"
            "     Loaded: loaded (/etc/systemd/system/fail.service; static)\n"
            "     Active: failed (Result: exit-code) since Wed 2024-07-10 06:22:22 UTC; 21min ago\n"
            "   Duration: 11ms\n"
            "    Process: 40 ExecStartPre=/bin/false (code=exited, status=1/FAILURE)\n"
            "    Process: 41 ExecStart=/bin/bash -c exit 7 (code=exited, status=7)\n"
            "    Process: 42 ExecStop=/bin/sleep 9 (code=killed, signal=KILL)\n"
            "   Main PID: 41 (code=exited, status=203/EXEC)\n");
}

TEST_F(StatusText, WhatAUnitAsksForAndDoesNotGetHasALine) {
  p.set("Id", Value::of("a.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("FragmentPath", Value::of("/etc/systemd/system/a.service"));
  p.set("ActiveState", Value::of("inactive"));
  p.set("SubState", Value::of("dead"));
  world.not_in_effect = {"SystemCallFilter", "PrivateTmp"};
  EXPECT_EQ(text(),
            "○ a.service\n"
            "     Loaded: loaded (/etc/systemd/system/a.service)\n"
            "Not applied: SystemCallFilter=, PrivateTmp=\n"
            "     Active: inactive (dead)\n");
}

TEST_F(StatusText, AUnitThatCouldNotBeLoadedSaysWhy) {
  p.set("Id", Value::of("bad.service"));
  p.set("Description", Value::of("bad.service"));
  p.set("LoadState", Value::of("bad-setting"));
  p.set("LoadError", Value::structure("ss", {Value::of("org.freedesktop.systemd1.BadUnitSetting"),
                                             Value::of("Unit bad.service has a bad unit file setting.")}));
  p.set("ActiveState", Value::of("inactive"));
  p.set("SubState", Value::of("dead"));
  EXPECT_EQ(text(),
            "○ bad.service\n"
            "     Loaded: bad-setting (Reason: Unit bad.service has a bad unit file setting.)\n"
            "     Active: inactive (dead)\n");
}

TEST_F(StatusText, DropInsAreATreePerFolder) {
  p.set("Id", Value::of("a.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("DropInPaths",
        Value::of(Strings{"/etc/systemd/system/a.service.d/10-a.conf", "/etc/systemd/system/a.service.d/20-b.conf",
                          "/run/systemd/system/a.service.d/x.conf"}));
  p.set("ActiveState", Value::of("inactive"));
  p.set("SubState", Value::of("dead"));
  EXPECT_EQ(text(),
            "○ a.service\n"
            "     Loaded: loaded\n"
            "    Drop-In: /etc/systemd/system/a.service.d\n"
            "             └─10-a.conf, 20-b.conf\n"
            "             /run/systemd/system/a.service.d\n"
            "             └─x.conf\n"
            "     Active: inactive (dead)\n");
}

TEST_F(StatusText, TheConditionThatWasNotMetIsNamed) {
  p.set("Id", Value::of("c.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("inactive"));
  p.set("SubState", Value::of("dead"));
  p.set("ConditionResult", Value::of(false));
  p.set("ConditionTimestamp", Value::of(started));
  const auto check = [](const char* type, bool trigger, bool negate, const char* parameter, int32_t outcome) {
    return Value::structure(
        "sbbsi", {Value::of(type), Value::of(trigger), Value::of(negate), Value::of(parameter), Value::of(outcome)});
  };
  p.set("Conditions", Value::array("(sbbsi)", {check("ConditionPathExists", false, false, "/etc", 1),
                                               check("ConditionPathExists", false, true, "/usr", -1),
                                               check("ConditionVirtualization", true, false, "vm", -1)}));
  EXPECT_EQ(text(),
            "○ c.service\n"
            "     Loaded: loaded\n"
            "     Active: inactive (dead)\n"
            "  Condition: start condition failed at Wed 2024-07-10 06:22:22 UTC; 21min ago\n"
            "             ├─ ConditionPathExists=!/usr was not met\n"
            "             └─ ConditionVirtualization=|vm was not met\n");
}

TEST_F(StatusText, ASocketShowsWhereItListensAndWhatItTriggers) {
  p.set("Id", Value::of("acc.socket"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("listening"));
  p.set("ActiveEnterTimestamp", Value::of(started));
  p.set("Triggers", Value::of(Strings{"acc.service"}));
  p.set("Listen", Value::array("(ss)", {Value::structure("ss", {Value::of("Stream"), Value::of("/run/acc.sock")}),
                                        Value::structure("ss", {Value::of("FIFO"), Value::of("/run/acc.fifo")})}));
  p.set("Accept", Value::of(true));
  p.set("NAccepted", Value::of(uint32_t{3}));
  p.set("NConnections", Value::of(uint32_t{1}));
  p.set("NRefused", Value::of(uint32_t{2}));
  EXPECT_EQ(text(),
            "● acc.socket\n"
            "     Loaded: loaded\n"
            "     Active: active (listening) since Wed 2024-07-10 06:22:22 UTC; 21min ago\n"
            "   Triggers: ● acc.service\n"
            "     Listen: /run/acc.sock (Stream)\n"
            "             /run/acc.fifo (FIFO)\n"
            "   Accepted: 3; Connected: 1;  Refused: 2\n");
}

TEST_F(StatusText, AServiceSaysWhoTriggersIt) {
  p.set("Id", Value::of("web.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("inactive"));
  p.set("SubState", Value::of("dead"));
  p.set("TriggeredBy", Value::of(Strings{"web.socket", "web.timer"}));
  EXPECT_EQ(text(),
            "○ web.service\n"
            "     Loaded: loaded\n"
            "     Active: inactive (dead)\n"
            "TriggeredBy: ● web.socket\n"
            "             ○ web.timer\n");
}

TEST_F(StatusText, MemoryNamesTheLimitsThatAreSet) {
  p.set("Id", Value::of("m.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("active"));
  p.set("MemoryCurrent", Value::of(uint64_t{1} << 20));
  p.set("MemoryMin", Value::of(uint64_t{512}));
  p.set("MemoryLow", Value::of(uint64_t{0}));
  p.set("MemoryMax", Value::of(uint64_t{200} << 20));
  p.set("MemoryAvailable", Value::of(uint64_t{199} << 20));
  EXPECT_EQ(text(),
            "● m.service\n"
            "     Loaded: loaded\n"
            "     Active: active\n"
            "     Memory: 1.0M (min: 512B max: 200.0M available: 199.0M)\n");
}

TEST_F(StatusText, TheControlProcessIsShownBesideTheMainOneOrAlone) {
  p.set("Id", Value::of("r.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("reloading"));
  p.set("SubState", Value::of("reload"));
  p.set("ControlPID", Value::of(uint32_t{50}));
  Properties with_main = p;
  with_main.set("MainPID", Value::of(uint32_t{492}));
  EXPECT_THAT(text(), testing::HasSubstr("\n  Cntrl PID: 50\n"));
  EXPECT_THAT(status_text(terminal, with_main, world),
              testing::HasSubstr("\n   Main PID: 492 (apache2); Control PID: 50\n"));
}

TEST_F(StatusText, ATimerShowsTheNearerOfItsNextTimes) {
  world.now_monotonic = 1000 * usec_per_sec;
  p.set("Id", Value::of("t.timer"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("waiting"));
  p.set("NextElapseUSecRealtime", Value::of(world.now + 2 * usec_per_hour));
  p.set("NextElapseUSecMonotonic", Value::of(world.now_monotonic + usec_per_hour));
  EXPECT_THAT(text(), testing::HasSubstr("    Trigger: Wed 2024-07-10 07:43:22 UTC; 1h 0min left\n"));
}

TEST_F(StatusText, WithoutUtf8TheTreeIsAscii) {
  terminal.utf8 = false;
  p.set("Id", Value::of("s.slice"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("active"));
  p.set("ControlGroup", Value::of("/s.slice"));
  world.processes = {
      {"/s.slice/b.service", 9, "b"}, {"/s.slice/a.service/sub", 7, "a"}, {"/s.slice/a.service/sub", 8, "aa"}};
  EXPECT_EQ(text(),
            "* s.slice\n"
            "     Loaded: loaded\n"
            "     Active: active\n"
            "     CGroup: /s.slice\n"
            "             |-a.service\n"
            "             | `-sub\n"
            "             |   |-7 a\n"
            "             |   `-8 aa\n"
            "             `-b.service\n"
            "               `-9 b\n");
}

TEST_F(StatusText, CommandLinesAreCutAtTheEdgeOfTheTerminal) {
  terminal.full_width = false;
  terminal.columns = 40;
  p.set("Id", Value::of("s.service"));
  p.set("LoadState", Value::of("loaded"));
  p.set("ActiveState", Value::of("active"));
  p.set("SubState", Value::of("running"));
  p.set("ControlGroup", Value::of("/system.slice/s.service"));
  world.processes = {{"/system.slice/s.service", 7, "/usr/bin/something with many arguments"}};
  EXPECT_THAT(text(), testing::EndsWith("             └─7 /usr/bin/something wit…\n"));
}

TEST_F(StatusText, AColouredTerminalGetsColoursAndLinks) {
  terminal.colours = terminal.links = true;
  world.host_name = "host";
  p.set("Id", Value::of("a.service"));
  p.set("LoadState", Value::of("not-found"));
  p.set("FragmentPath", Value::of("/f"));
  p.set("ActiveState", Value::of("failed"));
  p.set("SubState", Value::of("failed"));
  EXPECT_EQ(text(),
            "\x1B[0;1;31m×\x1B[0m a.service\n"
            "     Loaded: \x1B[0;1;31mnot-found\x1B[0m (\x1B]8;;file://host/f\a/f\x1B]8;;\a)\n"
            "     Active: \x1B[0;1;31mfailed\x1B[0m\n");
}

}  // namespace
}  // namespace svcd::ctl
