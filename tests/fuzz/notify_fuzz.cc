// Datagrams of sd_notify(3), parted by bytes 0: to a service that starts, runs, reloads and stops meanwhile.
#include "daemon/linux/notify_socket.h"
#include "daemon/sim/sim_machine.h"
#include "fuzz/fuzz.h"

FUZZ(notify) {
  using namespace svcd;
  const bool asks_for_time = input.find("EXTEND_TIMEOUT_USEC=") != input.npos;
  SimMachine machine;
  machine.program("/bin/n");
  SimUnit& unit = machine.load("n.service",
                               "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/n\nExecReload=/bin/true\n"
                               "WatchdogSec=10s\nRestart=on-failure\nTimeoutStartSec=5s\nTimeoutStopSec=5s\n");
  unit.start();
  machine.run_for(std::chrono::milliseconds(100));
  for (int turn = 0; !input.empty() && turn < 64; ++turn) {
    const size_t end = std::min(input.find('\0'), input.size());
    if (auto lines = NotifySocket::split(input.substr(0, end))) {
      for (const std::string& line : *lines) must(!line.empty() && line.find('\n') == std::string::npos, "one line");
      const auto processes = unit.processes();
      if (!processes.empty()) machine.kernel.notify_from(processes.front()->pid, std::move(*lines));
    }
    input.remove_prefix(std::min(end + 1, input.size()));
    machine.run_for(std::chrono::seconds(1));
    if (turn % 8 == 3) unit.reload();
    if (turn % 8 == 6) unit.restart();
  }
  unit.stop();
  machine.run_for(std::chrono::minutes(1));
  if (!unit.is_down() && asks_for_time) {
    unit.kill(KillWho::all, SIGKILL);  // it may ask for as much more time as it likes
    machine.run_for(std::chrono::minutes(1));
  }
  must(unit.is_down(), "a service that is stopped goes down, whatever it says");
}
