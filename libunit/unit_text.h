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
  std::vector<int> section_lines;     // where each of them stands first
  std::vector<Assignment> assignments;
  Diagnostics diagnostics;  // lines that were ignored
};

/// Longest logical line taken, in bytes (systemd.syntax(7): LONG_LINE_MAX).
inline constexpr size_t longest_line = 1024 * 1024;

/// A bad line is a diagnostic and the rest still counts. The file as a whole is refused, with file:line, for a NUL byte
/// or an over-long line, and as systemd 252 does for a malformed section header (bad_message) and for text that is not
/// UTF-8 (invalid_args); error_number is what systemd gives as the reason.
Result<UnitText> parse_unit_text(std::string path, std::string_view text);
/// The same, and `into` also has what stands before the line for which the file was refused: systemd applies that much
/// (the unit still shows its description).
Result<> parse_unit_text(std::string path, std::string_view text, UnitText& into);

}  // namespace svcd
