#include "daemon/linux/condition_tests.h"

#include <fnmatch.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "daemon/linux/scope_detection.h"
#include "daemon/linux/user_lookup.h"
#include "libunit/codecs.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

std::optional<bool> as_boolean(std::string_view text) {
  bool value = false;
  return parse_boolean(text, value) ? std::optional(value) : std::nullopt;
}

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const auto is_edge = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
    if ((at == 0 || is_edge(text[at - 1])) && (end == text.size() || is_edge(text[end]))) return true;
  }
  return false;
}

std::vector<std::string> split_words(std::string_view text) {
  return split_command_line(text);
}

/// The words PID 1 was booted with: of the kernel, or in a container of svcd itself.
std::vector<std::string> boot_words(bool is_container) {
  auto text = read_virtual_file(is_container ? "/proc/1/cmdline" : "/proc/cmdline", 64 * 1024);
  if (!text) return {};
  if (is_container) std::replace(text->begin(), text->end(), '\0', ' ');
  return split_words(*text);
}

/// The value of the first `key=value` among them.
std::optional<std::string> boot_value(bool is_container, std::string_view key) {
  for (const std::string& word : boot_words(is_container))
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=')
      return word.substr(key.size() + 1);
  return std::nullopt;
}

bool is_efi() {
  return access("/sys/firmware/efi", F_OK) == 0;
}

bool has_firmware(std::string_view wanted) {
  if (wanted == "uefi") return is_efi();
  if (wanted == "device-tree") return access("/sys/firmware/devicetree/", F_OK) == 0;
  if (wanted.starts_with("device-tree-compatible(") && wanted.ends_with(')')) {
    const std::string_view value = wanted.substr(23, wanted.size() - 24);
    auto list = read_virtual_file("/proc/device-tree/compatible", 16 * 1024);
    for (std::string_view rest = list ? std::string_view(*list) : std::string_view(); !rest.empty();) {
      const std::string_view entry = rest.substr(0, rest.find('\0'));
      rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
      if (entry == value) return true;
    }
  }
  if (wanted.starts_with("smbios-field(") && wanted.ends_with(')')) {
    const std::string_view expression = wanted.substr(13, wanted.size() - 14);
    const size_t name_end = expression.find_first_of(" <>=!$");
    if (name_end == std::string_view::npos || expression.substr(0, name_end).find('/') != std::string_view::npos)
      return false;
    const std::string field = "/sys/class/dmi/id/" + std::string(expression.substr(0, name_end));
    return access(field.c_str(), F_OK) == 0 && matches_version(read_one_line(field), expression.substr(name_end));
  }
  return false;
}

bool has_security(std::string_view wanted) {
  if (wanted == "selinux") return access("/sys/fs/selinux/enforce", F_OK) == 0;
  if (wanted == "apparmor") return read_one_line("/sys/module/apparmor/parameters/enabled").starts_with('Y');
  if (wanted == "tomoyo") return access("/sys/kernel/security/tomoyo/version", F_OK) == 0;
  if (wanted == "ima") return access("/sys/kernel/security/ima", F_OK) == 0;
  if (wanted == "smack") return access("/sys/fs/smackfs", F_OK) == 0;
  if (wanted == "audit") return access("/proc/self/loginuid", F_OK) == 0 && access("/proc/self/sessionid", F_OK) == 0;
  if (wanted == "uefi-secureboot") {
    auto value = read_virtual_file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", 16);
    return value && value->size() == 5 && (*value)[4] == 1;
  }
  if (wanted == "tpm2") {
    for (const DirectoryEntry& entry : HostFiles().list("/sys/class/tpmrm"))
      if (!entry.name.empty()) return true;
    return false;
  }
  return false;
}

bool has_capability(std::string_view wanted) {
  int number = 0;
  return parse_capability(wanted, number) && prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1;
}

