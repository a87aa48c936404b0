#include "libunit/verify.h"

#include <algorithm>
#include <array>

#include "libunit/codecs.h"
#include "libunit/path_text.h"

namespace svcd {
namespace {

using S = ServiceSection;
using K = KillSection;

class Verifier {
 public:
  Verifier(const UnitName& name, Diagnostics& diagnostics) : name_(name), diagnostics_(diagnostics) {}
  Result<> refuse(std::string_view reason) {
    note(Diagnostic::Level::error, reason);
    return fail(ErrorCode::bad_unit_setting, "Unit {} has a bad unit file setting.", name_.str());
  }
  void warn(std::string_view text) { note(Diagnostic::Level::warning, text); }

 private:
  void note(Diagnostic::Level level, std::string_view text) {
    diagnostics_.push_back({level, {}, fmt::format("{}: {}", name_.str(), text)});
  }
  const UnitName& name_;
  Diagnostics& diagnostics_;
};

bool kills_what_pam_needs(const UnitConfig& config) {
  const K::Mode mode = config.kill().kill_mode;
  return config.exec().pam_name.empty() || mode == K::Mode::control_group || mode == K::Mode::mixed;
}

Result<> verify_service_commands(const UnitConfig& config, Verifier& v) {
  const S& s = config.service();
  const S::Type type = effective_type(s);
  const bool no_action = config.unit().success_action == EmergencyAction::none;
  if (s.exec_start.empty() && s.exec_stop.empty() && no_action)
    return v.refuse("Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.");
  if (type != S::Type::oneshot && s.exec_start.empty())
    return v.refuse("Service has no ExecStart= setting, which is only allowed for Type=oneshot services. Refusing.");
  if (!s.remain_after_exit && s.exec_start.empty() && no_action)
    return v.refuse(
        "Service has no ExecStart= and no SuccessAction= settings and does not have RemainAfterExit=yes set. "
        "Refusing.");
  if (type != S::Type::oneshot && s.exec_start.size() > 1)
    return v.refuse(
        "Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services. Refusing.");
  return {};
}

Result<> verify_service(const UnitConfig& config, Verifier& v) {
  SVCD_TRY(verify_service_commands(config, v));
  const S& s = config.service();
  const bool oneshot = effective_type(s) == S::Type::oneshot;
  if (oneshot && (s.restart == S::Restart::always || s.restart == S::Restart::on_success))
    return v.refuse(
        "Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services. "
        "Refusing.");
  if (oneshot && !s.restart_force_exit_status.empty())
    return v.refuse(
        "Service has RestartForceExitStatus= set, which isn't allowed for Type=oneshot services. Refusing.");
  if (oneshot && s.exit_type == S::ExitType::cgroup)
    return v.refuse("Service has ExitType=cgroup set, which isn't allowed for Type=oneshot services. Refusing.");
  if (effective_type(s) == S::Type::dbus && s.bus_name.empty())
    return v.refuse("Service is of type D-Bus but no D-Bus service name has been specified. Refusing.");
  if (!kills_what_pam_needs(config))
    return v.refuse("Service has PAM enabled. Kill mode must be set to 'control-group' or 'mixed'. Refusing.");
  if (s.usb_function_descriptors.empty() && !s.usb_function_strings.empty())
    v.warn("Service has USBFunctionStrings= setting, but no USBFunctionDescriptors=. Ignoring.");
  if (!s.usb_function_descriptors.empty() && s.usb_function_strings.empty())
    v.warn("Service has USBFunctionDescriptors= setting, but no USBFunctionStrings=. Ignoring.");
  if (s.runtime_max != infinity && oneshot)
    v.warn("RuntimeMaxSec= has no effect in combination with Type=oneshot. Ignoring.");
  if (s.runtime_max == infinity && s.runtime_randomized_extra.count() != 0)
    v.warn("Service has RuntimeRandomizedExtraSec= setting, but no RuntimeMaxSec=. Ignoring.");
  return {};
}

Result<> verify_socket(const UnitConfig& config, Verifier& v) {
  using Kind = SocketSection::Kind;
  const SocketSection& s = config.socket();
  if (s.listen.empty())
    return v.refuse("Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, ...). Refusing.");
  const bool all_accept = std::ranges::all_of(
      s.listen, [](const auto& l) { return l.kind == Kind::stream || l.kind == Kind::sequential_packet; });
  if (s.accept && !all_accept)
    return v.refuse("Unit configured for accepting sockets, but sockets are non-accepting. Refusing.");
  if (s.accept && s.max_connections == 0) return v.refuse("MaxConnection= setting too small. Refusing.");
  if (s.accept && !s.service.empty())
    return v.refuse("Explicit service configuration for accepting socket units not supported. Refusing.");
  if (!kills_what_pam_needs(config))
    return v.refuse("Unit has PAM enabled. Kill mode must be set to 'control-group' or 'mixed'. Refusing.");
  const auto in_file_system = std::ranges::count_if(s.listen, [](const auto& l) {
    return l.kind == Kind::fifo || (l.kind <= Kind::sequential_packet && l.address.starts_with('/'));
  });
  if (!s.symlinks.empty() && in_file_system != 1)
    return v.refuse("Unit has symlinks set but none or more than one node in the file system. Refusing.");
  return {};
}

/// Folders that the manager itself mounts before it reads any unit.
bool is_api_mount(std::string_view path) {
  static constexpr std::string_view paths[] = {"/proc",          "/sys",           "/dev",
                                               "/dev/pts",       "/dev/shm",       "/sys/kernel/security",
                                               "/sys/fs/cgroup", "/sys/fs/pstore", "/sys/fs/bpf"};
  return std::ranges::find(paths, path) != std::end(paths) || path.starts_with("/sys/fs/cgroup/");
}

Result<> verify_mount(const UnitName& name, const UnitConfig& config, Verifier& v) {
  const MountSection& m = config.mount();
  const auto named = unit_name_from_path(m.where, UnitType::mount);
  if (!named || *named != name) return v.refuse("Where= setting doesn't match unit name. Refusing.");
  if (is_api_mount(m.where))
    return v.refuse(fmt::format("Cannot create mount unit for API file system {}. Refusing.", m.where));
  if (m.what.empty()) return v.refuse("What= setting is missing. Refusing.");
  if (!config.exec().pam_name.empty() && config.kill().kill_mode != K::Mode::control_group)
    return v.refuse("Unit has PAM enabled. Kill mode must be set to control-group'. Refusing.");
  return {};
}

Result<> verify_timer(const UnitConfig& config, Verifier& v) {
  const TimerSection& t = config.timer();
  if (t.monotonic.empty() && t.calendar.empty() && !t.on_clock_change && !t.on_timezone_change)
    return v.refuse("Timer unit lacks value setting. Refusing.");
  return {};
}

Result<> verify_path(const UnitConfig& config, Verifier& v) {
  if (config.path().paths.empty()) return v.refuse("Path unit lacks path setting. Refusing.");
  return {};
}

Result<> verify_automount(const UnitName& name, const UnitConfig& config, Verifier& v) {
  const auto named = unit_name_from_path(config.automount().where, UnitType::automount);
  if (!named || *named != name) return v.refuse("Where= setting doesn't match unit name. Refusing.");
  return {};
}

Result<> verify_swap(const UnitName& name, const UnitConfig& config, Verifier& v) {
  const auto named = unit_name_from_path(config.swap().what, UnitType::swap);
  if (!named || *named != name) return v.refuse("Value of What= and unit name do not match, not loading.");
  if (!config.exec().pam_name.empty() && config.kill().kill_mode != K::Mode::control_group)
    return v.refuse("Unit has PAM enabled. Kill mode must be set to 'control-group'. Refusing.");
  return {};
}

constexpr uint64_t capability(int number) {
  return uint64_t{1} << number;
}
constexpr int cap_sys_module = 16, cap_sys_rawio = 17, cap_sys_time = 25, cap_mknod = 27, cap_syslog = 34,
              cap_wake_alarm = 35;

/// What a protection takes away from the capabilities.
uint64_t capabilities_lost(const UnitConfig& config) {
  const SandboxSection& s = config.sandbox();
  uint64_t lost = 0;
  if (config.exec().private_devices) lost |= capability(cap_mknod) | capability(cap_sys_rawio);
  if (s.protect_kernel_modules) lost |= capability(cap_sys_module);
  if (s.protect_kernel_logs) lost |= capability(cap_syslog);
  if (s.protect_clock) lost |= capability(cap_sys_time) | capability(cap_wake_alarm);
  return lost;
}

/// A user for DynamicUser= is named after the unit; where that is no name of a user, after nothing else.
std::string dynamic_user_name(const UnitName& name) {
  const std::string_view prefix = name.prefix();
  const bool fits = !prefix.empty() && prefix.size() <= 31 && prefix.find_first_of(".:@\\") == std::string_view::npos &&
                    !(prefix[0] >= '0' && prefix[0] <= '9') && is_user_name(prefix);
  if (fits) return std::string(prefix);
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: the same name at every start
  for (char c : prefix) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return fmt::format("_du{:016x}", hash);
}

void complete_dynamic_user(const UnitName& name, UnitConfig& config) {
  ExecSection& exec = config.change<ExecSection>();
  if (exec.user.empty()) exec.user = dynamic_user_name(name);
  if (exec.group.empty()) exec.group = exec.user;
  // A user that comes and goes must not leave files behind that belong to the next one.
  exec.private_tmp = true;
  exec.no_new_privileges = true;
  exec.protect_system = ExecSection::ProtectSystem::strict;
  if (exec.protect_home == ExecSection::ProtectHome::no) exec.protect_home = ExecSection::ProtectHome::read_only;
  SandboxSection& sandbox = config.change<SandboxSection>();
  sandbox.remove_ipc = true;
  sandbox.restrict_suid_sgid = true;
}

/// Devices that other settings need: images are set up by way of loop devices, ProtectClock= leaves the clock readable,
/// and encrypted credentials may be sealed by a TPM.
void complete_device_rules(UnitConfig& config) {
  const auto allow = [&](std::initializer_list<StringPair> rules) {
    std::vector<StringPair>& all = config.change<ResourceSection>().device_allow;
    for (const StringPair& rule : rules) all.insert(all.begin(), rule);
  };
  const SandboxSection& sandbox = config.sandbox();
  const bool has_images = !sandbox.root_image.empty() || !sandbox.mount_images.empty();
  const bool restricts = config.resource().device_policy != ResourceSection::DevicePolicy::auto_ ||
                         !config.resource().device_allow.empty();
  if (has_images && restricts)
    allow({{"/dev/loop-control", "rw"},
           {"/dev/mapper/control", "rw"},
           {"block-loop", "rwm"},
           {"block-blkext", "rwm"},
           {"block-device-mapper", "rwm"}});
  if (sandbox.protect_clock) allow({{"char-rtc", "r"}});
  const bool has_secrets = !sandbox.load_credential_encrypted.empty() || !sandbox.set_credential_encrypted.empty();
  if (has_secrets && (restricts || sandbox.protect_clock)) allow({{"/dev/tpmrm0", "rw"}});
}

void complete_exec(const UnitName& name, UnitConfig& config) {
  if (config.exec().dynamic_user) complete_dynamic_user(name, config);
  const uint64_t lost = capabilities_lost(config);
  if ((config.exec().capability_bounding_set & lost) != 0)
    config.change<ExecSection>().capability_bounding_set &= ~lost;
  if (config.exec().private_devices && config.resource().device_policy == ResourceSection::DevicePolicy::auto_)
    config.change<ResourceSection>().device_policy = ResourceSection::DevicePolicy::closed;
  complete_device_rules(config);
}

/// The description of a unit that has none.
void describe(UnitConfig& config, const std::string& text) {
  if (config.unit().description.empty()) config.change<UnitSection>().description = text;
}

}  // namespace

void name_descriptors(const UnitName& name, UnitConfig& config) {
  if (name.type() == UnitType::socket && config.socket().file_descriptor_name.empty())
    config.change<SocketSection>().file_descriptor_name = name.str();
}

void complete_config(const UnitName& name, UnitConfig& config) {
  config.set_type(name.type());
  switch (name.type()) {
    case UnitType::service:
      complete_exec(name, config);
      if (!config.service().type) config.change<ServiceSection>().type = effective_type(config.service());
      break;
    case UnitType::socket:
      complete_exec(name, config);
      name_descriptors(name, config);
      break;
    case UnitType::mount:
      complete_exec(name, config);
      if (config.mount().where.empty())
        if (auto path = unit_name_to_path(name)) config.change<MountSection>().where = std::move(*path);
      describe(config, config.mount().where);
      // the journal's socket is on it: nothing that mounts it could say anything there
      if (name.str() == "-.mount") config.change<ExecSection>().standard_output = ExecSection::Output::null;
      break;
    case UnitType::swap:
      complete_exec(name, config);
      if (config.swap().what.empty())
        if (auto path = unit_name_to_path(name)) config.change<SwapSection>().what = std::move(*path);
      describe(config, config.swap().what);
      break;
    case UnitType::automount:
      if (config.automount().where.empty())
        if (auto path = unit_name_to_path(name)) config.change<AutomountSection>().where = std::move(*path);
      break;
    case UnitType::timer:
      if (config.timer().unit.empty())
        if (auto same = name.with_type(UnitType::service)) config.change<TimerSection>().unit = *same;
      break;
    case UnitType::path:
      if (config.path().unit.empty())
        if (auto same = name.with_type(UnitType::service)) config.change<PathSection>().unit = *same;
      break;
    case UnitType::device:
      if (auto path = unit_name_to_path(name)) describe(config, *path);
      break;
    case UnitType::target:
    case UnitType::slice:
    case UnitType::scope: break;
  }
}

Result<> verify_config(const UnitName& name, const UnitConfig& config, Diagnostics& diagnostics) {
  Verifier v(name, diagnostics);
  if (config.unit().job_running_timeout_set && config.unit().job_running_timeout > config.unit().job_timeout)
    v.warn("JobRunningTimeoutSec= is greater than JobTimeoutSec=, it has no effect.");
  const UnitSection& unit = config.unit();
  if (unit.on_failure.size() > 1 && unit.on_failure_job_mode == JobMode::isolate)
    return v.refuse("More than one OnFailure= dependencies specified but OnFailureJobMode=isolate set. Refusing.");
  if (unit.on_success.size() > 1 && unit.on_success_job_mode == JobMode::isolate)
    return v.refuse("More than one OnSuccess= dependencies specified but OnSuccessJobMode=isolate set. Refusing.");
  switch (name.type()) {
    case UnitType::service: return verify_service(config, v);
    case UnitType::socket: return verify_socket(config, v);
    case UnitType::mount: return verify_mount(name, config, v);
    case UnitType::automount: return verify_automount(name, config, v);
    case UnitType::swap: return verify_swap(name, config, v);
    case UnitType::timer: return verify_timer(config, v);
    case UnitType::path: return verify_path(config, v);
    case UnitType::target:
    case UnitType::device:
    case UnitType::slice:
    case UnitType::scope: return {};
  }
  return {};
}

}  // namespace svcd
