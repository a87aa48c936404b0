// A scenario: a few unit files, what is asked of the manager and when. A text file in tests/compat/scenarios:
//
//   # What is shown, as a sentence of the manual.
//   alone                        (if it disturbs others in the same machine: isolate, daemon-reload)
//   step 1.0                     (how exact times are; 0.2 if nothing is said. Timers of 252 come up to 0.25 s late)
//   names b.service             (units without a file)
//   --- a.service                a unit file; /a/path: another file
//   [Service]
//   ExecStart=/actor run=400ms
//   --- do
//   0.0 start a.service          seconds since the beginning, 0.2 apart so that real time cannot race
//   1.0 end
//
// Its units carry its name in the machine ("NAME.a.service"), so that many can be played at once; the files and
// commands are written without, and so is the history.
//
// Commands: start, stop, restart, reload, try-restart, reload-or-restart, reload-or-try-restart UNIT [MODE],
// enqueue TYPE UNIT [MODE], isolate UNIT, kill UNIT WHO SIGNAL, reset-failed UNIT, cancel UNIT (its job),
// daemon-reload, ref UNIT, unref UNIT, show UNIT PROPERTY, write FILE (text up to the next line that is a single dot),
// remove FILE, link FILE TARGET, folder UNIT (whether /run/UNIT is there: RuntimeDirectory=UNIT), end.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace svcd {

struct ScenarioFile {
  std::string path, text;
};

struct ScenarioCommand {
  int64_t at_ms = 0;
  std::vector<std::string> words;  // the names of units as the manager knows them
  std::string text;                // of write
};

struct Scenario {
  std::string name, sentence;
  bool alone = false;
  std::vector<ScenarioFile> files;  // full paths
  std::vector<ScenarioCommand> commands;
  int64_t end_ms = 0, step_ms = 200;

  /// Exits the program with a message if it is not well formed: scenarios are the project's own.
  static Scenario read(const std::string& path);
  /// All of a folder, by name.
  static std::vector<Scenario> read_all(const std::string& folder);
  /// Without its own name in the names of units.
  std::string plain(std::string text) const;
  bool owns(std::string_view unit) const { return unit.starts_with(name + "."); }

 private:
  std::string full(std::string_view text) const;
  std::string path_of(const std::string& name) const;
  void read_command(const std::string& line);
  std::set<std::string> units_;  // as written: "a.service", "t@.service"
};

}  // namespace svcd
