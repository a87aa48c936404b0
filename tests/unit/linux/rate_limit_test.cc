// EventLoop::limit_rate(): the kernel tells of a new mount table once; the last change must not get lost.
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "daemon/linux/event_loop.h"

namespace svcd {

TEST(EventLoopRateLimit, WhatCameWhileTheLimitWasHitIsToldAtItsEnd) {
  auto loop = EventLoop::open();
  ASSERT_TRUE(loop);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  int calls = 0;
  bool taken_unseen = false;
  auto source = loop->on_io(ends[0], EPOLLIN, Priority::normal, [&](uint32_t events) {
    ++calls;
    if (events == 0) {  // the end of the interval, although there is nothing to read any more
      taken_unseen = true;
      return loop->stop();
    }
  });
  ASSERT_TRUE(source);
  EventLoop::limit_rate(*source, std::chrono::milliseconds(20), 2);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  loop->run();
  EXPECT_TRUE(taken_unseen);
  EXPECT_EQ(calls, 3);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace svcd
