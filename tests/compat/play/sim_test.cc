// Every scenario of tests/compat/scenarios on the simulated machine: the history is the one that systemd 252 had.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "compat/play/merged_states.h"
#include "compat/play/sim_player.h"

namespace svcd {
namespace {

const std::string folder = std::string(SVCD_SOURCE_DIR) + "/tests/compat/";

std::string answer_of(const std::string& name) {
  std::ifstream file(folder + "answers/scenarios/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const MergedStates& merged() {
  static const MergedStates table = MergedStates::read(folder + "merged-states");
  return table;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, HaveTheHistoryOf252) {
  const Scenario scenario = Scenario::read(folder + "scenarios/" + GetParam());
  SimPlayer player(scenario);
  EXPECT_EQ(merged().leave_out(GetParam(), player.play()), merged().leave_out(GetParam(), answer_of(GetParam())))
      << scenario.sentence;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Scenario& scenario : Scenario::read_all(folder + "scenarios")) all.push_back(scenario.name);
  return all;
}

TEST(MergedStates, AreAllNeeded) {
  for (const MergedState& rule : merged().all()) {
    bool needed = false;
    for (const std::string& name : names()) {
      if (needed || !MergedStates::is_about(rule, name)) continue;
      const std::string history =
          rule.of_svcd ? SimPlayer(Scenario::read(folder + "scenarios/" + name)).play() : answer_of(name);
      needed = MergedStates::occurs(rule, name, history);
    }
    EXPECT_TRUE(needed) << rule.state << " " << rule.next;
  }
}

INSTANTIATE_TEST_SUITE_P(Compat, Scenarios, testing::ValuesIn(names()), [](const auto& of) {
  std::string name = of.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace svcd
