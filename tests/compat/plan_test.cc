#include "libunit/plan.h"

#include <gmock/gmock.h>

#include "compat/plan_cases.h"
#include "compat/plan_world.h"

namespace svcd {

class PlanCompat : public testing::TestWithParam<PlanCase> {};

TEST_P(PlanCompat, AnswersAsSystemd252) {
  const PlanCase& given = GetParam();
  PlanWorld world(given.units);
  for (std::string_view rest = given.earlier; !rest.empty();) {
    const size_t end = std::min(rest.find(';'), rest.size());
    ASSERT_TRUE(world.install(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  EXPECT_THAT(given.answers, testing::Contains(world.answer(given.request)));
}

INSTANTIATE_TEST_SUITE_P(Cases, PlanCompat, testing::ValuesIn(plan_cases),
                         [](const testing::TestParamInfo<PlanCase>& named) { return std::string(named.param.title); });

}  // namespace svcd
