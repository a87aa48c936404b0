#include "dbus/server/error_names.h"

#include <systemd/sd-bus.h>

#define SVCD_SYSTEMD1 "org.freedesktop.systemd1."
#define SVCD_DBUS "org.freedesktop.DBus.Error."

namespace svcd {

namespace {

const char* name_of(ErrorCode code) {
  using enum ErrorCode;
  switch (code) {  // clang-format off
    case failed:                             return SVCD_DBUS "Failed";
    case invalid_args:                       return SVCD_DBUS "InvalidArgs";
    case file_not_found:                     return SVCD_DBUS "FileNotFound";
    case file_exists:                        return SVCD_DBUS "FileExists";
    case access_denied:                      return SVCD_DBUS "AccessDenied";
    case interactive_authorization_required: return SVCD_DBUS "InteractiveAuthorizationRequired";
    case not_supported:                      return SVCD_DBUS "NotSupported";
    case no_memory:                          return SVCD_DBUS "NoMemory";
    case limits_exceeded:                    return SVCD_DBUS "LimitsExceeded";
    case io_error:                           return SVCD_DBUS "IOError";
    case timeout:                            return SVCD_DBUS "Timeout";
    case bad_message:                        return SVCD_DBUS "InconsistentMessage";
    case property_read_only:                 return SVCD_DBUS "PropertyReadOnly";
    case no_such_unit:                       return SVCD_SYSTEMD1 "NoSuchUnit";
    case no_unit_for_pid:                    return SVCD_SYSTEMD1 "NoUnitForPID";
    case no_unit_for_invocation_id:          return SVCD_SYSTEMD1 "NoUnitForInvocationID";
    case unit_exists:                        return SVCD_SYSTEMD1 "UnitExists";
    case load_failed:                        return SVCD_SYSTEMD1 "LoadFailed";
    case bad_unit_setting:                   return SVCD_SYSTEMD1 "BadUnitSetting";
    case unit_masked:                        return SVCD_SYSTEMD1 "UnitMasked";
    case unit_generated:                     return SVCD_SYSTEMD1 "UnitGenerated";
    case unit_linked:                        return SVCD_SYSTEMD1 "UnitLinked";
    case job_type_not_applicable:            return SVCD_SYSTEMD1 "JobTypeNotApplicable";
    case no_isolation:                       return SVCD_SYSTEMD1 "NoIsolation";
    case shutting_down:                      return SVCD_SYSTEMD1 "ShuttingDown";
    case scope_not_running:                  return SVCD_SYSTEMD1 "ScopeNotRunning";
    case no_such_job:                        return SVCD_SYSTEMD1 "NoSuchJob";
    case not_subscribed:                     return SVCD_SYSTEMD1 "NotSubscribed";
    case already_subscribed:                 return SVCD_SYSTEMD1 "AlreadySubscribed";
    case only_by_dependency:                 return SVCD_SYSTEMD1 "OnlyByDependency";
    case transaction_jobs_conflicting:       return SVCD_SYSTEMD1 "TransactionJobsConflicting";
    case transaction_order_is_cyclic:        return SVCD_SYSTEMD1 "TransactionOrderIsCyclic";
    case transaction_is_destructive:         return SVCD_SYSTEMD1 "TransactionIsDestructive";
    case unit_busy:                          return SVCD_SYSTEMD1 "UnitBusy";
    case no_such_process:                    return SVCD_SYSTEMD1 "NoSuchProcess";
    case not_referenced:                     return SVCD_SYSTEMD1 "NotReferenced";
    case no_such_dynamic_user:               return SVCD_SYSTEMD1 "NoSuchDynamicUser";
    case disk_full:                          return SVCD_SYSTEMD1 "DiskFull";
    case nothing_to_clean:                   return SVCD_SYSTEMD1 "NothingToClean";
    case unit_inactive:                      return SVCD_SYSTEMD1 "UnitInactive";
    case still_loading:                      return SVCD_SYSTEMD1 "UnitBusy";
  }  // clang-format on
  return SVCD_DBUS "Failed";
}

}  // namespace

std::string dbus_error_name(const Error& error) {
  if (error.code != ErrorCode::failed || error.error_number <= 0) return name_of(error.code);
  sd_bus_error named{};
  (void)sd_bus_error_set_errno(&named, error.error_number);
  std::string name = named.name ? named.name : name_of(error.code);
  sd_bus_error_free(&named);
  return name;
}

}  // namespace svcd
