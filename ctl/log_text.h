// One journal entry as text, in the outputs of journalctl that svcctl knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ctl/terminal.h"

namespace svcd::ctl {

struct LogEntry {
  uint64_t realtime = 0;  // _SOURCE_REALTIME_TIMESTAMP if there is one
  uint64_t received = 0, monotonic = 0;
  std::string host_name, identifier, pid, message, unit;
  int priority = 6;
  std::string cursor;
  std::vector<std::pair<std::string, std::string>> fields;  // all of them; only for verbose and json
};

struct LogStyle {
  std::string output = "short";
  bool show_all = false;  // also what cannot be printed
  /// More than one unit is shown: lines say which, in this colour, instead of the host.
  bool with_unit = false;
  Colour unit_colour = Colour::none;
  size_t unit_width = 0;
};

/// Ends in a newline. shortened is set if something had to be left out to fit the terminal.
std::string log_entry_text(const Terminal&, const LogEntry&, const LogStyle&, bool& shortened);

/// Whether that output needs all fields of an entry.
bool needs_fields(std::string_view output);

}  // namespace svcd::ctl
