// Urgent work without end and requests without end: both go on.
#include "daemon/linux/turns.h"

#include <gmock/gmock.h>
#include <systemd/sd-event.h>

namespace svcd {

using namespace std::chrono_literals;

class TurnsTest : public testing::Test {
 protected:
  void turn_the_loop(int times) {
    for (int i = 0; i < times; ++i) sd_event_run(loop.get(), 0);
  }
  static void again(EventSource& source) { EventLoop::set_time(source, Time{0}, Duration(1)); }
  EventLoop loop = std::move(*EventLoop::open());
};

TEST_F(TurnsTest, RequestsHaveTheirTurnBetweenPiecesOfWorkThatNeverEnds) {
  size_t pieces = 0, requests = 0;
  Turns work(loop, Priority::children, [&] { return ++pieces, true; });
  EventSource request;
  auto made = loop.on_time(Time{0}, Duration(1), Priority::requests, [&] { ++requests, again(request); });
  ASSERT_TRUE(made);
  request = std::move(*made);
  work.begin_later();
  turn_the_loop(6);
  const size_t before = pieces;
  EXPECT_GE(requests, 2u);
  turn_the_loop(6);
  EXPECT_GE(requests, 4u);
  EXPECT_GT(pieces, before);  // and the requests do not keep the work waiting either
}

TEST_F(TurnsTest, WorkThatMakesMoreOfItselfLeavesRequestsTheirTurn) {
  size_t pieces = 0, requests = 0;
  EventSource child, request;
  Turns work(loop, Priority::children, [&] {  // each start of a unit ends another child before the turn is over
    if (++pieces % 2 == 1) child.enable_once();
    return pieces % 2 == 1;
  });
  auto made = loop.on_turn(Priority::children, [&] { work.begin(); });
  ASSERT_TRUE(made);
  child = std::move(*made);
  child.enable_once();
  made = loop.on_time(Time{0}, Duration(1), Priority::requests, [&] { ++requests, again(request); });
  ASSERT_TRUE(made);
  request = std::move(*made);
  turn_the_loop(60);
  EXPECT_GE(pieces, 10u);
  EXPECT_GE(requests, 10u);
}

TEST_F(TurnsTest, WhatBeginsLaterIsNotDoneAtOnce) {
  size_t pieces = 0;
  Turns work(loop, Priority::children, [&] { return ++pieces < 3; });
  work.begin_later();
  EXPECT_EQ(pieces, 0u);
  turn_the_loop(3);
  EXPECT_EQ(pieces, 3u);
}

}  // namespace svcd
