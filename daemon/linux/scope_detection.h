// Finds out where svcd runs: the one place that asks getpid() == 1, what container this is and what the command line
// wants. Everything else reads the Scope.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/scope.h"

namespace svcd {

/// PID 1 of a machine or a container.
bool is_init_process();

/// The scope of this process. Call after the file systems of early_setup are there.
Scope detect_scope(std::span<char* const> arguments, const char* const* environment);

/// "systemd-nspawn", "docker" …; "" outside of a container; systemd-detect-virt(1). Only PID 1's own environment and
/// what the container manager left in /run count.
std::string detect_container(const char* own_container_variable);
/// "kvm", "qemu", "vmware" …, "none" on hardware.
std::string detect_vm();

/// What everybody or nobody can have here: tried once, in a child that ends at once.
Scope::Probe probe_abilities();

}  // namespace svcd
