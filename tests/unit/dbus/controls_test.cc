// Writing the manager's properties, with the errors of systemd 252.
#include <gmock/gmock.h>

#include "dbus/server/object_path.h"
#include "unit/dbus/bus_client.h"

namespace svcd {
namespace {

using testing::IsEmpty;

class WritingTest : public testing::Test {
 protected:
  template <class Value>
  std::string write(const char* property, const char* type, Value value) {
    return client.call(manager_path, properties_interface, "Set", "ssv", manager_interface, property, type, value);
  }
  std::string read(const char* property) { return client.property(manager_path, manager_interface, property); }
  World world;
  TestClient client{world};
};

TEST_F(WritingTest, LogLevelTakesNamesAndNumbersAndNothing) {
  EXPECT_EQ(write("LogLevel", "s", "debug"), "");
  EXPECT_EQ(read("LogLevel"), "<debug>");
  EXPECT_EQ(write("LogLevel", "s", "4"), "");
  EXPECT_EQ(read("LogLevel"), "<warning>");
  EXPECT_EQ(write("LogLevel", "s", ""), "");
  EXPECT_EQ(read("LogLevel"), "<info>");
  EXPECT_EQ(write("LogLevel", "s", "9"), "org.freedesktop.DBus.Error.InvalidArgs: Invalid log level '9'");
  EXPECT_EQ(write("LogLevel", "s", "INFO"), "org.freedesktop.DBus.Error.InvalidArgs: Invalid log level 'INFO'");
  EXPECT_EQ(write("LogLevel", "u", 5U),
            "org.freedesktop.DBus.Error.InvalidArgs: Incorrect parameters for property 'LogLevel', expected 's', got "
            "'u'.");
}

TEST_F(WritingTest, TheJournalStandsInForSyslog) {
  EXPECT_EQ(write("LogTarget", "s", "syslog"), "");
  EXPECT_EQ(read("LogTarget"), "<journal>");
  EXPECT_EQ(write("LogTarget", "s", "syslog-or-kmsg"), "");
  EXPECT_EQ(read("LogTarget"), "<journal-or-kmsg>");
  EXPECT_EQ(write("LogTarget", "s", "foo"), "org.freedesktop.DBus.Error.InvalidArgs: Invalid log target 'foo'");
}

TEST_F(WritingTest, LogControlIsTheSameLog) {
  const auto set = [&](const char* property, const char* value) {
    return client.call(log_control_path, properties_interface, "Set", "ssv", log_control_interface, property, "s",
                       value);
  };
  EXPECT_EQ(set("LogLevel", "debug"), "");
  EXPECT_EQ(read("LogLevel"), "<debug>");
  EXPECT_EQ(client.property(log_control_path, log_control_interface, "SyslogIdentifier"), "<systemd>");
  EXPECT_EQ(set("SyslogIdentifier", "me"),
            "org.freedesktop.DBus.Error.PropertyReadOnly: Property 'SyslogIdentifier' is not writable.");
}

TEST_F(WritingTest, AWatchdogOfInfinityIsTheConfiguredOne) {
  EXPECT_EQ(write("RuntimeWatchdogUSec", "t", uint64_t{5000000}), "");
  EXPECT_EQ(read("RuntimeWatchdogUSec"), "<5000000>");
  EXPECT_EQ(write("RuntimeWatchdogUSec", "t", UINT64_MAX), "");
  EXPECT_EQ(read("RuntimeWatchdogUSec"), "<0>");
  EXPECT_EQ(write("ShutdownWatchdogUSec", "t", uint64_t{9}), "") << "a name of the past";
  EXPECT_EQ(read("RebootWatchdogUSec"), "<9>");
  EXPECT_EQ(write("RebootWatchdogUSec", "t", UINT64_MAX), "");
  EXPECT_EQ(read("RebootWatchdogUSec"), "<600000000>");
  EXPECT_EQ(write("RuntimeWatchdogPreGovernor", "s", "panic"), "System.Error.EBADF: Bad file descriptor");
  EXPECT_EQ(write("ServiceWatchdogs", "b", 0), "");
  EXPECT_EQ(read("ServiceWatchdogs"), "<false>");
}

TEST_F(WritingTest, WhatIsNotWritableSaysSo) {
  EXPECT_EQ(write("Version", "s", "x"),
            "org.freedesktop.DBus.Error.PropertyReadOnly: Property 'Version' is not writable.");
  EXPECT_THAT(write("Bogus", "s", "x"), testing::StartsWith("org.freedesktop.DBus.Error.UnknownProperty: "));
}

TEST_F(WritingTest, ShowStatusTakesItsModesAndBooleans) {
  for (const auto& [mode, shown] : {std::pair("no", "<false>"),
                                    {"yes", "<true>"},
                                    {"auto", "<false>"},
                                    {"temporary", "<true>"},
                                    {"error", "<false>"},
                                    {"1", "<true>"},
                                    {"off", "<false>"},
                                    {"", "<true>"}}) {
    EXPECT_EQ(client.manager("SetShowStatus", "s", mode), "");
    EXPECT_EQ(read("ShowStatus"), shown) << mode;
  }
  EXPECT_EQ(client.manager("SetShowStatus", "s", "bogus"),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid show status 'bogus'");
}

// Privileged methods do not reach sd-bus, which would ask the bus and wait: what it checks is checked before.
TEST_F(WritingTest, PrivilegedMethodsAreServedAndChecked) {
  EXPECT_EQ(client.manager("Reboot", "s", "now"),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid arguments 's' to call "
            "org.freedesktop.systemd1.Manager.Reboot(), expecting ''.");
  EXPECT_THAT(world.manager.history, IsEmpty());
  EXPECT_EQ(client.manager("Reboot"), "");
  EXPECT_EQ(world.manager.history.size(), 1U);
}

TEST_F(WritingTest, ThereAreNoDynamicUsers) {
  EXPECT_EQ(client.manager("GetDynamicUsers"), "[]");
  EXPECT_EQ(client.manager("LookupDynamicUserByName", "s", "foo"),
            "org.freedesktop.systemd1.NoSuchDynamicUser: Dynamic user foo does not exist.");
  EXPECT_EQ(client.manager("LookupDynamicUserByName", "s", ""),
            "org.freedesktop.DBus.Error.InvalidArgs: User name invalid: ");
  EXPECT_EQ(client.manager("LookupDynamicUserByUID", "u", 65535U),
            "org.freedesktop.DBus.Error.InvalidArgs: User ID invalid: 65535");
}

TEST_F(WritingTest, UnitsAreLookedUpWithTheErrorsOfSystemd) {
  EXPECT_EQ(client.manager("GetUnitByPID", "u", UINT32_MAX), "org.freedesktop.DBus.Error.InvalidArgs: Invalid PID -1");
  EXPECT_EQ(client.manager("GetUnitByControlGroup", "s", "bogus"),
            "org.freedesktop.DBus.Error.InvalidArgs: Control group path is not absolute: bogus");
  EXPECT_EQ(client.manager("StartUnitReplace", "sss", "a.service", "b.service", "replace"),
            "org.freedesktop.systemd1.NoSuchUnit: Unit a.service not loaded.");
  for (const char* method : {"GetUnit", "LoadUnit", "RefUnit"})
    EXPECT_EQ(client.manager(method, "s", ""), "org.freedesktop.systemd1.NoSuchUnit: Client not member of any unit.");
  EXPECT_THAT(client.manager("GetUnitByInvocationID", "ay", 0),
              testing::MatchesRegex("org.freedesktop.systemd1.NoSuchUnit: Client [0-9]+ not member of any unit."));
  world.manager.add("a.service", "");
  EXPECT_EQ(client.manager("StartUnitReplace", "sss", "a.service", "b.service", "replace"),
            "org.freedesktop.systemd1.NoSuchJob: No job queued for unit a.service");
}

}  // namespace
}  // namespace svcd
