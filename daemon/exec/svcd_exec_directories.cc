#include "daemon/exec/svcd_exec_directories.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "daemon/exec/program_image.h"

namespace svcd {

namespace {

constexpr size_t depth_at_most = 256;

/// A descriptor that is closed at the end; -1 with errno where there is none.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Opens a folder in `parent`; a symbolic link only if nobody but root could have put it there.
Fd enter(int parent, const char* name) {
  Fd fd(::openat(parent, name, folder_flags | O_NOFOLLOW));
  if (fd.get() >= 0 || (errno != ELOOP && errno != ENOTDIR)) return fd;
  const int error = errno;
  struct stat status {};
  const bool trusted = ::fstat(parent, &status) == 0 && status.st_uid == 0 && (status.st_mode & 022) == 0;
  if (trusted) return Fd(::openat(parent, name, folder_flags));
  errno = error;
  return fd;
}

/// Walks from `root` along all parts of `path` but the last, making what is missing; `last` gets that one.
Fd enter_parent(const std::string& root, std::string_view path, bool make, std::string& last) {
  if (make && ::mkdir(root.c_str(), 0755) < 0 && errno != EEXIST) return Fd(-1);
  Fd folder(::open(root.c_str(), folder_flags));
  while (folder.get() >= 0) {
    while (path.starts_with('/')) path.remove_prefix(1);
    const size_t end = path.find('/');
    last = path.substr(0, end);
    if (last.empty() || last == "." || last == "..") {
      errno = EINVAL;
      return Fd(-1);
    }
    if (end == path.npos || path.find_first_not_of('/', end) == path.npos) return folder;
    if (make && ::mkdirat(folder.get(), last.c_str(), 0755) < 0 && errno != EEXIST) return Fd(-1);
    folder = enter(folder.get(), last.c_str());
    path.remove_prefix(end);
  }
  return folder;
}

struct Listing {
  std::unique_ptr<DIR, int (*)(DIR*)> entries{nullptr, &::closedir};
  std::string name;  // in the folder above
  explicit Listing(int fd, std::string called) : entries(::fdopendir(fd), &::closedir), name(std::move(called)) {
    if (!entries && fd >= 0) ::close(fd);
  }
  int fd() const { return ::dirfd(entries.get()); }
};

const dirent* next_entry(DIR* listing) {
  const dirent* entry = ::readdir(listing);
  while (entry != nullptr && (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0))
    entry = ::readdir(listing);
  return entry;
}

/// Everything below the folder gets this owner; never through links, never into another file system.
int own_all(int top, uid_t uid, gid_t gid) {
  struct stat first {};
  if (::fstat(top, &first) < 0) return errno;
  std::vector<Listing> open;
  open.emplace_back(::fcntl(top, F_DUPFD_CLOEXEC, 3), "");
  while (!open.empty()) {
    if (!open.back().entries) return errno;
    const dirent* entry = next_entry(open.back().entries.get());
    if (entry == nullptr) {
      open.pop_back();
      continue;
    }
    const int parent = open.back().fd();
    struct stat status {};
    if (::fstatat(parent, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
    if (status.st_dev != first.st_dev) continue;
    if (::fchownat(parent, entry->d_name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT) return errno;
    if (!S_ISDIR(status.st_mode) || open.size() >= depth_at_most) continue;
    const int below = ::openat(parent, entry->d_name, folder_flags | O_NOFOLLOW);
    if (below >= 0) open.emplace_back(below, entry->d_name);
  }
  return ::fchown(top, uid, gid) < 0 ? errno : 0;
}

/// rm -r of one entry of a folder; not through links, not into another file system.
int remove_entry(int parent, const std::string& name) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  struct stat first {};
  std::vector<Listing> open;
  open.emplace_back(::openat(parent, name.c_str(), folder_flags | O_NOFOLLOW), name);
  if (!open.back().entries || ::fstat(open.back().fd(), &first) < 0) return errno;
  int error = 0;
  while (!open.empty()) {
    const dirent* entry = next_entry(open.back().entries.get());
    if (entry == nullptr) {
      const std::string done = open.back().name;
      open.pop_back();
      const int above = open.empty() ? parent : open.back().fd();
      if (::unlinkat(above, done.c_str(), AT_REMOVEDIR) < 0 && errno != ENOENT) error = errno;
      continue;
    }
    const int folder = open.back().fd();
    if (::unlinkat(folder, entry->d_name, 0) == 0 || errno == ENOENT) continue;
    struct stat status {};
    const bool same = ::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                      status.st_dev == first.st_dev && S_ISDIR(status.st_mode) && open.size() < depth_at_most;
    const int below = same ? ::openat(folder, entry->d_name, folder_flags | O_NOFOLLOW) : -1;
    if (below < 0) {
      error = EBUSY;  // a mount point, or a file that will not go
      continue;
    }
    open.emplace_back(below, entry->d_name);
    if (!open.back().entries) return errno;
  }
  return error;
}

int make_link(const std::string& root, const std::string& path, const std::string& link) {
  std::string name;
  const Fd parent = enter_parent(root, link, true, name);
  if (parent.get() < 0) return errno;
  std::string target;
  for (size_t at = link.find('/'); at != link.npos; at = link.find('/', at + 1)) target += "../";
  target += path;
  if (::symlinkat(target.c_str(), parent.get(), name.c_str()) == 0) return 0;
  if (errno != EEXIST) return errno;
  char old[4096];
  const ssize_t length = ::readlinkat(parent.get(), name.c_str(), old, sizeof old);
  return length >= 0 && std::string_view(old, static_cast<size_t>(length)) == target ? 0 : EEXIST;
}

}  // namespace

int make_directory(const StepView& step, const Identity& identity) {
  const std::vector<std::string> names = split_strings(step.strings());
  if (names.size() < 2) return EINVAL;
  constexpr int64_t configuration = 4;  // one that is there already belongs to the administrator
  const auto mode = static_cast<mode_t>(step.number(1)) & 07777;
  std::string last;
  const Fd parent = enter_parent(names[0], names[1], true, last);
  if (parent.get() < 0) return errno;
  const bool is_new = ::mkdirat(parent.get(), last.c_str(), mode) == 0;
  if (!is_new && errno != EEXIST) return errno;
  const Fd folder = enter(parent.get(), last.c_str());
  struct stat status {};
  if (folder.get() < 0 || ::fstat(folder.get(), &status) < 0) return errno;
  if (step.number(0) != configuration || is_new) {
    if ((status.st_mode & 07777) != mode && ::fchmod(folder.get(), mode) < 0) return errno;
    const uid_t uid = identity.has_user ? identity.uid : 0;
    const gid_t gid = identity.has_group ? identity.gid : 0;
    const bool differs = status.st_uid != uid || status.st_gid != gid;
    if (differs)
      if (const int error = own_all(folder.get(), uid, gid); error != 0) return error;
    if (differs && ::fchmod(folder.get(), mode) < 0) return errno;  // a change of owner takes set-user-ID bits away
  }
  for (size_t i = 2; i < names.size(); ++i)
    if (const int error = make_link(names[0], names[1], names[i]); error != 0) return error;
  return 0;
}

void make_mount_point(const StepView& step) {
  const std::string where = step.string(0), source = step.string(1);
  const auto mode = static_cast<mode_t>(step.number(0));
  const auto make_folders = [mode](const std::string& path) {
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      (void)::mkdir(path.substr(0, end).c_str(), mode);
      if (end == path.npos) return;
    }
  };
  struct stat status {};
  const bool shows_another = step.number(1) != 0;
  if (shows_another && ::stat(source.c_str(), &status) < 0 && errno == ENOENT) make_folders(source);
  if (!shows_another || ::stat(source.c_str(), &status) < 0 || S_ISDIR(status.st_mode)) return make_folders(where);
  make_folders(where.substr(0, where.rfind('/')));
  const Fd file(::open(where.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_CLOEXEC, 0644));
}

int remove_directory(const StepView& step) {
  const std::string root = step.string(0), path = step.string(1);
  std::string last;
  const Fd parent = enter_parent(root, path, false, last);
  if (parent.get() < 0) return errno == ENOENT ? 0 : errno;
  if (step.number(0) == 0) return remove_entry(parent.get(), last);
  Listing listing(::fcntl(parent.get(), F_DUPFD_CLOEXEC, 3), "");
  if (!listing.entries) return errno;
  std::vector<std::string> found;
  while (const dirent* entry = next_entry(listing.entries.get())) {
    struct stat status {};
    if (std::string_view(entry->d_name).starts_with(last) &&
        ::fstatat(parent.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == ::geteuid())
      found.emplace_back(entry->d_name);
  }
  int error = 0;
  for (const std::string& name : found)
    if (const int failed = remove_entry(parent.get(), name); failed != 0) error = failed;
  return error;
}

}  // namespace svcd
