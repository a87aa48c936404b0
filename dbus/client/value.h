// A D-Bus value of any type, and sets of properties as GetAll() gives them: what a tool needs that shows whatever the
// manager has, including properties that are newer than the tool.
#pragma once

#include <sdbus-c++/Message.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace svcd::client {

class Value {
 public:
  /// One of ybnqiuxtdsog a ( { as in a D-Bus signature; variants are opened. 0: no value.
  char type() const { return type_; }
  /// Of an array: the signature of its elements; of a struct: of its members.
  const std::string& contents() const { return contents_; }
  explicit operator bool() const { return type_ != 0; }

  bool boolean() const { return number_ != 0; }
  uint64_t number() const { return number_; }  // y b n q i u x t; signed ones two's complement
  int64_t signed_number() const { return static_cast<int64_t>(number_); }
  double real() const { return real_; }
  const std::string& text() const { return text_; }           // s o g
  const std::vector<Value>& items() const { return items_; }  // a ( {
  const Value& item(size_t n) const;                          // an empty value beyond the end
  std::vector<std::string> strings() const;                   // of an array of strings

  static Value of(bool);
  static Value of(uint32_t);
  static Value of(int32_t);
  static Value of(uint64_t);
  static Value of(std::string_view);
  static Value of(const char* text) { return of(std::string_view(text)); }
  static Value of(const std::vector<std::string>&);
  static Value array(std::string contents, std::vector<Value> items);
  static Value structure(std::string contents, std::vector<Value> items);
  static Value dictionary(const std::vector<std::pair<std::string, Value>>& entries);  // a{sv}

  /// The next value of the message.
  static Value read(sdbus::Message&);

 private:
  char type_ = 0;
  uint64_t number_ = 0;
  double real_ = 0;
  std::string text_, contents_;
  std::vector<Value> items_;
};

/// The properties of one object, in the order in which the manager sent them.
class Properties {
 public:
  using Entry = std::pair<std::string, Value>;
  Properties() = default;
  explicit Properties(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  static Properties read(sdbus::Message&);  // a{sv}
  static Properties of(const Value&);       // likewise, inside of another value

  const std::vector<Entry>& entries() const { return entries_; }
  bool has(std::string_view name) const { return static_cast<bool>((*this)[name]); }
  /// An empty value if there is no such property.
  const Value& operator[](std::string_view name) const;
  const std::string& text(std::string_view name) const { return (*this)[name].text(); }
  bool boolean(std::string_view name) const { return (*this)[name].boolean(); }
  uint64_t number(std::string_view name, uint64_t otherwise = 0) const;
  std::vector<std::string> strings(std::string_view name) const { return (*this)[name].strings(); }
  void set(std::string name, Value value) { entries_.emplace_back(std::move(name), std::move(value)); }

 private:
  std::vector<Entry> entries_;
};

/// Why a unit is as it is, or a job came to nothing; docs/dbus.md lists the keys of a link.
struct Explanation {
  bool is_failure = false;
  std::string sentence, next_step;
  std::string log_unit, invocation;  // whose log has more to say, in hexadecimal of which run; may be empty
  std::vector<Properties> chain;     // from the unit to the true cause
};

}  // namespace svcd::client
