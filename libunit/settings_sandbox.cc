// systemd.exec(5), second half: paths, protections, labels, filters, folders of its own, namespaces. In the order of
// the D-Bus properties; the first half is in settings_exec.cc.
#include <array>

#include "libunit/codec_resources.h"
#include "libunit/codec_sandbox.h"
#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using E = ExecSection;
using S = SandboxSection;
using Directory = E::Directory;
using codec::Boolean, codec::Path, codec::PrefixedPaths, codec::Text;

void show_keyring_mode(const UnitConfig& u, ValueSink& sink) {
  const auto otherwise = u.type() == UnitType::service ? S::KeyringMode::private_ : S::KeyringMode::shared;
  sink.string(enum_name(u.sandbox().keyring_mode.value_or(otherwise)));
}
void show_mount_api(const UnitConfig& u, ValueSink& sink) {
  const bool has_root = !u.exec().root_directory.empty() || !u.sandbox().root_image.empty();
  sink.boolean(u.sandbox().mount_api_vfs.value_or(has_root));
}
void show_same_process_group(const UnitConfig& u, ValueSink& sink) {
  sink.boolean(u.type() == UnitType::mount);  // mount(8) stays in the manager's
}

template <Directory Which>
Result<> apply_directories(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_directories(text, Which, unit.change<E>().directories[size_t(Which)].entries, context);
}
template <Directory Which>
Result<> apply_directory_mode(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::Mode::parse(text, unit.change<E>().directories[size_t(Which)].mode, context);
}
template <Directory Which>
void show_directories(const UnitConfig& unit, ValueSink& sink) {
  codec::show_directories(unit.exec().directories[size_t(Which)].entries, sink);
}
template <Directory Which>
void show_symlinks(const UnitConfig& unit, ValueSink& sink) {
  codec::show_directory_symlinks(unit.exec().directories[size_t(Which)].entries, sink);
}
template <Directory Which>
void show_directory_mode(const UnitConfig& unit, ValueSink& sink) {
  sink.u32(unit.exec().directories[size_t(Which)].mode);
}
template <Directory Which>
constexpr Setting directories(const char* key, const char* summary, uint16_t since) {
  return {SettingGroup::exec,
          key,
          key,
          "as",
          summary,
          since,
          SettingStatus::implemented,
          &apply_directories<Which>,
          &show_directories<Which>,
          write::directories,
          &directory_tag<Which>};
}
template <Directory Which>
constexpr Setting directory_symlinks(const char* name) {
  return {SettingGroup::exec,
          nullptr,
          name,
          "a(sst)",
          "Symbolic links to these folders.",
          251,
          SettingStatus::implemented,
          nullptr,
          &show_symlinks<Which>,
          nullptr};
}
template <Directory Which>
constexpr Setting directory_mode(const char* key, uint16_t since) {
  return {SettingGroup::exec,
          key,
          key,
          "u",
          "The mode of these folders.",
          since,
          SettingStatus::implemented,
          &apply_directory_mode<Which>,
          &show_directory_mode<Which>,
          write::mode};
}

constexpr Setting same_process_group{SettingGroup::exec,       nullptr, "SameProcessGroup",         "b",
                                     "Yes for mounts.",        0,       SettingStatus::implemented, nullptr,
                                     &show_same_process_group, nullptr};

using Family = codec::Filter<codec::FilterKind::address_family>;

