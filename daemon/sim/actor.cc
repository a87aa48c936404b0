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
  const std::optional<ActorScript> script = ActorScript::parse(words);
  if (!script) {
    program.runs_for = Duration(0);
    program.exit_code = 2;
    return program;
  }
  program.runs_for = span_of(script->runs_for);
  program.exit_code = script->exit_code;
  program.dies_by = script->dies_by;
  program.ignores_sigterm = script->ignores_signal(SIGTERM);
  program.exits_on_sigterm = script->exits_on_term;
  program.needs_to_stop = span_of(script->slow);
  program.dies_of_sighup = !script->ignores_signal(SIGHUP);
  program.never_dumps_core = true;
  for (const std::string& variable : script->says)
    for (const std::string& entry : environment)
      if (entry.starts_with(variable + "=")) program.notifies.push_back({Duration(0), {"STATUS=" + entry}});
  for (const auto& [text, after] : script->notifies)
    program.notifies.push_back({Duration(after), ActorScript::split(text, '|')});
  const auto known = [&](const std::string& spec) {
    programs_.try_emplace(child_path(spec), Script{actor(ActorScript::split(spec, ','), environment), nullptr});
    return child_path(spec);
  };
  for (const std::string& spec : script->children) program.leaves_behind.push_back(known(spec));
  if (script->fork) {
    program.daemon = known(script->fork->first);
    program.forks_after = Duration(script->fork->second);
  }
  if (script->pid_file) {
    program.pid_file = script->pid_file->first;
    program.pid_file_after = Duration(script->pid_file->second);
  }
  return program;
}

}  // namespace svcd
