#include "libunit/utf8.h"

#include <cstdint>

namespace svcd {

namespace {

/// Length of the valid character that `text` (not empty) begins with; 0: none.
size_t character_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const size_t length = (byte(0) & 0xe0) == 0xc0 ? 2 : (byte(0) & 0xf0) == 0xe0 ? 3 : (byte(0) & 0xf8) == 0xf0 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  uint32_t value = byte(0) & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3f);
  }
  const uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  const bool noncharacter = (value >= 0xfdd0 && value <= 0xfdef) || (value & 0xfffe) == 0xfffe;
  return value < least || value > 0x10ffff || surrogate || noncharacter ? 0 : length;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string made;
  while (!text.empty()) {
    const size_t length = character_length(text);
    if (length == 0)
      made += "\xef\xbf\xbd";
    else
      made += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return made;
}

}  // namespace svcd
