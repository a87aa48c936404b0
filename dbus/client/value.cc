#include "dbus/client/value.h"

#include <sdbus-c++/Error.h>
#include <sdbus-c++/Types.h>

namespace svcd::client {
namespace {

template <class T>
T take(sdbus::Message& message) {
  T item{};
  message >> item;
  return item;
}

const Value nothing;

}  // namespace

const Value& Value::item(size_t n) const {
  return n < items_.size() ? items_[n] : nothing;
}

std::vector<std::string> Value::strings() const {
  std::vector<std::string> result;
  result.reserve(items_.size());
  for (const Value& item : items_) result.push_back(item.text_);
  return result;
}

Value Value::of(bool b) {
  Value v;
  v.type_ = 'b';
  v.number_ = b;
  return v;
}
Value Value::of(uint32_t n) {
  Value v;
  v.type_ = 'u';
  v.number_ = n;
  return v;
}
Value Value::of(int32_t n) {
  Value v;
  v.type_ = 'i';
  v.number_ = static_cast<uint64_t>(int64_t{n});
  return v;
}
Value Value::of(uint64_t n) {
  Value v;
  v.type_ = 't';
  v.number_ = n;
  return v;
}
Value Value::of(std::string_view text) {
  Value v;
  v.type_ = 's';
  v.text_ = text;
  return v;
}
Value Value::of(const std::vector<std::string>& texts) {
  Value v;
  v.type_ = 'a';
  v.contents_ = "s";
  for (const std::string& text : texts) v.items_.push_back(of(text));
  return v;
}
Value Value::array(std::string contents, std::vector<Value> items) {
  Value v;
  v.type_ = 'a';
  v.contents_ = std::move(contents);
  v.items_ = std::move(items);
  return v;
}
Value Value::structure(std::string contents, std::vector<Value> items) {
  Value v = array(std::move(contents), std::move(items));
  v.type_ = '(';
  return v;
}

Value Value::dictionary(const std::vector<std::pair<std::string, Value>>& entries) {
  std::vector<Value> items;
  for (const auto& [name, value] : entries) {
    items.push_back(array("sv", {of(name), value}));
    items.back().type_ = '{';
  }
  return array("{sv}", std::move(items));
}

// Containers nest at most 64 deep: the D-Bus library refuses anything deeper before we see it.
Value Value::read(sdbus::Message& message) {
  std::string type, contents;
  message.peekType(type, contents);
  Value v;
  if (type.empty() || type[0] == 0) return v;
  v.type_ = type[0];
  switch (v.type_) {
    case 'y': v.number_ = take<uint8_t>(message); break;
    case 'b': v.number_ = take<bool>(message); break;
    case 'n': v.number_ = static_cast<uint64_t>(int64_t{take<int16_t>(message)}); break;
    case 'q': v.number_ = take<uint16_t>(message); break;
    case 'i': v.number_ = static_cast<uint64_t>(int64_t{take<int32_t>(message)}); break;
    case 'u': v.number_ = take<uint32_t>(message); break;
    case 'x': v.number_ = static_cast<uint64_t>(take<int64_t>(message)); break;
    case 't': v.number_ = take<uint64_t>(message); break;
    case 'd': v.real_ = take<double>(message); break;
    case 's': {
      char* text = nullptr;  // borrowed from the message: one copy less than as std::string
      message >> text;
      if (text != nullptr) v.text_ = text;
      break;
    }
    case 'o': v.text_ = take<sdbus::ObjectPath>(message); break;
    case 'g': v.text_ = take<sdbus::Signature>(message); break;
    case 'h': v.number_ = static_cast<uint64_t>(int64_t{take<sdbus::UnixFd>(message).get()}); break;
    case 'v':
      message.enterVariant(contents);
      v = read(message);
      message.exitVariant();
      break;
    case 'a':
      message.enterContainer(contents);
      v.contents_ = contents;
      for (;;) {
        Value element = read(message);
        if (!element) break;
        v.items_.push_back(std::move(element));
      }
      message.clearFlags();
      message.exitContainer();
      break;
    case 'r':
    case 'e':
    case '(':
    case '{': {
      const bool entry = v.type_ == 'e' || v.type_ == '{';
      v.type_ = entry ? '{' : '(';
      entry ? message.enterDictEntry(contents) : message.enterStruct(contents);
      v.contents_ = contents;
      for (;;) {
        Value member = read(message);
        if (!member) break;
        v.items_.push_back(std::move(member));
      }
      message.clearFlags();
      entry ? message.exitDictEntry() : message.exitStruct();
      break;
    }
    default: throw sdbus::Error("org.freedesktop.DBus.Error.InvalidSignature", "A reply holds a value of type " + type);
  }
  return v;
}

Properties Properties::read(sdbus::Message& message) {
  std::vector<Entry> entries;
  entries.reserve(512);  // a service has about 400
  message.enterContainer("{sv}");
  for (;;) {
    std::string type, contents;
    message.peekType(type, contents);
    if (type.empty() || type[0] == 0) break;
    message.enterDictEntry("sv");
    char* name = nullptr;
    message >> name;
    entries.emplace_back(name == nullptr ? "" : name, Value());
    entries.back().second = Value::read(message);
    message.exitDictEntry();
  }
  message.clearFlags();
  message.exitContainer();
  return Properties(std::move(entries));
}

Properties Properties::of(const Value& dictionary) {
  std::vector<Entry> entries;
  for (const Value& entry : dictionary.items()) entries.emplace_back(entry.item(0).text(), entry.item(1));
  return Properties(std::move(entries));
}

const Value& Properties::operator[](std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.first == name) return entry.second;
  return nothing;
}

uint64_t Properties::number(std::string_view name, uint64_t otherwise) const {
  const Value& value = (*this)[name];
  return value ? value.number() : otherwise;
}

}  // namespace svcd::client
