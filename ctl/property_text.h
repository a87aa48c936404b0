// Values of properties as `show` prints them: the text after "Name=". Known names and types get the form that scripts
// expect from systemctl show; what is unknown is shown by its D-Bus type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dbus/client/value.h"

namespace svcd::ctl {

/// One entry a line (Exec*, Listen … have several); none: the property is left out of `show`.
struct PropertyText {
  std::vector<std::string> lines;
  /// What stands for "nothing": shown by `show -a` and for properties asked for by name.
  std::string nothing;
  bool nothing_is_shown = true;
};

PropertyText property_text(std::string_view name, const client::Value&);

/// The lines "Name=value" (or only the value) of one property. all: also if it is empty.
std::string property_lines(std::string_view name, const client::Value&, bool all, bool only_value);

}  // namespace svcd::ctl
