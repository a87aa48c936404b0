#include "daemon/linux/socket_options.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace svcd {
namespace {

class Options {
 public:
  Options(int fd, std::vector<std::string>& problems) : fd_(fd), problems_(problems) {}
  bool set(const char* name, int level, int option, int value) {
    if (setsockopt(fd_, level, option, &value, sizeof value) == 0) return true;
    problems_.push_back(fmt::format("{} failed: {}", name, strerror(errno)));
    return false;
  }
  void set_text(const char* name, int level, int option, const std::string& value) {
    if (setsockopt(fd_, level, option, value.data(), static_cast<socklen_t>(value.size())) < 0)
      problems_.push_back(fmt::format("{} failed: {}", name, strerror(errno)));
  }
  /// With privileges past the system's limit, else as far as it goes.
  void set_buffer(const char* name, int force, int plain, uint64_t bytes) {
    const int value = static_cast<int>(std::min<uint64_t>(bytes, INT_MAX / 2));
    if (setsockopt(fd_, SOL_SOCKET, force, &value, sizeof value) < 0) set(name, SOL_SOCKET, plain, value);
  }

 private:
  int fd_;
  std::vector<std::string>& problems_;
};

int seconds(Duration d) {
  return static_cast<int>(std::min<uint64_t>((d.count() + 999'999) / 1'000'000, INT_MAX));
}

}  // namespace

void set_options_before_bind(int fd, int family, const SocketSection& s, std::vector<std::string>& problems) {
  Options options(fd, problems);
  if (family == AF_INET6 && s.bind_ipv6_only != SocketSection::BindIpv6Only::default_)
    options.set("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY,
                s.bind_ipv6_only == SocketSection::BindIpv6Only::ipv6_only ? 1 : 0);
  if (family == AF_INET || family == AF_INET6) {
    if (!s.bind_to_device.empty()) options.set_text("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, s.bind_to_device);
    if (s.reuse_port) options.set("SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 1);
    if (s.free_bind) {
      options.set("IP_FREEBIND", family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                  family == AF_INET6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
    }
    if (s.transparent) {
      options.set("IP_TRANSPARENT", family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                  family == AF_INET6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, 1);
    }
  }
  options.set("SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1);
}

void set_options_after_bind(int fd, int family, int type, const SocketSection& s, std::vector<std::string>& problems) {
  Options options(fd, problems);
  const bool is_ip = family == AF_INET || family == AF_INET6;
  if (s.keep_alive) options.set("SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1);
  if (is_ip && type == SOCK_STREAM) {
    if (s.keep_alive_time.count() != 0)
      options.set("TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, seconds(s.keep_alive_time));
    if (s.keep_alive_interval.count() != 0)
      options.set("TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, seconds(s.keep_alive_interval));
    if (s.keep_alive_probes != 0)
      options.set("TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, static_cast<int>(std::min(s.keep_alive_probes, 127U)));
    if (s.defer_accept.count() != 0)
      options.set("TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, seconds(s.defer_accept));
    if (s.no_delay) options.set("TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1);
    if (!s.tcp_congestion.empty()) options.set_text("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, s.tcp_congestion);
  }
  if (s.broadcast) options.set("SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1);
  if (s.pass_credentials) options.set("SO_PASSCRED", SOL_SOCKET, SO_PASSCRED, 1);
  if (s.pass_security) options.set("SO_PASSSEC", SOL_SOCKET, SO_PASSSEC, 1);
  if (s.pass_packet_info && family == AF_INET) options.set("IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, 1);
  if (s.pass_packet_info && family == AF_INET6) options.set("IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  if (s.timestamping == SocketSection::Timestamping::us) options.set("SO_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP, 1);
  if (s.timestamping == SocketSection::Timestamping::ns) options.set("SO_TIMESTAMPNS", SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (s.priority >= 0) options.set("SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, s.priority);
  if (s.receive_buffer != 0) options.set_buffer("SO_RCVBUF", SO_RCVBUFFORCE, SO_RCVBUF, s.receive_buffer);
  if (s.send_buffer != 0) options.set_buffer("SO_SNDBUF", SO_SNDBUFFORCE, SO_SNDBUF, s.send_buffer);
  if (s.mark >= 0) options.set("SO_MARK", SOL_SOCKET, SO_MARK, s.mark);
  if (is_ip && s.ip_tos >= 0)
    options.set("IP_TOS", family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP, family == AF_INET6 ? IPV6_TCLASS : IP_TOS,
                s.ip_tos);
  if (is_ip && s.ip_ttl >= 0)
    options.set("IP_TTL", family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                family == AF_INET6 ? IPV6_UNICAST_HOPS : IP_TTL, s.ip_ttl);
  if (!s.smack_label_ip_in.empty())
    (void)fsetxattr(fd, "security.SMACK64IPIN", s.smack_label_ip_in.data(), s.smack_label_ip_in.size(), 0);
  if (!s.smack_label_ip_out.empty())
    (void)fsetxattr(fd, "security.SMACK64IPOUT", s.smack_label_ip_out.data(), s.smack_label_ip_out.size(), 0);
}

void set_fifo_options(int fd, const SocketSection& s, std::vector<std::string>& problems) {
  if (s.pipe_size == 0) return;
  if (fcntl(fd, F_SETPIPE_SZ, static_cast<int>(std::min<uint64_t>(s.pipe_size, INT_MAX))) < 0)
    problems.push_back(fmt::format("Setting pipe size failed: {}", strerror(errno)));
}

}  // namespace svcd
