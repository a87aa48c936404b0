// The kinds of steps a plan can have, and for each: how it is printed, with which exit code and step name a failure is
// reported (systemd.exec(5), "Process Exit Codes"), the setting it comes from, and whether it needs svcd-exec.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace svcd {

enum class StepKind : uint16_t {
  none,
  signals,               // ignore_sigpipe, signals to reset (bit n: signal n)
  session,               //
  identity,              // flags | user, group, supplementary groups …: looks them up, for later steps
  tty_prepare,           // reset, vhangup, deallocate | path
  open,                  // target, open flags | path
  dup,                   // target, source
  journal,               // target, priority, level prefix | socket, identifier, unit
  tty,                   // target, how (0 wait, 1 force, 2 fail) | path
  input_data,            // | data: on descriptor 0, by way of a memfd
  cgroup,                // | cgroup.procs file
  delegate,              // | cgroup folder: given to the user
  oom_score_adjust,      // value
  nice,                  // value
  cpu_scheduling,        // policy, priority, reset on fork
  cpu_affinity,          // mask, 64 processors a number
  io_priority,           // class, priority
  timer_slack,           // nanoseconds
  umask,                 // mode
  directory,             // which (ExecSection::Directory), mode | root, path, symlinks …
  environment,           // | assignments
  environment_late,      // | names of variables whose value only the child knows
  environment_user,      // HOME, USER, LOGNAME, SHELL of identity
  environment_file,      // missing is fine | path
  environment_unset,     // | names or assignments
  private_network,       //
  private_hostname,      // changes of the host name are not seen outside
  private_ipc,           //
  mount_namespace,       //
  private_tmp,           // | folder of the private one, where it goes
  private_devices,       // | what /dev/log links to
  empty_folder,          // | path, options of tmpfs
  bind_mount,            // recursive, missing is fine | source, destination
  mount_rule,            // what (MountRule), missing is fine | path
  apply_mount_rules,     //
  groups,                // supplementary only: sets the groups of identity
  working_directory,     // missing is fine | path
  home_directory,        // missing is fine: that of identity
  fds,                   // nonblocking, descriptors … : become 3, 4, …
  limit,                 // resource, soft, hard
  bounding_set,          // mask
  keep_capabilities,     // mask: stay through the change of user
  user,                  // becomes the user of identity
  ambient_capabilities,  // mask
  no_new_privileges,     //
  execute,               // number of paths, skip if missing, expand variables | paths to try, argv …
  mount_point,           // mode of folders, source is a path | where, source: what of both is missing is made
  remove_tree,           // path is a prefix | root, path: for units that have stopped
};

enum class MountRule : uint8_t { read_only, read_write, inaccessible, empty };

struct StepInfo {
  StepKind kind;
  const char* name;  // as printed
  const char*
      numbers;  // how they are printed: d decimal, o octal, x hexadecimal; the last one goes for all that follow
  int exit_code;
  const char* step;     // "EXEC", as exit codes are named
  const void* setting;  // what it carries out, for key_of(); null: no setting of a unit file
  const char* message;  // what went wrong, as systemd says it; %s: the detail of the report
  bool needs_helper;
};

std::span<const StepInfo> step_infos();
const StepInfo& step_info(StepKind);
/// Exit code and step name: those of stdio steps depend on the descriptor, those of directories on which one.
int exit_code_of(StepKind, int64_t first_number);
const char* step_name_of(int exit_code);

}  // namespace svcd