constexpr std::array rows{
    // clang-format off
  //      member, codec                          key                D-Bus property      summary, since
  setting<&S::read_write_paths, PrefixedPaths>   ("ReadWritePaths",      "ReadWritePaths",      "Paths that may be written to all the same.", 231),
  setting<&S::read_only_paths, PrefixedPaths>    ("ReadOnlyPaths",       "ReadOnlyPaths",       "Paths that cannot be written to.", 231),
  setting<&S::inaccessible_paths, PrefixedPaths> ("InaccessiblePaths",   "InaccessiblePaths",   "Paths that cannot be seen.", 231),
  accepted<&S::exec_paths, PrefixedPaths>         ("ExecPaths",           "ExecPaths",           "Paths whose programs may be run.", 247),
  accepted<&S::no_exec_paths, PrefixedPaths>      ("NoExecPaths",         "NoExecPaths",         "Paths whose programs may not be run.", 247),
  setting<&S::exec_search_path, codec::ColonPaths>("ExecSearchPath",      "ExecSearchPath",      "Where programs without a path are looked for.", 250),
  accepted<&S::mount_flags, codec::MountPropagation>("MountFlags",        "MountFlags",          "Whether mounts are seen on the other side.", 0),
  setting<&E::private_tmp, Boolean>             ("PrivateTmp",      "PrivateTmp",       "/tmp and /var/tmp of their own."),
  setting<&E::private_devices, Boolean>         ("PrivateDevices",  "PrivateDevices",   "A /dev with pseudo devices only.", 209),
  accepted<&S::protect_clock, Boolean>            ("ProtectClock",        "ProtectClock",        "The clock cannot be set.", 245),
  setting<&S::protect_kernel_tunables, Boolean>  ("ProtectKernelTunables", "ProtectKernelTunables", "/proc/sys and its like cannot be written to.", 232),
  setting<&S::protect_kernel_modules, Boolean>   ("ProtectKernelModules", "ProtectKernelModules", "No kernel modules can be loaded.", 232),
  setting<&S::protect_kernel_logs, Boolean>      ("ProtectKernelLogs",   "ProtectKernelLogs",   "The kernel's log cannot be read.", 244),
  setting<&S::protect_control_groups, Boolean>   ("ProtectControlGroups", "ProtectControlGroups", "Cgroups cannot be changed.", 232),
  setting<&E::private_network, Boolean>         ("PrivateNetwork",  "PrivateNetwork",   "A network with a loopback device only."),
  accepted<&S::private_users, Boolean>            ("PrivateUsers",        "PrivateUsers",        "User ids of their own.", 232),
  setting<&S::private_mounts, Boolean>           ("PrivateMounts",       "PrivateMounts",       "Mounts of their own.", 239),
  setting<&S::private_ipc, Boolean>              ("PrivateIPC",          "PrivateIPC",          "System V objects of their own.", 248),
  setting<&E::protect_home, codec::BooleanEnum<E::ProtectHome, what::ProtectHome>>("ProtectHome", "ProtectHome", "Home folders are hidden or cannot be written to.", 214),
  setting<&E::protect_system, codec::BooleanEnum<E::ProtectSystem, what::ProtectSystem>>("ProtectSystem", "ProtectSystem", "System folders cannot be written to.", 214),
  same_process_group,
  accepted<&S::utmp_identifier, Text>             ("UtmpIdentifier",      "UtmpIdentifier",      "The name in utmp(5)."),
  accepted<&S::utmp_mode, codec::Enum<S::UtmpMode, what::UtmpMode>>("UtmpMode", "UtmpMode",      "The kind of entry in utmp(5).", 225),
  with_set(accepted<&S::selinux_context, codec::Label>("SELinuxContext",  "SELinuxContext",      "The SELinux context.", 209), write::text),
  accepted<&S::apparmor_profile, codec::Label>    ("AppArmorProfile",     "AppArmorProfile",     "The AppArmor profile.", 210),
  accepted<&S::smack_process_label, codec::Label> ("SmackProcessLabel",   "SmackProcessLabel",   "The SMACK label.", 218),
  setting<&E::ignore_sigpipe, Boolean>          ("IgnoreSIGPIPE",   "IgnoreSIGPIPE",    "SIGPIPE is ignored."),
  setting<&E::no_new_privileges, Boolean>       ("NoNewPrivileges", "NoNewPrivileges",  "No program can give them more rights.", 187),
  accepted<&S::system_call_filter, codec::SystemCalls>       ("SystemCallFilter",    "SystemCallFilter",    "System calls that may be made.", 187),
  accepted<&S::system_call_architectures, codec::Architectures>("SystemCallArchitectures", "SystemCallArchitectures", "Architectures whose system calls may be made.", 209),
  accepted<&S::system_call_error_number, codec::ErrorNumber>("SystemCallErrorNumber", "SystemCallErrorNumber", "What a forbidden one gives.", 209),
  accepted<&S::system_call_log, codec::LoggedSystemCalls>          ("SystemCallLog",       "SystemCallLog",       "System calls that are logged.", 247),
  accepted<&S::personality, codec::Personality>   ("Personality",         "Personality",         "The architecture that uname(2) tells.", 209),
  accepted<&S::lock_personality, Boolean>         ("LockPersonality",     "LockPersonality",     "It cannot be changed.", 235),
  accepted<&S::restrict_address_families, Family> ("RestrictAddressFamilies", "RestrictAddressFamilies", "Kinds of sockets that may be made.", 211),
  directory_symlinks<Directory::runtime>("RuntimeDirectorySymlink"),
  setting<&E::runtime_directory_preserve, codec::BooleanEnum<RuntimeDirectoryPreserve, what::RuntimeDirectoryPreserve>>("RuntimeDirectoryPreserve", "RuntimeDirectoryPreserve", "Keep RuntimeDirectory= when the unit stops.", 235),
  directory_mode<Directory::runtime>("RuntimeDirectoryMode", 211),
  directories<Directory::runtime>("RuntimeDirectory", "Folders below /run, for the time the unit is up.", 211),
  directory_symlinks<Directory::state>("StateDirectorySymlink"),
  directory_mode<Directory::state>("StateDirectoryMode", 235),
  directories<Directory::state>("StateDirectory", "Folders below /var/lib.", 235),
  directory_symlinks<Directory::cache>("CacheDirectorySymlink"),
  directory_mode<Directory::cache>("CacheDirectoryMode", 235),
  directories<Directory::cache>("CacheDirectory", "Folders below /var/cache.", 235),
  directory_symlinks<Directory::logs>("LogsDirectorySymlink"),
  directory_mode<Directory::logs>("LogsDirectoryMode", 235),
  directories<Directory::logs>("LogsDirectory", "Folders below /var/log.", 235),
  directory_mode<Directory::configuration>("ConfigurationDirectoryMode", 235),
  directories<Directory::configuration>("ConfigurationDirectory", "Folders below /etc.", 235),
  read_only(setting<&S::timeout_clean, codec::Span>("TimeoutCleanSec",   "TimeoutCleanUSec",    "How long a clean-up may take.", 244)),
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
