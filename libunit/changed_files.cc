#include "libunit/changed_files.h"

#include <algorithm>
#include <cerrno>

#include "libunit/path_text.h"
#include "libunit/unit_files.h"

namespace svcd {

namespace {

tl::unexpected<Error> missing(const std::string& path) {
  return tl::unexpected(Error{ErrorCode::file_not_found, fmt::format("{} does not exist.", path), ENOENT});
}

}  // namespace

const std::optional<std::string>* ChangedFiles::change_of(const std::string& path) const {
  const auto at = changed_.find(path);
  return at == changed_.end() ? nullptr : &at->second;
}

std::vector<DirectoryEntry> ChangedFiles::list(const std::string& directory) {
  auto [at, added] = lists_.try_emplace(directory);
  if (added) at->second = below_.list(directory);
  std::vector<DirectoryEntry> entries = at->second;
  for (const auto& [path, link] : changed_) {
    if (folder_of(path) == directory) {
      const std::string_view name = base_name(path);
      std::erase_if(entries, [name](const DirectoryEntry& entry) { return entry.name == name; });
      if (link) entries.push_back({std::string(name), FileInfo::Kind::symlink});
    } else if (link && folder_of(folder_of(path)) == directory) {  // in a folder that will be made
      const std::string_view folder = base_name(folder_of(path));
      if (std::none_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == folder; }))
        entries.push_back({std::string(folder), FileInfo::Kind::directory});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

FileInfo ChangedFiles::look_at_link(const std::string& path) {
  const auto* change = change_of(path);
  if (!change) return below_.look_at_link(path);
  FileInfo info;
  if (*change) info.kind = FileInfo::Kind::symlink;
  return info;
}

FileInfo ChangedFiles::look(const std::string& path) {
  if (changed_.empty()) return below_.look(path);
  const std::string real = resolve_links(*this, path, /*follow_last=*/true);
  return real.empty() ? FileInfo() : change_of(real) ? FileInfo() : below_.look(real);
}

Result<std::string> ChangedFiles::read(const std::string& path) {
  if (changed_.empty()) return below_.read(path);
  const std::string real = resolve_links(*this, path, /*follow_last=*/true);
  if (real.empty() || change_of(real)) return missing(path);
  return below_.read(real);
}

Result<std::string> ChangedFiles::read_link(const std::string& path) {
  if (const auto* change = change_of(path)) {
    if (*change) return **change;
    return missing(path);
  }
  const auto at = links_.find(path);
  if (at != links_.end()) return at->second;
  return links_.emplace(path, below_.read_link(path)).first->second;
}

}  // namespace svcd
