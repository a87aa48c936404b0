#include "libunit/span_text.h"

#include <fmt/format.h>

#include <array>

namespace svcd {
namespace {

/// How many decimals a unit has left over above the accuracy.
int decimals(uint64_t unit, uint64_t accuracy) {
  int n = 0;
  for (; unit > 1; unit /= 10) ++n;
  for (; accuracy > 1; accuracy /= 10) --n;
  return n;
}

}  // namespace

std::string timespan_text(uint64_t span, uint64_t accuracy) {
  struct Unit {
    const char* name;
    uint64_t usec;
  };
  static constexpr std::array<Unit, 9> units{{{"y", usec_per_year},
                                              {"month", usec_per_month},
                                              {"w", usec_per_week},
                                              {"d", usec_per_day},
                                              {"h", usec_per_hour},
                                              {"min", usec_per_minute},
                                              {"s", usec_per_sec},
                                              {"ms", usec_per_msec},
                                              {"us", 1}}};
  if (span == UINT64_MAX) return "infinity";
  if (span == 0) return "0";
  std::string text;
  for (const Unit& unit : units) {
    if (span == 0 || (span < accuracy && !text.empty())) break;
    if (span < unit.usec) continue;
    const uint64_t whole = span / unit.usec;
    uint64_t rest = span % unit.usec;
    if (!text.empty()) text += ' ';
    if (const int digits = decimals(unit.usec, accuracy); span < usec_per_minute && rest > 0 && digits > 0) {
      for (uint64_t a = accuracy; a > 1; a /= 10) rest /= 10;
      text += fmt::format("{}.{:0{}}{}", whole, rest, digits, unit.name);
      break;
    }
    text += fmt::format("{}{}", whole, unit.name);
    span = rest;
  }
  return text;
}

}  // namespace svcd
