// How a client reaches the manager: the private socket as root, else the system bus (design 6).
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <memory>

namespace svcd {

/// Throws sdbus::Error if neither answers.
std::unique_ptr<sdbus::IConnection> connect_to_manager();

}  // namespace svcd
