// How a client reaches the manager: as root over the manager's private socket, which needs no bus daemon; otherwise,
// and where PID 1 is a systemd (its private socket refuses the Hello of D-Bus libraries), over the system bus.
#pragma once

#include <sdbus-c++/IConnection.h>

#include <memory>
#include <string>

namespace svcd::client {

struct Link {
  std::unique_ptr<sdbus::IConnection> connection;
  bool is_private = false;  // the manager's own socket: signals need no Subscribe()
};

/// Throws sdbus::Error if neither answers.
Link connect_to_manager();

/// "dbus.service" gives "/org/freedesktop/systemd1/unit/dbus_2eservice".
std::string unit_path(const std::string& name);

inline constexpr const char* manager_name = "org.freedesktop.systemd1";
inline constexpr const char* manager_path = "/org/freedesktop/systemd1";
inline constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
/// What systemd has no word for; docs/dbus.md.
inline constexpr const char* own_manager_interface = "org.svcd1.Manager";
inline constexpr const char* own_unit_interface = "org.svcd1.Unit";
inline constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";

}  // namespace svcd::client
