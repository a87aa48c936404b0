// Calls to .../unit/self that came before the bus had said who the caller is. sd-bus has no way to dispatch a message
// again, so what it would have done is done here, by the same tables.
#include "dbus/server/object_path.h"
#include "dbus/server/object_tree.h"

namespace svcd {
namespace {

constexpr char own_unit_path[] = "/org/freedesktop/systemd1/unit/self";

void show_variant(const PropertyRow& row, const View& view, BusSink& sink) {
  sink.open_variant(row.signature);
  row.show_to(view, sink);
  sink.close_variant();
}

/// False: there is no such property.
bool answer_get(Call& call, std::span<const Interface* const> interfaces) {
  const std::string interface = call.text(), name = call.text();
  for (const Interface* candidate : interfaces) {
    if (!interface.empty() && interface != candidate->name()) continue;
    for (const PropertyEntry& entry : candidate->properties())
      if (name == entry.row.name) {
        show_variant(entry.row, call.object, call.answer());
        return true;
      }
  }
  return false;
}

Result<> answer_get_all(Call& call, std::span<const Interface* const> interfaces) {
  const std::string interface = call.text();
  BusSink& sink = call.answer();
  sink.open_array("{sv}");
  for (const Interface* candidate : interfaces) {
    if (!interface.empty() && interface != candidate->name()) continue;
    for (const PropertyEntry& entry : candidate->properties()) {
      if (entry.row.emits == Emits::on_request || entry.row.emits == Emits::hidden) continue;
      sink.open_dict_entry("sv");
      sink.string(entry.row.name);
      show_variant(entry.row, call.object, sink);
      sink.close_dict_entry();
    }
  }
  sink.close_array();
  return {};
}

}  // namespace

bool ObjectTree::must_know_caller(sd_bus_message* message) {
  if (std::string_view(sd_bus_message_get_path(message)) != own_unit_path) return false;
  const Client* client = peers_.client_of(message, true);
  return client && !client->may_change;
}

int ObjectTree::serve_own_unit(sd_bus_message* message, Client& client) {
  constexpr Method properties[] = {
      {"Get", "ss", "v", "", Right::look, nullptr},
      {"GetAll", "s", "a{sv}", "", Right::look, nullptr},
  };
  const std::string_view interface = sd_bus_message_get_interface(message) ? sd_bus_message_get_interface(message) : "";
  const std::string_view member = sd_bus_message_get_member(message);
  const Interface* interfaces[] = {&type(context_.api.loaded(found_->unit).id.type()), unit_.get()};
  const auto fits = [&](const Method& method) {
    return member == method.name && sd_bus_message_has_signature(message, method.takes) > 0;
  };
  Call call(context_, message, &client, *found_);
  if (interface == properties_interface && fits(properties[0])) {
    if (answer_get(call, interfaces)) return call.finish({});
    return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_UNKNOWN_PROPERTY, "Unknown property or interface.");
  }
  if (interface == properties_interface && fits(properties[1])) return call.finish(answer_get_all(call, interfaces));
  for (const Interface* candidate : interfaces)
    for (const MethodEntry& entry : candidate->methods())
      if ((interface.empty() || interface == candidate->name()) && fits(*entry.method))
        return serve(entry, message, &client);
  return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_UNKNOWN_METHOD, "Unknown method %s or interface %s.",
                                    sd_bus_message_get_member(message), std::string(interface).c_str());
}

}  // namespace svcd
