#include "libunit/seen_files.h"

#include <algorithm>

#include "libunit/path_text.h"

namespace svcd {

bool SeenFiles::same(const FileInfo& before, const FileInfo& now, bool entries) {
  if (before.kind != now.kind) return false;
  return (now.kind == FileInfo::Kind::directory && !entries) || before.identity == now.identity;
}

bool SeenFiles::still_hold() const {
  return std::all_of(seen_.begin(), seen_.end(), [this](const auto& entry) {
    const auto& [path, seen] = entry;
    return (!seen.itself || same(seen.of_itself, below_.look_at_link(path), false)) &&
           (!seen.target || same(seen.of_target, below_.look(path), seen.entries));
  });
}

void SeenFiles::prune() {
  std::vector<std::string> implied;
  for (auto& [path, seen] : seen_) {
    const auto folder = seen_.find(std::string(folder_of(path)));
    if (folder == seen_.end() || !folder->second.entries || folder->first == path) continue;
    seen.itself = false;
    const bool was_there = seen.of_target.kind != FileInfo::Kind::missing;
    if (!seen.target || (!was_there && below_.look_at_link(path).kind == FileInfo::Kind::missing))
      implied.push_back(path);
  }
  for (const std::string& path : implied) seen_.erase(path);
}

FileInfo SeenFiles::note(const std::string& path, bool follow, bool entries) {
  const auto [at, is_new] = seen_.try_emplace(path);
  Seen& seen = at->second;
  FileInfo& info = follow ? seen.of_target : seen.of_itself;
  bool& known = follow ? seen.target : seen.itself;
  if (!std::exchange(known, true)) info = follow ? below_.look(path) : below_.look_at_link(path);
  seen.entries = seen.entries || entries;
  if (info.kind != FileInfo::Kind::directory || entries) youngest_ = std::max(youngest_, info.identity.mtime_ns);
  return info;
}

// The version is looked at before the content: if it changes in between, the answer does not hold.

std::vector<DirectoryEntry> SeenFiles::list(const std::string& directory) {
  if (note(directory, true, true).kind != FileInfo::Kind::directory) return {};
  return below_.list(directory);
}
FileInfo SeenFiles::look(const std::string& path) {
  return note(path, true, false);
}
FileInfo SeenFiles::look_at_link(const std::string& path) {
  return note(path, false, false);
}
Result<std::string> SeenFiles::read(const std::string& path) {
  note(path, true, false);
  return below_.read(path);
}
Result<std::string> SeenFiles::read_link(const std::string& path) {
  note(path, false, false);
  return below_.read_link(path);
}

}  // namespace svcd
