// What `svcctl status` says about a unit, from its properties alone: no connection, no clock, no files. What has to be
// looked up elsewhere (states of triggering units, names of processes, the process list) is handed in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ctl/terminal.h"
#include "dbus/client/types.h"
#include "dbus/client/value.h"

namespace svcd::ctl {

struct StatusWorld {
  uint64_t now = 0;                                                  // CLOCK_REALTIME, for ages
  uint64_t now_monotonic = 0;                                        // for timers
  std::string host_name;                                             // for links to files
  std::function<std::string(const std::string& unit)> active_state;  // of units that trigger or are triggered
  std::function<std::string(uint32_t pid)> process_name;             // "" if it is gone
  std::vector<client::Process> processes;
  std::string why;                         // it is not up, in one line; empty: it is, or nothing is wrong
  std::vector<std::string> not_in_effect;  // what the unit asks for and does not get
};

/// All lines above the log.
std::string status_text(const Terminal&, const client::Properties&, const StatusWorld&);

/// A path that terminals open on a click; the bare text where there are no such terminals.
std::string linked_path(const Terminal&, const std::string& host_name, const std::string& path,
                        const std::string& text);

}  // namespace svcd::ctl