/// True also where no power supply is known; only mains count, and batteries that feed the system.
bool is_on_ac_power() {
  bool any_mains = false, discharging = false;
  const std::string folder = "/sys/class/power_supply";
  size_t looked = 0;
  for (const DirectoryEntry& entry : HostFiles().list(folder)) {
    if (++looked > 256) break;
    const std::string supply = folder + '/' + entry.name;
    const std::string type = read_one_line(supply + "/type");
    if (type == "Mains" || type == "USB") {
      if (read_one_line(supply + "/online") == "1") return true;
      any_mains = any_mains || type == "Mains";
    } else if (type == "Battery" && read_one_line(supply + "/scope") != "Device") {
      discharging = discharging || read_one_line(supply + "/status") == "Discharging";
    }
  }
  return !any_mains && !discharging;
}

bool is_system_uid(uint32_t uid) {
  return uid < 1000 || uid == 65534;
}

bool is_number(std::string_view text, uint32_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_user(const Scope& scope, std::string_view wanted) {
  if (wanted == "@system") return is_system_uid(scope.host.uid);
  uint32_t uid = 0;
  if (is_number(wanted, uid)) return uid == scope.host.uid;
  if (wanted == scope.host.user) return true;
  return local_id(scope.configuration_root + "/passwd", wanted) == scope.host.uid;
}

bool is_group(const Scope& scope, std::string_view wanted) {
  uint32_t gid = 0;
  if (!is_number(wanted, gid)) {
    if (wanted == scope.host.group) return true;
    const auto found = local_id(scope.configuration_root + "/group", wanted);
    if (!found) return false;
    gid = *found;
  }
  if (gid == scope.host.gid) return true;
  gid_t groups[1024];
  const int n = getgroups(1024, groups);
  return std::find(groups, groups + std::max(n, 0), gid) != groups + std::max(n, 0);
}

uint64_t usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<uint64_t>(CPU_COUNT(&set)) : 1;
}

uint64_t physical_memory(const Scope& scope) {
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  uint64_t limit = 0;
  const std::string text = read_one_line(scope.cgroup_mount + scope.cgroup_root + "/memory.max");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc{} && end != text.data()) bytes = std::min(bytes, limit);
  return bytes;
}

/// "1G" after an operator becomes bytes, so that it can be compared as a number.
std::string with_bytes(std::string_view expression) {
  const size_t digits = std::min(expression.find_first_of("0123456789"), expression.size());
  uint64_t bytes = 0;
  if (!parse_size(expression.substr(digits), bytes)) return std::string(expression);
  return std::string(expression.substr(0, digits)) + std::to_string(bytes);
}

/// cpuinfo has other names for a few of the manual's.
bool has_cpu_feature(std::string_view wanted) {
  auto text = read_virtual_file("/proc/cpuinfo", 16 * 1024);
  if (!text) return false;
  const size_t begin = text->find("\nflags");
  if (begin == std::string::npos) return false;
  const std::string_view line = std::string_view(*text).substr(begin + 1, text->find('\n', begin + 1) - begin - 1);
  if (wanted == "pclmul") wanted = "pclmulqdq";
  if (wanted == "fma3") wanted = "fma";
  if (wanted == "osxsave") wanted = "xsave";
  return has_word(line, wanted);
}

/// Pairs "KEY=value", "KEY>=value" of os-release(5), separated by spaces.
bool fits_os_release(const Scope& scope, std::string_view wanted) {
  auto text = read_regular_file(scope.configuration_root + "/os-release", 256 * 1024);
  if (!text) text = read_regular_file("/usr/lib/os-release", 256 * 1024);
  for (const std::string& pair : split_words(wanted)) {
    const size_t name_end = pair.find_first_of("<>=!$");
    if (name_end == std::string::npos || name_end == 0) return false;
    const std::string key = "\n" + pair.substr(0, name_end) + "=";
    const std::string all = "\n" + (text ? *text : std::string());
    const size_t at = all.find(key);
    std::string value =
        at == std::string::npos ? "" : all.substr(at + key.size(), all.find('\n', at + 1) - at - key.size());
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'')) value = value.substr(1, value.size() - 2);
    if (!matches_version(value, std::string_view(pair).substr(name_end))) return false;
  }
  return true;
}

