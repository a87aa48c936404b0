#include "dbus/server/interface_table.h"

#include <algorithm>
#include <cstring>

namespace svcd {
namespace {

int on_method(sd_bus_message* message, void* userdata, sd_bus_error*) {
  const auto& entry = *static_cast<const MethodEntry*>(userdata);
  return entry.handler->serve(entry, message);
}

int on_property(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* userdata, sd_bus_error*) {
  const auto& entry = *static_cast<const PropertyEntry*>(userdata);
  BusSink sink(reply);
  entry.row.show_to(entry.handler->found(), sink);
  return sink.result();
}

uint64_t flags_of(Emits emits) {
  switch (emits) {
    case Emits::constant: return SD_BUS_VTABLE_PROPERTY_CONST;
    case Emits::change: return SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    case Emits::invalidates: return SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION;
    case Emits::none: return 0;
    case Emits::on_request: return SD_BUS_VTABLE_PROPERTY_EXPLICIT;
  }
  return 0;
}

/// sd-bus compares unused bytes of the union, so an entry starts out as zeros.
sd_bus_vtable blank(uint8_t type, uint64_t flags) {
  sd_bus_vtable entry;
  std::memset(&entry, 0, sizeof entry);
  entry.type = type;
  entry.flags = flags & ((1ULL << 56) - 1);
  return entry;
}

constexpr Signal signals_of_manager[] = {
    // clang-format off
    {"UnitNew",          "so",     "id\0unit\0"},
    {"UnitRemoved",      "so",     "id\0unit\0"},
    {"JobNew",           "uos",    "id\0job\0unit\0"},
    {"JobRemoved",       "uoss",   "id\0job\0unit\0result\0"},
    {"StartupFinished",  "tttttt", "firmware\0loader\0kernel\0initrd\0userspace\0total\0"},
    {"UnitFilesChanged", "",       ""},
    {"Reloading",        "b",      "active\0"},
    // clang-format on
};

}  // namespace

std::span<const Signal> manager_signals() {
  return signals_of_manager;
}

Interface::Interface(ObjectHandler& handler, const char* name, const std::vector<PropertyRow>& rows,
                     std::span<const std::span<const Method>> methods, std::span<const Signal> signals)
    : name_(name) {
  // Without UNPRIVILEGED sd-bus would ask the bus, and wait, who a caller is (design 4.13); we ask ourselves.
  sd_bus_vtable start = blank(_SD_BUS_VTABLE_START, SD_BUS_VTABLE_UNPRIVILEGED);
  start.x.start.element_size = sizeof(sd_bus_vtable);
  start.x.start.features = _SD_BUS_VTABLE_PARAM_NAMES;
  start.x.start.vtable_format_reference = &sd_bus_object_vtable_format;
  vtable_.push_back(start);
  for (const PropertyRow& row : rows) {
    const PropertyEntry& entry = properties_.emplace_back(PropertyEntry{&handler, row});
    sd_bus_vtable made = blank(_SD_BUS_VTABLE_PROPERTY, flags_of(row.emits) | SD_BUS_VTABLE_ABSOLUTE_OFFSET);
    made.x.property.member = row.name;
    made.x.property.signature = row.signature;
    made.x.property.get = on_property;
    made.x.property.offset = reinterpret_cast<size_t>(&entry);
    vtable_.push_back(made);
  }
  for (const std::span<const Method>& part : methods) {
    for (const Method& method : part) {
      const MethodEntry& entry = methods_.emplace_back(MethodEntry{&handler, &method});
      sd_bus_vtable made = blank(_SD_BUS_VTABLE_METHOD, SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_ABSOLUTE_OFFSET);
      made.x.method.member = method.name;
      made.x.method.signature = method.takes;
      made.x.method.result = method.gives;
      made.x.method.handler = on_method;
      made.x.method.offset = reinterpret_cast<size_t>(&entry);
      made.x.method.names = method.arguments;
      vtable_.push_back(made);
    }
  }
  for (const Signal& signal : signals) {
    sd_bus_vtable made = blank(_SD_BUS_VTABLE_SIGNAL, 0);
    made.x.signal.member = signal.name;
    made.x.signal.signature = signal.signature;
    made.x.signal.names = signal.arguments;
    vtable_.push_back(made);
  }
  vtable_.push_back(blank(_SD_BUS_VTABLE_END, 0));
}

bool Interface::changes() const {
  return std::ranges::any_of(properties_, [](const PropertyEntry& entry) {
    return entry.row.emits == Emits::change || entry.row.emits == Emits::invalidates;
  });
}

}  // namespace svcd
