#include "daemon/engine/unit_types.h"

#include "daemon/engine/mount.h"
#include "daemon/engine/resting_units.h"
#include "daemon/engine/service.h"
#include "daemon/engine/socket.h"

namespace svcd {
namespace {

using Words = UnitTypeRow::Words;
using P = UnitTypeRow::Processes;
using Tr = UnitTypeRow::Transient;

constexpr Words starting{"Starting {}...", "Started {}.", "Failed to start {}."};
constexpr Words stopping{"Stopping {}...", "Stopped {}.", "Stopped (with error) {}."};

// clang-format off
constexpr UnitTypes rows{{
    {UnitType::service, make_machine<Service>, starting, stopping, P::main_and_control, true, Tr::yes, true, ""},
    {UnitType::mount, make_machine<Mount>,
     {"Mounting {}...", "Mounted {}.", "Failed to mount {}."},
     {"Unmounting {}...", "Unmounted {}.", "Failed unmounting {}."}, P::control, false, Tr::yes, true, ""},
    {UnitType::swap, make_machine<Placeholder>,
     {"Activating swap {}...", "Activated swap {}.", "Failed to activate swap {}."},
     {"Deactivating swap {}...", "Deactivated swap {}.", "Failed deactivating swap {}."}, P::control, false, Tr::never, false, ""},
    {UnitType::socket, make_machine<Socket>,
     {"Starting {}...", "Listening on {}.", "Failed to listen on {}."},
     {"Stopping {}...", "Closed {}.", "Failed stopping {}."}, P::control, false, Tr::yes, true, ""},
    {UnitType::target, make_machine<Target>,
     {"Starting {}...", "Reached target {}.", "Failed to start {}."},
     {"Stopping {}...", "Stopped target {}.", "Stopped (with error) {}."}, P::none, false, Tr::never, true, ""},
    {UnitType::device, make_machine<Placeholder>,
     {"Starting {}...", "Found device {}.", "Failed to start {}."}, stopping, P::none, false, Tr::never, false, ""},
    {UnitType::automount, make_machine<Placeholder>,
     {"Starting {}...", "Set up automount {}.", "Failed to set up automount {}."},
     {"Stopping {}...", "Unset automount {}.", "Failed to unset automount {}."}, P::none, false, Tr::later, false,
     "Automounts are not in effect yet, nothing will be mounted by it."},
    {UnitType::timer, make_machine<Placeholder>, starting, stopping, P::none, false, Tr::later, true,
     "Timers are not in effect yet, nothing will be started by it."},
    {UnitType::path, make_machine<Placeholder>, starting, stopping, P::none, false, Tr::later, true,
     "Paths are not watched yet, nothing will be started by it."},
    {UnitType::slice, make_machine<Slice>,
     {"Starting {}...", "Created slice {}.", "Failed to start {}."},
     {"Stopping {}...", "Removed slice {}.", "Stopped (with error) {}."}, P::of_members, false, Tr::yes, true, ""},
    {UnitType::scope, make_machine<ScopeUnit>, starting, stopping, P::of_members, true, Tr::later, true, ""},
}};
// clang-format on
static_assert([] {
  for (size_t i = 0; i < rows.size(); ++i)
    if (size_t(rows[i].type) != i) return false;
  return true;
}());

}  // namespace

const UnitTypes& unit_types() {
  return rows;
}

}  // namespace svcd
