// The %-specifiers of systemd.unit(5), "SPECIFIERS". Values that only the running system knows come from the host.
#pragma once

#include <string>
#include <string_view>

#include "libunit/result.h"
#include "libunit/unit_name.h"

namespace svcd {

class ZoneNames;  // libunit/calendar.h

/// What the machine and the manager contribute. Plain values, read once (libunit/host) or set by a test.
struct HostFacts {
  std::string machine_id, boot_id, host_name, short_host_name, pretty_host_name, kernel_release, architecture;
  std::string os_id, os_version_id, os_build_id, os_variant_id, os_image_id, os_image_version;
  std::string user = "root", user_home = "/root", user_shell = "/bin/sh", group = "root";
  uint32_t uid = 0, gid = 0;
  std::string runtime_root = "/run", state_root = "/var/lib", cache_root = "/var/cache", logs_root = "/var/log",
              configuration_root = "/etc", credentials_root = "/run/credentials", tmp = "/tmp", var_tmp = "/var/tmp";
  const ZoneNames* zones = nullptr;  // null: none but UTC
};

/// Expands specifiers for one unit, or for the manager, who knows the machine alone.
class Specifiers {
 public:
  Specifiers(const HostFacts& host, const UnitName& name, std::string fragment_path = {})
      : host_(host), name_(&name), fragment_path_(std::move(fragment_path)) {}
  explicit Specifiers(const HostFacts& host) : host_(host) {}
  /// bad_message for an unknown specifier (error_number EBADSLT) or one that cannot be resolved (EINVAL: a part of the
  /// name cannot be unescaped; ENOENT: a unit without a file; ENOMEDIUM: not known here). "%%" is '%', and a '%' before
  /// anything but a letter or digit stands for itself.
  Result<std::string> expand(std::string_view text) const;

 private:
  Result<std::string> value_of(char letter) const;
  Result<std::string> of_unit(char letter, const UnitName& name) const;
  const HostFacts& host_;
  const UnitName* name_ = nullptr;  // null: the manager's own
  std::string fragment_path_;
};

}  // namespace svcd
