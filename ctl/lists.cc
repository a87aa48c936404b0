// list-units, list-unit-files, list-sockets, list-jobs.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/json_text.h"
#include "ctl/list_text.h"
#include "ctl/presets.h"
#include "ctl/verbs.h"
#include "libunit/unit_name.h"

namespace svcd::ctl {
namespace {

bool wants_json(const Options& o) {
  return o.output == "json" || o.output == "json-pretty";
}

/// -t help, --state=help and types that there are not; true: that was all.
bool handle_types_and_states(Context& context, int& code) {
  const Options& o = context.options;
  const auto asks = [](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), "help") != list.end();
  };
  code = 0;
  if (asks(o.types)) {
    std::string text = "Available unit types:\n";
    for (int i = 0; i < unit_type_count; ++i) text += fmt::format("{}\n", to_string(static_cast<UnitType>(i)));
    context.print(text);
    return true;
  }
  if (asks(o.states)) {
    context.print(states_help());
    return true;
  }
  for (const std::string& type : o.types) {
    UnitType known{};
    if (parse_unit_type(type, known)) continue;
    context.complain(fmt::format("There is no unit type '{}'; '-t help' lists the types.", type));
    code = 1;
    return true;
  }
  return false;
}

}  // namespace

int verb_list_units(Context& context) {
  const Options& o = context.options;
  int code = 0;
  if (handle_types_and_states(context, code)) return code;
  std::vector<std::string> states = o.states;
  if (o.failed) states.emplace_back("failed");
  std::vector<client::UnitInfo> units = context.manager().list_units(states, o.arguments);
  const auto is_hidden = [&](const client::UnitInfo& u) {
    if (!has_type(o.types, u.id)) return true;
    if (o.all) return false;
    if (!u.following.empty()) return true;
    return states.empty() && u.active_state == "inactive" && u.job_id == 0;
  };
  units.erase(std::remove_if(units.begin(), units.end(), is_hidden), units.end());
  std::sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return by_type_and_name(a.id, b.id); });
  context.start_pager();
  if (wants_json(o)) {
    std::vector<JsonRow> rows;
    const bool has_jobs = std::any_of(units.begin(), units.end(), [](const auto& u) { return u.job_id != 0; });
    for (const client::UnitInfo& u : units) {
      JsonRow row{
          {"unit", u.id, {}}, {"load", u.load_state, {}}, {"active", u.active_state, {}}, {"sub", u.sub_state, {}}};
      if (has_jobs) row.push_back({"job", u.job_id != 0 ? std::optional(u.job_type) : std::nullopt, {}});
      row.push_back({"description", u.description, {}});
      rows.push_back(std::move(row));
    }
    context.print(json_rows(rows, o.output == "json-pretty"));
    return 0;
  }
  UnitListStyle style;
  style.plain = o.plain;
  style.legend = !o.no_legend && !o.quiet;
  style.shows_inactive = o.all || std::find(states.begin(), states.end(), "inactive") != states.end();
  style.filtered_by_state = !states.empty();
  context.print(unit_list_text(context.terminal, units, style));
  return 0;
}

int verb_list_unit_files(Context& context) {
  const Options& o = context.options;
  int code = 0;
  if (handle_types_and_states(context, code)) return code;
  std::vector<UnitFileRow> rows;
  const Presets presets = Presets::of_system();
  for (const client::UnitFile& file : context.manager().list_unit_files(o.states, o.arguments)) {
    UnitFileRow row{file.path.substr(file.path.rfind('/') + 1), file.state, {}};
    if (!has_type(o.types, row.name)) continue;
    if (state_has_preset(file.state)) row.preset = presets.enables(row.name) ? "enabled" : "disabled";
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return by_type_and_name(a.name, b.name); });
  context.start_pager();
  if (wants_json(o)) {
    std::vector<JsonRow> json;
    json.reserve(rows.size());
    for (const UnitFileRow& row : rows)
      json.push_back({{"unit_file", row.name, {}},
                      {"state", row.state, {}},
                      {"preset", row.preset.empty() ? std::nullopt : std::optional(row.preset), {}}});
    context.print(json_rows(json, o.output == "json-pretty"));
    return 0;
  }
  context.print(unit_file_list_text(context.terminal, rows, !o.no_legend && !o.quiet));
  return rows.empty() && !o.arguments.empty() ? 1 : 0;
}

int verb_list_sockets(Context& context) {
  const Options& o = context.options;
  std::vector<SocketRow> rows;
  for (const client::UnitInfo& unit : context.manager().list_units(o.states, o.arguments)) {
    if (!unit.id.ends_with(".socket")) continue;
    if (!o.all && o.states.empty() && unit.active_state == "inactive" && unit.job_id == 0) continue;
    const client::Properties p = context.manager().properties(unit.path);
    const std::string activates = fmt::format("{}", fmt::join(p.strings("Triggers"), ", "));
    for (const client::Value& address : p["Listen"].items())
      rows.push_back({address.item(1).text(), address.item(0).text(), unit.id, activates});
  }
  std::sort(rows.begin(), rows.end());
  context.start_pager();
  if (!wants_json(o)) {
    context.print(socket_list_text(context.terminal, rows, o.show_socket_types, !o.no_legend && !o.quiet, o.all));
    return 0;
  }
  std::vector<JsonRow> json;
  for (const SocketRow& row : rows) {
    JsonRow made{{"listen", row.listen, {}}, {"unit", row.unit, {}}, {"activates", row.activates, {}}};
    if (o.show_socket_types) made.insert(made.begin() + 1, {"type", row.type, {}});
    json.push_back(std::move(made));
  }
  context.print(json_rows(json, o.output == "json-pretty"));
  return 0;
}

int verb_list_jobs(Context& context) {
  const Options& o = context.options;
  std::vector<client::Job> jobs = context.manager().list_jobs();
  const bool skipped = filter_jobs(jobs, o.arguments);
  std::sort(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  context.start_pager();
  if (wants_json(o)) {
    std::vector<JsonRow> rows;
    rows.reserve(jobs.size());
    for (const client::Job& job : jobs)
      rows.push_back({{"job", {}, job.id}, {"unit", job.unit, {}}, {"type", job.type, {}}, {"state", job.state, {}}});
    context.print(json_rows(rows, o.output == "json-pretty"));
    return 0;
  }
  JobNeighbours neighbours;
  for (const client::Job& job : jobs) {
    if (o.after) neighbours.blocked[job.id] = context.manager().jobs_in_order(job.id, true);
    if (o.before) neighbours.awaited[job.id] = context.manager().jobs_in_order(job.id, false);
  }
  context.print(job_list_text(context.terminal, jobs, !o.no_legend && !o.quiet, skipped, neighbours));
  return 0;
}

}  // namespace svcd::ctl
