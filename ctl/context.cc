#include "ctl/context.h"

#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "ctl/pager.h"
#include "libunit/unit_name.h"

namespace svcd::ctl {

Context::Context(Options o, Terminal t)
    : options(std::move(o)),
      terminal(t),
      colour_errors_(::isatty(STDERR_FILENO) == 1 && (t.colours || !t.is_terminal)) {}

client::Manager& Context::manager() {
  if (manager_) return *manager_;
  try {
    manager_ = std::make_unique<client::Manager>();
  } catch (const sdbus::Error& error) {
    throw NoManager{error.getMessage()};
  }
  return *manager_;
}

void Context::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Context::complain(std::string_view line, Colour colour) const {
  Terminal errors = terminal;
  errors.colours = colour_errors_;
  const std::string text = errors.paint(colour, line) + "\n";
  if (terminal.is_terminal) std::fflush(stdout);  // on one screen, the order of what was said counts
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Context::start_pager(bool at_end) {
  if (!options.no_pager && terminal.is_terminal && open_pager(terminal, at_end)) terminal.links = false;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_refusal(const sdbus::Error& error) {
  return ends_with(error.getName(), ".AccessDenied") || ends_with(error.getName(), ".InteractiveAuthorizationRequired");
}

std::string message_of(const sdbus::Error& error) {
  return ends_with(error.getName(), ".AccessDenied") ? "Access denied" : error.getMessage();
}

int exit_code_of(const sdbus::Error& error) {
  const std::string& name = error.getName();
  const auto is = [&](std::string_view last) { return ends_with(name, "." + std::string(last)); };
  if (is("AccessDenied") || is("OnlyByDependency") || is("NoIsolation") || is("TransactionIsDestructive")) return 4;
  if (is("JobTypeNotApplicable") || is("NotSupported")) return 3;
  if (is("NoSuchUnit")) return 5;
  if (is("LoadFailed")) return 6;
  return 1;
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::string_view unit_suffix(std::string_view name) {
  const size_t dot = name.rfind('.');
  UnitType type{};
  return dot != std::string_view::npos && parse_unit_type(name.substr(dot + 1), type) ? name.substr(dot)
                                                                                      : std::string_view();
}

std::string mangle(const Context& context, const std::string& typed, const char* suffix) {
  UnitType type = UnitType::service;
  parse_unit_type(std::string_view(suffix).substr(1), type);
  const Result<UnitName> name = unit_name_mangle(typed, type);
  if (!name)
    throw sdbus::Error("org.freedesktop.DBus.Error.InvalidArgs",
                       typed.empty() ? "the name of a unit cannot be empty" : name.error().message);
  if (!context.options.quiet && typed[0] != '/' && name->str().rfind(typed, 0) != 0)
    context.note(fmt::format("\"{}\" is not a unit name: taken as \"{}\" (systemd-escape makes such names).", typed,
                             name->str()));
  return name->str();
}

std::vector<std::string> unit_arguments(Context& context, const std::vector<std::string>& typed, const char* suffix) {
  std::vector<std::string> names, patterns;
  for (const std::string& one : typed) {
    if (is_glob(one) && one[0] != '/')
      patterns.push_back(one);
    else
      names.push_back(mangle(context, one, suffix));
  }
  if (patterns.empty()) return names;
  for (std::string& pattern : patterns)
    if (unit_suffix(pattern).empty() && pattern.find('*') == std::string::npos) pattern += suffix;
  for (const client::UnitInfo& unit : context.manager().list_units(context.options.states, patterns))
    if (std::find(names.begin(), names.end(), unit.id) == names.end()) names.push_back(unit.id);
  return names;
}

bool has_type(const std::vector<std::string>& types, const std::string& unit) {
  if (types.empty()) return true;
  const std::string_view suffix = unit_suffix(unit);
  return std::find(types.begin(), types.end(), suffix.substr(suffix.empty() ? 0 : 1)) != types.end();
}

std::vector<std::string> listed_units(Context& context, const std::vector<std::string>& patterns) {
  const Options& o = context.options;
  std::vector<std::string> states = o.states, names;
  if (o.failed) states.emplace_back("failed");
  for (const client::UnitInfo& unit : context.manager().list_units(states, patterns)) {
    if (!has_type(o.types, unit.id)) continue;
    const bool is_quiet = unit.job_id == 0 && (unit.active_state == "inactive" || !unit.following.empty());
    if (o.all || !states.empty() || !is_quiet) names.push_back(unit.id);
  }
  return names;
}

bool by_type_and_name(const std::string& a, const std::string& b) {
  const std::string_view a_type = unit_suffix(a), b_type = unit_suffix(b);
  if (const int order = a_type.compare(b_type); order != 0) return order < 0;
  return ::strcasecmp(a.c_str(), b.c_str()) < 0;
}

}  // namespace svcd::ctl
