// Conditions about paths: stat-like questions only.
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <vector>

#include "daemon/linux/condition_tests.h"
#include "daemon/linux/unique_fd.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

constexpr size_t most_looked_at = 20'000;  // entries, for one pattern

/// Whether anything matches: depth first, with a budget instead of glob(3)'s appetite.
bool any_matches(const std::string& pattern) {
  struct Place {
    std::string path;
    size_t rest;  // where the rest of the pattern begins
  };
  std::vector<Place> places{{"", 0}};
  HostFiles files;
  for (size_t looked = 0; !places.empty() && looked < most_looked_at; ++looked) {
    const Place place = std::move(places.back());
    places.pop_back();
    const size_t begin = pattern.find_first_not_of('/', place.rest);
    if (begin == std::string::npos) {
      if (access((place.path.empty() ? "/" : place.path).c_str(), F_OK) == 0) return true;
      continue;
    }
    const size_t end = std::min(pattern.find('/', begin), pattern.size());
    const std::string part = pattern.substr(begin, end - begin);
    if (part.find_first_of("*?[\\") == std::string::npos) {
      const std::string next = place.path + '/' + part;
      if (struct stat st{}; lstat(next.c_str(), &st) == 0) places.push_back({next, end});
      continue;
    }
    for (const DirectoryEntry& entry : files.list(place.path.empty() ? "/" : place.path)) {
      if (++looked >= most_looked_at) break;
      if (fnmatch(part.c_str(), entry.name.c_str(), FNM_PERIOD) == 0)
        places.push_back({place.path + '/' + entry.name, end});
    }
  }
  return false;
}

bool is_mount_point(const std::string& path) {
  struct statx here {};
  if (statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_TYPE, &here) < 0) return false;
  return (here.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0 && (here.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

bool has_entries(const std::string& path) {
  DIR* dir = opendir(path.c_str());
  if (dir == nullptr) return false;
  bool found = false;
  while (const dirent* entry = readdir(dir)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    found = true;
    break;
  }
  closedir(dir);
  return found;
}

/// Whether the block device below is dm-crypt, looking through at most eight layers of device mapper.
bool is_encrypted(const std::string& path) {
  struct stat st {};
  if (stat(path.c_str(), &st) < 0) return false;
  std::string device = fmt::format("/sys/dev/block/{}:{}", major(st.st_dev), minor(st.st_dev));
  for (int layer = 0; layer < 8; ++layer) {
    if (read_one_line(device + "/dm/uuid").starts_with("CRYPT-")) return true;
    const auto slaves = HostFiles().list(device + "/slaves");
    if (slaves.size() != 1) return false;
    device += "/slaves/" + slaves[0].name;
  }
  return false;
}

}  // namespace

bool test_path_condition(Condition::Type type, const std::string& path) {
  struct stat st {};
  switch (type) {
    case Condition::Type::path_exists: return access(path.c_str(), F_OK) == 0;
    case Condition::Type::path_exists_glob: return any_matches(path);
    case Condition::Type::path_is_directory: return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
    case Condition::Type::path_is_symbolic_link: return lstat(path.c_str(), &st) == 0 && S_ISLNK(st.st_mode);
    case Condition::Type::path_is_mount_point: return is_mount_point(path);
    case Condition::Type::path_is_read_write: {
      struct statvfs fs {};
      return statvfs(path.c_str(), &fs) == 0 && (fs.f_flag & ST_RDONLY) == 0;
    }
    case Condition::Type::path_is_encrypted: return is_encrypted(path);
    case Condition::Type::directory_not_empty: return has_entries(path);
    case Condition::Type::file_not_empty: return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    case Condition::Type::file_is_executable:
      return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0;
    case Condition::Type::architecture:
    case Condition::Type::firmware:
    case Condition::Type::virtualization:
    case Condition::Type::host:
    case Condition::Type::kernel_command_line:
    case Condition::Type::kernel_version:
    case Condition::Type::security:
    case Condition::Type::capability:
    case Condition::Type::ac_power:
    case Condition::Type::needs_update:
    case Condition::Type::first_boot:
    case Condition::Type::user:
    case Condition::Type::group:
    case Condition::Type::control_group_controller:
    case Condition::Type::cpus:
    case Condition::Type::memory:
    case Condition::Type::environment:
    case Condition::Type::cpu_feature:
    case Condition::Type::os_release:
    case Condition::Type::memory_pressure:
    case Condition::Type::cpu_pressure:
    case Condition::Type::io_pressure:
    case Condition::Type::credential: break;
  }
  return false;
}

}  // namespace svcd
