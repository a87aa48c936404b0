// The descriptors of socket units: opened, watched, passed on and closed for the engine. A unit has all of its
// descriptors or none.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/unique_fd.h"
#include "daemon/linux/user_lookup.h"
#include "libunit/config_types.h"

namespace svcd {

/// Who owns the files of a socket unit; UINT32_MAX: leave as it is.
struct SocketOwner {
  uid_t uid = UINT32_MAX;
  gid_t gid = UINT32_MAX;
};

/// One open descriptor of a socket unit.
struct OpenSocket {
  UniqueFd fd;
  std::string path;  // what RemoveOnStop= removes; "" if not in the file system
  bool is_message_queue = false;
};

/// Opens one Listen…= with its options. `problems`: options that could not be set, the socket is good without them.
Result<OpenSocket> open_listen(const SocketSection::Listen&, const SocketSection&, const SocketOwner&,
                               std::vector<std::string>& problems);
/// Throws away what waits in it (FlushPending=); bounded.
void flush_pending(int fd);

class SocketUnits {
 public:
  using Post = std::function<void(Event&&)>;
  using Log = std::function<void(const std::string& unit, std::string message)>;
  /// `post` delivers an event later, never from inside the call.
  SocketUnits(EventLoop& loop, EventSink sink, Post post, UserLookup& users, Log log)
      : loop_(loop), sink_(std::move(sink)), post_(std::move(post)), users_(users), log_(std::move(log)) {}

  void open(UnitId, const std::string& name, const SocketSection&);
  void watch(UnitId, bool on);
  void close(UnitId, bool remove_files);

  struct Named {
    int fd;
    std::string name;
  };
  /// For LISTEN_FDS, in the order in which the unit file lists them; stay ours.
  std::vector<Named> descriptors(UnitId) const;

 private:
  struct Unit {
    std::string name, fd_name;
    SocketSection section;
    SocketOwner owner;
    std::vector<OpenSocket> sockets;
    std::vector<EventSource> watches;
    std::vector<std::string> symlinks;
    uint64_t attempt = 0;  // answers of look-ups for an earlier one are dropped
  };
  void resolve_owner(UnitId, uint64_t attempt, UserLookup::Database);
  void open_now(UnitId, Unit&);
  void answer(UnitId, std::optional<Error>, const char* setting = "", const std::string& what = {});

  EventLoop& loop_;
  EventSink sink_;
  Post post_;
  UserLookup& users_;
  Log log_;
  std::unordered_map<UnitId, Unit> units_;
  uint64_t attempts_ = 0;
};

}  // namespace svcd
