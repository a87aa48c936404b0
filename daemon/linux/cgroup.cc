#include "daemon/linux/cgroup.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unordered_set>

#include "daemon/linux/cgroup_files.h"

namespace svcd {

namespace {

constexpr std::array<const char*, 5> controller_names{"cpu", "cpuacct", "memory", "pids", "io"};
constexpr std::array<const char*, 5> v1_names{"cpu", "cpuacct", "memory", "pids", "blkio"};
constexpr size_t folders_at_most = 4096;  // a delegated cgroup may have as many as it likes

tl::unexpected<Error> fail_errno(std::string_view what, const std::string& path, int error) {
  return tl::unexpected(
      Error{ErrorCode::failed, fmt::format("Failed to {} {}: {}", what, path, std::strerror(error)), error});
}

bool is_path(std::string_view cgroup) {
  return cgroup.starts_with('/') && cgroup.find("/../") == cgroup.npos && !cgroup.ends_with("/..");
}

/// mkdir -p below `root`; an errno, or 0.
int make_cgroup(const std::string& root, std::string_view cgroup) {
  const std::string leaf = root + std::string(cgroup);
  if (::mkdir(leaf.c_str(), 0755) == 0 || errno == EEXIST) return 0;
  if (errno != ENOENT) return errno;
  for (size_t end = cgroup.find('/', 1);; end = cgroup.find('/', end + 1)) {
    const std::string folder = root + std::string(cgroup.substr(0, end));
    if (::mkdir(folder.c_str(), 0755) < 0 && errno != EEXIST) return errno;
    if (end == cgroup.npos) return 0;
  }
}

}  // namespace

CgroupTree::CgroupTree(const Scope& scope) : scope_(scope) {
  for (const CgroupV1& v1 : scope.cgroup_v1)
    for (size_t i = 0; i < controllers; ++i)
      if (v1.controller == v1_names[i]) v1_[i] = v1.folder;
  if (scope.cgroup_layout == CgroupLayout::none || scope.cgroup_layout == CgroupLayout::legacy) return;
  const std::string have = " " + read_small_file(folder_of("") + "/cgroup.controllers").value_or("") + " ";
  for (size_t i = 0; i < controllers; ++i)
    for (const char* end : {" ", "\n"})
      if (have.find(fmt::format(" {}{}", controller_names[i], end)) != have.npos)
        v2_controllers_ |= static_cast<uint8_t>(1 << i);
  inotify_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
}

std::string CgroupTree::folder_of(std::string_view cgroup) const {
  return scope_.cgroup_mount + scope_.cgroup_root + std::string(cgroup == "/" ? "" : cgroup);
}

std::string CgroupTree::v1_folder_of(Controller controller, std::string_view cgroup) const {
  const std::string& root = v1_[controller];
  return root.empty() ? root : root + std::string(cgroup == "/" ? "" : cgroup);
}

bool CgroupTree::has(Controller controller) const {
  return (v2_controllers_ >> controller & 1) != 0 || !v1_[controller].empty();
}

Result<> CgroupTree::enter_init_scope() {
  if (scope_.cgroup_layout == CgroupLayout::none) return {};
  const std::string folder = folder_of("/init.scope");
  if (::mkdir(folder.c_str(), 0755) < 0 && errno != EEXIST) return fail_errno("make", folder, errno);
  if (const int error = write_small_file(folder + "/cgroup.procs", "0"); error != 0)
    return fail_errno("enter", folder, error);
  std::vector<pid_t> others;  // what came with us; kernel threads stay
  read_pids(folder_of("") + "/cgroup.procs", others, 1024);
  for (const pid_t pid : others) write_small_file(folder + "/cgroup.procs", std::to_string(pid));
  return {};
}

Result<> CgroupTree::make(const std::string& cgroup, uint8_t wanted) {
  if (!is_path(cgroup)) return fail(ErrorCode::invalid_args, "'{}' is not a cgroup path.", cgroup);
  if (const int error = make_cgroup(folder_of(""), cgroup); error != 0)
    return fail_errno("make", folder_of(cgroup), error);
  wanted &= v2_controllers_;
  if (wanted == 0 || cgroup == "/") return {};
  for (size_t end = 0; end != cgroup.npos; end = cgroup.find('/', end + 1)) {  // top-down, without the cgroup itself
    const std::string above = cgroup.substr(0, end);
    Group& group = groups_[above];
    const auto missing = static_cast<uint8_t>(wanted & ~group.enabled);
    if (missing == 0) continue;
    for (size_t i = 0; i < controllers; ++i)  // one by one: one that is refused does not spoil the others
      if ((missing >> i & 1) != 0)
        write_small_file(folder_of(above) + "/cgroup.subtree_control", fmt::format("+{}", controller_names[i]));
    group.enabled |= missing;  // also what was refused: it would be again
  }
  return {};
}

Result<> CgroupTree::realize(const std::string& cgroup, const ResourceSection& resource) {
  if (scope_.cgroup_layout == CgroupLayout::none) return {};
  const uint8_t wanted = needs(resource);
  if (auto made = make(cgroup, wanted); !made) return made;
  Group& group = groups_[cgroup];
  for (size_t i = 0; i < controllers; ++i)
    if ((wanted >> i & 1) != 0 && !v1_[i].empty() && make_cgroup(v1_[i], cgroup) == 0)
      group.in_v1 |= static_cast<uint8_t>(1 << i);
  write_limits(cgroup, group, resource);
  return {};
}

Result<CgroupPlacement> CgroupTree::prepare(const std::string& cgroup, const ResourceSection& resource, bool control) {
  CgroupPlacement placement;
  if (scope_.cgroup_layout == CgroupLayout::none) return placement;
  if (cgroup == known_empty_) forget_empty();
  if (auto realized = realize(cgroup, resource); !realized) return tl::unexpected(realized.error());
  std::string folder = folder_of(cgroup);
  if (control) {
    folder += "/.control";
    if (::mkdir(folder.c_str(), 0755) < 0 && errno != EEXIST) return fail_errno("make", folder, errno);
  }
  if (scope_.cgroup_layout == CgroupLayout::legacy || groups_[cgroup].no_birth) {
    placement.attach.push_back(folder + "/cgroup.procs");
  } else {
    placement.folder = UniqueFd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!placement.folder) return fail_errno("open", folder, errno);
  }
  placement.path = folder;
  placement.has_memory_limit = has_memory_limit(cgroup);
  placement.is_frozen = is_below_frozen(cgroup);
  const Group& group = groups_[cgroup];
  for (size_t i = 0; i < controllers; ++i)
    if ((group.in_v1 >> i & 1) != 0)
      placement.attach.push_back(v1_folder_of(static_cast<Controller>(i), cgroup) + "/cgroup.procs");
  return placement;
}

