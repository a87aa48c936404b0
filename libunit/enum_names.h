// The names of enums in unit files and on D-Bus.
#pragma once

#include "libunit/codecs.h"
#include "libunit/job.h"
#include "libunit/manager_settings.h"

namespace svcd {

#define SVCD_ENUM_NAMES(type, ...)                             \
  template <>                                                  \
  struct EnumNames<type> {                                     \
    static constexpr std::string_view names[] = {__VA_ARGS__}; \
  }

// clang-format off
SVCD_ENUM_NAMES(JobMode, "fail", "replace", "replace-irreversibly", "isolate", "flush", "ignore-dependencies",
                "ignore-requirements", "triggering");
SVCD_ENUM_NAMES(EmergencyAction, "none", "reboot", "reboot-force", "reboot-immediate", "poweroff", "poweroff-force",
                "poweroff-immediate", "exit", "exit-force");
SVCD_ENUM_NAMES(CollectMode, "inactive", "inactive-or-failed");
SVCD_ENUM_NAMES(RuntimeDirectoryPreserve, "no", "restart", "yes");
SVCD_ENUM_NAMES(KillSection::Mode, "control-group", "process", "mixed", "none");
SVCD_ENUM_NAMES(ServiceSection::Type, "simple", "exec", "forking", "oneshot", "dbus", "notify", "idle");
SVCD_ENUM_NAMES(ServiceSection::Restart, "no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort",
                "always");
SVCD_ENUM_NAMES(ServiceSection::NotifyAccess, "none", "main", "exec", "all");
SVCD_ENUM_NAMES(ServiceSection::ExitType, "main", "cgroup");
SVCD_ENUM_NAMES(ServiceSection::OomPolicy, "continue", "stop", "kill");
SVCD_ENUM_NAMES(ServiceSection::TimeoutFailureMode, "terminate", "abort", "kill");
SVCD_ENUM_NAMES(SocketSection::Kind, "Stream", "Datagram", "SequentialPacket", "FIFO", "Special", "Netlink",
                "MessageQueue", "USBFunction");
SVCD_ENUM_NAMES(SocketSection::BindIpv6Only, "default", "both", "ipv6-only");
SVCD_ENUM_NAMES(SocketSection::Timestamping, "off", "us", "ns");
SVCD_ENUM_NAMES(TimerSection::Base, "OnActiveUSec", "OnBootUSec", "OnStartupUSec", "OnUnitActiveUSec",
                "OnUnitInactiveUSec");
SVCD_ENUM_NAMES(PathSection::Kind, "PathExists", "PathExistsGlob", "PathChanged", "PathModified",
                "DirectoryNotEmpty");  // the keys, too
SVCD_ENUM_NAMES(ExecSection::Input, "null", "tty", "tty-force", "tty-fail", "socket", "data", "file", "fd");
SVCD_ENUM_NAMES(ExecSection::Output, "inherit", "null", "tty", "journal", "journal+console", "kmsg", "kmsg+console",
                "socket", "file", "append", "truncate", "fd");
SVCD_ENUM_NAMES(ExecSection::ProtectSystem, "no", "yes", "full", "strict");
SVCD_ENUM_NAMES(ExecSection::ProtectHome, "no", "yes", "read-only", "tmpfs");
SVCD_ENUM_NAMES(SandboxSection::KeyringMode, "inherit", "private", "shared");
SVCD_ENUM_NAMES(SandboxSection::ProtectProc, "default", "noaccess", "invisible", "ptraceable");
SVCD_ENUM_NAMES(SandboxSection::ProcSubset, "all", "pid");
SVCD_ENUM_NAMES(SandboxSection::UtmpMode, "init", "login", "user");
SVCD_ENUM_NAMES(ResourceSection::DevicePolicy, "auto", "closed", "strict");
SVCD_ENUM_NAMES(ResourceSection::ManagedOom, "auto", "kill");
SVCD_ENUM_NAMES(ResourceSection::ManagedOomPreference, "none", "avoid", "omit");
SVCD_ENUM_NAMES(StatusUnitFormat, "name", "description", "combined");
// clang-format on

#undef SVCD_ENUM_NAMES

/// The words of "Failed to parse …, ignoring: VALUE" for each enum.
namespace what {
// clang-format off
#define SVCD_WHAT(type, text) struct type { static constexpr const char* what = text; }
SVCD_WHAT(JobMode, "job mode");
SVCD_WHAT(CollectMode, "garbage collection mode");
SVCD_WHAT(KillMode, "kill mode specification");
SVCD_WHAT(ServiceType, "service type");
SVCD_WHAT(ExitType, "service exit type");
SVCD_WHAT(Restart, "service restart specifier");
SVCD_WHAT(NotifyAccess, "notify access specifier");
SVCD_WHAT(OomPolicy, "OOM policy");
SVCD_WHAT(TimeoutFailureMode, "timeout failure mode");
SVCD_WHAT(ProtectSystem, "protect system value");
SVCD_WHAT(ProtectHome, "protect home value");
SVCD_WHAT(RuntimeDirectoryPreserve, "runtime directory preserve mode");
SVCD_WHAT(DevicePolicy, "device policy");
SVCD_WHAT(KeyringMode, "keyring mode");
SVCD_WHAT(ProtectProc, "/proc/ protection mode");
SVCD_WHAT(ProcSubset, "/proc/ subset mode");
SVCD_WHAT(UtmpMode, "utmp mode");
SVCD_WHAT(StatusUnitFormat, "status unit format");
#undef SVCD_WHAT
// clang-format on
}  // namespace what

namespace codec {
/// EmergencyAction: the text names the setting.
struct Action {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view text, EmergencyAction& into, LoadContext& context) {
    if (parse_enum(text, into)) return {};
    return fail(ErrorCode::bad_message, "Failed to parse {}=, ignoring: {}", context.key, text);
  }
  static void show(EmergencyAction v, ValueSink& sink) { sink.string(enum_name(v)); }
};
}  // namespace codec

}  // namespace svcd
