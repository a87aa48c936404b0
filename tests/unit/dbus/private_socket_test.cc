// What a client of the private socket sees, without a bus and with the little bus that answers Hello.
#include <gmock/gmock.h>

#include "dbus/server/object_path.h"
#include "unit/dbus/bus_client.h"

namespace svcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class PrivateSocketTest : public testing::Test {
 protected:
  PrivateSocketTest() {
    world.manager.add("a.service", "The A").status.sub_state = "dead";
    world.manager.add("b.target", "The B");
    world.manager.take();
  }
  World world;
};
const std::string a_path = "/org/freedesktop/systemd1/unit/a_2eservice";

TEST_F(PrivateSocketTest, ClientsNeedNoHello) {
  TestClient client(world);
  EXPECT_EQ(client.manager("GetUnit", "s", "a.service"), a_path);
}

TEST_F(PrivateSocketTest, GetUnitDoesNotLoad) {
  TestClient client(world);
  EXPECT_EQ(client.manager("GetUnit", "s", "nope.service"),
            "org.freedesktop.systemd1.NoSuchUnit: Unit nope.service not loaded.");
  EXPECT_EQ(client.manager("GetUnit", "s", "bad"), "org.freedesktop.systemd1.NoSuchUnit: Unit bad not loaded.");
}

TEST_F(PrivateSocketTest, ANameOfMegabytesIsNotRepeatedInTheError) {
  TestClient client(world);
  const std::string name = "a" + std::string(1 << 20, 'x');
  EXPECT_LE(client.manager("GetUnit", "s", name.c_str()).size(), 5000U);
  EXPECT_LE(client.property("/org/freedesktop/systemd1/unit/" + name.substr(0, 8000), unit_interface, "Id").size(),
            5000U);
  std::string wide = "x";  // the cut must not fall into a character
  for (int i = 0; i < 100000; ++i) wide += "ä";
  EXPECT_THAT(client.manager("GetUnit", "s", wide.c_str()), StartsWith("org.freedesktop.systemd1.NoSuchUnit: Unit xä"));
  EXPECT_TRUE(client.is_open());
}

TEST_F(PrivateSocketTest, LookingAtAPathLoadsTheUnit) {
  TestClient client(world);
  EXPECT_EQ(client.property("/org/freedesktop/systemd1/unit/nope_2eservice", unit_interface, "LoadState"),
            "<not-found>");
  EXPECT_EQ(client.property("/org/freedesktop/systemd1/unit/nope_2eservice", unit_interface, "LoadError"),
            "<(org.freedesktop.systemd1.NoSuchUnit Unit nope.service not found.)>");
  EXPECT_THAT(client.take_history(), ElementsAre("UnitNew nope.service /org/freedesktop/systemd1/unit/nope_2eservice"));
}

TEST_F(PrivateSocketTest, APathThatIsNoNameIsAnInvocationId) {
  Id128 id{};
  id[15] = 0xab;
  world.manager["a.service"].status.invocation = id;
  TestClient client(world);
  const std::string root = "/org/freedesktop/systemd1/unit/";
  EXPECT_EQ(client.property(root + "000000000000000000000000000000ab", unit_interface, "Id"), "<a.service>");
  EXPECT_EQ(client.property(root + "000000000000000000000000000000ac", unit_interface, "Id"),
            "org.freedesktop.systemd1.NoUnitForInvocationID: No unit with the specified invocation ID "
            "000000000000000000000000000000ac known.");
  EXPECT_EQ(client.property(root + "bad", unit_interface, "Id"),
            "org.freedesktop.DBus.Error.InvalidArgs: Unit name bad is neither a valid invocation ID nor unit name.");
}

