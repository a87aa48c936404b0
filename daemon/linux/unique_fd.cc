#include "daemon/linux/unique_fd.h"

#include <sys/socket.h>
#include <unistd.h>

namespace svcd {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

ReceivedFd& ReceivedFd::operator=(ReceivedFd&& other) noexcept {
  if (this == &other) return *this;
  do_not_linger();
  fd_ = std::move(other.fd_);
  return *this;
}

void ReceivedFd::do_not_linger() const {
  linger set{};
  socklen_t size = sizeof set;
  if (!fd_ || ::getsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &set, &size) < 0 || set.l_onoff == 0) return;
  set = {};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &set, sizeof set);
}

}  // namespace svcd
