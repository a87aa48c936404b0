// Reading and writing what the manager does for itself: properties of two interfaces, Manager and LogControl1.
#pragma once

#include "dbus/server/call.h"

namespace svcd {

void show_log_level(const View&, ValueSink&);
void show_log_target(const View&, ValueSink&);
/// By name or number; "": as it was configured.
Result<> set_log_level(Call&);
Result<> set_log_target(Call&);

/// SetShowStatus().
Result<> set_show_status(Call&);

template <Duration ManagerControls::*member>
void show_watchdog(const View& v, ValueSink& sink) {
  sink.u64((v.api.controls().*member).count());
}
/// Microseconds; UINT64_MAX: as it was configured.
template <Duration ManagerControls::*member>
Result<> set_watchdog(Call& call) {
  SVCD_TRY(call.enter_value("t"));
  const Duration span(call.u64());
  ManagerControls controls = call.api().controls();
  controls.*member = span == infinity ? call.api().first_controls().*member : span;
  call.api().set_watchdogs(controls);
  return {};
}
Result<> set_watchdog_governor(Call&);
Result<> set_service_watchdogs(Call&);

}  // namespace svcd
