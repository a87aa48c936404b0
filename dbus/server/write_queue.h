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
  /// A signal of so many bytes was queued. Replies are not told: they count as messages.
  void sent(sd_bus* bus, uint32_t bytes) {
    sizes_.push_back(bytes);
    bytes_ += bytes;
    settle(bus);
  }
  bool is_flooded(sd_bus* bus) { return settle(bus) > queued_messages_max || bytes_ > queued_bytes_max; }

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
  std::deque<uint32_t> sizes_;  // of the youngest signals
  uint64_t bytes_ = 0;
};

}  // namespace svcd
