#include "daemon/exec/exec_report.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/exec/exec_step.h"
#include "libunit/settings.h"

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
    if (info.exit_code == exit_code && info.setting != nullptr) return key_of(info.setting);
  return "";
}

}  // namespace

const char* failure_setting(const ExecReport& report) {
  using E = ExecSection;
  using D = E::Directory;
  constexpr std::array<const void*, 3> of_streams{&member_tag<&E::standard_input>, &member_tag<&E::standard_output>,
                                                  &member_tag<&E::standard_error>};
  constexpr std::array<const void*, 5> of_directories{&directory_tag<D::runtime>, &directory_tag<D::state>,
                                                      &directory_tag<D::cache>, &directory_tag<D::logs>,
                                                      &directory_tag<D::configuration>};
  const auto kind = static_cast<StepKind>(report.step);
  const auto number = static_cast<size_t>(report.first_number < 0 ? 0 : report.first_number);
  if (is_stdio(kind)) return key_of(of_streams[number < of_streams.size() ? number : 0]);
  if (kind == StepKind::directory) return key_of(of_directories[number < of_directories.size() ? number : 0]);
  if (kind == StepKind::identity) return setting_of_exit_code(report.exit_code);
  return key_of(step_info(kind).setting);
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
