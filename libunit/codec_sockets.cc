// What only socket and mount units have.
#include <netinet/in.h>
#include <netinet/ip.h>

#include <algorithm>

#include "libunit/codecs.h"
#include "libunit/command_line.h"
#include "libunit/enum_names.h"
#include "libunit/named_values.h"
#include "libunit/path_check.h"

namespace svcd::codec {
namespace {

using Kind = SocketSection::Kind;

bool is_port(std::string_view text) {
  uint64_t port = 0;
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
         parse_unsigned(text, port, 65535) && port != 0;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  for (size_t at = 0; at <= text.size(); ++parts) {
    const size_t end = std::min(text.find('.', at), text.size());
    uint64_t part = 0;
    const std::string_view digits = text.substr(at, end - at);
    if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string_view::npos ||
        (digits.size() > 1 && digits[0] == '0') || !parse_unsigned(digits, part, 255))
      return false;
    at = end + 1;
  }
  return parts == 4;
}

bool is_ipv6(std::string_view text) {
  text = text.substr(0, text.find('%'));
  return text.size() >= 2 && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

/// A path, "@abstract", a port, an address with a port, or "vsock:CID:PORT".
bool is_socket_address(std::string_view text) {
  constexpr size_t longest_unix_path = 107;
  if (text.empty()) return false;
  if (text[0] == '/' || text[0] == '@') return text.size() > 1 && text.size() <= longest_unix_path;
  if (text.starts_with("vsock:")) {
    const size_t colon = text.find(':', 6);
    uint64_t number = 0;
    return colon != std::string_view::npos && parse_unsigned(text.substr(colon + 1), number, UINT32_MAX) &&
           (colon == 6 || parse_unsigned(text.substr(6, colon - 6), number, UINT32_MAX));
  }
  if (text[0] == '[') {
    const size_t end = text.find("]:");
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return false;
    return is_port(text.substr(end + 2, text.find('%', end) - end - 2));
  }
  if (const size_t colon = text.find(':'); colon != std::string_view::npos)
    return is_ipv4(text.substr(0, colon)) && is_port(text.substr(colon + 1));
  return is_port(text);
}

/// "FAMILY [GROUP]"
bool is_netlink_address(std::string_view text) {
  static constexpr std::string_view families[] = {
      "route",   "firewall",      "inet-diag", "nflog",     "xfrm",   "selinux", "iscsi",
      "audit",   "fib-lookup",    "connector", "netfilter", "ip6-fw", "dnrtmsg", "kobject-uevent",
      "generic", "scsitransport", "ecryptfs",  "rdma",      "crypto", "smc"};
  const auto words = split_words(text).value_or(std::vector<std::string>{});
  uint64_t group = 0;
  if (words.empty() || words.size() > 2 || (words.size() == 2 && !parse_unsigned(words[1], group, UINT32_MAX)))
    return false;
  return std::ranges::find(families, words[0]) != std::end(families) || parse_unsigned(words[0], group, INT32_MAX);
}

tl::unexpected<Error> bad_address(std::string_view address) {
  return fail(ErrorCode::bad_message, "Failed to parse address value in '{}', ignoring: Invalid argument", address);
}

}  // namespace

Result<> parse_listen(Kind kind, std::string_view text, std::vector<SocketSection::Listen>& into,
                      LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  SocketSection::Listen listen{kind, {}};
  SVCD_TRY(Text::parse(text, listen.address, context));
  switch (kind) {
    case Kind::fifo:
    case Kind::special:
    case Kind::usb_function:
    case Kind::message_queue: listen.address = SVCD_TRY(check_path(listen.address, path_absolute, context)); break;
    case Kind::netlink:
      if (!is_netlink_address(listen.address)) return bad_address(listen.address);
      break;
    case Kind::stream:
    case Kind::datagram:
    case Kind::sequential_packet:
      if (!is_socket_address(listen.address)) return bad_address(listen.address);
      break;
  }
  into.push_back(std::move(listen));
  return {};
}

void show_listen(const std::vector<SocketSection::Listen>& list, ValueSink& sink) {
  sink.open_array("(ss)");
  for (const SocketSection::Listen& listen : list) {
    sink.open_struct("ss");
    sink.string(enum_name(listen.kind));
    if (listen.kind != Kind::fifo && is_port(listen.address)) {
      sink.string("[::]:" + listen.address);
    } else if (listen.kind == Kind::netlink && listen.address.find(' ') == std::string::npos) {
      sink.string(listen.address + " 0");
    } else {
      sink.string(listen.address);
    }
    sink.close_struct();
  }
  sink.close_array();
}

Result<> parse_service_name(std::string_view text, UnitName& into, LoadContext& context) {
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  if (!expanded.ends_with(".service"))
    return fail(ErrorCode::bad_message, "Unit must be of type service, ignoring: {}", text);
  auto name = UnitName::parse(expanded);
  if (!name)
    return fail(ErrorCode::bad_message, "Failed to load unit {}, ignoring: {}", expanded, name.error().message);
  into = std::move(*name);
  return {};
}

Result<> Interface::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty() || text == "*") return into.clear(), Result<>{};
  std::string name;
  SVCD_TRY(Text::parse(text, name, context));
  constexpr size_t longest_interface = 15;
  const bool good =
      name.size() <= longest_interface && name != "." && name != ".." && name != "all" && name != "default" &&
      std::ranges::none_of(name, [](char c) { return c <= ' ' || c == 0x7f || c == ':' || c == '/' || c == '%'; });
  if (!good) return fail(ErrorCode::bad_message, "Invalid interface name, ignoring: {}", name);
  into = std::move(name);
  return {};
}

