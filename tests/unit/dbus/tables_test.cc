// Paths, match rules, clients and the composition of the property tables.
#include <gmock/gmock.h>

#include <algorithm>

#include "dbus/server/client.h"
#include "dbus/server/match_rule.h"
#include "dbus/server/object_path.h"
#include "dbus/server/property_table.h"

namespace svcd {
namespace {

using testing::ElementsAre;

TEST(ObjectPathTest, EveryByteThatIsNoLetterOrDigitIsEscaped) {
  EXPECT_EQ(unit_path("dbus.service"), "/org/freedesktop/systemd1/unit/dbus_2eservice");
  EXPECT_EQ(unit_path("1x@a-b.mount"), "/org/freedesktop/systemd1/unit/_31x_40a_2db_2emount");
  EXPECT_EQ(unit_path(""), "/org/freedesktop/systemd1/unit/_");
  for (const char* name : {"dbus.service", "1x@a-b.mount", "-.slice", "a\\x2db.swap", ""})
    EXPECT_EQ(unit_of_path(unit_path(name)), name);
  EXPECT_EQ(unit_of_path("/org/freedesktop/systemd1/unit"), std::nullopt);
  EXPECT_EQ(unit_of_path("/org/freedesktop/systemd1/unit/a/b"), std::nullopt);
  EXPECT_EQ(unit_of_path("/org/freedesktop/systemd1/unit/a_2"), "a_2");
  EXPECT_EQ(unit_of_path("/org/freedesktop/systemd1/unit/a_"), "a_");
  EXPECT_EQ(job_of_path(job_path(17)), 17u);
  EXPECT_EQ(job_of_path("/org/freedesktop/systemd1/job/17x"), std::nullopt);
}

bool matches(const char* rule, const SignalFacts& signal) {
  const Result<MatchRule> parsed = MatchRule::parse(rule);
  return parsed && parsed->matches(signal);
}

TEST(MatchRuleTest, AllKeysOfARuleMustMatch) {
  const SignalFacts signal{bus_name, "/org/freedesktop/systemd1/unit/a", properties_interface, "PropertiesChanged",
                           unit_interface};
  EXPECT_TRUE(matches("", signal));
  EXPECT_TRUE(matches("type='signal',sender='org.freedesktop.systemd1',member='PropertiesChanged'", signal));
  EXPECT_TRUE(matches("path_namespace='/org/freedesktop/systemd1',arg0='org.freedesktop.systemd1.Unit'", signal));
  EXPECT_TRUE(matches("arg0namespace=org.freedesktop.systemd1, eavesdrop='true'", signal));
  EXPECT_FALSE(matches("type='signal',path='/org/freedesktop/systemd1'", signal));
  EXPECT_FALSE(matches("path_namespace='/org/freedesktop/sys'", signal));
  EXPECT_FALSE(matches("type='method_call'", signal));
  EXPECT_FALSE(matches("member='JobNew'", signal));
}

TEST(MatchRuleTest, WhatIsNoRuleIsRefused) {
  for (const char* bad : {"x", "colour='red'", "type='signal", "type='signal',type='signal'", "arg99x='a'"})
    EXPECT_FALSE(MatchRule::parse(bad)) << bad;
}

TEST(ClientsTest, OnlyTheSystemBusCountsSubscriptionsAndReferences) {
  Clients clients;
  const UnitId unit{3, 0};
  Client& near = clients.add(nullptr, "");
  Client& far = clients.add(nullptr, ":1.7");
  clients.subscribe(near, true);
  clients.reference(near, unit);
  EXPECT_FALSE(clients.anybody_subscribed());
  EXPECT_FALSE(clients.is_referenced(unit));
  clients.subscribe(far, true);
  clients.reference(far, unit);
  clients.reference(far, unit);
  EXPECT_TRUE(clients.anybody_subscribed());
  EXPECT_THAT(clients.references(unit), ElementsAre("", ":1.7"));
  EXPECT_TRUE(clients.unreference(far, unit));
  EXPECT_TRUE(clients.is_referenced(unit)) << "references count";
  clients.remove(far.id);
  EXPECT_FALSE(clients.anybody_subscribed());
  EXPECT_FALSE(clients.is_referenced(unit));
  EXPECT_EQ(clients.find(":1.7"), nullptr);
}

TEST(ClientsTest, AJobIsHeardAsLongAsWhoQueuedItIsThere) {
  Clients clients;
  Client& near = clients.add(nullptr, "");
  Client& far = clients.add(nullptr, ":1.7");
  clients.own_job(near.id, 1);
  EXPECT_FALSE(clients.job_has_owner(1)) << "private connections hear everything anyway";
  clients.own_job(far.id, 1);
  clients.own_job(far.id, 2);
  EXPECT_TRUE(clients.job_has_owner(1));
  clients.forget_job(1);
  EXPECT_FALSE(clients.job_has_owner(1));
  clients.remove(far.id);
  EXPECT_FALSE(clients.job_has_owner(2));
}

std::vector<std::string> names_between(const std::vector<PropertyRow>& rows, std::string_view first,
                                       std::string_view last) {
  std::vector<std::string> names;
  bool on = false;
  for (const PropertyRow& row : rows) {
    on = on || row.name == first;
    if (on) names.emplace_back(row.name);
    if (row.name == last) break;
  }
  return names;
}

TEST(PropertyTableTest, RunTimeRowsStandWhereSystemdIntrospectsThem) {
  EXPECT_THAT(names_between(type_properties(UnitType::service), "SuccessExitStatus", "StatusText"),
              ElementsAre("SuccessExitStatus", "MainPID", "ControlPID", "BusName", "FileDescriptorStoreMax",
                          "NFileDescriptorStore", "StatusText"));
  EXPECT_THAT(names_between(unit_properties(), "SourcePath", "UnitFilePreset"),
              ElementsAre("SourcePath", "DropInPaths", "UnitFileState", "UnitFilePreset"));
}

TEST(PropertyTableTest, NoPropertyIsThereTwice) {
  for (int i = 0; i < unit_type_count; ++i) {
    std::vector<std::string> names;
    for (const PropertyRow& row : type_properties(static_cast<UnitType>(i))) names.emplace_back(row.name);
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end()) << to_string(static_cast<UnitType>(i));
  }
}

}  // namespace
}  // namespace svcd
