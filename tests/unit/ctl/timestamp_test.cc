// --since=: every line of compat/answers/timestamp.tsv, in UTC.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "ctl/moment.h"
#include "support/answers.h"

namespace svcd::ctl {
namespace {

/// "1720592542", "1720592542.500000".
std::string seconds(uint64_t time) {
  std::string text = std::to_string(time / 1000000);
  if (const std::string rest = std::to_string(1000000 + time % 1000000); rest != "1000000")
    text += "." + rest.substr(1);
  return text;
}

TEST(Timestamps, AreReadAsSystemdDoes) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  for (const Answer& answer : read_answers("timestamp.tsv", 2, 60)) {
    uint64_t time = 0;
    std::string expected = answer[1];
    if (expected.ends_with(".000000")) expected.resize(expected.size() - 7);
    EXPECT_EQ(parse_moment(answer[0], 1720592542'000000, time) ? seconds(time) : "FAIL", expected)
        << "line " << answer.line << ": " << answer[0];
  }
}

}  // namespace
}  // namespace svcd::ctl
