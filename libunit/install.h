// Which links `systemctl enable`, disable, mask … would change: computed as a list of changes, applied by the caller
// (the daemon's linux/ or a test). States of unit files as systemctl(1) is-enabled lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/file_source.h"
#include "libunit/loader.h"
#include "libunit/result.h"

namespace svcd {

/// What SetDefaultTarget() links to the unit that is booted.
inline constexpr const char* default_target_name = "default.target";

enum class UnitFileState : uint8_t {
  enabled,
  enabled_runtime,
  linked,
  linked_runtime,
  alias,
  masked,
  masked_runtime,
  static_,
  disabled,
  indirect,
  generated,
  transient,
  bad
};
std::string_view to_string(UnitFileState);  // "enabled-runtime" …

struct InstallChange {
  /// From `masked` on nothing is to be done, the caller is told: a unit that is masked or whose link leads nowhere
  /// (path: the link), a target that WantedBy= names and that is not there (path: its name, target: the unit's file), a
  /// unit that Also= names and that cannot be read (path: its name).
  enum class Type : uint8_t {
    symlink,
    unlink,
    mkdir,
    masked,
    dangling,
    destination_not_present,
    auxiliary_unit_failed
  };
  Type type = Type::symlink;
  std::string path;    // the link
  std::string target;  // what it points to; "" for unlink
  bool operator==(const InstallChange&) const = default;
};
std::string_view to_string(InstallChange::Type);  // "symlink", "unlink", "auxiliary unit failed" …, as over D-Bus

struct InstallPlan {
  bool carries_install_info = false;
  std::vector<InstallChange> changes;
  Diagnostics diagnostics;
};

/// Every call that plans changes plans all of them or fails with systemd's text and changes nothing (systemd 252 leaves
/// the links it made before it failed).
class Installer {
 public:
  Installer(FileSource& files, const SearchPath& path, const HostFacts& host)
      : files_(files), path_(path), host_(host) {}
  /// Names, or absolute paths of unit files, which are linked into the search path if they are not in it.
  Result<InstallPlan> enable(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> disable(const std::vector<std::string>& names, bool runtime);
  Result<InstallPlan> reenable(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> mask(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> unmask(const std::vector<std::string>& names, bool runtime);
  Result<InstallPlan> preset(const std::vector<std::string>& names, bool runtime, bool force);
  /// Absolute paths of unit files.
  Result<InstallPlan> link(const std::vector<std::string>& paths, bool runtime, bool force);
  Result<InstallPlan> set_default(const std::string& name, bool force);
  /// The name of the unit that default.target leads to.
  Result<std::string> default_target();
  /// file_not_found for a unit that has no file.
  Result<UnitFileState> state(const std::string& name);
  /// "enabled" or "disabled" by the preset files (systemd.preset(5)).
  bool preset_enables(const std::string& name);
  struct ListedFile {
    std::string path;
    UnitFileState state;
  };
  std::vector<ListedFile> list();

 private:
  const std::string& config_folder(bool runtime) const {
    return runtime ? path_.runtime_config : path_.persistent_config;
  }

  FileSource& files_;
  const SearchPath& path_;
  const HostFacts& host_;
};

}  // namespace svcd
