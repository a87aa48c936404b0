// A value as text: [arrays], (structs), strings as they are, one space after each value.
#pragma once

#include <string>

#include "libunit/value_sink.h"

namespace svcd {

class TextSink final : public ValueSink {
 public:
  std::string text;
  void boolean(bool v) override { text += v ? "true " : "false "; }
  void byte(uint8_t v) override { number_(v); }
  void i32(int32_t v) override { number_(v); }
  void u16(uint16_t v) override { number_(v); }
  void u32(uint32_t v) override { number_(v); }
  void i64(int64_t v) override { number_(v); }
  void u64(uint64_t v) override { number_(v); }
  void number(double v) override { number_(v); }
  void string(std::string_view v) override { (text += v) += ' '; }
  void object_path(std::string_view v) override { string(v); }
  void bytes(std::span<const std::byte> v) override {
    for (const std::byte b : v) number_(static_cast<unsigned>(b));
  }
  void open_array(const char*) override { text += '['; }
  void close_array() override { text += ']'; }
  void open_struct(const char*) override { text += '('; }
  void close_struct() override { text += ')'; }

 private:
  template <class Number>
  void number_(Number v) {
    (text += std::to_string(v)) += ' ';
  }
};

}  // namespace svcd
