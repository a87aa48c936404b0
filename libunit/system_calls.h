// System calls by name, and the groups of SystemCallFilter= and SystemCallLog=; systemd.exec(5). The names and numbers
// are those that libseccomp knew when svcd was built, so that the daemon needs no such library to read a filter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libunit/load_context.h"
#include "libunit/value_sink.h"

namespace svcd {

struct SystemCall {
  std::string_view name;
  int number;  // negative: of another architecture
};
/// A place in the table, which is in the order of names.
using SystemCallIndex = uint16_t;
const SystemCall& system_call(SystemCallIndex);
std::optional<SystemCallIndex> find_system_call(std::string_view name);

struct SystemCallGroup {
  std::string_view name;     // "@mount"
  std::string_view members;  // calls and groups, separated by blanks
};
const SystemCallGroup* system_call_group(std::string_view name);

/// Which calls may (allow list) or may not be made, and what a forbidden one gives.
struct SystemCallFilter {
  static constexpr int32_t error_default = -1;          // SystemCallErrorNumber=
  static constexpr int32_t error_kill = INT32_MAX - 1;  // the process ends, as D-Bus has it
  struct Rule {
    SystemCallIndex call = 0;
    int32_t error = error_default;
    bool operator==(const Rule&) const = default;
  };
  bool is_set = false, is_allow_list = false;
  std::vector<Rule> rules;  // in the order of names
  bool operator==(const SystemCallFilter&) const = default;
};

namespace codec {
/// SystemCallFilter=: an allow list always has @default.
struct SystemCalls {
  static constexpr const char* signature = "(bas)";
  static Result<> parse(std::string_view, SystemCallFilter&, LoadContext&);
  static void show(const SystemCallFilter&, ValueSink&);
};
/// SystemCallLog=
struct LoggedSystemCalls : SystemCalls {
  static Result<> parse(std::string_view, SystemCallFilter&, LoadContext&);
};
}  // namespace codec

}  // namespace svcd
