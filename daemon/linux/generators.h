// Generators (systemd.generator(7), systemd.environment-generator(7)): programs that make variables, then programs that
// write units, at boot and at reload. The first kind run one after the other, each with what the ones before it said;
// the second kind all at once. They are children whose ends are events; who takes too long is killed. The loop never
// waits for one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/linux/child_reaper.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"
#include "libunit/values.h"

namespace svcd {

class Generators {
 public:
  /// Starts one program on top of the manager's own environment, with standard output to `output` (-1: the manager's).
  /// 0 if that failed.
  using Run = std::function<pid_t(const std::vector<std::string>& argv, const Environment& environment, int output)>;
  /// Gets what environment generators made, in their order.
  using Done = std::function<void(Environment generated)>;
  using Log = std::function<void(int priority, std::string message)>;
  Generators(EventLoop& loop, ChildReaper& reaper, const Scope& scope, Run run, Log log)
      : loop_(loop), reaper_(reaper), scope_(scope), run_(std::move(run)), log_(std::move(log)) {}

  /// Runs environment generators, empties the output folders, runs the others, then calls `done`. `environment` is what
  /// both get besides. A second call while they run waits for its turn.
  void run(Environment environment, Done done);

  /// The variables that a program's output assigns; what is no assignment is named in `ignored`.
  static Environment assignments(std::string_view output, std::vector<std::string>& ignored);
  /// Path of each program to run: by name, the first folder wins; an empty file or a link to /dev/null masks it.
  static std::vector<std::string> programs(const std::vector<std::string>& folders);

 private:
  void start();
  void next_environment_generator();
  void read_output();
  void start_unit_generators();
  bool start_one(const std::vector<std::string>& argv, const Environment&, int output);
  void limit_time();
  void ended(pid_t, ExitStatus);
  void too_long();
  void finish();
  Environment variables_of_unit_generators() const;

  EventLoop& loop_;
  ChildReaper& reaper_;
  const Scope& scope_;
  Run run_;
  Log log_;
  EventSource limit_;
  std::map<pid_t, std::string> running_;
  std::vector<std::string> environment_programs_;  // that have not run yet, the next one last
  UniqueFd output_;                                // of the one that runs
  Environment environment_, generated_;
  std::vector<Done> now_, next_;
  Environment next_environment_;
  bool is_running_ = false;
};

}  // namespace svcd
