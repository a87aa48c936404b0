#include "compat/play/merged_states.h"

#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace svcd {

namespace {

bool matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

/// "0.4   a.service active/running": when and of which unit, and the state. Empty: the line says something else.
struct StateLine {
  std::string where, state;
  explicit StateLine(const std::string& line) {
    std::istringstream words(line);
    std::string time, unit, word;
    words >> time >> unit >> word;
    if (unit == ">" || word == "|" || word.find('/') == std::string::npos) return;
    where = time + " " + unit;
    state = line.substr(line.find(word));
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

/// Whether the state in that line is followed, at the same moment, by one that it is merged with.
bool is_merged(const MergedState& rule, const std::vector<std::string>& lines, size_t at) {
  const StateLine line(lines[at]);
  if (line.where.empty() || !matches(rule.state, line.state)) return false;
  for (size_t i = at + 1; i < lines.size(); ++i)
    if (const StateLine next(lines[i]); next.where == line.where) return matches(rule.next, next.state);
  return false;
}

}  // namespace

bool MergedStates::is_about(const MergedState& rule, const std::string& scenario) {
  return std::ranges::any_of(rule.scenarios, [&](const std::string& pattern) { return matches(pattern, scenario); });
}

MergedStates MergedStates::read(const std::string& path) {
  MergedStates table;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    MergedState rule;
    std::istringstream words(line);
    words >> rule.state;
    if ((rule.of_svcd = rule.state == "svcd")) words >> rule.state;
    words >> rule.next;
    for (std::string scenario; words >> scenario;) rule.scenarios.push_back(scenario);
    table.all_.push_back(rule);
  }
  return table;
}

std::string MergedStates::leave_out(const std::string& scenario, const std::string& history) const {
  std::vector<std::string> lines = lines_of(history);
  for (size_t i = 0; i < lines.size();) {
    bool merged = false;
    for (const MergedState& rule : all_) merged = merged || (is_about(rule, scenario) && is_merged(rule, lines, i));
    if (merged) {
      lines.erase(lines.begin() + ptrdiff_t(i));
      i = 0;  // what stood before it may now be followed by another
    } else {
      ++i;
    }
  }
  std::string text;
  std::map<std::string, std::string> last;  // states by unit
  for (const std::string& line : lines) {
    const StateLine state(line);
    const std::string unit = state.where.substr(std::min(state.where.size(), state.where.find(' ') + 1));
    if (!unit.empty() && std::exchange(last[unit], state.state) == state.state) continue;
    text += line + "\n";
  }
  return text;
}

bool MergedStates::occurs(const MergedState& rule, const std::string& scenario, const std::string& history) {
  if (!is_about(rule, scenario)) return false;
  const std::vector<std::string> lines = lines_of(history);
  for (size_t i = 0; i < lines.size(); ++i)
    if (is_merged(rule, lines, i)) return true;
  return false;
}

}  // namespace svcd
