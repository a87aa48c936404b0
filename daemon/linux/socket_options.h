// Options of [Socket] that are set on an open descriptor; systemd.socket(5), socket(7).
#pragma once

#include <string>
#include <vector>

#include "libunit/config_types.h"

namespace svcd {

/// Before bind(2). What could not be set is appended to `problems`: the socket is good without it, as in systemd 252.
void set_options_before_bind(int fd, int family, const SocketSection&, std::vector<std::string>& problems);
void set_options_after_bind(int fd, int family, int type, const SocketSection&, std::vector<std::string>& problems);
void set_fifo_options(int fd, const SocketSection&, std::vector<std::string>& problems);

}  // namespace svcd
