// How a value leaves the house (ValueSink: D-Bus, `show` text, JSON) and enters it other than as text (ValueSource:
// StartTransientUnit, SetUnitProperties). Types are those of D-Bus. No value is made on the way: a row shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace svcd {

class ValueSink {
 public:
  virtual ~ValueSink() = default;
  virtual void boolean(bool) = 0;
  virtual void byte(uint8_t) = 0;
  virtual void i32(int32_t) = 0;
  virtual void u16(uint16_t) = 0;
  virtual void u32(uint32_t) = 0;
  virtual void i64(int64_t) = 0;
  virtual void u64(uint64_t) = 0;
  virtual void number(double) = 0;
  virtual void string(std::string_view) = 0;
  virtual void object_path(std::string_view) = 0;
  virtual void bytes(std::span<const std::byte>) = 0;  // "ay"
  virtual void open_array(const char* element_signature) = 0;
  virtual void close_array() = 0;
  virtual void open_struct(const char* member_signature) = 0;
  virtual void close_struct() = 0;
};

/// The mirror. Each call takes the next value; false: there is none, or it is of another type.
class ValueSource {
 public:
  virtual ~ValueSource() = default;
  virtual bool boolean(bool&) = 0;
  virtual bool byte(uint8_t&) = 0;
  virtual bool i32(int32_t&) = 0;
  virtual bool u16(uint16_t&) = 0;
  virtual bool u32(uint32_t&) = 0;
  virtual bool i64(int64_t&) = 0;
  virtual bool u64(uint64_t&) = 0;
  virtual bool string(std::string&) = 0;
  virtual bool bytes(std::string&) = 0;
  virtual bool enter_array(const char* element_signature) = 0;  // then: while (!at_end()) …; leave_array()
  virtual bool leave_array() = 0;
  virtual bool enter_struct(const char* member_signature) = 0;
  virtual bool leave_struct() = 0;
  virtual bool at_end() = 0;  // of the container entered last
};

}  // namespace svcd
