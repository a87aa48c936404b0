// Everything that differs between system, user, hosted and test instances, in one value made in main(). No other file
// names /run or /etc or asks getpid() == 1; tests/walls looks, and has the exceptions. docs/decisions.md, "One scope".
#pragma once

#include <string>
#include <vector>

#include "libunit/boot_options.h"
#include "libunit/loader.h"
#include "libunit/specifiers.h"

namespace svcd {

/// How cgroups are laid out here.
enum class CgroupLayout : uint8_t { unified, hybrid, legacy, none };

/// A v1 controller that we may write to, and the folder of our own cgroup in its hierarchy.
struct CgroupV1 {
  std::string controller;  // "pids"
  std::string folder;      // "/sys/fs/cgroup/pids/a/b"
};

struct Scope {
  bool is_init = false;        // PID 1: mounts, reaps, reboots
  bool is_user = false;        // a user's own manager: user.conf instead of system.conf
  bool is_container = false;   // $container, or /run/systemd/container
  bool is_first_boot = false;  // the machine id is not there yet; systemd.unit(5) ConditionFirstBoot=
  std::string virtualization;  // "systemd-nspawn", "kvm" …; "none": hardware; systemd-detect-virt(1)
  std::string configuration_root = "/etc";
  std::string runtime_root = "/run";
  std::string runtime_folder = "/run/systemd";  // private, notify, units/, system/ …
  std::string own_folder = "/run/svcd";         // the state record
  std::string private_socket = "/run/systemd/private";
  std::string notify_socket = "/run/systemd/notify";
  std::string reboot_parameter_file = "/run/systemd/reboot-param";
  std::string journal_socket = "/run/systemd/journal/socket";
  std::string journal_stdout = "/run/systemd/journal/stdout";
  std::string system_bus = "unix:path=/run/dbus/system_bus_socket";
  std::string console = "/dev/console";  // "": none
  std::string exec_helper = "/usr/lib/svcd/svcd-exec";
  std::vector<std::string> generator_folders, environment_generator_folders;  // highest precedence first
  std::vector<std::string> shutdown_folders;  // programs that get the last verb; systemd-shutdown(8)
  std::vector<std::string> environment;       // what processes inherit from the manager
  std::vector<std::string> own_environment;   // its own: PassEnvironment=, and the console's $TERM
  std::string supervisor_socket;  // of whoever started svcd, e.g. a container manager; sd_notify(3); "": nobody asks
  std::vector<std::string> command_line;           // words of the kernel's, in a container of svcd's own
  std::vector<std::string> arguments;              // svcd's own
  std::vector<std::string> unknown_arguments;      // among those: reported once there is a log
  BootOptions boot;                                // what both say to the boot alone
  std::vector<std::string> configuration_files;    // systemd-system.conf(5): the first that exists counts
  std::vector<std::string> configuration_folders;  // of drop-ins, highest precedence first
  std::string log_identifier = "systemd";
  CgroupLayout cgroup_layout = CgroupLayout::none;
  std::string cgroup_mount;  // of the tree that tracks processes, "/sys/fs/cgroup" or "/sys/fs/cgroup/unified"
  std::string cgroup_root;   // our own cgroup in it, "" or "/a/b": unit cgroups are below
  std::vector<CgroupV1> cgroup_v1;
  SearchPath search_path;
  HostFacts host;
  /// What everybody or nobody can have here, established once at start; docs/decisions.md, "No silence".
  struct Probe {
    bool mount_namespaces = false, network_namespaces = false, seccomp = false, cgroup_controllers = false;
  } probe;
};

}  // namespace svcd
