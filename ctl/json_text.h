// JSON output of lists and logs. The only file that knows a JSON library.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dbus/client/value.h"

namespace svcd::ctl {

/// A value is text, a number, or null (neither).
struct JsonField {
  std::string name;
  std::optional<std::string> text;
  std::optional<uint64_t> number;
};
using JsonRow = std::vector<JsonField>;

/// [{…},{…}] on one line, or indented.
std::string json_rows(const std::vector<JsonRow>& rows, bool pretty);
/// Dictionaries as they came over D-Bus, with all that is in them.
std::string json_dictionaries(const std::vector<client::Properties>& dictionaries, bool pretty);
/// One object on one line; text that is not UTF-8 becomes an array of bytes, as journalctl does it. A name that comes
/// several times has an array of its values.
std::string json_object(const std::vector<std::pair<std::string, std::string>>& fields, bool pretty);

}  // namespace svcd::ctl
