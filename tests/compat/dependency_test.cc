#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "libunit/default_dependencies.h"
#include "libunit/settings.h"
#include "libunit/unit_text.h"

namespace svcd {

namespace {

struct DependencyCase {
  std::string unit, text, answer;
};

std::vector<DependencyCase> read_cases() {
  std::vector<DependencyCase> cases;
  std::ifstream file(SVCD_SOURCE_DIR "/tests/compat/answers/dependencies.txt");
  std::string* part = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("--- "))
      part = &cases.emplace_back(DependencyCase{line.substr(4), {}, {}}).text;
    else if (line == "=>" && !cases.empty())
      part = &cases.back().answer;
    else if (part)
      *part += (part->empty() ? "" : "\n") + line;
  }
  return cases;
}

constexpr Dependency shown[] = {Dependency::requires_,
                                Dependency::requisite,
                                Dependency::wants,
                                Dependency::binds_to,
                                Dependency::part_of,
                                Dependency::upholds,
                                Dependency::conflicts,
                                Dependency::before,
                                Dependency::after,
                                Dependency::triggers,
                                Dependency::triggered_by,
                                Dependency::on_failure,
                                Dependency::joins_namespace_of,
                                Dependency::propagates_reload_to,
                                Dependency::reload_propagated_from,
                                Dependency::propagates_stop_to,
                                Dependency::stop_propagated_from};

/// As `systemctl show` prints them, sorted.
std::string show(const UnitName& name, const UnitConfig& config) {
  const DerivedDependencies derived = derive_dependencies(name, config);
  std::map<Dependency, std::set<std::string>> others;
  for (const DerivedEdge& edge : derived.edges) others[edge.kind].insert(edge.other.str());
  for (const std::string& path : derived.requires_mounts_for)
    for (const UnitName& mount : mounts_on_the_way_to(path)) {
      const bool has_file = mount.str() == "srv-m1.mount";
      if (mount == name || (!has_file && mount.str() != "-.mount" && mount.str() != "tmp.mount")) continue;
      others[Dependency::after].insert(mount.str());
      if (has_file) others[Dependency::requires_].insert(mount.str());
    }
  std::string text = derived.slice.empty() ? "" : "Slice=" + derived.slice.str() + "\n";
  for (const Dependency kind : shown)
    if (!others[kind].empty()) text += fmt::format("{}={}\n", to_string(kind), fmt::join(others[kind], " "));
  if (!derived.requires_mounts_for.empty())
    text += fmt::format("RequiresMountsFor={}\n", fmt::join(derived.requires_mounts_for, " "));
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

TEST(DependencyCompatFile, HasAllCases) {
  EXPECT_GE(read_cases().size(), 99u);
}

class DependencyCompat : public testing::TestWithParam<DependencyCase> {};

TEST_P(DependencyCompat, ShowsWhatSystemd252Shows) {
  const UnitName name = UnitName::parse(GetParam().unit).value();
  const auto text = parse_unit_text(GetParam().unit, GetParam().text);
  ASSERT_TRUE(text) << text.error().message;
  UnitConfig config;
  config.set_type(name.type());
  Diagnostics diagnostics;
  LoadContext context;
  context.unit = &name;
  context.diagnostics = &diagnostics;
  const auto applied = apply(*text, name.type(), config, context);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(show(name, config), GetParam().answer) << GetParam().text;
}

std::string case_name(const testing::TestParamInfo<DependencyCase>& named) {
  std::string text = named.param.unit;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return !isalnum(c); }, '_');
  return text;
}
INSTANTIATE_TEST_SUITE_P(Cases, DependencyCompat, testing::ValuesIn(read_cases()), case_name);

namespace {

UnitConfig with_defaults(bool yes) {
  UnitConfig config;
  config.change<UnitSection>().default_dependencies = yes;
  return config;
}

}  // namespace

/// t Wants=plain.service nodd.service Requires=after.service, where after.service says After=t: 252 shows After=plain.
TEST(TargetOrder, ComesAfterWhatItPullsInIfBothSayYesAndNothingElseIsSaid) {
  Graph graph;
  graph.add(1, Dependency::after, 0, cause_file);
  EXPECT_TRUE(target_waits_for(graph, 0, with_defaults(true), 2, with_defaults(true)));
  EXPECT_FALSE(target_waits_for(graph, 0, with_defaults(true), 2, with_defaults(false)));
  EXPECT_FALSE(target_waits_for(graph, 0, with_defaults(false), 2, with_defaults(true)));
  EXPECT_FALSE(target_waits_for(graph, 0, with_defaults(true), 1, with_defaults(true)));
}

}  // namespace svcd
