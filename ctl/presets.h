// What preset files (systemd.preset(5)) say about unit files, for the PRESET column: the manager does not list it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace svcd::ctl {

class Presets {
 public:
  /// The rules of the folders that count, read now.
  static Presets of_system();
  /// "enable pattern" or "disable pattern" a line; earlier rules win.
  void add_rules(std::string_view text);
  /// Without a rule units are enabled.
  bool enables(const std::string& unit) const;

 private:
  struct Rule {
    std::string pattern;
    bool enable;
  };
  std::vector<Rule> rules_;
};

}  // namespace svcd::ctl
