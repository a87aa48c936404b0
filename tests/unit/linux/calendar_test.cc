// Calendar events as systemd-analyze 252 reads them: each line of compat/answers/calendar.tsv, with the time zones of
// this machine's tz database.
#include "libunit/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#include "libunit/host/zone_rules.h"

namespace svcd {
namespace {

/// "2026-11-22 10:00:00" in UTC.
std::string in_utc(uint64_t at) {
  const auto seconds = static_cast<time_t>(at / 1000000);
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%F %T", &parts)};
}

/// Normalised form and the next three times, as the file has them.
std::string answer_of(const std::string& expression, uint64_t base) {
  const SystemZones zones;
  const Result<CalendarSpec> spec = CalendarSpec::parse(expression, zones);
  if (!spec) return "\tFAIL";
  std::string answer = "\t" + to_string(*spec);
  std::optional<uint64_t> at = base;
  for (int i = 0; i < 3; ++i) {
    at = next_elapse(*spec, *at, zones);
    if (!at) return i == 0 ? answer + "\tnever" : answer;
    answer += "\t" + in_utc(*at);
  }
  return answer;
}

class Calendar : public testing::Test {
 protected:
  Calendar() { ::setenv("TZ", "UTC", 1); }
  ~Calendar() override { ::unsetenv("TZ"); }
};

TEST_F(Calendar, ExpressionsMeanWhatTheyMeanToSystemd) {
  std::ifstream file(SVCD_SOURCE_DIR "/tests/compat/answers/calendar.tsv");
  std::string line;
  int asked = 0;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    const size_t base_end = line.find('\t'), expression_end = line.find('\t', base_end + 1);
    const std::string expression = line.substr(base_end + 1, expression_end - base_end - 1);
    EXPECT_EQ(answer_of(expression, std::stoull(line.substr(0, base_end)) * 1000000), line.substr(expression_end))
        << expression;
    ++asked;
  }
  EXPECT_GE(asked, 500);
}

TEST_F(Calendar, ATimeThatClocksSkipIsNotMovedButLeftOut) {
  const SystemZones zones;
  const auto spec = CalendarSpec::parse("*-*-* 02:30:00 Europe/Berlin", zones);
  ASSERT_TRUE(spec);
  EXPECT_EQ(in_utc(*next_elapse(*spec, 1616799600000000, zones)), "2021-03-27 01:30:00");
  EXPECT_EQ(in_utc(*next_elapse(*spec, 1616808600000000, zones)),
            "2021-03-29 00:30:00");  // there is no 02:30 on the 28th
}

TEST_F(Calendar, FractionsOfASecondCountToTheMicrosecond) {
  const SystemZones zones;
  const auto spec = CalendarSpec::parse("*-*-* *:*:0/0.25", zones);
  ASSERT_TRUE(spec);
  EXPECT_EQ(next_elapse(*spec, 1000000, zones), 1250000u);
  EXPECT_EQ(next_elapse(*spec, 1250001, zones), 1500000u);
}

TEST_F(Calendar, TheMachinesOwnZoneHasTwoNames) {
  ::setenv("TZ", "Europe/Berlin", 1);
  const SystemZones zones;
  const auto summer = CalendarSpec::parse("12:00 CEST", zones), winter = CalendarSpec::parse("12:00 CET", zones);
  ASSERT_TRUE(summer && winter);
  EXPECT_EQ(to_string(*summer), "*-*-* 12:00:00 CEST");
  EXPECT_EQ(in_utc(*next_elapse(*winter, 1600000000000000, zones)), "2020-10-25 11:00:00");
}

TEST_F(Calendar, MorePartsThanAnyoneNeedsAreRefused) {
  std::string many = "1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_FALSE(CalendarSpec::parse("*-*-* " + many + ":00", SystemZones()));
}

}  // namespace
}  // namespace svcd
