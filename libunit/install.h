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
  enum class Type : uint8_t { symlink, unlink, mkdir };
  Type type = Type::symlink;
  std::string path;    // the link
  std::string target;  // what it points to; "" for unlink
};

struct InstallPlan {
  bool carries_install_info = false;
  std::vector<InstallChange> changes;
  Diagnostics diagnostics;
};

class Installer {
 public:
  Installer(FileSource& files, const SearchPath& path, const HostFacts& host)
      : files_(files), path_(path), host_(host) {}
  Result<InstallPlan> enable(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> disable(const std::vector<std::string>& names, bool runtime);
  Result<InstallPlan> reenable(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> mask(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> unmask(const std::vector<std::string>& names, bool runtime);
  Result<InstallPlan> preset(const std::vector<std::string>& names, bool runtime, bool force);
  Result<InstallPlan> set_default(const std::string& name, bool force);
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
  FileSource& files_;
  const SearchPath& path_;
  const HostFacts& host_;
};

}  // namespace svcd
