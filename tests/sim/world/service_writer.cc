// [Service] of a random unit, and what its programs do.
#include <fmt/format.h>

#include "sim/world/unit_writer.h"

namespace svcd {

namespace {

/// STATUS= says who speaks, so that what is shown tells whether he was allowed to.
std::vector<std::string> status_of(std::string_view role) {
  return {"STATUS=" + std::string(role)};
}

}  // namespace

/// A program that runs on, or ends, well or badly, and reacts to SIGTERM in one way or another.
void UnitWriter::habits(SimProgram& program) {
  program.ignores_sigterm = often(15);
  if (often(25)) program.exits_on_sigterm = int(rng_.below(3));
  if (often(30)) program.needs_to_stop = up_to(2'500'000);
  if (often(45)) program.runs_for = up_to(6'000'000);
  if (often(25)) program.exit_code = int(rng_.below(4));
  if (often(10)) program.dies_by = often(50) ? 11 : 15;
  program.dumps_core = program.dies_by == 11 && often(50);
  program.dies_of_sighup = often(50);
}

/// What may outlive its unit ends some day: else those of a service that restarts for ever become ever more.
void UnitWriter::left_behind(SimProgram& program) {
  habits(program);
  if (program.runs_for == infinity) program.runs_for = up_to(20'000'000);
}

void UnitWriter::command(std::string_view key, const std::string& path, unsigned percent) {
  if (!often(percent)) return;
  for (int i = often(15) ? 2 : 1; i > 0; --i) {
    const std::string own = path + std::to_string(i);
    SimProgram& program = kernel_.program(own) = {};
    program.runs_for = up_to(250'000);
    program.exit_code = often(8) ? int(rng_.below(257)) % 256 : 0;
    program.ignores_sigterm = often(8);
    if (often(4)) program.runs_for = infinity;  // hangs: a timeout must get it
    if (often(4)) program.is_missing = true;
    if (often(5)) program.leaves_behind = {path + "-left"};
    if (often(10)) program.notifies.push_back({up_to(100'000), status_of("control")});
    if (!program.leaves_behind.empty()) left_behind(kernel_.program(path + "-left") = {});
    set(key, (often(8) ? "-" : "") + own);
  }
}

void UnitWriter::service_type(const std::string& name, SimProgram& main) {
  const std::string base = "/bin/" + name;
  const std::string_view type = any_of("simple", "simple", "exec", "oneshot", "notify", "forking", "dbus", "idle");
  set_kind("Type", type);
  if (type == "oneshot") {
    if (often(80)) main.runs_for = up_to(1'500'000);
    if (often(40)) set("RemainAfterExit", "yes");
  } else if (type == "notify") {
    if (often(90)) main.notifies.push_back({up_to(800'000), {"READY=1", "STATUS=main"}});
    if (often(15)) main.notifies.push_back({up_to(2'000'000), {"STOPPING=1"}});
    if (often(20))
      main.notifies.push_back({up_to(3'000'000), {"RELOADING=1"}}),
          main.notifies.push_back({up_to(4'000'000), {"READY=1"}});
    if (often(15)) main.notifies.push_back({up_to(1'000'000), {"MAINPID=$CHILD"}});
  } else if (type == "forking") {
    main.daemon = base + "-daemon";
    main.forks_after = up_to(400'000);
    main.exit_code = often(8) ? 1 : 0;
    habits(kernel_.program(base + "-daemon") = {});
    if (often(50)) {
      set("PIDFile", "/run/" + name + ".pid");
      main.pid_file = "/run/" + name + ".pid";
      main.pid_file_after = up_to(200'000);
    } else if (often(30)) {
      set("GuessMainPID", yes_or_no());
    }
  } else if (type == "dbus" || often(3)) {
    set("BusName", "org.example." + name);
    main.bus_name = "org.example." + name;
    main.bus_name_after = up_to(600'000);
  }
}

void UnitWriter::service_restart() {
  set_kind("Restart", any_of("no", "no", "no", "on-success", "on-failure", "on-failure", "on-abnormal", "on-watchdog",
                             "on-abort", "always"));
  if (often(70)) set_span("RestartSec", 1'500'000);
  if (often(6)) set("RestartPreventExitStatus", any_of("1", "2 SIGTERM", "203"));
  if (often(6)) set("RestartForceExitStatus", any_of("1", "3", "SIGSEGV"));
  if (often(8)) set("SuccessExitStatus", any_of("1 2", "SIGSEGV", "3"));
}

void UnitWriter::service_limits() {
  if (often(85)) set("TimeoutStopSec", often(3) ? "infinity" : fmt::format("{}us", 100'000 + rng_.below(3'000'000)));
  if (often(80)) set_span("TimeoutStartSec", 5'000'000);
  if (often(8)) set_span("TimeoutAbortSec", 2'000'000);
  if (often(4)) set_span("TimeoutCleanSec", 2'000'000);
  if (often(15)) set_kind("TimeoutStartFailureMode", any_of("terminate", "abort", "kill"));
  if (often(15)) set_kind("TimeoutStopFailureMode", any_of("terminate", "abort", "kill"));
  if (often(10)) set_span("RuntimeMaxSec", 5'000'000);
  if (often(4)) set_span("RuntimeRandomizedExtraSec", 1'000'000);
  if (often(10)) set_kind("OOMPolicy", any_of("continue", "stop", "kill"));
}

void UnitWriter::kill_settings() {
  if (often(40)) set_kind("KillMode", any_of("control-group", "mixed", "mixed", "process", "none"));
  if (often(8)) set("KillSignal", any_of("SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1"));
  if (often(5)) set("RestartKillSignal", any_of("SIGINT", "SIGHUP"));
  if (often(3)) set("FinalKillSignal", any_of("SIGKILL", "SIGABRT"));
  if (often(5)) set("WatchdogSignal", any_of("SIGABRT", "SIGKILL"));
  if (often(5)) set("SendSIGKILL", yes_or_no());
  if (often(10)) set("SendSIGHUP", "yes");
}

void UnitWriter::commands(const std::string& name) {
  const std::string base = "/bin/" + name;
  command("ExecCondition", base + "-condition", 8);
  command("ExecStartPre", base + "-pre", 25);
  command("ExecStartPost", base + "-post", 20);
  command("ExecReload", base + "-reload", 30);
  command("ExecStop", base + "-stop", 25);
  command("ExecStopPost", base + "-stop-post", 25);
}

/// Watchdog, notifications, children, folders: what decides how it goes on once it is up.
void UnitWriter::service_ends(const std::string& name) {
  SimProgram& main = kernel_.program("/bin/" + name);
  if (often(30)) {
    main.leaves_behind = {"/bin/" + name + "-child"};
    SimProgram& child = kernel_.program("/bin/" + name + "-child") = {};
    left_behind(child);
    if (often(30)) child.notifies.push_back({up_to(1'000'000), status_of("child")});
    if (often(10))
      child.notifies.push_back({up_to(1'000'000), {std::string(any_of("READY=1", "STOPPING=1", "MAINPID=$PID"))}});
  }
  if (often(25)) {
    set_span("WatchdogSec", 3'000'000);
    main.notifies.push_back({up_to(500'000), {"WATCHDOG=1"}, Duration(200'000 + rng_.below(2'000'000))});
  }
  if (often(50)) set_kind("NotifyAccess", any_of("none", "main", "exec", "all"));
  const auto says = [&](unsigned percent, const std::string& line, unsigned uid = 0) {
    if (often(percent)) main.notifies.push_back({up_to(3'000'000), {line}, {}, uid});
  };
  says(5, "EXTEND_TIMEOUT_USEC=500000");
  says(3, "WATCHDOG=trigger");
  says(3, "WATCHDOG_USEC=700000");
  says(4, "ERRNO=5");
  says(2, "BUSERROR=org.example.Error");
  says(2, "BARRIER=1");
  says(4, fmt::format("MAINPID={}", 101 + rng_.below(200)), 1000);  // of whomever, by nobody special
  if (often(6)) {
    set("FileDescriptorStoreMax", "2");
    for (int file = 1; file <= 3; ++file)
      if (often(50))
        main.notifies.push_back({up_to(2'000'000),
                                 {"FDSTORE=1", any_of("FDNAME=a", "FDNAME=b") == "FDNAME=a" ? "FDNAME=a" : "FDPOLL=0"},
                                 {},
                                 0,
                                 {file}});
    if (often(30)) main.notifies.push_back({up_to(3'000'000), {"FDSTOREREMOVE=1", "FDNAME=a"}});
  }
  if (often(8)) set_kind("ExitType", any_of("main", "cgroup"));
  if (often(15)) set("RemainAfterExit", yes_or_no());
  if (often(25)) set("RuntimeDirectory", name);
  if (often(8)) set("RuntimeDirectoryPreserve", any_of("no", "yes", "restart"));
  if (often(8)) set("Slice", fmt::format("s{}.slice", rng_.below(units_.size())));
  if (!sockets_.empty() && often(3)) set("Sockets", units_[sockets_[rng_.below(sockets_.size())]].name.str());
}

void UnitWriter::service(const std::string& name) {
  text_ += "[Service]\n";
  SimProgram& main = kernel_.program("/bin/" + name) = {};
  habits(main);
  set("ExecStart", "/bin/" + name);
  service_type(name, main);
  if (often(2)) main.is_missing = true;
  service_restart();
  service_limits();
  kill_settings();
  commands(name);
  service_ends(name);
}

}  // namespace svcd
