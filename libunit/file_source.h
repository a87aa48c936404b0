// The loader's only view of the file system, so that libunit makes no system calls and tests bring their own files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/result.h"

namespace svcd {

/// Identifies one version of a file's content: what does not differ in any of these has not changed.
struct FileIdentity {
  uint64_t device = 0, inode = 0, size = 0, mtime_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

struct FileInfo {
  enum class Kind : uint8_t { missing, regular, directory, symlink, null_device /* a mask */, other };
  Kind kind = Kind::missing;
  FileIdentity identity;
};

struct DirectoryEntry {
  std::string name;
  FileInfo::Kind kind;  // of the entry itself (symlink, not what it points to)
};

class FileSource {
 public:
  virtual ~FileSource() = default;
  /// Entries in no particular order; a missing directory is empty.
  virtual std::vector<DirectoryEntry> list(const std::string& directory) = 0;
  virtual FileInfo look(const std::string& path) = 0;             // follows symlinks
  virtual FileInfo look_at_link(const std::string& path) = 0;     // does not
  virtual Result<std::string> read(const std::string& path) = 0;  // regular files only, never blocks on a FIFO
  virtual Result<std::string> read_link(const std::string& path) = 0;
};

}  // namespace svcd
