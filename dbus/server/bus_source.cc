#include "dbus/server/bus_source.h"

namespace svcd {

bool BusSource::take(char type, void* into) {
  return sd_bus_message_read_basic(message_, type, into) > 0;
}

bool BusSource::boolean(bool& into) {
  int value = 0;
  if (!take(SD_BUS_TYPE_BOOLEAN, &value)) return false;
  into = value != 0;
  return true;
}
bool BusSource::byte(uint8_t& into) {
  return take(SD_BUS_TYPE_BYTE, &into);
}
bool BusSource::i32(int32_t& into) {
  return take(SD_BUS_TYPE_INT32, &into);
}
bool BusSource::u16(uint16_t& into) {
  return take(SD_BUS_TYPE_UINT16, &into);
}
bool BusSource::u32(uint32_t& into) {
  return take(SD_BUS_TYPE_UINT32, &into);
}
bool BusSource::i64(int64_t& into) {
  return take(SD_BUS_TYPE_INT64, &into);
}
bool BusSource::u64(uint64_t& into) {
  return take(SD_BUS_TYPE_UINT64, &into);
}

bool BusSource::string(std::string& into) {
  const char* value = nullptr;
  if (!take(SD_BUS_TYPE_STRING, &value) || value == nullptr) return false;
  into = value;
  return true;
}

bool BusSource::bytes(std::string& into) {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_bus_message_read_array(message_, SD_BUS_TYPE_BYTE, &data, &size) <= 0) return false;
  into.assign(static_cast<const char*>(data), size);
  return true;
}

bool BusSource::enter_array(const char* element_signature) {
  return sd_bus_message_enter_container(message_, SD_BUS_TYPE_ARRAY, element_signature) > 0;
}
bool BusSource::leave_array() {
  return sd_bus_message_exit_container(message_) >= 0;
}
bool BusSource::enter_struct(const char* member_signature) {
  return sd_bus_message_enter_container(message_, SD_BUS_TYPE_STRUCT, member_signature) > 0;
}
bool BusSource::leave_struct() {
  return sd_bus_message_exit_container(message_) >= 0;
}

bool BusSource::at_end() {
  return sd_bus_message_at_end(message_, 0) != 0;
}

}  // namespace svcd
