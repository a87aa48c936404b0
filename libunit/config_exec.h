// ExecSection: how a process is run; systemd.exec(5). Used by services, sockets, mounts and swaps. What only few units
// set (namespaces, system call filters, scheduling, credentials …) is in config_sandbox.h, in a block of its own.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <vector>

#include "libunit/unit_name.h"
#include "libunit/values.h"

namespace svcd {

struct ExecSection {
  enum class Input : uint8_t { null, tty, tty_force, tty_fail, socket, data, file, fd };
  enum class Output : uint8_t {
    inherit,
    null,
    tty,
    journal,
    journal_console,
    kmsg,
    kmsg_console,
    socket,
    file,
    append,
    truncate,
    fd
  };
  enum class ProtectSystem : uint8_t { no, yes, full, strict };
  enum class ProtectHome : uint8_t { no, yes, read_only, tmpfs };
  enum class Directory : uint8_t { runtime, state, cache, logs, configuration };
  struct DirectoryEntry {
    std::string path;                   // relative
    std::vector<std::string> symlinks;  // of "path:symlink"
    bool operator==(const DirectoryEntry&) const = default;
  };
  struct DirectorySetting {
    std::vector<DirectoryEntry> entries;
    mode_t mode = 0755;
    bool operator==(const DirectorySetting&) const = default;
  };

  std::string user, group;
  std::vector<std::string> supplementary_groups;
  bool dynamic_user = false;
  Environment environment;
  std::vector<std::string> environment_files;  // with their '-'
  std::vector<std::string> pass_environment, unset_environment;
  std::string working_directory;  // "~": the user's home
  bool working_directory_missing_ok = false;
  std::string root_directory;
  mode_t umask = 0022;
  ResourceLimits limits;
  std::optional<int> nice, oom_score_adjust;
  Input standard_input = Input::null;
  std::optional<Output> standard_output, standard_error;  // not set: manager default (journal) / as output
  std::string standard_input_path, standard_output_path, standard_error_path;           // file:, append:, truncate:
  std::string standard_input_fd_name, standard_output_fd_name, standard_error_fd_name;  // fd:
  std::string standard_input_data;
  std::string tty_path;
  bool tty_reset = false, tty_vhangup = false, tty_vt_disallocate = false;
  std::string syslog_identifier;
  int syslog_facility = 3 << 3;  // LOG_DAEMON
  int syslog_level = 6;          // LOG_INFO
  bool syslog_level_prefix = true;
  int log_level_max = -1;
  std::array<DirectorySetting, 5> directories{};  // indexed by Directory
  RuntimeDirectoryPreserve runtime_directory_preserve = RuntimeDirectoryPreserve::no;
  bool private_tmp = false, private_devices = false, private_network = false;
  ProtectSystem protect_system = ProtectSystem::no;
  ProtectHome protect_home = ProtectHome::no;
  bool no_new_privileges = false;
  uint64_t capability_bounding_set = UINT64_MAX;  // bit n: capability n; capabilities(7)
  uint64_t ambient_capabilities = 0;
  bool ignore_sigpipe = true;
  std::string pam_name;
  bool operator==(const ExecSection&) const = default;
};

}  // namespace svcd
