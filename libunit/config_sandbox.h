// SandboxSection: the settings of systemd.exec(5) that only few units set: root images, scheduling, paths, namespaces,
// system call filters, credentials, labels. Apart from ExecSection so that units without them share one default block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libunit/system_calls.h"
#include "libunit/time.h"
#include "libunit/values.h"

namespace svcd {

struct SandboxSection {
  enum class KeyringMode : uint8_t { inherit, private_, shared };
  enum class ProtectProc : uint8_t { default_, noaccess, invisible, ptraceable };
  enum class ProcSubset : uint8_t { all, pid };
  enum class UtmpMode : uint8_t { init, login, user };
  struct Credential {
    std::string id, data;
    bool operator==(const Credential&) const = default;
  };
  struct Image {
    std::string source, destination;  // destination: MountImages= only
    bool ignore_missing = false;
    std::vector<StringPair> options;  // partition, mount options
    bool operator==(const Image&) const = default;
  };

  // Root file system
  std::string root_image;
  std::vector<StringPair> root_image_options;
  std::string root_hash, root_hash_path, root_hash_signature, root_hash_signature_path;  // hashes: bytes
  std::string root_verity;
  std::vector<std::string> extension_directories;
  std::vector<Image> extension_images, mount_images;
  // Process
  std::optional<uint64_t> coredump_filter;
  std::optional<int> io_scheduling_class, io_scheduling_priority;
  int cpu_scheduling_policy = 0, cpu_scheduling_priority = 0;  // SCHED_OTHER
  bool cpu_scheduling_set = false, cpu_scheduling_reset_on_fork = false;
  NumberSet cpu_affinity;
  bool cpu_affinity_from_numa = false;
  int numa_policy = -1;
  NumberSet numa_mask;
  std::optional<uint64_t> timer_slack_nsec;
  std::string personality;
  bool remove_ipc = false;
  std::optional<KeyringMode> keyring_mode;  // not set: private for services, shared for others
  std::string utmp_identifier;
  UtmpMode utmp_mode = UtmpMode::init;
  Duration timeout_clean = infinity;
  std::optional<uint16_t> tty_rows, tty_columns;
  // Logging
  Duration log_rate_limit_interval{0};
  uint32_t log_rate_limit_burst = 0;
  std::vector<std::string> log_extra_fields;
  std::string log_namespace;
  // Paths and mounts
  std::vector<std::string> read_write_paths, read_only_paths, inaccessible_paths, exec_paths, no_exec_paths;
  std::vector<std::string> exec_search_path;
  std::vector<BindMount> bind_paths, bind_read_only_paths;
  std::vector<StringPair> temporary_file_system;
  uint64_t mount_flags = 0;  // MS_SHARED, MS_SLAVE, MS_PRIVATE
  std::optional<bool> mount_api_vfs;
  // Namespaces and the kernel
  bool protect_kernel_tunables = false, protect_kernel_modules = false, protect_kernel_logs = false;
  bool protect_clock = false, protect_control_groups = false, protect_hostname = false;
  bool private_users = false, private_mounts = false, private_ipc = false;
  std::string network_namespace_path, ipc_namespace_path;
  ProtectProc protect_proc = ProtectProc::default_;
  ProcSubset proc_subset = ProcSubset::all;
  uint64_t restrict_namespaces = UINT64_MAX;  // CLONE_NEW* that are allowed; UINT64_MAX: all
  bool memory_deny_write_execute = false, restrict_realtime = false, restrict_suid_sgid = false;
  bool lock_personality = false;
  int secure_bits = 0;
  // Filters
  SystemCallFilter system_call_filter, system_call_log;
  FilterList restrict_address_families, restrict_file_systems;
  std::vector<std::string> system_call_architectures;
  int system_call_error_number = 0;  // 0: kill
  // Labels and credentials
  SecurityLabel selinux_context, apparmor_profile, smack_process_label;
  std::vector<Credential> set_credential, set_credential_encrypted;
  std::vector<StringPair> load_credential, load_credential_encrypted;
  bool operator==(const SandboxSection&) const = default;
};

}  // namespace svcd
