// The values a setting can have, as types. Text ↔ value and value → ValueSink are in codecs.h.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libunit/time.h"

namespace svcd {

/// One command line of ExecStart= and its family; systemd.service(5), "COMMAND LINES".
struct ExecCommand {
  std::string path;               // absolute, or a name to be looked up in the search path at spawn time
  std::vector<std::string> argv;  // quoting removed, specifiers expanded; $VAR and ${VAR} still to be expanded at spawn
  bool ignore_failure = false;    // '-'
  bool no_env_expand = false;     // ':'
  enum class Privileges : uint8_t { restricted, full /* '+' */, no_setuid /* '!' */, ambient_magic /* '!!' */ };
  Privileges privileges = Privileges::restricted;
  bool operator==(const ExecCommand&) const = default;
};
using ExecCommands = std::vector<ExecCommand>;

/// ConditionX= / AssertX=.
struct Condition {
  enum class Type : uint8_t {
    architecture,
    firmware,
    virtualization,
    host,
    kernel_command_line,
    kernel_version,
    security,
    capability,
    ac_power,
    needs_update,
    first_boot,
    path_exists,
    path_exists_glob,
    path_is_directory,
    path_is_symbolic_link,
    path_is_mount_point,
    path_is_read_write,
    path_is_encrypted,
    directory_not_empty,
    file_not_empty,
    file_is_executable,
    user,
    group,
    control_group_controller,
    cpus,
    memory,
    environment,
    cpu_feature,
    os_release,
    memory_pressure,
    cpu_pressure,
    io_pressure,
    credential,
  };
  Type type = Type::path_exists;
  bool trigger = false;  // '|'
  bool negate = false;   // '!'
  std::string parameter;
  bool operator==(const Condition&) const = default;
};
using Conditions = std::vector<Condition>;

/// Sets of exit codes and signals (SuccessExitStatus=, RestartPreventExitStatus=, RestartForceExitStatus=).
struct ExitStatusSet {
  std::array<uint64_t, 4> codes{};    // bit n: exit code n
  std::array<uint64_t, 2> signals{};  // bit n: signal n
  bool has_code(int n) const { return n >= 0 && n < 256 && (codes[size_t(n) / 64] >> (n % 64) & 1) != 0; }
  bool has_signal(int n) const { return n >= 0 && n < 128 && (signals[size_t(n) / 64] >> (n % 64) & 1) != 0; }
  bool empty() const { return *this == ExitStatusSet{}; }
  bool operator==(const ExitStatusSet&) const = default;
};

/// A resource limit of setrlimit(2); RLIM_INFINITY is UINT64_MAX. Not set: the manager's own default applies.
struct ResourceLimit {
  uint64_t soft = UINT64_MAX, hard = UINT64_MAX;
  bool operator==(const ResourceLimit&) const = default;
};

/// Those of a unit, by RLIMIT_*; most units set none or one.
class ResourceLimits {
 public:
  std::optional<ResourceLimit> get(int resource) const {
    for (const auto& [which, limit] : set_)
      if (which == resource) return limit;
    return std::nullopt;
  }
  void set(int resource, const std::optional<ResourceLimit>& limit) {
    std::erase_if(set_, [&](const auto& one) { return one.first == resource; });
    if (limit) set_.emplace_back(resource, *limit);
  }
  bool operator==(const ResourceLimits&) const = default;

 private:
  std::vector<std::pair<int, ResourceLimit>> set_;
};

/// A limit that may be absolute, a share of what the system has, or absent (MemoryMax=, TasksMax=).
struct ScaledLimit {
  uint64_t value = UINT64_MAX;  // UINT64_MAX: infinity; the absolute value, or the numerator if scale != 0
  uint64_t scale = 0;           // 0: absolute; else value/scale of the system's maximum
  bool operator==(const ScaledLimit&) const = default;
};

enum class RuntimeDirectoryPreserve : uint8_t { no, restart, yes };
enum class EmergencyAction : uint8_t {
  none,
  reboot,
  reboot_force,
  reboot_immediate,
  poweroff,
  poweroff_force,
  poweroff_immediate,
  exit,
  exit_force
};
/// What a unit does when the kernel killed one of its processes for want of memory.
enum class OomPolicy : uint8_t { continue_, stop, kill };
enum class CollectMode : uint8_t { inactive, inactive_or_failed };
enum class JobMode : uint8_t {
  fail,
  replace,
  replace_irreversibly,
  isolate,
  flush,
  ignore_dependencies,
  ignore_requirements,
  triggering
};

/// A list that names what is allowed, or ('~') what is not (SystemCallFilter=, RestrictAddressFamilies= …).
struct FilterList {
  bool is_allow_list = false;
  std::vector<std::string> names;
  bool operator==(const FilterList&) const = default;
};

/// A security label that may be missing ('-'): SELinuxContext=, AppArmorProfile=, SmackProcessLabel=.
struct SecurityLabel {
  bool ignore_failure = false;
  std::string label;
  bool operator==(const SecurityLabel&) const = default;
};

/// BindPaths=, BindReadOnlyPaths=: SOURCE[:DESTINATION[:OPTIONS]].
struct BindMount {
  std::string source, destination;
  bool ignore_missing = false;  // '-'
  bool recursive = true;        // "rbind", "norbind"
  bool operator==(const BindMount&) const = default;
};

/// A path (or name) and what belongs to it: TemporaryFileSystem=, DeviceAllow=, LoadCredential=, BPFProgram= …
struct StringPair {
  std::string first, second;
  bool operator==(const StringPair&) const = default;
};

/// A figure for one block device: IODeviceWeight=, IOReadBandwidthMax= …
struct DeviceFigure {
  std::string path;
  uint64_t figure = 0;
  bool operator==(const DeviceFigure&) const = default;
};

/// IPAddressAllow=: an address with a prefix length.
struct AddressPrefix {
  bool is_ipv6 = false;
  std::array<uint8_t, 16> address{};
  uint32_t prefix_length = 0;
  bool operator==(const AddressPrefix&) const = default;
};

/// CPUs or memory nodes, as a bit set in bytes; the last byte is never 0. Empty: not set.
using NumberSet = std::vector<uint8_t>;

/// FOO=bar pairs of Environment=, in order; a later one of the same name wins.
using Environment = std::vector<std::string>;

}  // namespace svcd
