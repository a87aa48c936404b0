#include "compat/play/sim_player.h"

#include <csignal>

#include "dbus/server/error_names.h"
#include "libunit/codecs.h"

namespace svcd {

namespace {

std::string text_of(const Error& error) {
  std::string name = dbus_error_name(error);
  return name.substr(name.rfind('.') + 1) + ": " + error.message;
}

std::string_view kind_of(const ExitStatus& status) {
  switch (status.kind) {
    case ExitStatus::Kind::exited: return "exited";
    case ExitStatus::Kind::killed: return "killed";
    case ExitStatus::Kind::dumped: return "dumped";
    case ExitStatus::Kind::unknown: break;
  }
  return "unknown";
}

int number_of_signal(const std::string& name) {
  for (int signal = 1; signal < 32; ++signal)
    if (signal_name(signal) == name) return signal;
  return 0;
}

}  // namespace

SimPlayer::SimPlayer(const Scenario& scenario) : scenario_(scenario), history_(scenario) {
  for (const ScenarioFile& file : scenario.files) machine_.kernel.memory().write(file.path, file.text);
  machine_.boot();
}

std::string SimPlayer::play() {
  machine_.manager().add_listener(*this);
  begin_ = machine_.kernel.now().monotonic;
  for (const ScenarioCommand& command : scenario_.commands) {
    const Time at = begin_ + std::chrono::milliseconds(command.at_ms);
    machine_.run_for(std::chrono::duration_cast<Duration>(at - machine_.kernel.now().monotonic));
    obey(command);
  }
  machine_.run_for(std::chrono::duration_cast<Duration>(begin_ + std::chrono::milliseconds(scenario_.end_ms) -
                                                        machine_.kernel.now().monotonic));
  return history_.text();
}

int64_t SimPlayer::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(machine_.kernel.now().monotonic - begin_).count();
}

void SimPlayer::obey(const ScenarioCommand& command) {
  const int64_t at = now_ms();
  history_.command(at, command, carry_out(command));
}

std::string SimPlayer::submit(const std::string& type, const std::string& unit, const std::string& mode) {
  const Result<UnitName> name = UnitName::parse(unit);
  if (!name) return text_of(name.error());
  JobRequest request;
  request.unit = *name;
  request.client = 1;
  if (type == "reload-or-restart" || type == "reload-or-try-restart") {
    request.type = type == "reload-or-restart" ? JobType::restart : JobType::try_restart;
    request.reload_if_possible = true;
  } else if (!parse_job_type(type, request.type)) {
    return text_of({ErrorCode::invalid_args, "Job type " + type + " invalid"});
  }
  if (!parse_job_mode(mode, request.mode)) return text_of({ErrorCode::invalid_args, "Job mode " + mode + " invalid"});
  for (int tries = 0;; ++tries) {  // units that it needs may have to be read first
    Result<JobId> job;
    machine_.request([&](Manager& manager) {
      const Result<UnitId> loaded = manager.load(unit);  // as the methods of the bus do
      job = loaded ? manager.submit(request) : tl::unexpected(loaded.error());
    });
    if (job) return {};
    if (job.error().code != ErrorCode::still_loading || tries == 10) return text_of(job.error());
  }
}

std::string SimPlayer::carry_out(const ScenarioCommand& command) {
  const std::vector<std::string>& words = command.words;
  const std::string& verb = words[0];
  MemoryFiles& files = machine_.kernel.memory();
  if (verb == "write") return files.write(words[1], command.text), "";
  if (verb == "remove") return files.remove(words[1]), "";
  if (verb == "link") return files.link(words[1], words[2]), "";
  if (verb == "folder") return machine_.kernel.directories.contains(words[1]) ? "there" : "not there";
  if (verb == "daemon-reload") {
    machine_.request([](Manager& manager) { manager.reload(1); });
    return {};
  }
  if (verb == "isolate") return submit("start", words[1], "isolate");
  if (verb == "enqueue") return submit(words[1], words[2], words.size() > 3 ? words[3] : "replace");
  for (const char* job :
       {"start", "stop", "restart", "reload", "try-restart", "reload-or-restart", "reload-or-try-restart"})
    if (verb == job) return submit(verb, words[1], words.size() > 2 ? words[2] : "replace");
  return on_unit(command);
}

std::string SimPlayer::on_unit(const ScenarioCommand& command) {
  const std::vector<std::string>& words = command.words;
  const std::string &verb = words[0], &unit = words.at(1);
  Result<> done;
  machine_.request([&](Manager& manager) {
    if (verb == "cancel") {
      done = manager.cancel_job(jobs_[unit]);
      return;
    }
    const auto id = manager.find(unit);
    if (verb == "ref") {
      const Result<UnitId> loaded = manager.load(unit);
      done = loaded ? manager.ref(*loaded, 1) : Result<>(tl::unexpected(loaded.error()));
    } else if (verb == "show") {
      done = {};
      (void)manager.load(unit);
    } else if (!id) {
      done = fail(ErrorCode::no_such_unit, "Unit {} not loaded.", unit);
    } else if (verb == "kill") {
      const KillWho who = words[2] == "main" ? KillWho::main : words[2] == "control" ? KillWho::control : KillWho::all;
      done = manager.kill(*id, who, number_of_signal(words[3]));
    } else if (verb == "reset-failed") {
      done = manager.reset_failed(*id);
    } else if (verb == "unref") {
      done = manager.unref(*id, 1);
    } else {
      done = fail(ErrorCode::failed, "no such command");
    }
  });
  if (verb == "show") return show(command);
  return done ? "" : text_of(done.error());
}

std::string SimPlayer::show(const ScenarioCommand& command) {
  Manager& manager = machine_.manager();
  const auto id = manager.find(command.words[1]);
  if (!id) return "not loaded";
  const std::string& property = command.words[2];
  if (property == "NeedDaemonReload") return manager.need_daemon_reload(*id) ? "true" : "false";
  if (property == "LoadState") return std::string(to_string(manager.loaded(*id).state));
  if (property == "ActiveState") return std::string(to_string(manager.status(*id).active_state));
  if (property == "Description") {
    const std::string& text = manager.loaded(*id).config.unit().description;
    return text.empty() ? manager.loaded(*id).id.str() : text;
  }
  return "no such property";
}

void SimPlayer::flush(const Changes& changes) {
  const int64_t now = now_ms();
  Manager& manager = machine_.manager();
  for (const JobRemoved& job : changes.replaced_jobs)
    history_.job(now, job.unit_name, std::string(to_string(job.result)));
  for (const JobNew& job : changes.new_jobs) {
    jobs_[job.unit_name] = job.job;
    history_.job(now, job.unit_name, "");
  }
  for (const UnitId id : changes.changed_units) {
    if (!manager.is_alive(id)) continue;
    const UnitStatus& status = manager.status(id);
    SeenUnit seen;
    seen.active = to_string(status.active_state);
    seen.sub = status.sub_state;
    if (const ServiceStatus* service = manager.service(id)) {
      seen.result = to_string(service->result);
      seen.restarts = service->n_restarts;
      seen.text = service->status_text;
      if (service->main.exit.happened()) {
        seen.main_kind = kind_of(service->main.status);
        seen.main_value = service->main.status.value;
      }
    }
    if (const SocketStatus* socket = manager.socket(id)) seen.result = to_string(socket->result);
    history_.state(now, manager.loaded(id).id.str(), seen);
  }
  for (const JobRemoved& job : changes.removed_jobs)
    history_.job(now, job.unit_name, std::string(to_string(job.result)));
  for (const LogMessage& message : changes.log) history_.log(now, message.unit, message.message);
}

}  // namespace svcd
