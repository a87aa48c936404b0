// How calls name units, and how lists of units and jobs are shown.
#pragma once

#include <string>
#include <string_view>

#include "dbus/server/call.h"

namespace svcd {

/// The unit of that name if it is in memory, "" means the caller's own; no_such_unit "Unit X not loaded.".
/// nullopt: the call waits until its caller is known.
Result<std::optional<UnitId>> loaded_unit(Call&, const std::string& name);
/// The unit that a process is in; pid 0 means the caller.
Result<std::optional<UnitId>> unit_of_pid(Call&, pid_t pid);
/// Shows (ssssssouso) of a unit that is alive.
void show_listed_unit(ManagerApi&, UnitId, ValueSink&);
/// Shows (usssoo).
void show_listed_job(ManagerApi&, const JobInfo&, ValueSink&);
void show_listed_jobs(ManagerApi&, const std::vector<JobInfo>&, ValueSink&);
/// Shows a(sus): what runs below the unit's cgroup.
void show_processes(ManagerApi&, UnitId, ValueSink&);
/// The description as clients see it.
std::string_view description_of(const LoadedUnit&);

}  // namespace svcd
