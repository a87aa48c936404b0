// A value as busctl takes it on the command line: a list of words, arrays with their length first. For tests of what is
// set over D-Bus.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/value_sink.h"

namespace svcd {

class TokenSource final : public ValueSource {
 public:
  TokenSource(std::string_view signature, std::vector<std::string> tokens)
      : signature_(signature), tokens_(std::move(tokens)) {}

  bool boolean(bool& into) override {
    if (!take('b')) return false;
    into = word() == "true";
    return true;
  }
  bool byte(uint8_t& into) override { return number('y', into); }
  bool i32(int32_t& into) override { return number('i', into); }
  bool u16(uint16_t& into) override { return number('q', into); }
  bool u32(uint32_t& into) override { return number('u', into); }
  bool i64(int64_t& into) override { return number('x', into); }
  bool u64(uint64_t& into) override { return number('t', into); }
  bool string(std::string& into) override {
    if (!take('s')) return false;
    into = word();
    return true;
  }
  bool bytes(std::string& into) override {
    if (!enter_array("y")) return false;
    into.clear();
    for (uint8_t one = 0; !at_end();) {
      if (!byte(one)) return false;
      into += char(one);
    }
    return leave_array();
  }
  bool enter_array(const char* element) override {
    const std::string whole = "a" + std::string(element);
    if (!signature_.substr(at_).starts_with(whole)) return false;
    count_item();
    levels_.push_back({at_ + whole.size(), at_ + 1, strtoull(word().c_str(), nullptr, 10)});
    at_ += 1;
    return true;
  }
  bool leave_array() override {
    at_ = levels_.back().after;
    levels_.pop_back();
    if (!levels_.empty() && levels_.back().left != UINT64_MAX) at_ = levels_.back().element;
    return true;
  }
  bool enter_struct(const char* members) override {
    const std::string whole = "(" + std::string(members) + ")";
    if (!signature_.substr(at_).starts_with(whole)) return false;
    count_item();
    structs_.push_back(at_ + whole.size());
    levels_.push_back({0, 0, UINT64_MAX});  // what is in it is no item of the array around it
    at_ += 1;
    return true;
  }
  bool leave_struct() override {
    at_ = structs_.back();
    structs_.pop_back();
    levels_.pop_back();
    if (!levels_.empty() && levels_.back().left != UINT64_MAX) at_ = levels_.back().element;
    return true;
  }
  bool at_end() override { return levels_.back().left == 0; }

 private:
  struct Level {
    size_t after, element;
    uint64_t left;
  };
  std::string word() { return next_ < tokens_.size() ? tokens_[next_++] : std::string(); }
  void count_item() {
    if (!levels_.empty() && levels_.back().left != UINT64_MAX) --levels_.back().left;
  }
  bool take(char type) {
    if (at_ >= signature_.size() || signature_[at_] != type) return false;
    count_item();
    const bool in_array = !levels_.empty() && levels_.back().left != UINT64_MAX;
    if (!in_array) ++at_;
    return true;
  }
  template <class Number>
  bool number(char type, Number& into) {
    if (!take(type)) return false;
    const std::string text = word();
    into = text.starts_with('-') ? Number(strtoll(text.c_str(), nullptr, 10))
                                 : Number(strtoull(text.c_str(), nullptr, 10));
    return true;
  }

  std::string_view signature_;
  std::vector<std::string> tokens_;
  size_t next_ = 0, at_ = 0;
  std::vector<Level> levels_;
  std::vector<size_t> structs_;
};

}  // namespace svcd
