// What a user wants to see rehearsed: which unit files, what is started, what goes wrong and when. Times count from
// the beginning of the boot.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libunit/time.h"

namespace svcd::rehearsal {

/// Something that happens to a unit at a time.
struct Incident {
  std::string unit;
  std::optional<Duration> at;  // nothing: whenever it starts
};

enum class Form : uint8_t { text, json, json_pretty, svg };

struct Request {
  std::vector<std::string> folders;  // of unit files, highest precedence first
  std::string root;                  // a whole system; "": none, unless there are no folders either
  std::vector<std::string> starts;   // empty: the tree's default.target
  std::vector<Incident> stops;       // all with a time
  std::vector<Incident> failures;
  std::set<std::string> hanging, stubborn;
  std::map<std::string, Duration> durations;
  bool shuts_down = false;
  std::optional<Duration> shutdown_at;  // nothing: once the boot is over
  uint64_t seed = 1;
  size_t seeds = 1;  // this many, from `seed` on
  Duration until = std::chrono::minutes(15);
  Form form = Form::text;
  std::string file;      // "": standard output
  bool states = false;   // text: with all changes of state
  bool colours = false;  // text: for a terminal
};

}  // namespace svcd::rehearsal
