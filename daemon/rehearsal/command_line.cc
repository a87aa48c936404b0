#include "daemon/rehearsal/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "libunit/codecs.h"
#include "libunit/unit_name.h"

namespace svcd::rehearsal {
namespace {

constexpr size_t most_seeds = 10'000;

constexpr const char* help =
    "svcctl sim [OPTION…]\n\n"
    "Boots a tree of unit files in virtual time: nothing is executed, nothing is changed, no manager is asked.\n"
    "Shows the schedule, the critical chain, ordering cycles, deadlocks, failures and stops that take until their\n"
    "timeout. What the programs would do follows from Type=, how long they take from the seed: see docs/sim.md.\n\n"
    "  --units=FOLDER         of unit files; may be given several times, the first ones count before the others\n"
    "  --root=FOLDER          the unit files of the system that is installed there (default: of this one)\n"
    "  --start=UNIT           what to boot (default: default.target); more of them are started beside the first\n"
    "  --stop=UNIT@TIME       a stop is asked for, TIME after the beginning (5s, 1min 30s)\n"
    "  --fail=UNIT[@TIME]     its process ends with 1 at TIME; without TIME at every start\n"
    "  --hang=UNIT            it never gets ready and ignores SIGTERM; of a device: it is never there\n"
    "  --stubborn=UNIT        it runs, but ignores SIGTERM\n"
    "  --duration=UNIT=TIME   so long its start takes; of a Type=simple service: it ends by itself then\n"
    "  --shutdown[=TIME]      power off, then or when the boot is over\n"
    "  --until=TIME           when to give up (default: 15min)\n"
    "  --seed=N               the times of programs follow from it (default: 1)\n"
    "  --seeds=N              that many seeds, and what differs between them\n"
    "  --states               text: every change of a unit's state\n"
    "  -o FORM                text (default), json, json-pretty, svg\n"
    "  --output=FILE          write there\n\n"
    "Exit codes: 0 all is well; 1 cannot be done; 2 something failed; 3 a stop took until its timeout;\n"
    "4 an ordering cycle; 5 jobs that do not end. The highest one counts.\n";

/// What options hold before they mean anything.
struct Words {
  std::vector<std::string> stops, failures, hanging, stubborn, durations;
  std::string shutdown, seed, seeds, until, form = "text";
  bool shuts_down = false, help = false;
};

Parsed refuse(std::string text) {
  return {{}, true, 1, fmt::format("svcctl sim: {}\n", text)};
}

void declare(CLI::App& app, Request& r, Words& w) {
  const auto list = [&app](const char* name, std::vector<std::string>& into) {
    app.add_option(name, into)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  const auto text = [&app](const char* name, std::string& into) {
    app.add_option(name, into)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  list("--units", r.folders);
  list("--start", r.starts);
  list("--stop", w.stops);
  list("--fail", w.failures);
  list("--hang", w.hanging);
  list("--stubborn", w.stubborn);
  list("--duration", w.durations);
  text("--root", r.root);
  text("--seed", w.seed);
  text("--seeds", w.seeds);
  text("--until", w.until);
  text("-o,--form", w.form);
  text("--output", r.file);
  text("--shutdown", w.shutdown);
  app.add_flag("--states", r.states);
  app.add_flag("-h,--help", w.help);
}

/// "--shutdown" may stand alone, which CLI11 has no words for; so may "--shutdown@TIME".
std::vector<std::string> arguments(int argc, const char* const* argv, Words& words) {
  std::vector<std::string> given;
  for (int i = argc - 1; i > 0; --i) {  // as CLI11 wants them: the last one first
    const std::string_view word = argv[i];
    if (word == "--shutdown")
      words.shuts_down = true;
    else if (word.starts_with("--shutdown@"))
      given.push_back("--shutdown=" + std::string(word.substr(11)));
    else
      given.emplace_back(word);
  }
  return given;
}

/// "a" gives "a.service".
bool complete(std::string& unit, std::string& why) {
  Result<UnitName> name = unit_name_mangle(unit);
  if (name && name->is_template())
    name = fail(ErrorCode::invalid_args, "{} is a template: name an instance of it", unit);
  if (!name) {
    why = name.error().message;
    return false;
  }
  unit = name->str();
  return true;
}

/// "a@b.service@5s": the last '@' counts, if what follows is a time; a unit's own is followed by its type.
bool parse_incident(const std::string& word, Incident& into, std::string& why) {
  const size_t at = word.rfind('@');
  Duration time{0};
  into.unit = word;
  if (at != std::string::npos && !UnitName::is_valid(word) && parse_span(word.substr(at + 1), time)) {
    into.unit = word.substr(0, at);
    into.at = time;
  }
  return complete(into.unit, why);
}

bool parse_number(const std::string& text, uint64_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

std::string take_incidents(Request& r, const Words& w) {
  std::string why;
  for (const std::string& word : w.stops) {
    Incident stop;
    if (!parse_incident(word, stop, why)) return "--stop: " + why;
    if (!stop.at || *stop.at == infinity) return fmt::format("--stop={0}: say when, e.g. --stop={0}@30s", word);
    r.stops.push_back(stop);
  }
  for (const std::string& word : w.failures) {
    Incident failure;
    if (!parse_incident(word, failure, why)) return "--fail: " + why;
    if (!failure.unit.ends_with(".service") && !failure.unit.ends_with(".mount"))
      return fmt::format("--fail: {} runs no program that could fail; services and mounts do", failure.unit);
    r.failures.push_back(failure);
  }
  for (std::string unit : w.hanging) {
    if (!complete(unit, why)) return "--hang: " + why;
    r.hanging.insert(unit);
  }
  for (std::string unit : w.stubborn) {
    if (!complete(unit, why)) return "--stubborn: " + why;
    r.stubborn.insert(unit);
  }
  for (const std::string& word : w.durations) {
    const size_t equals = word.rfind('=');
    Duration time{0};
    if (equals == std::string::npos || !parse_span(word.substr(equals + 1), time) || time == infinity)
      return fmt::format("--duration={}: say UNIT=TIME, e.g. --duration=a.service=2s", word);
    std::string unit = word.substr(0, equals);
    if (!complete(unit, why)) return "--duration: " + why;
    r.durations[unit] = time;
  }
  for (std::string& unit : r.starts)
    if (!complete(unit, why)) return "--start: " + why;
  return {};
}

std::string take_rest(Request& r, const Words& w) {
  r.shuts_down = w.shuts_down || !w.shutdown.empty();
  if (!w.shutdown.empty()) {
    Duration at{0};
    if (!parse_span(w.shutdown, at) || at == infinity)
      return fmt::format("--shutdown={}: that is no time; 30s and 2min are", w.shutdown);
    r.shutdown_at = at;
  }
  if (!w.until.empty() && (!parse_span(w.until, r.until) || r.until == infinity))
    return fmt::format("--until={}: that is no time; 30s and 1h are", w.until);
  if (!w.seed.empty() && !parse_number(w.seed, r.seed)) return fmt::format("--seed={}: that is no number", w.seed);
  uint64_t seeds = 1;
  if (!w.seeds.empty() && (!parse_number(w.seeds, seeds) || seeds == 0 || seeds > most_seeds))
    return fmt::format("--seeds={}: a number from 1 to {} is wanted", w.seeds, most_seeds);
  r.seeds = seeds;
  if (w.form == "text")
    r.form = Form::text;
  else if (w.form == "json")
    r.form = Form::json;
  else if (w.form == "json-pretty")
    r.form = Form::json_pretty;
  else if (w.form == "svg")
    r.form = Form::svg;
  else
    return fmt::format("-o {}: there are text, json, json-pretty and svg", w.form);
  if (r.form == Form::svg && r.seeds > 1) return "-o svg draws one run: leave out --seeds=, or choose one with --seed=";
  return {};
}

}  // namespace

Parsed parse_command_line(int argc, const char* const* argv) {
  Parsed parsed;
  Words words;
  CLI::App app;
  app.set_help_flag();
  declare(app, parsed.request, words);
  try {
    app.parse(arguments(argc, argv, words));
  } catch (const CLI::ParseError& error) {
    return refuse(fmt::format("{}. 'svcctl sim --help' lists the options.", error.what()));
  }
  if (words.help) return {{}, true, 0, help};
  std::string wrong = take_incidents(parsed.request, words);
  if (wrong.empty()) wrong = take_rest(parsed.request, words);
  if (!wrong.empty()) return refuse(wrong + ".");
  return parsed;
}

}  // namespace svcd::rehearsal
