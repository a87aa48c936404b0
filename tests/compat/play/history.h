// What happened to the units of a scenario, in a form that two worlds can be compared in: a line an event, its time in
// steps of the scenario, rounded down (what comes later by less than that is late, not different), units of one moment
// by name, and of a unit its jobs, its states and what the log says of it, each in their order (252 tells jobs and
// states out of two queues). States that repeat are dropped.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compat/play/scenario.h"

namespace svcd {

/// A unit as its properties show it.
struct SeenUnit {
  std::string active, sub, result = "success", main_kind, text;
  int main_value = 0;
  uint32_t restarts = 0;
};

class ScenarioHistory {
 public:
  explicit ScenarioHistory(const Scenario& scenario) : scenario_(scenario) {}

  /// A command was carried out; `answer` "" if all is well.
  void command(int64_t ms, const ScenarioCommand&, const std::string& answer);
  void job(int64_t ms, const std::string& unit, const std::string& result);  // "" : a new one
  void state(int64_t ms, const std::string& unit, const SeenUnit&);
  void log(int64_t ms, const std::string& unit, const std::string& message);
  std::string text() const;

 private:
  struct Line {
    int64_t moment;
    std::string unit;
    enum class Kind : uint8_t { command, job, state, text, message, said_by_child } kind;
    std::string text;
  };
  bool log_cycle(int64_t ms, const std::string& message);
  void add(int64_t ms, const std::string& unit, Line::Kind kind, const std::string& text);

  const Scenario& scenario_;
  std::vector<Line> lines_;
  std::map<std::string, SeenUnit> last_;
  std::map<int64_t, std::set<std::string>> cycles_;  // by moment: the jobs of ordering cycles
};

}  // namespace svcd
