#include "libunit/host/file_writer.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "libunit/host/open_file.h"
#include "libunit/host/rooted_files.h"
#include "libunit/path_text.h"

namespace svcd {
namespace {

constexpr size_t most_entries = 100'000;  // of a folder that is emptied

tl::unexpected<Error> failed(const std::string& path, int error_number) {
  char buffer[128];
  Error error{ErrorCode::io_error, fmt::format("{}: {}", path, strerror_r(error_number, buffer, sizeof buffer)),
              error_number};
  if (error_number == EEXIST) error.code = ErrorCode::file_exists;
  if (error_number == ENOENT) error.code = ErrorCode::file_not_found;
  if (error_number == ENOSPC || error_number == EDQUOT) error.code = ErrorCode::disk_full;
  return tl::unexpected(std::move(error));
}

/// A name beside `path` that no one else uses.
std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> counter = 0;
  return fmt::format("{}/.#svcd.{}.{}", folder_of(path), getpid(),
                     ++counter);  // the name itself may be as long as can be
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

}  // namespace

Result<> make_folders(const std::string& path, mode_t mode) {
  if (path.empty()) return {};
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (!part.empty() && mkdir(part.c_str(), mode) < 0 && errno != EEXIST) {
      const int error_number = errno;
      if (struct stat st{}; stat(part.c_str(), &st) < 0 || !S_ISDIR(st.st_mode)) return failed(part, error_number);
    }
    if (end == std::string::npos) return {};
  }
}

Result<> write_file_atomically(const std::string& path, std::string_view content, mode_t mode) {
  if (path.empty() || path[0] != '/') return failed(path, EINVAL);
  if (auto made = make_folders(std::string(folder_of(path))); !made) return made;
  const std::string temporary = temporary_name(path);
  const OpenFile fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return failed(path, errno);
  if (fchmod(fd.get(), mode) < 0 || !write_all(fd.get(), content) || rename(temporary.c_str(), path.c_str()) < 0) {
    const int error_number = errno;
    unlink(temporary.c_str());
    return failed(path, error_number);
  }
  return {};
}

Result<> write_link_atomically(const std::string& path, const std::string& target) {
  if (path.empty() || path[0] != '/') return failed(path, EINVAL);
  if (symlink(target.c_str(), path.c_str()) == 0) return {};
  if (errno == ENOENT) {
    if (auto made = make_folders(std::string(folder_of(path))); !made) return made;
  } else if (errno != EEXIST) {
    return failed(path, errno);
  }
  const std::string temporary = temporary_name(path);
  if (symlink(target.c_str(), temporary.c_str()) < 0) return failed(path, errno);
  if (rename(temporary.c_str(), path.c_str()) < 0) {
    const int error_number = errno;
    unlink(temporary.c_str());
    return failed(path, error_number);
  }
  return {};
}

Result<> apply_install_change(const InstallChange& change, const std::string& root) {
  const std::string path = RootedFiles(root).outside(change.path, /*follow_last=*/false);
  switch (change.type) {
    case InstallChange::Type::symlink: return write_link_atomically(path, change.target);
    case InstallChange::Type::unlink: break;
    case InstallChange::Type::masked:
    case InstallChange::Type::dangling:
    case InstallChange::Type::destination_not_present:
    case InstallChange::Type::auxiliary_unit_failed:
    case InstallChange::Type::failed: return {};  // only told
  }
  if (unlink(path.c_str()) < 0 && errno != ENOENT) {
    if (errno != EISDIR) return failed(change.path, errno);
    if (auto emptied = empty_folder(path); !emptied) return emptied;
    if (rmdir(path.c_str()) < 0) return failed(change.path, errno);
  }
  const std::string folder(folder_of(path));
  if (folder.ends_with(".wants") || folder.ends_with(".requires") || folder.ends_with(".d"))
    rmdir(folder.c_str());  // stays if it is not empty
  return {};
}

// A stack of open folders instead of recursion: the depth is an input too.
Result<> empty_folder(const std::string& path) {
  struct Level {
    DIR* dir;
    std::string name;  // in the level above
  };
  const auto open_at = [](int at, const char* name) -> DIR* {
    const int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? nullptr : fdopendir(fd);
  };
  DIR* top = open_at(AT_FDCWD, path.c_str());
  if (top == nullptr) return failed(path, errno);
  struct stat root {};
  if (fstat(dirfd(top), &root) < 0) root.st_dev = 0;
  std::vector<Level> levels{{top, {}}};
  for (size_t seen = 0; !levels.empty();) {
    DIR* const dir = levels.back().dir;
    const dirent* const entry = seen < most_entries ? readdir(dir) : nullptr;
    if (entry == nullptr) {
      const std::string name = std::move(levels.back().name);
      closedir(dir);
      levels.pop_back();
      if (!levels.empty()) unlinkat(dirfd(levels.back().dir), name.c_str(), AT_REMOVEDIR);
      continue;
    }
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    ++seen;
    struct stat st {};
    if (fstatat(dirfd(dir), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_dev != root.st_dev) continue;
    DIR* const below = S_ISDIR(st.st_mode) && levels.size() < 128 ? open_at(dirfd(dir), name.c_str()) : nullptr;
    if (below != nullptr)
      levels.push_back({below, name});
    else
      unlinkat(dirfd(dir), name.c_str(), 0);
  }
  return {};
}

}  // namespace svcd
