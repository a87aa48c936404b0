// What the manager does for itself, and can be told to do otherwise while it runs: by D-Bus properties, by signals.
// Its configuration (systemd-system.conf(5)) and the kernel's command line say what it begins with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libunit/time.h"

namespace svcd {

/// Where the manager's own messages go; systemd(1) --log-target=.
enum class LogTarget : uint8_t {
  console,
  console_prefixed,
  kmsg,
  journal,
  journal_or_kmsg,
  syslog,
  syslog_or_kmsg,
  automatic,
  null
};

/// Whether the console shows what is started and stopped; systemd(1) --show-status=.
enum class ShowStatus : uint8_t {
  no,
  error,      // only what goes wrong
  automatic,  // nothing, until something goes wrong
  temporary,  // automatic, after something went wrong
  yes
};

struct ManagerControls {
  int log_level = 6;  // syslog(3): what is above it is not logged
  LogTarget log_target = LogTarget::journal;
  ShowStatus show_status = ShowStatus::yes;
  bool service_watchdogs = true;  // WatchdogSec= of services has an effect
  // The machine's own watchdog; zero: not used.
  Duration runtime_watchdog{0}, runtime_watchdog_pre{0}, reboot_watchdog = std::chrono::minutes(10), kexec_watchdog{0};
  std::string runtime_watchdog_pre_governor;
  std::string watchdog_device;
  bool operator==(const ManagerControls&) const = default;
};

std::string_view to_string(LogTarget);
bool parse_log_target(std::string_view text, LogTarget& into);
/// PID 1 cannot wait for a syslog daemon: the journal stands in for it.
LogTarget without_syslog(LogTarget);

/// "no", "error", "auto", "temporary", "yes", or a boolean.
bool parse_show_status(std::string_view text, ShowStatus& into);
inline bool shows_status(ShowStatus status) {
  return status == ShowStatus::yes || status == ShowStatus::temporary;
}

}  // namespace svcd
