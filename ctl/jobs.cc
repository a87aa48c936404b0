// start, stop, restart and their kin: queue one job a unit, then wait for all of them.
#include <fmt/format.h>

#include <array>

#include "ctl/explanation.h"
#include "ctl/job_text.h"
#include "ctl/job_waiter.h"
#include "ctl/unit_files.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

struct JobVerb {
  std::string_view verb;
  const char* method;
  const char* word;  // in "Failed to … unit"
};

// clang-format off
constexpr std::array job_verbs{
    JobVerb{"start",                 "StartUnit",              "start"},
    JobVerb{"stop",                  "StopUnit",               "stop"},
    JobVerb{"restart",               "RestartUnit",            "restart"},
    JobVerb{"reload",                "ReloadUnit",             "reload"},
    JobVerb{"try-restart",           "TryRestartUnit",         "try-restart"},
    JobVerb{"condrestart",           "TryRestartUnit",         "try-restart"},
    JobVerb{"reload-or-restart",     "ReloadOrRestartUnit",    "reload-or-restart"},
    JobVerb{"try-reload-or-restart", "ReloadOrTryRestartUnit", "try-reload-or-restart"},
    JobVerb{"isolate",               "StartUnit",              "start"}};
// clang-format on

const JobVerb& row_of(std::string_view verb) {
  for (const JobVerb& row : job_verbs)
    if (row.verb == verb) return row;
  return job_verbs[0];
}

/// Which of the units it would bring along cannot be had. Of the unit itself only what the error does not say: which
/// line of its file is bad.
void tell_why_refused(Context& context, const JobVerb& verb, const std::string& unit, const std::string& mode,
                      bool is_bad_file) {
  try {
    for (const client::Properties& plan : context.manager().plan(std::string(verb.verb), {unit}, mode))
      if (plan["Chain"].items().size() > 1 || is_bad_file) context.complain(with_full_stop(plan.text("Because")));
  } catch (const sdbus::Error&) {  // systemd, or a unit that cannot even be named: all is said
  }
}

void explain_refusal(Context& context, const JobVerb& verb, const std::string& unit, const std::string& mode,
                     const sdbus::Error& error) {
  context.complain(fmt::format("Failed to {} {}: {}", verb.word, unit, message_of(error)));
  const std::string& name = error.getName();
  if (!context.options.quiet && !is_refusal(error))
    tell_why_refused(context, verb, unit, mode, ends_with(name, ".BadUnitSetting"));
  if (context.options.quiet || ends_with(name, ".NoSuchUnit") || ends_with(name, ".UnitMasked") ||
      ends_with(name, ".JobTypeNotApplicable"))
    return;
  if (is_refusal(error))
    context.complain(fmt::format("Only root may do that: try 'sudo svcctl {} {}'.", verb.verb, as_argument(unit)));
  else
    context.complain(fmt::format("See system logs and 'svcctl status {}' for details.", as_argument(unit)));
}

/// A stopped service comes back as soon as somebody connects to its socket: worth a word.
void warn_about_triggers(Context& context, const std::string& unit) {
  client::Manager& manager = context.manager();
  if (manager.unit_property(unit, "LoadState").text() == "masked") return;
  std::string active;
  for (const std::string& trigger : manager.unit_property(unit, "TriggeredBy").strings()) {
    const std::string state = manager.unit_property(trigger, "ActiveState").text();
    if (state == "active" || state == "reloading") active += fmt::format("\n  {}", trigger);
  }
  if (!active.empty())
    context.warn(fmt::format("Warning: Stopping {}, but it can still be activated by:{}", unit, active));
}

void warn_about_changed_files(Context& context, const std::string& unit) {
  try {
    const std::string path = context.manager().loaded_unit(unit);
    if (context.manager().property(path, client::unit_interface, "NeedDaemonReload").boolean())
      warn_files_changed(context, unit);
  } catch (const sdbus::Error&) {  // not in memory, so nothing in memory is old
  }
}

}  // namespace

int run_jobs(Context& context, std::string_view verb_name, const std::vector<std::string>& units,
             const std::string& mode) {
  const Options& options = context.options;
  const JobVerb& verb = row_of(verb_name);
  const bool waits = !options.no_block;
  const bool waits_for_end = waits && options.wait && (verb.method != std::string_view("StopUnit"));
  std::unique_ptr<JobWaiter> waiter;
  if (waits) waiter = std::make_unique<JobWaiter>(context);
  int code = 0;
  std::vector<std::string> queued;
  for (const std::string& unit : units) {
    try {
      const std::string job = context.manager().queue_job(verb.method, unit, mode);
      if (waits) waiter->add(job, unit);
      queued.push_back(unit);
    } catch (const sdbus::Error& error) {
      explain_refusal(context, verb, unit, mode, error);
      if (code == 0) code = exit_code_of(error);
      continue;
    }
    if (!options.quiet) warn_about_changed_files(context, unit);
    if (verb.verb == "stop" && !options.quiet && !options.no_warn) warn_about_triggers(context, unit);
    if (waits_for_end) waiter->watch(unit);
  }
  if (waits)
    if (const int failed = waiter->wait(); failed != 0) return failed;
  if (waits_for_end)
    if (const int failed = waiter->wait_until_inactive(queued); failed != 0) return failed;
  return code;
}

int verb_job(Context& context) {
  const Options& options = context.options;
  const std::string_view verb = options.verb;
  bool has_glob = false;
  for (const std::string& typed : options.arguments) has_glob |= is_glob(typed);
  if (has_glob && (verb == "start" || verb == "restart") && !options.quiet && !options.all)
    context.warn(
        fmt::format("Patterns match units in memory only, where most are running already: svcctl {} may find "
                    "none. Name the units, or see 'svcctl list-unit-files'.",
                    verb));
  return run_jobs(context, verb, unit_arguments(context, options.arguments), options.job_mode);
}

int verb_isolate(Context& context) {
  return run_jobs(context, "isolate", {mangle(context, context.options.arguments[0], ".target")}, "isolate");
}

}  // namespace svcd::ctl
