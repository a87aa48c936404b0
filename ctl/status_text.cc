#include "ctl/status_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "ctl/context.h"
#include "ctl/names.h"
#include "ctl/process_tree.h"
#include "ctl/time_text.h"
#include "libunit/exit_status_names.h"
#include "libunit/graph.h"
#include "libunit/settings.h"

namespace svcd::ctl {
namespace {

using client::Properties;
using client::Value;

constexpr uint64_t not_set = UINT64_MAX;
constexpr const char* indent = "             ";

/// Collects the lines of one unit.
class StatusWriter {
 public:
  StatusWriter(const Terminal& t, const Properties& p, const StatusWorld& w) : t_(t), p_(p), world_(w) {}

  std::string write() {
    title();
    loaded();
    drop_ins();
    without();
    active();
    why();
    triggers(Dependency::triggered_by);
    next_elapse();
    triggers(Dependency::triggers);
    checks("Condition", "condition");
    checks("Assert", "assertion");
    places();
    documentation();
    listening();
    processes_ended();
    main_process();
    service_status();
    resources();
    cgroup();
    return std::move(out_);
  }

 private:
  void row(std::string_view label, std::string_view text) { out_ += fmt::format("{:>11}: {}\n", label, text); }
  const std::string& active_state() const { return p_.text("ActiveState"); }
  std::string since(uint64_t time) const {
    return fmt::format("{}; {}", timestamp_text(time), relative_text(time, world_.now));
  }

  void title() {
    const std::string& id = p_.text("Id");
    const std::string& description = p_.text(key_of<&UnitSection::description>());
    out_ += state_dot(t_, active_state()) + " " + id;
    if (!description.empty() && description != id) out_ += " - " + description;
    out_ += '\n';
    if (const std::string& following = p_.text("Following"); !following.empty())
      out_ += fmt::format("  Follows: unit currently follows state of {}\n", following);
  }

  std::string paint_file_state(const std::string& state) const {
    if (state.rfind("enabled", 0) == 0 || state == "alias") return t_.paint(Colour::green, state);
    if (state.rfind("disabled", 0) == 0 || state.rfind("linked", 0) == 0 || state.rfind("masked", 0) == 0 ||
        state == "bad")
      return t_.paint(state.rfind("masked", 0) == 0 || state == "bad" ? Colour::red : Colour::yellow, state);
    return state;
  }

  void loaded() {
    const std::string& state = p_.text("LoadState");
    const bool bad = state == "error" || state == "not-found" || state == "bad-setting";
    std::string text = t_.paint(bad ? Colour::red : Colour::none, state);
    const std::string& source = p_.text(property_of<&UnitSection::source_path>());
    const std::string& path = source.empty() ? p_.text("FragmentPath") : source;
    const std::string& error = p_["LoadError"].item(1).text();
    const std::string& file_state = p_.text("UnitFileState");
    if (!error.empty()) {
      text += fmt::format(" (Reason: {})", error);
    } else if (!path.empty()) {
      text += " (" + linked_path(t_, world_.host_name, path, path);
      if (!file_state.empty()) text += "; " + paint_file_state(file_state);
      const bool preset_says_something = file_state.rfind("enabled", 0) == 0 || file_state.rfind("disabled", 0) == 0;
      if (const std::string& preset = p_.text("UnitFilePreset"); preset_says_something && !preset.empty())
        text += "; preset: " + paint_file_state(preset);
      text += ")";
    }
    row("Loaded", text);
    if (p_.boolean("Transient")) row("Transient", "yes");
  }

  /// One tree per folder, its files side by side.
  void drop_ins() {
    const std::vector<std::string> paths = p_.strings("DropInPaths");
    std::vector<std::pair<std::string, std::string>> folders;
    for (const std::string& path : paths) {
      const size_t slash = path.rfind('/');
      const std::string folder = path.substr(0, slash);
      if (folders.empty() || folders.back().first != folder) folders.emplace_back(folder, "");
      std::string& names = folders.back().second;
      if (!names.empty()) names += ", ";
      names += linked_path(t_, world_.host_name, path, path.substr(slash + 1));
    }
    bool first = true;
    for (const auto& [folder, names] : folders) {
      if (first)
        row("Drop-In", folder);
      else
        out_ += indent + folder + '\n';
      out_ += fmt::format("{}{}{}\n", indent, t_.last(), names);
      first = false;
    }
  }

