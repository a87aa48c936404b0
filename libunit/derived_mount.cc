#include "libunit/derived_mount.h"

#include <algorithm>
#include <array>

#include "libunit/path_text.h"

namespace svcd {

namespace {

bool has_option(std::string_view options, std::string_view name) {
  while (!options.empty()) {
    const size_t end = std::min(options.find(','), options.size());
    const std::string_view option = options.substr(0, end);
    if (option.substr(0, option.find('=')) == name) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

constexpr std::array<std::string_view, 18> network_types{"afs",       "ceph",     "cifs",  "davfs", "gfs",   "gfs2",
                                                         "glusterfs", "lustre",   "ncp",   "ncpfs", "nfs",   "nfs4",
                                                         "ocfs2",     "orangefs", "pvfs2", "smb3",  "smbfs", "sshfs"};

bool is_network(const MountSection& mount) {
  std::string_view type = mount.type;
  if (type.starts_with("fuse.")) type.remove_prefix(5);
  return has_option(mount.options, "_netdev") || std::binary_search(network_types.begin(), network_types.end(), type);
}

bool has_quota(const MountSection& mount) {
  if (is_network(mount) || is_bind(mount)) return false;
  for (const char* option : {"usrquota", "grpquota", "quota", "usrjquota", "grpjquota"})
    if (has_option(mount.options, option)) return true;
  return false;
}

std::string where_of(const UnitName& name, const UnitConfig& config) {
  if (!config.mount().where.empty()) return config.mount().where;
  return unit_name_to_path(name).value_or("");
}

}  // namespace

bool is_bind(const MountSection& mount) {
  return mount.type == "bind" || has_option(mount.options, "bind") || has_option(mount.options, "rbind");
}

std::string parent_path(std::string_view path) {
  return path == "/" ? "" : std::string(folder_of(simplify_path(path)));
}

bool mount_is_part_of_the_root(std::string_view where) {
  if (where == "/" || where == "/usr") return true;
  for (const char* folder : {"/proc", "/sys", "/dev", "/run/initramfs"})
    if (where == folder || is_below(where, folder)) return true;
  return false;
}

std::vector<DerivedEdge> mount_edges(const UnitName& name, const UnitConfig& config) {
  const MountSection& mount = config.mount();
  const std::string where = where_of(name, config);
  std::vector<DerivedEdge> edges;
  const auto add = [&](Dependency kind, std::string_view other, EdgeCause cause) {
    if (auto unit = UnitName::parse(other)) edges.push_back({kind, *unit, cause});
  };
  using enum Dependency;
  if (has_quota(mount))
    for (const char* service : {"systemd-quotacheck.service", "quotaon.service"})
      for (const Dependency kind : {before, wants}) add(kind, service, cause_implicit);
  if (!config.unit().default_dependencies || mount_is_part_of_the_root(where)) return edges;
  const bool network = is_network(mount);
  if (network) {
    for (const char* target : {"remote-fs-pre.target", "network.target", "network-online.target"})
      add(after, target, cause_default);
    add(wants, "network-online.target", cause_default);
  } else {
    add(after, "local-fs-pre.target", cause_default);
  }
  if (!has_option(mount.options, "nofail"))
    add(before, network ? "remote-fs.target" : "local-fs.target", cause_default);
  if (mount.type == "tmpfs") add(after, "swap.target", cause_default);
  add(before, "umount.target", cause_default);
  add(conflicts, "umount.target", cause_default);
  return edges;
}

std::vector<std::string> mount_paths(const UnitName& name, const UnitConfig& config) {
  const MountSection& mount = config.mount();
  std::vector<std::string> paths;
  if (std::string parent = parent_path(where_of(name, config)); !parent.empty()) paths.push_back(std::move(parent));
  if (!mount.from_kernel && mount.what.starts_with('/') && !is_network(mount)) paths.push_back(mount.what);
  return paths;
}

}  // namespace svcd
