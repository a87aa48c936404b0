// Addresses of systemd.socket(5), and sockets in the file system with their modes and links.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "daemon/linux/socket_address.h"
#include "daemon/linux/socket_units.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

using Kind = SocketSection::Kind;

Result<SocketAddress> parse(const std::string& text, Kind kind = Kind::stream, bool has_ipv6 = true) {
  return parse_socket_address({kind, text}, has_ipv6);
}

TEST(SocketAddressTest, FormsOfTheManual) {
  EXPECT_EQ(parse("/run/a")->path, "/run/a");
  EXPECT_EQ(parse("/run/a")->family(), AF_UNIX);
  EXPECT_EQ(parse("@abstract")->length, offsetof(sockaddr_un, sun_path) + 9);
  EXPECT_EQ(parse("80")->family(), AF_INET6);
  EXPECT_EQ(parse("80", Kind::stream, false)->family(), AF_INET);
  EXPECT_EQ(parse("127.0.0.1:80")->family(), AF_INET);
  EXPECT_EQ(ntohs(reinterpret_cast<const sockaddr_in6*>(parse("[::1]:8080")->get())->sin6_port), 8080);
  EXPECT_EQ(parse("/run/a", Kind::datagram)->type, SOCK_DGRAM);
  EXPECT_EQ(parse("/run/a", Kind::sequential_packet)->type, SOCK_SEQPACKET);
  EXPECT_EQ(parse("vsock:3:1024")->family(), AF_VSOCK);
  EXPECT_EQ(parse("kobject-uevent 1", Kind::netlink)->protocol, 15);
}

TEST(SocketAddressTest, WhatIsNoAddressIsRefused) {
  for (const char* text : {"", "0", "65536", "1.2.3:80", "1.2.3.4", "[::1]", "[::1]:0", "localhost:80", "@", "80x"})
    EXPECT_FALSE(parse(text)) << text;
  EXPECT_FALSE(parse(std::string("/") + std::string(120, 'x')));
  EXPECT_FALSE(parse("nonsense 1", Kind::netlink));
  EXPECT_FALSE(parse("audit x", Kind::netlink));
}

class OpenListenTest : public testing::Test {
 protected:
  Result<OpenSocket> open(Kind kind, const std::string& address) {
    return open_listen({kind, address}, section, {}, problems);
  }
  static mode_t mode_of(const std::string& path) {
    struct stat st {};
    return stat(path.c_str(), &st) == 0 ? st.st_mode & 0777 : 0;
  }
  TemporaryFolder folder;
  SocketSection section;
  std::vector<std::string> problems;
};

TEST_F(OpenListenTest, FoldersAndSocketHaveExactlyTheirModes) {
  section.socket_mode = 0620;
  section.directory_mode = 0750;
  const auto socket = open(Kind::stream, folder / "a/b/socket");
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(mode_of(folder / "a/b/socket"), 0620U);
  EXPECT_EQ(mode_of(folder / "a/b"), 0750U);
  int listening = 0;
  socklen_t length = sizeof listening;
  getsockopt(socket->fd.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &length);
  EXPECT_EQ(listening, 1);
  EXPECT_TRUE(problems.empty());
}

TEST_F(OpenListenTest, ALeftOverSocketIsReplacedAFileIsNot) {
  ASSERT_TRUE(open(Kind::datagram, folder / "socket"));
  EXPECT_TRUE(open(Kind::datagram, folder / "socket"));
  folder.write("file", "precious");
  const auto refused = open(Kind::stream, folder / "file");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "Failed to create listening socket (" + (folder / "file") + "): Address already in use");
  EXPECT_EQ(std::filesystem::file_size(folder / "file"), 8U);
}

TEST_F(OpenListenTest, AFifoCanBeReadBeforeAnybodyWrites) {
  section.socket_mode = 0600;
  const auto fifo = open(Kind::fifo, folder / "fifo");
  ASSERT_TRUE(fifo) << fifo.error().message;
  EXPECT_EQ(mode_of(folder / "fifo"), 0600U);
  folder.write("file", "");
  EXPECT_FALSE(open(Kind::fifo, folder / "file"));
}

TEST_F(OpenListenTest, OptionsThatJournaldNeedsAreSet) {
  section.pass_credentials = true;
  section.receive_buffer = 65536;
  section.timestamping = SocketSection::Timestamping::us;
  const auto socket = open(Kind::datagram, folder / "socket");
  ASSERT_TRUE(socket);
  for (const auto& [option, at_least] : {std::pair{SO_PASSCRED, 1}, {SO_TIMESTAMP, 1}, {SO_RCVBUF, 65536}}) {
    int value = 0;
    socklen_t length = sizeof value;
    ASSERT_EQ(getsockopt(socket->fd.get(), SOL_SOCKET, option, &value, &length), 0);
    EXPECT_GE(value, at_least);
  }
}

}  // namespace
}  // namespace svcd
