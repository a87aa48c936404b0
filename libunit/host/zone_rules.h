// Time zones as the C library knows them: its tz database, by way of $TZ. One thread only.
#pragma once

#include "libunit/calendar.h"

namespace svcd {

class SystemZones final : public ZoneRules {
 public:
  bool is_zone(std::string_view name) const override;
  std::array<std::string, 2> own_names() const override;
  CivilTime civil(std::string_view zone, uint64_t at) const override;
  std::optional<uint64_t> moment(std::string_view zone, const CivilTime& civil, int dst) const override;
};

}  // namespace svcd
