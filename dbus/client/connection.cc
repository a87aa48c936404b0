#include "dbus/client/connection.h"

#include <sdbus-c++/Error.h>
#include <unistd.h>

namespace svcd::client {

namespace {

constexpr const char* private_socket = "/run/systemd/private";

/// Whether there is no use in asking again: nobody listens, or (EBADR) it is a manager that refuses the Hello that
/// D-Bus libraries start with, as systemd does. Anything else, such as a queue that is full, may pass.
bool is_final(const sdbus::Error& error) {
  const std::string& name = error.getName();
  return name == "System.Error.EBADR" || name == "org.freedesktop.DBus.Error.FileNotFound" ||
         name == "org.freedesktop.DBus.Error.AccessDenied" || name == "System.Error.ECONNREFUSED";
}

}  // namespace

Link connect_to_manager() {
  std::string why_not;
  for (int attempt = 0; attempt < 2 && ::geteuid() == 0 && ::access(private_socket, F_OK) == 0; ++attempt) {
    try {
      return {sdbus::createSessionBusConnectionWithAddress(std::string("unix:path=") + private_socket), true};
    } catch (const sdbus::Error& error) {
      if (is_final(error)) break;
      why_not = error.getMessage();
    }
  }
  try {
    return {sdbus::createSystemBusConnection(), false};
  } catch (const sdbus::Error& error) {
    if (why_not.empty()) throw;
    throw sdbus::Error(error.getName(), error.getMessage() + "; " + private_socket + ": " + why_not);
  }
}

std::string unit_path(const std::string& name) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string path = std::string(manager_path) + "/unit/";
  if (name.empty()) return path + "_";
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool digit = c >= '0' && c <= '9';
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digit && i > 0)) {
      path += c;
    } else {
      path += '_';
      path += hex[static_cast<unsigned char>(c) >> 4];
      path += hex[static_cast<unsigned char>(c) & 15];
    }
  }
  return path;
}

}  // namespace svcd::client
