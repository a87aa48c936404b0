// What our own interfaces tell: why a unit is as it is, and what a request would do. All of it is made of dictionaries
// (a{sv}), so that more can be said later; docs/dbus.md lists the keys.
#pragma once

#include <span>

#include "dbus/server/call.h"

namespace svcd {

std::span<const Method> own_manager_methods();
std::span<const Method> own_unit_methods();

}  // namespace svcd
