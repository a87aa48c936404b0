// The daemon's own messages, in the native journal protocol (systemd.journal-fields(7), "Native Journal Protocol").
// Never blocks and never loses a message silently: what journald cannot take now waits in a bounded queue; until there
// was a journald it also goes to the kernel's log or, where there is none and it is a warning or worse, to the console.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "daemon/engine/changes.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"
#include "libunit/manager_settings.h"

namespace svcd {

class JournalSender {
 public:
  JournalSender(EventLoop& loop, const Scope& scope) : loop_(loop), scope_(scope) {}
  void send(const LogMessage&);
  /// From now on that much goes there.
  void control(const ManagerControls& controls) { level_ = controls.log_level, target_ = controls.log_target; }
  void configure(const ManagerSettings& settings) {
    with_colours_ = settings.log_color, with_time_ = settings.log_time;
  }
  /// Tries again to hand over what waits; called after each step, so that no timer is needed.
  void flush();
  size_t waiting() const { return queue_.size(); }
  size_t dropped() const { return dropped_; }

  /// The datagram for a message, as journald wants it.
  static std::string encode(const LogMessage&, const Scope&);

 private:
  enum class Sent : uint8_t { yes, later, never };
  Sent try_send(const std::string& datagram);
  bool connect_now();
  void send_to_journal(const LogMessage&);
  bool tell_kernel(const LogMessage&) const;
  void tell_console(const LogMessage&) const;
  void wait_for_room();

  EventLoop& loop_;
  const Scope& scope_;
  int level_ = ManagerControls().log_level;
  LogTarget target_ = ManagerControls().log_target;
  bool with_colours_ = true, with_time_ = false;  // on the console
  UniqueFd socket_;
  EventSource writable_;
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  size_t dropped_ = 0;
  bool had_journal_ = false;
};

}  // namespace svcd
