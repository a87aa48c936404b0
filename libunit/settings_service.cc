// [Service] without the shared groups; systemd.service(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using S = ServiceSection;
using U = UnitSection;
using codec::Boolean, codec::Commands, codec::CommandsEx;
using Types = codec::Enum<S::Type, what::ServiceType>;
using FailureModes = codec::Enum<S::TimeoutFailureMode, what::TimeoutFailureMode>;

Result<> apply_timeouts(UnitConfig& unit, std::string_view text, LoadContext& context) {
  Duration value{};
  SVCD_TRY(codec::Timeout::parse(text, value, context));
  S& service = unit.change<S>();
  service.timeout_start = service.timeout_stop = value;
  return {};
}
Result<> apply_abort_timeout(UnitConfig& unit, std::string_view text, LoadContext& context) {
  if (text.empty()) return unit.change<S>().timeout_abort.reset(), Result<>{};
  Duration value{};
  if (!parse_span(text, value))
    return fail(ErrorCode::bad_message, "Failed to parse {}= setting, ignoring: {}", context.key, text);
  unit.change<S>().timeout_abort = value;
  return {};
}

void show_type(const UnitConfig& u, ValueSink& sink) {
  const std::optional<S::Type>& type =
      u.service().type;  // settled when the unit was read; without a file there is none
  sink.string(type ? enum_name(*type) : std::string_view());
}
void show_notify_access(const UnitConfig& u, ValueSink& sink) {
  sink.string(enum_name(effective_notify_access(u.service())));
}
void show_timeout_start(const UnitConfig& u, ValueSink& sink) {
  sink.u64(effective_timeout_start(u).count());
}
void show_timeout_stop(const UnitConfig& u, ValueSink& sink) {
  sink.u64(effective_timeout_stop(u).count());
}
void show_timeout_abort(const UnitConfig& u, ValueSink& sink) {
  sink.u64(effective_timeout_abort(u).count());
}
void show_oom_policy(const UnitConfig& u, ValueSink& sink) {
  const bool is_known = u.has_defaults() || u.service().oom_policy;
  sink.string(is_known ? enum_name(effective_oom_policy(u)) : "");
}

void show_restart_sec(const UnitConfig& u, ValueSink& sink) {
  sink.u64(effective_restart_sec(u).count());
}

