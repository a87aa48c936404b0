// The manager's settings in effect: the limits svcd was started with, system.conf or user.conf with drop-ins
// (systemd-system.conf(5)), the command line. Read at start and, by systemd 252's example, at every daemon-reload.
#pragma once

#include <array>

#include "daemon/scope.h"
#include "libunit/boot_options.h"
#include "libunit/manager_settings.h"

namespace svcd {

/// The limits of this process; call before raise_own_limits().
std::array<ResourceLimit, RLIM_NLIMITS> current_limits();

/// What is in effect where no configuration says anything. `limits`: those svcd was started with. LimitNOFILE= is 1024
/// (programs that use select(2) break with more) with a hard limit of 524288 or more (systemd-system.conf(5),
/// DefaultLimitNOFILE=): where svcd itself may not have as many, processes get what there is. After raise_own_limits().
ManagerSettings default_settings(const Scope&, std::array<ResourceLimit, RLIM_NLIMITS> limits);

/// What the command line says to a boot alone: what has to be known before there are settings.
/// `unknown`: arguments that nobody knows.
BootOptions read_boot_options(const Scope&, std::vector<std::string>& unknown);

/// The files that count, in the order in which they are read: the main file, then drop-ins by name. A name that is in
/// several folders counts in the first of them; a link to /dev/null or an empty file masks it.
std::vector<std::string> configuration_paths(const Scope&);

class ManagerConfiguration {
 public:
  /// The scope outlives it. `limits` as for default_settings().
  ManagerConfiguration(const Scope& scope, std::array<ResourceLimit, RLIM_NLIMITS> limits)
      : scope_(scope), limits_(limits) {}

  /// Everything anew. The program's own arguments count only `at_start`, as with systemd 252.
  ManagerSettings read(bool at_start, Diagnostics&) const;

 private:
  const Scope& scope_;
  std::array<ResourceLimit, RLIM_NLIMITS> limits_;
};

}  // namespace svcd
