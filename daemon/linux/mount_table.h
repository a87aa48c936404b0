// What is mounted, from /proc/self/mountinfo, each time the kernel says that it changed. A storm of mounts becomes a
// few looks a second; reading is bounded.
#pragma once

#include <vector>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/unique_fd.h"

namespace svcd {

class MountTable {
 public:
  MountTable(EventLoop& loop, EventSink sink) : loop_(loop), sink_(std::move(sink)) {}
  Result<> start();
  /// Tells the whole table now.
  void look();

  /// The entries of a text in the format of /proc/PID/mountinfo (proc(5)); lines that do not parse are left out.
  static std::vector<MountEntry> parse(std::string& text);

 private:
  EventLoop& loop_;
  EventSink sink_;
  UniqueFd fd_;
  EventSource changed_;
};

}  // namespace svcd
