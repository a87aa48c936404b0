// What is written in a unit file and what is then shown: the right column is what systemd 252 shows for the left one.
#include <gmock/gmock.h>

#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

struct Shown {
  const char *lines, *property, *value;
};
constexpr Shown socket_values[] = {
    // clang-format off
    {"ListenStream=80", "Listen", "a(ss) 1 \"Stream\" \"[::]:80\""},
    {"ListenStream=127.0.0.1:80", "Listen", "a(ss) 1 \"Stream\" \"127.0.0.1:80\""},
    {"ListenStream=[::1]:80", "Listen", "a(ss) 1 \"Stream\" \"[::1]:80\""},
    {"ListenStream=[fe80::1%lo]:80", "Listen", "a(ss) 0"},
    {"ListenStream=[::1]:80%lo", "Listen", "a(ss) 0"},
    {"ListenStream=@abs", "Listen", "a(ss) 1 \"Stream\" \"@abs\""},
    {"ListenStream=vsock::80", "Listen", "a(ss) 1 \"Stream\" \"vsock::80\""},
    {"ListenStream=vsock:2:80", "Listen", "a(ss) 1 \"Stream\" \"vsock:2:80\""},
    {"ListenStream=bogus", "Listen", "a(ss) 0"},
    {"ListenStream=0", "Listen", "a(ss) 0"},
    {"ListenStream=rel/path", "Listen", "a(ss) 0"},
    {"ListenStream=//a//b", "Listen", "a(ss) 1 \"Stream\" \"//a//b\""},
    {"ListenStream=/a\012ListenStream=", "Listen", "a(ss) 0"},
    {"ListenStream=/%n", "Listen", "a(ss) 1 \"Stream\" \"/web.socket\""},
    {"ListenDatagram=/a\012ListenStream=/b\012ListenFIFO=/c\012ListenNetlink=kobject-uevent 1\012ListenSequentialPacket=@x\012ListenSpecial=/dev/x\012ListenMessageQueue=/mq\012ListenUSBFunction=/u", "Listen", "a(ss) 8 \"Datagram\" \"/a\" \"Stream\" \"/b\" \"FIFO\" \"/c\" \"Netlink\" \"kobject-uevent 1\" \"SequentialPacket\" \"@x\" \"Special\" \"/dev/x\" \"MessageQueue\" \"/mq\" \"USBFunction\" \"/u\""},
    {"ListenNetlink=bogus", "Listen", "a(ss) 0"},
    {"ListenNetlink=route", "Listen", "a(ss) 1 \"Netlink\" \"route 0\""},
    {"ListenFIFO=rel", "Listen", "a(ss) 0"},
    {"ListenMessageQueue=mq", "Listen", "a(ss) 0"},
    {"ListenStream=/a\012Accept=yes\012TriggerLimitBurst=5", "Accept", "b true"},
    {"ListenStream=/a\012Accept=yes\012TriggerLimitBurst=5", "TriggerLimitBurst", "u 5"},
    {"ListenStream=/a\012Accept=yes", "Accept", "b true"},
    {"ListenStream=/a\012Accept=yes", "TriggerLimitBurst", "u 200"},
    {"ListenStream=/a\012TriggerLimitIntervalSec=0", "TriggerLimitIntervalUSec", "t 0"},
    {"ListenStream=/a\012TimeoutSec=0", "TimeoutUSec", "t 18446744073709551615"},
    {"ListenStream=/a\012TimeoutSec=5", "TimeoutUSec", "t 5000000"},
    {"ListenStream=/a\012BindIPv6Only=both", "BindIPv6Only", "s \"both\""},
    {"ListenStream=/a\012BindIPv6Only=yes", "BindIPv6Only", "s \"ipv6-only\""},
    {"ListenStream=/a\012FileDescriptorName=x", "FileDescriptorName", "s \"x\""},
    {"ListenStream=/a\012IPTOS=low-delay", "IPTOS", "i 16"},
    {"ListenStream=/a\012SocketProtocol=sctp", "SocketProtocol", "i 132"},
    {"ListenStream=/a\012ReceiveBuffer=8M", "ReceiveBuffer", "t 8388608"},
    {"ListenStream=/a\012PipeSize=5K", "PipeSize", "t 5120"},
    {"ListenStream=/a\012Backlog=5", "Backlog", "u 5"},
    {"ListenStream=/a\012Symlinks=/l1 rel", "Symlinks", "as 1 \"/l1\""},
    {"ListenStream=/a\012Symlinks=/l1\012ListenStream=/b", "Listen", "a(ss) 2 \"Stream\" \"/a\" \"Stream\" \"/b\""},
    {"ListenStream=/a\012Symlinks=/l1\012ListenStream=/b", "Symlinks", "as 1 \"/l1\""},
    {"ListenStream=/a\012MaxConnections=0", "MaxConnections", "u 0"},
    {"ListenStream=/a\012Accept=yes\012MaxConnections=0", "Accept", "b true"},
    {"ListenStream=/a\012Accept=yes\012MaxConnections=0", "MaxConnections", "u 0"},
    {"ListenStream=/a\012Accept=yes\012MaxConnections=0", "TriggerLimitBurst", "u 200"},
    {"Backlog=5", "Backlog", "u 5"},
    {"Backlog=5", "Listen", "a(ss) 0"},
    {"ListenStream=/a\012ListenFIFO=/b\012Accept=yes", "Accept", "b true"},
    {"ListenStream=/a\012ListenFIFO=/b\012Accept=yes", "Listen", "a(ss) 2 \"Stream\" \"/a\" \"FIFO\" \"/b\""},
    {"ListenStream=/a\012ListenFIFO=/b\012Accept=yes", "TriggerLimitBurst", "u 200"},
    {"ListenStream=/a\012Accept=yes\012Service=foo.service", "Accept", "b true"},
    {"ListenStream=/a\012Accept=yes\012Service=foo.service", "TriggerLimitBurst", "u 200"},
    {"ListenStream=/a\012ListenDatagram=/d\012Accept=yes", "Accept", "b true"},
    {"ListenStream=/a\012ListenDatagram=/d\012Accept=yes", "Listen", "a(ss) 2 \"Stream\" \"/a\" \"Datagram\" \"/d\""},
    {"ListenStream=/a\012ListenDatagram=/d\012Accept=yes", "TriggerLimitBurst", "u 200"},
    {"ListenDatagram=/d\012Accept=yes", "Accept", "b true"},
    {"ListenDatagram=/d\012Accept=yes", "Listen", "a(ss) 1 \"Datagram\" \"/d\""},
    {"ListenDatagram=/d\012Accept=yes", "TriggerLimitBurst", "u 200"},
    {"ListenStream=/a\012ExecStartPre=/bin/true", "ExecStartPre", "a(sasbttttuii) 1 \"/bin/true\" 1 \"/bin/true\" false 0 0 0 0 0 0 0"},
    {"ListenStream=/a\012KillMode=none\012Bogus=1", "KillMode", "s \"none\""},
    {"ListenStream=/a\012TCPCongestion=a%nb", "TCPCongestion", "s \"a%nb\""},
    {"ListenStream=/a\012SmackLabel=%n", "SmackLabel", "s \"web.socket\""},
    {"ListenStream=/a\012DeferAcceptSec=5\012KeepAliveTimeSec=7", "DeferAcceptUSec", "t 5000000"},
    {"ListenStream=/a\012DeferAcceptSec=5\012KeepAliveTimeSec=7", "KeepAliveTimeUSec", "t 7000000"},
    {"ListenStream=/a\012StandardInput=socket", "StandardInput", "s \"socket\""},
    {"ListenStream=/a\012PrivateTmp=yes", "PrivateTmp", "b true"},
    // clang-format on
};

TEST(SocketValues, AreShownAsSystemdShowsThem) {
  for (const Shown& row : socket_values) {
    SCOPED_TRACE(row.lines);
    const AppliedUnit unit = apply_lines("web.socket", row.lines);
    EXPECT_EQ(shown(unit.config, UnitType::socket, row.property), row.value) << row.property;
  }
}

}  // namespace
}  // namespace svcd
