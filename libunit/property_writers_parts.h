// What the writers of values made of several share. Only for property_writers_*.cc.
#pragma once

#include "libunit/property_writers.h"

namespace svcd::write {

inline constexpr size_t most_items = 65536;  // of one list

/// Calls `each` for every member of an array; `each` says whether there was one of the right type.
template <class Each>
Result<> for_each(ValueSource& source, const char* element, Each each) {
  if (!source.enter_array(element)) return type_mismatch();
  for (size_t n = 0; !source.at_end(); ++n) {
    if (n >= most_items) return fail(ErrorCode::limits_exceeded, "Too many items in a list");
    SVCD_TRY(each());
  }
  return source.leave_array() ? Result<>{} : type_mismatch();
}

/// … of structs.
template <class Each>
Result<> for_each_struct(ValueSource& source, const char* members, Each each) {
  return for_each(source, fmt::format("({})", members).c_str(), [&]() -> Result<> {
    if (!source.enter_struct(members)) return type_mismatch();
    SVCD_TRY(each());
    return source.leave_struct() ? Result<>{} : type_mismatch();
  });
}

Result<std::vector<std::string>> strings(ValueSource&);
/// Backslash escapes for what would end a word or a line; systemd.syntax(7), "Quoting".
std::string escaped(std::string_view text);
/// One word, whatever is in it; '%' is doubled.
std::string quoted(std::string_view word);
/// The same for settings that know quotes but no escapes of letters.
std::string quoted_raw(std::string_view word);

/// Calls `each` for every pair.
template <class Each>
Result<> for_each_pair(ValueSource& source, Each each) {
  return for_each_struct(source, "ss", [&]() -> Result<> {
    std::string first, second;
    if (!source.string(first) || !source.string(second)) return type_mismatch();
    return each(first, second);
  });
}

}  // namespace svcd::write
