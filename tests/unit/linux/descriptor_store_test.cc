// The descriptors that services gave to the manager: kept, told when nobody is at the other end, dropped.
#include "daemon/linux/descriptor_store.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include <array>

namespace svcd {

class DescriptorStoreTest : public testing::Test {
 protected:
  /// A socket of which the store keeps one end, the sender a copy of that, and the test the other end.
  struct Pair {
    DescriptorId id = 0;
    UniqueFd copy, other;
  };
  Pair keep(const std::string& name) {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    Pair pair;
    pair.copy = UniqueFd(dup(ends[0]));
    pair.other = UniqueFd(ends[1]);
    pair.id = store.arrive(ReceivedFd(ends[0]));
    EXPECT_TRUE(store.keep(unit, pair.id, name, true));
    return pair;
  }
  void turn_the_loop() {
    for (int i = 0; i < 8; ++i) sd_event_run(loop.get(), 0);
  }

  UnitId unit{1, 1};
  EventLoop loop = std::move(*EventLoop::open());
  std::vector<DescriptorId> hung_up;
  DescriptorStore store{loop,
                        [this](Event&& event) { hung_up.push_back(std::get<DescriptorHungUp>(event).descriptor); }};
};

TEST_F(DescriptorStoreTest, TellsOfTheOneWhoseOtherEndIsClosed) {
  Pair one = keep("one"), two = keep("two");
  two.other = {};
  turn_the_loop();
  EXPECT_THAT(hung_up, testing::ElementsAre(two.id));  // once, also if it stays in the store
}

TEST_F(DescriptorStoreTest, OneThatWasDroppedIsNotHeardOfAgainWhileItsSenderHasItOpen) {
  Pair one = keep("one"), two = keep("two"), three = keep("three");
  store.drop(unit, one.id);
  store.drop(unit, two.id);
  one.other = {};
  two.other = {};
  turn_the_loop();
  EXPECT_THAT(hung_up, testing::IsEmpty());
  EXPECT_EQ(store.of(unit).size(), 1u);
}

TEST_F(DescriptorStoreTest, ClosingOneDoesNotWaitAsLongAsItsSenderSet) {
  Pair one = keep("one");
  linger set{.l_onoff = 1, .l_linger = 3600};
  ASSERT_EQ(setsockopt(one.copy.get(), SOL_SOCKET, SO_LINGER, &set, sizeof set), 0);
  store.drop(unit, one.id);
  socklen_t size = sizeof set;
  ASSERT_EQ(getsockopt(one.copy.get(), SOL_SOCKET, SO_LINGER, &set, &size), 0);
  EXPECT_EQ(set.l_onoff, 0);
}

}  // namespace svcd
