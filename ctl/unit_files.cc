// enable, disable, mask and their kin: links are changed and reported, then the manager is asked to reload.
#include "ctl/unit_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "ctl/installation.h"
#include "ctl/sysv_scripts.h"
#include "ctl/verbs.h"
#include "libunit/path_text.h"

namespace svcd::ctl {
namespace {

constexpr const char* no_install_text =
    "The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\n"
    "Alias= in their [Install] section, DefaultInstance= in a template): enable\n"
    "and disable have nothing to do. Such a unit is started by others: by a unit\n"
    "that wants or requires it, by its socket, timer, path or D-Bus name, or, if\n"
    "it is a template, once it gets an instance name (name@instance).";

/// Paths are taken as they are, seen from here, names are completed; what cannot be a name is told.
bool take_names(const Context& context, std::vector<std::string>& names) {
  for (const std::string& typed : context.options.arguments) {
    char here[PATH_MAX];
    if (typed.find('/') == std::string::npos || typed.starts_with("-/")) {
      try {
        names.push_back(mangle(context, typed));
      } catch (const sdbus::Error&) {
        context.complain(fmt::format("Failed to mangle unit name or path '{}': Invalid argument", typed));
        return false;
      }
    } else if (typed[0] == '/') {
      names.push_back(simplify_path(typed));
    } else if (::getcwd(here, sizeof here) != nullptr) {
      names.push_back(simplify_path(fmt::format("{}/{}", here, typed)));
    }
  }
  return true;
}

InstallVerb verb_of(std::string_view name) {
  using enum InstallVerb;
  struct Row {
    std::string_view name;
    InstallVerb verb;
  };
  static constexpr Row rows[] = {{"enable", enable},
                                 {"disable", disable},
                                 {"reenable", reenable},
                                 {"preset", preset},
                                 {"preset-all", preset_all},
                                 {"mask", mask},
                                 {"unmask", unmask},
                                 {"link", link},
                                 {"revert", revert},
                                 {"add-wants", add_wants},
                                 {"add-requires", add_requires},
                                 {"set-default", set_default}};
  for (const Row& row : rows)
    if (row.name == name) return row.verb;
  return enable;
}

/// Nothing: an option is wrong, and that was said.
std::optional<InstallRequest> request_of(const Context& context, std::vector<std::string> names) {
  const Options& o = context.options;
  InstallRequest request{verb_of(o.verb), std::move(names), o.runtime, o.force, PresetMode::full, {}};
  if (parse_preset_mode(o.preset_mode, request.mode)) return request;
  context.complain(fmt::format("Failed to parse preset mode: {}.", o.preset_mode));
  return std::nullopt;
}

/// What to start or stop after that.
int run_now(Context& context, const char* job, const std::vector<std::string>& names) {
  std::vector<std::string> units;
  units.reserve(names.size());
  for (const std::string& name : names) units.emplace_back(base_name(name));
  return run_jobs(context, job, units, context.options.job_mode);
}

/// A link's file is a path: a bare name would be taken for one in the current folder, or for a unit's.
bool check_link_arguments(const Context& context) {
  for (const std::string& typed : context.options.arguments) {
    if (typed.find('/') != std::string::npos) continue;
    const std::string name = mangle(context, typed);
    context.complain(context.options.root.empty()
                         ? fmt::format("link takes paths with a '/' in them: for a file in this folder, ./{}.", name)
                         : fmt::format("Non-absolute paths are not allowed when --root is used: {}", name));
    return false;
  }
  return true;
}

/// The same by name: a path does not tell which of its links are meant.
void take_base_names(const Context& context, std::vector<std::string>& names) {
  if (!context.options.quiet &&
      std::any_of(names.begin(), names.end(), [](const std::string& name) { return name[0] == '/'; }))
    context.warn(
        fmt::format("Warning: {} goes by the name of a unit, not by the path of its file.", context.options.verb));
  for (std::string& name : names) name = std::string(base_name(name));
}

int change_simply(Context& context, std::vector<std::string> names, const std::string& target = {}) {
  auto request = request_of(context, std::move(names));
  if (!request) return 1;
  request->target = target;
  const auto desk = installation(context);
  if (desk->change(*request).failed) return 1;
  desk->reload();
  return 0;
}

/// Masking what is not there is allowed, but is often a slip of the pen.
void note_missing(Context& context, const std::vector<std::string>& units) {
  if (context.options.quiet) return;
  for (const std::string& unit : units)
    if (unit[0] != '/' && context.manager().unit_property(unit, "LoadState").text() == "not-found")
      context.complain(fmt::format("Unit {} does not exist, proceeding anyway.", unit), Colour::bold);
}

}  // namespace

void warn_files_changed(const Context& context, const std::string& unit) {
  context.warn(
      fmt::format("Warning: The unit file, source configuration file or drop-ins of {} changed on disk. Run "
                  "'svcctl daemon-reload' to reload units.",
                  unit));
}

std::string change_text(const Terminal& t, const client::UnitFileChange& c) {
  if (c.type == "symlink") return fmt::format("Created symlink {} {} {}.", c.path, t.arrow(), c.source);
  if (c.type == "unlink") return fmt::format("Removed \"{}\".", c.path);
  if (c.type == "masked") return fmt::format("Unit {} is masked, ignoring.", c.path);
  if (c.type == "masked by generator") return fmt::format("Unit {} is masked by a generator, ignoring.", c.path);
  if (c.type == "dangling") return fmt::format("Unit {} is an alias to a unit that is not present, ignoring.", c.path);
  if (c.type == "destination not present")
    return fmt::format("Unit {} is added as a dependency to a non-existent unit {}.", c.source, c.path);
  if (c.type == "auxiliary unit failed") return fmt::format("Failed to enable auxiliary unit {}, ignoring.", c.path);
  return fmt::format("{} {} {}", c.type, c.path, c.source);
}

int verb_enable(Context& context) {
  const Options& o = context.options;
  std::vector<std::string> names;
  if (o.verb == "link" && !check_link_arguments(context)) return 1;
  if (!take_names(context, names)) return 1;
  if (handle_scripts(context, o.verb, names).failed) return 1;
  const auto desk = installation(context);
  if (names.empty()) return desk->reload(), 0;
  if (o.verb == "disable") take_base_names(context, names);
  const auto request = request_of(context, names);
  if (!request) return 1;
  const Installation::Outcome outcome = desk->change(*request);
  if (outcome.failed) return 1;
  desk->reload();
  const bool explains = o.verb == "enable" || o.verb == "reenable";
  if (!outcome.carries_install_info && explains && !o.quiet && !o.no_warn) context.note(no_install_text);
  if (!o.now || o.dry_run || (o.verb != "enable" && o.verb != "disable")) return 0;
  return run_now(context, o.verb == "enable" ? "start" : "stop", names);
}

int verb_mask(Context& context) {
  const Options& o = context.options;
  std::vector<std::string> names;
  if (!take_names(context, names)) return 1;
  if (!works_on_files(o)) note_missing(context, names);
  if (const int code = change_simply(context, names); code != 0) return code;
  return o.now && !o.dry_run && o.verb == "mask" ? run_now(context, "stop", names) : 0;
}

int verb_revert(Context& context) {
  std::vector<std::string> names;
  return take_names(context, names) ? change_simply(context, std::move(names)) : 1;
}

int verb_preset_all(Context& context) {
  return change_simply(context, {});
}

int verb_add_dependency(Context& context) {
  std::vector<std::string> names;
  const std::string target = mangle(context, context.options.arguments[0], ".target");
  if (!take_names(context, names)) return 1;
  names.erase(names.begin());
  return change_simply(context, std::move(names), target);
}

int verb_set_default(Context& context) {
  const std::string target = mangle(context, context.options.arguments[0], ".target");
  const auto desk = installation(context);
  if (desk->change({InstallVerb::set_default, {target}, false, true, PresetMode::full, {}}).failed) return 1;
  desk->reload();
  if (context.options.quiet || context.options.dry_run) return 0;
  const auto now = desk->default_target();
  if (now && *now != target)
    context.note(fmt::format("Note: \"{}\" is the default unit (possibly a runtime override).", *now));
  return now ? 0 : 1;
}

int verb_get_default(Context& context) {
  const auto target = installation(context)->default_target();
  if (!target) return 1;
  if (!context.options.quiet) context.print(*target + "\n");
  return 0;
}

int verb_is_enabled(Context& context) {
  static constexpr std::string_view enabled[] = {"enabled", "enabled-runtime", "static",
                                                 "alias",   "indirect",        "generated"};
  const Options& o = context.options;
  std::vector<std::string> names;
  if (!take_names(context, names)) return 1;
  const SysvScripts scripts = handle_scripts(context, o.verb, names);
  if (scripts.failed) return 1;
  const auto desk = installation(context);
  bool found = scripts.any_enabled;
  for (const std::string& name : names) {
    const auto state = desk->state(name);
    if (!state) return 1;
    found |= std::find(std::begin(enabled), std::end(enabled), *state) != std::end(enabled);
    if (o.quiet) continue;
    context.print(*state + "\n");
    if (o.full)
      for (const std::string& link : desk->links(name)) context.print(fmt::format("  {}\n", link));
  }
  return found ? 0 : 1;
}

}  // namespace svcd::ctl
