// The structs of org.freedesktop.systemd1.Manager as types; org.freedesktop.systemd1(5) has their meaning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace svcd::client {

/// A row of ListUnits().
struct UnitInfo {
  std::string id, description, load_state, active_state, sub_state, following, path;
  uint32_t job_id = 0;  // 0: none
  std::string job_type, job_path;
  bool operator==(const UnitInfo&) const = default;
};

/// A row of ListUnitFiles().
struct UnitFile {
  std::string path, state;
  bool operator==(const UnitFile&) const = default;
};

/// A row of ListJobs().
struct Job {
  uint32_t id = 0;
  std::string unit, type, state, path, unit_path;
  bool operator==(const Job&) const = default;
};

/// A row of GetUnitProcesses(); the cgroup is relative to the manager's root.
struct Process {
  std::string cgroup;
  uint32_t pid = 0;
  std::string command_line;
  bool operator==(const Process&) const = default;
};

/// What enabling, masking … changed: type "symlink" or "unlink" (and others for what was left alone, with a reason).
struct UnitFileChange {
  std::string type, path, source;
  bool operator==(const UnitFileChange&) const = default;
};

struct EnableResult {
  bool carries_install_info = false;
  std::vector<UnitFileChange> changes;
};

/// The signal JobRemoved().
struct RemovedJob {
  uint32_t id = 0;
  std::string path, unit, result;
};

}  // namespace svcd::client