TEST_F(PrivateSocketTest, SelfIsTheUnitOfTheCaller) {
  world.manager["a.service"].service->main_pid = ::getpid();
  TestClient client(world);
  EXPECT_EQ(client.property("/org/freedesktop/systemd1/unit/self", unit_interface, "Id"), "<a.service>");
  EXPECT_EQ(client.manager("GetUnit", "s", ""), a_path);
  EXPECT_EQ(client.manager("GetUnitByPID", "u", 0u), a_path);
  EXPECT_EQ(client.manager("GetUnitByPID", "u", 1u),
            "org.freedesktop.systemd1.NoUnitForPID: PID 1 does not belong to any loaded unit.");
}

TEST_F(PrivateSocketTest, AUnitHasItsOwnTypesInterfaceOnly) {
  TestClient client(world);
  EXPECT_THAT(client.property(a_path, "org.freedesktop.systemd1.Service", "MainPID"), "<0>");
  EXPECT_EQ(client.property(a_path, "org.freedesktop.systemd1.Socket", "Accept"),
            "org.freedesktop.DBus.Error.UnknownProperty: Unknown interface org.freedesktop.systemd1.Socket or property "
            "Accept.");
}

TEST_F(PrivateSocketTest, GetAllOfEverythingHasTypeAndUnitInOneDictionary) {
  TestClient client(world);
  const std::string all = client.call(a_path, properties_interface, "GetAll", "s", "");
  EXPECT_THAT(all, HasSubstr("{MainPID <0>}"));
  EXPECT_THAT(all, HasSubstr("{Description <The A>}"));
  EXPECT_LT(all.find("{MainPID"), all.find("{Id ")) << "the type's interface comes first";
}

TEST_F(PrivateSocketTest, WhatAUnitDoesNotGetIsAPropertyOfOurOwn) {
  TestClient client(world);
  EXPECT_EQ(client.property(a_path, own_unit_interface, "NotInEffect"), "<[]>");
  world.manager["a.service"].loaded.not_in_effect = {"SystemCallFilter"};
  world.manager["a.service"].status.not_in_effect = {"PrivateTmp"};
  EXPECT_EQ(client.property(a_path, own_unit_interface, "NotInEffect"), "<[SystemCallFilter PrivateTmp]>");
  EXPECT_THAT(client.call(a_path, properties_interface, "GetAll", "s", ""),
              testing::Not(HasSubstr("NotInEffect")));  // as of systemd
}

TEST_F(PrivateSocketTest, ListUnitsShowsOneRowAUnit) {
  TestClient client(world);
  EXPECT_EQ(client.manager("ListUnitsByPatterns", "asas", 0, 1, "a*"),
            "[(a.service The A loaded inactive dead  " + a_path + " 0  /)]");
  EXPECT_EQ(client.manager("ListUnitsFiltered", "as", 1, "failed"), "[]");
}

TEST_F(PrivateSocketTest, JobNewComesBeforeTheReplyAndPropertiesBeforeJobRemoved) {
  TestClient client(world);
  client.send(manager_path, manager_interface, "StartUnit", "ss", "a.service", "replace");
  world.settle();
  world.manager.finish_job(1, JobResult::done);
  world.settle();
  EXPECT_THAT(client.take_history(),
              ElementsAre("JobNew 1 /org/freedesktop/systemd1/job/1 a.service", "reply /org/freedesktop/systemd1/job/1",
                          StartsWith("PropertiesChanged org.freedesktop.systemd1.Service ["),
                          StartsWith("PropertiesChanged org.freedesktop.systemd1.Unit ["),
                          "JobRemoved 1 /org/freedesktop/systemd1/job/1 a.service done"));
  EXPECT_THAT(world.manager.history, ElementsAre("start a.service replace"));
}

TEST_F(PrivateSocketTest, ARequestThatIsMergedIntoAJobIsAnsweredAtOnce) {
  TestClient client(world);
  EXPECT_EQ(client.manager("StartUnit", "ss", "a.service", "replace"), "/org/freedesktop/systemd1/job/1");
  EXPECT_EQ(client.manager("StartUnit", "ss", "a.service", "replace"), "/org/freedesktop/systemd1/job/1");
}