  /// What the unit asks for and does not get: systemd has no such property, and no such line.
  void without() {
    if (world_.not_in_effect.empty()) return;
    row("Not applied", t_.paint(Colour::yellow, fmt::format("{}=", fmt::join(world_.not_in_effect, "=, "))));
  }

  /// Where something went wrong, the true cause: systemd does not tell, and has no such line.
  void why() {
    if (!world_.why.empty()) row("Why", t_.paint(Colour::yellow, world_.why));
  }

  uint64_t state_since() const {
    const std::string& state = active_state();
    if (state == "active" || state == "reloading") return p_.number("ActiveEnterTimestamp");
    if (state == "inactive" || state == "failed") return p_.number("InactiveEnterTimestamp");
    if (state == "activating") return p_.number("InactiveExitTimestamp");
    return p_.number("ActiveExitTimestamp");
  }

  void active() {
    const std::string& state = active_state();
    const std::string& sub_state = p_.text("SubState");
    std::string text = state == sub_state ? state : fmt::format("{} ({})", state, sub_state);
    text = t_.paint(state_colour(state), text);
    if (const std::string& result = p_.text("Result"); !result.empty() && result != "success")
      text += fmt::format(" (Result: {})", result);
    const uint64_t time = state_since();
    if (time == 0 || time == not_set) return row("Active", text);
    row("Active", text + " since " + since(time));
    if (const uint64_t limit = p_.number(property_of<&ServiceSection::runtime_max>(), not_set);
        state == "active" && limit != not_set)
      row("Until", since(time + limit));
    const uint64_t from = p_.number("ActiveEnterTimestamp"), to = p_.number("ActiveExitTimestamp");
    const bool is_over = state == "inactive" || state == "failed";
    if (is_over && from != 0 && to >= from && !ends_with(p_.text("Id"), ".target"))
      row("Duration", timespan_text(to - from, usec_per_msec));
  }

  void triggers(Dependency kind) {
    const char* label = property_of(kind);
    const std::vector<std::string> units = p_.strings(label);
    const bool is_trigger_of_others = kind == Dependency::triggers;
    for (size_t i = 0; i < units.size(); ++i) {
      const std::string state = world_.active_state(units[i]);
      // What is triggered is mostly down; its dot is filled all the same, as in systemctl.
      const char* glyph = is_trigger_of_others ? state_glyph(t_, "active") : state_glyph(t_, state);
      out_ += fmt::format("{:>11}{} {} {}\n", i == 0 ? label : "", i == 0 ? ":" : " ",
                          t_.paint(state_colour(state), glyph), units[i]);
    }
  }

  void next_elapse() {
    if (!ends_with(p_.text("Id"), ".timer")) return;
    uint64_t next = p_.number("NextElapseUSecRealtime");
    if (const uint64_t monotonic = p_.number("NextElapseUSecMonotonic"); monotonic != 0 && monotonic != not_set) {
      const uint64_t converted = monotonic > world_.now_monotonic ? world_.now + (monotonic - world_.now_monotonic)
                                                                  : world_.now - (world_.now_monotonic - monotonic);
      next = next != 0 && next != not_set ? std::min(next, converted) : converted;
    }
    row("Trigger", next == 0 || next == not_set ? "n/a" : since(next));
  }

