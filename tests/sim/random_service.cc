#include "sim/simulation.h"

namespace svcd {

namespace {

Duration up_to(Rng& rng, uint64_t microseconds) {
  return Duration(rng.below(microseconds));
}

/// A program that runs on, or ends, well or badly, and reacts to SIGTERM in one way or another.
void random_habits(Rng& rng, SimProgram& program) {
  program.ignores_sigterm = rng.chance(25);
  if (rng.chance(30)) program.exits_on_sigterm = int(rng.below(3));
  if (rng.chance(40)) program.needs_to_stop = up_to(rng, 3'000'000);
  if (rng.chance(40)) program.runs_for = up_to(rng, 4'000'000);
  if (rng.chance(30)) program.exit_code = int(rng.below(3));
  if (rng.chance(10)) program.dies_by = 11;
}

std::string command(Rng& rng, SimMachine& machine, const std::string& key, const std::string& path, unsigned percent) {
  if (!rng.chance(percent)) return {};
  SimProgram& program = machine.program(path);
  program = {};
  program.runs_for = up_to(rng, 300'000);
  program.exit_code = rng.chance(10) ? 1 : 0;
  program.ignores_sigterm = rng.chance(10);
  if (rng.chance(10)) program.runs_for = infinity;  // hangs: a timeout must get it
  return key + "=" + path + "\n";
}

}  // namespace

std::string random_service(SimMachine& machine, const std::string& name) {
  Rng& rng = machine.rng;
  const std::string base = "/bin/" + name;
  SimProgram& main = machine.program(base);
  main = {};
  random_habits(rng, main);
  std::string unit =
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=" + base + "\nTimeoutStopSec=2s\nTimeoutStartSec=5s\n";
  switch (rng.below(6)) {
    case 0: unit += "Type=exec\n"; break;
    case 1: {
      unit += "Type=oneshot\n";
      if (rng.chance(50)) unit += "RemainAfterExit=yes\n";
      if (rng.chance(80)) main.runs_for = up_to(rng, 2'000'000);
      break;
    }
    case 2: {
      unit += "Type=notify\n";
      if (rng.chance(70)) unit += "NotifyAccess=all\n";
      if (rng.chance(90)) main.notifies.push_back({up_to(rng, 1'000'000), {"READY=1", "STATUS=up"}});
      if (rng.chance(20)) main.notifies.push_back({up_to(rng, 2'000'000), {"STOPPING=1"}});
      if (rng.chance(20)) main.leaves_behind = {base + "-child"};
      if (rng.chance(10)) main.notifies.push_back({up_to(rng, 1'000'000), {"MAINPID=$CHILD"}});
      break;
    }
    case 3: {
      unit += "Type=forking\n";
      if (rng.chance(60)) {
        unit += "PIDFile=/run/" + name + ".pid\n";
        main.pid_file = "/run/" + name + ".pid";
        main.pid_file_after = up_to(rng, 200'000);
      }
      main.daemon = base + "-daemon";
      main.forks_after = up_to(rng, 500'000);
      main.exit_code = rng.chance(10) ? 1 : 0;
      break;
    }
    default:  // Type=simple
      break;
  }
  random_habits(rng, machine.program(base + "-child") = {});
  random_habits(rng, machine.program(base + "-daemon") = {});
  if (rng.chance(25)) main.leaves_behind.push_back(base + "-child");
  unit += command(rng, machine, "ExecCondition", base + "-condition", 10);
  unit += command(rng, machine, "ExecStartPre", base + "-pre", 40);
  unit += command(rng, machine, "ExecStartPost", base + "-post", 30);
  unit += command(rng, machine, "ExecReload", base + "-reload", 30);
  unit += command(rng, machine, "ExecStop", base + "-stop", 30);
  unit += command(rng, machine, "ExecStopPost", base + "-stop-post", 30);
  unit += std::string("Restart=") +
          std::initializer_list<const char*>{"no", "always", "on-failure", "on-abnormal", "on-success", "no"}
              .begin()[rng.below(6)] +
          "\n";
  unit += fmt::format("RestartSec={}ms\n", rng.below(1000));
  if (rng.chance(30)) unit += "KillMode=mixed\n";
  if (rng.chance(10)) unit += "SendSIGHUP=yes\n";
  if (rng.chance(10)) unit += "RuntimeMaxSec=3s\n";
  if (rng.chance(40)) unit += "RuntimeDirectory=" + name + "\n";
  return unit;
}

}  // namespace svcd