TEST_F(PrivateSocketTest, PropertiesChangedHasTheWholeSet) {
  TestClient client(world);
  client.manager("Subscribe");
  world.manager.changes.changed_units.push_back(*world.manager.find("a.service"));
  world.settle();
  const std::vector<std::string> history = client.take_history();
  ASSERT_EQ(history.size(), 2u);
  for (const char* name : {"ActiveState", "FreezerState", "SubState", "StateChangeTimestamp", "Job", "ConditionResult",
                           "InvocationID", "ActivationDetails"})
    EXPECT_THAT(history[1], HasSubstr("{" + std::string(name) + " <")) << name;
  EXPECT_THAT(history[1], HasSubstr("[Conditions Asserts]")) << "invalidated";
  EXPECT_THAT(history[1], testing::Not(HasSubstr("{Id <")));
}

TEST_F(PrivateSocketTest, WhatHasNothingToChangeIsNotTold) {
  TestClient client(world);
  client.manager("Subscribe");
  world.manager.changes.changed_units.push_back(*world.manager.find("b.target"));
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre(StartsWith("PropertiesChanged org.freedesktop.systemd1.Unit [")));
}

TEST_F(PrivateSocketTest, AJobsObjectIsGoneWithTheJob) {
  TestClient client(world);
  client.manager("StartUnit", "ss", "a.service", "replace");
  const std::string job = "/org/freedesktop/systemd1/job/1";
  EXPECT_EQ(client.property(job, job_interface, "JobType"), "<start>");
  EXPECT_EQ(client.property(a_path, unit_interface, "Job"), "<(1 " + job + ")>");
  world.manager.finish_job(1, JobResult::done);
  world.settle();
  EXPECT_EQ(client.property(job, job_interface, "JobType"),
            "org.freedesktop.DBus.Error.UnknownObject: Unknown object '" + job + "'.");
  EXPECT_EQ(client.property(a_path, unit_interface, "Job"), "<(0 /)>");
}

TEST_F(PrivateSocketTest, ReloadIsAnsweredWhenItIsOver) {
  TestClient client(world);
  client.send(manager_path, manager_interface, "Reload");
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre());
  world.manager.changes.reloading_began = world.manager.changes.reloading_ended = true;
  world.manager.changes.done.push_back({world.manager.reloads.at(0), {}, true});
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre("Reloading true", "Reloading false", "reply "));
}

TEST_F(PrivateSocketTest, AClientThatIsGoneTakesItsRequestsAlong) {
  auto client = std::make_unique<TestClient>(world);
  client->send(manager_path, manager_interface, "Reload");
  world.settle();
  client.reset();
  world.settle();
  EXPECT_EQ(world.manager.gone.size(), 1u);
  world.manager.changes.done.push_back({world.manager.reloads.at(0), {}, true});
  world.settle();  // nobody to answer, and nothing breaks
  TestClient other(world);
  EXPECT_EQ(other.manager("GetUnit", "s", "a.service"), a_path);
}

