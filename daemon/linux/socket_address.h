// Addresses of Listen…= (systemd.socket(5)): text to sockaddr. No names are looked up.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "libunit/config_types.h"
#include "libunit/result.h"

namespace svcd {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  int type = SOCK_STREAM;  // SOCK_*
  int protocol = 0;        // of netlink: its family
  std::string path;        // of a socket in the file system
  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Of kinds stream, datagram, sequential_packet and netlink. `has_ipv6`: a port alone means [::]:PORT, else 0.0.0.0.
Result<SocketAddress> parse_socket_address(const SocketSection::Listen&, bool has_ipv6);

/// What the kernel can do here.
bool kernel_has_ipv6();

}  // namespace svcd
