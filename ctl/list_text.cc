#include "ctl/list_text.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "ctl/table.h"

namespace svcd::ctl {
namespace {

constexpr const char* columns_text =
    "\n"
    "LOAD   = Whether the unit's files could be read and understood.\n"
    "ACTIVE = Whether the unit is up; the same few states for all types.\n"
    "SUB    = What it is doing exactly; the states depend on its type.\n";

bool has_load_problem(const client::UnitInfo& u) {
  return u.load_state == "error" || u.load_state == "not-found" || u.load_state == "bad-setting" ||
         u.load_state == "masked";
}

Colour file_state_colour(const std::string& state) {
  if (state.rfind("enabled", 0) == 0) return Colour::green;
  if (state.rfind("masked", 0) == 0 || state == "bad") return Colour::red;
  if (state.rfind("disabled", 0) == 0 || state.rfind("linked", 0) == 0) return Colour::yellow;
  return Colour::none;
}

std::string unit_list_legend(const Terminal& t, size_t count, bool has_jobs, const UnitListStyle& style) {
  std::string text = count > 0 ? columns_text : "";
  if (has_jobs) text += "JOB    = What is about to happen to the unit.\n\n";
  const std::string listed =
      t.paint(count > 0 ? Colour::bold : Colour::red, fmt::format("{} loaded units listed.", count));
  const std::string hint = t.paint(Colour::grey, "All installed unit files: svcctl list-unit-files") + "\n";
  if (style.shows_inactive) return text + listed + "\n" + hint;
  if (style.filtered_by_state) return text + listed + "\n";
  return text + listed + t.paint(Colour::grey, " --all shows inactive ones too.") + "\n" + hint;
}

}  // namespace

std::string unit_list_text(const Terminal& t, const std::vector<client::UnitInfo>& units, const UnitListStyle& style) {
  const bool has_jobs = std::any_of(units.begin(), units.end(), [](const auto& u) { return u.job_id != 0; });
  std::vector<std::string> headers{"UNIT", "LOAD", "ACTIVE", "SUB"};
  if (!style.plain) headers.insert(headers.begin(), " ");
  if (has_jobs) headers.emplace_back("JOB");
  headers.emplace_back("DESCRIPTION");
  Table table(headers);
  for (const client::UnitInfo& u : units) {
    const bool load_problem = has_load_problem(u), failed = u.active_state == "failed";
    const Colour load = load_problem && !style.plain ? Colour::red : Colour::none;
    const Colour active = failed && !style.plain ? Colour::red : Colour::none;
    std::vector<Cell> row;
    if (!style.plain)
      row.push_back(load_problem || failed ? Cell(t.utf8 ? "●" : "*", failed ? Colour::red : Colour::yellow)
                                           : Cell(" "));
    row.emplace_back(u.id, active);
    row.emplace_back(u.load_state, load);
    row.emplace_back(u.active_state, active);
    row.emplace_back(u.sub_state, active);
    if (has_jobs) row.emplace_back(u.job_id != 0 ? u.job_type : "");
    row.emplace_back(u.description);
    table.add(std::move(row));
  }
  std::string text = table.text(t, style.legend);
  if (style.legend) text += unit_list_legend(t, units.size(), has_jobs, style);
  return text;
}

bool state_has_preset(const std::string& state) {
  static constexpr const char* without[] = {"static", "alias", "generated", "transient"};
  return std::find(std::begin(without), std::end(without), state) == std::end(without);
}

std::string unit_file_list_text(const Terminal& t, const std::vector<UnitFileRow>& rows, bool legend) {
  Table table({"UNIT FILE", "STATE", "PRESET"});
  for (const UnitFileRow& row : rows)
    table.add({{row.name, row.state.rfind("masked", 0) == 0 ? Colour::red : Colour::none},
               {row.state, file_state_colour(row.state)},
               {row.preset.empty() ? "-" : row.preset, file_state_colour(row.preset)}});
  std::string text = table.text(t, legend);
  if (legend) text += fmt::format("\n{} unit files listed.\n", rows.size());
  return text;
}

bool filter_jobs(std::vector<client::Job>& jobs, const std::vector<std::string>& patterns) {
  const auto is_other = [&](const client::Job& job) {
    return !patterns.empty() && std::none_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), job.unit.c_str(), FNM_NOESCAPE) == 0;
    });
  };
  const auto first = std::remove_if(jobs.begin(), jobs.end(), is_other);
  const bool skipped = first != jobs.end();
  jobs.erase(first, jobs.end());
  return skipped;
}

