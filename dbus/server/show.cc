#include "dbus/server/show.h"

#include <csignal>

namespace svcd {

int32_t exit_kind(const ExecRun& run) {
  if (!run.exit.happened()) return 0;
  switch (run.status.kind) {
    case ExitStatus::Kind::exited: return CLD_EXITED;
    case ExitStatus::Kind::killed: return CLD_KILLED;
    case ExitStatus::Kind::dumped: return CLD_DUMPED;
    case ExitStatus::Kind::unknown: return 0;
  }
  return 0;
}

ExecStatus exec_status(const ExecRun& run) {
  return {run.start, run.exit, static_cast<uint32_t>(run.pid), exit_kind(run), run.status.value};
}

}  // namespace svcd
