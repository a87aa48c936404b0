// Sections of single unit types but services: sockets, mounts, timers …
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libunit/calendar.h"
#include "libunit/kept_switches.h"
#include "libunit/unit_name.h"
#include "libunit/values.h"

namespace svcd {

/// [Socket] without the shared groups; systemd.socket(5).
struct SocketSection {
  enum class Kind : uint8_t {
    stream,
    datagram,
    sequential_packet,
    fifo,
    special,
    netlink,
    message_queue,
    usb_function
  };
  enum class BindIpv6Only : uint8_t { default_, both, ipv6_only };
  enum class Timestamping : uint8_t { off, us, ns };
  struct Listen {
    Kind kind = Kind::stream;
    std::string address;  // as written, specifiers expanded; sockets: a path, @abstract, port, host:port, vsock:…
    bool operator==(const Listen&) const = default;
  };
  std::vector<Listen> listen;
  int socket_protocol = 0;
  BindIpv6Only bind_ipv6_only = BindIpv6Only::default_;
  uint32_t backlog = INT32_MAX;
  std::string bind_to_device, socket_user, socket_group;
  mode_t socket_mode = 0666, directory_mode = 0755;
  bool accept = false, flush_pending = false, writable = false;
  uint32_t max_connections = 64, max_connections_per_source = 0;
  bool keep_alive = false;
  Duration keep_alive_time{0}, keep_alive_interval{0}, defer_accept{0};
  uint32_t keep_alive_probes = 0;
  bool no_delay = false, free_bind = false, transparent = false, broadcast = false, reuse_port = false;
  bool pass_credentials = false, pass_security = false, pass_packet_info = false, remove_on_stop = false;
  Timestamping timestamping = Timestamping::off;
  int priority = -1, ip_tos = -1, ip_ttl = -1, mark = -1;
  uint64_t receive_buffer = 0, send_buffer = 0, pipe_size = 0;  // bytes; 0: not set
  int64_t message_queue_max_messages = 0, message_queue_message_size = 0;
  std::string smack_label, smack_label_ip_in, smack_label_ip_out, tcp_congestion;
  ExecCommands exec_start_pre, exec_start_post, exec_stop_pre, exec_stop_post;
  std::optional<Duration> timeout;  // not set: the manager's DefaultTimeoutStartSec=
  UnitName service;                 // empty: the service of the same name
  std::vector<std::string> symlinks;
  std::string file_descriptor_name;                // empty: the unit's name
  std::optional<Duration> trigger_limit_interval;  // not set: 2 s
  std::optional<uint32_t> trigger_limit_burst;     // not set: 20, 200 with Accept=yes
  KeptSwitches kept;
  bool operator==(const SocketSection&) const = default;
};

/// [Mount] without the shared groups; systemd.mount(5).
struct MountSection {
  std::string what, where, type, options;
  bool from_kernel = false;  // there is no file: the kernel's mount table is all that is known
  bool sloppy_options = false, lazy_unmount = false, read_write_only = false, force_unmount = false;
  mode_t directory_mode = 0755;
  std::optional<Duration> timeout;
  bool operator==(const MountSection&) const = default;
};

/// [Timer]; systemd.timer(5).
struct TimerSection {
  /// What a span counts from.
  enum class Base : uint8_t { active, boot, startup, unit_active, unit_inactive };
  struct Monotonic {
    Base base = Base::active;
    Duration value{0};
    bool operator==(const Monotonic&) const = default;
  };
  std::vector<Monotonic> monotonic;    // as written
  std::vector<CalendarSpec> calendar;  // as written
  bool on_clock_change = false, on_timezone_change = false;
  std::optional<Duration> accuracy;  // not set: the manager's default
  Duration randomized_delay{0};
  bool fixed_random_delay = false, persistent = false, wake_system = false, remain_after_elapse = true;
  UnitName unit;  // what it starts; empty: the service of the same name
  bool operator==(const TimerSection&) const = default;
};

/// [Path]; systemd.path(5).
struct PathSection {
  enum class Kind : uint8_t { exists, exists_glob, changed, modified, directory_not_empty };
  struct Watch {
    Kind kind = Kind::exists;
    std::string path;
    bool operator==(const Watch&) const = default;
  };
  std::vector<Watch> paths;  // as written
  UnitName unit;             // what it starts; empty: the service of the same name
  bool make_directory = false;
  mode_t directory_mode = 0755;
  Duration trigger_limit_interval = std::chrono::seconds(2);
  uint32_t trigger_limit_burst = 200;
  bool operator==(const PathSection&) const = default;
};

/// [Automount]; systemd.automount(5).
struct AutomountSection {
  std::string where, extra_options;
  mode_t directory_mode = 0755;
  Duration timeout_idle{0};  // 0 and infinity: stays mounted
};

/// [Swap] without the shared groups; systemd.swap(5).
struct SwapSection {
  std::string what, options;
  int32_t priority = -1;  // -1: the kernel chooses
  std::optional<Duration> timeout;
  bool operator==(const SwapSection&) const = default;
};

}  // namespace svcd
