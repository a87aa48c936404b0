// The grammar of unit files, on inih: text in, assignments with file:line out. Knows nothing of settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/diagnostic.h"
#include "libunit/result.h"

namespace svcd {

struct Assignment {
  std::string section, key, value;
  int line = 0;  // where the value starts
};

struct UnitText {
  std::string path;
  std::vector<std::string> sections;  // every header seen, also of empty sections, in order, without repeats
  std::vector<Assignment> assignments;
  Diagnostics diagnostics;  // lines that were ignored
};

/// Longest logical line taken, in bytes (systemd.syntax(7): LONG_LINE_MAX).
inline constexpr size_t longest_line = 1024 * 1024;

/// A bad line is a diagnostic and the rest still counts; bad_message with file:line only for what systemd refuses a
/// file for as a whole (NUL bytes, an over-long line, a malformed section header).
Result<UnitText> parse_unit_text(std::string path, std::string_view text);

}  // namespace svcd
