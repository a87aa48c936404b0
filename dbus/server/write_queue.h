// What waits to be written to a connection whose other end does not read: counted in messages and in bytes, so that it
// can be cut off before it costs memory. sd-bus counts messages only, and a PropertiesChanged may have 20 kB.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <deque>

namespace svcd {

inline constexpr uint64_t queued_messages_max = 32768;
inline constexpr uint64_t queued_bytes_max = 32 << 20;

class WriteQueue {
 public:
  /// A message of so many bytes was queued. Of replies that sd-bus makes itself it is a guess.
  void sent(sd_bus* bus, uint32_t bytes) {
    sizes_.push_back(bytes);
    bytes_ += bytes;
    settle(bus);
  }
  bool is_flooded(sd_bus* bus) { return settle(bus) > queued_messages_max || bytes_ > queued_bytes_max; }
  uint64_t bytes() const { return bytes_; }  // as of the last look

 private:
  /// Forgets what was written; returns how many messages wait. The oldest go first.
  uint64_t settle(sd_bus* bus) {
    uint64_t queued = 0;
    if (sd_bus_get_n_queued_write(bus, &queued) < 0) queued = 0;
    while (sizes_.size() > queued) {
      bytes_ -= sizes_.front();
      sizes_.pop_front();
    }
    return queued;
  }
  std::deque<uint32_t> sizes_;  // of the youngest messages
  uint64_t bytes_ = 0;
};

}  // namespace svcd
