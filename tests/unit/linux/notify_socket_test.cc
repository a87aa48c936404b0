// The notification socket is open to everybody: what is bad is dropped, descriptors are closed, nobody is starved.
#include "daemon/linux/notify_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

using Lines = std::vector<std::string>;

TEST(NotifyMessageTest, IsLinesWithoutNulAndAtMostFourKilobytes) {
  EXPECT_EQ(NotifySocket::split("READY=1\nSTATUS=a b\n"), (Lines{"READY=1", "STATUS=a b"}));
  EXPECT_EQ(NotifySocket::split("\n\nX=1"), Lines{"X=1"});
  EXPECT_EQ(NotifySocket::split(""), Lines{});
  EXPECT_EQ(NotifySocket::split(std::string_view("READY=1\0", 8)), Lines{"READY=1"});
  EXPECT_FALSE(NotifySocket::split(std::string_view("READY=1\0X=1", 11)));
  EXPECT_TRUE(NotifySocket::split(std::string(4096, 'x')));
  EXPECT_FALSE(NotifySocket::split(std::string(4097, 'x')));
}

class NotifySocketTest : public testing::Test {
 protected:
  NotifySocketTest() {
    EXPECT_TRUE(socket_.open(folder / "notify"));
    client = UniqueFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "notify";
    memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void send_with_descriptors(const std::string& text, int fd, size_t count) {
    std::vector<char> control(CMSG_SPACE(sizeof(int) * count));
    iovec part{const_cast<char*>(text.data()), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    for (size_t i = 0; i < count; ++i) memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof fd);
    ASSERT_EQ(sendmsg(client.get(), &message, 0), static_cast<ssize_t>(text.size()));
  }
  void send(const std::string& text) {
    ASSERT_EQ(::send(client.get(), text.data(), text.size(), 0), ssize_t(text.size()));
  }

  TemporaryFolder folder;
  EventLoop loop = std::move(*EventLoop::open());
  std::vector<Notified> told;
  std::optional<UnitId> unit = UnitId{3, 0};
  std::function<void()> looked_up;
  DescriptorStore store{loop, [](Event&&) {}};
  std::function<void(const Notified&)> handled;
  NotifySocket socket_{loop, store,
                       [this](Event&& event) {
                         told.push_back(std::get<Notified>(event));
                         if (handled) handled(told.back());
                         if (told.back().lines.front() == "LAST=1") loop.stop();
                       },
                       [this](pid_t) {
                         if (looked_up) looked_up();
                         return unit;
                       }};
  UniqueFd client;
};

TEST_F(NotifySocketTest, AMessageComesWithItsUnitAndSender) {
  send("READY=1\nMAINPID=5");
  send("LAST=1");
  loop.run();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].unit, (UnitId{3, 0}));
  EXPECT_EQ(told[0].pid, getpid());
  EXPECT_EQ(told[0].uid, getuid());
  EXPECT_EQ(told[0].lines, (Lines{"READY=1", "MAINPID=5"}));
}

TEST_F(NotifySocketTest, ABarrierEndsWhenWhatWasSentBeforeIsDealtWith) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  send("READY=1");
  send_with_descriptors("BARRIER=1", ends[1], 1);
  close(ends[1]);
  send("LAST=1");
  loop.run();
  char c;
  EXPECT_EQ(read(ends[0], &c, 1), 0);  // end of file: our copy was closed
  EXPECT_EQ(told.size(), 2U);
  close(ends[0]);
}

TEST_F(NotifySocketTest, DescriptorsThatNobodyKeepsAreClosed) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  send_with_descriptors("FDSTORE=1", ends[1], 1);
  send_with_descriptors("FDSTORE=1", ends[1], 100);
  send_with_descriptors(std::string(5000, 'x'), ends[1], 3);  // too long: dropped as a whole
  close(ends[1]);
  send("LAST=1");
  loop.run();
  char c;
  EXPECT_EQ(read(ends[0], &c, 1), 0);
  EXPECT_EQ(told.size(), 3U);
  close(ends[0]);
}

TEST_F(NotifySocketTest, DescriptorsToStoreComeWithTheMessageAndAtMostSixteen) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  handled = [this](const Notified& notified) {
    for (const DescriptorId id : notified.descriptors) EXPECT_TRUE(store.keep(notified.unit, id, "n", false));
  };
  send_with_descriptors("STATUS=x", ends[1], 1);  // nobody asked to have it stored
  send_with_descriptors("FDSTORE=1", ends[1], 100);
  send("LAST=1");
  loop.run();
  EXPECT_EQ(told[0].descriptors.size(), 0U);
  EXPECT_EQ(told[1].descriptors.size(), 16U);
  EXPECT_EQ(store.of(*unit).size(), 16U);
  EXPECT_TRUE(store.is_same(store.of(*unit)[0].id, store.of(*unit)[1].id));
  close(ends[0]), close(ends[1]);
}

TEST_F(NotifySocketTest, AStoredDescriptorThatHangsUpIsToldUntilItIsDropped) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  DescriptorStore watching{loop, [&](Event&& event) {
                             const auto& gone = std::get<DescriptorHungUp>(event);
                             watching.drop(gone.unit, gone.descriptor);
                             loop.stop();
                           }};
  const DescriptorId read_end = watching.arrive(ReceivedFd(ends[0]));
  ASSERT_TRUE(watching.keep(*unit, read_end, "pipe", true));
  const DescriptorId file =
      watching.arrive(ReceivedFd(open((folder / "file").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)));
  EXPECT_TRUE(watching.keep(*unit, file, "file", true));  // cannot hang up
  const DescriptorId lost = watching.arrive(ReceivedFd(dup(0)));
  watching.close_arrived();
  EXPECT_FALSE(watching.keep(*unit, lost, "late", false));
  close(ends[1]);
  loop.run();
  ASSERT_EQ(watching.of(*unit).size(), 1U);
  EXPECT_EQ(watching.of(*unit)[0].name, "file");
}

TEST_F(NotifySocketTest, ADroppedDescriptorThatItsServiceStillHasOpenTellsNothingMore) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const UniqueFd of_the_service(dup(ends[0]));
  int told_of = 0;
  DescriptorStore watching{loop, [&](Event&& event) {
                             const auto& gone = std::get<DescriptorHungUp>(event);
                             ++told_of;
                             watching.drop(gone.unit, gone.descriptor);
                           }};
  ASSERT_TRUE(watching.keep(*unit, watching.arrive(ReceivedFd(ends[0])), "pipe", true));
  close(ends[1]);
  send("FIRST=1");
  send("LAST=1");
  loop.run();
  EXPECT_EQ(told_of, 1);
  EXPECT_TRUE(watching.of(*unit).empty());
}

TEST_F(NotifySocketTest, AFloodLeavesTimeForEverythingElse) {
  looked_up = [this] { ::send(client.get(), "STATUS=x", 8, MSG_DONTWAIT); };  // the socket never runs dry
  for (int i = 0; i < 100; ++i) looked_up();
  int turns = 0;
  EventSource other;
  auto made = loop.on_turn(Priority::idle, [&] {
    if (++turns == 5) return loop.stop();
    other.enable_once();
  });
  ASSERT_TRUE(made);
  other = std::move(*made);
  other.enable_once();
  loop.run();
  EXPECT_EQ(turns, 5);
  EXPECT_FALSE(told.empty());
}

TEST_F(NotifySocketTest, MessagesOfProcessesOfNoUnitAreDropped) {
  unit.reset();
  send("READY=1");
  auto turn = loop.on_turn(Priority::idle, [this] { loop.stop(); });
  turn->enable_once();
  loop.run();
  EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace svcd
