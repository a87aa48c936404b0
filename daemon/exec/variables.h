// What UnsetEnvironment= does to a list of "NAME=value".
#pragma once

#include <span>
#include <string>
#include <vector>

namespace svcd {

/// A name goes with any value, an assignment only with this one.
void unset_variables(std::vector<std::string>& variables, std::span<const std::string> what);

}  // namespace svcd
