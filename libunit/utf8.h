// Whether text is UTF-8, as unit files, names and log lines must be.
#pragma once

#include <string>
#include <string_view>

namespace svcd {

/// Whole, shortest-form sequences of Unicode characters up to U+10FFFF, no surrogates, no noncharacters.
bool is_utf8(std::string_view text);
/// Each byte that is not part of valid UTF-8 becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace svcd
