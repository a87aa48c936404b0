// The real file system for tests that read what is installed; nothing is written.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "libunit/file_source.h"

namespace svcd {

class RealFiles final : public FileSource {
 public:
  std::vector<DirectoryEntry> list(const std::string& directory) override {
    std::vector<DirectoryEntry> entries;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
      entries.push_back({entry.path().filename().string(), look_at_link(entry.path().string()).kind});
    return entries;
  }
  FileInfo look(const std::string& path) override {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? info_of(status) : FileInfo();
  }
  FileInfo look_at_link(const std::string& path) override {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? info_of(status) : FileInfo();
  }
  Result<std::string> read(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return failed(path, errno);
    std::string text;
    char piece[4096];
    ssize_t got = 0;
    while ((got = ::read(fd, piece, sizeof piece)) > 0) text.append(piece, size_t(got));
    const int error_number = errno;
    ::close(fd);
    if (got < 0) return failed(path, error_number);
    return text;
  }
  Result<std::string> read_link(const std::string& path) override {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(path, error);
    if (error) return failed(path, error.value());
    return target.string();
  }

 private:
  static tl::unexpected<Error> failed(const std::string& path, int error_number) {
    return tl::unexpected(Error{ErrorCode::io_error, path, error_number});
  }
  static FileInfo info_of(const struct stat& status) {
    FileInfo info;
    info.identity = {status.st_dev, status.st_ino, uint64_t(status.st_size),
                     uint64_t(status.st_mtim.tv_sec) * 1'000'000'000 + uint64_t(status.st_mtim.tv_nsec)};
    if (S_ISREG(status.st_mode))
      info.kind = FileInfo::Kind::regular;
    else if (S_ISDIR(status.st_mode))
      info.kind = FileInfo::Kind::directory;
    else if (S_ISLNK(status.st_mode))
      info.kind = FileInfo::Kind::symlink;
    else if (S_ISCHR(status.st_mode) && status.st_rdev == makedev_null)
      info.kind = FileInfo::Kind::null_device;
    else
      info.kind = FileInfo::Kind::other;
    return info;
  }
  static constexpr dev_t makedev_null = 0x103;  // 1:3
};

}  // namespace svcd
