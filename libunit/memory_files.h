// A file system in memory: what the units of a test, or of a simulated machine, are loaded from. Folders come and go
// with their files.
#pragma once

#include <cerrno>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/file_source.h"

namespace svcd {

class MemoryFiles final : public FileSource {
 public:
  /// Writes a file, as an editor would: a new inode, a later mtime.
  void write(const std::string& path, std::string_view text) {
    make_parents(path);
    nodes_[path] = {FileInfo::Kind::regular, std::string(text), next_version()};
  }
  void link(const std::string& path, std::string_view target) {
    make_parents(path);
    nodes_[path] = {FileInfo::Kind::symlink, std::string(target), next_version()};
  }
  void folder(const std::string& path) {
    make_parents(path);
    nodes_.try_emplace(path, Node{FileInfo::Kind::directory, {}, next_version()});
  }
  /// A FIFO, device …
  void special(const std::string& path) {
    make_parents(path);
    nodes_[path] = {FileInfo::Kind::other, {}, next_version()};
  }
  /// The file and, if it is a folder, all below it.
  void remove(const std::string& path) {
    nodes_.erase(path);
    touch_parent(path);
    for (auto at = nodes_.lower_bound(path + "/"); at != nodes_.end() && at->first.starts_with(path + "/");)
      at = nodes_.erase(at);
  }

  std::vector<DirectoryEntry> list(const std::string& directory) override {
    ++lists;
    std::vector<DirectoryEntry> entries;
    const std::string real = resolve(directory, true);
    const std::string start = real == "/" ? real : real + "/";
    for (auto at = nodes_.lower_bound(start); at != nodes_.end() && at->first.starts_with(start); ++at)
      if (at->first.size() > start.size() && at->first.find('/', start.size()) == std::string::npos)
        entries.push_back({at->first.substr(start.size()), at->second.kind});
    return entries;
  }
  FileInfo look(const std::string& path) override { return info(resolve(path, true)); }
  FileInfo look_at_link(const std::string& path) override { return info(resolve(path, false)); }
  Result<std::string> read(const std::string& path) override {
    ++reads;
    const auto at = nodes_.find(resolve(path, true));
    if (at == nodes_.end()) return error(path, ENOENT);
    if (at->second.kind == FileInfo::Kind::directory) return error(path, EISDIR);
    if (at->second.kind != FileInfo::Kind::regular) return error(path, EINVAL);
    return at->second.text;
  }
  Result<std::string> read_link(const std::string& path) override {
    const auto at = nodes_.find(resolve(path, false));
    if (at == nodes_.end()) return error(path, ENOENT);
    if (at->second.kind != FileInfo::Kind::symlink) return error(path, EINVAL);
    return at->second.text;
  }

  int lists = 0, reads = 0;  // calls so far

 private:
  struct Node {
    FileInfo::Kind kind;
    std::string text;  // content, or what a link points to
    uint64_t version;
  };

  uint64_t next_version() { return ++version_; }

  void make_parents(const std::string& path) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
      if (nodes_.try_emplace(path.substr(0, slash), Node{FileInfo::Kind::directory, {}, next_version()}).second)
        touch_parent(path.substr(0, slash));
    touch_parent(path);
  }

  /// An entry came or went: the folder's mtime changes.
  void touch_parent(const std::string& path) {
    const auto parent = nodes_.find(path.substr(0, path.rfind('/')));
    if (parent != nodes_.end() && parent->second.kind == FileInfo::Kind::directory)
      parent->second.version = next_version();
  }

  static tl::unexpected<Error> error(const std::string& path, int number) {
    return tl::unexpected(Error{ErrorCode::io_error, path, number});
  }

  FileInfo info(const std::string& real) const {
    if (real == "/") return {FileInfo::Kind::directory, {}};
    if (real == "/dev/null") return {FileInfo::Kind::null_device, {}};
    const auto at = nodes_.find(real);
    if (at == nodes_.end()) return {};
    return {at->second.kind, {1, at->second.version, at->second.text.size(), at->second.version * 1000}};
  }

  /// The path without links on the way (and at its end, if asked); "" for a loop.
  std::string resolve(const std::string& path, bool follow_last) const {
    std::string done, rest = path;
    for (int links = 0; !rest.empty();) {
      const size_t start = rest.find_first_not_of('/');
      if (start == std::string::npos) break;
      const size_t end = std::min(rest.find('/', start), rest.size());
      const std::string part = rest.substr(start, end - start);
      rest.erase(0, end);
      if (part == ".") continue;
      if (part == "..") {
        done.erase(done.empty() ? 0 : done.rfind('/'));
        continue;
      }
      done += "/" + part;
      const auto at = nodes_.find(done);
      const bool last = rest.find_first_not_of('/') == std::string::npos;
      if (at == nodes_.end() || at->second.kind != FileInfo::Kind::symlink || (last && !follow_last)) continue;
      if (++links > 40) return {};
      done.erase(at->second.text.starts_with('/') ? 0 : done.rfind('/'));
      rest.insert(0, at->second.text);
    }
    return done.empty() ? "/" : done;
  }

  std::map<std::string, Node> nodes_;
  uint64_t version_ = 0;
};

}  // namespace svcd
