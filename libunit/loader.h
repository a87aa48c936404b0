// From a unit's name to its settings: search path, drop-ins, aliases, masks, .wants/ and .requires/ folders.
// Listings of the search path are cached until forget(); files are known by FileIdentity.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libunit/config.h"
#include "libunit/diagnostic.h"
#include "libunit/file_source.h"
#include "libunit/job.h"
#include "libunit/shared_blocks.h"
#include "libunit/specifiers.h"

namespace svcd {

/// The folders of systemd 252's system mode in their order of precedence (systemd.unit(5), "UNIT FILE LOAD PATH").
struct SearchPath {
  std::vector<std::string> folders;                 // highest precedence first
  std::string persistent_config;                    // where enable writes: /etc/systemd/system
  std::string runtime_config;                       // --runtime: /run/systemd/system
  std::string persistent_control, runtime_control;  // set-property: …/system.control
  std::string transient;
  std::string generator, generator_early, generator_late;
  /// For the managers of all users (`--global`): where the administrator enables units for them.
  static SearchPath global(const std::string& configuration_root, const std::string& runtime_root);
  /// The default list. `environment` is $SYSTEMD_UNIT_PATH ("": not set); a trailing ':' appends the default list.
  static SearchPath system(const std::string& configuration_root, const std::string& runtime_root,
                           std::string_view environment);
};

/// One file that made up a unit.
struct UnitSource {
  std::string path;
  FileIdentity identity;
};

struct LoadedUnit {
  UnitName id;                  // the name the fragment goes by, after aliases were followed
  std::vector<UnitName> names;  // id first, then aliases
  LoadState state = LoadState::not_found;
  Error error;  // why it is not loaded: what `LoadError` shows
  std::string fragment_path;
  std::vector<std::string> drop_in_paths;  // in the order they were applied
  std::vector<UnitSource> sources;         // fragment, then drop-ins, then the file SourcePath= names
  UnitConfig config;
  std::vector<UnitName> wants_dir, requires_dir;  // from NAME.wants/ and NAME.requires/
  Diagnostics diagnostics;
  std::vector<std::string> not_in_effect;  // keys that are taken and shown, and do nothing yet
};

class UnitLoader {
 public:
  UnitLoader(FileSource& files, SearchPath path, const HostFacts& host);
  /// Never fails as a whole: what is wrong is in state, error and diagnostics. A template itself cannot be loaded
  /// (state error); an instance falls back to its template's file. Slices and devices need no file. Mounts, swaps and
  /// scopes may exist without one: they are not_found here, with their drop-ins applied, for whoever knows better.
  LoadedUnit load(const UnitName& name);
  /// Puts a drop-in that has just been written on top of what the unit has. Of the order of its files the next load()
  /// knows more.
  Result<> add_drop_in(LoadedUnit& unit, const std::string& path);
  /// Whether anything that a unit was made of, or would now be made of, differs from what is on disk
  /// (NeedDaemonReload).
  bool differs_from_disk(const LoadedUnit& unit);
  /// For daemon-reload: whether load() would now give something else. Also another file may have come before the unit's
  /// own one, or aliases and links in NAME.wants/ may have come or gone, which NeedDaemonReload does not tell.
  bool would_differ(const LoadedUnit& unit);
  /// Drops the cached listings; daemon-reload does this first.
  void forget();
  const SearchPath& path() const { return path_; }

 private:
  struct Cache;
  void load_fragment(LoadedUnit&) const;
  void load_drop_ins(LoadedUnit&);
  void load_folders(LoadedUnit&);
  Result<> apply_file(LoadedUnit&, const std::string& path) const;
  void note_source(LoadedUnit&, const std::string& path) const;
  std::vector<std::string> drop_in_paths(const LoadedUnit&);
  Cache& cache();

  FileSource& files_;
  SearchPath path_;
  const HostFacts& host_;
  std::shared_ptr<Cache> cache_;
  SharedBlocks shared_;  // of the units it has loaded
};

}  // namespace svcd