TEST_F(PrivateSocketTest, MistakesAreNamedAsSystemdNamesThem) {
  TestClient client(world);
  EXPECT_EQ(client.manager("StartUnit", "ss", "nope.service", "replace"),
            "org.freedesktop.systemd1.NoSuchUnit: Unit nope.service not found.");
  EXPECT_EQ(client.manager("StartUnit", "ss", "bad", "replace"),
            "org.freedesktop.DBus.Error.InvalidArgs: Unit name bad is not valid.");
  EXPECT_EQ(client.manager("StartUnit", "ss", "a.service", "bogus"),
            "org.freedesktop.DBus.Error.InvalidArgs: Job mode bogus invalid");
  EXPECT_EQ(client.manager("EnqueueUnitJob", "sss", "a.service", "bogus", "replace"),
            "org.freedesktop.DBus.Error.InvalidArgs: Job type bogus invalid");
  EXPECT_EQ(client.manager("GetUnit", "u", 3u),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid arguments 'u' to call "
            "org.freedesktop.systemd1.Manager.GetUnit(), expecting 's'.");
  EXPECT_EQ(client.manager("SwitchRoot", "ss", "/", ""),
            "org.freedesktop.DBus.Error.UnknownMethod: Unknown method SwitchRoot or interface "
            "org.freedesktop.systemd1.Manager.");
  EXPECT_EQ(client.manager("KillUnit", "ssi", "a.service", "all", 900),
            "org.freedesktop.DBus.Error.InvalidArgs: Signal number out of range.");
  EXPECT_EQ(client.manager("CancelJob", "u", 99u), "org.freedesktop.systemd1.NoSuchJob: Job 99 does not exist.");
  EXPECT_EQ(client.manager("SetEnvironment", "as", 1, "bad"),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid environment assignments");
  EXPECT_EQ(client.call(a_path, unit_interface, "Unref"),
            "org.freedesktop.systemd1.NotReferenced: Unit has not been referenced yet.");
}

TEST_F(PrivateSocketTest, EnableTellsTheLinksItMade) {
  TestClient client(world);
  EXPECT_EQ(client.manager("EnableUnitFiles", "asbb", 1, "a.service", 1, 0), "true [(symlink /etc/link /lib/target)]");
  EXPECT_THAT(world.manager.history, ElementsAre("install a.service runtime"));
}

TEST_F(PrivateSocketTest, PresetModesAreWordsAndTheEmptyOneIsBoth) {
  TestClient client(world);
  const InstallRequest& last = world.manager.last_install;
  EXPECT_EQ(client.manager("PresetUnitFilesWithMode", "assbb", 1, "a.service", "", 0, 1),
            "true [(symlink /etc/link /lib/target)]");
  EXPECT_EQ(last.verb, InstallVerb::preset);
  EXPECT_EQ(last.mode, PresetMode::full);
  EXPECT_TRUE(last.force);
  EXPECT_EQ(client.manager("PresetAllUnitFiles", "sbb", "disable-only", 1, 0), "[(symlink /etc/link /lib/target)]");
  EXPECT_EQ(last.verb, InstallVerb::preset_all);
  EXPECT_EQ(last.mode, PresetMode::disable_only);
  EXPECT_TRUE(last.runtime);
  EXPECT_EQ(client.manager("PresetAllUnitFiles", "sbb", "both", 0, 0),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid argument");
}

TEST_F(PrivateSocketTest, UnitFilesAreAddedToTargetsByTheKindOfDependency) {
  TestClient client(world);
  const InstallRequest& last = world.manager.last_install;
  EXPECT_EQ(client.manager("AddDependencyUnitFiles", "asssbb", 1, "a.service", "b.target", "Requires", 0, 1),
            "[(symlink /etc/link /lib/target)]");
  EXPECT_EQ(last.verb, InstallVerb::add_requires);
  EXPECT_EQ(last.target, "b.target");
  EXPECT_EQ(client.manager("AddDependencyUnitFiles", "asssbb", 1, "a.service", "b.target", "Upholds", 0, 1),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid argument");
  EXPECT_EQ(client.manager("RevertUnitFiles", "as", 1, "c.service"), "[(symlink /etc/link /lib/target)]");
  EXPECT_EQ(last.verb, InstallVerb::revert);
  EXPECT_EQ(client.manager("EnableUnitFilesWithFlags", "ast", 1, "d.service", uint64_t{8}),
            "org.freedesktop.DBus.Error.InvalidArgs: Invalid argument");
  EXPECT_EQ(client.manager("GetUnitFileLinks", "sb", "d.service", 0), "[/etc/d.service]");
}

TEST_F(PrivateSocketTest, SubscribeAlwaysSucceedsThere) {
  TestClient client(world);
  EXPECT_EQ(client.manager("Subscribe"), "");
  EXPECT_EQ(client.manager("Subscribe"), "");
  EXPECT_EQ(client.manager("Unsubscribe"), "");
}

TEST_F(PrivateSocketTest, AClientThatSaidHelloGetsWhatItAskedFor) {
  TestClient client(world, true);
  const char* name = nullptr;
  EXPECT_GE(sd_bus_get_unique_name(client.bus(), &name), 0);
  EXPECT_THAT(name, StartsWith(":1."));
  world.manager.changes.unit_files_changed = true;
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre());
  EXPECT_EQ(client.call(driver_path, driver_name, "AddMatch", "s", "type='signal',member='UnitFilesChanged'"), "");
  world.manager.changes.unit_files_changed = world.manager.changes.reloading_began = true;
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre("UnitFilesChanged "));
  EXPECT_EQ(client.call(driver_path, driver_name, "RemoveMatch", "s", "type='signal',member='UnitFilesChanged'"), "");
  world.manager.changes.unit_files_changed = true;
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre());
}

