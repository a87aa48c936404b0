#include "dbus/client/connection.h"

#include <unistd.h>

namespace svcd {

std::unique_ptr<sdbus::IConnection> connect_to_manager() {
  if (::geteuid() == 0) {
    try {
      return sdbus::createSessionBusConnectionWithAddress("unix:path=/run/systemd/private");
    } catch (const sdbus::Error&) {  // no daemon there: the system bus may know better
    }
  }
  return sdbus::createSystemBusConnection();
}

}  // namespace svcd
