// D-Bus object paths of units and jobs, and the interface names, in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/engine/ids.h"
#include "libunit/unit_name.h"

namespace svcd {

inline constexpr char bus_name[] = "org.freedesktop.systemd1";
inline constexpr char manager_path[] = "/org/freedesktop/systemd1";
inline constexpr char unit_root[] = "/org/freedesktop/systemd1/unit";
inline constexpr char job_root[] = "/org/freedesktop/systemd1/job";
inline constexpr char log_control_path[] = "/org/freedesktop/LogControl1";
inline constexpr char log_control_interface[] = "org.freedesktop.LogControl1";
inline constexpr char manager_interface[] = "org.freedesktop.systemd1.Manager";
inline constexpr char unit_interface[] = "org.freedesktop.systemd1.Unit";
/// What systemd has no word for.
inline constexpr char own_manager_interface[] = "org.svcd1.Manager";
inline constexpr char own_unit_interface[] = "org.svcd1.Unit";
inline constexpr char job_interface[] = "org.freedesktop.systemd1.Job";
inline constexpr char driver_name[] = "org.freedesktop.DBus";
inline constexpr char driver_path[] = "/org/freedesktop/DBus";
inline constexpr char properties_interface[] = "org.freedesktop.DBus.Properties";

/// "org.freedesktop.systemd1.Service" …
const char* type_interface(UnitType);

/// "dbus.service" gives "/org/freedesktop/systemd1/unit/dbus_2eservice"; every byte outside [A-Za-z0-9] and a leading
/// digit becomes "_xx", an empty name "_".
std::string unit_path(std::string_view unit_name);
std::string job_path(JobId);
/// What stands behind unit_root, unescaped; nullopt: no unit path, or not escaped as unit_path() does it.
std::optional<std::string> unit_of_path(std::string_view path);
/// nullopt: no job path.
std::optional<JobId> job_of_path(std::string_view path);

}  // namespace svcd
