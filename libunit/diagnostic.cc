#include "libunit/diagnostic.h"

#include <fmt/format.h>

namespace svcd {

std::string to_string(const Diagnostic& d) {
  if (d.at.path.empty()) return d.text;
  if (d.at.line == 0) return fmt::format("{}: {}", d.at.path, d.text);
  return fmt::format("{}:{}: {}", d.at.path, d.at.line, d.text);
}

}  // namespace svcd
