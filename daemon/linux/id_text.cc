#include "daemon/linux/id_text.h"

#include <fmt/format.h>

#include <iterator>

namespace svcd {

std::string to_hex(const Id128& id) {
  std::string text;
  for (const uint8_t byte : id) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace svcd
