// Calendar events: what is taken can be written, the text means the same, and the next times come one after the other.
#include "fuzz/fuzz.h"
#include "libunit/calendar.h"
#include "libunit/host/zone_rules.h"

FUZZ(calendar) {
  using namespace svcd;
  static const SystemZones zones;
  const auto spec = CalendarSpec::parse(input, zones);
  if (!spec) return;
  const std::string text = to_string(*spec);
  const auto again = CalendarSpec::parse(text, zones);
  must(again.has_value(), "the normalised form is an expression");
  must(to_string(*again) == text, "the normalised form is its own");
  uint64_t at = 1600000000'000000;
  for (int i = 0; i < 3; ++i) {
    const auto next = next_elapse(*spec, at, zones);
    if (!next) return;
    must(*next > at, "the next time is later");
    at = *next;
  }
}
