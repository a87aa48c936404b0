// status: units with the end of their logs, or the whole system.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "ctl/explanation.h"
#include "ctl/journal.h"
#include "ctl/names.h"
#include "ctl/process_tree.h"
#include "ctl/status_text.h"
#include "ctl/time_text.h"
#include "ctl/unit_files.h"
#include "ctl/verbs.h"
#include "libunit/settings.h"

namespace svcd::ctl {
namespace {

std::string process_name(uint32_t pid) {
  std::string name;
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::getline(file, name);
  return name;
}

std::vector<client::Process> processes_of(Context& context, const std::string& unit) {
  try {
    return context.manager().unit_processes(unit);
  } catch (const sdbus::Error&) {  // no cgroup, or a process that the manager cannot see: the rest is worth showing
    return {};
  }
}

/// The last lines since the unit was started.
void print_log(Context& context, const client::Properties& p, bool& shortened) {
  const Options& o = context.options;
  if (o.lines <= 0) return;
  Journal journal;
  if (!journal) return;
  journal.only_this_boot();
  journal.only_units({p.text("Id")});
  journal.seek_tail();
  const uint64_t not_before = p.number("InactiveExitTimestampMonotonic");
  LogStyle style;
  style.output = o.output;
  style.show_all = o.all;
  int shown = 0;
  const auto start = [&] {
    if (shown++ == 0) context.print("\n");
  };
  LogEntry entry;
  for (bool at_entry = journal.previous(static_cast<uint64_t>(o.lines)); at_entry; at_entry = journal.next()) {
    if (!journal.read(entry, needs_fields(style.output))) continue;
    if (entry.monotonic < not_before) continue;
    start();
    context.print(log_entry_text(context.terminal, entry, style, shortened));
  }
  if (shown < o.lines && not_before > 0 && !o.quiet && journal.starts_after(not_before)) {
    start();
    context.print("Notice: journal has been rotated since unit was started, output may be incomplete.\n");
  }
}

/// systemctl's codes, which are those of the LSB: 0 runs, 3 does not, 4 not known, 1 dead but its PID file exists.
int status_code(const client::Properties& p) {
  const std::string& state = p.text("ActiveState");
  const std::string& pid_file = p.text(property_of<&ServiceSection::pid_file>());
  if (p.text("LoadState") == "not-found" && state == "inactive") return 4;
  if (state == "inactive" || state == "failed")
    return pid_file.empty() || ::access(pid_file.c_str(), F_OK) != 0 ? 3 : 1;
  return state == "active" || state == "reloading" ? 0 : 3;
}

int show_unit(Context& context, const std::string& path, bool& first, bool& shortened) {
  client::Properties p;
  try {
    p = context.manager().properties(path);
  } catch (const sdbus::Error& error) {
    context.complain(fmt::format("Failed to get properties: {}", message_of(error)));
    return exit_code_of(error) == 5 ? 4 : 1;
  }
  const std::string& id = p.text("Id");
  if (status_code(p) == 4) {
    context.complain(fmt::format("Unit {} could not be found.", id));
    return 4;
  }
  if (!first) context.print("\n");
  first = false;
  StatusWorld world;
  world.now = now_realtime();
  world.now_monotonic = now_boottime();
  world.host_name = context.terminal.links ? host_name() : "";
  world.process_name = process_name;
  world.active_state = [&](const std::string& unit) {
    return context.manager().unit_property(unit, "ActiveState").text();
  };
  const std::string& state = p.text("ActiveState");
  if ((state == "failed" || state == "inactive") && p.text("LoadState") == "loaded")
    world.why = first_line_of(context, id, false);
  world.not_in_effect = context.manager().not_in_effect(path);
  if (!p.text("ControlGroup").empty()) world.processes = processes_of(context, id);
  context.print(status_text(context.terminal, p, world));
  print_log(context, p, shortened);
  if (p.boolean("NeedDaemonReload") && !context.options.no_warn && !context.options.quiet)
    warn_files_changed(context, id);
  return status_code(p);
}

void show_system(Context& context) {
  const Terminal& t = context.terminal;
  const client::Properties p = context.manager().properties(client::manager_path);
  const std::string& state = p.text("SystemState");
  const Colour colour = state == "running" ? Colour::green : state == "degraded" ? Colour::red : Colour::yellow;
  const uint64_t since = p.number("UserspaceTimestamp");
  std::string text = fmt::format("{} {}\n", t.paint(colour, t.utf8 ? "●" : "*"), host_name());
  text += fmt::format("    State: {}\n", t.paint(colour, state));
  text += fmt::format("    Units: {} loaded (incl. loaded aliases)\n", p.number("NNames"));
  text += fmt::format("     Jobs: {} queued\n", p.number("NJobs"));
  text += fmt::format("   Failed: {} units\n", p.number("NFailedUnits"));
  text += fmt::format("    Since: {}; {}\n", timestamp_text(since), relative_text(since, now_realtime()));
  text += fmt::format("  systemd: {}\n", p.text("Version"));
  if (const std::string& tainted = p.text("Tainted"); !tainted.empty())
    text += fmt::format("  Tainted: {}\n", t.paint(Colour::yellow, tainted));
  const std::string& root = p.text("ControlGroup");
  text += fmt::format("   CGroup: {}\n", root.empty() ? "/" : root);
  text += process_tree(t, root, processes_of(context, "-.slice"), "           ");
  context.print(text);
}

bool is_pid(const std::string& text) {
  return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

int verb_status(Context& context) {
  const Options& o = context.options;
  context.start_pager();
  if (!o.full && context.terminal.is_terminal && !context.terminal.links && context.terminal.colours)
    context.terminal.full_width = true;  // the pager scrolls sideways
  const bool is_filtered = !o.types.empty() || !o.states.empty() || o.failed;
  if (o.arguments.empty() && !is_filtered) show_system(context);
  if (o.arguments.empty() && !is_filtered && !o.all) return 0;
  std::vector<std::string> paths;
  if (o.arguments.empty() && is_filtered) {
    std::vector<std::string> units = listed_units(context, {});
    std::sort(units.begin(), units.end(), by_type_and_name);
    for (const std::string& unit : units) paths.push_back(client::unit_path(unit));
  } else if (o.arguments.empty()) {
    std::vector<client::UnitInfo> units = context.manager().list_units(o.states, {});
    std::sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return by_type_and_name(a.id, b.id); });
    for (const client::UnitInfo& unit : units) paths.push_back(unit.path);
  }
  int code = 0;
  std::vector<std::string> patterns;
  for (const std::string& argument : o.arguments) {
    if (is_pid(argument)) {
      try {
        paths.push_back(context.manager().unit_of_process(static_cast<uint32_t>(std::stoul(argument))));
      } catch (const sdbus::Error& error) {
        context.complain(fmt::format("Failed to get unit for PID {}: {}", argument, message_of(error)));
        return 1;
      }
    } else if (is_glob(argument)) {
      patterns.push_back(argument);
    } else {
      paths.push_back(client::unit_path(mangle(context, argument)));
    }
  }
  if (!patterns.empty())  // all together, after what was named
    for (const std::string& unit : listed_units(context, patterns)) paths.push_back(client::unit_path(unit));
  bool first = is_filtered || !o.arguments.empty(), shortened = false;
  for (const std::string& path : paths)
    if (const int failed = show_unit(context, path, first, shortened); failed != 0 && code == 0) code = failed;
  if (shortened && !o.quiet) context.print("Hint: Some lines were ellipsized, use -l to show in full.\n");
  return o.arguments.empty() && !is_filtered ? 0 : code;
}

}  // namespace svcd::ctl
