#include "daemon/exec/exec_report.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/exec/exec_step.h"

namespace svcd {

namespace {

constexpr std::array streams{"standard input", "standard output", "standard error output"};

bool is_stdio(StepKind kind) {
  using enum StepKind;
  return kind == open || kind == dup || kind == journal || kind == tty || kind == input_data;
}

/// The row of the step table whose steps fail with this exit code and name a setting.
const char* setting_of_exit_code(int exit_code) {
  for (const StepInfo& info : step_infos())
    if (info.exit_code == exit_code && info.setting != nullptr) return info.setting;
  return "";
}

}  // namespace

const char* failure_setting(const ExecReport& report) {
  constexpr std::array stream_settings{"StandardInput", "StandardOutput", "StandardError"};
  constexpr std::array directory_settings{"RuntimeDirectory", "StateDirectory", "CacheDirectory", "LogsDirectory",
                                          "ConfigurationDirectory"};
  const auto kind = static_cast<StepKind>(report.step);
  const auto number = static_cast<size_t>(report.first_number < 0 ? 0 : report.first_number);
  if (is_stdio(kind)) return stream_settings[number < stream_settings.size() ? number : 0];
  if (kind == StepKind::directory) return directory_settings[number < directory_settings.size() ? number : 0];
  if (kind == StepKind::identity) return setting_of_exit_code(report.exit_code);
  const char* setting = step_info(kind).setting;
  return setting != nullptr ? setting : "";
}

std::string failure_message(const ExecReport& report) {
  const auto kind = static_cast<StepKind>(report.step);
  std::string detail(report.detail, strnlen(report.detail, sizeof report.detail));
  const auto number = static_cast<size_t>(report.first_number < 0 ? 0 : report.first_number);
  using enum StepKind;
  if (is_stdio(kind)) detail = streams[number < streams.size() ? number : 0];
  if (kind == identity && report.exit_code == 216) return "Failed to determine group credentials";
  if (kind == execute && report.exit_code == 0) return fmt::format("Executable {} missing, skipping", detail);
  if (kind == execute && report.first_number != 0) return "Failed to execute " + detail;
  std::string message = step_info(kind).message;
  if (const size_t at = message.find("%s"); at != message.npos) message.replace(at, 2, detail);
  return message;
}

}  // namespace svcd
