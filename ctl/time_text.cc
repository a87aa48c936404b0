#include "ctl/time_text.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace svcd::ctl {
namespace {

uint64_t read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return uint64_t(now.tv_sec) * usec_per_sec + uint64_t(now.tv_nsec) / 1000;
}

std::string counted(uint64_t n, const char* unit) {
  return fmt::format("{} {}{}", n, unit, n == 1 ? "" : "s");
}

/// The two largest units that say enough about a distance in time.
std::string distance_text(uint64_t d) {
  if (d >= usec_per_year)
    return counted(d / usec_per_year, "year") + " " + counted(d % usec_per_year / usec_per_month, "month");
  if (d >= usec_per_month)
    return counted(d / usec_per_month, "month") + " " + counted(d % usec_per_month / usec_per_day, "day");
  if (d >= usec_per_week)
    return counted(d / usec_per_week, "week") + " " + counted(d % usec_per_week / usec_per_day, "day");
  if (d >= 2 * usec_per_day) return fmt::format("{} days", d / usec_per_day);
  if (d >= 25 * usec_per_hour) return fmt::format("1 day {}h", (d - usec_per_day) / usec_per_hour);
  if (d >= 6 * usec_per_hour) return fmt::format("{}h", d / usec_per_hour);
  if (d >= usec_per_hour) return fmt::format("{}h {}min", d / usec_per_hour, d % usec_per_hour / usec_per_minute);
  if (d >= 5 * usec_per_minute) return fmt::format("{}min", d / usec_per_minute);
  if (d >= usec_per_minute) return fmt::format("{}min {}s", d / usec_per_minute, d % usec_per_minute / usec_per_sec);
  if (d >= usec_per_sec) return fmt::format("{}s", d / usec_per_sec);
  if (d >= usec_per_msec) return fmt::format("{}ms", d / usec_per_msec);
  return fmt::format("{}us", d);
}

}  // namespace

std::string timestamp_text(uint64_t realtime) {
  if (realtime == 0 || realtime == UINT64_MAX) return {};
  const auto seconds = static_cast<time_t>(realtime / usec_per_sec);
  tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return {};
  // The names of the days stay English in every locale, so that the text can be parsed.
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02}:{:02} {}", days[static_cast<size_t>(local.tm_wday)],
                     local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     local.tm_zone);
}

std::string relative_text(uint64_t realtime, uint64_t now) {
  if (realtime == 0 || realtime == UINT64_MAX) return {};
  if (realtime == now) return "now";
  return realtime < now ? distance_text(now - realtime) + " ago" : distance_text(realtime - now) + " left";
}

std::string bytes_text(uint64_t bytes) {
  if (bytes == UINT64_MAX) return {};
  static constexpr std::array<const char*, 6> suffixes{"E", "P", "T", "G", "M", "K"};
  uint64_t factor = uint64_t{1} << 60;
  for (const char* suffix : suffixes) {
    // Divided before it is multiplied, because ten times a value in E does not fit.
    if (bytes >= factor)
      return fmt::format("{}.{}{}", bytes / factor, bytes % factor / 1024 * 10 / (factor / 1024) % 10, suffix);
    factor >>= 10;
  }
  return fmt::format("{}B", bytes);
}

uint64_t now_realtime() {
  return read_clock(CLOCK_REALTIME);
}
uint64_t now_monotonic() {
  return read_clock(CLOCK_MONOTONIC);
}
uint64_t now_boottime() {
  return read_clock(CLOCK_BOOTTIME);
}

}  // namespace svcd::ctl
