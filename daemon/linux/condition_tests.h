// Condition…= and Assert…= (systemd.unit(5), "CONDITIONS AND ASSERTS"): bounded questions to the system, answered at
// once. Nothing here opens a FIFO or a device, asks NSS or waits.
#pragma once

#include <string>
#include <string_view>

#include "daemon/scope.h"
#include "libunit/values.h"

namespace svcd {

class ConditionTests {
 public:
  explicit ConditionTests(const Scope& scope) : scope_(scope) {}
  /// With '!' taken into account.
  bool holds(const Condition& condition) const { return test(condition) != condition.negate; }

 private:
  bool test(const Condition&) const;
  bool is_virtualized(std::string_view wanted) const;
  bool is_host(const std::string& wanted) const;
  bool has_command_line_word(std::string_view wanted) const;
  bool needs_update(std::string folder) const;
  bool is_first_boot(std::string_view wanted) const;
  bool has_controllers(std::string_view wanted) const;
  bool is_below_pressure(std::string_view resource, std::string_view threshold) const;

  const Scope& scope_;
};

/// "< 4.15", "!= 6", "$= 6.*" or a shell pattern: whether `actual` fits. Versions and text.
bool matches_version(const std::string& actual, std::string_view expression);
/// The same for a number in decimal ("2", ">= 4"); without an operator: at least.
bool matches_number(uint64_t actual, std::string_view expression);
/// <0, 0, >0: order of two version strings, as systemd-analyze(1) compare-versions has it.
int compare_versions(std::string_view a, std::string_view b);

/// ConditionPath…=, ConditionDirectoryNotEmpty= and other questions to the file system alone.
bool test_path_condition(Condition::Type, const std::string& path);

}  // namespace svcd
