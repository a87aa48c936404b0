#include "daemon/exec/svcd_exec_mounts.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace svcd {

namespace {

int error_of(int64_t result) {
  return result < 0 ? errno : 0;
}

std::string resolve(const char* path) {
  char real[PATH_MAX];
  return ::realpath(path, real) != nullptr ? real : "";
}

/// proc(5): blanks and backslashes in mountinfo are "\040" and the like.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::set<std::string> mount_points() {
  std::set<std::string> out;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, place;
    if (fields >> id >> parent >> device >> root >> place) out.insert(unescape(place));
  }
  return out;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// The place a bind mount goes to, made like its source where it is missing.
int make_place(const std::string& source, const std::string& place) {
  struct stat from {
  }, to{};
  if (::stat(source.c_str(), &from) < 0) return errno;
  if (::stat(place.c_str(), &to) == 0) return 0;
  for (size_t end = place.find('/', 1); end != place.npos; end = place.find('/', end + 1))
    if (::mkdir(place.substr(0, end).c_str(), 0755) < 0 && errno != EEXIST) return errno;
  if (S_ISDIR(from.st_mode)) return ::mkdir(place.c_str(), 0755) < 0 && errno != EEXIST ? errno : 0;
  const int fd = ::open(place.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return errno;
  ::close(fd);
  return 0;
}

int bind_onto(const std::string& source, const std::string& place, bool recursive = true) {
  const unsigned long flags = recursive ? MS_BIND | MS_REC : MS_BIND;
  return error_of(::mount(source.c_str(), place.c_str(), nullptr, flags, nullptr));
}

}  // namespace

int MountView::apply(const StepView& step) {
  const bool names_place_second = step.kind() == StepKind::private_tmp || step.kind() == StepKind::bind_mount;
  detail_ = step.string(names_place_second ? 1 : 0);
  switch (step.kind()) {
    case StepKind::mount_namespace: return unshare();
    case StepKind::private_tmp: return make_private_tmp(step.string(0), step.string(1));
    case StepKind::private_devices: return make_private_devices(step.string(0));
    case StepKind::bind_mount: return bind(step);
    case StepKind::empty_folder: return make_empty_folder(step);
    case StepKind::mount_rule: return add_rule(step);
    case StepKind::apply_mount_rules: return apply_rules(step.string(0));
    default: return ENOSYS;  // NOLINT: the caller hands over the mount family only
  }
}

int MountView::unshare() {
  if (::unshare(CLONE_NEWNS) < 0) return errno;
  return error_of(::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr));  // what the host mounts still arrives
}

int MountView::make_private_tmp(const std::string& folder, const std::string& place) {
  // The first process of a run makes it. Nobody else can have: the name cannot be known, and it must be ours.
  if (::mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST) return errno;
  struct stat status {};
  if (::lstat(folder.c_str(), &status) < 0) return errno;
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) return EEXIST;
  const std::string inner = folder + "/tmp";
  if (::mkdir(inner.c_str(), 01777) == 0) {
    if (::chmod(inner.c_str(), 01777) < 0) return errno;  // the umask took some
  } else if (errno != EEXIST) {
    return errno;
  }
  return bind_onto(inner, place);
}

int MountView::make_private_devices(const std::string& dev_log) {
  detail_ = "/dev";
  char scratch[] = "/tmp/svcd-dev-XXXXXX";
  if (::mkdtemp(scratch) == nullptr) return errno;
  const std::string dev = scratch;
  if (::mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME, "mode=755,size=4m,nr_inodes=64k") < 0)
    return errno;
  for (const char* node : {"null", "zero", "full", "random", "urandom", "tty"}) {
    const std::string source = std::string("/dev/") + node, place = dev + "/" + node;
    if (::access(source.c_str(), F_OK) < 0) continue;
    struct stat status {};
    if (::stat(source.c_str(), &status) == 0 && ::mknod(place.c_str(), status.st_mode, status.st_rdev) == 0 &&
        ::chmod(place.c_str(), status.st_mode & 07777) == 0)
      continue;
    if (const int error = make_place(source, place); error != 0) return error;  // a container may make no nodes
    if (const int error = bind_onto(source, place, false); error != 0) return error;
  }
  for (const char* folder : {"pts", "shm", "mqueue", "hugepages"}) {
    const std::string source = std::string("/dev/") + folder, place = dev + "/" + folder;
    if (::access(source.c_str(), F_OK) < 0) continue;
    if (const int error = make_place(source, place); error != 0) return error;
    if (const int error = bind_onto(source, place); error != 0) return error;
  }
  constexpr std::array<std::pair<const char*, const char*>, 5> links{{{"/proc/self/fd", "fd"},
                                                                      {"/proc/self/fd/0", "stdin"},
                                                                      {"/proc/self/fd/1", "stdout"},
                                                                      {"/proc/self/fd/2", "stderr"},
                                                                      {"pts/ptmx", "ptmx"}}};
  for (const auto& [target, name] : links)
    if (::symlink(target, (dev + "/" + name).c_str()) < 0) return errno;
  if (::symlink(dev_log.c_str(), (dev + "/log").c_str()) < 0) return errno;
  ::umount2("/dev", MNT_DETACH);  // with all below it; where /dev is no mount, it is covered
  if (::mount(scratch, "/dev", nullptr, MS_MOVE, nullptr) < 0) return errno;
  ::rmdir(scratch);
  rules_.push_back({"/dev", MountRule::read_only, false});  // the nodes in it are mounts of their own and stay writable
  for (const char* part : {"null", "zero", "full", "random", "urandom", "tty", "pts", "shm", "mqueue", "hugepages"})
    if (::access((std::string("/dev/") + part).c_str(), F_OK) == 0)
      rules_.push_back({std::string("/dev/") + part, MountRule::read_write, false});
  return 0;
}

