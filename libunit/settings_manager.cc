// systemd-system.conf(5): section [Manager] of system.conf, user.conf and their drop-ins.
#include <algorithm>
#include <array>

#include "libunit/codec_manager.h"
#include "libunit/enum_names.h"
#include "libunit/unit_text.h"

namespace svcd {
namespace {

using M = ManagerSettings;
using D = ManagerDefaults;
using C = ManagerControls;
using enum SettingStatus;

template <auto Member>
auto& member(ManagerSettings& settings) {
  if constexpr (requires { settings.*Member; })
    return settings.*Member;
  else if constexpr (requires { settings.controls.*Member; })
    return settings.controls.*Member;
  else
    return settings.defaults.*Member;
}

template <auto Member, class Codec>
Result<> apply_member(ManagerSettings& settings, std::string_view text, LoadContext& context) {
  return Codec::parse(text, member<Member>(settings), context);
}
template <auto Member, class Codec>
void show_member(const ManagerSettings& settings, ValueSink& sink) {
  Codec::show(member<Member>(const_cast<ManagerSettings&>(settings)), sink);
}

/// A row; `property` null: not on D-Bus.
template <auto Member, class Codec>
constexpr ManagerSetting row(const char* key, const char* property, const char* summary,
                             SettingStatus status = implemented) {
  return {key, property, Codec::signature, summary, status, &apply_member<Member, Codec>, &show_member<Member, Codec>};
}
constexpr ManagerSetting with_show(ManagerSetting made, void (*show)(const ManagerSettings&, ValueSink&)) {
  made.show = show;
  return made;
}
constexpr ManagerSetting as_figure(ManagerSetting made) {
  made.is_figure = true;
  return made;
}
constexpr ManagerSetting with_apply(ManagerSetting made,
                                    Result<> (*apply)(ManagerSettings&, std::string_view, LoadContext&)) {
  made.apply = apply;
  return made;
}

template <int Resource>
Result<> apply_limit(ManagerSettings& settings, std::string_view text, LoadContext&) {
  std::optional<ResourceLimit> limit;
  SVCD_TRY(codec::parse_limit(text, codec::limit_kind(Resource), limit));
  if (limit) settings.defaults.limits[Resource] = *limit;
  return {};
}
template <int Resource>
void show_hard(const ManagerSettings& settings, ValueSink& sink) {
  sink.u64(settings.defaults.limits[Resource].hard);
}
template <int Resource>
void show_soft(const ManagerSettings& settings, ValueSink& sink) {
  sink.u64(settings.defaults.limits[Resource].soft);
}
template <int Resource>
constexpr ManagerSetting hard(const char* key) {
  return {key,
          key,
          "t",
          "The limit of a process whose unit sets none.",
          implemented,
          &apply_limit<Resource>,
          &show_hard<Resource>};
}
template <int Resource>
constexpr ManagerSetting soft(const char* property) {
  return {nullptr, property, "t", "Its soft limit.", implemented, nullptr, &show_soft<Resource>};
}

Result<> apply_show_status(ManagerSettings& settings, std::string_view text, LoadContext& context) {
  SVCD_TRY(codec::StatusOnConsole::parse(text, settings.controls.show_status, context));
  settings.show_status_set = true;
  return {};
}
Result<> ignore(ManagerSettings&, std::string_view, LoadContext&) {
  return {};
}
void show_nothing(const ManagerSettings&, ValueSink&) {}

void show_abort_timeout(const ManagerSettings& settings, ValueSink& sink) {
  sink.u64(settings.defaults.timeout_abort.value_or(settings.defaults.timeout_stop).count());
}
void show_tasks_max(const ManagerSettings& settings, ValueSink& sink) {
  sink.u64(resolve_tasks(settings.defaults.tasks_max, settings.defaults));
}
void show_timer_slack(const ManagerSettings& settings, ValueSink& sink) {
  sink.u64(settings.defaults.timer_slack_nsec);
}
void show_confirm_spawn(const ManagerSettings& settings, ValueSink& sink) {
  sink.boolean(!settings.confirm_spawn.empty());
}

// The words of the texts.
struct Color {
  static constexpr const char* what = "color";
};
struct Location {
  static constexpr const char* what = "location";
};
struct LogTime {
  static constexpr const char* what = "time";
};
using codec::AbortTimeout, codec::Boolean, codec::DefaultOutput, codec::NamedBoolean, codec::Span,
    codec::SpanWithoutZero, codec::Unsigned, codec::WatchdogSpan;

constexpr std::array rows{
    // clang-format off
  //  member, codec                                    key                            D-Bus property                    summary
  row<&C::log_level, codec::LogLevelName>             ("LogLevel",                   "LogLevel",                       "The least important messages that are logged."),
  row<&C::log_target, codec::LogTargetName>           ("LogTarget",                  "LogTarget",                      "Where the manager logs to."),
  row<&M::log_color, codec::LogSwitch<Color>>         ("LogColor",                   nullptr,                          "Important messages on the console stand out."),
  row<&M::log_location, codec::LogSwitch<Location>>   ("LogLocation",                nullptr,                          "Messages on the console tell the place in the source.", accepted),
  row<&M::log_time, codec::LogSwitch<LogTime>>        ("LogTime",                    nullptr,                          "Messages on the console tell the time."),
  row<&M::dump_core, Boolean>                         ("DumpCore",                   nullptr,                          "A crash of the manager leaves a core file.", accepted),
  row<&M::crash_change_vt, codec::CrashTerminal>      ("CrashChVT",                  nullptr,                          "Older spelling of CrashChangeVT=.", legacy),
  row<&M::crash_change_vt, codec::CrashTerminal>      ("CrashChangeVT",              nullptr,                          "The virtual terminal that a crash switches to.", accepted),
  row<&M::crash_shell, Boolean>                       ("CrashShell",                 nullptr,                          "A crash starts a shell.", accepted),
  row<&M::crash_reboot, Boolean>                      ("CrashReboot",                nullptr,                          "A crash reboots the machine.", accepted),
  with_show(ManagerSetting{nullptr, "ConfirmSpawn", "b", "Somebody is asked before a process is started.", accepted, nullptr, nullptr}, show_confirm_spawn),
  with_apply(row<&C::show_status, codec::StatusOnConsole>("ShowStatus",                 "ShowStatus",                     "Which status lines the console shows."), apply_show_status),
  row<&M::status_unit_format, codec::Enum<StatusUnitFormat, what::StatusUnitFormat>>("StatusUnitFormat", nullptr,      "Whether status lines have a unit's name, its description or both."),
  row<&M::cpu_affinity, codec::Processors>            ("CPUAffinity",                nullptr,                          "Processors that the manager and its children run on."),
  row<&M::numa_policy, codec::NumaPolicy>             ("NUMAPolicy",                 nullptr,                          "How the manager and its children choose memory nodes."),
  row<&M::numa_mask, codec::MemoryNodes>              ("NUMAMask",                   nullptr,                          "The memory nodes of NUMAPolicy=."),
  ManagerSetting{"JoinControllers", nullptr, "", "Had a meaning on cgroup v1 once.", legacy, &ignore, &show_nothing},
  row<&D::standard_output, DefaultOutput>             ("DefaultStandardOutput",      "DefaultStandardOutput",          "StandardOutput= of units that set none."),
  row<&D::standard_error, DefaultOutput>              ("DefaultStandardError",       "DefaultStandardError",           "StandardError= of units that set none."),
  row<&C::watchdog_device, codec::DevicePath>         ("WatchdogDevice",             "WatchdogDevice",                 "The watchdog's device.", accepted),
  row<&C::runtime_watchdog, WatchdogSpan>             ("RuntimeWatchdogSec",         "RuntimeWatchdogUSec",            "The hardware reboots the machine if it hears nothing for so long.", accepted),
  row<&C::runtime_watchdog_pre, WatchdogSpan>         ("RuntimeWatchdogPreSec",      "RuntimeWatchdogPreUSec",         "How long before that it gives a warning.", accepted),
  row<&C::runtime_watchdog_pre_governor, codec::RawText>      ("RuntimeWatchdogPreGovernor", "RuntimeWatchdogPreGovernor",     "What that warning does.", accepted),
  row<&C::reboot_watchdog, WatchdogSpan>              ("RebootWatchdogSec",          "RebootWatchdogUSec",             "The same while the machine goes down.", accepted),
  row<&C::reboot_watchdog, WatchdogSpan>              ("ShutdownWatchdogSec",        nullptr,                          "Older spelling of RebootWatchdogSec=.", legacy),
  row<&C::kexec_watchdog, WatchdogSpan>               ("KExecWatchdogSec",           "KExecWatchdogUSec",              "The same while another kernel is started.", accepted),
  row<&C::service_watchdogs, Boolean>                 (nullptr,                      "ServiceWatchdogs",               "Watchdogs of services and emergency actions are in effect."),
  row<&M::capability_bounding_set, codec::BoundingCapabilities>("CapabilityBoundingSet", nullptr,                      "Capabilities that the manager and its children may ever have."),
  row<&M::no_new_privileges, Boolean>                 ("NoNewPrivileges",            nullptr,                          "Nothing on this machine gains privileges by executing a program."),
  row<&M::system_call_architectures, codec::Architectures>("SystemCallArchitectures", nullptr,                         "Architectures whose system calls may be made.", accepted),
  row<&D::timer_accuracy, Span>                       ("DefaultTimerAccuracySec",    "DefaultTimerAccuracyUSec",       "AccuracySec= of timers that set none.", accepted),
  row<&D::timeout_start, SpanWithoutZero>             ("DefaultTimeoutStartSec",     "DefaultTimeoutStartUSec",        "TimeoutStartSec= of units that set none."),
  row<&D::timeout_stop, SpanWithoutZero>              ("DefaultTimeoutStopSec",      "DefaultTimeoutStopUSec",         "TimeoutStopSec= of units that set none."),
  as_figure(with_show(row<&D::timeout_abort, AbortTimeout>      ("DefaultTimeoutAbortSec",     "DefaultTimeoutAbortUSec",        "TimeoutAbortSec= of units that set none."), show_abort_timeout)),
  row<&D::device_timeout, Span>                       ("DefaultDeviceTimeoutSec",    "DefaultDeviceTimeoutUSec",       "How long a device is waited for.", accepted),
  row<&D::restart_sec, Span>                          ("DefaultRestartSec",          "DefaultRestartUSec",             "RestartSec= of services that set none."),
  row<&D::start_limit_interval, Span>                 ("DefaultStartLimitInterval",  nullptr,                          "Older spelling of DefaultStartLimitIntervalSec=.", legacy),
  row<&D::start_limit_interval, Span>                 ("DefaultStartLimitIntervalSec", "DefaultStartLimitIntervalUSec", "StartLimitIntervalSec= of units that set none."),
  row<&D::start_limit_burst, Unsigned>                ("DefaultStartLimitBurst",     "DefaultStartLimitBurst",         "StartLimitBurst= of units that set none."),
  row<&M::default_environment, codec::ManagerVariables>("DefaultEnvironment",        nullptr,                          "Variables that all processes get."),
  row<&M::manager_environment, codec::ManagerVariables>("ManagerEnvironment",        nullptr,                          "Variables of the manager itself."),
  row<&D::cpu_accounting, NamedBoolean>               ("DefaultCPUAccounting",       "DefaultCPUAccounting",           "CPUAccounting= of units that set none."),
  row<&D::io_accounting, Boolean>                     ("DefaultIOAccounting",        nullptr,                          "IOAccounting= of units that set none."),
  row<&D::ip_accounting, Boolean>                     ("DefaultIPAccounting",        nullptr,                          "IPAccounting= of units that set none.", accepted),
  row<&D::block_io_accounting, Boolean>               ("DefaultBlockIOAccounting",   "DefaultBlockIOAccounting",       "BlockIOAccounting= of units that set none."),
  row<&D::memory_accounting, Boolean>                 ("DefaultMemoryAccounting",    "DefaultMemoryAccounting",        "MemoryAccounting= of units that set none."),
  row<&D::tasks_accounting, Boolean>                  ("DefaultTasksAccounting",     "DefaultTasksAccounting",         "TasksAccounting= of units that set none."),
  hard<RLIMIT_CPU>("DefaultLimitCPU"), soft<RLIMIT_CPU>("DefaultLimitCPUSoft"),
  hard<RLIMIT_FSIZE>("DefaultLimitFSIZE"), soft<RLIMIT_FSIZE>("DefaultLimitFSIZESoft"),
  hard<RLIMIT_DATA>("DefaultLimitDATA"), soft<RLIMIT_DATA>("DefaultLimitDATASoft"),
  hard<RLIMIT_STACK>("DefaultLimitSTACK"), soft<RLIMIT_STACK>("DefaultLimitSTACKSoft"),
  hard<RLIMIT_CORE>("DefaultLimitCORE"), soft<RLIMIT_CORE>("DefaultLimitCORESoft"),
  hard<RLIMIT_RSS>("DefaultLimitRSS"), soft<RLIMIT_RSS>("DefaultLimitRSSSoft"),
  hard<RLIMIT_NOFILE>("DefaultLimitNOFILE"), soft<RLIMIT_NOFILE>("DefaultLimitNOFILESoft"),
  hard<RLIMIT_AS>("DefaultLimitAS"), soft<RLIMIT_AS>("DefaultLimitASSoft"),
  hard<RLIMIT_NPROC>("DefaultLimitNPROC"), soft<RLIMIT_NPROC>("DefaultLimitNPROCSoft"),
  hard<RLIMIT_MEMLOCK>("DefaultLimitMEMLOCK"), soft<RLIMIT_MEMLOCK>("DefaultLimitMEMLOCKSoft"),
  hard<RLIMIT_LOCKS>("DefaultLimitLOCKS"), soft<RLIMIT_LOCKS>("DefaultLimitLOCKSSoft"),
  hard<RLIMIT_SIGPENDING>("DefaultLimitSIGPENDING"), soft<RLIMIT_SIGPENDING>("DefaultLimitSIGPENDINGSoft"),
  hard<RLIMIT_MSGQUEUE>("DefaultLimitMSGQUEUE"), soft<RLIMIT_MSGQUEUE>("DefaultLimitMSGQUEUESoft"),
  hard<RLIMIT_NICE>("DefaultLimitNICE"), soft<RLIMIT_NICE>("DefaultLimitNICESoft"),
  hard<RLIMIT_RTPRIO>("DefaultLimitRTPRIO"), soft<RLIMIT_RTPRIO>("DefaultLimitRTPRIOSoft"),
  hard<RLIMIT_RTTIME>("DefaultLimitRTTIME"), soft<RLIMIT_RTTIME>("DefaultLimitRTTIMESoft"),
  as_figure(with_show(row<&D::tasks_max, codec::DefaultTasks>   ("DefaultTasksMax",            "DefaultTasksMax",                "TasksMax= of units that set none."), show_tasks_max)),
  with_show(row<&M::timer_slack_nsec, codec::Nanoseconds>("TimerSlackNSec",          "TimerSlackNSec",                 "How late timers of the manager and its children may be."), show_timer_slack),
  row<&D::oom_policy, codec::Enum<OomPolicy, what::OomPolicy>>("DefaultOOMPolicy",   "DefaultOOMPolicy",               "OOMPolicy= of units that set none."),
  row<&D::oom_score_adjust, codec::DefaultOomScore>   ("DefaultOOMScoreAdjust",      "DefaultOOMScoreAdjust",          "OOMScoreAdjust= of units that set none."),
  row<&M::ctrl_alt_del_burst_action, codec::Action>   ("CtrlAltDelBurstAction",      "CtrlAltDelBurstAction",          "What seven times Ctrl-Alt-Del within two seconds do."),
  row<&D::smack_process_label, codec::RawText>        ("DefaultSmackProcessLabel",   nullptr,                          "SmackProcessLabel= of units that set none.", accepted),
    // clang-format on
};

}  // namespace

std::span<const ManagerSetting> manager_settings() {
  return rows;
}

const ManagerSetting* find_manager_setting(std::string_view key) {
  const auto* const at = std::ranges::find_if(rows, [&](const ManagerSetting& r) { return r.key && r.key == key; });
  return at == rows.end() ? nullptr : &*at;
}

const ManagerSetting* find_manager_property(std::string_view property) {
  const auto* const at =
      std::ranges::find_if(rows, [&](const ManagerSetting& r) { return r.property && r.property == property; });
  return at == rows.end() ? nullptr : &*at;
}

void apply(const UnitText& text, ManagerSettings& settings, const HostFacts& host, Diagnostics& diagnostics) {
  const Specifiers specifiers(host);
  LoadContext context;
  context.specifiers = &specifiers;
  context.diagnostics = &diagnostics;
  context.origin.path = text.path;
  for (size_t i = 0; i < text.sections.size(); ++i) {
    if (text.sections[i] == "Manager" || text.sections[i].starts_with("X-")) continue;
    context.origin.line = i < text.section_lines.size() ? text.section_lines[i] : 0;
    context.warn(fmt::format("Unknown section '{}'. Ignoring.", text.sections[i]));
  }
  std::vector<std::string_view> without_effect;
  for (const Assignment& assignment : text.assignments) {
    if (assignment.section != "Manager") continue;
    context.origin.line = assignment.line;
    const ManagerSetting* setting = find_manager_setting(assignment.key);
    if (setting == nullptr) {
      if (!assignment.key.starts_with("X-"))
        context.warn(fmt::format("Unknown key '{}' in section [{}], ignoring.", assignment.key, assignment.section));
      continue;
    }
    context.key = setting->key;
    if (const Result<> done = setting->apply(settings, assignment.value, context); !done)
      context.warn(done.error().message);
    else if (setting->status == accepted && !assignment.value.empty())
      without_effect.emplace_back(setting->key);
  }
  if (without_effect.empty()) return;
  context.origin.line = 0;
  context.note(fmt::format("Not in effect yet: {}=.", fmt::join(without_effect, "=, ")), Diagnostic::Level::notice);
}

void apply_manager_configuration(const std::string& path, std::string_view text, ManagerSettings& settings,
                                 const HostFacts& host, Diagnostics& diagnostics) {
  UnitText parsed;
  parsed.path = path;
  const Result<> done = parse_unit_text(path, text, parsed);
  diagnostics.insert(diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
  parsed.diagnostics.clear();
  apply(parsed, settings, host, diagnostics);
  if (!done) diagnostics.push_back({Diagnostic::Level::error, {path, 0}, done.error().message});
}

}  // namespace svcd
