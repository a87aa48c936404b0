// Which process of a service is the main one: told by PIDFile=, by MAINPID=, or guessed; systemd.service(5).
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"

namespace svcd {

using Type = ServiceSection::Type;

Service::MainPid Service::main_good() const {
  if (main_) return MainPid::good;
  return main_known_ ? MainPid::gone : MainPid::unknown;
}

bool Service::is_good() const {
  if (idle_waiting_) return true;
  if (type_ == Type::dbus && service_.bus_name_owner.empty()) return false;
  switch (main_good()) {
    case MainPid::good: return true;
    case MainPid::gone: return config().service().exit_type == ServiceSection::ExitType::cgroup && cgroup_populated();
    case MainPid::unknown: return cgroup_populated();
  }
  return false;
}

/// Type=forking: the start command (or ExecStartPost=, which may write the PID file) is done.
void Service::forking_started(State in) {
  const bool post_follows = in == State::start && !commands(CommandList::start_post).empty();
  if (!config().service().pid_file.empty() && (type_ == Type::forking || in == State::start)) {
    if (!load_pid_file(!post_follows) && !post_follows) return demand_pid_file();
  } else if (type_ == Type::forking) {
    guess_main_pid();
  }
  enter(phase_of(in).then);
}

bool Service::adopt_main(pid_t pid) {
  if (!kernel().watch_process(id(), pid)) return false;
  main_ = {0, pid};
  main_known_ = true;
  service_.main_pid = pid;
  service_.main.pid = pid;
  service_.main.start = now();
  service_.main.exit = {};
  service_.main.status = {};
  touch();
  return true;
}

bool Service::load_pid_file(bool complain) {
  const std::string& path = config().service().pid_file;
  if (path.empty()) return false;
  const std::optional<pid_t> pid = kernel().read_pid_file(path, id());
  if (!pid) {
    if (complain)
      log(priority_info,
          fmt::format("{}: Can't open PID file {} (yet?) after {}: No such file or directory", name().str(), path,
                      phase_of(state_).name),
          {}, {{"ERRNO", "2"}});
    return false;
  }
  if (main_ && main_.pid == *pid) return true;
  return adopt_main(*pid);
}

/// The file may appear a little later: looked for in growing intervals until the start's time is up.
void Service::demand_pid_file() {
  if (!cgroup_populated()) return fail(UnitResult::protocol, State::stop_sigterm);
  if (!pid_file_wanted_) pid_file_polls_ = 0;
  pid_file_wanted_ = true;
  const auto pause = std::chrono::milliseconds(std::min<uint32_t>(10u << std::min(pid_file_polls_++, 5u), 250));
  arm(TimerPurpose::other, saturating_add(now().monotonic, pause));
}

/// GuessMainPID=: the one process of the cgroup that is our own child, as its parent has left it to us.
void Service::guess_main_pid() {
  if (main_known_ || !config().service().guess_main_pid) return;
  pid_t found = 0;
  for (const pid_t pid : kernel().cgroup_processes(status().control_group, 32)) {
    if (!kernel().is_our_child(pid)) continue;
    if (found) return;  // two: nobody can say which
    found = pid;
  }
  if (found) adopt_main(found);
}

}  // namespace svcd
