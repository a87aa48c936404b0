#include "libunit/host/host_files.h"
#include "libunit/host/open_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace svcd {
namespace {

constexpr size_t longest_file = 16 * 1024 * 1024;
constexpr size_t most_listed = 65536;  // of one folder

FileInfo info_of(const struct stat& st) {
  FileInfo info;
  info.identity = {
      st.st_dev, st.st_ino, static_cast<uint64_t>(st.st_size),
      static_cast<uint64_t>(st.st_mtim.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(st.st_mtim.tv_nsec)};
  using Kind = FileInfo::Kind;
  if (S_ISREG(st.st_mode))
    info.kind = Kind::regular;
  else if (S_ISDIR(st.st_mode))
    info.kind = Kind::directory;
  else if (S_ISLNK(st.st_mode))
    info.kind = Kind::symlink;
  else if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
    info.kind = Kind::null_device;
  else
    info.kind = Kind::other;
  return info;
}

FileInfo::Kind kind_of(int directory, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG: return FileInfo::Kind::regular;
    case DT_DIR: return FileInfo::Kind::directory;
    case DT_LNK: return FileInfo::Kind::symlink;
    default: break;  // unknown to the file system, or a device that may be the null device
  }
  struct stat st {};
  if (fstatat(directory, entry.d_name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) return FileInfo::Kind::missing;
  return info_of(st).kind;
}

Error file_error(const std::string& path, int error_number) {
  char buffer[128];
  Error error{ErrorCode::io_error, fmt::format("{}: {}", path, strerror_r(error_number, buffer, sizeof buffer)),
              error_number};
  if (error_number == ENOENT || error_number == ENOTDIR) error.code = ErrorCode::file_not_found;
  if (error_number == EACCES || error_number == EPERM) error.code = ErrorCode::access_denied;
  return error;
}

/// `expected`: how long a regular file is said to be.
Result<std::string> read_to_end(int fd, const std::string& path, size_t at_most, size_t expected = 0) {
  char first[16384];  // most files are shorter, and need no more than this
  const ssize_t got = ::read(fd, first, std::min(sizeof first, at_most));
  std::string content(first, got > 0 ? static_cast<size_t>(got) : 0);
  if (got == 0 || (got > 0 && content.size() == expected)) return content;
  for (;;) {
    const size_t had = content.size();
    if (had >= at_most) break;
    content.resize(std::min(at_most, had + std::max<size_t>(had, 4096)));
    const ssize_t n = ::read(fd, content.data() + had, content.size() - had);
    content.resize(had + (n > 0 ? static_cast<size_t>(n) : 0));
    if (n == 0) break;
    if (n < 0 && errno != EINTR) return tl::unexpected(file_error(path, errno));
  }
  return content;
}

}  // namespace

std::vector<DirectoryEntry> HostFiles::list(const std::string& directory) {
  std::vector<DirectoryEntry> entries;
  DIR* dir = opendir(directory.c_str());
  if (dir == nullptr) return entries;
  while (const dirent* entry = readdir(dir)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() >= most_listed) break;
    entries.push_back({std::string(name), kind_of(dirfd(dir), *entry)});
  }
  closedir(dir);
  return entries;
}

FileInfo HostFiles::look(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) < 0 ? FileInfo{} : info_of(st);
}

FileInfo HostFiles::look_at_link(const std::string& path) {
  struct stat st {};
  return lstat(path.c_str(), &st) < 0 ? FileInfo{} : info_of(st);
}

Result<std::string> HostFiles::read(const std::string& path) {
  return read_regular_file(path, longest_file);
}

Result<std::string> HostFiles::read_link(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t n = readlink(path.c_str(), target, sizeof target);
  if (n < 0) return tl::unexpected(file_error(path, errno));
  return std::string(target, static_cast<size_t>(n));
}

Result<std::string> read_regular_file(const std::string& path, size_t at_most) {
  const OpenFile fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return tl::unexpected(file_error(path, errno));
  struct stat st {};
  if (fstat(fd.get(), &st) < 0) return tl::unexpected(file_error(path, errno));
  if (S_ISDIR(st.st_mode)) return tl::unexpected(file_error(path, EISDIR));
  if (!S_ISREG(st.st_mode)) return tl::unexpected(file_error(path, EBADFD));
  if (static_cast<uint64_t>(st.st_size) > at_most) return tl::unexpected(file_error(path, E2BIG));
  auto content = read_to_end(fd.get(), path, at_most + 1, static_cast<size_t>(st.st_size));
  if (content && content->size() > at_most) return tl::unexpected(file_error(path, E2BIG));
  return content;
}

Result<std::string> read_virtual_file(const std::string& path, size_t at_most) {
  const OpenFile fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return tl::unexpected(file_error(path, errno));
  return read_to_end(fd.get(), path, at_most);
}

std::string read_one_line(const std::string& path) {
  auto content = read_virtual_file(path);
  if (!content) return {};
  content->resize(std::min(content->size(), content->find('\n')));
  while (!content->empty() && (content->back() == ' ' || content->back() == '\r')) content->pop_back();
  return std::move(*content);
}

}  // namespace svcd
