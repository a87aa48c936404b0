// systemd.exec(5), first half: environment, limits, root file system, scheduling, streams, logging, identity,
// credentials. In the order of the D-Bus properties; the second half is in settings_sandbox.cc.
#include <array>

#include "libunit/codec_sandbox.h"
#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using E = ExecSection;
using codec::Boolean, codec::PrefixedPaths, codec::Text;

// ---- resource limits: one key, two properties each

template <int Resource>
Result<> apply_limit(UnitConfig& unit, std::string_view text, LoadContext&) {
  ResourceLimits& limits = unit.change<E>().limits;
  std::optional<ResourceLimit> value = limits.get(Resource);
  SVCD_TRY(codec::parse_limit(text, codec::limit_kind(Resource), value));
  limits.set(Resource, value);
  return {};
}
template <int Resource>
void show_hard(const UnitConfig& unit, ValueSink& sink) {
  sink.u64(effective_limit(unit, Resource).hard);
}
template <int Resource>
void show_soft(const UnitConfig& unit, ValueSink& sink) {
  sink.u64(effective_limit(unit, Resource).soft);
}
template <int Resource>
constexpr Setting limit(const char* key, const char* summary) {
  return {SettingGroup::exec,
          key,
          key,
          "t",
          summary,
          0,
          SettingStatus::implemented,
          &apply_limit<Resource>,
          &show_hard<Resource>,
          write::limit,
          &limit_tag<Resource>};
}
template <int Resource>
constexpr Setting soft_limit(const char* name) {
  return {
      SettingGroup::exec,   nullptr, name, "t", "The soft part of the limit.", 201, SettingStatus::implemented, nullptr,
      &show_soft<Resource>, nullptr};
}

// ---- standard streams

Result<> apply_input(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_input(text, u.change<E>(), c);
}
Result<> apply_output(UnitConfig& u, std::string_view text, LoadContext& c) {
  E& exec = u.change<E>();
  return codec::parse_output(text, exec.standard_output, exec.standard_output_path, exec.standard_output_fd_name, c);
}
Result<> apply_error(UnitConfig& u, std::string_view text, LoadContext& c) {
  E& exec = u.change<E>();
  return codec::parse_output(text, exec.standard_error, exec.standard_error_path, exec.standard_error_fd_name, c);
}
Result<> apply_input_text(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_input_text(text, u.change<E>().standard_input_data, c);
}
Result<> apply_input_data(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_input_data(text, u.change<E>().standard_input_data, c);
}
void show_input(const UnitConfig& u, ValueSink& sink) {
  sink.string(enum_name(effective_standard_input(u.exec())));
}
void show_output(const UnitConfig& u, ValueSink& sink) {
  const E::Output written = u.exec().standard_output.value_or(E::Output::inherit);
  sink.string(enum_name(u.has_defaults() || u.type() != UnitType::service ? effective_standard_output(u) : written));
}
void show_error(const UnitConfig& u, ValueSink& sink) {
  sink.string(enum_name(effective_standard_error(u)));
}
/// Without a name it is that of the stream itself.
void show_name(bool is_fd, const std::string& name, const char* otherwise, ValueSink& sink) {
  sink.string(!is_fd ? std::string_view() : name.empty() ? otherwise : std::string_view(name));
}
void show_input_name(const UnitConfig& u, ValueSink& sink) {
  show_name(u.exec().standard_input == E::Input::fd, u.exec().standard_input_fd_name, "stdin", sink);
}
void show_output_name(const UnitConfig& u, ValueSink& sink) {
  show_name(u.exec().standard_output == E::Output::fd, u.exec().standard_output_fd_name, "stdout", sink);
}
void show_error_name(const UnitConfig& u, ValueSink& sink) {
  show_name(u.exec().standard_error == E::Output::fd, u.exec().standard_error_fd_name, "stderr", sink);
}
void show_input_data(const UnitConfig& u, ValueSink& sink) {
  sink.bytes(std::as_bytes(std::span(u.exec().standard_input_data)));
}
constexpr Setting stream(const char* key, const char* property, const char* signature, const char* summary,
                         uint16_t since, Result<> (*apply)(UnitConfig&, std::string_view, LoadContext&),
                         void (*show)(const UnitConfig&, ValueSink&), WriteValue set = nullptr) {
  return {SettingGroup::exec, key, property, signature, summary, since, SettingStatus::implemented, apply, show, set};
}

