// systemd.exec(5), the settings that few units use; most of them have no effect yet, which the load log says.
#include <array>

#include "libunit/codec_resources.h"
#include "libunit/codec_sandbox.h"
#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using S = SandboxSection;
using codec::Boolean, codec::Path, codec::PrefixedPaths, codec::Text;

void show_timer_slack(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.sandbox().timer_slack_nsec.value_or(u.defaults().timer_slack_nsec));
}
void show_keyring_mode(const UnitConfig& u, ValueSink& sink) {
  const auto otherwise = u.type() == UnitType::service ? S::KeyringMode::private_ : S::KeyringMode::shared;
  sink.string(enum_name(u.sandbox().keyring_mode.value_or(otherwise)));
}
void show_coredump_filter(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.sandbox().coredump_filter.value_or(0x33));
}
void show_io_class(const UnitConfig& u, ValueSink& sink) {
  sink.i32(u.sandbox().io_scheduling_class.value_or(2));
}
void show_io_priority(const UnitConfig& u, ValueSink& sink) {
  sink.i32(u.sandbox().io_scheduling_priority.value_or(4));
}
void show_mount_api(const UnitConfig& u, ValueSink& sink) {
  const bool has_root = !u.exec().root_directory.empty() || !u.sandbox().root_image.empty();
  sink.boolean(u.sandbox().mount_api_vfs.value_or(has_root));
}
void show_same_process_group(const UnitConfig&, ValueSink& sink) {
  sink.boolean(false);
}

template <auto Hash, auto HashPath>
Result<> apply_hash(UnitConfig& u, std::string_view text, LoadContext& c) {
  S& section = u.change<S>();
  return codec::parse_hash(text, section.*Hash, section.*HashPath, c);
}
Result<> apply_cpu_affinity(UnitConfig& u, std::string_view text, LoadContext& c) {
  S& section = u.change<S>();
  section.cpu_affinity_from_numa = text == "numa";
  return section.cpu_affinity_from_numa ? Result<>{} : codec::Numbers::parse(text, section.cpu_affinity, c);
}
Result<> apply_cpu_policy(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_cpu_policy(text, u.change<S>(), c);
}
Result<> apply_cpu_priority(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_cpu_priority(text, u.change<S>(), c);
}
constexpr Setting same_process_group{
    SettingGroup::exec,         nullptr, "SameProcessGroup",       "b",    "Always no.", 0,
    SettingStatus::implemented, nullptr, &show_same_process_group, nullptr};

using Family = codec::Filter<codec::FilterKind::address_family>;
using Calls = codec::Filter<codec::FilterKind::system_call>;

