// BusSource: takes a value out of a D-Bus message, for the rows of the settings table that write it into a unit file.
#pragma once

#include <systemd/sd-bus.h>

#include "libunit/value_sink.h"

namespace svcd {

class BusSource final : public ValueSource {
 public:
  explicit BusSource(sd_bus_message* message) : message_(message) {}
  bool boolean(bool&) override;
  bool byte(uint8_t&) override;
  bool i32(int32_t&) override;
  bool u16(uint16_t&) override;
  bool u32(uint32_t&) override;
  bool i64(int64_t&) override;
  bool u64(uint64_t&) override;
  bool string(std::string&) override;
  bool bytes(std::string&) override;
  bool enter_array(const char* element_signature) override;
  bool leave_array() override;
  bool enter_struct(const char* member_signature) override;
  bool leave_struct() override;
  bool at_end() override;

 private:
  bool take(char type, void* into);
  sd_bus_message* message_;
};

}  // namespace svcd
