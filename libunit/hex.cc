#include "libunit/hex.h"

#include <fmt/format.h>

#include <iterator>

namespace svcd {

std::string to_hex(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace svcd
