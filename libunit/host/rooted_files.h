// The files of a system installed below a folder (--root=), by the names that they have in it: links lead where they
// would if that folder were "/". With "/" or "" it is the running system.
#pragma once

#include <string>

#include "libunit/host/host_files.h"

namespace svcd {

class RootedFiles final : public FileSource {
 public:
  explicit RootedFiles(std::string root);

  std::vector<DirectoryEntry> list(const std::string& directory) override;
  FileInfo look(const std::string& path) override;
  FileInfo look_at_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;

  /// Where `path` lies outside: never above the root. follow_last: also through a link at its end.
  std::string outside(const std::string& path, bool follow_last) const;
  /// "" for the running system.
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

}  // namespace svcd
