#include "libunit/host/zone_rules.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "libunit/civil_day.h"

namespace svcd {
namespace {

constexpr int64_t second = 1000000;

/// The C library works in that zone as long as this lives.
class Within {
 public:
  explicit Within(std::string_view zone) {
    changed_ = !zone.empty();
    if (changed_) {
      if (const char* before = std::getenv("TZ")) before_ = before;
      ::setenv("TZ", (":" + std::string(zone)).c_str(), 1);
    }
    ::tzset();
  }
  ~Within() {
    if (!changed_) return;
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  Within(const Within&) = delete;

 private:
  std::optional<std::string> before_;
  bool changed_ = false;
};

bool is_plain_name(std::string_view name) {
  const auto is_fit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '+' || c == '/';
  };
  return !name.empty() && name.front() != '/' && name.back() != '/' && name.size() < 256 &&
         name.find("//") == name.npos && std::all_of(name.begin(), name.end(), is_fit);
}

}  // namespace

bool SystemZones::is_zone(std::string_view name) const {
  struct stat status {};
  return is_plain_name(name) && ::stat(("/usr/share/zoneinfo/" + std::string(name)).c_str(), &status) == 0 &&
         S_ISREG(status.st_mode);
}

std::array<std::string, 2> SystemZones::own_names() const {
  ::tzset();
  return {::tzname[0], ::tzname[1]};
}

CivilTime SystemZones::civil(std::string_view zone, uint64_t at) const {
  if (zone == "UTC") return civil_time_utc(at);
  const Within within(zone);
  const auto seconds = static_cast<time_t>(at / second);
  tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return civil_time_utc(at);
  CivilTime time;
  time.year = int64_t{parts.tm_year} + 1900;
  time.month = parts.tm_mon + 1;
  time.day = parts.tm_mday;
  time.hour = parts.tm_hour;
  time.minute = parts.tm_min;
  time.microsecond = parts.tm_sec * second + static_cast<int64_t>(at % second);
  return time;
}

std::optional<uint64_t> SystemZones::moment(std::string_view zone, const CivilTime& civil, int dst) const {
  if (zone == "UTC") {
    const int64_t at = moment_utc(civil);
    return at < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(at));
  }
  const Within within(zone);
  tm parts{};
  parts.tm_year = static_cast<int>(civil.year - 1900);
  parts.tm_mon = static_cast<int>(civil.month - 1);
  parts.tm_mday = static_cast<int>(civil.day);
  parts.tm_hour = static_cast<int>(civil.hour);
  parts.tm_min = static_cast<int>(civil.minute);
  parts.tm_sec = static_cast<int>(civil.microsecond / second);
  parts.tm_isdst = dst;
  const time_t at = ::mktime(&parts);
  if (at < 0) return std::nullopt;
  return static_cast<uint64_t>(at) * second + static_cast<uint64_t>(civil.microsecond % second);
}

}  // namespace svcd
