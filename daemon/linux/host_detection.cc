// What kind of machine this is: the container or the virtual machine we run in.
#include <unistd.h>

#include <algorithm>

#include "daemon/linux/scope_detection.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

}  // namespace

std::string detect_container(const char* own_container_variable) {
  if (access("/proc/vz", F_OK) == 0 && access("/proc/bc", F_OK) != 0) return "openvz";
  std::string name = own_container_variable != nullptr ? own_container_variable : "";
  if (name.empty()) name = read_one_line("/run/systemd/container");
  if (name.empty()) name = read_one_line("/run/host/container-manager");
  if (name.empty()) {
    auto environment = read_virtual_file("/proc/1/environ", 128 * 1024);
    for (std::string_view rest = environment ? std::string_view(*environment) : std::string_view(); !rest.empty();) {
      const std::string_view entry = rest.substr(0, rest.find('\0'));
      rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
      if (entry.starts_with("container=")) name = entry.substr(10);
    }
  }
  if (name.empty() && access("/run/.containerenv", F_OK) == 0) return "podman";
  if (name.empty() && access("/.dockerenv", F_OK) == 0) return "docker";
  if (name == "oci") return access("/.dockerenv", F_OK) == 0 ? "docker" : "podman";
  static constexpr std::string_view known[] = {"lxc", "lxc-libvirt", "systemd-nspawn", "docker", "podman",
                                               "rkt", "wsl",         "proot",          "pouch"};
  if (name.empty()) return name;
  for (const std::string_view k : known)
    if (k == name) return name;
  return "container-other";
}

std::string detect_vm() {
  struct Row {
    std::string_view vendor, name;
  };
  static constexpr Row rows[] = {
      {"KVM", "kvm"},           {"OpenStack", "kvm"},       {"KubeVirt", "kvm"},
      {"Amazon EC2", "amazon"}, {"QEMU", "qemu"},           {"VMware", "vmware"},
      {"VMW", "vmware"},        {"innotek GmbH", "oracle"}, {"VirtualBox", "oracle"},
      {"Xen", "xen"},           {"Bochs", "bochs"},         {"Parallels", "parallels"},
      {"BHYVE", "bhyve"},       {"Hyper-V", "microsoft"},   {"Google Compute Engine", "google"},
  };
  for (const char* file : {"product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version"}) {
    const std::string text = read_one_line(std::string("/sys/class/dmi/id/") + file);
    for (const Row& row : rows)
      if (text.starts_with(row.vendor)) return std::string(row.name);
  }
  if (access("/proc/xen", F_OK) == 0) return "xen";
  auto cpus = read_virtual_file("/proc/cpuinfo", 16 * 1024);  // the first processor's flags
  if (!cpus) return "none";
  if (contains(*cpus, "User Mode Linux")) return "uml";
  const size_t flags = cpus->find("\nflags");
  if (flags == std::string::npos || !contains(std::string_view(*cpus).substr(flags, 4096), " hypervisor"))
    return "none";
  return access("/dev/kvm", F_OK) == 0 || access("/sys/module/virtio", F_OK) == 0 ? "kvm" : "vm-other";
}

}  // namespace svcd
