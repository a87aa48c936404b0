// Descriptors that services leave with the manager (sd_notify(3) FDSTORE=1): those of the message being handled, and
// the store of each unit. Each is closed on every path on which nobody keeps it.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/unique_fd.h"

namespace svcd {

class DescriptorStore {
 public:
  DescriptorStore(EventLoop& loop, EventSink sink);

  /// One that came with the message that is handled next.
  DescriptorId arrive(ReceivedFd);
  /// The message was handled: what was not kept is closed.
  void close_arrived() { arrived_.clear(); }

  bool keep(UnitId, DescriptorId, const std::string& name, bool watch);
  void drop(UnitId, DescriptorId);
  /// As a process gets them: the last one first.
  std::vector<StoredDescriptor> of(UnitId) const;
  size_t count(UnitId) const;
  /// Whether the unit's store has the open file of one that arrived.
  bool has(UnitId, DescriptorId) const;
  bool is_same(DescriptorId, DescriptorId) const;

  struct Named {
    int fd;
    std::string name;
  };
  /// For LISTEN_FDS; they stay ours.
  std::vector<Named> descriptors(UnitId) const;

 private:
  struct Stored {
    UnitId unit;
    bool watched = false;
    ReceivedFd fd;
    std::string name;
  };
  struct Place {
    DescriptorId id;
    uint64_t file;  // equal for two of one open file, and for few others
  };
  int fd_of(DescriptorId) const;
  void unwatch(Stored&);
  void look_for_ends();

  EventSink sink_;
  std::unordered_map<DescriptorId, ReceivedFd> arrived_;
  // The journal keeps one for each service that runs: they are many, so each is found by its number, and all are
  // watched by one epoll of their own, which costs nothing of ours for each.
  std::unordered_map<DescriptorId, Stored> stored_;
  std::unordered_map<UnitId, std::vector<Place>> stores_;  // as they came; none of them empty
  UniqueFd ends_;
  EventSource ends_watch_;
  DescriptorId last_ = 0;
};

}  // namespace svcd