Result<> DescriptorName::parse(std::string_view text, std::string& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::string name;
  SVCD_TRY(Text::parse(text, name, context));
  const bool good = name.size() <= 255 &&
                    std::ranges::none_of(name, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f || c == ':'; });
  if (!good) return fail(ErrorCode::bad_message, "Invalid file descriptor name, ignoring: {}", name);
  into = std::move(name);
  return {};
}

Result<> TypeOfService::parse(std::string_view text, int& into, LoadContext&) {
  for (const NamedValue& named : type_of_service_names)
    if (text == named.name) return into = int(named.value), Result<>{};
  uint64_t number = 0;
  if (!parse_unsigned(text, number, 255))
    return fail(ErrorCode::bad_message, "Failed to parse IP TOS value, ignoring: {}", text);
  into = int(number);
  return {};
}

Result<> SocketProtocol::parse(std::string_view text, int& into, LoadContext&) {
  for (const NamedValue& named : socket_protocol_names)
    if (text == named.name) return into = int(named.value), Result<>{};
  return fail(ErrorCode::bad_message, "Failed to parse socket protocol, ignoring: {}", text);
}

Result<> TimestampingMode::parse(std::string_view text, SocketSection::Timestamping& into, LoadContext&) {
  using enum SocketSection::Timestamping;
  bool yes = false;
  if (parse_enum(text, into)) return {};
  if (text == "usec" || text == "µs" || text == "μs") {
    into = us;
  } else if (text == "nsec") {
    into = ns;
  } else if (parse_boolean(text, yes)) {
    into = yes ? us : off;
  } else {
    return fail(ErrorCode::bad_message, "Failed to parse timestamping precision, ignoring: {}", text);
  }
  return {};
}

void TimestampingMode::show(SocketSection::Timestamping v, ValueSink& sink) {
  sink.string(enum_name(v));
}

Result<> SocketSize::parse(std::string_view text, uint64_t& into, LoadContext&) {
  if (parse_size(text, into)) return {};
  return fail(ErrorCode::bad_message, "Failed to parse size value '{}', ignoring: Invalid argument", text);
}

Result<> BindIpv6Only::parse(std::string_view text, SocketSection::BindIpv6Only& into, LoadContext&) {
  bool yes = false;
  if (parse_enum(text, into)) return {};
  if (!parse_boolean(text, yes))
    return fail(ErrorCode::bad_message, "Failed to parse bind IPv6 only value, ignoring: {}", text);
  into = yes ? SocketSection::BindIpv6Only::ipv6_only : SocketSection::BindIpv6Only::both;
  return {};
}

void BindIpv6Only::show(SocketSection::BindIpv6Only v, ValueSink& sink) {
  sink.string(enum_name(v));
}

Result<> OptionalSpan::parse(std::string_view text, std::optional<Duration>& into, LoadContext& context) {
  Duration value{};
  SVCD_TRY(Span::parse(text, value, context));
  into = value;
  return {};
}

}  // namespace svcd::codec
