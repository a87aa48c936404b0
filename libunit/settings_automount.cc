// [Automount], [Swap] and [Scope] without the shared groups; systemd.automount(5), systemd.swap(5), systemd.scope(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using A = AutomountSection;
using S = SwapSection;
using C = ScopeSection;

void show_swap_timeout(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.swap().timeout.value_or(u.defaults().timeout_start).count());
}
void show_scope_timeout(const UnitConfig& u, ValueSink& sink) {
  sink.u64(u.scope().timeout_stop.value_or(u.defaults().timeout_stop).count());
}

void show_oom_policy(const UnitConfig& u, ValueSink& sink) {
  const bool is_known = u.has_defaults() || u.scope().oom_policy;
  sink.string(is_known ? enum_name(effective_oom_policy(u)) : "");
}

constexpr std::array automount_rows{
    // clang-format off
  //      member, codec                       key               D-Bus property    summary, since
  accepted<&A::where, codec::Path>           ("Where",          "Where",          "Where it is mounted; must match the unit's name."),
  accepted<&A::extra_options, codec::Text>   ("ExtraOptions",   "ExtraOptions",   "Options of the automount itself.", 250),
  accepted<&A::directory_mode, codec::Mode>  ("DirectoryMode",  "DirectoryMode",  "The mode of folders made on the way."),
  accepted<&A::timeout_idle, codec::EndlessSpan>("TimeoutIdleSec", "TimeoutIdleUSec", "Unmounts what was not used for so long.", 220),
    // clang-format on
};
constexpr std::array swap_rows{
    // clang-format off
  accepted<&S::what, codec::Path>            ("What",           "What",           "The device or file to swap to."),
  accepted<&S::priority, codec::SwapPriority>("Priority",       "Priority",       "Those with a higher one are used first."),
  accepted<&S::options, codec::Text>         ("Options",        "Options",        "Options of swapon(8).", 217),
  with_show(accepted<&S::timeout, codec::EndlessSpan>("TimeoutSec", "TimeoutUSec", "How long the swap command may take."), show_swap_timeout),
    // clang-format on
};
constexpr std::array scope_rows{
    // clang-format off
  with_show(accepted<&C::timeout_stop, codec::OptionalSpan>("TimeoutStopSec", "TimeoutStopUSec", "How long a stop may take before SIGKILL."), show_scope_timeout),
  accepted<&C::runtime_max, codec::Span>     ("RuntimeMaxSec",  "RuntimeMaxUSec", "How long the scope may be up.", 244),
  accepted<&C::runtime_randomized_extra, codec::Span>("RuntimeRandomizedExtraSec", "RuntimeRandomizedExtraUSec", "A random part on top of it.", 250),
  with_show(accepted<&C::oom_policy, codec::Enum<ServiceSection::OomPolicy, what::OomPolicy>>("OOMPolicy", "OOMPolicy", "What happens when the kernel kills one of its processes."), show_oom_policy),
    // clang-format on
};
static_assert(keys_are_unique(automount_rows) && keys_are_unique(swap_rows) && keys_are_unique(scope_rows));

}  // namespace

std::span<const Setting> automount_settings() {
  return automount_rows;
}
std::span<const Setting> swap_settings() {
  return swap_rows;
}
std::span<const Setting> scope_settings() {
  return scope_rows;
}

}  // namespace svcd
