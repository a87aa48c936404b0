// Paths as settings take them: absolute or relative, with systemd's texts about what is wrong. Nothing is looked up.
#pragma once

#include <string>
#include <string_view>

#include "libunit/load_context.h"
#include "libunit/path_text.h"

namespace svcd {

/// How strictly a path is taken; a bit set.
enum PathRule : unsigned {
  path_absolute = 1,  // else it must be relative
  path_fatal = 2,     // what is wrong spoils the unit instead of being ignored
};
/// Checks `path` and returns it simplified; the failure's text names the setting that is being applied.
Result<std::string> check_path(std::string_view path, unsigned rules, const LoadContext& context);

}  // namespace svcd
