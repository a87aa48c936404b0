// enable, disable, mask and their kin: the manager changes the links and reports them, then it is asked to reload.
#include "ctl/unit_files.h"

#include <fmt/format.h>

#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

constexpr const char* no_install_text =
    "The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\n"
    "Alias= in their [Install] section, DefaultInstance= in a template): enable\n"
    "and disable have nothing to do. Such a unit is started by others: by a unit\n"
    "that wants or requires it, by its socket, timer, path or D-Bus name, or, if\n"
    "it is a template, once it gets an instance name (name@instance).";

void report(const Context& context, const std::vector<client::UnitFileChange>& changes) {
  if (context.options.quiet) return;
  for (const client::UnitFileChange& change : changes) context.note(change_text(context.terminal, change));
}

void reload(Context& context) {
  if (!context.options.no_reload) context.manager().reload();
}

/// Paths are taken as they are, names are completed.
std::vector<std::string> file_arguments(const Context& context) {
  std::vector<std::string> files;
  for (const std::string& typed : context.options.arguments)
    files.push_back(typed[0] == '/' ? typed : mangle(context, typed));
  return files;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

client::EnableResult change_links(Context& context, std::string_view verb, const std::vector<std::string>& files) {
  const Options& o = context.options;
  client::Manager& manager = context.manager();
  if (verb == "disable") return manager.disable(files, o.runtime);
  if (verb == "reenable") return manager.reenable(files, o.runtime, o.force);
  if (verb == "preset") return manager.preset(files, o.runtime, o.force);
  return manager.enable(files, o.runtime, o.force);
}

int fail_verb(const Context& context, const std::string& what, const sdbus::Error& error) {
  context.complain(fmt::format("Failed to {}: {}", what, message_of(error)));
  if (is_refusal(error)) context.complain("Only root may do that: try it with sudo.");
  return 1;
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
    return fmt::format("Unit {} is added as a dependency to a non-existent unit {}.", c.path, c.source);
  if (c.type == "auxiliary unit failed") return fmt::format("Failed to enable auxiliary unit {}, ignoring.", c.path);
  return fmt::format("{} {} {}", c.type, c.path, c.source);
}

int verb_enable(Context& context) {
  const std::string& verb = context.options.verb;
  const std::vector<std::string> files = file_arguments(context);
  client::EnableResult result;
  try {
    result = change_links(context, verb, files);
  } catch (const sdbus::Error& error) {
    return fail_verb(context, verb + " unit", error);
  }
  report(context, result.changes);
  reload(context);
  if (!result.carries_install_info && verb != "preset" && !context.options.quiet && !context.options.no_warn)
    context.note(no_install_text);
  if (!context.options.now || (verb != "enable" && verb != "disable")) return 0;
  std::vector<std::string> units;
  units.reserve(files.size());
  for (const std::string& file : files) units.push_back(base_name(file));
  return run_jobs(context, verb == "enable" ? "start" : "stop", units, context.options.job_mode);
}

int verb_mask(Context& context) {
  const Options& o = context.options;
  const std::vector<std::string> files = file_arguments(context);
  try {
    note_missing(context, files);
    report(context, o.verb == "mask" ? context.manager().mask(files, o.runtime, o.force)
                                     : context.manager().unmask(files, o.runtime));
  } catch (const sdbus::Error& error) {
    return fail_verb(context, o.verb + " unit", error);
  }
  reload(context);
  return o.now && o.verb == "mask" ? run_jobs(context, "stop", files, o.job_mode) : 0;
}

int verb_set_default(Context& context) {
  const std::string target = mangle(context, context.options.arguments[0], ".target");
  try {
    report(context, context.manager().set_default_target(target, true));
  } catch (const sdbus::Error& error) {
    return fail_verb(context, "set default target", error);
  }
  reload(context);
  return 0;
}

}  // namespace svcd::ctl
