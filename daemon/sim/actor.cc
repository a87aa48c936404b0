#include "daemon/sim/actor.h"

#include "daemon/sim/sim_kernel.h"

namespace svcd {

namespace {

Duration span_of(ActorScript::Usec usec) {
  return usec == ActorScript::forever ? infinity : Duration(usec);
}

/// The name under which a child with that script is known as a program.
std::string child_path(const std::string& spec) {
  return "/actor " + spec;
}

}  // namespace

/// What a process of the program `actor` does; its children become programs of the machine.
SimProgram SimKernel::actor(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  SimProgram program;
  const std::optional<ActorScript> parsed = ActorScript::parse(words);
  if (!parsed) {
    program.runs_for = Duration(0);
    program.exit_code = 2;
    return program;
  }
  program.runs_for = span_of(parsed->runs_for);
  program.exit_code = parsed->exit_code;
  program.dies_by = parsed->dies_by;
  program.ignores = parsed->ignores;
  program.exits_on_sigterm = parsed->exits_on_term;
  program.needs_to_stop = span_of(parsed->slow);
  program.dies_of_sighup = !parsed->ignores_signal(SIGHUP);
  program.dumps_core = parsed->dumps_core;
  program.never_dumps_core = !parsed->dumps_core;
  for (const std::string& variable : parsed->says)
    for (const std::string& entry : environment)
      if (entry.starts_with(variable + "=")) program.notifies.push_back({Duration(0), {"STATUS=" + entry}});
  for (const auto& [text, after] : parsed->notifies)
    program.notifies.push_back({Duration(after), ActorScript::split(text, '|')});
  for (const auto& [name, after] : parsed->stores)
    program.notifies.push_back(
        {Duration(after), {"FDSTORE=1", "FDNAME=" + name}, Duration(0), 0, {++last_stored_file_}});
  const auto known = [&](const std::string& spec) {
    programs_.try_emplace(child_path(spec), Script{actor(ActorScript::split(spec, ','), environment), nullptr});
    return child_path(spec);
  };
  for (const std::string& spec : parsed->children) program.leaves_behind.push_back(known(spec));
  if (parsed->fork) {
    program.daemon = known(parsed->fork->first);
    program.forks_after = Duration(parsed->fork->second);
  }
  if (parsed->pid_file) {
    program.pid_file = parsed->pid_file->first;
    program.pid_file_after = Duration(parsed->pid_file->second);
  }
  return program;
}

}  // namespace svcd
