// What somebody may have meant by a name that does not exist.
#pragma once

#include <string>
#include <string_view>

#include "libunit/unit_name.h"

namespace svcd {

/// How many letters must be added, dropped, changed or swapped with their neighbour to make one of the other; the case
/// of letters counts for less than a change. Gives up at `limit`.
unsigned edit_distance(std::string_view a, std::string_view b, unsigned limit);

/// "Description=" for "Descripton" in [Unit], "[Service] ExecStart=" for ExecStart in [Unit], or "".
std::string suggest_key(UnitType type, std::string_view section, std::string_view key);
/// "[Service]" for "Servce", or "".
std::string suggest_section(UnitType type, std::string_view section);

}  // namespace svcd
