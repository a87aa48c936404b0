// Errors as values. A message is built where the failure happens; the loader adds file and line once.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace svcd {

/// What kind of failure this is: dbus/server maps each to a D-Bus error name (org.freedesktop.systemd1(5)), ctl to an
/// exit code. Names follow the D-Bus names.
enum class ErrorCode : uint8_t {
  failed,  // anything without a better name
  invalid_args,
  file_not_found,
  file_exists,
  access_denied,
  interactive_authorization_required,
  not_supported,
  no_memory,
  limits_exceeded,
  io_error,
  timeout,
  bad_message,  // text that does not parse
  property_read_only,
  no_such_unit,
  no_unit_for_pid,
  no_unit_for_invocation_id,
  unit_exists,
  load_failed,
  bad_unit_setting,
  unit_masked,
  unit_generated,
  unit_linked,
  job_type_not_applicable,
  no_isolation,
  shutting_down,
  scope_not_running,
  no_such_job,
  not_subscribed,
  already_subscribed,
  only_by_dependency,
  transaction_jobs_conflicting,
  transaction_order_is_cyclic,
  transaction_is_destructive,
  unit_busy,
  no_such_process,
  not_referenced,
  no_such_dynamic_user,
  disk_full,
  nothing_to_clean,
  unit_inactive,
  still_loading,  // units that a request needs are not read yet: ask again when they are
};

struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;   // one line, names the unit, file or setting and the cause
  int error_number = 0;  // errno, where a system call failed; else 0
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::no_such_unit, "Unit {} not found.", name);`
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...), 0});
}

/// For SVCD_TRY: the value of a Result that has one, or nothing of a Result<>.
template <class T>
T take_value(Result<T>&& result) {
  return std::move(*result);
}
inline void take_value(Result<void>&&) {}

}  // namespace svcd

/// Value of a Result, or return its error: `Pipe report = SVCD_TRY(open_pipe());`
/// Never beside a temporary in the same expression (`f({std::string(a), SVCD_TRY(b)})`): the return would leak it.
#define SVCD_TRY(expression)                                               \
  __extension__({                                                          \
    auto svcd_tried = (expression);                                        \
    if (!svcd_tried) return tl::unexpected(std::move(svcd_tried).error()); \
    ::svcd::take_value(std::move(svcd_tried));                             \
  })
