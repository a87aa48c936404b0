// Which process of a service is the main one: told by PIDFile=, by MAINPID=, or guessed; systemd.service(5).
#include <algorithm>
#include <cerrno>

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
  if (!config().service().pid_file.empty() && type_ == Type::forking) {
    if (!load_pid_file(!post_follows) && !post_follows) return demand_pid_file();
  } else if (type_ == Type::forking) {
    guess_main_pid();
  }
  enter(phase_of(in).then);
}

bool Service::adopt_main(pid_t pid) {
  if (!kernel().watch_process(id(), pid)) return false;
  if (!kernel().is_our_child(pid))
    log(priority_warning,
        fmt::format("{}: Supervising process {} which is not our child. We'll most likely not notice when it exits.",
                    name().str(), pid));
  set_main({0, pid});
  main_known_ = true;
  service_.main.pid = pid;
  service_.main.start = now();
  service_.main.exit = {};
  service_.main.status = {};
  touch();
  return true;
}

Service::MainPidClaim Service::check_main_pid(pid_t pid, int priority) {
  const auto refuse = [&](std::string_view why) {
    pid_file_problem_ = fmt::format("{} names process {}, which {}", config().service().pid_file, pid,
                                    why.substr(0, why.find_first_of(",.")));
    if (priority < priority_debug) log(priority, fmt::format("{}: New main PID {} {}", name().str(), pid, why));
    return MainPidClaim::refused;
  };
  if (kernel().is_manager(pid)) return refuse("is the manager, refusing.");
  if (pid == service_.control_pid) return refuse("is the control process, refusing.");
  if (!kernel().is_alive(pid)) return refuse("does not exist or is a zombie.");
  return manager().unit_of_process(pid) == id() ? MainPidClaim::ours : MainPidClaim::suspicious;
}

/// Who can write the file, or make a link on the way to it, must not be able to have any process he likes killed. What
/// is wrong with it is said once, not at each look.
bool Service::load_pid_file(bool complain) {
  const std::string& path = config().service().pid_file;
  if (path.empty()) return false;
  const auto refuse = [&](int priority, const std::string& text, int error, std::string problem) {
    pid_file_problem_ = path + " " + std::move(problem);
    std::vector<std::pair<std::string_view, std::string>> fields;
    if (error) fields.emplace_back("ERRNO", std::to_string(error));
    if (complain) log(priority, name().str() + ": " + text, {}, std::move(fields));
    return false;
  };
  const Result<PidFile> file = kernel().read_pid_file(path);
  if (!file) {
    const Error& error = file.error();
    const bool is_there = error.code == ErrorCode::bad_message;
    const std::string what = is_there
                                 ? fmt::format("Failed to parse PID from file {}", path)
                                 : fmt::format("Can't open PID file {} (yet?) after {}", path, phase_of(state_).name);
    return refuse(priority_info, what + ": " + error.message, error.error_number,
                  is_there ? "has no process number in it" : "cannot be read: " + error.message);
  }
  if (main_ && main_.pid == file->pid) return true;
  switch (check_main_pid(file->pid, complain ? priority_info : priority_debug)) {
    case MainPidClaim::ours: break;
    case MainPidClaim::refused: return false;
    case MainPidClaim::suspicious:
      if (file->is_questionable)
        return refuse(
            priority_error,
            "Refusing to accept PID outside of service control group, acquired through unsafe symlink chain: " + path,
            0, fmt::format("names process {} of another unit, and somebody else may have put it there", file->pid));
      if (!file->owned_by_root)
        return refuse(priority_error,
                      fmt::format("New main PID {} does not belong to service, and PID file is not owned by root. "
                                  "Refusing.",
                                  file->pid),
                      EPERM, fmt::format("names process {} of another unit, and does not belong to root", file->pid));
  }
  if (main_ && main_.pid && main_.token == 0) kernel().unwatch_process(id(), main_.pid);
  return adopt_main(file->pid);
}

/// The file may appear a little later: looked for in growing intervals until the start's time is up.
void Service::demand_pid_file() {
  if (!pid_file_wanted_ && !cgroup_populated()) return fail(UnitResult::protocol, State::stop_sigterm);
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

/// A service that has a bus name and no main process yet: whoever has the name is it, as in 252.
void Service::handle(const BusNameProcess& event) {
  const bool may_learn =
      state_ == State::start || state_ == State::start_post || state_ == State::running || state_ == State::reload;
  if (event.name != config().service().bus_name || type_ == Type::dbus || !may_learn || main_ || event.pid <= 0) return;
  if (service_.bus_name_owner.empty()) return;  // it has let the name go since
  if (check_main_pid(event.pid, priority_warning) != MainPidClaim::refused) adopt_main(event.pid);
}

}  // namespace svcd
