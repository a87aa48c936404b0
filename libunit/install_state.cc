// States of unit files, as `systemctl is-enabled` and list-unit-files show them.
#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>

#include "libunit/changed_files.h"
#include "libunit/install.h"
#include "libunit/install_units.h"
#include "libunit/install_work.h"
#include "libunit/path_text.h"
#include "libunit/presets.h"

namespace svcd {

namespace {

/// Everything below the run-time root: gone after a reboot.
bool is_runtime(const SearchPath& path, std::string_view where) {
  const std::string_view root = folder_of(folder_of(path.runtime_config));
  return is_below(where, root) || where == root;
}

/// All links in the folders of the search path and in their .wants and .requires folders, by their own name and by that
/// of what they lead to: read once for a list of all unit files.
class LinkIndex {
 public:
  struct Link {
    size_t folder = 0;             // of the search path
    bool directly = false;         // in it, not in NAME.wants
    std::string name, leads_to{};  // the last component
  };
  LinkIndex(FileSource& files, const SearchPath& path);
  /// In the order of the search path.
  std::span<const Link> of(const std::string& name) const {
    const auto at = links_.find(name);
    return at == links_.end() ? std::span<const Link>() : std::span<const Link>(at->second);
  }

 private:
  void take(FileSource& files, const std::string& place, size_t folder, bool directly);
  std::unordered_map<std::string, std::vector<Link>> links_;
};

LinkIndex::LinkIndex(FileSource& files, const SearchPath& path) {
  for (size_t folder = 0; folder < path.folders.size(); ++folder) {
    const std::string& config = path.folders[folder];
    for (const DirectoryEntry& entry : files.list(config)) {
      const std::string_view name = entry.name;
      if (entry.kind == FileInfo::Kind::directory && (name.ends_with(".wants") || name.ends_with(".requires")))
        take(files, config + "/" + entry.name, folder, false);
    }
    take(files, config, folder, true);
  }
}

void LinkIndex::take(FileSource& files, const std::string& place, size_t folder, bool directly) {
  for (const DirectoryEntry& entry : files.list(place)) {
    if (entry.kind != FileInfo::Kind::symlink) continue;
    Link link{folder, directly, entry.name};
    if (const auto target = files.read_link(place + "/" + entry.name)) link.leads_to = base_name(*target);
    if (link.leads_to != link.name && !link.leads_to.empty()) links_[link.leads_to].push_back(link);
    const auto name = UnitName::parse(link.name);
    if (name && name->is_instance() && name->template_name().str() != link.leads_to)
      links_[name->template_name().str()].push_back(link);
    links_[entry.name].push_back(std::move(link));
  }
}

/// The links by which a unit is enabled or known.
class LinkSearch {
 public:
  LinkSearch(const LinkIndex& links, const SearchPath& path, const InstallUnit& unit)
      : links_(links.of(unit.name.str())), path_(path), unit_(unit) {}

  /// By links that enabling the unit would make (or, if not `only_own_names`, by any): enabled, enabled-runtime,
  /// static, or linked. Nothing: there is none.
  std::optional<UnitFileState> find(bool only_own_names) const;

 private:
  bool is_own_name(std::string_view name) const;
  bool is_instance(const std::string& name) const {
    const auto parsed = UnitName::parse(name);
    return unit_.name.is_template() && parsed && parsed->template_name() == unit_.name;
  }

