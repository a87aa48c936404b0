// A file system as it will be once planned changes are made; what it lists is listed once. For one request only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "libunit/file_source.h"

namespace svcd {

class ChangedFiles final : public FileSource {
 public:
  explicit ChangedFiles(FileSource& below) : below_(below) {}

  void plan_link(const std::string& path, const std::string& target) { changed_[path] = target; }
  void plan_unlink(const std::string& path) { changed_[path] = std::nullopt; }

  std::vector<DirectoryEntry> list(const std::string& directory) override;
  FileInfo look(const std::string& path) override;
  FileInfo look_at_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;

 private:
  const std::optional<std::string>* change_of(const std::string& path) const;

  FileSource& below_;
  std::map<std::string, std::optional<std::string>> changed_;  // path → link's target; nothing: it is gone
  std::unordered_map<std::string, std::vector<DirectoryEntry>> lists_;
  std::unordered_map<std::string, Result<std::string>> links_;
};

}  // namespace svcd
