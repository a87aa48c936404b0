// Lists of "NAME=value", as environments are built up: a later value of a name replaces the earlier one in its place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace svcd {

/// The value, or null where the name is not set.
const char* value_of(std::span<const std::string> variables, std::string_view name);
void assign_variable(std::vector<std::string>& variables, std::string_view assignment);
/// UnsetEnvironment=: a name goes with any value, an assignment only with this one.
void unset_variables(std::vector<std::string>& variables, std::span<const std::string> what);

}  // namespace svcd