// ---- others

Result<> apply_working_directory(UnitConfig& u, std::string_view text, LoadContext& c) {
  return codec::parse_working_directory(text, u.change<E>(), c);
}
void show_working_directory(const UnitConfig& u, ValueSink& sink) {
  const E& exec = u.exec();
  sink.string(exec.working_directory_missing_ok ? "!" + exec.working_directory : exec.working_directory);
}
void show_oom_score_adjust(const UnitConfig& u, ValueSink& sink) {
  sink.i32(effective_oom_score_adjust(u).value_or(0));
}
void show_syslog_priority(const UnitConfig& u, ValueSink& sink) {
  sink.i32(u.exec().syslog_facility | u.exec().syslog_level);
}
// ---- from SandboxSection

using S = SandboxSection;

void show_timer_slack(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.sandbox().timer_slack_nsec.value_or(u.defaults().timer_slack_nsec));
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

constexpr Setting working_directory{SettingGroup::exec,
                                    "WorkingDirectory",
                                    "WorkingDirectory",
                                    "s",
                                    "The folder that processes start in.",
                                    0,
                                    SettingStatus::implemented,
                                    &apply_working_directory,
                                    &show_working_directory,
                                    write::text,
                                    &member_tag<&E::working_directory>};
constexpr Setting syslog_priority{SettingGroup::exec,           nullptr, "SyslogPriority",           "i",
                                  "Facility and level in one.", 0,       SettingStatus::implemented, nullptr,
                                  &show_syslog_priority,        nullptr};

