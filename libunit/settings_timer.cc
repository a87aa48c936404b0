// [Timer]; systemd.timer(5).
#include <array>

#include "libunit/enum_names.h"
#include "libunit/setting_rows.h"

namespace svcd {
namespace {

using T = TimerSection;
using codec::Boolean;

constexpr char calendar_key[] = "OnCalendar";  // which the property names, too

template <T::Base base>
Result<> apply_span(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_timer_span(base, text, unit.change<T>(), context);
}
Result<> apply_calendar(UnitConfig& unit, std::string_view text, LoadContext& context) {
  return codec::parse_timer_calendar(text, unit.change<T>(), context);
}

/// The last that was written comes first, as in systemd 252. When it elapses next only the running unit knows.
void show_accuracy(const UnitConfig& u, ValueSink& sink) {
  sink.u64(effective_timer_accuracy(u).count());
}
void show_monotonic(const UnitConfig& u, ValueSink& sink) {
  sink.open_array("(stt)");
  for (auto timer = u.timer().monotonic.rbegin(); timer != u.timer().monotonic.rend(); ++timer) {
    sink.open_struct("stt");
    sink.string(enum_name(timer->base));
    sink.u64(timer->value.count());
    sink.u64(0);
    sink.close_struct();
  }
  sink.close_array();
}

void show_calendar(const UnitConfig& u, ValueSink& sink) {
  sink.open_array("(sst)");
  for (auto timer = u.timer().calendar.rbegin(); timer != u.timer().calendar.rend(); ++timer) {
    sink.open_struct("sst");
    sink.string(calendar_key);
    sink.string(to_string(*timer));
    sink.u64(0);
    sink.close_struct();
  }
  sink.close_array();
}

/// A key that adds to the list which a property behind it shows.
constexpr Setting adds(const char* key, decltype(Setting::apply) apply, WriteValue set, const char* summary) {
  return {SettingGroup::timer, key, nullptr, "", summary, 0, SettingStatus::accepted, apply, nullptr, set};
}
constexpr Setting shows(const char* property, const char* signature, decltype(Setting::show) show, WriteValue set,
                        const char* summary) {
  return {SettingGroup::timer, nullptr, property, signature, summary, 0, SettingStatus::accepted, nullptr, show, set};
}

constexpr std::array rows{
    // clang-format off
  //      member, codec                      key                    D-Bus property         summary, since
  read_only(accepted<&T::unit, codec::TriggeredUnit>("Unit",         "Unit",                "The unit to start.")),
  adds("OnActiveSec",       apply_span<T::Base::active>, write::span, "Elapses so long after the timer was started."),
  adds("OnBootSec",         apply_span<T::Base::boot>, write::span, "… after the machine was booted."),
  adds("OnStartupSec",      apply_span<T::Base::startup>, write::span, "… after the manager was started."),
  adds("OnUnitActiveSec",   apply_span<T::Base::unit_active>, write::span, "… after the unit was last started."),
  adds("OnUnitInactiveSec", apply_span<T::Base::unit_inactive>, write::span, "… after the unit last went down."),
  shows("TimersMonotonic", "a(stt)", show_monotonic, write::monotonic_timers,               "All of these, with the time at which each elapses next."),
  adds(calendar_key,        apply_calendar, write::text, "Elapses at these times of the calendar; systemd.time(7)."),
  shows("TimersCalendar", "a(sst)", show_calendar, write::calendar_timers,                 "All of these, with the time at which each elapses next."),
  accepted<&T::on_clock_change, Boolean>    ("OnClockChange",       "OnClockChange",       "Elapses when the clock was set.", 242),
  accepted<&T::on_timezone_change, Boolean> ("OnTimezoneChange",    "OnTimezoneChange",    "Elapses when the machine's time zone changed.", 242),
  with_show(accepted<&T::accuracy, codec::SpanOrDefault>("AccuracySec", "AccuracyUSec",        "How late it may elapse, so that wake-ups fall together.", 209), show_accuracy),
  accepted<&T::randomized_delay, codec::Span>("RandomizedDelaySec", "RandomizedDelayUSec", "A random delay of at most this much.", 229),
  accepted<&T::fixed_random_delay, Boolean> ("FixedRandomDelay",    "FixedRandomDelay",    "That delay is always the same one.", 247),
  accepted<&T::persistent, Boolean>         ("Persistent",          "Persistent",          "Makes up for times at which the machine was off.", 212),
  accepted<&T::wake_system, Boolean>        ("WakeSystem",          "WakeSystem",          "Wakes the machine from suspend.", 212),
  accepted<&T::remain_after_elapse, Boolean>("RemainAfterElapse",   "RemainAfterElapse",   "Stays loaded after it elapsed for the last time.", 229),
    // clang-format on
};
static_assert(keys_are_unique(rows));

}  // namespace

std::span<const Setting> timer_settings() {
  return rows;
}

}  // namespace svcd