constexpr std::array rows{
    // clang-format off
  //       member, codec                           key                    D-Bus property         summary, since
  accepted<&S::root_image, codec::StrictPath>     ("RootImage",           "RootImage",           "A disk image as the root folder.", 233),
  accepted<&S::root_image_options, codec::RootImageOptions>("RootImageOptions", "RootImageOptions", "Mount options for its partitions.", 247),
  with_apply(accepted<&S::root_hash, codec::Bytes>("RootHash",            "RootHash",            "The verity hash of RootImage=.", 246), apply_hash<&S::root_hash, &S::root_hash_path>),
  property<&S::root_hash_path, Text>              (                       "RootHashPath",        "The file that RootHash= names."),
  with_apply(accepted<&S::root_hash_signature, codec::Bytes>("RootHashSignature", "RootHashSignature", "Its signature.", 246), apply_hash<&S::root_hash_signature, &S::root_hash_signature_path>),
  property<&S::root_hash_signature_path, Text>    (                       "RootHashSignaturePath", "The file that RootHashSignature= names."),
  accepted<&S::root_verity, codec::StrictPath>    ("RootVerity",          "RootVerity",          "The verity data of RootImage=.", 246),
  accepted<&S::extension_directories, PrefixedPaths>("ExtensionDirectories", "ExtensionDirectories", "Folders laid over /usr and /opt.", 251),
  accepted<&S::extension_images, codec::Images<false>>("ExtensionImages", "ExtensionImages",     "Disk images laid over /usr and /opt.", 248),
  accepted<&S::mount_images, codec::Images<true>> ("MountImages",         "MountImages",         "Disk images that are mounted.", 247),
  with_show(accepted<&S::coredump_filter, codec::CoredumpFilter>("CoredumpFilter", "CoredumpFilter", "What a core dump holds.", 246), show_coredump_filter),
  with_show(setting<&S::io_scheduling_class, codec::IoClass>("IOSchedulingClass", "IOSchedulingClass", "The class of input and output."), show_io_class),
  with_show(setting<&S::io_scheduling_priority, codec::IoPriority>("IOSchedulingPriority", "IOSchedulingPriority", "Its priority within the class."), show_io_priority),
  with_apply(setting<&S::cpu_scheduling_policy, codec::Integer>("CPUSchedulingPolicy", "CPUSchedulingPolicy", "The scheduler of the processes."), apply_cpu_policy),
  with_apply(setting<&S::cpu_scheduling_priority, codec::Integer>("CPUSchedulingPriority", "CPUSchedulingPriority", "Their real-time priority."), apply_cpu_priority),
  with_apply(setting<&S::cpu_affinity, codec::Numbers>("CPUAffinity",    "CPUAffinity",         "Processors that they may run on."), apply_cpu_affinity),
  property<&S::cpu_affinity_from_numa, Boolean>   (                       "CPUAffinityFromNUMA", "CPUAffinity= is taken from NUMAMask=."),
  accepted<&S::numa_policy, codec::NumaPolicy>    ("NUMAPolicy",          "NUMAPolicy",          "How memory nodes are chosen.", 243),
  accepted<&S::numa_mask, codec::NumaMask>        ("NUMAMask",            "NUMAMask",            "The memory nodes of NUMAPolicy=.", 243),
  with_show(setting<&S::timer_slack_nsec, codec::Nanoseconds>("TimerSlackNSec", "TimerSlackNSec", "How late timers may be."), show_timer_slack),
  setting<&S::cpu_scheduling_reset_on_fork, Boolean>("CPUSchedulingResetOnFork", "CPUSchedulingResetOnFork", "Children have the usual scheduler again."),
  accepted<&S::tty_rows, codec::TerminalSize>     ("TTYRows",             "TTYRows",             "Rows of the terminal.", 250),
  accepted<&S::tty_columns, codec::TerminalSize>  ("TTYColumns",          "TTYColumns",          "Columns of the terminal.", 250),
  accepted<&S::log_rate_limit_interval, codec::Span>("LogRateLimitIntervalSec", "LogRateLimitIntervalUSec", "The time in which LogRateLimitBurst= lines are logged.", 240),
  accepted<&S::log_rate_limit_burst, codec::Unsigned>("LogRateLimitBurst", "LogRateLimitBurst",  "How many lines are logged in that time.", 240),
  accepted<&S::log_extra_fields, codec::LogFields>("LogExtraFields",      "LogExtraFields",      "More fields for each log line.", 236),
  accepted<&S::log_namespace, codec::LogNamespace>("LogNamespace",        "LogNamespace",        "The journal that lines go to.", 245),
  accepted<&S::secure_bits, codec::SecureBits>    ("SecureBits",          "SecureBits",          "securebits(7)."),
  accepted<&S::remove_ipc, Boolean>               ("RemoveIPC",           "RemoveIPC",           "Remove the user's System V objects at the end.", 232),
  accepted<&S::set_credential, codec::SetCredentials<false>>("SetCredential", "SetCredential",   "A secret for the processes.", 247),
  accepted<&S::set_credential_encrypted, codec::SetCredentials<true>>("SetCredentialEncrypted", "SetCredentialEncrypted", "A secret, encrypted.", 250),
  accepted<&S::load_credential, codec::LoadCredentials>("LoadCredential", "LoadCredential",      "A secret from a file or socket.", 247),
  accepted<&S::load_credential_encrypted, codec::LoadCredentials>("LoadCredentialEncrypted", "LoadCredentialEncrypted", "The same, encrypted.", 250),
  setting<&S::read_write_paths, PrefixedPaths>   ("ReadWritePaths",      "ReadWritePaths",      "Paths that may be written to all the same.", 231),
  setting<&S::read_only_paths, PrefixedPaths>    ("ReadOnlyPaths",       "ReadOnlyPaths",       "Paths that cannot be written to.", 231),
  setting<&S::inaccessible_paths, PrefixedPaths> ("InaccessiblePaths",   "InaccessiblePaths",   "Paths that cannot be seen.", 231),
  accepted<&S::exec_paths, PrefixedPaths>         ("ExecPaths",           "ExecPaths",           "Paths whose programs may be run.", 247),
  accepted<&S::no_exec_paths, PrefixedPaths>      ("NoExecPaths",         "NoExecPaths",         "Paths whose programs may not be run.", 247),
  setting<&S::exec_search_path, codec::ColonPaths>("ExecSearchPath",      "ExecSearchPath",      "Where programs without a path are looked for.", 250),
  accepted<&S::mount_flags, codec::MountPropagation>("MountFlags",        "MountFlags",          "Whether mounts are seen on the other side.", 0),
  accepted<&S::protect_clock, Boolean>            ("ProtectClock",        "ProtectClock",        "The clock cannot be set.", 245),
  setting<&S::protect_kernel_tunables, Boolean>  ("ProtectKernelTunables", "ProtectKernelTunables", "/proc/sys and its like cannot be written to.", 232),
  setting<&S::protect_kernel_modules, Boolean>   ("ProtectKernelModules", "ProtectKernelModules", "No kernel modules can be loaded.", 232),
  setting<&S::protect_kernel_logs, Boolean>      ("ProtectKernelLogs",   "ProtectKernelLogs",   "The kernel's log cannot be read.", 244),
  setting<&S::protect_control_groups, Boolean>   ("ProtectControlGroups", "ProtectControlGroups", "Cgroups cannot be changed.", 232),
  accepted<&S::private_users, Boolean>            ("PrivateUsers",        "PrivateUsers",        "User ids of their own.", 232),
  setting<&S::private_mounts, Boolean>           ("PrivateMounts",       "PrivateMounts",       "Mounts of their own.", 239),
  setting<&S::private_ipc, Boolean>              ("PrivateIPC",          "PrivateIPC",          "System V objects of their own.", 248),
  same_process_group,
  accepted<&S::utmp_identifier, Text>             ("UtmpIdentifier",      "UtmpIdentifier",      "The name in utmp(5)."),
  accepted<&S::utmp_mode, codec::Enum<S::UtmpMode, what::UtmpMode>>("UtmpMode", "UtmpMode",      "The kind of entry in utmp(5).", 225),
  accepted<&S::selinux_context, codec::Label>     ("SELinuxContext",      "SELinuxContext",      "The SELinux context.", 209),
  accepted<&S::apparmor_profile, codec::Label>    ("AppArmorProfile",     "AppArmorProfile",     "The AppArmor profile.", 210),
  accepted<&S::smack_process_label, codec::Label> ("SmackProcessLabel",   "SmackProcessLabel",   "The SMACK label.", 218),
  accepted<&S::system_call_filter, Calls>         ("SystemCallFilter",    "SystemCallFilter",    "System calls that may be made.", 187),
  accepted<&S::system_call_architectures, codec::Architectures>("SystemCallArchitectures", "SystemCallArchitectures", "Architectures whose system calls may be made.", 209),
  accepted<&S::system_call_error_number, codec::ErrorNumber>("SystemCallErrorNumber", "SystemCallErrorNumber", "What a forbidden one gives.", 209),
  accepted<&S::system_call_log, Calls>            ("SystemCallLog",       "SystemCallLog",       "System calls that are logged.", 247),
  accepted<&S::personality, codec::Personality>   ("Personality",         "Personality",         "The architecture that uname(2) tells.", 209),
  accepted<&S::lock_personality, Boolean>         ("LockPersonality",     "LockPersonality",     "It cannot be changed.", 235),
  accepted<&S::restrict_address_families, Family> ("RestrictAddressFamilies", "RestrictAddressFamilies", "Kinds of sockets that may be made.", 211),
  accepted<&S::timeout_clean, codec::Span>        ("TimeoutCleanSec",     "TimeoutCleanUSec",    "How long a clean-up may take.", 244),
  accepted<&S::memory_deny_write_execute, Boolean>("MemoryDenyWriteExecute", "MemoryDenyWriteExecute", "No memory can be written to and executed.", 231),
  accepted<&S::restrict_realtime, Boolean>        ("RestrictRealtime",    "RestrictRealtime",    "No real-time scheduling.", 231),
  accepted<&S::restrict_suid_sgid, Boolean>       ("RestrictSUIDSGID",    "RestrictSUIDSGID",    "No set-user-id files can be made.", 242),
  accepted<&S::restrict_namespaces, codec::Namespaces>("RestrictNamespaces", "RestrictNamespaces", "Kinds of namespaces that may be made.", 233),
  accepted<&S::restrict_file_systems, codec::Filter<codec::FilterKind::file_system>>("RestrictFileSystems", "RestrictFileSystems", "File systems whose files may be opened.", 250),
  setting<&S::bind_paths, codec::BindMounts>     ("BindPaths",           "BindPaths",           "Paths that are seen elsewhere, too.", 233),
  setting<&S::bind_read_only_paths, codec::BindMounts>("BindReadOnlyPaths", "BindReadOnlyPaths", "The same, not to be written to.", 233),
  setting<&S::temporary_file_system, codec::TemporaryFileSystems>("TemporaryFileSystem", "TemporaryFileSystem", "Empty folders in memory.", 238),
  with_show(accepted<&S::mount_api_vfs, Boolean>  ("MountAPIVFS",         "MountAPIVFS",         "Mount /proc, /sys and /dev in RootDirectory=.", 233), show_mount_api),
  with_show(accepted<&S::keyring_mode, codec::Enum<S::KeyringMode, what::KeyringMode>>("KeyringMode", "KeyringMode", "The kernel keyring of the processes.", 235), show_keyring_mode),
  accepted<&S::protect_proc, codec::Enum<S::ProtectProc, what::ProtectProc>>("ProtectProc", "ProtectProc", "Whose processes /proc shows.", 247),
  accepted<&S::proc_subset, codec::Enum<S::ProcSubset, what::ProcSubset>>("ProcSubset", "ProcSubset", "Whether /proc shows processes alone.", 247),
  setting<&S::protect_hostname, Boolean>         ("ProtectHostname",     "ProtectHostname",     "The host name cannot be set.", 242),
  accepted<&S::network_namespace_path, Path>      ("NetworkNamespacePath", "NetworkNamespacePath", "The network namespace to join.", 242),
  accepted<&S::ipc_namespace_path, Path>          ("IPCNamespacePath",    "IPCNamespacePath",    "The IPC namespace to join.", 248),
  older<&S::read_write_paths, PrefixedPaths>      ("ReadWriteDirectories", "Older spelling of ReadWritePaths=."),
  older<&S::read_only_paths, PrefixedPaths>       ("ReadOnlyDirectories", "Older spelling of ReadOnlyPaths=."),
  older<&S::inaccessible_paths, PrefixedPaths>    ("InaccessibleDirectories", "Older spelling of InaccessiblePaths=."),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> sandbox_settings() {
  return rows;
}

}  // namespace svcd
