// Lists that allow or ('~') deny, and the rules of resource control that go with them.
#include <sys/socket.h>
#include <algorithm>

#include "libunit/codec_resources.h"
#include "libunit/command_line.h"

namespace svcd::codec {
namespace {

/// Names of AF_*: as address_families(7) has them.
constexpr std::string_view address_families[] = {
    // clang-format off
  "AF_UNIX", "AF_LOCAL", "AF_INET", "AF_AX25", "AF_IPX", "AF_APPLETALK", "AF_NETROM", "AF_BRIDGE", "AF_ATMPVC", "AF_X25",
  "AF_INET6", "AF_ROSE", "AF_DECnet", "AF_NETBEUI", "AF_SECURITY", "AF_KEY", "AF_NETLINK", "AF_ROUTE", "AF_PACKET",
  "AF_ASH", "AF_ECONET", "AF_ATMSVC", "AF_RDS", "AF_SNA", "AF_IRDA", "AF_PPPOX", "AF_WANPIPE", "AF_LLC", "AF_IB",
  "AF_MPLS", "AF_CAN", "AF_TIPC", "AF_BLUETOOTH", "AF_IUCV", "AF_RXRPC", "AF_ISDN", "AF_PHONET", "AF_IEEE802154",
  "AF_CAIF", "AF_ALG", "AF_NFC", "AF_VSOCK", "AF_KCM", "AF_QIPCRTR", "AF_SMC", "AF_XDP", "AF_MCTP",
    // clang-format on
};

bool is_interface_name(std::string_view name) {
  return !name.empty() && name.size() <= 15 && name != "." && name != ".." && name != "all" && name != "default" &&
         name.find_first_of(" \t:/%") == std::string_view::npos;
}

/// The complaint about a name that is none; empty: it is fine.
std::string complaint(FilterKind kind, std::string_view name) {
  switch (kind) {
    case FilterKind::interface:
      return is_interface_name(name) ? "" : fmt::format("Invalid interface name, ignoring: {}", name);
    case FilterKind::address_family:
      if (std::ranges::find(address_families, name) != std::end(address_families)) return {};
      return fmt::format("Failed to parse address family, ignoring: {}", name);
    case FilterKind::file_system: return {};
  }
  return {};
}

bool parse_ipv4(std::string_view text, std::array<uint8_t, 16>& into) {
  for (size_t i = 0; i < 4; ++i) {
    const size_t dot = text.find('.');
    uint64_t part = 0;
    const std::string_view digits = text.substr(0, dot);
    if (digits.empty() || digits.size() > 3 || !parse_unsigned(digits, part, 255)) return false;
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    into[i] = uint8_t(part);
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

/// Groups of a colon-separated half of an IPv6 address; false if one is none.
bool parse_groups(std::string_view text, std::vector<uint8_t>& into) {
  while (!text.empty()) {
    const size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      std::array<uint8_t, 16> ipv4{};
      if (!parse_ipv4(group, ipv4)) return false;
      into.insert(into.end(), ipv4.begin(), ipv4.begin() + 4);
      return true;
    }
    uint64_t value = 0;
    if (group.empty() || group.size() > 4 || !parse_unsigned("0x" + std::string(group), value, 0xffff)) return false;
    into.push_back(uint8_t(value >> 8));
    into.push_back(uint8_t(value & 0xff));
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

bool parse_ipv6(std::string_view text, std::array<uint8_t, 16>& into) {
  const size_t gap = text.find("::");
  std::vector<uint8_t> head, tail;
  if (!parse_groups(text.substr(0, gap), head)) return false;
  if (gap != std::string_view::npos && !parse_groups(text.substr(gap + 2), tail)) return false;
  const size_t length = head.size() + tail.size();
  if (gap == std::string_view::npos ? length != 16 : length > 14) return false;
  into.fill(0);
  std::ranges::copy(head, into.begin());
  std::ranges::copy(tail, into.end() - std::ptrdiff_t(tail.size()));
  return true;
}

bool parse_address(std::string_view text, AddressPrefix& into) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  into.is_ipv6 = address.find(':') != std::string_view::npos;
  if (into.is_ipv6 ? !parse_ipv6(address, into.address) : !parse_ipv4(address, into.address)) return false;
  const uint32_t bits = into.is_ipv6 ? 128 : 32;
  uint64_t length = bits;
  if (slash != std::string_view::npos && !parse_unsigned(text.substr(slash + 1), length, bits)) return false;
  into.prefix_length = uint32_t(length);
  for (size_t bit = length; bit < bits; ++bit)  // what is behind the prefix does not count
    into.address[bit / 8] = uint8_t(into.address[bit / 8] & ~(0x80 >> (bit % 8)));
  return true;
}

/// "[ipv4:|ipv6:][tcp:|udp:]PORT[-PORT]" or "any".
struct BindRule {
  int family = 0, protocol = 0;
  uint64_t first = 0, count = 0;
};
bool parse_bind_rule(std::string_view text, BindRule& rule) {
  const auto take = [&](std::string_view word) {
    const bool all = text == word;
    if (!all && !(text.starts_with(word) && text.size() > word.size() && text[word.size()] == ':')) return false;
    text.remove_prefix(all ? word.size() : word.size() + 1);
    return true;
  };
  if (text == "any") return true;
  if (text.empty()) return false;
  if (take("ipv4")) {
    rule.family = AF_INET;
  } else if (take("ipv6")) {
    rule.family = AF_INET6;
  }
  if (take("tcp")) {
    rule.protocol = 6;
  } else if (take("udp")) {
    rule.protocol = 17;
  }
  if (text.empty() || text == "any") return true;
  const size_t dash = text.find('-');
  uint64_t last = 0;
  if (!parse_unsigned(text.substr(0, dash), rule.first, 65535) || rule.first == 0) return false;
  last = rule.first;
  if (dash != std::string_view::npos && !parse_unsigned(text.substr(dash + 1), last, 65535)) return false;
  if (last < rule.first) return false;
  rule.count = last - rule.first + 1;
  return true;
}

}  // namespace

Result<> parse_filter(std::string_view text, FilterKind kind, FilterList& into, LoadContext& context) {
  if (text.empty()) return into = {}, Result<>{};
  if (kind == FilterKind::address_family && text == "none") return into = {true, {}}, Result<>{};
  const bool inverted = text.starts_with('~');
  if (inverted) text.remove_prefix(1);
  // The first assignment says what the list is; a later one of the other kind takes names out of it.
  if (into.names.empty() && !into.is_allow_list) into.is_allow_list = !inverted;
  const bool adds = inverted != into.is_allow_list;
  WordReader words(text, word_unquote);
  std::string word;
  for (auto next = words.next(word); next != WordReader::Next::end; next = words.next(word)) {
    if (next == WordReader::Next::bad) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
    if (into.names.size() >= longest_list)
      return fail(ErrorCode::bad_message, "More than {} entries in {}=, ignoring the others.", longest_list,
                  context.key);
    if (kind == FilterKind::file_system) continue;  // as where systemd is built without BPF: none is known
    if (const std::string bad = complaint(kind, word); !bad.empty()) {
      context.warn(bad);
    } else if (!adds) {
      std::erase(into.names, word);
    } else if (std::ranges::find(into.names, word) == into.names.end()) {
      into.names.push_back(std::move(word));
    }
  }
  return {};
}

void show_filter(const FilterList& list, ValueSink& sink) {
  std::vector<std::string> sorted = list.names;
  std::ranges::sort(sorted);
  sink.open_struct("bas");
  sink.boolean(list.is_allow_list);
  Words::show(sorted, sink);
  sink.close_struct();
}

Result<> Addresses::parse(std::string_view text, std::vector<AddressPrefix>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  struct Alias {
    std::string_view name, ipv4, ipv6;
  };
  static constexpr Alias aliases[] = {{"any", "0.0.0.0/0", "::/0"},
                                      {"localhost", "127.0.0.0/8", "::1/128"},
                                      {"link-local", "169.254.0.0/16", "fe80::/64"},
                                      {"multicast", "224.0.0.0/4", "ff00::/8"}};
  const auto add = [&](std::string_view word) {
    AddressPrefix prefix;
    if (!parse_address(word, prefix)) return false;
    if (std::ranges::find(into, prefix) == into.end()) into.push_back(prefix);
    return true;
  };
  WordReader words(text);
  for (std::string word; words.next(word) == WordReader::Next::word;) {
    const auto alias = std::ranges::find(aliases, std::string_view(word), &Alias::name);
    if (alias != std::end(aliases)) {
      add(alias->ipv4);
      add(alias->ipv6);
    } else if (!add(word)) {
      context.warn(fmt::format("Address prefix is invalid, ignoring assignment: {}", word));
    }
  }
  return {};
}

void Addresses::show(const std::vector<AddressPrefix>& list, ValueSink& sink) {
  sink.open_array("(iayu)");
  for (const AddressPrefix& prefix : list) {
    sink.open_struct("iayu");
    sink.i32(prefix.is_ipv6 ? AF_INET6 : AF_INET);
    sink.bytes(std::as_bytes(std::span(prefix.address).first(prefix.is_ipv6 ? 16 : 4)));
    sink.u32(prefix.prefix_length);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> SocketBindRules::parse(std::string_view text, std::vector<std::string>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  BindRule rule;
  if (!parse_bind_rule(text, rule))
    return fail(ErrorCode::bad_message, "Unable to parse {}= assignment, ignoring: {}", context.key, text);
  into.emplace(into.begin(), text);  // the last one is looked at first
  return {};
}

void SocketBindRules::show(const std::vector<std::string>& rules, ValueSink& sink) {
  sink.open_array("(iiqq)");
  for (const std::string& text : rules) {
    BindRule rule;
    if (!parse_bind_rule(text, rule)) continue;
    sink.open_struct("iiqq");
    sink.i32(rule.family);
    sink.i32(rule.protocol);
    sink.u16(uint16_t(rule.count));
    sink.u16(uint16_t(rule.first));
    sink.close_struct();
  }
  sink.close_array();
}

}  // namespace svcd::codec
