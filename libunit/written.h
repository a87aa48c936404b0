// The lines of its files that a unit is made of: every assignment with where it stands, and whether it still counts
// after resets and later ones. For people who ask where a value comes from; the manager itself needs none of this.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
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

/// What was read to answer one question about many lines: no file is read twice for it, and not for ever.
class WrittenLines {
 public:
  /// Empty also where that much was read already that it must not be more.
  const std::vector<WrittenValue>& of(FileSource&, const LoadedUnit&, const HostFacts&, const char* key);
  /// The last of them that counts and has `word` as one of its words; null: none.
  const WrittenValue* naming(FileSource&, const LoadedUnit&, const HostFacts&, const char* key, std::string_view word);

 private:
  struct List {
    std::vector<WrittenValue> values;
    std::unordered_map<std::string_view, const WrittenValue*> words;
    bool has_words = false;
  };
  List& list(FileSource&, const LoadedUnit&, const HostFacts&, const char* key);
  static constexpr size_t reads_max = 64, bytes_max = size_t{1} << 18;
  std::unordered_map<std::string, List> known_;  // by unit and key
  size_t reads_ = 0, bytes_ = 0;
};

/// The last value of `key` that counts and has `word`, as one of its words or as a whole; null: none.
const WrittenValue* find_written(const std::vector<WrittenValue>& values, std::string_view key, std::string_view word);

/// All rows of a unit as one text, to compare configurations by: what differs in it differs in effect.
std::string fingerprint(const UnitConfig& config);

}  // namespace svcd