TEST_F(PrivateSocketTest, NothingComesBeforeTheAnswerToHello) {
  world.restless_turns = 100;
  TestClient client(world, true);
  const char* name = nullptr;
  EXPECT_GE(sd_bus_get_unique_name(client.bus(), &name), 0);
  EXPECT_TRUE(client.is_open());
  EXPECT_EQ(client.manager("GetUnit", "s", "a.service"), a_path);
}

TEST_F(PrivateSocketTest, WhoNeverSaysHelloHearsEverythingFromTheFirstCallOn) {
  TestClient client(world);
  world.manager.changes.unit_files_changed = true;
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre());
  client.manager("GetUnit", "s", "a.service");
  world.manager.changes.unit_files_changed = true;
  world.settle();
  EXPECT_THAT(client.take_history(), ElementsAre("UnitFilesChanged "));
}

TEST_F(PrivateSocketTest, TheLittleBusKnowsTheManagersName) {
  TestClient client(world, true);
  EXPECT_EQ(client.call(driver_path, driver_name, "GetNameOwner", "s", bus_name), bus_name);
  EXPECT_EQ(client.call(driver_path, driver_name, "NameHasOwner", "s", "a.b.c"), "false");
  EXPECT_THAT(client.call(driver_path, driver_name, "GetNameOwner", "s", "a.b.c"),
              StartsWith("org.freedesktop.DBus.Error.NameHasNoOwner: "));
  EXPECT_THAT(client.call(driver_path, driver_name, "ListNames"),
              StartsWith("[org.freedesktop.DBus org.freedesktop.systemd1 :1."));
}

TEST_F(PrivateSocketTest, IntrospectionListsUnitsAndJobs) {
  TestClient client(world);
  client.manager("StartUnit", "ss", "a.service", "replace");
  const char* introspectable = "org.freedesktop.DBus.Introspectable";
  EXPECT_THAT(client.call(unit_root, introspectable, "Introspect"), HasSubstr("<node name=\"a_2eservice\"/>"));
  EXPECT_THAT(client.call(job_root, introspectable, "Introspect"), HasSubstr("<node name=\"1\"/>"));
  EXPECT_THAT(client.call(manager_path, introspectable, "Introspect"),
              HasSubstr("<arg type=\"s\" name=\"name\" direction=\"in\"/>"));
}

TEST_F(PrivateSocketTest, AClientThatDoesNotReadIsDisconnected) {
  TestClient deaf(world), other(world);
  deaf.manager("Subscribe");
  sd_bus_detach_event(deaf.bus());
  for (int i = 0; i < 6000 && world.manager.gone.empty(); ++i) {
    for (int j = 0; j < 50; ++j) world.manager.changes.changed_jobs.clear();
    Changes changes;
    for (int j = 0; j < 50; ++j) changes.appeared.push_back({*world.manager.find("a.service"), "a.service"});
    world.server->flush(changes);
    sd_event_run(world.loop, 0);
    other.take_history();
  }
  EXPECT_EQ(world.manager.gone.size(), 1u);
  world.settle();
  EXPECT_EQ(other.manager("GetUnit", "s", "a.service"), a_path) << "the others are served";
}

}  // namespace
}  // namespace svcd
