// What PID 1 does before it can look around: file systems, console, hostname, machine id, loopback, limits, signals.
// Nothing here is fatal: what cannot be had is reported and the boot goes on with what works.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/scope.h"

namespace svcd {

/// What was done and what could not be, for the log once there is one.
struct EarlyReport {
  std::vector<std::string> problems;
  bool is_first_boot = false;
  std::array<ResourceLimit, RLIM_NLIMITS> limits{};  // that svcd was started with
};

/// The first thing of all: limits and, as PID 1, file systems and standard descriptors. True: we are PID 1.
bool prepare_process(EarlyReport&);
/// There is not even an event loop: says so on the console. PID 1 then stays, so that the kernel goes on.
void report_hopeless(const Scope&, const std::string& problem);
/// Mounts the API file systems that are missing and makes svcd's folders below /run. Before detect_scope().
void mount_missing_file_systems(bool is_container, EarlyReport&);
/// Whether a mount belongs to the system itself: it gets no unit, as in systemd 252.
bool is_api_mount(std::string_view where);
/// The rest; reads and may change facts of the host in `scope` (hostname, machine id).
void set_up_machine(Scope&, EarlyReport&);
/// Folders in which clients look; also for other instances than PID 1.
void make_runtime_folders(const Scope&, EarlyReport&);

/// stdin, stdout and stderr become /dev/null; the console is opened for each message.
void detach_from_console();
/// Blocks what the loop gets by signalfd, ignores SIGPIPE. Before any thread or source is made.
void block_manager_signals();
/// The signals of systemd(1) that are told to the manager.
std::vector<int> handled_signals();
/// Raises the manager's own file limit; children get back what svcd was started with, by their plans.
void raise_own_limits();

}  // namespace svcd