/// A list of expressions; an operator may stand apart from its version.
bool fits_kernel_version(const Scope& scope, std::string_view wanted) {
  std::string expression;
  for (const std::string& word : split_words(wanted)) {
    expression += word;
    if (word.find_first_not_of("<>=!$") == std::string::npos) continue;
    if (!matches_version(scope.host.kernel_release, expression)) return false;
    expression.clear();
  }
  return expression.empty();
}

bool has_variable(std::string_view wanted) {
  const size_t equals = wanted.find('=');
  const char* value = getenv(std::string(wanted.substr(0, equals)).c_str());
  if (value == nullptr) return false;
  return equals == std::string_view::npos || wanted.substr(equals + 1) == value;
}

}  // namespace

bool ConditionTests::is_virtualized(std::string_view wanted) const {
  const bool any = scope_.virtualization != "none" && !scope_.virtualization.empty();
  if (const auto yes = as_boolean(wanted)) return any == *yes;
  if (wanted == "vm") return any && !scope_.is_container;
  if (wanted == "container") return scope_.is_container;
  if (wanted == "private-users") {
    const auto words = split_words(read_one_line("/proc/self/uid_map"));
    return words.size() == 3 && !(words[0] == "0" && words[1] == "0" && words[2] == "4294967295");
  }
  return any && wanted == scope_.virtualization;
}

bool ConditionTests::is_host(const std::string& wanted) const {
  std::string id = wanted;
  std::erase(id, '-');
  if (id.size() == 32 && id == scope_.host.machine_id) return true;
  return fnmatch(wanted.c_str(), scope_.host.host_name.c_str(), FNM_CASEFOLD) == 0;
}

bool ConditionTests::has_command_line_word(std::string_view wanted) const {
  const bool is_assignment = wanted.find('=') != std::string_view::npos;
  for (const std::string& word : boot_words(scope_.is_container)) {
    if (word == wanted) return true;
    if (!is_assignment && word.size() > wanted.size() && word.starts_with(wanted) && word[wanted.size()] == '=')
      return true;
  }
  return false;
}

bool ConditionTests::needs_update(std::string folder) const {
  if (const auto forced = boot_value(scope_.is_container, "systemd.condition-needs-update"))
    if (const auto yes = as_boolean(*forced)) return *yes;
  while (folder.ends_with('/')) folder.pop_back();
  if (!test_path_condition(Condition::Type::path_is_read_write, folder)) return false;
  struct stat usr {
  }, other{};
  if (stat("/usr/", &usr) < 0) return true;
  if (lstat((folder + "/.updated").c_str(), &other) < 0) return true;
  if (usr.st_mtim.tv_sec != other.st_mtim.tv_sec) return usr.st_mtim.tv_sec > other.st_mtim.tv_sec;
  return usr.st_mtim.tv_nsec > other.st_mtim.tv_nsec && other.st_mtim.tv_nsec > 0;
}

bool ConditionTests::is_first_boot(std::string_view wanted) const {
  bool first = scope_.is_first_boot;
  if (const auto forced = boot_value(scope_.is_container, "systemd.condition-first-boot"))
    if (const auto yes = as_boolean(*forced)) first = *yes;
  const auto yes = as_boolean(wanted);
  return yes && first == *yes;
}

bool ConditionTests::has_controllers(std::string_view wanted) const {
  if (wanted == "v2") return scope_.cgroup_layout == CgroupLayout::unified;
  if (wanted == "v1")
    return scope_.cgroup_layout == CgroupLayout::hybrid || scope_.cgroup_layout == CgroupLayout::legacy;
  const std::string v2 = read_one_line(scope_.cgroup_mount + scope_.cgroup_root + "/cgroup.controllers");
  for (const std::string& controller : split_words(wanted)) {
    if (controller != "cpu" && controller != "io" && controller != "memory" && controller != "pids") continue;
    const bool in_v1 = std::any_of(scope_.cgroup_v1.begin(), scope_.cgroup_v1.end(),
                                   [&](const CgroupV1& v1) { return v1.controller == controller; });
    if (!in_v1 && !has_word(v2, controller)) return false;
  }
  return true;
}

