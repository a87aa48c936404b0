// Bytes as hexadecimal digits, two each: how ids are written.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace svcd {

std::string to_hex(std::span<const uint8_t> bytes);

}  // namespace svcd
