#include "libunit/presets.h"

#include <fnmatch.h>

#include <algorithm>
#include <map>

#include "libunit/path_text.h"

namespace svcd {

namespace {

std::vector<std::string> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string> words;
  for (size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

}  // namespace

Presets::Presets(FileSource& files, const SearchPath& path) {
  const std::string own = fmt::format("{}-preset", base_name(path.persistent_config));  // system-preset, user-preset
  const std::vector<std::string> folders{path.persistent_config + "-preset", path.runtime_config + "-preset",
                                         "/usr/local/lib/systemd/" + own, "/usr/lib/systemd/" + own,
                                         "/lib/systemd/" + own};
  std::map<std::string, std::string> by_name;
  for (const std::string& folder : folders)
    for (const DirectoryEntry& entry : files.list(folder))
      if (entry.name.ends_with(".preset") && !entry.name.starts_with('.'))
        by_name.try_emplace(entry.name, folder + "/" + entry.name);
  for (const auto& [name, file] : by_name)
    if (files.look(file).kind == FileInfo::Kind::regular) read(files, file);
}

void Presets::read(FileSource& files, const std::string& path) {
  const auto content = files.read(path);
  if (!content) return;
  std::string_view rest = *content;
  for (int line_number = 1; !rest.empty(); ++line_number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0][0] == '#' || words[0][0] == ';') continue;
    const bool known = words[0] == "enable" || words[0] == "disable";
    if (!known || words.size() < 2) {
      diagnostics_.push_back(
          {Diagnostic::Level::warning, {path, line_number}, fmt::format("Couldn't parse line '{}'. Ignoring.", line)});
      continue;
    }
    Rule rule{words[0] == "enable", words[1], {}};
    if (rule.enable) rule.instances.assign(words.begin() + 2, words.end());
    rules_.push_back(std::move(rule));
  }
}

bool Presets::matches_instances(const Rule& rule, const UnitName& name, std::vector<std::string>* instances) {
  const auto pattern = UnitName::parse(rule.pattern);
  if (rule.instances.empty() || !pattern || !pattern->is_template()) return false;
  if (name.is_instance())
    return name.template_name() == *pattern &&
           std::find(rule.instances.begin(), rule.instances.end(), name.instance()) != rule.instances.end();
  if (!(name == *pattern)) return false;
  if (instances)
    for (const std::string& instance : rule.instances)
      if (const auto full = name.with_instance(instance)) instances->push_back(full->str());
  return true;
}

bool Presets::enables(const UnitName& name, std::vector<std::string>* instances) const {
  for (const Rule& rule : rules_)
    if (matches_instances(rule, name, instances) ||
        ::fnmatch(rule.pattern.c_str(), name.str().c_str(), FNM_NOESCAPE) == 0)
      return rule.enable;
  return true;
}

}  // namespace svcd
