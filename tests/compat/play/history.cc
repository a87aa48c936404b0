#include "compat/play/history.h"

#include <algorithm>
#include <cstdio>
#include <regex>

namespace svcd {

namespace {

bool is_at_rest(const SeenUnit& unit) {
  return unit.active == "inactive" || unit.active == "failed" || unit.sub == "auto-restart" || unit.sub == "exited";
}

}  // namespace

void ScenarioHistory::add(int64_t ms, const std::string& unit, Line::Kind kind, const std::string& text) {
  if (ms < 0 || ms >= scenario_.end_ms) return;
  lines_.push_back({ms / scenario_.step_ms, unit, kind, scenario_.plain(text)});
}

void ScenarioHistory::command(int64_t ms, const ScenarioCommand& command, const std::string& answer) {
  std::string text;
  for (const std::string& word : command.words) text += (text.empty() ? "" : " ") + word;
  static const std::regex job("Job [0-9]+ ");
  add(ms, "", Line::Kind::command, text + (answer.empty() ? "" : ": " + std::regex_replace(answer, job, "Job N ")));
}

void ScenarioHistory::job(int64_t ms, const std::string& unit, const std::string& result) {
  if (scenario_.owns(unit)) add(ms, unit, Line::Kind::job, result.empty() ? "job" : "job " + result);
}

void ScenarioHistory::state(int64_t ms, const std::string& unit, const SeenUnit& seen) {
  if (!scenario_.owns(unit)) return;
  const auto [known, is_new] = last_.try_emplace(unit);
  SeenUnit last = known->second;
  if (is_new) last.active = "inactive", last.sub = "dead";
  known->second = seen;
  if (seen.text != last.text) add(ms, unit, Line::Kind::text, "status \"" + seen.text + "\"");
  if (seen.active == last.active && seen.sub == last.sub && (seen.result == last.result || seen.result == "success"))
    return;
  std::string text = seen.active + "/" + seen.sub;
  if (is_at_rest(seen)) {
    if (seen.result != "success") text += " " + seen.result;
    if (!seen.main_kind.empty()) text += " " + seen.main_kind + "/" + std::to_string(seen.main_value);
    if (seen.restarts != 0) text += " restarts=" + std::to_string(seen.restarts);
  }
  add(ms, unit, Line::Kind::state, text);
}

/// Where a search for cycles begins, and so whom it names first, is chance in 252: what is in the cycle counts.
bool ScenarioHistory::log_cycle(int64_t ms, const std::string& message) {
  static const std::regex link(".*: Found (?:ordering cycle|dependency) on (.*)"),
      deleted(".*: (Job .* deleted to break ordering cycle) starting with .*"), stuck(".*: (Unable to break cycle).*");
  std::smatch found;
  if (std::regex_match(message, found, link)) {
    cycles_[ms / scenario_.step_ms].insert(scenario_.plain(found[1]));
    return true;
  }
  if (!std::regex_match(message, found, deleted) && !std::regex_match(message, found, stuck)) return false;
  add(ms, "cycle", Line::Kind::message, found[1]);
  return true;
}

void ScenarioHistory::log(int64_t ms, const std::string& unit, const std::string& message) {
  if (!scenario_.owns(unit)) return;
  if (log_cycle(ms, message)) return;
  // svcd alone says what the machine of the play can give to nobody, as CPUWeight= without a controller, and what it
  // cannot do yet.
  if (message.find(": Not in effect yet: ") != std::string::npos) return;
  if (message.ends_with(" has no effect here, going on without.")) return;
  static const std::regex pid("process [0-9]+"), main_pid("PID [0-9]+");
  // 252 has these said by the process that was to become the program, before or after what the manager says.
  static const std::regex child(".*: (Failed to locate executable|Failed at step|Executable .* missing, skipping).*");
  const Line::Kind kind = std::regex_match(message, child) ? Line::Kind::said_by_child : Line::Kind::message;
  add(ms, unit, kind, std::regex_replace(std::regex_replace(message, pid, "process PID"), main_pid, "PID N"));
}

std::string ScenarioHistory::text() const {
  std::vector<Line> lines = lines_;
  for (const auto& [moment, jobs] : cycles_)
    for (const std::string& job : jobs) lines.push_back({moment, "cycle", Line::Kind::state, job});
  std::ranges::stable_sort(lines, [](const Line& a, const Line& b) {
    return std::tie(a.moment, a.unit, a.kind) < std::tie(b.moment, b.unit, b.kind);
  });
  std::string all = "# " + scenario_.sentence + "\n";
  for (const Line& line : lines) {
    char time[16];
    std::snprintf(time, sizeof time, "%.1f", double(line.moment * scenario_.step_ms) / 1000);
    all += time;
    if (line.kind == Line::Kind::command)
      all += " > " + line.text;
    else
      all += "   " + scenario_.plain(line.unit) + (line.kind >= Line::Kind::message ? " | " : " ") + line.text;
    all += '\n';
  }
  return all;
}

}  // namespace svcd
