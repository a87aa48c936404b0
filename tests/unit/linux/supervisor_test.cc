// What the container manager hears.
#include "daemon/linux/supervisor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "daemon/linux/unique_fd.h"
#include "unit/linux/temporary_folder.h"

namespace svcd {
namespace {

UniqueFd listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  return fd;
}

std::string heard(const UniqueFd& fd) {
  char text[100];
  const ssize_t n = recv(fd.get(), text, sizeof text, 0);
  return n < 0 ? "nothing" : std::string(text, static_cast<size_t>(n));
}

TEST(SupervisorTest, HearsAtAPathAndAtAnAbstractName) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder / "notify", "@svcd-test-" + std::to_string(getpid())}) {
    const UniqueFd supervisor = listen_at(path);
    EXPECT_TRUE(tell_supervisor(path, "READY=1")) << path;
    EXPECT_EQ(heard(supervisor), "READY=1") << path;
  }
}

TEST(SupervisorTest, IsNotWaitedForIfItDoesNotRead) {
  const TemporaryFolder folder;
  const UniqueFd supervisor = listen_at(folder / "notify");
  bool heard = true;
  for (int i = 0; i < 100000 && heard; ++i) heard = tell_supervisor(folder / "notify", "READY=1");
  EXPECT_FALSE(heard);
}

TEST(SupervisorTest, NeedNotExist) {
  for (const char* socket : {"", "/", "relative", "/nowhere/at/all"}) EXPECT_FALSE(tell_supervisor(socket, "READY=1"));
  EXPECT_FALSE(tell_supervisor("/" + std::string(200, 'x'), "READY=1"));
}

}  // namespace
}  // namespace svcd
