#include "ctl/presets.h"

#include <fnmatch.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace svcd::ctl {

Presets Presets::of_system() {
  // A file in an earlier folder hides those of the same name; all together are read in the order of their names.
  std::map<std::string, std::string> files;
  for (const char* folder : {"/etc/systemd/system-preset", "/run/systemd/system-preset",
                             "/usr/local/lib/systemd/system-preset", "/usr/lib/systemd/system-preset"}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      if (entry.path().extension() == ".preset") files.emplace(entry.path().filename().string(), entry.path().string());
  }
  Presets presets;
  for (const auto& [name, path] : files) {
    std::ifstream file(path);
    presets.add_rules(std::string{std::istreambuf_iterator<char>(file), {}});
  }
  return presets;
}

void Presets::add_rules(std::string_view text) {
  static constexpr const char* blanks = " \t\r";
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    const size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos || line[start] == '#' || line[start] == ';') continue;
    line.remove_prefix(start);
    const size_t verb_end = line.find_first_of(blanks);
    if (verb_end == std::string_view::npos) continue;
    const std::string_view verb = line.substr(0, verb_end);
    line.remove_prefix(std::min(line.find_first_not_of(blanks, verb_end), line.size()));
    const std::string pattern(line.substr(0, line.find_first_of(blanks)));  // what follows are instances
    if (!pattern.empty() && (verb == "enable" || verb == "disable")) rules_.push_back({pattern, verb == "enable"});
  }
}

bool Presets::enables(const std::string& unit) const {
  for (const Rule& rule : rules_)
    if (::fnmatch(rule.pattern.c_str(), unit.c_str(), FNM_NOESCAPE) == 0) return rule.enable;
  return true;
}

}  // namespace svcd::ctl
