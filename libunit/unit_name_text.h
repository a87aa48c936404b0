// What unit_name.cc and unit_name_escape.cc share: the alphabet of unit names and its limit.
#pragma once

#include <cstddef>

namespace svcd {

inline constexpr size_t longest_unit_name = 255;

/// What a name may have before its type, '@' apart.
bool is_unit_name_character(char c);

}  // namespace svcd
