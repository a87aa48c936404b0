#include "daemon/exec/variables.h"

namespace svcd {

void unset_variables(std::vector<std::string>& variables, std::span<const std::string> what) {
  for (const std::string& entry : what) {
    const bool any_value = entry.find('=') == std::string::npos;
    std::erase_if(variables, [&](const std::string& variable) {
      if (!any_value) return variable == entry;
      return variable.size() > entry.size() && variable[entry.size()] == '=' && variable.starts_with(entry);
    });
  }
}

}  // namespace svcd