constexpr std::array rows{
    // clang-format off
  //      member, codec                                    key                    D-Bus property        summary, since
  with_show(setting<&S::type, Types>                      ("Type",                "Type",              "When the service counts as started."), show_type),
  setting<&S::exit_type, codec::Enum<S::ExitType, what::ExitType>>("ExitType",    "ExitType",          "Whether the main process or the last one ends the service.", 250),
  setting<&S::restart, codec::Enum<S::Restart, what::Restart>>("Restart",         "Restart",           "After which ends the service is started again."),
  setting<&S::pid_file, codec::PidFile>                   ("PIDFile",             "PIDFile",           "Where a forking service writes its main process id."),
  with_show(setting<&S::notify_access, codec::Enum<S::NotifyAccess, what::NotifyAccess>>("NotifyAccess", "NotifyAccess", "Whose notifications are heard."), show_notify_access),
  with_show(setting<&S::restart_sec, codec::SpanOrDefault>("RestartSec",          "RestartUSec",       "Pause before a restart."), show_restart_sec),
  with_show(setting<&S::timeout_start, codec::Timeout>    ("TimeoutStartSec",     "TimeoutStartUSec",  "How long a start may take.", 188), show_timeout_start),
  with_show(setting<&S::timeout_stop, codec::Timeout>     ("TimeoutStopSec",      "TimeoutStopUSec",   "How long each step of a stop may take before SIGKILL.", 188), show_timeout_stop),
  with_apply(with_show(setting<&S::timeout_abort, codec::Timeout>("TimeoutAbortSec", "TimeoutAbortUSec", "The same after a watchdog's abort.", 243), show_timeout_abort), apply_abort_timeout),
  setting<&S::timeout_start_failure_mode, FailureModes>   ("TimeoutStartFailureMode", "TimeoutStartFailureMode", "What a start that takes too long is ended with.", 246),
  setting<&S::timeout_stop_failure_mode, FailureModes>    ("TimeoutStopFailureMode", "TimeoutStopFailureMode", "What a stop that takes too long is ended with.", 246),
  setting<&S::runtime_max, codec::Span>                   ("RuntimeMaxSec",       "RuntimeMaxUSec",    "How long the service may be up.", 229),
  setting<&S::runtime_randomized_extra, codec::Span>       ("RuntimeRandomizedExtraSec", "RuntimeRandomizedExtraUSec", "A random part on top of RuntimeMaxSec=.", 250),
  setting<&S::watchdog, codec::Span>                      ("WatchdogSec",         "WatchdogUSec",      "How often the service must say that it is alive."),
  kept_switch<S, struct RootDirectoryStartOnly>           ("RootDirectoryStartOnly", "RootDirectoryStartOnly", "RootDirectory= is for ExecStart= alone."),
  setting<&S::remain_after_exit, Boolean>                 ("RemainAfterExit",     "RemainAfterExit",   "Counts as up after all its processes have ended."),
  setting<&S::guess_main_pid, Boolean>                    ("GuessMainPID",        "GuessMainPID",      "Without PIDFile=, guess the main process."),
  setting<&S::restart_prevent_exit_status, codec::ExitStatuses>("RestartPreventExitStatus", "RestartPreventExitStatus", "Ends after which there is no restart.", 189),
  setting<&S::restart_force_exit_status, codec::ExitStatuses>("RestartForceExitStatus", "RestartForceExitStatus", "Ends after which there is always a restart.", 215),
  setting<&S::success_exit_status, codec::ExitStatuses>   ("SuccessExitStatus",   "SuccessExitStatus", "Ends that count as good.", 189),
  setting<&S::bus_name, codec::BusName>                   ("BusName",             "BusName",           "The D-Bus name that the service takes."),
  setting<&S::file_descriptor_store_max, codec::Unsigned>  ("FileDescriptorStoreMax", "FileDescriptorStoreMax", "How many file descriptors the manager keeps for it.", 219),
  accepted<&S::usb_function_descriptors, codec::Path>     ("USBFunctionDescriptors", "USBFunctionDescriptors", "USB FunctionFS descriptors.", 227),
  accepted<&S::usb_function_strings, codec::Path>         ("USBFunctionStrings",  "USBFunctionStrings", "USB FunctionFS strings.", 227),
  with_show(setting<&S::oom_policy, codec::Enum<S::OomPolicy, what::OomPolicy>>("OOMPolicy", "OOMPolicy", "What happens when the kernel kills one of its processes.", 243), show_oom_policy),
  setting<&S::exec_condition, Commands>                   ("ExecCondition",       "ExecCondition",     "Commands that decide whether to start.", 243),
  property<&S::exec_condition, CommandsEx>                (                       "ExecConditionEx",   "The same with all prefixes."),
  setting<&S::exec_start_pre, Commands>                   ("ExecStartPre",        "ExecStartPre",      "Commands to run before ExecStart=."),
  property<&S::exec_start_pre, CommandsEx>                (                       "ExecStartPreEx",    "The same with all prefixes."),
  setting<&S::exec_start, Commands>                       ("ExecStart",           "ExecStart",         "The command to run."),
  property<&S::exec_start, CommandsEx>                    (                       "ExecStartEx",       "The same with all prefixes."),
  setting<&S::exec_start_post, Commands>                  ("ExecStartPost",       "ExecStartPost",     "Commands to run once it has started."),
  property<&S::exec_start_post, CommandsEx>               (                       "ExecStartPostEx",   "The same with all prefixes."),
  setting<&S::exec_reload, Commands>                      ("ExecReload",          "ExecReload",        "Commands that make it read its configuration again."),
  property<&S::exec_reload, CommandsEx>                   (                       "ExecReloadEx",      "The same with all prefixes."),
  setting<&S::exec_stop, Commands>                        ("ExecStop",            "ExecStop",          "Commands that stop it."),
  property<&S::exec_stop, CommandsEx>                     (                       "ExecStopEx",        "The same with all prefixes."),
  setting<&S::exec_stop_post, Commands>                   ("ExecStopPost",        "ExecStopPost",      "Commands to run after it has ended, however it ended."),
  property<&S::exec_stop_post, CommandsEx>                (                       "ExecStopPostEx",    "The same with all prefixes."),
  setting<&S::non_blocking, Boolean>                      ("NonBlocking",         nullptr,             "Passed sockets are non-blocking."),
  setting<&S::sockets, codec::SocketNames>                ("Sockets",             nullptr,             "Socket units whose sockets are passed."),
  with_apply(setting<&S::timeout_start, codec::Timeout>   ("TimeoutSec",          nullptr,             "TimeoutStartSec= and TimeoutStopSec= at once."), apply_timeouts),
  older<&S::permissions_start_only, Boolean>("PermissionsStartOnly", "Older form of the prefix '+' on all commands but ExecStart=."),
  in_group(SettingGroup::service, older<&U::start_limit_interval, codec::SpanOrDefault>("StartLimitInterval", "Now in [Unit].")),
  in_group(SettingGroup::service, older<&U::start_limit_burst, codec::Unsigned>("StartLimitBurst", "Now in [Unit].")),
  in_group(SettingGroup::service, older<&U::start_limit_action, codec::Action>("StartLimitAction", "Now in [Unit].")),
  in_group(SettingGroup::service, older<&U::failure_action, codec::Action>("FailureAction", "Now in [Unit].")),
  in_group(SettingGroup::service, older<&U::reboot_argument, codec::Text>("RebootArgument", "Now in [Unit].")),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> service_settings() {
  return rows;
}

}  // namespace svcd