void CgroupTree::set_oom_group(const std::string& cgroup, bool together) {
  if ((v2_controllers_ >> memory & 1) == 0 || !is_path(cgroup)) return;
  write_value(groups_[cgroup], folder_of(cgroup) + "/memory.oom.group", together ? "1" : "0", "0");
}

bool CgroupTree::had_oom_kill(const std::string& cgroup) {
  if (!has(memory) || !is_path(cgroup)) return false;
  const bool in_v1 = !v1_[memory].empty();
  const auto kills = read_keyed_number(
      in_v1 ? v1_folder_of(memory, cgroup) + "/memory.oom_control" : folder_of(cgroup) + "/memory.events", "oom_kill");
  if (!kills) return false;
  Group& group = groups_[cgroup];
  return *kills > std::exchange(group.oom_kills, *kills);
}

/// A watch of a file that is not there is none: the controller is off for this cgroup.
void CgroupTree::watch_memory(const std::string& cgroup) {
  if ((v2_controllers_ >> memory & 1) == 0 || !inotify_ || !is_path(cgroup)) return;
  Group& group = groups_[cgroup];
  if (group.memory_watch >= 0) return;
  group.memory_watch = ::inotify_add_watch(inotify_.get(), (folder_of(cgroup) + "/memory.events").c_str(), IN_MODIFY);
  if (group.memory_watch >= 0) memory_watched_[group.memory_watch] = cgroup;
}

std::vector<std::string> CgroupTree::oom_killed() {
  std::vector<std::string> killed;
  for (std::string& cgroup : std::exchange(memory_changed_, {}))
    if (groups_.contains(cgroup) && had_oom_kill(cgroup)) killed.push_back(std::move(cgroup));
  return killed;
}

