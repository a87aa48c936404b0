// [Socket] without the shared groups; systemd.socket(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"
#include "libunit/socket_keys.h"

namespace svcd {
namespace {

using S = SocketSection;
using codec::Boolean, codec::Commands, codec::Integer, codec::Text, codec::Unsigned;

template <S::Kind Kind>
Result<> apply_listen(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_listen(Kind, text, unit.change<S>().listen, context);
}
/// All of them fill the same member: what stands for each is its kind.
template <S::Kind Kind>
constexpr char listen_tag = 0;
void show_listen(const UnitConfig& unit, ValueSink& sink) {
  codec::show_listen(unit.socket().listen, sink);
}
template <S::Kind Kind>
constexpr Setting listen(const char* key, const char* summary, uint16_t since = 0) {
  return {SettingGroup::socket,
          key,
          nullptr,
          "",
          summary,
          since,
          SettingStatus::implemented,
          &apply_listen<Kind>,
          nullptr,
          nullptr,
          &listen_tag<Kind>};
}
constexpr Setting listen_property{
    SettingGroup::socket,       nullptr, "Listen",     "a(ss)",      "What is listened on.", 0,
    SettingStatus::implemented, nullptr, &show_listen, write::listen};

void show_timeout(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.socket().timeout.value_or(u.defaults().timeout_start).count());
}
void show_trigger_interval(const UnitConfig& u, ValueSink& sink) {
  const Duration otherwise = u.has_defaults() ? std::chrono::seconds(2) : infinity;
  sink.u64(u.socket().trigger_limit_interval.value_or(otherwise).count());
}
void show_trigger_burst(const UnitConfig& u, ValueSink& sink) {
  const uint32_t otherwise = !u.has_defaults() ? UINT32_MAX : u.socket().accept ? 200 : 20;
  sink.u32(u.socket().trigger_limit_burst.value_or(otherwise));
}
Result<> apply_service(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_service_name(text, unit.change<S>().service, context);
}

constexpr Setting service_row{SettingGroup::socket,
                              "Service",
                              nullptr,
                              "",
                              "The service that is started when something arrives.",
                              0,
                              SettingStatus::implemented,
                              &apply_service,
                              nullptr,
                              nullptr};

constexpr std::array rows{
    // clang-format off
  //      member, codec                          key                    D-Bus property         summary, since
  setting<&S::bind_ipv6_only, codec::BindIpv6Only>("BindIPv6Only", "BindIPv6Only", "Whether an IPv6 socket takes IPv4, too."),
  setting<&S::backlog, Unsigned>                ("Backlog",             "Backlog",             "How many connections may wait."),
  with_show(setting<&S::timeout, codec::Timeout>("TimeoutSec",          "TimeoutUSec",         "How long each command may take."), show_timeout),
  setting<&S::bind_to_device, codec::Interface> ("BindToDevice",        "BindToDevice",        "The network interface to listen on."),
  setting<&S::socket_user, codec::OwningUser>   ("SocketUser",          "SocketUser",          "Who owns socket files and FIFOs.", 214),
  setting<&S::socket_group, codec::UserName>    ("SocketGroup",         "SocketGroup",         "Their group.", 214),
  setting<&S::socket_mode, codec::Mode>         ("SocketMode",          "SocketMode",          "Their mode."),
  setting<&S::directory_mode, codec::Mode>      ("DirectoryMode",       "DirectoryMode",       "The mode of folders made on the way."),
  setting<&S::accept, Boolean>                  ("Accept",              "Accept",              "One service instance a connection."),
  setting<&S::flush_pending, Boolean>           ("FlushPending",        "FlushPending",        "Drop what is queued when the service has ended.", 247),
  setting<&S::writable, Boolean>                ("Writable",            "Writable",            "Open a special file for writing, too.", 227),
  setting<&S::keep_alive, Boolean>              ("KeepAlive",           "KeepAlive",           "SO_KEEPALIVE."),
  setting<&S::keep_alive_time, codec::Span>     ("KeepAliveTimeSec",    "KeepAliveTimeUSec",   "TCP_KEEPIDLE.", 216),
  setting<&S::keep_alive_interval, codec::Span> ("KeepAliveIntervalSec", "KeepAliveIntervalUSec", "TCP_KEEPINTVL.", 216),
  setting<&S::keep_alive_probes, Unsigned>      ("KeepAliveProbes",     "KeepAliveProbes",     "TCP_KEEPCNT.", 216),
  setting<&S::defer_accept, codec::Span>        ("DeferAcceptSec",      "DeferAcceptUSec",     "TCP_DEFER_ACCEPT.", 216),
  setting<&S::no_delay, Boolean>                ("NoDelay",             "NoDelay",             "TCP_NODELAY.", 216),
  setting<&S::priority, Integer>                ("Priority",            "Priority",            "SO_PRIORITY."),
  setting<&S::receive_buffer, codec::SocketSize>             ("ReceiveBuffer",       "ReceiveBuffer",       "SO_RCVBUF, in bytes."),
  setting<&S::send_buffer, codec::SocketSize>                ("SendBuffer",          "SendBuffer",          "SO_SNDBUF, in bytes."),
  setting<&S::ip_tos, codec::TypeOfService>     ("IPTOS",               "IPTOS",               "IP_TOS."),
  setting<&S::ip_ttl, Integer>                  ("IPTTL",               "IPTTL",               "IP_TTL."),
  setting<&S::pipe_size, codec::SocketSize>                  ("PipeSize",            "PipeSize",            "The size of a FIFO's buffer, in bytes."),
  setting<&S::free_bind, Boolean>               ("FreeBind",            "FreeBind",            "IP_FREEBIND."),
  setting<&S::transparent, Boolean>             ("Transparent",         "Transparent",         "IP_TRANSPARENT."),
  setting<&S::broadcast, Boolean>               ("Broadcast",           "Broadcast",           "SO_BROADCAST."),
  setting<&S::pass_credentials, Boolean>        ("PassCredentials",     "PassCredentials",     "SO_PASSCRED."),
  setting<&S::pass_security, Boolean>           ("PassSecurity",        "PassSecurity",        "SO_PASSSEC."),
  setting<&S::pass_packet_info, Boolean>        ("PassPacketInfo",      "PassPacketInfo",      "IP_PKTINFO and its like.", 246),
  setting<&S::timestamping, codec::TimestampingMode>("Timestamping",    "Timestamping",        "SO_TIMESTAMP or SO_TIMESTAMPNS.", 247),
  setting<&S::remove_on_stop, Boolean>          ("RemoveOnStop",        "RemoveOnStop",        "Remove socket files and FIFOs with the unit.", 214),
  listen_property,
  setting<&S::symlinks, codec::Paths>           ("Symlinks",            "Symlinks",            "Symbolic links to the socket file or FIFO.", 214),
  setting<&S::mark, Integer>                    ("Mark",                "Mark",                "SO_MARK."),
  accepted<&S::max_connections, Unsigned>        ("MaxConnections",      "MaxConnections",      "How many instances may run with Accept=yes."),
  accepted<&S::max_connections_per_source, Unsigned>("MaxConnectionsPerSource", "MaxConnectionsPerSource", "The same for each sender.", 232),
  setting<&S::message_queue_max_messages, codec::Long>("MessageQueueMaxMessages", "MessageQueueMaxMessages", "mq_maxmsg."),
  setting<&S::message_queue_message_size, codec::Long>("MessageQueueMessageSize", "MessageQueueMessageSize", "mq_msgsize."),
  setting<&S::tcp_congestion, codec::RawText>   ("TCPCongestion",       "TCPCongestion",       "The TCP congestion algorithm."),
  setting<&S::reuse_port, Boolean>              ("ReusePort",           "ReusePort",           "SO_REUSEPORT.", 206),
  accepted<&S::smack_label, Text>               ("SmackLabel",          "SmackLabel",          "The SMACK label of a FIFO.", 196),
  accepted<&S::smack_label_ip_in, Text>         ("SmackLabelIPIn",      "SmackLabelIPIn",      "The SMACK label of packets that come in.", 196),
  accepted<&S::smack_label_ip_out, Text>        ("SmackLabelIPOut",     "SmackLabelIPOut",     "The SMACK label of packets that go out.", 196),
  setting<&S::file_descriptor_name, codec::DescriptorName>("FileDescriptorName", "FileDescriptorName", "The name in $LISTEN_FDNAMES.", 227),
  setting<&S::socket_protocol, codec::SocketProtocol>("SocketProtocol", "SocketProtocol",      "UDP-Lite or SCTP.", 229),
  with_show(setting<&S::trigger_limit_interval, codec::OptionalSpan>("TriggerLimitIntervalSec", "TriggerLimitIntervalUSec", "The time in which TriggerLimitBurst= activations are allowed.", 230), show_trigger_interval),
  with_show(setting<&S::trigger_limit_burst, Unsigned>("TriggerLimitBurst", "TriggerLimitBurst", "How many activations are allowed in that time.", 230), show_trigger_burst),
  setting<&S::exec_start_pre, Commands>         ("ExecStartPre",        "ExecStartPre",        "Commands before the sockets are made."),
  setting<&S::exec_start_post, Commands>        ("ExecStartPost",       "ExecStartPost",       "Commands after the sockets are made."),
  setting<&S::exec_stop_pre, Commands>          ("ExecStopPre",         "ExecStopPre",         "Commands before the sockets are closed."),
  setting<&S::exec_stop_post, Commands>         ("ExecStopPost",        "ExecStopPost",        "Commands after the sockets are closed."),
  listen<S::Kind::stream>                       ("ListenStream",        "A stream socket to listen on."),
  listen<S::Kind::datagram>                     ("ListenDatagram",      "A datagram socket to listen on."),
  listen<S::Kind::sequential_packet>            ("ListenSequentialPacket", "A sequential packet socket to listen on."),
  listen<S::Kind::fifo>                         ("ListenFIFO",          "A FIFO to listen on."),
  listen<S::Kind::netlink>                      ("ListenNetlink",       "A netlink family and group to listen on."),
  listen<S::Kind::special>                      ("ListenSpecial",       "A special file to listen on."),
  listen<S::Kind::message_queue>                ("ListenMessageQueue",  "A POSIX message queue to listen on."),
  listen<S::Kind::usb_function>                 ("ListenUSBFunction",   "A USB FunctionFS folder to listen on.", 227),
  service_row,
  kept_switch<S, struct SELinuxContextFromNet>("SELinuxContextFromNet", nullptr, "Take the service's label from the connection.", 217),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

const char* key_of_listen(S::Kind kind) {
  switch (kind) {
    case S::Kind::stream: return key_of(&listen_tag<S::Kind::stream>);
    case S::Kind::datagram: return key_of(&listen_tag<S::Kind::datagram>);
    case S::Kind::sequential_packet: return key_of(&listen_tag<S::Kind::sequential_packet>);
    case S::Kind::fifo: return key_of(&listen_tag<S::Kind::fifo>);
    case S::Kind::netlink: return key_of(&listen_tag<S::Kind::netlink>);
    case S::Kind::special: return key_of(&listen_tag<S::Kind::special>);
    case S::Kind::message_queue: return key_of(&listen_tag<S::Kind::message_queue>);
    case S::Kind::usb_function: return key_of(&listen_tag<S::Kind::usb_function>);
  }
  return "";
}

std::span<const Setting> socket_settings() {
  return rows;
}

}  // namespace svcd