// "10%" of the last five minutes, "10%/1min", and "a.slice:10%".
bool ConditionTests::is_below_pressure(std::string_view resource, std::string_view threshold) const {
  std::string path = fmt::format("/proc/pressure/{}", resource);
  if (const size_t colon = threshold.find(':'); colon != std::string_view::npos) {
    auto slice = UnitName::parse(threshold.substr(0, colon));
    threshold.remove_prefix(colon + 1);
    if (!slice || slice->type() != UnitType::slice) return false;
    std::string below;
    for (UnitName at = *slice; !at.empty() && at.str() != "-.slice";) {
      below.insert(0, "/" + at.str());
      auto parent = slice_parent(at);
      at = parent ? *parent : UnitName();
    }
    path = fmt::format("{}{}{}/{}.pressure", scope_.cgroup_mount, scope_.cgroup_root, below, resource);
  }
  while (threshold.starts_with(' ')) threshold.remove_prefix(1);
  const size_t percent = threshold.find('%');
  if (percent == std::string_view::npos) return false;
  const double wanted = strtod(std::string(threshold.substr(0, percent)).c_str(), nullptr);
  const std::string_view span = threshold.substr(percent + 1);
  std::string_view field = "avg300=";
  if (span == "/10sec" || span == "/10s")
    field = "avg10=";
  else if (span == "/1min" || span == "/1m" || span == "/60s")
    field = "avg60=";
  auto text = read_virtual_file(path);
  if (!text) return true;  // a kernel without this: nothing to wait for
  size_t line = text->find("full ");
  if (line == std::string::npos) line = 0;
  const size_t at = text->find(field, line);
  return at == std::string::npos || strtod(text->c_str() + at + field.size(), nullptr) <= wanted;
}

bool ConditionTests::test(const Condition& condition) const {
  const std::string& parameter = condition.parameter;
  switch (condition.type) {
    case Condition::Type::architecture: return parameter == "native" || parameter == scope_.host.architecture;
    case Condition::Type::firmware: return has_firmware(parameter);
    case Condition::Type::virtualization: return is_virtualized(parameter);
    case Condition::Type::host: return is_host(parameter);
    case Condition::Type::kernel_command_line: return has_command_line_word(parameter);
    case Condition::Type::kernel_version: return fits_kernel_version(scope_, parameter);
    case Condition::Type::security: return has_security(parameter);
    case Condition::Type::capability: return has_capability(parameter);
    case Condition::Type::ac_power: return as_boolean(parameter) == is_on_ac_power();
    case Condition::Type::needs_update: return needs_update(parameter);
    case Condition::Type::first_boot: return is_first_boot(parameter);
    case Condition::Type::user: return is_user(scope_, parameter);
    case Condition::Type::group: return is_group(scope_, parameter);
    case Condition::Type::control_group_controller: return has_controllers(parameter);
    case Condition::Type::cpus: return matches_number(usable_cpus(), parameter);
    case Condition::Type::memory: return matches_number(physical_memory(scope_), with_bytes(parameter));
    case Condition::Type::environment: return has_variable(parameter);
    case Condition::Type::cpu_feature: return has_cpu_feature(parameter);
    case Condition::Type::os_release: return fits_os_release(scope_, parameter);
    case Condition::Type::memory_pressure: return is_below_pressure("memory", parameter);
    case Condition::Type::cpu_pressure: return is_below_pressure("cpu", parameter);
    case Condition::Type::io_pressure: return is_below_pressure("io", parameter);
    case Condition::Type::credential:
      return parameter.find('/') == std::string::npos &&
             access((scope_.host.credentials_root + "/@system/" + parameter).c_str(), F_OK) == 0;
    case Condition::Type::path_exists:
    case Condition::Type::path_exists_glob:
    case Condition::Type::path_is_directory:
    case Condition::Type::path_is_symbolic_link:
    case Condition::Type::path_is_mount_point:
    case Condition::Type::path_is_read_write:
    case Condition::Type::path_is_encrypted:
    case Condition::Type::directory_not_empty:
    case Condition::Type::file_not_empty:
    case Condition::Type::file_is_executable: return test_path_condition(condition.type, parameter);
  }
  return false;
}

}  // namespace svcd
