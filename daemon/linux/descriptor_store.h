// Descriptors that services leave with the manager (sd_notify(3) FDSTORE=1): those of the message being handled, and
// the store of each unit. Each is closed on every path on which nobody keeps it.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/unique_fd.h"

namespace svcd {

class DescriptorStore {
 public:
  DescriptorStore(EventLoop& loop, EventSink sink) : loop_(loop), sink_(std::move(sink)) {}

  /// One that came with the message that is handled next.
  DescriptorId arrive(ReceivedFd);
  /// The message was handled: what was not kept is closed.
  void close_arrived() { arrived_.clear(); }

  bool keep(UnitId, DescriptorId, const std::string& name, bool watch);
  void drop(UnitId, DescriptorId);
  /// As a process gets them: the last one first.
  std::vector<StoredDescriptor> of(UnitId) const;
  bool is_same(DescriptorId, DescriptorId) const;

  struct Named {
    int fd;
    std::string name;
  };
  /// For LISTEN_FDS; they stay ours.
  std::vector<Named> descriptors(UnitId) const;

 private:
  struct Stored {
    DescriptorId id = 0;
    std::string name;
    ReceivedFd fd;
    EventSource watch;
  };
  int fd_of(DescriptorId) const;
  void hung_up(UnitId, DescriptorId);

  EventLoop& loop_;
  EventSink sink_;
  std::unordered_map<DescriptorId, ReceivedFd> arrived_;
  // None of them empty. A list: assigning one over another would close a descriptor before its watch ends, and epoll
  // goes on to tell of it while its sender has it open.
  std::unordered_map<UnitId, std::list<Stored>> stores_;
  std::unordered_map<DescriptorId, int> stored_fds_;
  DescriptorId last_ = 0;
};

}  // namespace svcd
