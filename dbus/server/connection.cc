#include "dbus/server/connection.h"

#include <unistd.h>

#include <algorithm>

#include "dbus/server/bus_sink.h"
#include "dbus/server/error_names.h"
#include "dbus/server/object_path.h"

namespace svcd {
namespace {

/// A rule costs memory and every signal's time.
constexpr size_t rules_max = 1024;

/// Replies of the little bus come from the bus, not from the manager.
template <class Fill>
int reply(sd_bus_message* call, Fill fill) {
  sd_bus_message* made = nullptr;
  if (const int r = sd_bus_message_new_method_return(call, &made); r < 0) return r;
  const MessageHandle message(made);
  if (const int r = sd_bus_message_set_sender(made, driver_name); r < 0) return r;
  BusSink sink(made);
  fill(sink);
  if (sink.result() < 0) return sink.result();
  const int r = sd_bus_send(sd_bus_message_get_bus(call), made, nullptr);
  return r < 0 ? r : 1;
}
int reply_empty(sd_bus_message* call) {
  return reply(call, [](BusSink&) {});
}

template <int (Connection::*serve)(sd_bus_message*)>
int on_call(sd_bus_message* message, void* connection, sd_bus_error*) {
  return (static_cast<Connection*>(connection)->*serve)(message);
}

constexpr uint64_t open_to_all = SD_BUS_VTABLE_UNPRIVILEGED;
// clang-format off
const sd_bus_vtable driver_vtable[] = {
    SD_BUS_VTABLE_START(SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Hello",                      "",   "s",     on_call<&Connection::hello>, open_to_all),
    SD_BUS_METHOD("AddMatch",                   "s",  "",      on_call<&Connection::add_match>, open_to_all),
    SD_BUS_METHOD("RemoveMatch",                "s",  "",      on_call<&Connection::remove_match>, open_to_all),
    SD_BUS_METHOD("GetNameOwner",               "s",  "s",     on_call<&Connection::name_query>, open_to_all),
    SD_BUS_METHOD("NameHasOwner",               "s",  "b",     on_call<&Connection::name_query>, open_to_all),
    SD_BUS_METHOD("GetConnectionUnixUser",      "s",  "u",     on_call<&Connection::name_query>, open_to_all),
    SD_BUS_METHOD("GetConnectionUnixProcessID", "s",  "u",     on_call<&Connection::name_query>, open_to_all),
    SD_BUS_METHOD("GetConnectionCredentials",   "s",  "a{sv}", on_call<&Connection::name_query>, open_to_all),
    SD_BUS_METHOD("ListNames",                  "",   "as",    on_call<&Connection::list>, open_to_all),
    SD_BUS_METHOD("ListActivatableNames",       "",   "as",    on_call<&Connection::list>, open_to_all),
    SD_BUS_METHOD("StartServiceByName",         "su", "u",     on_call<&Connection::start_service>, open_to_all),
    SD_BUS_VTABLE_END,
};
// clang-format on

}  // namespace

int Connection::attach_driver() {
  sd_bus_slot* slot = nullptr;
  if (const int r = sd_bus_add_filter(bus_.get(), &slot, on_message, this); r < 0) return r;
  silence_.reset(slot);
  return sd_bus_add_object_vtable(bus_.get(), nullptr, driver_path, driver_name, driver_vtable, this);
}

int Connection::on_message(sd_bus_message* message, void* connection, sd_bus_error*) {
  uint8_t type = 0;
  if (sd_bus_message_get_type(message, &type) >= 0 && type == SD_BUS_MESSAGE_METHOD_CALL)
    static_cast<Connection*>(connection)->silence_.reset();
  return 0;
}

bool Connection::asked_for(const SignalFacts& signal) const {
  return std::ranges::any_of(rules_, [&](const MatchRule& rule) { return rule.matches(signal); });
}
bool Connection::wants(const SignalFacts& signal) const {
  return !silence_ && (!said_hello_ || asked_for(signal));
}

int Connection::hello(sd_bus_message* call) {
  said_hello_ = true;
  return reply(call, [this](BusSink& sink) { sink.string(unique_name()); });
}

int Connection::add_match(sd_bus_message* call) {
  const char* text = nullptr;
  if (const int r = sd_bus_message_read_basic(call, SD_BUS_TYPE_STRING, &text); r < 0) return r;
  Result<MatchRule> rule = MatchRule::parse(text);
  if (!rule)
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_MATCH_RULE_INVALID, "%s", rule.error().message.c_str());
  if (rules_.size() >= rules_max)
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many match rules.");
  rules_.push_back(*std::move(rule));
  return reply_empty(call);
}

int Connection::remove_match(sd_bus_message* call) {
  const char* text = nullptr;
  if (const int r = sd_bus_message_read_basic(call, SD_BUS_TYPE_STRING, &text); r < 0) return r;
  const Result<MatchRule> rule = MatchRule::parse(text);
  const auto known = rule ? std::ranges::find(rules_, *rule) : rules_.end();
  if (known == rules_.end())
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_MATCH_RULE_NOT_FOUND, "There is no such match rule.");
  rules_.erase(known);
  return reply_empty(call);
}

/// What clients ask about a name: the manager's, the bus's own, or their own.
int Connection::name_query(sd_bus_message* call) {
  const char* text = nullptr;
  if (const int r = sd_bus_message_read_basic(call, SD_BUS_TYPE_STRING, &text); r < 0) return r;
  const std::string_view name = text;
  const std::string_view member = sd_bus_message_get_member(call);
  const bool ours = name == bus_name || name == driver_name;
  const bool theirs = said_hello_ && name == unique_name();
  if (member == "NameHasOwner") return reply(call, [&](BusSink& sink) { sink.boolean(ours || theirs); });
  if (!ours && !theirs)
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_NAME_HAS_NO_OWNER, "Name \"%s\" does not exist.", text);
  const uint32_t uid = ours ? ::getuid() : uid_;
  const auto pid = static_cast<uint32_t>(ours ? ::getpid() : pid_);
  return reply(call, [&](BusSink& sink) {
    if (member == "GetNameOwner") return sink.string(name);
    if (member == "GetConnectionUnixUser") return sink.u32(uid);
    if (member == "GetConnectionUnixProcessID") return sink.u32(pid);
    sink.open_array("{sv}");
    for (const auto& [key, value] : {std::pair{"UnixUserID", uid}, std::pair{"ProcessID", pid}}) {
      sink.open_dict_entry("sv");
      sink.string(key);
      sink.open_variant("u");
      sink.u32(value);
      sink.close_variant();
      sink.close_dict_entry();
    }
    sink.close_array();
  });
}

int Connection::list(sd_bus_message* call) {
  const bool all = std::string_view(sd_bus_message_get_member(call)) == "ListNames";
  return reply(call, [&](BusSink& sink) {
    sink.open_array("s");
    sink.string(driver_name);
    sink.string(bus_name);
    if (all && said_hello_) sink.string(unique_name());
    sink.close_array();
  });
}

int Connection::start_service(sd_bus_message* call) {
  const char* name = nullptr;
  if (const int r = sd_bus_message_read_basic(call, SD_BUS_TYPE_STRING, &name); r < 0) return r;
  if (std::string_view(name) != bus_name)
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_SERVICE_UNKNOWN, "There is no service \"%s\" here.", name);
  return reply(call, [](BusSink& sink) { sink.u32(2); });  // it runs already
}

}  // namespace svcd
