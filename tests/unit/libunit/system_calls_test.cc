// SystemCallFilter= and SystemCallLog=: what systemd 252 shows of the same lines.
#include "libunit/system_calls.h"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

using testing::ElementsAre;

struct Shown {
  bool is_allow_list = false;
  std::vector<std::string> calls;
  std::vector<std::string> diagnostics;
};

Shown filter_of(const std::string& lines) {
  const AppliedUnit unit = apply_lines("a.service", lines);
  const SystemCallFilter& filter = unit.config.sandbox().system_call_filter;
  Shown shown{filter.is_allow_list, {}, {}};
  for (const auto& rule : filter.rules) {
    const std::string name(system_call(rule.call).name);
    shown.calls.push_back(rule.error == SystemCallFilter::error_default ? name
                                                                        : fmt::format("{}:{}", name, rule.error));
  }
  for (const Diagnostic& diagnostic : unit.diagnostics) shown.diagnostics.push_back(diagnostic.text);
  return shown;
}

TEST(SystemCallFilter, AnAllowListAlwaysHasTheDefaultGroup) {
  const Shown shown = filter_of("SystemCallFilter=chroot\n");
  EXPECT_TRUE(shown.is_allow_list);
  EXPECT_THAT(shown.calls, testing::Contains("chroot"));
  EXPECT_THAT(shown.calls, testing::Contains("exit_group"));
  EXPECT_THAT(shown.calls, testing::Not(testing::Contains("mount")));
}

TEST(SystemCallFilter, IsADenyListIfTheFirstAssignmentIsInverted) {
  const Shown shown = filter_of("SystemCallFilter=~@swap ptrace\n");
  EXPECT_FALSE(shown.is_allow_list);
  EXPECT_THAT(shown.calls, ElementsAre("ptrace", "swapoff", "swapon"));
}

TEST(SystemCallFilter, ALaterAssignmentOfTheOtherKindTakesCallsOut) {
  EXPECT_THAT(filter_of("SystemCallFilter=~@swap ptrace\nSystemCallFilter=swapon\n").calls,
              ElementsAre("ptrace", "swapoff"));
  EXPECT_THAT(filter_of("SystemCallFilter=read write\nSystemCallFilter=~@default\n").calls,
              ElementsAre("read", "write"));
}

TEST(SystemCallFilter, ADenyListMayNameAnErrorForEachCallOrGroup) {
  EXPECT_THAT(filter_of("SystemCallFilter=~@swap:EPERM ptrace:38 open:kill\n").calls,
              ElementsAre("open:2147483646", "ptrace:38", "swapoff:1", "swapon:1"));
  EXPECT_THAT(filter_of("SystemCallFilter=~ptrace:EPERM ptrace\n").calls, ElementsAre("ptrace"));
}

TEST(SystemCallFilter, PassesOverWhatItDoesNotKnow) {
  const Shown shown = filter_of("SystemCallFilter=~nosuch @nosuch swapon:NOSUCH swapoff\n");
  EXPECT_THAT(shown.calls, ElementsAre("swapoff"));
  EXPECT_THAT(shown.diagnostics,
              testing::IsSupersetOf({testing::HasSubstr("Failed to parse system call, ignoring: nosuch"),
                                     testing::HasSubstr("Unknown system call group, ignoring: @nosuch"),
                                     testing::HasSubstr("Failed to parse syscall:errno, ignoring: swapon:NOSUCH")}));
}

TEST(SystemCallFilter, GroupsContainKnownGroupsAndNoneContainsItself) {
  std::vector<std::pair<std::string, std::set<std::string>>> ways{{"@system-service", {}}, {"@known", {}}};
  size_t groups = 0;
  while (!ways.empty()) {
    auto [name, above] = ways.back();
    ways.pop_back();
    const SystemCallGroup* group = system_call_group(name);
    ASSERT_TRUE(group) << name;
    ASSERT_TRUE(above.insert(name).second) << name;
    ++groups;
    std::istringstream members{std::string(group->members)};
    for (std::string member; members >> member;)
      if (member.starts_with('@')) ways.push_back({member, above});
  }
  EXPECT_GT(groups, 16U);
}

TEST(SystemCallLog, HasOnlyWhatIsListed) {
  const AppliedUnit unit = apply_lines("a.service", "SystemCallLog=swapon\n");
  EXPECT_EQ(unit.config.sandbox().system_call_log.rules.size(), 1U);
  EXPECT_TRUE(unit.config.sandbox().system_call_log.is_allow_list);
}

}  // namespace
}  // namespace svcd
