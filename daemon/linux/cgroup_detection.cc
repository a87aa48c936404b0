#include <unistd.h>

#include <algorithm>
#include <map>

#include "daemon/linux/cgroup.h"
#include "daemon/linux/cgroup_files.h"

namespace svcd {

namespace {

struct Mounted {
  std::string root, folder, controllers;  // controllers: super options of v1
  bool is_v2 = false;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    parts.push_back(text.substr(0, text.find(separator)));
    text.remove_prefix(std::min(parts.back().size() + 1, text.size()));
  }
  return parts;
}

/// proc(5): "36 35 98:0 ROOT FOLDER OPTIONS … - TYPE SOURCE SUPER_OPTIONS"
std::vector<Mounted> cgroup_mounts(std::string_view mountinfo) {
  std::vector<Mounted> out;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 6 || fields.end() - dash < 4) continue;
    const std::string_view type = dash[1];
    if (type != "cgroup" && type != "cgroup2") continue;
    out.push_back({std::string(fields[3]), std::string(fields[4]), std::string(dash[3]), type == "cgroup2"});
  }
  return out;
}

/// /proc/self/cgroup: "4:memory:/a/b"; the v2 tree is under the key "".
std::map<std::string, std::string, std::less<>> own_cgroups(std::string_view text) {
  std::map<std::string, std::string, std::less<>> out;
  for (const std::string_view line : split(text, '\n')) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string_view names = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (names.empty()) out.emplace("", path);
    for (const std::string_view name : split(names, ',')) out.emplace(name, path);
  }
  return out;
}

/// Our root below a mount: "" or "/a/b". The manager itself may already be in init.scope.
std::string root_below(const Mounted& mount, std::string path) {
  if (mount.root != "/" && path.starts_with(mount.root)) path.erase(0, mount.root.size());
  constexpr std::string_view own = "/init.scope";
  if (path.ends_with(own)) path.erase(path.size() - own.size());
  if (path.find("/..") != path.npos) path.clear();  // outside of our cgroup namespace
  while (path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

void detect_cgroups(Scope& scope, std::string_view mountinfo, std::string_view self_cgroup,
                    bool (*is_writable)(const std::string&)) {
  const auto own = own_cgroups(self_cgroup);
  const auto mine = [&own](std::string_view name) {
    const auto found = own.find(name);
    return found == own.end() ? std::string() : found->second;
  };
  const Mounted *v2 = nullptr, *named = nullptr;
  bool has_v1 = false;
  const std::vector<Mounted> mounts = cgroup_mounts(mountinfo);
  scope.cgroup_v1.clear();
  for (const Mounted& mount : mounts) {
    if (mount.is_v2) {
      if (v2 == nullptr) v2 = &mount;
      continue;
    }
    has_v1 = true;
    for (const std::string_view controller : split(mount.controllers, ',')) {
      if (controller == "name=systemd") named = &mount;
      if (controller.starts_with("name=") || !own.contains(controller)) continue;
      const std::string folder = mount.folder + root_below(mount, mine(controller));
      if (is_writable(folder)) scope.cgroup_v1.push_back({std::string(controller), folder});
    }
  }
  scope.cgroup_layout = CgroupLayout::none;
  const auto track_by = [&](const Mounted& mount, std::string_view name, CgroupLayout layout) {
    const std::string root = root_below(mount, mine(name));
    if (!is_writable(mount.folder + root)) return false;
    scope.cgroup_layout = layout;
    scope.cgroup_mount = mount.folder;
    scope.cgroup_root = root;
    return true;
  };
  if (v2 != nullptr && track_by(*v2, "", has_v1 ? CgroupLayout::hybrid : CgroupLayout::unified)) return;
  if (named != nullptr) track_by(*named, "name=systemd", CgroupLayout::legacy);
}

void detect_cgroups(Scope& scope) {
  detect_cgroups(scope, read_small_file("/proc/self/mountinfo").value_or(""),
                 read_small_file("/proc/self/cgroup").value_or(""),
                 [](const std::string& folder) { return ::access(folder.c_str(), W_OK) == 0; });
  const std::string v2 = scope.cgroup_mount + scope.cgroup_root + "/cgroup.controllers";
  const bool has_v2 = scope.cgroup_layout != CgroupLayout::none && scope.cgroup_layout != CgroupLayout::legacy &&
                      read_small_file(v2).value_or("").find_first_not_of(" \n") != std::string::npos;
  scope.probe.cgroup_controllers = has_v2 || !scope.cgroup_v1.empty();
}

uint64_t system_tasks_max(const Scope& scope) {
  uint64_t least = std::min(read_number("/proc/sys/kernel/pid_max").value_or(UINT64_MAX),
                            read_number("/proc/sys/kernel/threads-max").value_or(UINT64_MAX));
  std::string root = scope.cgroup_mount + scope.cgroup_root;
  for (const CgroupV1& v1 : scope.cgroup_v1)
    if (v1.controller == "pids") root = v1.folder;
  return std::min(least, read_number(root + "/pids.max").value_or(UINT64_MAX));
}

uint64_t default_tasks_max(const Scope& scope) {
  return system_tasks_max(scope) * 15 / 100;
}

uint64_t effective_tasks_max(const Scope& scope, const ResourceSection& resource) {
  if (!resource.tasks_max) return default_tasks_max(scope);
  const ScaledLimit limit = *resource.tasks_max;
  if (limit.scale == 0 || limit.value == UINT64_MAX) return limit.value;
  return static_cast<uint64_t>(static_cast<__uint128_t>(system_tasks_max(scope)) * limit.value / limit.scale);
}

}  // namespace svcd
