#include "libunit/host/rooted_files.h"

#include "libunit/unit_files.h"

namespace svcd {
namespace {

/// Looks below the root without following anything: what resolve_links() needs.
class Below final : public FileSource {
 public:
  explicit Below(const std::string& root) : root_(root) {}
  std::vector<DirectoryEntry> list(const std::string& directory) override { return host_.list(root_ + directory); }
  FileInfo look(const std::string& path) override { return host_.look_at_link(root_ + path); }
  FileInfo look_at_link(const std::string& path) override { return host_.look_at_link(root_ + path); }
  Result<std::string> read(const std::string& path) override { return host_.read(root_ + path); }
  Result<std::string> read_link(const std::string& path) override { return host_.read_link(root_ + path); }

 private:
  const std::string& root_;
  HostFiles host_;
};

}  // namespace

RootedFiles::RootedFiles(std::string root) : root_(std::move(root)) {
  while (root_.ends_with('/')) root_.pop_back();
}

std::string RootedFiles::outside(const std::string& path, bool follow_last) const {
  if (root_.empty()) return path;
  Below below(root_);
  const std::string inside = resolve_links(below, path, follow_last);
  return inside.empty() ? std::string() : root_ + inside;
}

std::vector<DirectoryEntry> RootedFiles::list(const std::string& directory) {
  return HostFiles().list(outside(directory, true));
}

FileInfo RootedFiles::look(const std::string& path) {
  FileInfo info = HostFiles().look(outside(path, true));
  if (root_.empty() || info.kind != FileInfo::Kind::missing) return info;
  // A tree of files often has no devices; what points to this one is a mask all the same.
  Below below(root_);
  if (resolve_links(below, path, true) == "/dev/null") info.kind = FileInfo::Kind::null_device;
  return info;
}

FileInfo RootedFiles::look_at_link(const std::string& path) {
  return HostFiles().look_at_link(outside(path, false));
}

Result<std::string> RootedFiles::read(const std::string& path) {
  return HostFiles().read(outside(path, true));
}

Result<std::string> RootedFiles::read_link(const std::string& path) {
  return HostFiles().read_link(outside(path, false));
}

}  // namespace svcd