/// A tmpfs; of its options "ro" is the one that mount(2) takes as a flag.
int MountView::make_empty_folder(const StepView& step) {
  const std::string place = resolve(step.string(0));
  if (place.empty()) return errno;
  std::string options;
  std::istringstream words(step.string(1));
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "ro")
      rules_.push_back({place, MountRule::read_only, false});
    else if (word != "rw" && !word.empty())
      options += (options.empty() ? "" : ",") + word;
  }
  if (options.find("mode=") == options.npos) options += options.empty() ? "mode=0755" : ",mode=0755";
  return error_of(::mount("tmpfs", place.c_str(), "tmpfs", MS_NODEV | MS_STRICTATIME, options.c_str()));
}

int MountView::bind(const StepView& step) {
  const std::string source = resolve(step.string(0)), place = step.string(1);
  detail_ = source.empty() ? step.string(0) : place;
  if (source.empty()) return step.number(1) != 0 && errno == ENOENT ? 0 : errno;
  if (const int error = make_place(source, place); error != 0) return error;
  return bind_onto(source, place, step.number(0) != 0);
}

int MountView::add_rule(const StepView& step) {
  const std::string path = resolve(step.string(0));
  if (path.empty()) return step.number(1) != 0 && (errno == ENOENT || errno == ENOTDIR) ? 0 : errno;
  rules_.push_back({path, static_cast<MountRule>(step.number(0)), step.number(1) != 0});
  return 0;
}

/// Puts something empty over a path.
int MountView::hide(const Rule& rule, const std::string& inaccessible) {
  struct stat status {};
  if (::stat(rule.path.c_str(), &status) < 0) return errno;
  const bool is_folder = S_ISDIR(status.st_mode);
  // What was mounted there goes first, as in 252: nothing mounts over a file that was unlinked, as container managers
  // leave them (/proc/kmsg of systemd-nspawn).
  for (int mounts = 0; mounts < 64 && ::umount2(rule.path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0;) ++mounts;
  if (rule.what == MountRule::empty)
    return error_of(::mount("tmpfs", rule.path.c_str(), "tmpfs", MS_NODEV | MS_STRICTATIME, "mode=01777"));
  const std::string node = inaccessible + (is_folder ? "/dir" : "/reg");
  if (::access(node.c_str(), F_OK) == 0) return bind_onto(node, rule.path, false);
  if (!is_folder) return bind_onto("/dev/null", rule.path, false);
  return error_of(::mount("tmpfs", rule.path.c_str(), "tmpfs", MS_NODEV | MS_NOSUID | MS_NOEXEC | MS_RDONLY,
                          "mode=0000,size=4k,nr_inodes=2"));
}

int MountView::apply_rules(const std::string& inaccessible) {
  // The stricter of two rules for one path counts; parents come before what is below them.
  const auto strictness = [](MountRule what) {
    switch (what) {
      case MountRule::inaccessible: return 0;
      case MountRule::empty: return 1;
      case MountRule::read_only: return 2;
      case MountRule::read_write: return 3;
    }
    return 3;
  };
  std::sort(rules_.begin(), rules_.end(), [&](const Rule& a, const Rule& b) {
    return a.path != b.path ? a.path < b.path : strictness(a.what) < strictness(b.what);
  });
  rules_.erase(std::unique(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) { return a.path == b.path; }),
               rules_.end());
  std::set<std::string> mounted = mount_points();
  for (const Rule& rule : rules_) {
    detail_ = rule.path;
    if (::access(rule.path.c_str(), F_OK) < 0) continue;  // a parent was hidden
    int error = 0;
    if (rule.what == MountRule::inaccessible || rule.what == MountRule::empty)
      error = hide(rule, inaccessible);
    else if (!mounted.contains(rule.path))
      error = bind_onto(rule.path, rule.path);
    // ENOENT for a path that is there: a mount whose file was removed, as a container manager makes them of /proc/kmsg
    if (error != 0 && !(error == ENOENT && rule.missing_ok)) return error;
  }
  for (const std::string& place : mount_points()) {
    const Rule* closest = nullptr;
    for (const Rule& rule : rules_)
      if (is_below(place, rule.path)) closest = &rule;  // sorted: the longest comes last
    if (closest == nullptr || closest->what != MountRule::read_only) continue;
    detail_ = place;
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    if (::mount_setattr(AT_FDCWD, place.c_str(), 0, &attributes, sizeof attributes) < 0 && errno != ENOENT &&
        errno != EINVAL && errno != EACCES)  // the first two: hidden below another mount
      return errno;
  }
  detail_ = "/";
  return error_of(::mount(nullptr, "/", nullptr, MS_SHARED | MS_REC, nullptr));
}

int make_private_network() {
  if (::unshare(CLONE_NEWNET) < 0) return errno;
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int error = error_of(::ioctl(fd, SIOCSIFFLAGS, &request));
  ::close(fd);
  return error;
}

}  // namespace svcd
