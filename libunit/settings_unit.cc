// [Unit]; systemd.unit(5). Dependencies have no property here: the graph shows them with what it adds.
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using U = UnitSection;
using codec::UnitNames;
using Modes = codec::Enum<JobMode, what::JobMode>;

template <Condition::Type Type, auto Member>
Result<> apply_condition(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_condition(Type, text, unit.change<U>().*Member, context);
}
template <Condition::Type Type>
constexpr Setting condition(const char* key, const char* summary, uint16_t since = 0) {
  return {SettingGroup::unit,
          key,
          nullptr,
          "",
          summary,
          since,
          SettingStatus::implemented,
          &apply_condition<Type, &U::conditions>,
          nullptr,
          nullptr};
}
template <Condition::Type Type>
constexpr Setting assertion(const char* key, const char* summary, uint16_t since = 218) {
  return {SettingGroup::unit,
          key,
          nullptr,
          "",
          summary,
          since,
          SettingStatus::implemented,
          &apply_condition<Type, &U::asserts>,
          nullptr,
          nullptr};
}

/// Both timeouts at once, unless JobRunningTimeoutSec= is set too.
Result<> apply_job_timeout(UnitConfig& unit, std::string_view text, LoadContext& context) {
  U& section = unit.change<U>();
  SVCD_TRY(codec::Timeout::parse(text, section.job_timeout, context));
  if (!section.job_running_timeout_set) section.job_running_timeout = section.job_timeout;
  return {};
}
Result<> apply_job_running_timeout(UnitConfig& unit, std::string_view text, LoadContext& context) {
  U& section = unit.change<U>();
  SVCD_TRY(codec::Timeout::parse(text, section.job_running_timeout, context));
  section.job_running_timeout_set = true;
  return {};
}
Result<> apply_on_failure_isolate(UnitConfig& unit, std::string_view text, LoadContext& context) {
  bool isolate = false;
  SVCD_TRY(codec::Boolean::parse(text, isolate, context));
  unit.change<U>().on_failure_job_mode = isolate ? JobMode::isolate : JobMode::replace;
  return {};
}

void show_job_running_timeout(const UnitConfig& unit, ValueSink& sink) {
  sink.u64(effective_job_running_timeout(unit).count());
}
void show_start_limit_interval(const UnitConfig& unit, ValueSink& sink) {
  sink.u64(effective_start_limit_interval(unit).count());
}
void show_start_limit_burst(const UnitConfig& unit, ValueSink& sink) {
  sink.u32(effective_start_limit_burst(unit));
}

