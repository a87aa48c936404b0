// The parts of a plan, each in a file of its own; build_plan() puts them in order. Inside daemon/exec only.
#pragma once

#include "daemon/exec/plan_builder.h"
#include "libunit/settings.h"

namespace svcd {

struct PlanBuild {
  const UnitConfig& config;
  const ExecCommand& command;
  const ExecContext& context;
  ExecPlan& plan;
  std::vector<std::string>& not_in_effect;
  const ExecSection& exec = config.exec();
  const SandboxSection& sandbox = config.sandbox();
  bool sandboxed = true;         // false with '+'
  bool changes_user = false;     // User= or Group=, and no '+' or '!'
  bool has_identity = false;     // User=, Group= or SupplementaryGroups=: the identity step is there
  bool socket_is_stdio = false;  // then it is not passed a second time
  bool has_journal = false;      // set by add_stdio(): stdout or stderr is a journal stream
  /// Notes that the setting behind this kind of step has no effect here.
  void off(StepKind kind) { not_in_effect.emplace_back(key_of(step_info(kind).setting)); }
};

tl::expected<void, Refusal> add_stdio(PlanBuild&);
void add_directories(PlanBuild&);
/// Returns whether the variables of the command line are to be expanded by svcd-exec, and if not, the environment.
struct BuiltEnvironment {
  bool only_child_knows = false;
  std::vector<std::string> variables;
};
BuiltEnvironment add_environment(PlanBuild&);
void add_namespaces(PlanBuild&);
void add_privileges(PlanBuild&);

}  // namespace svcd