void CgroupTree::release(const std::string& cgroup) {
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup) || cgroup == "/") return;
  unwatch(cgroup);
  frozen_.erase(cgroup);
  if (const auto group = groups_.find(cgroup); group != groups_.end() && group->second.memory_watch >= 0) {
    memory_watched_.erase(group->second.memory_watch);
    ::inotify_rm_watch(inotify_.get(), group->second.memory_watch);
  }
  const auto found = groups_.find(cgroup);
  const uint8_t in_v1 = found == groups_.end() ? uint8_t{0xff} : found->second.in_v1;
  remove_tree(folder_of(cgroup));
  for (size_t i = 0; i < controllers; ++i)
    if ((in_v1 >> i & 1) != 0 && !v1_[i].empty()) remove_tree(v1_[i] + cgroup);
  if (found != groups_.end()) groups_.erase(found);
}

void CgroupTree::remove_tree(const std::string& folder) {
  if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return;
  std::vector<std::string> folders = folders_below(folder, folders_at_most);
  for (auto it = folders.rbegin(); it != folders.rend(); ++it) ::rmdir(it->c_str());
}

bool CgroupTree::note_if_empty(const std::string& cgroup) {
  if (!is_empty(cgroup)) return false;
  known_empty_ = cgroup;
  return true;
}

bool CgroupTree::is_empty(const std::string& cgroup) const {
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup) || cgroup == known_empty_) return true;
  if (scope_.cgroup_layout == CgroupLayout::legacy) return processes(cgroup, 1).empty();
  return read_keyed_number(folder_of(cgroup) + "/cgroup.events", "populated").value_or(0) == 0;
}

std::vector<pid_t> CgroupTree::processes(const std::string& cgroup, size_t at_most) const {
  std::vector<pid_t> found;
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup) || cgroup == known_empty_) return found;
  for (const std::string& folder : folders_below(folder_of(cgroup), folders_at_most)) {
    read_pids(folder + "/cgroup.procs", found, at_most);
    if (found.size() >= at_most) break;
  }
  return found;
}

uint64_t CgroupTree::id(const std::string& cgroup) const {
  const bool has_v2 = scope_.cgroup_layout == CgroupLayout::unified || scope_.cgroup_layout == CgroupLayout::hybrid;
  struct stat folder {};
  if (!has_v2 || !is_path(cgroup) || stat(folder_of(cgroup).c_str(), &folder) < 0) return 0;
  return folder.st_ino;
}

CgroupUsage CgroupTree::usage(const std::string& cgroup) const {
  CgroupUsage usage;
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup)) return usage;
  const std::string v2 = folder_of(cgroup);
  const auto figure = [&](Controller controller, const char* v2_file, const char* v1_file) {
    if (!has(controller)) return std::optional<uint64_t>();
    return v1_[controller].empty() ? read_number(v2 + v2_file)
                                   : read_number(v1_folder_of(controller, cgroup) + v1_file);
  };
  usage.tasks = figure(pids, "/pids.current", "/pids.current");
  usage.memory_bytes = figure(memory, "/memory.current", "/memory.usage_in_bytes");
  if (scope_.cgroup_layout == CgroupLayout::legacy)
    usage.cpu_nsec = figure(cpuacct, "/none", "/cpuacct.usage");
  else if (const auto usec = read_keyed_number(v2 + "/cpu.stat", "usage_usec"))
    usage.cpu_nsec = *usec * 1000;
  return usage;
}

std::string CgroupTree::of_pid(pid_t pid) const {
  const auto text = read_small_file(fmt::format("/proc/{}/cgroup", pid));
  if (!text || scope_.cgroup_layout == CgroupLayout::none) return "";
  const std::string_view key = scope_.cgroup_layout == CgroupLayout::legacy ? ":name=systemd:" : "0::";
  for (std::string_view rest = *text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const size_t at = line.find(key);
    if (at == line.npos || (key == "0::" && at != 0)) continue;
    line.remove_prefix(at + key.size());
    constexpr std::string_view deleted = " (deleted)";
    if (line.ends_with(deleted)) line.remove_suffix(deleted.size());
    if (!line.starts_with(scope_.cgroup_root)) return "";
    line.remove_prefix(scope_.cgroup_root.size());
    if (line.empty()) return "/";
    return line.starts_with('/') && !line.starts_with("/..") ? std::string(line) : "";
  }
  return "";
}

