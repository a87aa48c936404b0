// BusSink: appends what a row of a table shows to a D-Bus message. It uses sd_bus_message_append_basic() throughout:
// the format-string form costs twice as much.
#pragma once

#include <systemd/sd-bus.h>

#include "libunit/value_sink.h"

namespace svcd {

/// The first error sticks; what is shown after it is dropped.
class BusSink final : public ValueSink {
 public:
  explicit BusSink(sd_bus_message* message) : message_(message) {}
  void boolean(bool) override;
  void byte(uint8_t) override;
  void i32(int32_t) override;
  void u32(uint32_t) override;
  void i64(int64_t) override;
  void u64(uint64_t) override;
  void number(double) override;
  /// Bytes that are not UTF-8 become '?': one bad string must not cost the client its connection.
  void string(std::string_view) override;
  void object_path(std::string_view) override;
  void bytes(std::span<const std::byte>) override;
  void open_array(const char* element_signature) override;
  void close_array() override;
  void open_struct(const char* member_signature) override;
  void close_struct() override;

  void u16(uint16_t) override;
  void open_variant(const char* signature);
  void close_variant();
  void open_dict_entry(const char* signature);
  void close_dict_entry();
  /// 0, or a negative errno.
  int result() const { return result_; }
  /// About how many bytes were appended.
  uint32_t size() const { return size_; }

 private:
  void add(char type, const void* value);
  void add_text(char type, std::string_view);
  void open(char type, const char* contents);
  void close();
  sd_bus_message* message_;
  int result_ = 0;
  uint32_t size_ = 0;
};

}  // namespace svcd