  void checks(const char* label, const char* noun) {
    const bool is_condition = std::strcmp(label, "Condition") == 0;
    const uint64_t when = p_.number(is_condition ? "ConditionTimestamp" : "AssertTimestamp");
    if (when == 0 || p_.boolean(is_condition ? "ConditionResult" : "AssertResult")) return;
    row(label, fmt::format("start {} at {}", t_.paint(Colour::yellow, std::string(noun) + " failed"), since(when)));
    std::vector<const Value*> failed;
    const Value& checks = p_[is_condition ? "Conditions" : "Asserts"];
    for (const Value& check : checks.items())
      if (check.item(4).signed_number() < 0) failed.push_back(&check);
    for (size_t i = 0; i < failed.size(); ++i) {
      const Value& check = *failed[i];
      out_ += fmt::format("{}{} {}={}{}{} was not met\n", indent, i + 1 < failed.size() ? t_.branch() : t_.last(),
                          check.item(0).text(), check.item(1).boolean() ? "|" : "", check.item(2).boolean() ? "!" : "",
                          check.item(3).text());
    }
  }

  void places() {
    if (const std::string& device = p_.text("SysFSPath"); !device.empty()) row("Device", device);
    if (const std::string& where = p_.text(property_of<&MountSection::where>()); !where.empty()) row("Where", where);
    if (const std::string& what = p_.text(property_of<&MountSection::what>()); !what.empty()) row("What", what);
  }

  void documentation() {
    bool first = true;
    for (const std::string& uri : p_.strings(property_of<&UnitSection::documentation>())) {
      const std::string text = t_.link(uri, uri);
      if (first)
        row("Docs", text);
      else
        out_ += indent + text + '\n';
      first = false;
    }
  }

  void listening() {
    const Value& listen = p_["Listen"];
    for (size_t i = 0; i < listen.items().size(); ++i) {
      const std::string text = fmt::format("{} ({})", listen.item(i).item(1).text(), listen.item(i).item(0).text());
      if (i == 0)
        row("Listen", text);
      else
        out_ += indent + text + '\n';
    }
    if (!p_.boolean(property_of<&SocketSection::accept>())) return;
    std::string text = fmt::format("{}; Connected: {};", p_.number("NAccepted"), p_.number("NConnections"));
    if (const uint64_t refused = p_.number("NRefused"); refused > 0) text += fmt::format("  Refused: {}", refused);
    row("Accepted", text);
  }

  static std::string ending(int code, int status) {
    const char* code_name = child_code_name(code);
    if (code != CLD_EXITED)
      return fmt::format("(code={}, signal={})", code_name == nullptr ? "n/a" : code_name, signal_text(status));
    const char* name = common_exit_status_name(status);
    return fmt::format("(code=exited, status={}{}{})", status, name == nullptr ? "" : "/", name == nullptr ? "" : name);
  }

  void processes_ended() {
    if (const std::string& id = p_.text("Id"); ends_with(id, ".mount") || ends_with(id, ".swap")) return;
    // Whatever are commands and how they ended, in the manager's order, which differs between unit types.
    for (const auto& [name, value] : p_.entries()) {
      if (value.type() != 'a' || value.contents() != "(sasbttttuii)") continue;
      for (const Value& run : value.items()) {
        const int code = static_cast<int>(run.item(8).signed_number()),
                  status = static_cast<int>(run.item(9).signed_number());
        if (code == 0) continue;
        const std::vector<std::string> argv = run.item(1).strings();
        const Colour colour = is_clean_exit(code, status) ? Colour::none
                              : run.item(2).boolean()     ? Colour::yellow
                                                          : Colour::red;
        row("Process", fmt::format("{} {}={} {}", run.item(7).number(), name, fmt::join(argv, " "),
                                   t_.paint(colour, ending(code, status))));
        if (run.item(7).number() == p_.number("ControlPID")) control_shown_ = true;
      }
    }
  }

