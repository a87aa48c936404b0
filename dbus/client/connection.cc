#include "dbus/client/connection.h"

#include <sdbus-c++/Error.h>
#include <unistd.h>

namespace svcd::client {

Link connect_to_manager() {
  static constexpr const char* socket = "/run/systemd/private";
  if (::geteuid() == 0 && ::access(socket, F_OK) == 0) {
    try {
      return {sdbus::createSessionBusConnectionWithAddress(std::string("unix:path=") + socket), true};
    } catch (const sdbus::Error&) {  // nobody listens, or a manager that knows no Hello: the bus may know better
    }
  }
  return {sdbus::createSystemBusConnection(), false};
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
