#include "daemon/linux/unique_fd.h"

#include <unistd.h>

namespace svcd {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace svcd
