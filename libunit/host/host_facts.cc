#include "libunit/host/host_facts.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <map>

#include "libunit/host/host_files.h"
#include "libunit/host/zone_rules.h"

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

}  // namespace

HostFacts detect_host(const std::string& root) {
  static const SystemZones zones;
  HostFacts host;
  host.zones = &zones;
  host.machine_id = without_dashes(read_one_line(root + "/etc/machine-id"));
  host.boot_id = without_dashes(read_one_line("/proc/sys/kernel/random/boot_id"));
  utsname names{};
  if (uname(&names) == 0) {
    host.host_name = names.nodename;
    host.kernel_release = names.release;
    host.architecture = architecture_name(names.machine);
  }
  host.short_host_name = host.host_name.substr(0, host.host_name.find('.'));
  host.pretty_host_name = read_assignments(root + "/etc/machine-info")["PRETTY_HOSTNAME"];
  if (host.pretty_host_name.empty()) host.pretty_host_name = host.short_host_name;

  auto os = read_assignments(root + "/etc/os-release");
  if (os.empty()) os = read_assignments(root + "/usr/lib/os-release");
  host.os_id = os["ID"];
  host.os_version_id = os["VERSION_ID"];
  host.os_build_id = os["BUILD_ID"];
  host.os_variant_id = os["VARIANT_ID"];
  host.os_image_id = os["IMAGE_ID"];
  host.os_image_version = os["IMAGE_VERSION"];
  // As systemd has it: the shell of Debian's root, if it is there, whatever the list of accounts says.
  if (access((root + "/bin/bash").c_str(), X_OK) == 0) host.user_shell = "/bin/bash";
  host.uid = geteuid();
  host.gid = getegid();
  return host;
}

}  // namespace svcd
