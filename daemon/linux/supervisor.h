// Tells whoever started svcd how it is: a container manager that waits for READY=1 of its payload (sd_notify(3),
// systemd-nspawn(1) --notify-ready=). Never waits: a supervisor that does not read hears less.
#pragma once

#include <string>
#include <string_view>

namespace svcd {

/// `socket`: $NOTIFY_SOCKET, a path or '@' and an abstract name. False: nobody heard it.
bool tell_supervisor(const std::string& socket, std::string_view message);

}  // namespace svcd
