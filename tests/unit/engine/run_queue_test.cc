// Which of several jobs that may run goes first; systemd 252 was asked.
#include "daemon/engine/run_queue.h"

#include <gmock/gmock.h>

namespace svcd {
namespace {

using testing::ElementsAre;

std::vector<JobId> taken(RunQueue& queue) {
  std::vector<JobId> jobs;
  while (!queue.empty()) jobs.push_back(queue.pop());
  return jobs;
}

TEST(RunQueueTest, WhatOthersLiveOnGoesFirst) {
  RunQueue queue;
  JobId job = 0;
  for (const UnitType type : {UnitType::service, UnitType::mount, UnitType::socket, UnitType::target, UnitType::timer,
                              UnitType::path, UnitType::slice})
    queue.push(RunTurn::of(type, type == UnitType::service ? 10'000 : 100, 0, "a"), ++job);
  EXPECT_THAT(taken(queue), ElementsAre(7, 6, 5, 4, 3, 2, 1));
}

TEST(RunQueueTest, ThenMoreWeightThenLessNiceThenTheName) {
  RunQueue queue;
  queue.push(RunTurn::of(UnitType::service, 100, 0, "b"), 1);
  queue.push(RunTurn::of(UnitType::service, 100, 0, "a"), 2);
  queue.push(RunTurn::of(UnitType::service, 100, -1, "c"), 3);
  queue.push(RunTurn::of(UnitType::service, 101, 19, "d"), 4);
  queue.push(RunTurn::of(UnitType::service, 0, -20, "e"), 5);  // idle
  queue.push(RunTurn::of(UnitType::service, 100, 0, "B"), 6);
  queue.push(RunTurn::of(UnitType::service, 100, 1, "f"), 7);
  EXPECT_THAT(taken(queue), ElementsAre(4, 3, 6, 2, 1, 7, 5));
}

}  // namespace
}  // namespace svcd