std::string job_list_text(const Terminal& t, const std::vector<client::Job>& jobs, bool legend, bool skipped,
                          const JobNeighbours& neighbours) {
  if (jobs.empty()) return legend ? (skipped ? "No jobs listed.\n" : "No jobs running.\n") : "";
  Table table({"JOB", "UNIT", "TYPE", "STATE"});
  for (const client::Job& job : jobs) {
    const Colour colour = job.state == "running" ? Colour::bold : Colour::none;
    table.add({fmt::format("{}", job.id), {job.unit, colour}, job.type, {job.state, colour}});
    const auto add = [&](const std::map<uint32_t, std::vector<client::Job>>& of, const char* what) {
      const auto found = of.find(job.id);
      if (found == of.end()) return;
      for (const client::Job& other : found->second)
        table.add({t.last(), fmt::format("\t{} job {} ({}/{})", what, other.id, other.unit, other.type), "-", "-"});
    };
    add(neighbours.blocked, "blocking");
    add(neighbours.awaited, "waiting for");
  }
  std::string text = table.text(t, legend);
  if (legend) text += fmt::format("\n{}\n", t.paint(Colour::bold, fmt::format("{} jobs listed.", jobs.size())));
  return text;
}

std::string socket_list_text(const Terminal& t, const std::vector<SocketRow>& rows, bool with_types, bool legend,
                             bool all) {
  std::vector<std::string> headers{"LISTEN", "UNIT", "ACTIVATES"};
  if (with_types) headers.insert(headers.begin() + 1, "TYPE");
  Table table(headers);
  for (const SocketRow& row : rows) {
    std::vector<Cell> cells{row.listen, row.unit, row.activates.empty() ? "-" : row.activates};
    if (with_types) cells.insert(cells.begin() + 1, row.type);
    table.add(std::move(cells));
  }
  std::string text = table.text(t, legend);
  if (!legend) return text;
  text += fmt::format("\n{} sockets listed.\n", rows.size());
  if (!all) text += t.paint(Colour::grey, "--all shows inactive ones too.") + "\n";
  return text;
}

std::string states_help() {
  struct Group {
    const char *title, *states;
  };
  // clang-format off
  static constexpr Group groups[] = {
      {"unit load states",         "stub loaded not-found bad-setting error merged masked"},
      {"unit active states",       "active reloading inactive failed activating deactivating maintenance"},
      {"unit file states",         "enabled enabled-runtime linked linked-runtime alias masked masked-runtime static disabled indirect generated transient bad"},
      {"automount unit substates", "dead waiting running failed"},
      {"device unit substates",    "dead tentative plugged"},
      {"mount unit substates",     "dead mounting mounting-done mounted remounting unmounting remounting-sigterm remounting-sigkill unmounting-sigterm unmounting-sigkill failed cleaning"},
      {"path unit substates",      "dead waiting running failed"},
      {"scope unit substates",     "dead start-chown running abandoned stop-sigterm stop-sigkill failed"},
      {"service unit substates",   "dead condition start-pre start start-post running exited reload stop stop-watchdog stop-sigterm stop-sigkill stop-post final-watchdog final-sigterm final-sigkill failed auto-restart cleaning"},
      {"slice unit substates",     "dead active"},
      {"socket unit substates",    "dead start-pre start-chown start-post listening running stop-pre stop-pre-sigterm stop-pre-sigkill stop-post final-sigterm final-sigkill failed cleaning"},
      {"swap unit substates",      "dead activating activating-done active deactivating deactivating-sigterm deactivating-sigkill failed cleaning"},
      {"target unit substates",    "dead active"},
      {"timer unit substates",     "dead waiting running elapsed failed"}};
  // clang-format on
  std::string text;
  for (const Group& group : groups) {
    text += fmt::format("{}Available {}:\n", text.empty() ? "" : "\n", group.title);
    std::string states = group.states;
    std::replace(states.begin(), states.end(), ' ', '\n');
    text += states + "\n";
  }
  return text;
}

}  // namespace svcd::ctl
