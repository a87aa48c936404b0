// Variables as a shell reads them, for show-environment.
#pragma once

#include <string>
#include <string_view>

namespace svcd::ctl {

/// "A=x y" gives A=$'x y'; a value without anything special stays as it is.
std::string shell_assignment(std::string_view assignment);

}  // namespace svcd::ctl
