// Boot progress on the console, as people know it: "[  OK  ] Started a.service - A." Quiet as the scope says.
#pragma once

#include <string>

#include "daemon/engine/changes.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/scope.h"

namespace svcd {

class Console {
 public:
  explicit Console(const Scope& scope) : scope_(scope), is_on_(scope.show_status) {}
  void show(const StatusLine&) const;
  /// SIGRTMIN+20 and +21.
  void turn(bool on) { is_on_ = on; }
  bool is_on() const { return is_on_; }
  /// "Welcome to Debian GNU/Linux 12 (bookworm)!"
  void welcome() const;

  /// The line with its colours, or without (NO_COLOR, TERM=dumb), and the carriage return that a raw console needs.
  /// What is longer than the console is wide loses its middle; colours take no room (in 252 they do).
  static std::string format(const StatusLine&, bool with_colours, size_t columns = 80);

 private:
  UniqueFd open_console() const;
  void write(const std::string& text) const;

  const Scope& scope_;
  bool is_on_;
};

}  // namespace svcd
