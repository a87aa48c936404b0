// States of unit files, as `systemctl is-enabled` and list-unit-files show them.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "libunit/changed_files.h"
#include "libunit/install.h"
#include "libunit/install_units.h"
#include "libunit/path_text.h"

namespace svcd {

namespace {

/// Everything below the run-time root: gone after a reboot.
bool is_runtime(const SearchPath& path, std::string_view where) {
  const std::string_view root = folder_of(folder_of(path.runtime_config));
  return is_below(where, root) || where == root;
}

/// Looks for the links in the folders of the search path by which a unit is enabled or known.
class LinkSearch {
 public:
  LinkSearch(FileSource& files, const SearchPath& path, const InstallUnit& unit)
      : files_(files), path_(path), unit_(unit) {}

  /// By links that enabling the unit would make (or, if not `only_own_names`, by any): enabled, enabled-runtime,
  /// static, or linked. Nothing: there is none.
  std::optional<UnitFileState> find(bool only_own_names);

 private:
  bool find_in(const std::string& folder, const std::string& config, bool only_own_names, bool& same_name);
  bool is_own_name(std::string_view name) const;

  FileSource& files_;
  const SearchPath& path_;
  const InstallUnit& unit_;
  bool below_unit_ = false;  // folders after the one with the unit's file: its name there means nothing
};

bool LinkSearch::is_own_name(std::string_view name) const {
  if (name == unit_.name.str()) return true;
  const auto& aliases = unit_.install.alias;
  if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return true;
  if (unit_.install.default_instance.empty() || !unit_.name.is_template()) return false;
  const auto instance = unit_.name.with_instance(unit_.install.default_instance);
  return instance && instance->str() == name;
}

bool LinkSearch::find_in(const std::string& folder, const std::string& config, bool only_own_names, bool& same_name) {
  for (const DirectoryEntry& entry : files_.list(folder)) {
    if (entry.kind != FileInfo::Kind::symlink) continue;
    const bool by_name = !below_unit_ && entry.name == unit_.name.str();
    bool by_target = false;
    if (const auto target = files_.read_link(folder + "/" + entry.name))
      by_target = base_name(*target) == unit_.name.str();
    if (by_name && by_target && folder == config)
      same_name = true;
    else if ((by_name || by_target) && (!only_own_names || is_own_name(entry.name)))
      return true;
  }
  return false;
}

std::optional<UnitFileState> LinkSearch::find(bool only_own_names) {
  bool linked = false, linked_runtime = false, enabled_runtime = false, enabled_elsewhere = false;
  below_unit_ = false;
  for (const std::string& config : path_.folders) {
    bool same_name = false, found = false;
    for (const DirectoryEntry& entry : files_.list(config)) {
      const std::string_view name = entry.name;
      if (entry.kind == FileInfo::Kind::directory && (name.ends_with(".wants") || name.ends_with(".requires")))
        found = found || find_in(config + "/" + entry.name, config, only_own_names, same_name);
    }
    found = found || find_in(config, config, only_own_names, same_name);
    if (found) {
      if (config == path_.persistent_config) return UnitFileState::enabled;
      (is_runtime(path_, config) ? enabled_runtime : enabled_elsewhere) = true;
    } else if (same_name) {
      if (config == path_.persistent_config)
        linked = true;
      else if (is_runtime(path_, config))
        linked_runtime = true;
    }
    below_unit_ = below_unit_ || is_below(unit_.path, config);
  }
  if (enabled_runtime) return UnitFileState::enabled_runtime;
  if (enabled_elsewhere && unit_.name.is_instance()) return UnitFileState::static_;
  if (linked) return UnitFileState::linked;
  if (linked_runtime) return UnitFileState::linked_runtime;
  return std::nullopt;
}

Result<UnitFileState> state_of(ChangedFiles& files, const SearchPath& path, const HostFacts& host,
                               const std::string& name) {
  using enum UnitFileState;
  const auto failed = [](int number) {
    const ErrorCode code = number == ENOENT    ? ErrorCode::file_not_found
                           : number == EINVAL  ? ErrorCode::invalid_args
                           : number == EBADMSG ? ErrorCode::bad_message
                                               : ErrorCode::failed;
    const char* reason = ::strerrordesc_np(number);
    return tl::unexpected(Error{code, reason ? reason : "Unknown error", number});
  };
  if (!UnitName::is_valid(name)) return failed(EINVAL);
  InstallUnits units(files, path, host);
  const auto found = units.discover(name);
  if (!found) return failed(found.error().error_number ? found.error().error_number : EINVAL);
  const InstallUnit& unit = **found;
  if (unit.kind == InstallUnit::Kind::masked) return is_runtime(path, unit.path) ? masked_runtime : masked;
  if (name != base_name(unit.path) && !unit.name.is_instance()) return alias;
  for (const std::string& folder : {path.generator_early, path.generator, path.generator_late})
    if (is_below(unit.path, folder)) return generated;
  if (is_below(unit.path, path.transient)) return transient;
  LinkSearch links(files, path, unit);
  if (const auto state = links.find(/*only_own_names=*/true)) return *state;
  if (links.find(/*only_own_names=*/false)) return indirect;
  if (unit.has_rules()) return disabled;
  return unit.install.also.empty() ? static_ : indirect;
}

}  // namespace

std::string_view to_string(UnitFileState state) {
  switch (state) {
    case UnitFileState::enabled: return "enabled";
    case UnitFileState::enabled_runtime: return "enabled-runtime";
    case UnitFileState::linked: return "linked";
    case UnitFileState::linked_runtime: return "linked-runtime";
    case UnitFileState::alias: return "alias";
    case UnitFileState::masked: return "masked";
    case UnitFileState::masked_runtime: return "masked-runtime";
    case UnitFileState::static_: return "static";
    case UnitFileState::disabled: return "disabled";
    case UnitFileState::indirect: return "indirect";
    case UnitFileState::generated: return "generated";
    case UnitFileState::transient: return "transient";
    case UnitFileState::bad: return "bad";
  }
  return "";
}

Result<UnitFileState> Installer::state(const std::string& name) {
  ChangedFiles files(files_);
  return state_of(files, path_, host_, name);
}

std::vector<Installer::ListedFile> Installer::list() {
  ChangedFiles files(files_);
  std::vector<ListedFile> listed;
  std::set<std::string> seen;
  for (const std::string& folder : path_.folders)
    for (const DirectoryEntry& entry : files.list(folder)) {
      const bool is_file = entry.kind == FileInfo::Kind::regular || entry.kind == FileInfo::Kind::symlink;
      if (!is_file || !UnitName::is_valid(entry.name) || !seen.insert(entry.name).second) continue;
      const auto state = state_of(files, path_, host_, entry.name);
      listed.push_back({folder + "/" + entry.name, state ? *state : UnitFileState::bad});
    }
  return listed;
}

}  // namespace svcd