CgroupTree::Killed CgroupTree::kill(const std::string& cgroup, int signal, std::span<const pid_t> except,
                                    bool also_sigcont) {
  Killed killed;
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup)) return killed;
  std::unordered_set<pid_t> done(except.begin(), except.end());
  bool anew = true;
  for (int round = 0; anew && round < 64; ++round) {  // processes may fork while we read: until nobody new is there
    anew = false;
    for (const pid_t pid : processes(cgroup, 65536)) {
      if (pid == ::getpid() || !done.insert(pid).second) continue;
      anew = killed.others = true;
      if (::kill(pid, signal) < 0) continue;
      killed.any = true;
      if (also_sigcont && signal != SIGKILL && signal != SIGCONT) ::kill(pid, SIGCONT);
    }
  }
  if (anew && signal == SIGKILL && except.empty() && scope_.cgroup_layout != CgroupLayout::legacy)
    groups_[cgroup].no_birth = write_small_file(folder_of(cgroup) + "/cgroup.kill", "1") == 0;
  return killed;
}

bool CgroupTree::can_freeze() const {
  return scope_.cgroup_layout == CgroupLayout::unified &&
         ::access((folder_of("/init.scope") + "/cgroup.freeze").c_str(), F_OK) == 0;
}

/// It, or one above it.
bool CgroupTree::is_below_frozen(std::string_view cgroup) const {
  if (frozen_.empty()) return false;
  for (std::string_view path = cgroup; path.size() > 1; path = path.substr(0, path.rfind('/')))
    if (frozen_.contains(std::string(path))) return true;
  return false;
}

Result<> CgroupTree::freeze(const std::string& cgroup, bool frozen) {
  if (!is_path(cgroup)) return fail(ErrorCode::invalid_args, "{}: no cgroup", cgroup);
  const std::string file = folder_of(cgroup) + "/cgroup.freeze";
  if (const int error = write_small_file(file, frozen ? "1" : "0"); error != 0)
    return fail_errno("write to", file, error);
  if (frozen)
    frozen_.insert(cgroup);
  else
    frozen_.erase(cgroup);
  return {};
}

bool CgroupTree::is_frozen(const std::string& cgroup) const {
  return read_keyed_number(folder_of(cgroup) + "/cgroup.events", "frozen").value_or(0) != 0;
}

Result<> CgroupTree::watch(const std::string& cgroup) {
  if (scope_.cgroup_layout == CgroupLayout::none || !is_path(cgroup)) return {};
  Group& group = groups_[cgroup];
  if (group.watch != -1) return {};
  if (!inotify_) {
    group.watch = next_fake_watch_--;
  } else {
    const std::string file = folder_of(cgroup) + "/cgroup.events";
    group.watch = ::inotify_add_watch(inotify_.get(), file.c_str(), IN_MODIFY);
    if (group.watch < 0) return fail_errno("watch", file, errno);
  }
  watched_[group.watch] = cgroup;
  // The last process may have gone before the kernel watched: ending the watch makes an event, which emptied() reads.
  if (inotify_ && is_empty(cgroup)) ::inotify_rm_watch(inotify_.get(), group.watch);
  return {};
}

void CgroupTree::unwatch(const std::string& cgroup) {
  const auto found = groups_.find(cgroup);
  if (found == groups_.end() || found->second.watch == -1) return;
  watched_.erase(found->second.watch);
  if (inotify_) ::inotify_rm_watch(inotify_.get(), found->second.watch);
  found->second.watch = -1;
}

std::vector<std::string> CgroupTree::emptied() {
  std::unordered_set<int> changed;
  if (!inotify_) {
    for (const auto& [watch, cgroup] : watched_) changed.insert(watch);
  } else {
    alignas(inotify_event) char buffer[16384];
    for (int round = 0; round < 16; ++round) {
      const ssize_t got = ::read(inotify_.get(), buffer, sizeof buffer);
      if (got <= 0) break;
      for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= got;) {
        inotify_event event;
        std::memcpy(&event, buffer + at, sizeof event);
        at += static_cast<ssize_t>(sizeof event + event.len);
        if ((event.mask & IN_Q_OVERFLOW) != 0) {
          for (const auto& [watch, cgroup] : watched_) changed.insert(watch);
          for (const auto& [watch, cgroup] : memory_watched_) memory_changed_.push_back(cgroup);
        }
        if (const auto counted = memory_watched_.find(event.wd); counted != memory_watched_.end())
          memory_changed_.push_back(counted->second);
        else
          changed.insert(event.wd);
      }
    }
  }
  std::vector<std::string> out;
  for (const int watch : changed)
    if (const auto found = watched_.find(watch); found != watched_.end() && is_empty(found->second))
      out.push_back(found->second);
  return out;
}

}  // namespace svcd
