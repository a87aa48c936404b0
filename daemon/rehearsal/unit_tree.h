// The unit files of a rehearsal: folders of the user's, or a whole system below a folder, and behind them the targets
// that svcd ships (and the bus), so that a folder with a few services is enough. Nothing is executed. Every file is
// read once, however many runs there are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/rehearsal/request.h"
#include "libunit/host/rooted_files.h"
#include "libunit/loader.h"
#include "libunit/manager_settings.h"
#include "libunit/memory_files.h"

namespace svcd::rehearsal {

class UnitTree final : public FileSource {
 public:
  /// An error names the folder that cannot be read.
  static Result<std::unique_ptr<UnitTree>> open(const Request&);

  const SearchPath& search_path() const { return path_; }
  const HostFacts& host() const { return host_; }
  /// The manager's configuration of a whole system; defaults for folders.
  const ManagerSettings& settings() const { return settings_; }
  /// Whether files besides unit files are there to be looked at.
  bool is_whole_system() const { return is_whole_; }
  /// Where the units that svcd brings along seem to lie.
  static const std::string& standard_folder();

  std::vector<DirectoryEntry> list(const std::string& directory) override;
  FileInfo look(const std::string& path) override;
  FileInfo look_at_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;

 private:
  explicit UnitTree(const Request&);
  FileSource& source_of(const std::string& path);
  void read_settings();

  RootedFiles system_;
  HostFiles own_;  // for the user's folders
  MemoryFiles standard_;
  std::vector<std::string> folders_;  // the user's
  bool is_whole_ = false;
  SearchPath path_;
  HostFacts host_;
  ManagerSettings settings_;

  std::map<std::string, std::vector<DirectoryEntry>> lists_;
  std::map<std::string, FileInfo> looks_, link_looks_;
  std::map<std::string, Result<std::string>> texts_, links_;
};

}  // namespace svcd::rehearsal
