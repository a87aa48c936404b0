// Every setting that systemd 252 reads from unit files is a row of the settings table, and the other way round;
// tests/compat/ask-api wrote down what `systemd --dump-configuration-items` says.
#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "libunit/settings.h"

namespace svcd {
namespace {

using testing::IsEmpty;

constexpr int newest_version = 252;  // what came with a later one, or is svcd's own, is not compared

/// "Service.ExecStart" … The conditions of [Unit] are one row each, as all others.
std::set<std::string> known_to_systemd() {
  std::set<std::string> keys;
  std::string section;
  std::ifstream file(SVCD_SOURCE_DIR "/tests/compat/answers/directives.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('['))
      section = line.substr(1, line.find(']') - 1);
    else if (const size_t equals = line.find('='); equals != std::string::npos)
      keys.insert(section + "." + line.substr(0, equals));
  }
  return keys;
}

std::set<std::string> known_to_svcd() {
  std::set<std::string> keys;
  for (int i = 0; i < unit_type_count; ++i) {
    const auto type = static_cast<UnitType>(i);
    for (const Setting& row : settings()) {
      if (!row.key || row.since > newest_version) continue;
      for (const std::string& section : {std::string("Unit"), std::string("Install"), std::string(section_name(type))})
        if (!section.empty() && find_setting(type, section, row.key)) keys.insert(section + "." + row.key);
    }
  }
  return keys;
}

std::vector<std::string> without(const std::set<std::string>& all, const std::set<std::string>& taken) {
  std::vector<std::string> left;
  std::ranges::set_difference(all, taken, std::back_inserter(left));
  return left;
}

TEST(DirectivesTest, AllOfSystemdAreRowsOfTheTable) {
  const std::set<std::string> theirs = known_to_systemd();
  EXPECT_GT(theirs.size(), 1100U);
  EXPECT_THAT(without(theirs, known_to_svcd()), IsEmpty());
}

TEST(DirectivesTest, TheTableHasNoneThatSystemdDoesNotKnow) {
  EXPECT_THAT(without(known_to_svcd(), known_to_systemd()), IsEmpty());
}

/// What is taken has a status that says what comes of it: a row that is in effect or accepted shows or means something.
TEST(DirectivesTest, ARowThatIsNotOfThePastIsShownOrIsADependencyOrACondition) {
  for (const Setting& row : settings()) {
    if (!row.key) continue;
    const bool is_shown = row.property != nullptr;
    EXPECT_NE(row.apply, nullptr) << row.key;
    EXPECT_STRNE(row.summary, "") << row.key;
    EXPECT_FALSE(is_shown && row.status == SettingStatus::legacy) << row.key << " is shown under its new name";
  }
}

}  // namespace
}  // namespace svcd
