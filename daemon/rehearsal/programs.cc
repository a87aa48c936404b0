#include "daemon/rehearsal/programs.h"

#include <csignal>

namespace svcd::rehearsal {
namespace {

using namespace std::chrono_literals;
using ServiceType = ServiceSection::Type;

/// FNV-1a: the same everywhere, as std::hash is not.
uint64_t hash(uint64_t seed, std::string_view text) {
  uint64_t value = 0xcbf29ce484222325 ^ seed;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

}  // namespace

Programs::Programs(const Request& request, uint64_t seed, SimKernel& kernel)
    : request_(request), seed_(seed), kernel_(kernel) {
  for (const Incident& failure : request.failures)
    if (!failure.at) failing_[failure.unit] = true;
  kernel.script = [this](const SpawnRequest& spawn) { return script(spawn); };
}

/// Whole milliseconds: easier to read, and as exact as anything that is made up.
Duration Programs::some_time(const std::string& unit, std::string_view what, Duration least, Duration most) const {
  Rng rng(hash(hash(seed_, unit), what));
  return least + Duration(rng.below((most - least) / 1ms + 1) * 1000);
}

/// How long a unit takes to get up, if nobody said it.
Duration Programs::time_of(const SpawnRequest& spawn, Duration least, Duration most) const {
  const auto said = request_.durations.find(spawn.name);
  return said != request_.durations.end() ? said->second : some_time(spawn.name, spawn.command.path, least, most);
}

bool Programs::ignores_sigterm(const std::string& unit) const {
  return request_.hanging.contains(unit) || request_.stubborn.contains(unit);
}

bool Programs::takes_failure(const std::string& unit) {
  const auto at = failing_.find(unit);
  if (at == failing_.end()) return false;
  if (!at->second) failing_.erase(at);
  return true;
}

SimProgram Programs::script(const SpawnRequest& spawn) {
  SimProgram program;
  const bool is_service = spawn.config.type() == UnitType::service;
  if (is_service && !spawn.is_control) {
    program = main_command(spawn);
  } else {  // mount(8), ExecStartPre= …
    const bool is_mount = spawn.config.type() == UnitType::mount;
    program.runs_for = is_mount ? time_of(spawn, 5ms, 100ms) : some_time(spawn.name, spawn.command.path, 5ms, 50ms);
    if (is_mount && request_.hanging.contains(spawn.name)) program.runs_for = infinity;
    if (is_mount && takes_failure(spawn.name)) program.exit_code = 32;  // mount(8): it failed
  }
  // Who is to be stopped by another signal than usual knows that signal.
  if (spawn.config.kill().kill_signal != SIGTERM) program.exits_on_sigterm = 0;
  program.dies_of_sighup = spawn.config.kill().kill_signal == SIGHUP;
  program.needs_to_stop = some_time(spawn.name, "stop", 5ms, 200ms);
  program.ignores_sigterm = ignores_sigterm(spawn.name);
  if (program.runs_for != infinity)
    last_exit_ = std::max(last_exit_, saturating_add(kernel_.now().monotonic, program.runs_for));
  return program;
}

SimProgram Programs::main_command(const SpawnRequest& spawn) {
  SimProgram program;
  const ServiceSection& service = spawn.config.service();
  const ServiceType type = effective_type(service);
  if (request_.hanging.contains(spawn.name)) return program;  // never ready, never done
  const bool fails = takes_failure(spawn.name);
  const Duration time = type == ServiceType::oneshot
                            ? time_of(spawn, 20ms, 500ms) / std::max<size_t>(service.exec_start.size(), 1)
                            : time_of(spawn, 50ms, 1000ms);
  if (fails) {
    program.runs_for = time;
    program.exit_code = 1;
    return program;
  }
  switch (type) {
    case ServiceType::simple:
    case ServiceType::exec:
    case ServiceType::idle:
      if (request_.durations.contains(spawn.name)) program.runs_for = time;
      break;
    case ServiceType::oneshot: program.runs_for = time; break;
    case ServiceType::notify: program.notifies = {{time, {"READY=1"}}}; break;
    case ServiceType::dbus:
      program.bus_name = service.bus_name;
      program.bus_name_after = time;
      break;
    case ServiceType::forking: {
      program.forks_after = time;
      program.pid_file = service.pid_file;
      program.daemon = "daemon of " + spawn.name;
      SimProgram& daemon = kernel_.program(program.daemon);
      if (spawn.config.kill().kill_signal != SIGTERM) daemon.exits_on_sigterm = 0;
      daemon.ignores_sigterm = ignores_sigterm(spawn.name);
      daemon.needs_to_stop = some_time(spawn.name, "stop", 5ms, 200ms);
      break;
    }
  }
  return program;
}

}  // namespace svcd::rehearsal