using T = Condition::Type;
constexpr std::array rows{
    // clang-format off
  //      member, codec                            key                      D-Bus property         summary, since
  setting<&U::requires_, UnitNames>               ("Requires",              nullptr, "Units without which this one is not started, and stops when they stop."),
  setting<&U::requisite, UnitNames>               ("Requisite",             nullptr, "Units that must already be up, or the start fails."),
  setting<&U::wants, UnitNames>                   ("Wants",                 nullptr, "Units that are started along, whether they come up or not."),
  setting<&U::binds_to, UnitNames>                ("BindsTo",               nullptr, "As Requires=, and stops also when they go away by themselves."),
  setting<&U::part_of, UnitNames>                 ("PartOf",                nullptr, "Units whose stop and restart this one follows."),
  setting<&U::upholds, UnitNames>                 ("Upholds",               nullptr, "Units that are started whenever they are found down.", 249),
  setting<&U::conflicts, UnitNames>               ("Conflicts",             nullptr, "Units that cannot be up at the same time."),
  setting<&U::before, UnitNames>                  ("Before",                nullptr, "Start before these; stop after them."),
  setting<&U::after, UnitNames>                   ("After",                 nullptr, "Start only once these are up; stop before them."),
  setting<&U::on_success, UnitNames>              ("OnSuccess",             nullptr, "Units that are started when this one ends well.", 249),
  setting<&U::on_failure, UnitNames>              ("OnFailure",             nullptr, "Units that are started when this one fails."),
  setting<&U::propagates_reload_to, UnitNames>    ("PropagatesReloadTo",    nullptr, "Units that are reloaded along."),
  setting<&U::reload_propagated_from, UnitNames>  ("ReloadPropagatedFrom",  nullptr, "Units whose reload reloads this one."),
  setting<&U::propagates_stop_to, UnitNames>      ("PropagatesStopTo",      nullptr, "Units that are stopped along.", 249),
  setting<&U::stop_propagated_from, UnitNames>    ("StopPropagatedFrom",    nullptr, "Units whose stop stops this one.", 249),
  accepted<&U::joins_namespace_of, UnitNames>     ("JoinsNamespaceOf",      nullptr, "Units whose private /tmp and network this one shares.", 209),
  setting<&U::requires_mounts_for, codec::AddedPaths>("RequiresMountsFor",  "RequiresMountsFor", "Paths that must be mounted first."),
  setting<&U::documentation, codec::Documentation>("Documentation",         "Documentation", "Where to read about this unit."),
  with_set(setting<&U::description, codec::Text>  ("Description",           nullptr, "A short name for people."), write::description),
  setting<&U::source_path, codec::Path>           ("SourcePath",            "SourcePath", "The file that this unit was generated from."),
  setting<&U::stop_when_unneeded, codec::Boolean> ("StopWhenUnneeded",      "StopWhenUnneeded", "Stop once nothing that is up needs this unit."),
  setting<&U::refuse_manual_start, codec::Boolean>("RefuseManualStart",     "RefuseManualStart", "Can only be started by a dependency."),
  setting<&U::refuse_manual_stop, codec::Boolean> ("RefuseManualStop",      "RefuseManualStop", "Can only be stopped by a dependency."),
  setting<&U::allow_isolate, codec::Boolean>      ("AllowIsolate",          "AllowIsolate", "May be the target of isolate."),
  setting<&U::default_dependencies, codec::Boolean>("DefaultDependencies",  "DefaultDependencies", "Whether the type's default dependencies are added."),
  setting<&U::on_success_job_mode, Modes>         ("OnSuccessJobMode",      "OnSuccessJobMode", "How OnSuccess= units are enqueued.", 249),
  setting<&U::on_failure_job_mode, Modes>         ("OnFailureJobMode",      "OnFailureJobMode", "How OnFailure= units are enqueued.", 209),
  setting<&U::ignore_on_isolate, codec::Boolean>  ("IgnoreOnIsolate",       "IgnoreOnIsolate", "Is not stopped when another unit is isolated."),
  read_only(with_apply(setting<&U::job_timeout, codec::Timeout>("JobTimeoutSec",      "JobTimeoutUSec", "How long a job of this unit may take, waiting included."), apply_job_timeout)),
  with_show(with_apply(setting<&U::job_running_timeout, codec::Timeout>("JobRunningTimeoutSec", "JobRunningTimeoutUSec", "How long a job may run once it has begun.", 230), apply_job_running_timeout), show_job_running_timeout),
  setting<&U::job_timeout_action, codec::Action>  ("JobTimeoutAction",      "JobTimeoutAction", "What happens to the machine when a job takes too long.", 217),
  setting<&U::job_timeout_reboot_argument, codec::Text>("JobTimeoutRebootArgument", "JobTimeoutRebootArgument", "The argument of reboot(2) in that case.", 217),
  with_show(setting<&U::start_limit_interval, codec::SpanOrDefault>("StartLimitIntervalSec", "StartLimitIntervalUSec", "The time in which StartLimitBurst= starts are allowed.", 230), show_start_limit_interval),
  with_show(setting<&U::start_limit_burst, codec::Unsigned>("StartLimitBurst", "StartLimitBurst", "How many starts are allowed in StartLimitIntervalSec=.", 199), show_start_limit_burst),
  setting<&U::start_limit_action, codec::Action>  ("StartLimitAction",      "StartLimitAction", "What happens to the machine when the limit is hit.", 229),
  setting<&U::failure_action, codec::Action>      ("FailureAction",         "FailureAction", "What happens to the machine when the unit fails.", 236),
  setting<&U::failure_action_exit_status, codec::ActionExitStatus>("FailureActionExitStatus", "FailureActionExitStatus", "The exit status of an exit by FailureAction=.", 240),
  setting<&U::success_action, codec::Action>      ("SuccessAction",         "SuccessAction", "What happens to the machine when the unit ends well.", 236),
  setting<&U::success_action_exit_status, codec::ActionExitStatus>("SuccessActionExitStatus", "SuccessActionExitStatus", "The exit status of an exit by SuccessAction=.", 240),
  setting<&U::reboot_argument, codec::Text>       ("RebootArgument",        "RebootArgument", "The argument of reboot(2) for these actions.", 229),
  setting<&U::collect_mode, codec::Enum<CollectMode, what::CollectMode>>("CollectMode", "CollectMode", "Whether a failed unit is forgotten, too, when nobody needs it.", 236),

  condition<T::path_exists>              ("ConditionPathExists",             "The path exists."),
  condition<T::path_exists_glob>         ("ConditionPathExistsGlob",         "Some path matches the pattern."),
  condition<T::path_is_directory>        ("ConditionPathIsDirectory",        "The path is a directory."),
  condition<T::path_is_symbolic_link>    ("ConditionPathIsSymbolicLink",     "The path is a symbolic link."),
  condition<T::path_is_mount_point>      ("ConditionPathIsMountPoint",       "Something is mounted on the path."),
  condition<T::path_is_read_write>       ("ConditionPathIsReadWrite",        "The file system of the path is writable."),
  condition<T::path_is_encrypted>        ("ConditionPathIsEncrypted",        "The block device below the path is encrypted.", 246),
  condition<T::directory_not_empty>      ("ConditionDirectoryNotEmpty",      "The directory has entries."),
  condition<T::file_not_empty>           ("ConditionFileNotEmpty",           "The file exists and is not empty."),
  condition<T::file_is_executable>       ("ConditionFileIsExecutable",       "The file exists and is executable."),
  condition<T::needs_update>             ("ConditionNeedsUpdate",            "/etc or /var is older than /usr.", 199),
  condition<T::first_boot>               ("ConditionFirstBoot",              "The machine boots for the first time.", 199),
  condition<T::architecture>             ("ConditionArchitecture",           "The machine's architecture.", 201),
  condition<T::firmware>                 ("ConditionFirmware",               "The kind of firmware.", 249),
  condition<T::virtualization>           ("ConditionVirtualization",         "The virtual machine or container that runs us."),
  condition<T::host>                     ("ConditionHost",                   "The host name or machine id."),
  condition<T::kernel_command_line>      ("ConditionKernelCommandLine",      "An option of the kernel command line."),
  condition<T::kernel_version>           ("ConditionKernelVersion",          "The kernel's version.", 237),
  condition<T::credential>               ("ConditionCredential",             "A credential was passed to the manager.", 252),
  condition<T::security>                 ("ConditionSecurity",               "A security module is in use."),
  condition<T::capability>               ("ConditionCapability",             "A capability is in the manager's bounding set."),
  condition<T::ac_power>                 ("ConditionACPower",                "The machine is on mains power."),
  condition<T::memory>                   ("ConditionMemory",                 "How much memory there is.", 244),
  condition<T::cpu_feature>              ("ConditionCPUFeature",             "A feature of the processor.", 248),
  condition<T::cpus>                     ("ConditionCPUs",                   "How many processors there are.", 244),
  condition<T::environment>              ("ConditionEnvironment",            "A variable of the manager's environment.", 246),
  condition<T::user>                     ("ConditionUser",                   "The user that the manager runs as.", 212),
  condition<T::group>                    ("ConditionGroup",                  "A group that the manager runs as.", 212),
  condition<T::control_group_controller> ("ConditionControlGroupController", "A controller of the cgroup tree.", 240),
  condition<T::os_release>               ("ConditionOSRelease",              "A field of os-release(5).", 249),
  condition<T::memory_pressure>          ("ConditionMemoryPressure",         "The memory pressure is below a limit.", 250),
  condition<T::cpu_pressure>             ("ConditionCPUPressure",            "The processor pressure is below a limit.", 250),
  condition<T::io_pressure>              ("ConditionIOPressure",             "The input/output pressure is below a limit.", 250),

  assertion<T::path_exists>              ("AssertPathExists",             "As the condition, but the start fails."),
  assertion<T::path_exists_glob>         ("AssertPathExistsGlob",         "As the condition, but the start fails."),
  assertion<T::path_is_directory>        ("AssertPathIsDirectory",        "As the condition, but the start fails."),
  assertion<T::path_is_symbolic_link>    ("AssertPathIsSymbolicLink",     "As the condition, but the start fails."),
  assertion<T::path_is_mount_point>      ("AssertPathIsMountPoint",       "As the condition, but the start fails."),
  assertion<T::path_is_read_write>       ("AssertPathIsReadWrite",        "As the condition, but the start fails."),
  assertion<T::path_is_encrypted>        ("AssertPathIsEncrypted",        "As the condition, but the start fails.", 246),
  assertion<T::directory_not_empty>      ("AssertDirectoryNotEmpty",      "As the condition, but the start fails."),
  assertion<T::file_not_empty>           ("AssertFileNotEmpty",           "As the condition, but the start fails."),
  assertion<T::file_is_executable>       ("AssertFileIsExecutable",       "As the condition, but the start fails."),
  assertion<T::needs_update>             ("AssertNeedsUpdate",            "As the condition, but the start fails."),
  assertion<T::first_boot>               ("AssertFirstBoot",              "As the condition, but the start fails."),
  assertion<T::architecture>             ("AssertArchitecture",           "As the condition, but the start fails."),
  assertion<T::virtualization>           ("AssertVirtualization",         "As the condition, but the start fails."),
  assertion<T::host>                     ("AssertHost",                   "As the condition, but the start fails."),
  assertion<T::kernel_command_line>      ("AssertKernelCommandLine",      "As the condition, but the start fails."),
  assertion<T::kernel_version>           ("AssertKernelVersion",          "As the condition, but the start fails.", 237),
  assertion<T::credential>               ("AssertCredential",             "As the condition, but the start fails.", 252),
  assertion<T::security>                 ("AssertSecurity",               "As the condition, but the start fails."),
  assertion<T::capability>               ("AssertCapability",             "As the condition, but the start fails."),
  assertion<T::ac_power>                 ("AssertACPower",                "As the condition, but the start fails."),
  assertion<T::memory>                   ("AssertMemory",                 "As the condition, but the start fails.", 244),
  assertion<T::cpu_feature>              ("AssertCPUFeature",             "As the condition, but the start fails.", 248),
  assertion<T::cpus>                     ("AssertCPUs",                   "As the condition, but the start fails.", 244),
  assertion<T::environment>              ("AssertEnvironment",            "As the condition, but the start fails.", 246),
  assertion<T::user>                     ("AssertUser",                   "As the condition, but the start fails."),
  assertion<T::group>                    ("AssertGroup",                  "As the condition, but the start fails."),
  assertion<T::control_group_controller> ("AssertControlGroupController", "As the condition, but the start fails.", 240),
  assertion<T::os_release>               ("AssertOSRelease",              "As the condition, but the start fails.", 249),
  assertion<T::memory_pressure>          ("AssertMemoryPressure",         "As the condition, but the start fails.", 250),
  assertion<T::cpu_pressure>             ("AssertCPUPressure",            "As the condition, but the start fails.", 250),
  assertion<T::io_pressure>              ("AssertIOPressure",             "As the condition, but the start fails.", 250),

  older<&U::binds_to, UnitNames>               ("BindTo",               "Older spelling of BindsTo=."),
  older<&U::propagates_reload_to, UnitNames>   ("PropagateReloadTo",    "Older spelling of PropagatesReloadTo=."),
  older<&U::reload_propagated_from, UnitNames> ("PropagateReloadFrom",  "Older spelling of ReloadPropagatedFrom=."),
  older<&U::requires_, codec::ObsoleteRequires>("RequiresOverridable",  "Obsolete: means Requires=."),
  older<&U::requisite, codec::ObsoleteRequisite>("RequisiteOverridable", "Obsolete: means Requisite=."),
  older<&U::start_limit_interval, codec::SpanOrDefault>("StartLimitInterval",   "Older spelling of StartLimitIntervalSec=."),
  with_apply(older<&U::on_failure_job_mode, Modes>("OnFailureIsolate",  "Older form of OnFailureJobMode=."), apply_on_failure_isolate),
    // clang-format on
};
static_assert(keys_are_unique(rows));

using I = InstallSection;
constexpr std::array install_rows{
    // clang-format off
  setting<&I::alias, codec::InstallNames>      ("Alias",           nullptr, "Other names that enable gives the unit."),
  setting<&I::wanted_by, codec::InstallNames>  ("WantedBy",        nullptr, "Units that want this one once it is enabled."),
  setting<&I::required_by, codec::InstallNames>("RequiredBy",      nullptr, "Units that require this one once it is enabled."),
  setting<&I::also, codec::InstallNames>       ("Also",            nullptr, "Units that are enabled and disabled along."),
  setting<&I::default_instance, codec::RawText>("DefaultInstance", nullptr, "The instance that enabling the template enables.", 215),
    // clang-format on
};
static_assert(keys_are_unique(install_rows));

}  // namespace

std::span<const Setting> unit_settings() {
  return rows;
}
std::span<const Setting> install_settings() {
  return install_rows;
}

}  // namespace svcd
