// Preset files: which units are enabled on a system that nobody has configured yet; systemd.preset(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libunit/file_source.h"
#include "libunit/install.h"

namespace svcd {

class Presets {
 public:
  /// All "*.preset" of system-preset/ in the configuration, run-time and vendor folders, by file name; one of a higher
  /// folder hides those of the same name.
  Presets(FileSource& files, const SearchPath& path);
  /// The first rule that matches decides; without one a unit is enabled. For a template with instances in its rule,
  /// `instances` are the names to enable.
  bool enables(const UnitName& name, std::vector<std::string>* instances = nullptr) const;
  const Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  struct Rule {
    bool enable = false;
    std::string pattern;
    std::vector<std::string> instances;
  };
  void read(FileSource& files, const std::string& path);
  static bool matches_instances(const Rule& rule, const UnitName& name, std::vector<std::string>* instances);

  std::vector<Rule> rules_;
  Diagnostics diagnostics_;
};

}  // namespace svcd
