#include "dbus/server/call.h"

#include <cerrno>
#include <cstring>

#include "dbus/server/error_names.h"

namespace svcd {

void Call::take(char type, void* into) {
  (void)sd_bus_message_read_basic(message, type, into);
}

std::string Call::text() {
  const char* value = nullptr;
  take(SD_BUS_TYPE_STRING, &value);
  return value ? value : "";
}
bool Call::flag() {
  int value = 0;
  take(SD_BUS_TYPE_BOOLEAN, &value);
  return value != 0;
}
uint8_t Call::byte() {
  uint8_t value = 0;
  take(SD_BUS_TYPE_BYTE, &value);
  return value;
}
int32_t Call::i32() {
  int32_t value = 0;
  take(SD_BUS_TYPE_INT32, &value);
  return value;
}
uint32_t Call::u32() {
  uint32_t value = 0;
  take(SD_BUS_TYPE_UINT32, &value);
  return value;
}
uint64_t Call::u64() {
  uint64_t value = 0;
  take(SD_BUS_TYPE_UINT64, &value);
  return value;
}
std::vector<std::string> Call::texts() {
  std::vector<std::string> values;
  if (sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "s") < 0) return values;
  for (const char* value = nullptr; sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &value) > 0;)
    values.emplace_back(value);
  (void)sd_bus_message_exit_container(message);
  return values;
}
std::string Call::bytes() {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_bus_message_read_array(message, SD_BUS_TYPE_BYTE, &data, &size) < 0 || size == 0) return {};
  return std::string(static_cast<const char*>(data), size);
}

Result<> Call::enter_value(const char* signature) {
  (void)text();  // of the interface
  const std::string property = text();
  char type = 0;
  const char* given = nullptr;
  if (sd_bus_message_peek_type(message, &type, &given) <= 0 || type != SD_BUS_TYPE_VARIANT ||
      std::strcmp(given, signature) != 0)
    return fail(ErrorCode::invalid_args, "Incorrect parameters for property '{}', expected '{}', got '{}'.", property,
                signature, given ? given : "");
  if (sd_bus_message_enter_container(message, SD_BUS_TYPE_VARIANT, signature) < 0)
    return fail(ErrorCode::bad_message, "The value of {} cannot be read.", property);
  return {};
}

BusSink& Call::answer() {
  if (!reply_) {
    sd_bus_message* made = nullptr;
    if (sd_bus_message_new_method_return(message, &made) >= 0) reply_.reset(made);
    sink_ = BusSink(reply_.get());
  }
  return sink_;
}

void Call::answer_when_announced(JobId job) {
  if (answer().result() < 0 || !reply_) return;  // finish() tells
  context.clients.own_job(client_id(), job);
  context.replies.when_announced(std::move(reply_), job);
  later_ = true;
}

int Call::finish(const Result<>& outcome) {
  if (!outcome) return reply_error(message, outcome.error());
  if (later_) return 1;
  if (const int failed = answer().result(); failed < 0) return sd_bus_reply_method_errno(message, failed, nullptr);
  const int sent = reply_ ? sd_bus_send(sd_bus_message_get_bus(message), reply_.get(), nullptr) : -ENOMEM;
  return sent < 0 ? sent : 1;
}

std::string_view error_text(std::string_view message) {
  if (message.size() <= longest_error_text) return message;
  size_t end = longest_error_text;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;  // no half character
  return message.substr(0, end);
}

int reply_error(sd_bus_message* call, const Error& error) {
  const std::string_view text = error_text(error.message);
  const int sent = sd_bus_reply_method_errorf(call, dbus_error_name(error).c_str(), "%.*s",
                                              static_cast<int>(text.size()), text.data());
  return sent < 0 ? sent : 1;
}

}  // namespace svcd
