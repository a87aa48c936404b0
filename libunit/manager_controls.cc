#include "libunit/manager_controls.h"

#include "libunit/enum_names.h"

namespace svcd {

// clang-format off
template <>
struct EnumNames<LogTarget> {
  static constexpr std::string_view names[] = {"console", "console-prefixed", "kmsg", "journal", "journal-or-kmsg",
                                               "syslog", "syslog-or-kmsg", "auto", "null"};
};
template <>
struct EnumNames<ShowStatus> {
  static constexpr std::string_view names[] = {"no", "error", "auto", "temporary", "yes"};
};
// clang-format on

std::string_view to_string(LogTarget target) {
  return enum_name(target);
}

bool parse_log_target(std::string_view text, LogTarget& into) {
  return parse_enum(text, into);
}

LogTarget without_syslog(LogTarget target) {
  if (target == LogTarget::syslog) return LogTarget::journal;
  return target == LogTarget::syslog_or_kmsg ? LogTarget::journal_or_kmsg : target;
}

bool parse_show_status(std::string_view text, ShowStatus& into) {
  if (parse_enum(text, into)) return true;
  bool on = false;
  if (!parse_boolean(text, on)) return false;
  into = on ? ShowStatus::yes : ShowStatus::no;
  return true;
}

}  // namespace svcd
