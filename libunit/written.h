// The lines of its files that a unit is made of: every assignment with where it stands, and whether it still counts
// after resets and later ones. For people who ask where a value comes from; the manager itself needs none of this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/loader.h"
#include "libunit/settings.h"

namespace svcd {

struct WrittenValue {
  std::string section, key, value;
  Origin at;
  const Setting* row = nullptr;  // null: no such setting
  bool counts = false;           // without it the unit would be another one, or it is the last word on its setting
};

/// All assignments of the unit's file and drop-ins, in the order in which they are applied.
std::vector<WrittenValue> written_values(FileSource& files, const LoadedUnit& unit, const HostFacts& host);

/// The same of one key, and of the lines that say nothing but reset it: at most the last `most_asked_of_one` of them,
/// so that also the manager may ask.
std::vector<WrittenValue> written_values_of(FileSource& files, const LoadedUnit& unit, const HostFacts& host,
                                            std::string_view key);
inline constexpr size_t most_asked_of_one = 64;

/// The last value of `key` that counts and has `word`, as one of its words or as a whole; null: none.
const WrittenValue* find_written(const std::vector<WrittenValue>& values, std::string_view key, std::string_view word);

/// All rows of a unit as one text, to compare configurations by: what differs in it differs in effect.
std::string fingerprint(const UnitConfig& config);

}  // namespace svcd
