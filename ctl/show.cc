// show: properties of the manager, of units and of jobs.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/property_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

std::string properties_text(const Options& o, const client::Properties& properties) {
  std::string out;
  if (!o.properties_given) {
    for (const auto& [name, value] : properties.entries()) out += property_lines(name, value, o.all, o.value);
    return out;
  }
  // Values alone come in the order asked for; with names, in the manager's order, as scripts know it.
  for (const auto& [name, value] : properties.entries())
    if (std::find(o.properties.begin(), o.properties.end(), name) != o.properties.end())
      out += property_lines(name, value, true, o.value);
  return out;
}

std::string path_of(Context& context, const std::string& argument) {
  if (!argument.empty() && argument.find_first_not_of("0123456789") == std::string::npos)
    return fmt::format("{}/job/{}", client::manager_path, argument);
  return client::unit_path(mangle(context, argument));
}

}  // namespace

int verb_show(Context& context) {
  context.start_pager();
  const Options& o = context.options;
  std::vector<std::string> paths, patterns;
  const bool is_filtered = !o.types.empty() || !o.states.empty() || o.failed;
  if (o.arguments.empty() && !is_filtered) paths.emplace_back(client::manager_path);
  for (const std::string& argument : o.arguments) {
    if (is_glob(argument))
      patterns.push_back(argument);
    else
      paths.push_back(path_of(context, argument));
  }
  // All patterns together, after what was named: a unit that matches several is shown once.
  if (!patterns.empty() || (o.arguments.empty() && is_filtered)) {
    std::vector<std::string> units = listed_units(context, patterns);
    if (o.arguments.empty()) std::sort(units.begin(), units.end(), by_type_and_name);
    for (const std::string& unit : units) paths.push_back(client::unit_path(unit));
  }
  bool first = true;
  for (const std::string& path : paths) {
    client::Properties properties;
    try {
      properties = context.manager().properties(path);
    } catch (const sdbus::Error& error) {
      context.complain(fmt::format("Failed to get properties: {}", message_of(error)));
      return exit_code_of(error) == 5 ? 4 : 1;
    }
    if (!first) context.print("\n");
    context.print(properties_text(context.options, properties));
    first = false;
  }
  return 0;
}

}  // namespace svcd::ctl
