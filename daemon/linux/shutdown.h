// The manager's last act: what still runs is asked to end, then ended; file systems are let go as far as the place
// allows; then reboot(2), or exit. Every wait is bounded and happens in the loop, where children go on being reaped.
#pragma once

#include <functional>
#include <string>

#include "daemon/engine/kernel.h"
#include "daemon/linux/child_reaper.h"
#include "daemon/linux/event_loop.h"
#include "daemon/scope.h"

namespace svcd {

class Shutdown {
 public:
  using Tell = std::function<void(const std::string&)>;  // a line for the console and the log
  Shutdown(EventLoop& loop, ChildReaper& reaper, const Scope& scope, Tell tell)
      : loop_(loop), reaper_(reaper), scope_(scope), tell_(std::move(tell)) {}
  /// Begins in the next turn of the loop; a second call has no effect. Never returns from the last step as PID 1.
  void begin(const Finish&);
  bool has_begun() const { return has_begun_; }
  /// What main() returns when the loop has ended.
  int exit_code() const { return finish_.exit_code; }

 private:
  enum class Phase : uint8_t { terminate, kill, let_go, end };
  void enter(Phase);
  void wait_for_processes(Time until, Phase then);
  void let_go();
  void end();

  EventLoop& loop_;
  ChildReaper& reaper_;
  const Scope& scope_;
  Tell tell_;
  Finish finish_;
  EventSource timer_;
  bool has_begun_ = false;
};

}  // namespace svcd
