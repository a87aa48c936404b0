#include "libunit/unit_type_rules.h"

#include <array>

namespace svcd {
namespace {

using G = SettingGroup;
using S = UnitTypeRules::Shared;

// clang-format off
constexpr std::array<UnitTypeRules, unit_type_count> rows{{
    //                                                              alias  lacks  name   isolation
    {UnitType::service,   "Service",   G::service,   S::exec,       true,  false, false, false},
    {UnitType::mount,     "Mount",     G::mount,     S::exec,       false, true,  false, true},
    {UnitType::swap,      "Swap",      G::swap,      S::exec,       false, true,  false, true},
    {UnitType::socket,    "Socket",    G::socket,    S::exec,       true,  false, false, false},
    {UnitType::target,    "Target",    std::nullopt, S::none,       true,  false, false, false},
    {UnitType::device,    "Device",    std::nullopt, S::none,       true,  true,  true,  true},
    {UnitType::automount, "Automount", G::automount, S::none,       false, false, false, true},
    {UnitType::timer,     "Timer",     G::timer,     S::none,       true,  false, false, false},
    {UnitType::path,      "Path",      G::path,      S::none,       true,  false, false, false},
    {UnitType::slice,     "Slice",     std::nullopt, S::resource,   false, true,  true,  true},
    {UnitType::scope,     "Scope",     G::scope,     S::kill,       false, true,  false, true},
}};
// clang-format on
static_assert([] {
  for (size_t i = 0; i < rows.size(); ++i)
    if (size_t(rows[i].type) != i) return false;
  return true;
}());

}  // namespace

const UnitTypeRules& rules_of(UnitType type) {
  return rows[size_t(type)];
}

}  // namespace svcd
