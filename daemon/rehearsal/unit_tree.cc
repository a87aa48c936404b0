#include "daemon/rehearsal/unit_tree.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>

#include "libunit/host/host_facts.h"
#include "libunit/path_text.h"

namespace svcd::rehearsal {
namespace {

struct StandardUnit {
  const char *name, *text;
};
constexpr StandardUnit standard_units[] = {
#include "standard_units.inc"
};

constexpr size_t most_drop_ins = 1024;

std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path full = std::filesystem::absolute(path, error);
  return error ? path : simplify_path(full.lexically_normal().string());
}

/// Of a machine that is not there: the same on every laptop.
HostFacts nobody() {
  HostFacts host;
  host.machine_id = host.boot_id = std::string(32, '0');
  host.host_name = host.short_host_name = host.pretty_host_name = "machine";
  host.architecture = "x86-64";
  return host;
}

}  // namespace

const std::string& UnitTree::standard_folder() {
  static const std::string folder = "/usr/lib/svcd/system";
  return folder;
}

UnitTree::UnitTree(const Request& request) : system_(request.root.empty() ? "" : absolute(request.root)) {
  is_whole_ = !request.root.empty() || request.folders.empty();
  host_ = is_whole_ ? detect_host(system_.root()) : nobody();
  for (const std::string& folder : request.folders) folders_.push_back(absolute(folder));
  path_ = SearchPath::system(host_.configuration_root, host_.runtime_root, "");
  if (!is_whole_) path_.folders.clear();
  path_.folders.insert(path_.folders.begin(), folders_.begin(), folders_.end());
  std::erase(path_.folders, standard_folder());
  path_.folders.push_back(standard_folder());
  for (const StandardUnit& unit : standard_units)
    standard_.write(fmt::format("{}/{}", standard_folder(), unit.name), unit.text);
  if (is_whole_) {
    read_settings();
    return;
  }
  // Services on the bus need this one; few folders of services have it.
  standard_.write(standard_folder() + "/dbus.socket",
                  fmt::format("[Unit]\nDescription=D-Bus System Message Bus Socket\n[Socket]\n"
                              "ListenStream={}/dbus/system_bus_socket\n",
                              host_.runtime_root));
  standard_.write(standard_folder() + "/dbus.service",
                  "[Unit]\nDescription=D-Bus System Message Bus\nRequires=dbus.socket\n"
                  "[Service]\nType=notify\nExecStart=/usr/bin/dbus-daemon\n");
}

Result<std::unique_ptr<UnitTree>> UnitTree::open(const Request& request) {
  std::vector<std::string> named = request.folders;
  if (!request.root.empty()) named.push_back(request.root);
  HostFiles files;
  for (const std::string& folder : named) {
    std::error_code error;
    const std::filesystem::directory_iterator entries(folder, error);
    if (error) return fail(ErrorCode::io_error, "Cannot read folder {}: {}", folder, error.message());
  }
  return std::unique_ptr<UnitTree>(new UnitTree(request));
}

/// systemd-system.conf(5): the main file, then drop-ins by name; one of a name, from the first folder that has it.
void UnitTree::read_settings() {
  const std::string& etc = host_.configuration_root;
  std::vector<std::string> paths{etc + "/systemd/system.conf"};
  std::map<std::string, std::string> by_name;
  for (const std::string& above : {etc, host_.runtime_root, std::string("/usr/local/lib"), std::string("/usr/lib")}) {
    const std::string folder = above + "/systemd/system.conf.d";
    for (const DirectoryEntry& entry : list(folder))
      if (entry.name.ends_with(".conf") && !entry.name.starts_with('.') && by_name.size() < most_drop_ins)
        by_name.try_emplace(entry.name, folder + '/' + entry.name);
  }
  for (const auto& [name, path] : by_name) paths.push_back(path);
  Diagnostics nobody_asks;  // `svcctl verify` is for that
  for (const std::string& path : paths)
    if (const Result<std::string> text = read(path))
      apply_manager_configuration(path, *text, settings_, host_, nobody_asks);
}

FileSource& UnitTree::source_of(const std::string& path) {
  const auto is_in = [&path](const std::string& folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  };
  if (is_in(standard_folder())) return standard_;
  if (std::any_of(folders_.begin(), folders_.end(), is_in)) return own_;
  return system_;
}

std::vector<DirectoryEntry> UnitTree::list(const std::string& directory) {
  const auto [at, is_new] = lists_.try_emplace(directory);
  if (is_new) {
    at->second = source_of(directory).list(directory);
    // The order of a folder is its file system's; what follows from it must not be.
    std::sort(at->second.begin(), at->second.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  return at->second;
}

FileInfo UnitTree::look(const std::string& path) {
  const auto [at, is_new] = looks_.try_emplace(path);
  if (is_new) at->second = source_of(path).look(path);
  return at->second;
}

FileInfo UnitTree::look_at_link(const std::string& path) {
  const auto [at, is_new] = link_looks_.try_emplace(path);
  if (is_new) at->second = source_of(path).look_at_link(path);
  return at->second;
}

Result<std::string> UnitTree::read(const std::string& path) {
  const auto [at, is_new] = texts_.try_emplace(path);
  if (is_new) at->second = source_of(path).read(path);
  return at->second;
}

Result<std::string> UnitTree::read_link(const std::string& path) {
  const auto [at, is_new] = links_.try_emplace(path);
  if (is_new) at->second = source_of(path).read_link(path);
  return at->second;
}

}  // namespace svcd::rehearsal
