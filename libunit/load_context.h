// What a codec may know while it parses a value, and where it leaves what the author of the file should hear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/diagnostic.h"
#include "libunit/result.h"
#include "libunit/unit_name.h"

namespace svcd {

class Specifiers;  // libunit/specifiers.h
class ZoneNames;   // libunit/calendar.h

struct LoadContext {
  const UnitName* unit = nullptr;
  const Specifiers* specifiers = nullptr;  // null: '%' is literal
  const ZoneNames* zones = nullptr;        // null: no time zone is known but UTC
  Origin origin;
  Diagnostics* diagnostics = nullptr;  // beside the result: a line may be taken in part, or with a warning
  std::vector<std::string>* not_in_effect = nullptr;  // keys that are taken and shown, and do nothing yet
  const char* key = "";                               // of the row that is being applied, for texts that name it
  /// Adds a diagnostic at `origin`.
  void warn(std::string text);
  void note(std::string text, Diagnostic::Level level);
  /// `text` with its specifiers expanded.
  Result<std::string> expand(std::string_view text) const;
};

}  // namespace svcd