constexpr std::array rows{
    // clang-format off
  //      member, codec                          key                D-Bus property      summary, since
  setting<&E::environment, codec::Variables>    ("Environment",     "Environment",      "Variables of the processes."),
  setting<&E::environment_files, codec::EnvironmentFiles>("EnvironmentFile", "EnvironmentFiles", "Files with variables, read at each start."),
  setting<&E::pass_environment, codec::VariableNames>("PassEnvironment", "PassEnvironment", "Variables passed on from the manager.", 228),
  setting<&E::unset_environment, codec::VariableNamesOrAssignments>("UnsetEnvironment", "UnsetEnvironment", "Variables taken away again.", 235),
  setting<&E::umask, codec::Mode>               ("UMask",           "UMask",            "The file mode creation mask."),
  limit<RLIMIT_CPU>       ("LimitCPU", "Processor time."),                 soft_limit<RLIMIT_CPU>       ("LimitCPUSoft"),
  limit<RLIMIT_FSIZE>     ("LimitFSIZE", "Size of a file."),               soft_limit<RLIMIT_FSIZE>     ("LimitFSIZESoft"),
  limit<RLIMIT_DATA>      ("LimitDATA", "Size of the data segment."),      soft_limit<RLIMIT_DATA>      ("LimitDATASoft"),
  limit<RLIMIT_STACK>     ("LimitSTACK", "Size of the stack."),            soft_limit<RLIMIT_STACK>     ("LimitSTACKSoft"),
  limit<RLIMIT_CORE>      ("LimitCORE", "Size of a core dump."),           soft_limit<RLIMIT_CORE>      ("LimitCORESoft"),
  limit<RLIMIT_RSS>       ("LimitRSS", "Resident memory (without effect)."), soft_limit<RLIMIT_RSS>       ("LimitRSSSoft"),
  limit<RLIMIT_NOFILE>    ("LimitNOFILE", "Number of open files."),        soft_limit<RLIMIT_NOFILE>    ("LimitNOFILESoft"),
  limit<RLIMIT_AS>        ("LimitAS", "Size of the address space."),       soft_limit<RLIMIT_AS>        ("LimitASSoft"),
  limit<RLIMIT_NPROC>     ("LimitNPROC", "Processes of the user."),        soft_limit<RLIMIT_NPROC>     ("LimitNPROCSoft"),
  limit<RLIMIT_MEMLOCK>   ("LimitMEMLOCK", "Locked memory."),              soft_limit<RLIMIT_MEMLOCK>   ("LimitMEMLOCKSoft"),
  limit<RLIMIT_LOCKS>     ("LimitLOCKS", "File locks."),                   soft_limit<RLIMIT_LOCKS>     ("LimitLOCKSSoft"),
  limit<RLIMIT_SIGPENDING>("LimitSIGPENDING", "Queued signals."),          soft_limit<RLIMIT_SIGPENDING>("LimitSIGPENDINGSoft"),
  limit<RLIMIT_MSGQUEUE>  ("LimitMSGQUEUE", "Bytes in POSIX message queues."), soft_limit<RLIMIT_MSGQUEUE> ("LimitMSGQUEUESoft"),
  limit<RLIMIT_NICE>      ("LimitNICE", "Highest nice level."),            soft_limit<RLIMIT_NICE>      ("LimitNICESoft"),
  limit<RLIMIT_RTPRIO>    ("LimitRTPRIO", "Highest real-time priority."),  soft_limit<RLIMIT_RTPRIO>    ("LimitRTPRIOSoft"),
  limit<RLIMIT_RTTIME>    ("LimitRTTIME", "Real-time without a pause."),   soft_limit<RLIMIT_RTTIME>    ("LimitRTTIMESoft"),
  working_directory,
  setting<&E::root_directory, codec::StrictPath>("RootDirectory",   "RootDirectory",    "The root folder of the processes."),
  accepted<&S::root_image, codec::StrictPath>     ("RootImage",           "RootImage",           "A disk image as the root folder.", 233),
  accepted<&S::root_image_options, codec::RootImageOptions>("RootImageOptions", "RootImageOptions", "Mount options for its partitions.", 247),
  with_apply(accepted<&S::root_hash, codec::Bytes>("RootHash",            "RootHash",            "The verity hash of RootImage=.", 246), apply_hash<&S::root_hash, &S::root_hash_path>),
  property<&S::root_hash_path, Text>              (                       "RootHashPath",        "The file that RootHash= names."),
  with_set(with_apply(accepted<&S::root_hash_signature, codec::Bytes>("RootHashSignature", "RootHashSignature", "Its signature.", 246), apply_hash<&S::root_hash_signature, &S::root_hash_signature_path>), write::signature),
  property<&S::root_hash_signature_path, Text>    (                       "RootHashSignaturePath", "The file that RootHashSignature= names."),
  accepted<&S::root_verity, codec::StrictPath>    ("RootVerity",          "RootVerity",          "The verity data of RootImage=.", 246),
  accepted<&S::extension_directories, PrefixedPaths>("ExtensionDirectories", "ExtensionDirectories", "Folders laid over /usr and /opt.", 251),
  accepted<&S::extension_images, codec::Images<false>>("ExtensionImages", "ExtensionImages",     "Disk images laid over /usr and /opt.", 248),
  accepted<&S::mount_images, codec::Images<true>> ("MountImages",         "MountImages",         "Disk images that are mounted.", 247),
  with_show(setting<&E::oom_score_adjust, codec::OomScoreAdjust>("OOMScoreAdjust", "OOMScoreAdjust", "How readily the kernel kills them when memory is short."), show_oom_score_adjust),
  with_show(accepted<&S::coredump_filter, codec::CoredumpFilter>("CoredumpFilter", "CoredumpFilter", "What a core dump holds.", 246), show_coredump_filter),
  setting<&E::nice, codec::Nice>                ("Nice",            "Nice",             "The nice level."),
  with_show(setting<&S::io_scheduling_class, codec::IoClass>("IOSchedulingClass", "IOSchedulingClass", "The class of input and output."), show_io_class),
  with_show(setting<&S::io_scheduling_priority, codec::IoPriority>("IOSchedulingPriority", "IOSchedulingPriority", "Its priority within the class."), show_io_priority),
  with_set(with_apply(setting<&S::cpu_scheduling_policy, codec::Integer>("CPUSchedulingPolicy", "CPUSchedulingPolicy", "The scheduler of the processes."), apply_cpu_policy), write::cpu_policy),
  with_apply(setting<&S::cpu_scheduling_priority, codec::Integer>("CPUSchedulingPriority", "CPUSchedulingPriority", "Their real-time priority."), apply_cpu_priority),
  with_set(with_apply(setting<&S::cpu_affinity, codec::Numbers>("CPUAffinity",    "CPUAffinity",         "Processors that they may run on."), apply_cpu_affinity), write::numbers),
  property<&S::cpu_affinity_from_numa, Boolean>   (                       "CPUAffinityFromNUMA", "CPUAffinity= is taken from NUMAMask=."),
  accepted<&S::numa_policy, codec::NumaPolicy>    ("NUMAPolicy",          "NUMAPolicy",          "How memory nodes are chosen.", 243),
  accepted<&S::numa_mask, codec::NumaMask>        ("NUMAMask",            "NUMAMask",            "The memory nodes of NUMAPolicy=.", 243),
  with_show(setting<&S::timer_slack_nsec, codec::Nanoseconds>("TimerSlackNSec", "TimerSlackNSec", "How late timers may be."), show_timer_slack),
  setting<&S::cpu_scheduling_reset_on_fork, Boolean>("CPUSchedulingResetOnFork", "CPUSchedulingResetOnFork", "Children have the usual scheduler again."),
  in_group(SettingGroup::exec, property<&ServiceSection::non_blocking, Boolean>("NonBlocking", "Passed sockets are non-blocking.")),
  for_member(&member_tag<&E::standard_input>, stream("StandardInput", "StandardInput", "s", "What the processes read from.", 0, apply_input, show_input, write::stream)),
  stream(nullptr, "StandardInputFileDescriptorName", "s", "The descriptor of fd:.", 233, nullptr, show_input_name),
  for_member(&member_tag<&E::standard_input_data>, stream("StandardInputData", "StandardInputData", "ay", "What they read, in base64.", 236, apply_input_data, show_input_data, write::base64)),
  for_member(&member_tag<&E::standard_output>, stream("StandardOutput", "StandardOutput", "s", "What the processes write to.", 0, apply_output, show_output, write::stream)),
  stream(nullptr, "StandardOutputFileDescriptorName", "s", "The descriptor of fd:.", 233, nullptr, show_output_name),
  for_member(&member_tag<&E::standard_error>, stream("StandardError", "StandardError", "s", "Where their errors go.", 0, apply_error, show_error, write::stream)),
  stream(nullptr, "StandardErrorFileDescriptorName", "s", "The descriptor of fd:.", 233, nullptr, show_error_name),
  for_member(&member_tag<&E::standard_input_data>, stream("StandardInputText", nullptr, "", "What they read, a line at a time.", 236, apply_input_text, nullptr)),
  setting<&E::tty_path, codec::Path>            ("TTYPath",         "TTYPath",          "The terminal of tty."),
  setting<&E::tty_reset, Boolean>               ("TTYReset",        "TTYReset",         "Reset the terminal before and after."),
  setting<&E::tty_vhangup, Boolean>             ("TTYVHangup",      "TTYVHangup",       "Disconnect all others from the terminal."),
  setting<&E::tty_vt_disallocate, Boolean>      ("TTYVTDisallocate", "TTYVTDisallocate", "Clear the virtual terminal."),
  accepted<&S::tty_rows, codec::TerminalSize>     ("TTYRows",             "TTYRows",             "Rows of the terminal.", 250),
  accepted<&S::tty_columns, codec::TerminalSize>  ("TTYColumns",          "TTYColumns",          "Columns of the terminal.", 250),
  syslog_priority,
  setting<&E::syslog_identifier, codec::Text>   ("SyslogIdentifier", "SyslogIdentifier", "The name in the log; the program's own otherwise."),
  setting<&E::syslog_level_prefix, Boolean>     ("SyslogLevelPrefix", "SyslogLevelPrefix", "<N> in front of a line is its level."),
  setting<&E::syslog_level, codec::SyslogLevel> ("SyslogLevel",     "SyslogLevel",      "The level of lines without one."),
  setting<&E::syslog_facility, codec::SyslogFacility>("SyslogFacility", "SyslogFacility", "The facility of the lines."),
  setting<&E::log_level_max, codec::MaximumLevel>("LogLevelMax",    "LogLevelMax",      "What is less important is not logged.", 236),
  setting<&S::log_rate_limit_interval, codec::Span>("LogRateLimitIntervalSec", "LogRateLimitIntervalUSec", "The time in which LogRateLimitBurst= lines are logged.", 240),
  setting<&S::log_rate_limit_burst, codec::Unsigned>("LogRateLimitBurst", "LogRateLimitBurst",  "How many lines are logged in that time.", 240),
  setting<&S::log_extra_fields, codec::LogFields>("LogExtraFields",      "LogExtraFields",      "More fields for each log line.", 236),
  accepted<&S::log_namespace, codec::LogNamespace>("LogNamespace",        "LogNamespace",        "The journal that lines go to.", 245),
  accepted<&S::secure_bits, codec::SecureBits>    ("SecureBits",          "SecureBits",          "securebits(7)."),
  setting<&E::capability_bounding_set, codec::BoundingCapabilities>("CapabilityBoundingSet", "CapabilityBoundingSet", "Capabilities that the processes may ever have."),
  setting<&E::ambient_capabilities, codec::AmbientCapabilities>("AmbientCapabilities", "AmbientCapabilities", "Capabilities that they have although not root.", 229),
  setting<&E::user, codec::OwningUser>          ("User",            "User",             "The user that runs the processes."),
  setting<&E::group, codec::UserName>           ("Group",           "Group",            "Their group; the user's own otherwise."),
  setting<&E::dynamic_user, codec::StrictBoolean>("DynamicUser",    "DynamicUser",      "A user made for the time the unit is up.", 232),
  accepted<&S::remove_ipc, Boolean>               ("RemoveIPC",           "RemoveIPC",           "Remove the user's System V objects at the end.", 232),
  accepted<&S::set_credential, codec::SetCredentials<false>>("SetCredential", "SetCredential",   "A secret for the processes.", 247),
  accepted<&S::set_credential_encrypted, codec::SetCredentials<true>>("SetCredentialEncrypted", "SetCredentialEncrypted", "A secret, encrypted.", 250),
  accepted<&S::load_credential, codec::LoadCredentials>("LoadCredential", "LoadCredential",      "A secret from a file or socket.", 247),
  accepted<&S::load_credential_encrypted, codec::LoadCredentials>("LoadCredentialEncrypted", "LoadCredentialEncrypted", "The same, encrypted.", 250),
  setting<&E::supplementary_groups, codec::UserNames>("SupplementaryGroups", "SupplementaryGroups", "More groups."),
  accepted<&E::pam_name, codec::Text>            ("PAMName",         "PAMName",          "The PAM service of a session."),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> exec_settings() {
  return rows;
}

}  // namespace svcd
