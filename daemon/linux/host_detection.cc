// The facts of a machine that do not change while svcd runs.
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include "daemon/linux/host_files.h"
#include "daemon/linux/scope_detection.h"
#include "daemon/linux/zone_rules.h"

namespace svcd {
namespace {

/// The values of os-release(5); shell quoting as it occurs there.
std::map<std::string, std::string> read_assignments(const std::string& path) {
  std::map<std::string, std::string> values;
  auto text = read_regular_file(path, 256 * 1024);
  if (!text) return values;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || line[0] == '#') continue;
    std::string value;
    char quote = 0;
    for (size_t i = equals + 1; i < line.size(); ++i) {
      const char c = line[i];
      if (quote == 0 && (c == '"' || c == '\''))
        quote = c;
      else if (c == quote && quote != 0)
        quote = 0;
      else if (c == '\\' && quote != '\'' && i + 1 < line.size())
        value += line[++i];
      else
        value += c;
    }
    values[std::string(line.substr(0, equals))] = value;
  }
  return values;
}

std::string without_dashes(std::string text) {
  std::erase(text, '-');
  return text;
}

/// uname's machine in systemd's words; systemd.unit(5) ConditionArchitecture=.
std::string architecture_name(std::string_view machine) {
  struct Row {
    std::string_view machine, name;
  };
  static constexpr Row rows[] = {
      {"x86_64", "x86-64"},
      {"i686", "x86"},
      {"i586", "x86"},
      {"i486", "x86"},
      {"i386", "x86"},
      {"aarch64", "arm64"},
      {"aarch64_be", "arm64-be"},
      {"armv4l", "arm"},
      {"armv5tel", "arm"},
      {"armv6l", "arm"},
      {"armv7l", "arm"},
      {"armv8l", "arm"},
      {"ppc64le", "ppc64-le"},
      {"ppc64", "ppc64"},
      {"ppc", "ppc"},
      {"ppcle", "ppc-le"},
      {"s390x", "s390x"},
      {"s390", "s390"},
      {"riscv64", "riscv64"},
      {"riscv32", "riscv32"},
      {"mips64", "mips64"},
      {"mips", "mips"},
      {"loongarch64", "loongarch64"},
      {"sparc64", "sparc64"},
      {"sparc", "sparc"},
      {"ia64", "ia64"},
      {"alpha", "alpha"},
      {"m68k", "m68k"},
      {"parisc64", "parisc64"},
      {"parisc", "parisc"},
  };
  for (const Row& row : rows)
    if (row.machine == machine) return std::string(row.name);
  return std::string(machine);
}

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

}  // namespace

HostFacts detect_host() {
  static const SystemZones zones;
  HostFacts host;
  host.zones = &zones;
  host.machine_id = without_dashes(read_one_line("/etc/machine-id"));
  host.boot_id = without_dashes(read_one_line("/proc/sys/kernel/random/boot_id"));
  utsname names{};
  if (uname(&names) == 0) {
    host.host_name = names.nodename;
    host.kernel_release = names.release;
    host.architecture = architecture_name(names.machine);
  }
  host.short_host_name = host.host_name.substr(0, host.host_name.find('.'));
  host.pretty_host_name = read_assignments("/etc/machine-info")["PRETTY_HOSTNAME"];
  if (host.pretty_host_name.empty()) host.pretty_host_name = host.short_host_name;

  auto os = read_assignments("/etc/os-release");
  if (os.empty()) os = read_assignments("/usr/lib/os-release");
  host.os_id = os["ID"];
  host.os_version_id = os["VERSION_ID"];
  host.os_build_id = os["BUILD_ID"];
  host.os_variant_id = os["VARIANT_ID"];
  host.os_image_id = os["IMAGE_ID"];
  host.os_image_version = os["IMAGE_VERSION"];
  host.uid = geteuid();
  host.gid = getegid();
  return host;
}

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
