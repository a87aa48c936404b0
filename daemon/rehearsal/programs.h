// What the programs of a rehearsal do. None is executed: from a unit's Type= follows what its processes would do if all
// went well, from the seed and the unit's name how long they take, so that one unit's times do not depend on what else
// is in the tree. docs/sim.md has the table.
#pragma once

#include <map>
#include <string>

#include "daemon/rehearsal/request.h"
#include "daemon/sim/sim_kernel.h"

namespace svcd::rehearsal {

class Programs {
 public:
  /// Both outlive it; the kernel asks it from now on.
  Programs(const Request& request, uint64_t seed, SimKernel& kernel);
  Programs(const Programs&) = delete;

  /// The next process that would get the unit up exits with 1 instead.
  void fail_once(const std::string& unit) { failing_[unit] = false; }
  /// When the last of those that end by themselves does.
  Time last_exit() const { return last_exit_; }

 private:
  SimProgram script(const SpawnRequest&);
  SimProgram main_command(const SpawnRequest&);
  Duration some_time(const std::string& unit, std::string_view what, Duration least, Duration most) const;
  Duration time_of(const SpawnRequest&, Duration least, Duration most) const;
  bool takes_failure(const std::string& unit);
  bool ignores_sigterm(const std::string& unit) const;

  const Request& request_;
  uint64_t seed_;
  SimKernel& kernel_;
  std::map<std::string, bool> failing_;  // unit: whether for ever
  Time last_exit_{0};
};

}  // namespace svcd::rehearsal
