// cat --effective: a unit as it is in the end, each value with the file and line that it comes from, then what follows
// from other settings and the defaults. The text is a unit file itself: origins and defaults are comments.
#pragma once

#include <string>
#include <vector>

#include "ctl/json_text.h"
#include "dbus/client/value.h"
#include "libunit/written.h"

namespace svcd::ctl {

struct EffectiveValue {
  enum class Source : uint8_t { file, implied, by_default };
  std::string section, key, value;
  Source source = Source::file;
  Origin at;  // of a value from a file
};

/// Section by section; within one the keys in the order in which they are first written, a list with all its
/// assignments that count, then what no file says. `known`: what a manager has for this unit, which knows its own
/// defaults; may be empty.
std::vector<EffectiveValue> effective_values(const LoadedUnit& unit, const std::vector<WrittenValue>& written,
                                             const client::Properties& known = {});

std::string effective_text(const std::vector<EffectiveValue>& values);
std::vector<JsonRow> effective_rows(const std::string& unit, const std::vector<EffectiveValue>& values);

}  // namespace svcd::ctl
