// What svcd introspects is what systemd 252 introspects, member for member and in its order; tests/compat/ask-api wrote
// down the latter.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "dbus/server/object_path.h"
#include "libunit/settings.h"
#include "unit/dbus/bus_client.h"

namespace svcd {
namespace {

using testing::IsEmpty;

/// Members of one interface, a line each: kind, name, signature, result, arguments, access, annotations.
using Members = std::vector<std::string>;

std::map<std::string, Members> members_of_systemd() {
  std::map<std::string, Members> interfaces;
  std::ifstream file(SVCD_SOURCE_DIR "/tests/compat/answers/api.tsv");
  for (std::string line; std::getline(file, line);)
    if (const size_t tab = line.find('\t'); !line.starts_with('#') && tab != std::string::npos)
      interfaces[line.substr(0, tab)].push_back(line.substr(tab + 1));
  return interfaces;
}

std::string attribute(const std::string& tag, const std::string& name) {
  const std::string opening = " " + name + "=\"";
  const size_t at = tag.find(opening);
  if (at == std::string::npos) return {};
  const size_t begin = at + opening.size();
  return tag.substr(begin, tag.find('"', begin) - begin);
}

/// One member while its lines are read.
struct Member {
  std::string kind, name, signature, result, access, notes;
  std::vector<std::string> taken, given;

  explicit Member(const std::string& tag)
      : kind(tag.substr(1, tag.find(' ') - 1)),
        name(attribute(tag, "name")),
        signature(attribute(tag, "type")),
        access(attribute(tag, "access")) {}
  void add(const std::string& tag) {
    if (tag.starts_with("<annotation")) {
      static const std::map<std::string, std::string> short_names{
          {"org.freedesktop.DBus.Property.EmitsChangedSignal", "emits="},
          {"org.freedesktop.systemd1.Privileged", "privileged="},
          {"org.freedesktop.systemd1.Explicit", "explicit="},
          {"org.freedesktop.DBus.Method.NoReply", "noreply="},
          {"org.freedesktop.DBus.Deprecated", "deprecated="}};
      notes += (notes.empty() ? "" : " ") + short_names.at(attribute(tag, "name")) + attribute(tag, "value");
    } else if (tag.starts_with("<arg")) {
      const bool out = attribute(tag, "direction") == "out";
      (out ? result : signature) += attribute(tag, "type");
      (out ? given : taken).push_back(attribute(tag, "name"));
    }
  }
  std::string line() const {
    std::vector<std::string> arguments = taken;
    arguments.insert(arguments.end(), given.begin(), given.end());
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}", kind, name, signature, result, fmt::join(arguments, ","), access,
                       notes);
  }
};

Members members_in(const std::string& introspected, const std::string& interface) {
  Members members;
  std::optional<Member> member;
  bool here = false;
  std::istringstream lines(introspected);
  for (std::string line; std::getline(lines, line);) {
    const std::string tag = line.substr(std::min(line.size(), line.find_first_not_of(' ')));
    if (tag.starts_with("<interface")) here = attribute(tag, "name") == interface;
    if (!here) continue;
    const bool begins = tag.starts_with("<property") || tag.starts_with("<method") || tag.starts_with("<signal");
    if (begins || tag.starts_with("</")) {
      if (member) members.push_back(member->line());
      member.reset();
    }
    if (begins)
      member.emplace(tag);
    else if (member)
      member->add(tag);
  }
  return members;
}

/// What is not there, because it would do nothing yet. Never a property. A member that is there must leave this list:
/// it stands out as something that only svcd has.
struct Missing {
  const char *interface, *member, *why;
};
// clang-format off
constexpr Missing missing[] = {
    {"Manager", "BindMountUnit", "no mounts into running units yet"},
    {"Manager", "MountImageUnit", "no mounts into running units yet"},
    {"Manager", "AttachProcessesToUnit", "transient units"},
    {"Manager", "AbandonScope", "scopes do not run yet"},
    {"Manager", "Dump", "not written yet"},
    {"Manager", "DumpUnitsMatchingPatterns", "not written yet"},
    {"Manager", "DumpByFileDescriptor", "not written yet"},
    {"Manager", "DumpUnitsMatchingPatternsByFileDescriptor", "not written yet"},
    {"Manager", "Reexecute", "svcd does not execute itself anew yet"},
    {"Manager", "SwitchRoot", "svcd does not run in an initrd yet"},
    {"Manager", "EnqueueMarkedJobs", "nothing can be marked yet"},
    {"Service", "BindMount", "no mounts into running units yet"},
    {"Service", "MountImage", "no mounts into running units yet"},
    {"Scope", "RequestStop", "scopes do not run yet"},
    {"Scope", "Abandon", "scopes do not run yet"},
    {"Mount", "AttachProcesses", "transient units"},
    {"Scope", "AttachProcesses", "transient units"},
    {"Service", "AttachProcesses", "transient units"},
    {"Slice", "AttachProcesses", "transient units"},
    {"Socket", "AttachProcesses", "transient units"},
    {"Swap", "AttachProcesses", "transient units"},
};
// clang-format on

std::string name_of(const std::string& line) {
  const size_t begin = line.find('\t') + 1;
  return line.substr(begin, line.find('\t', begin) - begin);
}

