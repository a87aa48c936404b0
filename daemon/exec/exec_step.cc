#include "daemon/exec/exec_step.h"

#include <sys/resource.h>

#include <array>

#include "libunit/settings.h"

namespace svcd {

namespace {

using enum StepKind;
using E = ExecSection;
using S = SandboxSection;

// clang-format off
constexpr std::array infos{
  //       kind                  printed as             numbers exit step         setting                  message                                                  helper
  StepInfo{none,                 "none",                "",     0,   "",          nullptr,                 "",                                                      false},
  StepInfo{signals,              "signals",             "dx",   207, "SIGNAL_MASK",  &member_tag<&E::ignore_sigpipe>, "Failed to set process signal mask",                     false},
  StepInfo{session,              "session",             "",     220, "SETSID",    nullptr,                 "Failed to create new process session",                  false},
  StepInfo{identity,             "identity",            "x",    217, "USER",      &member_tag<&E::user>, "Failed to determine user credentials",                  true},
  StepInfo{tty_prepare,          "tty-prepare",         "d",    208, "STDIN",     &member_tag<&E::tty_path>, "Failed to prepare terminal %s",                         false},
  StepInfo{open,                 "open",                "do",   208, "STDIN",     &member_tag<&E::standard_input>, "Failed to set up %s",                                   false},
  StepInfo{dup,                  "dup",                 "d",    208, "STDIN",     &member_tag<&E::standard_input>, "Failed to set up %s",                                   false},
  StepInfo{journal,              "journal",             "d",    209, "STDOUT",    &member_tag<&E::standard_output>, "Failed to set up %s",                                   false},
  StepInfo{tty,                  "tty",                 "d",    208, "STDIN",     &member_tag<&E::standard_input>, "Failed to set up %s",                                   false},
  StepInfo{input_data,           "input-data",          "",     208, "STDIN",     &member_tag<&E::standard_input_data>, "Failed to set up %s",                                   false},
  StepInfo{cgroup,               "cgroup",              "",     219, "CGROUP",    nullptr,                 "Failed to attach to cgroup %s",                         false},
  StepInfo{delegate,             "delegate",            "",     219, "CGROUP",    &member_tag<&ResourceSection::delegate>, "Failed to adjust control group access",                 true},
  StepInfo{oom_score_adjust,     "oom-score-adjust",    "d",    206, "OOM_ADJUST",&member_tag<&E::oom_score_adjust>, "Failed to adjust OOM setting",                          false},
  StepInfo{nice,                 "nice",                "d",    201, "NICE",      &member_tag<&E::nice>, "Failed to set up process scheduling priority (nice level)", false},
  StepInfo{cpu_scheduling,       "cpu-scheduling",      "d",    214, "SETSCHEDULER", &member_tag<&S::cpu_scheduling_policy>, "Failed to set up CPU scheduling",                       false},
  StepInfo{cpu_affinity,         "cpu-affinity",        "x",    215, "CPUAFFINITY", &member_tag<&S::cpu_affinity>, "Failed to set up CPU affinity",                         false},
  StepInfo{io_priority,          "io-priority",         "d",    211, "IOPRIO",    &member_tag<&S::io_scheduling_class>, "Failed to set up IO scheduling priority",               false},
  StepInfo{timer_slack,          "timer-slack",         "d",    212, "TIMERSLACK", &member_tag<&S::timer_slack_nsec>, "Failed to set up timer slack",                          false},
  StepInfo{umask,                "umask",               "o",    0,   "",          &member_tag<&E::umask>, "",                                                      false},
  StepInfo{directory,            "directory",           "do",   233, "RUNTIME_DIRECTORY", &directory_tag<E::Directory::runtime>, "Failed to set up special execution directory in %s", true},
  StepInfo{environment,          "environment",         "",     204, "MEMORY",    &member_tag<&E::environment>, "",                                                      false},
  StepInfo{environment_late,     "environment-late",    "",     204, "MEMORY",    nullptr,                 "",                                                      false},
  StepInfo{environment_user,     "environment-user",    "",     204, "MEMORY",    nullptr,                 "",                                                      true},
  StepInfo{environment_file,     "environment-file",    "d",    1,   "ENVIRONMENT", &member_tag<&E::environment_files>, "Failed to load environment files",                      true},
  StepInfo{environment_unset,    "environment-unset",   "",     204, "MEMORY",    &member_tag<&E::unset_environment>, "",                                                      true},
  StepInfo{private_network,      "private-network",     "",     225, "NETWORK",   &member_tag<&E::private_network>, "Failed to set up network namespacing",                  true},
  StepInfo{private_hostname,     "private-hostname",    "",     226, "NAMESPACE", &member_tag<&S::protect_hostname>, "Failed to set up UTS namespacing",                      false},
  StepInfo{private_ipc,          "private-ipc",         "",     226, "NAMESPACE", &member_tag<&S::private_ipc>, "Failed to set up IPC namespacing",                      false},
  StepInfo{mount_namespace,      "mount-namespace",     "",     226, "NAMESPACE", nullptr,                 "Failed to set up mount namespacing",                    true},
  StepInfo{private_tmp,          "private-tmp",         "",     226, "NAMESPACE", &member_tag<&E::private_tmp>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{private_devices,      "private-devices",     "",     226, "NAMESPACE", &member_tag<&E::private_devices>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{empty_folder,         "empty-folder",        "",     226, "NAMESPACE", &member_tag<&S::temporary_file_system>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{bind_mount,           "bind",                "dd",   226, "NAMESPACE", &member_tag<&S::bind_paths>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{mount_rule,           "mount-rule",          "dd",   226, "NAMESPACE", &member_tag<&E::protect_system>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{apply_mount_rules,    "apply-mount-rules",   "",     226, "NAMESPACE", &member_tag<&E::protect_system>, "Failed to set up mount namespacing: %s",                true},
  StepInfo{groups,               "groups",              "d",    216, "GROUP",     &member_tag<&E::group>, "Changing group credentials failed",                     true},
  StepInfo{working_directory,    "working-directory",   "d",    200, "CHDIR",     &member_tag<&E::working_directory>, "Changing to the requested working directory failed",    false},
  StepInfo{home_directory,       "home-directory",      "d",    200, "CHDIR",     &member_tag<&E::working_directory>, "Changing to the requested working directory failed",    true},
  StepInfo{fds,                  "fds",                 "d",    202, "FDS",       nullptr,                 "Failed to adjust passed file descriptors",              false},
  StepInfo{limit,                "limit",               "du",   205, "LIMITS",    &limit_tag<RLIMIT_NOFILE>, "Failed to adjust resource limit",                       false},
  StepInfo{bounding_set,         "bounding-set",        "x",    218, "CAPABILITIES", &member_tag<&E::capability_bounding_set>, "Failed to drop capabilities",                        false},
  StepInfo{keep_capabilities,    "keep-capabilities",   "x",    213, "SECUREBITS", &member_tag<&E::ambient_capabilities>, "Failed to enable keep-caps",                            false},
  StepInfo{user,                 "user",                "",     217, "USER",      &member_tag<&E::user>, "Failed to change UID",                                  true},
  StepInfo{ambient_capabilities, "ambient-capabilities","x",    218, "CAPABILITIES", &member_tag<&E::ambient_capabilities>, "Failed to apply ambient capabilities (after UID change)", false},
  StepInfo{no_new_privileges,    "no-new-privileges",   "",     227, "NO_NEW_PRIVILEGES", &member_tag<&E::no_new_privileges>, "Failed to disable new privileges",                   false},
  StepInfo{execute,              "execute",             "d",    203, "EXEC",      &member_tag<&ServiceSection::exec_start>, "Failed to locate executable %s",                        false},
  StepInfo{mount_point,          "mount-point",         "od",   0,   "",          nullptr,                 "",                                           true},
  StepInfo{remove_tree,          "remove-tree",         "d",    233, "RUNTIME_DIRECTORY", nullptr,         "Failed to remove %s",                                   true},
};
// clang-format on

consteval bool in_order() {
  for (size_t i = 0; i < infos.size(); ++i)
    if (static_cast<size_t>(infos[i].kind) != i) return false;
  return true;
}
static_assert(in_order(), "the table is indexed by StepKind");

}  // namespace

std::span<const StepInfo> step_infos() {
  return infos;
}

const StepInfo& step_info(StepKind kind) {
  const auto index = static_cast<size_t>(kind);
  return infos[index < infos.size() ? index : 0];
}

int exit_code_of(StepKind kind, int64_t first) {
  const int own = step_info(kind).exit_code;
  if (own == 208) return first == 0 ? 208 : first == 1 ? 209 : 222;  // STDIN, STDOUT, STDERR
  if (kind == journal) return first == 1 ? 209 : 222;
  if (kind == directory) return first == 0 ? 233 : 237 + static_cast<int>(first);  // RUNTIME, STATE … CONFIGURATION
  return own;
}

const char* step_name_of(int exit_code) {
  switch (exit_code) {
    case 209: return "STDOUT";
    case 222: return "STDERR";
    case 238: return "STATE_DIRECTORY";
    case 239: return "CACHE_DIRECTORY";
    case 240: return "LOGS_DIRECTORY";
    case 241: return "CONFIGURATION_DIRECTORY";
    default: break;
  }
  for (const StepInfo& info : infos)
    if (info.exit_code == exit_code) return info.step;
  return "EXEC";
}

}  // namespace svcd
