// The engine's timers: never early, one a key, nothing left behind.
#include "daemon/linux/timers.h"

#include <gtest/gtest.h>

namespace svcd {
namespace {

using namespace std::chrono_literals;

class TimersTest : public testing::Test {
 protected:
  EventLoop loop = std::move(*EventLoop::open());
  std::vector<uint32_t> fired;
  std::function<void(uint32_t)> on_fire;
  Timers timers{loop, [this](Event&& event) {
                  fired.push_back(std::get<TimerFired>(event).key.unit.index);
                  if (on_fire) on_fire(fired.back());
                }};
  static TimerKey key(uint32_t unit, TimerPurpose purpose = TimerPurpose::restart) { return {{unit, 0}, purpose}; }
};

TEST_F(TimersTest, FireInOrderAndNotBeforeTheirTime) {
  const Time start = monotonic_now();
  timers.arm(key(2), start + 4ms);
  timers.arm(key(1), start + 2ms);
  timers.arm(key(3, TimerPurpose::state_timeout), start + 6ms);
  on_fire = [&](uint32_t unit) {
    EXPECT_GE(monotonic_now(), start + unit * 2ms);
    if (fired.size() == 3) loop.stop();
  };
  loop.run();
  EXPECT_EQ(fired, (std::vector<uint32_t>{1, 2, 3}));
  EXPECT_EQ(timers.armed(), 0U);
}

TEST_F(TimersTest, ATimerOfTheSameKeyReplacesTheOtherAndDisarmingIsFinal) {
  const Time start = monotonic_now();
  timers.arm(key(1), start + 1ms);
  timers.arm(key(1), start + 3ms);
  timers.arm(key(2), start + 2ms);
  timers.disarm(key(2));
  timers.arm(key(4), infinity);
  EXPECT_EQ(timers.armed(), 1U);
  on_fire = [&](uint32_t) { loop.stop(); };
  loop.run();
  EXPECT_EQ(fired, std::vector<uint32_t>{1});
  EXPECT_GE(monotonic_now(), start + 3ms);
}

TEST_F(TimersTest, ATimerArmedByATimerFires) {
  timers.arm(key(1), monotonic_now());
  on_fire = [&](uint32_t unit) { unit < 5 ? timers.arm(key(unit + 1), monotonic_now()) : loop.stop(); };
  loop.run();
  EXPECT_EQ(fired, (std::vector<uint32_t>{1, 2, 3, 4, 5}));
}

TEST_F(TimersTest, ARestartIsOnTimeThoughALazierTimerIsDueEarlier) {
  const Time start = monotonic_now();
  timers.arm(key(1, TimerPurpose::state_timeout), start + 1ms);  // may fire up to 50 ms later
  timers.arm(key(2), start + 3ms);
  Time at{};
  on_fire = [&](uint32_t unit) {
    if (unit == 2) at = monotonic_now();
    if (fired.size() == 2) loop.stop();
  };
  loop.run();
  EXPECT_GE(at, start + 3ms);
  EXPECT_LT(at, start + 40ms);
}

}  // namespace
}  // namespace svcd
