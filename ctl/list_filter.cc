#include "ctl/list_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "ctl/list_text.h"
#include "libunit/unit_name.h"

namespace svcd::ctl {

bool wants_json(const Options& o) {
  return o.output == "json" || o.output == "json-pretty";
}

bool handle_types_and_states(Context& context, int& code) {
  const Options& o = context.options;
  const auto asks = [](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), "help") != list.end();
  };
  code = 0;
  if (asks(o.types)) {
    std::string text = "Available unit types:\n";
    for (int i = 0; i < unit_type_count; ++i) text += fmt::format("{}\n", to_string(static_cast<UnitType>(i)));
    context.print(text);
    return true;
  }
  if (asks(o.states)) {
    context.print(states_help());
    return true;
  }
  for (const std::string& type : o.types) {
    UnitType known{};
    if (parse_unit_type(type, known)) continue;
    context.complain(fmt::format("There is no unit type '{}'; '-t help' lists the types.", type));
    code = 1;
    return true;
  }
  return false;
}

}  // namespace svcd::ctl
