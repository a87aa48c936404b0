// plan: the whole transaction of a request, without doing it.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/explanation.h"
#include "ctl/json_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

using client::Properties;

std::string plural(size_t number, const char* noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// "Requires of web.service (/etc/systemd/system/web.service:3)".
std::string reason_text(const Properties& step) {
  const std::string& reason = step.text("Reason");
  if (reason == "asked") return "asked for";
  if (reason == "isolate") return "not part of " + step.text("By");
  if (reason == "trigger") return "triggers " + step.text("By");
  std::string text = fmt::format("{}= of {}", step.text("Dependency"), step.text("By"));
  if (!step.text("File").empty()) text += fmt::format(" ({}:{})", step.text("File"), step.number("Line"));
  return text;
}

void print_steps(const Context& context, const std::vector<Properties>& steps) {
  size_t unit_width = 0, job_width = 0;
  for (const Properties& step : steps) {
    unit_width = std::max(unit_width, step.text("Unit").size());
    job_width = std::max(job_width, step.text("Job").size());
  }
  std::string wave;
  for (const Properties& step : steps) {
    std::string number = fmt::format("{}", step.number("Wave") + 1);
    if (number == wave)
      number.clear();
    else
      wave = number;
    std::string line = fmt::format("{:>4}  {:<{}}  {:<{}}  {}", number, step.text("Job"), job_width, step.text("Unit"),
                                   unit_width, reason_text(step));
    if (const std::string& installed = step.text("InstalledJob"); !installed.empty())
      line += fmt::format("; has a {} job already", installed);
    context.print(line + "\n");
  }
}

std::vector<Properties> dictionaries(const client::Value& array) {
  std::vector<Properties> all;
  for (const client::Value& dictionary : array.items()) all.push_back(Properties::of(dictionary));
  return all;
}

void print_loops(const Context& context, const client::Value& loops) {
  for (const Properties& loop : dictionaries(loops)) {
    std::vector<std::string> units = loop.strings("Units");
    if (!units.empty()) units.push_back(units.front());
    context.print(fmt::format("Loop: {}\n", fmt::join(units, " before ")));
    if (const std::string& deleted = loop.text("Deleted"); !deleted.empty())
      context.print(fmt::format("      broken by dropping the job of {}\n", deleted));
    else
      context.print("      no job of it can be dropped\n");
  }
}

/// 1 if it would be refused.
int print_plan(const Context& context, const std::string& verb, const Properties& plan) {
  const std::string& unit = plan.text("Unit");
  const std::string asked = verb == plan.text("Job") ? verb : fmt::format("{} ({})", verb, plan.text("Job"));
  if (const std::string& refused = plan.text("Refused"); !refused.empty()) {
    const std::string& because = plan.text("Because");
    context.print(with_full_stop(because.empty() ? refused : because) + "\n");
    for (const Properties& link : dictionaries(plan["Chain"])) {
      context.print(fmt::format("  {}\n", link.text("Text")));
      if (!link.text("File").empty() && !link.text("Directive").empty())
        context.print(fmt::format("      {}={} ({}:{})\n", link.text("Directive"), link.text("Value"),
                                  link.text("File"), link.number("Line")));
    }
    print_loops(context, plan["Loops"]);
    if (const std::string& next = plan.text("NextStep"); !next.empty() && !next.starts_with("svcctl plan"))
      context.print(fmt::format("Next: {}\n", next));
    return 1;
  }
  const std::vector<Properties> steps = dictionaries(plan["Steps"]);
  uint64_t waves = 0;
  for (const Properties& step : steps) waves = std::max(waves, step.number("Wave") + 1);
  context.print(fmt::format("{} {}: {} in {}; nothing is done\n", asked, unit, plural(steps.size(), "job"),
                            plural(waves, "wave")));
  print_steps(context, steps);
  if (const std::vector<std::string> canceled = plan.strings("Canceled"); !canceled.empty())
    context.print(fmt::format("Canceled: {}\n", fmt::join(canceled, " ")));
  print_loops(context, plan["Loops"]);
  for (const std::string& note : plan.strings("Notes"))
    if (note.find("ignoring") != std::string::npos) context.print(fmt::format("Note: {}\n", note));
  return 0;
}

}  // namespace

int verb_plan(Context& context) {
  const Options& o = context.options;
  const std::string& verb = o.arguments.front();
  const bool isolates = verb == "isolate";
  const std::vector<std::string> typed(o.arguments.begin() + 1, o.arguments.end());
  const std::vector<std::string> units = unit_arguments(context, typed, isolates ? ".target" : ".service");
  if (units.empty()) {
    context.complain("No loaded unit has such a name; name the units themselves.");
    return 1;
  }
  std::vector<Properties> plans;
  try {
    plans =
        context.manager().plan(verb == "condrestart" ? "try-restart" : verb, units, isolates ? "isolate" : o.job_mode);
  } catch (const sdbus::Error& error) {
    context.complain(fmt::format("Failed to plan: {}", message_of(error)));
    return 1;
  }
  if (o.output.starts_with("json")) context.print(json_dictionaries(plans, o.output == "json-pretty"));
  int code = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!plans[i].text("Refused").empty()) code = 1;
    if (o.output.starts_with("json")) continue;
    if (i > 0) context.print("\n");
    (void)print_plan(context, verb, plans[i]);
  }
  return code;
}

}  // namespace svcd::ctl
