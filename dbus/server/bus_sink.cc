#include "dbus/server/bus_sink.h"

#include <cerrno>
#include <string>

namespace svcd {

void BusSink::add(char type, const void* value) {
  if (result_ < 0) return;
  size_ += 8;
  const int r = sd_bus_message_append_basic(message_, type, value);
  if (r < 0) result_ = r;
}

void BusSink::boolean(bool value) {
  const int v = value;
  add(SD_BUS_TYPE_BOOLEAN, &v);
}
void BusSink::byte(uint8_t value) {
  add(SD_BUS_TYPE_BYTE, &value);
}
void BusSink::u16(uint16_t value) {
  add(SD_BUS_TYPE_UINT16, &value);
}
void BusSink::i32(int32_t value) {
  add(SD_BUS_TYPE_INT32, &value);
}
void BusSink::u32(uint32_t value) {
  add(SD_BUS_TYPE_UINT32, &value);
}
void BusSink::i64(int64_t value) {
  add(SD_BUS_TYPE_INT64, &value);
}
void BusSink::u64(uint64_t value) {
  add(SD_BUS_TYPE_UINT64, &value);
}
void BusSink::number(double value) {
  add(SD_BUS_TYPE_DOUBLE, &value);
}

void BusSink::add_text(char type, std::string_view text) {
  if (result_ < 0) return;
  static thread_local std::string terminated;  // keeps its memory from call to call
  terminated.assign(text);
  size_ += static_cast<uint32_t>(text.size()) + 8;
  int r = sd_bus_message_append_basic(message_, type, terminated.c_str());
  if (r == -EINVAL && type == SD_BUS_TYPE_STRING) {
    for (char& c : terminated)
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    r = sd_bus_message_append_basic(message_, type, terminated.c_str());
  }
  if (r < 0) result_ = r;
}
void BusSink::string(std::string_view text) {
  add_text(SD_BUS_TYPE_STRING, text);
}
void BusSink::object_path(std::string_view path) {
  add_text(SD_BUS_TYPE_OBJECT_PATH, path);
}

void BusSink::bytes(std::span<const std::byte> data) {
  if (result_ < 0) return;
  size_ += static_cast<uint32_t>(data.size()) + 8;
  const int r = sd_bus_message_append_array(message_, SD_BUS_TYPE_BYTE, data.data(), data.size());
  if (r < 0) result_ = r;
}

void BusSink::open(char type, const char* contents) {
  if (result_ < 0) return;
  const int r = sd_bus_message_open_container(message_, type, contents);
  if (r < 0) result_ = r;
}
void BusSink::close() {
  if (result_ < 0) return;
  const int r = sd_bus_message_close_container(message_);
  if (r < 0) result_ = r;
}

void BusSink::open_array(const char* element) {
  open(SD_BUS_TYPE_ARRAY, element);
}
void BusSink::close_array() {
  close();
}
void BusSink::open_struct(const char* members) {
  open(SD_BUS_TYPE_STRUCT, members);
}
void BusSink::close_struct() {
  close();
}
void BusSink::open_variant(const char* signature) {
  open(SD_BUS_TYPE_VARIANT, signature);
}
void BusSink::close_variant() {
  close();
}
void BusSink::open_dict_entry(const char* signature) {
  open(SD_BUS_TYPE_DICT_ENTRY, signature);
}
void BusSink::close_dict_entry() {
  close();
}

}  // namespace svcd
