// Boot progress on the console, as people know it: "[  OK  ] Started a.service - A." ShowStatus says how much.
#pragma once

#include <string>

#include "daemon/engine/changes.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"
#include "libunit/manager_controls.h"

namespace svcd {

class Console {
 public:
  explicit Console(const Scope& scope) : scope_(scope) {}
  void show(const StatusLine&) const;
  void control(const ManagerControls& controls) { status_ = controls.show_status; }
  /// "Welcome to Debian GNU/Linux 12 (bookworm)!"
  void welcome() const;

  /// The line with its colours, or without (NO_COLOR, TERM=dumb), and the carriage return that a raw console needs.
  /// What is longer than the console is wide loses its middle; colours take no room (in 252 they do).
  static std::string format(const StatusLine&, bool with_colours, size_t columns = 80);

 private:
  UniqueFd open_console() const;
  void write(const std::string& text) const;

  const Scope& scope_;
  ShowStatus status_ = ShowStatus::no;  // until the manager says so
};

}  // namespace svcd
