// The tables of the list verbs, from what the manager answered.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ctl/terminal.h"
#include "dbus/client/types.h"

namespace svcd::ctl {

struct UnitListStyle {
  bool plain = false;              // no dots
  bool legend = true;              // header and what the columns mean
  bool shows_inactive = false;     // nothing was left out …
  bool filtered_by_state = false;  // … or on request
};
std::string unit_list_text(const Terminal&, const std::vector<client::UnitInfo>&, const UnitListStyle&);

struct UnitFileRow {
  std::string name, state, preset;  // preset "": does not apply
};
std::string unit_file_list_text(const Terminal&, const std::vector<UnitFileRow>&, bool legend);
/// Whether a preset can say anything about a unit file in that state.
bool state_has_preset(const std::string& state);

/// Of a job, by id: what --after and --before add to its row.
struct JobNeighbours {
  std::map<uint32_t, std::vector<client::Job>> blocked, awaited;
};
/// skipped: some jobs did not match what was asked for.
std::string job_list_text(const Terminal&, const std::vector<client::Job>&, bool legend, bool skipped,
                          const JobNeighbours& neighbours = {});
/// Keeps the jobs of units that match one of the patterns (all without patterns); true if one was dropped.
bool filter_jobs(std::vector<client::Job>& jobs, const std::vector<std::string>& patterns);

struct SocketRow {
  std::string listen, type, unit, activates;
  auto operator<=>(const SocketRow&) const = default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
};
std::string socket_list_text(const Terminal&, const std::vector<SocketRow>&, bool with_types, bool legend, bool all);

/// What --state=help prints.
std::string states_help();

}  // namespace svcd::ctl