  void main_process() {
    const uint64_t running = p_.number("MainPID");
    const uint64_t main = running != 0 ? running : p_.number("ExecMainPID");
    const uint64_t control = control_shown_ ? 0 : p_.number("ControlPID");
    const auto with_name = [&](uint64_t pid) {
      const std::string name = printable(world_.process_name(static_cast<uint32_t>(pid)));
      return fmt::format("{}{}", pid, name.empty() ? "" : fmt::format(" ({})", name));
    };
    std::string text;
    if (running != 0) {
      text = with_name(running);
    } else if (main != 0) {
      text = fmt::format("{}", main);
      if (const auto code = static_cast<int>(p_["ExecMainCode"].signed_number()); code > 0)
        text += " " + ending(code, static_cast<int>(p_["ExecMainStatus"].signed_number()));
    }
    if (main != 0)
      row("Main PID", control != 0 ? text + "; Control PID: " + with_name(control) : text);
    else if (control != 0)
      row("Cntrl PID", with_name(control));
  }

  void service_status() {
    if (const std::string& text = p_.text("StatusText"); !text.empty())
      row("Status", fmt::format("\"{}\"", printable(text)));
    if (const auto error = static_cast<int>(p_["StatusErrno"].signed_number()); error > 0)
      row("Error", fmt::format("{} ({})", error, ::strerrordesc_np(error) == nullptr ? "?" : ::strerrordesc_np(error)));
  }

  void resources() {
    const auto pair = [&](const char* label, const char* in, const char* in_word, const char* out,
                          const char* out_word) {
      const uint64_t a = p_.number(in, not_set), b = p_.number(out, not_set);
      if (a != not_set && b != not_set)
        row(label, fmt::format("{} {}, {} {}", bytes_text(a), in_word, bytes_text(b), out_word));
    };
    pair("IP", "IPIngressBytes", "in", "IPEgressBytes", "out");
    pair("IO", "IOReadBytes", "read", "IOWriteBytes", "written");
    if (const uint64_t tasks = p_.number("TasksCurrent", not_set); tasks != not_set) {
      const uint64_t limit = p_.number(property_of<&ResourceSection::tasks_max>(), not_set);
      row("Tasks", limit == not_set ? fmt::format("{}", tasks) : fmt::format("{} (limit: {})", tasks, limit));
    }
    memory();
    if (const uint64_t nsec = p_.number("CPUUsageNSec", not_set); nsec != not_set)
      row("CPU", timespan_text(nsec / 1000, usec_per_msec));
  }

  void memory() {
    const uint64_t current = p_.number("MemoryCurrent", not_set);
    if (current == not_set) return;
    std::string limits;
    const auto add = [&](const char* word, const char* property, bool is_protection) {
      const uint64_t value = p_.number(property, is_protection ? 0 : not_set);
      if (value == (is_protection ? 0 : not_set)) return;
      limits +=
          fmt::format("{}{}: {}", limits.empty() ? "" : " ", word, value == not_set ? "infinity" : bytes_text(value));
    };
    add("min", property_of<&ResourceSection::memory_min>(), true);
    add("low", property_of<&ResourceSection::memory_low>(), true);
    add("high", property_of<&ResourceSection::memory_high>(), false);
    add("max", property_of<&ResourceSection::memory_max>(), false);
    add("swap max", property_of<&ResourceSection::memory_swap_max>(), false);
    add("available", "MemoryAvailable", false);
    add("limit", property_of<&ResourceSection::memory_limit>(), false);
    row("Memory", bytes_text(current) + (limits.empty() ? "" : fmt::format(" ({})", limits)));
  }

  void cgroup() {
    const std::string& group = p_.text("ControlGroup");
    if (group.empty()) return;
    row("CGroup", group);
    out_ += process_tree(t_, group, world_.processes, indent);
  }

  const Terminal& t_;
  const Properties& p_;
  const StatusWorld& world_;
  std::string out_;
  bool control_shown_ = false;
};

}  // namespace

std::string status_text(const Terminal& terminal, const Properties& properties, const StatusWorld& world) {
  return StatusWriter(terminal, properties, world).write();
}

std::string linked_path(const Terminal& t, const std::string& host, const std::string& path, const std::string& text) {
  return t.link("file://" + host + path, text);
}

}  // namespace svcd::ctl
