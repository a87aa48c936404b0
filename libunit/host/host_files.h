// The loader's files, from the real file system: regular files only, bounded, never blocking on a FIFO or a device.
#pragma once

#include "libunit/file_source.h"

namespace svcd {

class HostFiles final : public FileSource {
 public:
  std::vector<DirectoryEntry> list(const std::string& directory) override;
  FileInfo look(const std::string& path) override;
  FileInfo look_at_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
};

/// Content of a regular file; an error for anything else, and for more than `at_most` bytes.
Result<std::string> read_regular_file(const std::string& path, size_t at_most);
/// Of a file of /proc or /sys, whose size nobody knows before: the first `at_most` bytes.
Result<std::string> read_virtual_file(const std::string& path, size_t at_most = 4096);
/// The same without spaces and newlines at its end; "" if it cannot be read.
std::string read_one_line(const std::string& path);

}  // namespace svcd
