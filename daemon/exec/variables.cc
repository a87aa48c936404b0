#include "daemon/exec/variables.h"

#include <algorithm>

namespace svcd {

namespace {

bool is_named(std::string_view variable, std::string_view name) {
  return variable.size() > name.size() && variable[name.size()] == '=' && variable.starts_with(name);
}

}  // namespace

const char* value_of(std::span<const std::string> variables, std::string_view name) {
  for (const std::string& variable : variables)
    if (is_named(variable, name)) return variable.c_str() + name.size() + 1;
  return nullptr;
}

void assign_variable(std::vector<std::string>& variables, std::string_view assignment) {
  const std::string_view name = assignment.substr(0, assignment.find('='));
  if (name.size() == assignment.size()) return;  // not an assignment
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [name](const std::string& variable) { return is_named(variable, name); });
  if (found == variables.end())
    variables.emplace_back(assignment);
  else
    found->assign(assignment);
}

void unset_variables(std::vector<std::string>& variables, std::span<const std::string> what) {
  for (const std::string& entry : what)
    std::erase_if(variables, [&entry](const std::string& variable) {
      return variable == entry || (entry.find('=') == std::string::npos && is_named(variable, entry));
    });
}

}  // namespace svcd
