// show: properties of the manager, of units and of jobs.
#include <fmt/format.h>

#include <algorithm>

#include "ctl/property_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

std::string properties_text(const Options& o, const client::Properties& properties) {
  std::string out;
  if (o.properties.empty()) {
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
  std::vector<std::string> paths;
  if (context.options.arguments.empty()) {
    paths.emplace_back(client::manager_path);
  } else {
    for (const std::string& argument : context.options.arguments) {
      if (!is_glob(argument)) {
        paths.push_back(path_of(context, argument));
        continue;
      }
      for (const std::string& unit : listed_units(context, argument)) paths.push_back(client::unit_path(unit));
    }
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
