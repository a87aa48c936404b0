#include "daemon/linux/socket_address.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace svcd {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<in_port_t> port_number(std::string_view text) {
  const auto port = number<uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

template <class Address>
void put(SocketAddress& into, const Address& address, size_t length = sizeof(Address)) {
  memcpy(&into.storage, &address, sizeof address);
  into.length = static_cast<socklen_t>(length);
}

bool parse_unix(std::string_view text, SocketAddress& into) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (text.size() >= sizeof address.sun_path || text.size() < 2) return false;
  memcpy(address.sun_path, text.data(), text.size());
  const size_t length = offsetof(sockaddr_un, sun_path) + text.size();
  if (text[0] == '@') {
    address.sun_path[0] = 0;
    put(into, address, length);
  } else {
    into.path = text;
    put(into, address, length + 1);
  }
  return true;
}

/// "vsock:CID:PORT"; an empty CID is any.
bool parse_vsock(std::string_view text, SocketAddress& into) {
  for (const auto& [prefix, type] : {std::pair<std::string_view, int>{"vsock-stream:", SOCK_STREAM},
                                     {"vsock-dgram:", SOCK_DGRAM},
                                     {"vsock-seqpacket:", SOCK_SEQPACKET}}) {
    if (!text.starts_with(prefix)) continue;
    into.type = type;
    text.remove_prefix(prefix.size());
  }
  if (text.starts_with("vsock:")) text.remove_prefix(6);
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_cid = VMADDR_CID_ANY;
  const auto port = number<uint32_t>(text.substr(colon + 1));
  const auto cid = number<uint32_t>(text.substr(0, colon));
  if (!port || (colon != 0 && !cid)) return false;
  address.svm_port = *port;
  if (cid) address.svm_cid = *cid;
  put(into, address);
  return true;
}

/// "[::1%lo]:80", or "[::1]:80%lo".
bool parse_ipv6(std::string_view text, SocketAddress& into) {
  const size_t end = text.find("]:");
  if (end == std::string_view::npos) return false;
  std::string host(text.substr(1, end - 1)), scope;
  std::string_view rest = text.substr(end + 2);
  if (const size_t percent = rest.find('%'); percent != std::string_view::npos) {
    scope = rest.substr(percent + 1);
    rest = rest.substr(0, percent);
  } else if (const size_t inside = host.find('%'); inside != std::string::npos) {
    scope = host.substr(inside + 1);
    host.resize(inside);
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  const auto port = port_number(rest);
  if (!port || inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) return false;
  address.sin6_port = htons(*port);
  if (!scope.empty()) {
    const auto index = number<uint32_t>(scope);
    address.sin6_scope_id = index ? *index : if_nametoindex(scope.c_str());
    if (address.sin6_scope_id == 0) return false;
  }
  put(into, address);
  return true;
}

bool parse_ipv4(std::string_view text, SocketAddress& into) {
  const size_t colon = text.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto port = port_number(text.substr(colon + 1));
  if (!port || inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &address.sin_addr) != 1) return false;
  address.sin_port = htons(*port);
  put(into, address);
  return true;
}

bool parse_any(std::string_view text, bool has_ipv6, SocketAddress& into) {
  const auto port = port_number(text);
  if (!port) return false;
  if (has_ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_any;
    address.sin6_port = htons(*port);
    put(into, address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = INADDR_ANY;
    address.sin_port = htons(*port);
    put(into, address);
  }
  return true;
}

/// "FAMILY GROUP", as "kobject-uevent 1".
bool parse_netlink(std::string_view text, SocketAddress& into) {
  struct Row {
    std::string_view name;
    int family;
  };
  static constexpr Row rows[] = {
      {"route", NETLINK_ROUTE},
      {"firewall", NETLINK_FIREWALL},
      {"inet-diag", NETLINK_INET_DIAG},
      {"nflog", NETLINK_NFLOG},
      {"xfrm", NETLINK_XFRM},
      {"selinux", NETLINK_SELINUX},
      {"iscsi", NETLINK_ISCSI},
      {"audit", NETLINK_AUDIT},
      {"fib-lookup", NETLINK_FIB_LOOKUP},
      {"connector", NETLINK_CONNECTOR},
      {"netfilter", NETLINK_NETFILTER},
      {"ip6-fw", NETLINK_IP6_FW},
      {"dnrtmsg", NETLINK_DNRTMSG},
      {"kobject-uevent", NETLINK_KOBJECT_UEVENT},
      {"generic", NETLINK_GENERIC},
      {"scsitransport", NETLINK_SCSITRANSPORT},
      {"ecryptfs", NETLINK_ECRYPTFS},
      {"rdma", NETLINK_RDMA},
  };
  const size_t space = text.find_first_of(" \t");
  const std::string_view name = text.substr(0, space);
  std::string_view group = space == std::string_view::npos ? "" : text.substr(space + 1);
  while (group.starts_with(' ') || group.starts_with('\t')) group.remove_prefix(1);
  std::optional<int> family = number<int>(name);
  for (const Row& row : rows)
    if (row.name == name) family = row.family;
  const auto groups = group.empty() ? std::optional<uint32_t>(0) : number<uint32_t>(group);
  if (!family || !groups) return false;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = *groups;
  into.type = SOCK_RAW;
  into.protocol = *family;
  put(into, address);
  return true;
}

int type_of(SocketSection::Kind kind) {
  switch (kind) {
    case SocketSection::Kind::datagram: return SOCK_DGRAM;
    case SocketSection::Kind::sequential_packet: return SOCK_SEQPACKET;
    case SocketSection::Kind::stream:
    case SocketSection::Kind::fifo:
    case SocketSection::Kind::special:
    case SocketSection::Kind::netlink:
    case SocketSection::Kind::message_queue:
    case SocketSection::Kind::usb_function: break;
  }
  return SOCK_STREAM;
}

}  // namespace

Result<SocketAddress> parse_socket_address(const SocketSection::Listen& listen, bool has_ipv6) {
  const std::string_view text = listen.address;
  SocketAddress address;
  address.type = type_of(listen.kind);
  bool ok = false;
  if (listen.kind == SocketSection::Kind::netlink)
    ok = parse_netlink(text, address);
  else if (text.starts_with('/') || text.starts_with('@'))
    ok = parse_unix(text, address);
  else if (text.starts_with("vsock"))
    ok = parse_vsock(text, address);
  else if (text.starts_with('['))
    ok = parse_ipv6(text, address);
  else if (text.find(':') != std::string_view::npos)
    ok = parse_ipv4(text, address);
  else
    ok = parse_any(text, has_ipv6, address);
  if (!ok) return fail(ErrorCode::bad_unit_setting, "Failed to parse address value: {}", text);
  return address;
}

bool kernel_has_ipv6() {
  return access("/proc/net/if_inet6", F_OK) == 0;
}

}  // namespace svcd
