// What units get that say nothing: the limits svcd was started with, and what shares are shares of.
#pragma once

#include <array>

#include "daemon/scope.h"
#include "libunit/config_defaults.h"
#include "libunit/diagnostic.h"

namespace svcd {

/// The limits of this process; call before raise_own_limits().
std::array<ResourceLimit, RLIM_NLIMITS> current_limits();

/// `limits`: those svcd was started with. LimitNOFILE= is 1024 with a hard limit of 524288, or less where svcd itself
/// may have no more (systemd-system.conf(5), DefaultLimitNOFILE=): programs that use select(2) break with more.
ManagerDefaults detect_defaults(const Scope&, std::array<ResourceLimit, RLIM_NLIMITS> limits);

/// Settings of [Manager] in system.conf and its drop-ins (systemd-system.conf(5)) into both. What has no effect here
/// yet, and what does not parse, is said in the diagnostics.
Diagnostics read_manager_configuration(Scope&, ManagerDefaults&);
/// One file's text, for tests.
Diagnostics apply_manager_configuration(const std::string& path, std::string_view text, Scope&, ManagerDefaults&);

}  // namespace svcd
