// A file system that remembers what was asked of it, so that an answer made of many files can be kept as long as none
// of them has changed; docs/decisions.md, "Reload costs what changed".
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "libunit/file_source.h"

namespace svcd {

class SeenFiles final : public FileSource {
 public:
  explicit SeenFiles(FileSource& below) : below_(below) {}

  /// Whether every question would be answered as before.
  bool still_hold() const;
  /// Forgets what follows from the version of a folder that was listed: which entries there are, and where links lead.
  /// For whoever has no more questions.
  void prune();
  /// When the youngest of the files was changed, in nanoseconds since 1970. An answer as old as that cannot be trusted:
  /// a change in the same tick of the file system's clock leaves no trace.
  uint64_t youngest() const { return youngest_; }

  std::vector<DirectoryEntry> list(const std::string& directory) override;
  FileInfo look(const std::string& path) override;
  FileInfo look_at_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;

 private:
  /// What counts of a path: itself, or what it leads to; of a folder the entries only if they were listed.
  struct Seen {
    bool itself = false, target = false, entries = false;
    FileInfo of_itself, of_target;
  };
  FileInfo note(const std::string& path, bool follow, bool entries);
  static bool same(const FileInfo& before, const FileInfo& now, bool entries);

  FileSource& below_;
  std::unordered_map<std::string, Seen> seen_;
  uint64_t youngest_ = 0;
};

}  // namespace svcd
