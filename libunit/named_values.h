// Values that files name and D-Bus numbers: one table each, for the codec that reads the name and for the writer of
// what is set over D-Bus. systemd.exec(5), systemd.socket(5).
#pragma once

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sched.h>
#include <sys/mount.h>

#include <cstdint>
#include <string_view>

namespace svcd {

struct NamedValue {
  std::string_view name;
  uint64_t value;
};

inline constexpr NamedValue secure_bit_names[] = {{"keep-caps", 16},      {"keep-caps-locked", 32},
                                                  {"no-setuid-fixup", 4}, {"no-setuid-fixup-locked", 8},
                                                  {"noroot", 1},          {"noroot-locked", 2}};
inline constexpr NamedValue namespace_names[] = {
    {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},   {"net", CLONE_NEWNET}, {"mnt", CLONE_NEWNS},
    {"pid", CLONE_NEWPID},       {"user", CLONE_NEWUSER}, {"uts", CLONE_NEWUTS}};
inline constexpr NamedValue propagation_names[] = {{"shared", MS_SHARED}, {"slave", MS_SLAVE}, {"private", MS_PRIVATE}};
inline constexpr NamedValue cpu_policy_names[] = {
    {"other", SCHED_OTHER}, {"batch", SCHED_BATCH}, {"idle", SCHED_IDLE}, {"fifo", SCHED_FIFO}, {"rr", SCHED_RR}};
inline constexpr NamedValue io_class_names[] = {{"none", 0}, {"realtime", 1}, {"best-effort", 2}, {"idle", 3}};
inline constexpr NamedValue numa_policy_names[] = {
    {"default", 0}, {"preferred", 1}, {"bind", 2}, {"interleave", 3}, {"local", 4}};
inline constexpr NamedValue socket_protocol_names[] = {{"", 0}, {"udplite", IPPROTO_UDPLITE}, {"sctp", IPPROTO_SCTP}};
inline constexpr NamedValue type_of_service_names[] = {{"low-delay", IPTOS_LOWDELAY},
                                                       {"throughput", IPTOS_THROUGHPUT},
                                                       {"reliability", IPTOS_RELIABILITY},
                                                       {"low-cost", IPTOS_LOWCOST}};

}  // namespace svcd
