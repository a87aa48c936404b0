// A value as `busctl get-property` prints it behind its signature: numbers of elements before arrays, strings in
// quotes.
#pragma once

#include <string>
#include <vector>

#include "libunit/value_sink.h"

namespace svcd {

class BusctlSink final : public ValueSink {
 public:
  BusctlSink() : open_(1) {}
  void boolean(bool v) override { word(v ? "true" : "false"); }
  void byte(uint8_t v) override { word(std::to_string(v)); }
  void i32(int32_t v) override { word(std::to_string(v)); }
  void u16(uint16_t v) override { word(std::to_string(v)); }
  void u32(uint32_t v) override { word(std::to_string(v)); }
  void i64(int64_t v) override { word(std::to_string(v)); }
  void u64(uint64_t v) override { word(std::to_string(v)); }
  void number(double v) override { word(std::to_string(v)); }
  void string(std::string_view v) override { word(quoted(v)); }
  void object_path(std::string_view v) override { string(v); }
  void bytes(std::span<const std::byte> v) override {
    open_array("y");
    for (const std::byte b : v) byte(uint8_t(b));
    close_array();
  }
  void open_array(const char*) override { open_.push_back({true, 0, {}}); }
  void close_array() override {
    const Container done = close();
    word(std::to_string(done.items) + done.text);
  }
  void open_struct(const char*) override { open_.push_back({}); }
  void close_struct() override {
    const Container done = close();
    word(done.text.empty() ? done.text : done.text.substr(1));
  }
  /// Behind the signature: " 1 \"a\"".
  const std::string& text() const { return open_.front().text; }

 private:
  struct Container {
    bool is_array = false;
    size_t items = 0;
    std::string text;  // each item with a space before it
  };
  void word(const std::string& text) {
    ++open_.back().items;
    open_.back().text += " " + text;
  }
  Container close() {
    Container done = std::move(open_.back());
    open_.pop_back();
    return done;
  }
  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      static constexpr std::string_view plain = "\a\b\f\n\r\t\v\\\"'", letters = "abfnrtv\\\"'";
      if (const size_t at = plain.find(c); at != plain.npos) {
        out += {'\\', letters[at]};
      } else if (c < ' ' || c >= 127) {
        const unsigned byte = static_cast<unsigned char>(c);
        out += {'\\', char('0' + (byte >> 6)), char('0' + (byte >> 3 & 7)), char('0' + (byte & 7))};
      } else {
        out += c;
      }
    }
    return out + '"';
  }
  std::vector<Container> open_;
};

}  // namespace svcd
