// Which links `systemctl enable`, disable, mask … would change: computed as a list of changes, applied by the caller
// (the daemon's linux/, svcctl without a manager, a test). States of unit files as systemctl(1) is-enabled lists them.
#pragma once

#include <functional>
#include <optional>
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

enum class InstallVerb : uint8_t {
  enable,
  disable,
  reenable,
  preset,
  preset_all,
  mask,
  unmask,
  link,
  revert,
  add_wants,
  add_requires,
  set_default
};
enum class PresetMode : uint8_t { full, enable_only, disable_only };
std::string_view to_string(PresetMode);                 // "enable-only" …
bool parse_preset_mode(std::string_view, PresetMode&);  // false: no such mode

struct InstallRequest {
  InstallVerb verb = InstallVerb::enable;
  std::vector<std::string> names;  // absolute paths too where a verb takes them
  bool runtime = false, force = false;
  PresetMode mode = PresetMode::full;
  std::string target;  // of add_wants and add_requires
};

struct InstallChange {
  /// From `masked` on nothing is to be done, the caller is told: a unit that is masked or whose link leads nowhere
  /// (path: the link), a target that WantedBy= names and that is not there (path: its name, target: the unit's file), a
  /// unit that Also= names and that cannot be read (path: its name), and what could not be done.
  enum class Type : uint8_t {
    symlink,
    unlink,  // also of a file, or of a folder with all that is in it
    masked,
    dangling,
    destination_not_present,
    auxiliary_unit_failed,
    failed  // why: error_number, with path and target as install_error() takes them
  };
  Type type = Type::symlink;
  std::string path;    // the link
  std::string target;  // what it points to; "" for unlink
  int error_number = 0;
  bool operator==(const InstallChange&) const = default;
};
std::string_view to_string(InstallChange::Type);  // "symlink", "unlink", "auxiliary unit failed" …, as over D-Bus

/// The error that systemd's D-Bus methods answer with when work on `path` ended with that errno; `source`: what a link
/// in the way points to, or the alias's unit.
Error install_error(int error_number, std::string_view path, std::string_view source = {});

/// As in systemd 252 what cannot be done does not keep the rest from being done.
struct InstallPlan {
  bool carries_install_info = false;
  std::vector<InstallChange> changes;
  int error_number = 0;  // the request as a whole has failed
  Diagnostics diagnostics;
  /// What a D-Bus caller is answered instead of the changes: the first failure, if the request failed or if nothing but
  /// failures came of it.
  std::optional<Error> error() const;
};

/// Plans changes, and tells states.
class Installer {
 public:
  Installer(FileSource& files, const SearchPath& path, const HostFacts& host)
      : files_(files), path_(path), host_(host) {}
  InstallPlan plan(const InstallRequest&);
  /// The links of the unit in that configuration folder: what disabling it would take away.
  Result<std::vector<std::string>> links_of(const std::string& name, bool runtime);
  /// Whether there is a unit file of that name, whatever it says; an error for what links keep from being found.
  Result<bool> has_unit_file(const std::string& name, Diagnostics* said = nullptr);
  /// The name of the unit that default.target leads to.
  Result<std::string> default_target();
  /// file_not_found for a unit that has no file. `said`: what is wrong with its file.
  Result<UnitFileState> state(const std::string& name, Diagnostics* said = nullptr);
  /// "enabled" or "disabled" by the preset files (systemd.preset(5)).
  bool preset_enables(const std::string& name);
  struct ListedFile {
    std::string path;
    UnitFileState state;
  };
  /// `wanted`: whether a name is to be listed, and its file read; without it all are.
  std::vector<ListedFile> list(Diagnostics* said = nullptr, const std::function<bool(const std::string&)>& wanted = {});

 private:
  FileSource& files_;
  const SearchPath& path_;
  const HostFacts& host_;
};

}  // namespace svcd
