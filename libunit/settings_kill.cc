// systemd.kill(5): in the sections of services, sockets, mounts, swaps and scopes.
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using K = KillSection;

void show_restart_signal(const UnitConfig& u, ValueSink& sink) {
  sink.i32(u.kill().restart_kill_signal != 0 ? u.kill().restart_kill_signal : u.kill().kill_signal);
}
Result<> apply_kill_mode(UnitConfig& unit, std::string_view text, LoadContext& context) {
  K::Mode mode{};
  using Modes = codec::Enum<K::Mode, what::KillMode>;
  SVCD_TRY(Modes::parse(text, mode, context));
  unit.change<K>().kill_mode = mode;
  if (mode == K::Mode::none)
    context.warn(
        "Unit uses KillMode=none. This is unsafe, as it disables systemd's process lifecycle management for the "
        "service. Please update the service to use a safer KillMode=, such as 'mixed' or 'control-group'. Support for "
        "KillMode=none is deprecated and will eventually be removed.");
  return {};
}

constexpr std::array rows{
    // clang-format off
  //      member, codec                             key                  D-Bus property       summary, since
  with_apply(setting<&K::kill_mode, codec::Enum<K::Mode, what::KillMode>>("KillMode", "KillMode", "Which processes a stop signals.", 187), apply_kill_mode),
  setting<&K::kill_signal, codec::Signal>          ("KillSignal",        "KillSignal",        "The signal that asks processes to end.", 187),
  with_show(setting<&K::restart_kill_signal, codec::Signal>("RestartKillSignal", "RestartKillSignal", "The same for a restart.", 244), show_restart_signal),
  setting<&K::final_kill_signal, codec::Signal>    ("FinalKillSignal",   "FinalKillSignal",   "The signal for those that did not.", 240),
  setting<&K::send_sigkill, codec::Boolean>        ("SendSIGKILL",       "SendSIGKILL",       "Whether that last signal is sent at all.", 187),
  setting<&K::send_sighup, codec::Boolean>         ("SendSIGHUP",        "SendSIGHUP",        "SIGHUP follows the first signal, for shells.", 207),
  setting<&K::watchdog_signal, codec::Signal>      ("WatchdogSignal",    "WatchdogSignal",    "The signal after a missed watchdog.", 240),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> kill_settings() {
  return rows;
}

}  // namespace svcd
