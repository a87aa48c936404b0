// The socket behind $NOTIFY_SOCKET (sd_notify(3)). It is open to everybody, so everything is bounded: datagrams a turn,
// what waits for each uid, bytes and descriptors of a message. Each uid gets the same share of a turn; who floods loses
// his own messages, nobody else's. After a turn with more than its share the socket rests for as long as the turn took:
// it goes before everything else, and a flood must leave time for everything else. Descriptors that nobody keeps are
// closed on every path.
#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/linux/descriptor_store.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/event_sink.h"
#include "daemon/linux/unique_fd.h"

namespace svcd {

class NotifySocket {
 public:
  /// Who a process belongs to, looked up now.
  using UnitOf = std::function<std::optional<UnitId>(pid_t)>;
  NotifySocket(EventLoop& loop, DescriptorStore& store, EventSink sink, UnitOf unit_of)
      : loop_(loop), store_(store), sink_(std::move(sink)), unit_of_(std::move(unit_of)) {}
  Result<> open(const std::string& path);

  /// What has come so far is handled now, unless somebody floods: before the end of a process is told, because its last
  /// words came before that.
  void catch_up();

  /// The lines of a datagram; nullopt for one that is refused as a whole (too long, a NUL inside).
  static std::optional<std::vector<std::string>> split(std::string_view datagram);
  uint64_t dropped() const { return dropped_; }

 private:
  struct Message {
    pid_t pid = 0;
    UnitId unit;
    std::vector<std::string> lines;
    std::vector<ReceivedFd> descriptors;  // to be stored, or a barrier's: its end is their closing
  };
  void turn();
  bool receive();
  bool receive_one();
  void handle_share();
  void handle(uid_t, Message);
  void limit_descriptors(Message&) const;
  void rest(Duration how_long);

  EventLoop& loop_;
  DescriptorStore& store_;
  EventSink sink_;
  UnitOf unit_of_;
  UniqueFd fd_;
  EventSource readable_, again_, rested_;
  std::map<uid_t, std::deque<Message>> waiting_;
  uid_t served_last_ = UINT32_MAX;  // one message each, in turn
  size_t waiting_descriptors_ = 0;
  uint64_t dropped_ = 0;
  bool is_resting_ = false;
};

}  // namespace svcd