  std::span<const LinkIndex::Link> links_;
  const SearchPath& path_;
  const InstallUnit& unit_;
};

bool LinkSearch::is_own_name(std::string_view name) const {
  if (name == unit_.name.str()) return true;
  const auto& aliases = unit_.install.alias;
  if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return true;
  if (unit_.install.default_instance.empty() || !unit_.name.is_template()) return false;
  const auto instance = unit_.name.with_instance(unit_.install.default_instance);
  return instance && instance->str() == name;
}

std::optional<UnitFileState> LinkSearch::find(bool only_own_names) const {
  bool linked = false, linked_runtime = false, enabled_runtime = false, enabled_elsewhere = false;
  bool below_unit = false;  // folders after the one with the unit's file: its name there means nothing
  for (size_t folder = 0; folder < path_.folders.size(); ++folder) {
    const std::string& config = path_.folders[folder];
    bool same_name = false, found = false;
    for (const LinkIndex::Link& link : links_) {
      if (link.folder != folder) continue;
      const bool by_name = !below_unit && (link.name == unit_.name.str() || is_instance(link.name));
      const bool by_target = link.directly && link.leads_to == unit_.name.str();
      if (by_name && by_target && link.directly)
        same_name = true;
      else if ((by_name || by_target) && (!only_own_names || is_own_name(link.name)))
        found = true;
    }
    if (found) {
      if (config == path_.persistent_config) return UnitFileState::enabled;
      (is_runtime(path_, config) ? enabled_runtime : enabled_elsewhere) = true;
    } else if (same_name) {
      if (config == path_.persistent_config)
        linked = true;
      else if (is_runtime(path_, config))
        linked_runtime = true;
    }
    below_unit = below_unit || is_below(unit_.path, config);
  }
  if (enabled_runtime) return UnitFileState::enabled_runtime;
  if (enabled_elsewhere && unit_.name.is_instance()) return UnitFileState::static_;
  if (linked) return UnitFileState::linked;
  if (linked_runtime) return UnitFileState::linked_runtime;
  return std::nullopt;
}

/// Whether the first file of that name is a link to the same name in another folder of the search path.
bool leads_to_itself(ChangedFiles& files, const SearchPath& path, const std::string& name) {
  for (const std::string& folder : path.folders) {
    const std::string file = fmt::format("{}/{}", folder, name);
    const FileInfo::Kind kind = files.look_at_link(file).kind;
    if (kind == FileInfo::Kind::missing) continue;
    const auto target = kind == FileInfo::Kind::symlink ? files.read_link(file) : Result<std::string>(std::string());
    return target && base_name(*target) == name &&
           std::find(path.folders.begin(), path.folders.end(), folder_of(*target)) != path.folders.end();
  }
  return false;
}

Result<UnitFileState> state_of(ChangedFiles& files, const SearchPath& path, const HostFacts& host,
                               std::optional<LinkIndex>& index, const std::string& name, Diagnostics& said) {
  using enum UnitFileState;
  const auto failed = [](int number) { return tl::unexpected(plain_error(number)); };
  if (!UnitName::is_valid(name)) return failed(EINVAL);
  InstallUnits units(files, path, host, said);
  const auto found = units.discover(name);
  if (!found) return failed(found.error().error_number ? found.error().error_number : EINVAL);
  const InstallUnit& unit = **found;
  if (unit.kind == InstallUnit::Kind::masked) return is_runtime(path, unit.path) ? masked_runtime : masked;
  if (name != base_name(unit.path) && !unit.name.is_instance()) return alias;
  if (leads_to_itself(files, path, name)) return failed(ELOOP);
  for (const std::string& folder : {path.generator_early, path.generator, path.generator_late})
    if (is_below(unit.path, folder)) return generated;
  if (is_below(unit.path, path.transient)) return transient;
  if (!index) index.emplace(files, path);
  const LinkSearch links(*index, path, unit);
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

Result<UnitFileState> Installer::state(const std::string& name, Diagnostics* said) {
  Diagnostics nobody_asks;
  ChangedFiles files(files_);
  std::optional<LinkIndex> index;
  return state_of(files, path_, host_, index, name, said != nullptr ? *said : nobody_asks);
}

std::vector<Installer::ListedFile> Installer::list(Diagnostics* said,
                                                   const std::function<bool(const std::string&)>& wanted) {
  Diagnostics nobody_asks;
  ChangedFiles files(files_);
  std::vector<ListedFile> listed;
  std::optional<LinkIndex> index;
  std::set<std::string> seen;
  for (const std::string& folder : path_.folders)
    for (const DirectoryEntry& entry : files.list(folder)) {
      const bool is_file = entry.kind == FileInfo::Kind::regular || entry.kind == FileInfo::Kind::symlink;
      if (!is_file || !UnitName::is_valid(entry.name) || !seen.insert(entry.name).second) continue;
      if (wanted && !wanted(entry.name)) continue;
      const auto state = state_of(files, path_, host_, index, entry.name, said != nullptr ? *said : nobody_asks);
      listed.push_back({folder + "/" + entry.name, state ? *state : UnitFileState::bad});
    }
  return listed;
}

bool Installer::preset_enables(const std::string& name) {
  const auto unit = UnitName::parse(name);
  return unit && Presets(files_, path_).enables(*unit);
}

}  // namespace svcd
