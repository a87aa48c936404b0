// What a unit file's author is told: file, line, text. Diagnostics stand beside a result, they are not its failure.
#pragma once

#include <string>
#include <vector>

namespace svcd {

/// Where a value comes from. line 0: the file as a whole (or no file: a default, a D-Bus call).
struct Origin {
  std::string path;
  int line = 0;
};

struct Diagnostic {
  enum class Level : unsigned char { error, warning, notice, debug };  // LOG_ERR and on
  Level level = Level::warning;
  Origin at;
  std::string text;
};

using Diagnostics = std::vector<Diagnostic>;

/// "/etc/systemd/system/a.service:3: text", as systemd logs it.
std::string to_string(const Diagnostic&);

}  // namespace svcd
