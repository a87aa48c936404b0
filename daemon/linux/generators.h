// Generators (systemd.generator(7)): programs that write units at boot and at reload. All run at once, as children
// whose ends are events; who takes too long is killed. The loop never waits for one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/linux/child_reaper.h"
#include "daemon/linux/event_loop.h"
#include "daemon/scope.h"

namespace svcd {

class Generators {
 public:
  /// Starts one program; 0 if that failed.
  using Run = std::function<pid_t(const std::vector<std::string>& argv, const std::vector<std::string>& environment)>;
  using Log = std::function<void(int priority, std::string message)>;
  Generators(EventLoop& loop, ChildReaper& reaper, const Scope& scope, Run run, Log log)
      : loop_(loop), reaper_(reaper), scope_(scope), run_(std::move(run)), log_(std::move(log)) {}

  /// Empties the output folders, runs them all, then calls `done`. A second call while they run waits for its turn.
  void run(std::function<void()> done);

  /// Path of each program to run: by name, the first folder wins; an empty file or a link to /dev/null masks it.
  static std::vector<std::string> programs(const std::vector<std::string>& folders);

 private:
  void start();
  void ended(pid_t, ExitStatus);
  void too_long();
  void finish();
  std::vector<std::string> environment() const;

  EventLoop& loop_;
  ChildReaper& reaper_;
  const Scope& scope_;
  Run run_;
  Log log_;
  EventSource limit_;
  std::map<pid_t, std::string> running_;
  std::vector<std::function<void()>> now_, next_;
  bool is_running_ = false;
};

}  // namespace svcd
