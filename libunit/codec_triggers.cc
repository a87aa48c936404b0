// What starts another unit: times and paths. And the priority of a swap.
#include "libunit/codecs.h"
#include "libunit/path_check.h"

namespace svcd::codec {
namespace {

/// The time zones of a context that knows none.
class OnlyUtc final : public ZoneNames {
 public:
  bool is_zone(std::string_view) const override { return false; }
  std::array<std::string, 2> own_names() const override { return {"UTC", "UTC"}; }
};

}  // namespace

Result<> parse_timer_span(TimerSection::Base base, std::string_view text, TimerSection& into, LoadContext&) {
  if (text.empty()) return into.monotonic.clear(), into.calendar.clear(), Result<>{};
  Duration value{};
  if (!parse_span(text, value)) return fail(ErrorCode::bad_message, "Failed to parse timer value, ignoring: {}", text);
  into.monotonic.push_back({base, value});
  return {};
}

Result<> parse_timer_calendar(std::string_view text, TimerSection& into, LoadContext& context) {
  if (text.empty()) return into.monotonic.clear(), into.calendar.clear(), Result<>{};
  std::string expanded;
  SVCD_TRY(Text::parse(text, expanded, context));
  static const OnlyUtc only_utc;
  const ZoneNames& zones = context.zones != nullptr ? *context.zones : only_utc;
  auto spec = CalendarSpec::parse(expanded, zones);
  if (!spec) return fail(ErrorCode::bad_message, "Failed to parse calendar specification, ignoring: {}", expanded);
  into.calendar.push_back(*std::move(spec));
  return {};
}

Result<> parse_watched_path(PathSection::Kind kind, std::string_view text, PathSection& into, LoadContext& context) {
  if (text.empty()) return into.paths.clear(), Result<>{};
  auto expanded = context.expand(text);
  if (!expanded)
    return fail(ErrorCode::bad_message, "Failed to resolve unit specifiers in {}, ignoring: {}", text,
                expanded.error().message);
  into.paths.push_back({ kind, SVCD_TRY(check_path(*expanded, path_absolute, context)) });
  return {};
}

Result<> TriggeredUnit::parse(std::string_view text, UnitName& into, LoadContext& context) {
  if (!into.empty()) return fail(ErrorCode::bad_message, "Multiple units to trigger specified, ignoring: {}", text);
  auto expanded = context.expand(text);
  if (!expanded)
    return fail(ErrorCode::bad_message, "Failed to resolve specifiers, ignoring: {}", expanded.error().message);
  auto name = UnitName::parse(*expanded);
  if (!name) return fail(ErrorCode::bad_message, "Unit type not valid, ignoring: {}", *expanded);
  if (context.unit != nullptr && *name == *context.unit)
    return fail(ErrorCode::bad_message, "Units cannot trigger themselves, ignoring: {}", *expanded);
  into = *std::move(name);
  return {};
}

Result<> SwapPriority::parse(std::string_view text, int& into, LoadContext&) {
  if (text.empty()) return into = -1, Result<>{};
  int64_t value = 0;
  if (!parse_signed(text, value, INT32_MIN, INT32_MAX))
    return fail(ErrorCode::bad_message, "Invalid swap priority '{}', ignoring.", text);
  if (value < -1)
    return fail(ErrorCode::bad_message,
                "Sorry, swap priorities smaller than -1 may only be assigned by the kernel itself, ignoring: {}", text);
  constexpr int64_t highest = INT16_MAX;
  if (value > highest) return fail(ErrorCode::bad_message, "Swap priority out of range, ignoring: {}", text);
  into = static_cast<int>(value);
  return {};
}

}  // namespace svcd::codec