bool is_missing(const std::string& interface, const std::string& line) {
  const std::string name = name_of(line);
  return std::ranges::any_of(missing, [&](const Missing& m) {
    return interface == std::string("org.freedesktop.systemd1.") + m.interface && name == m.member;
  });
}

/// Whether it is a setting that came with a later version, or is svcd's own.
bool is_newer(const std::string& line) {
  constexpr int compared_version = 252;
  const std::string name = name_of(line);
  return std::ranges::any_of(settings(), [&](const Setting& row) {
    return row.since > compared_version && row.property && name == row.property;
  });
}

/// Readable: what is missing, what is too much, and if neither, what stands elsewhere.
std::vector<std::string> differences(const Members& theirs, const Members& ours) {
  std::vector<std::string> found;
  for (const std::string& line : theirs)
    if (std::ranges::find(ours, line) == ours.end()) found.push_back("only systemd: " + line);
  for (const std::string& line : ours)
    if (std::ranges::find(theirs, line) == theirs.end()) found.push_back("only svcd: " + line);
  if (!found.empty()) return found;
  for (size_t i = 0; i < std::min(theirs.size(), ours.size()); ++i)
    if (theirs[i] != ours[i]) found.push_back("here is " + ours[i] + ", systemd has " + theirs[i]);
  return found;
}

class IntrospectionTest : public testing::Test {
 protected:
  IntrospectionTest() : client(world) {
    for (int i = 0; i < unit_type_count; ++i)
      world.manager.add("a." + std::string(to_string(static_cast<UnitType>(i))), "");
    world.settle();
  }
  std::string introspect(const std::string& path) {
    return client.call(path, "org.freedesktop.DBus.Introspectable", "Introspect");
  }
  void compare(const std::string& path, const std::string& interface) {
    Members theirs = systemd.at(interface), ours = members_in(introspect(path), interface);
    std::erase_if(theirs, [&](const std::string& line) { return is_missing(interface, line); });
    std::erase_if(ours, [](const std::string& line) { return is_newer(line); });
    EXPECT_THAT(differences(theirs, ours), IsEmpty()) << interface;
  }
  World world;
  TestClient client;
  std::map<std::string, Members> systemd = members_of_systemd();
};

TEST_F(IntrospectionTest, TheManagerIsThatOfSystemd) {
  compare(manager_path, manager_interface);
}

TEST_F(IntrospectionTest, AUnitIsThatOfSystemdWhateverItsType) {
  for (int i = 0; i < unit_type_count; ++i) {
    const auto type = static_cast<UnitType>(i);
    const std::string path = unit_path("a." + std::string(to_string(type)));
    compare(path, unit_interface);
    if (systemd.contains(type_interface(type))) compare(path, type_interface(type));
  }
}

TEST_F(IntrospectionTest, AJobIsThatOfSystemd) {
  ASSERT_EQ(client.manager("StartUnit", "ss", "a.service", "replace"), job_path(1));
  compare(job_path(1), job_interface);
}

TEST_F(IntrospectionTest, TheLogIsControlledAsThatOfSystemd) {
  compare("/org/freedesktop/LogControl1", "org.freedesktop.LogControl1");
}

TEST_F(IntrospectionTest, OurOwnInterfacesStandBesideThem) {
  EXPECT_THAT(members_in(introspect(manager_path), "org.svcd1.Manager"),
              testing::ElementsAre(
                  "method\tExplainUnit\ts\tbsssayaa{sv}\tname,failure,sentence,next_step,log_unit,invocation,chain\t\t",
                  "method\tExplainJob\tu\tbsssayaa{sv}\tid,failure,sentence,next_step,log_unit,invocation,chain\t\t",
                  "method\tPlan\tsass\taa{sv}\tverb,units,mode,plans\t\t"));
  EXPECT_THAT(members_in(introspect(unit_path("a.service")), "org.svcd1.Unit"),
              testing::UnorderedElementsAre(
                  "method\tExplain\t\tbsssayaa{sv}\tfailure,sentence,next_step,log_unit,invocation,chain\t\t",
                  "property\tCause\ts\t\t\tread\texplicit=true emits=false",
                  "property\tNotInEffect\tas\t\t\tread\texplicit=true emits=false"));
}

TEST_F(IntrospectionTest, WhatIsSaidToBeMissingIs) {
  for (const Missing& m : missing) {
    const std::string interface = std::string("org.freedesktop.systemd1.") + m.interface;
    const Members& theirs = systemd.at(interface);
    EXPECT_TRUE(std::ranges::any_of(theirs, [&](const std::string& line) { return name_of(line) == m.member; }))
        << interface << "." << m.member << " is unknown to systemd";
  }
}

TEST_F(IntrospectionTest, NamesOfThePastAreReadableButNotIntrospected) {
  const std::string manager = introspect(manager_path), unit = introspect(unit_path("a.service"));
  EXPECT_EQ(client.property(manager_path, manager_interface, "DefaultStartLimitIntervalSec"), "<10000000>");
  EXPECT_EQ(manager.find("DefaultStartLimitIntervalSec\""), std::string::npos);
  EXPECT_EQ(client.property(manager_path, manager_interface, "ShutdownWatchdogUSec"), "<600000000>");
  EXPECT_EQ(client.property(unit_path("a.service"), unit_interface, "RequiresOverridable"), "<[]>");
  EXPECT_EQ(unit.find("RequiresOverridable"), std::string::npos);
}

}  // namespace
}  // namespace svcd
