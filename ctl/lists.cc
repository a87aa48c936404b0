// list-units, list-sockets, list-jobs.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/json_text.h"
#include "ctl/list_filter.h"
#include "ctl/list_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {

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
