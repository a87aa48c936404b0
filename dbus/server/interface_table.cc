#include "dbus/server/interface_table.h"

#include <algorithm>
#include <cerrno>
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

/// Never called: the object tree serves what is written before sd-bus asks whether the writer may, which would block.
int on_write(sd_bus*, const char*, const char*, const char*, sd_bus_message*, void*, sd_bus_error*) {
  return -EACCES;
}

uint64_t flags_of(Emits emits) {
  switch (emits) {
    case Emits::constant: return SD_BUS_VTABLE_PROPERTY_CONST;
    case Emits::change: return SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    case Emits::invalidates: return SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION;
    case Emits::none: return 0;
    case Emits::on_request: return SD_BUS_VTABLE_PROPERTY_EXPLICIT;
    case Emits::hidden: return SD_BUS_VTABLE_HIDDEN;
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

sd_bus_vtable entry_of(const Signal& signal) {
  sd_bus_vtable made = blank(_SD_BUS_VTABLE_SIGNAL, 0);
  made.x.signal.member = signal.name;
  made.x.signal.signature = signal.signature;
  made.x.signal.names = signal.arguments;
  return made;
}

}  // namespace

std::span<const Signal> manager_signals() {
  return signals_of_manager;
}

Interface::Interface(ObjectHandler& handler, const char* name, const std::vector<PropertyRow>& rows,
                     std::span<const std::span<const Method>> methods, std::span<const Signal> signals)
    : name_(name) {
  // Without UNPRIVILEGED sd-bus would ask the bus, and wait, who a caller is; we ask ourselves (system_bus.cc).
  sd_bus_vtable start = blank(_SD_BUS_VTABLE_START, SD_BUS_VTABLE_UNPRIVILEGED);
  start.x.start.element_size = sizeof(sd_bus_vtable);
  start.x.start.features = _SD_BUS_VTABLE_PARAM_NAMES;
  start.x.start.vtable_format_reference = &sd_bus_object_vtable_format;
  vtable_.push_back(start);
  std::vector<Run> runs{{nullptr, {}}};
  for (const PropertyRow& row : rows) runs.back().members.emplace_back(row.name, entry_of(row, handler));
  for (const std::span<const Method>& table : methods)
    for (const Method& method : table) {
      if (&method == table.data() || method.follows) runs.push_back({method.follows, {}});
      runs.back().members.emplace_back(method.name, entry_of(method, handler));
    }
  for (const Signal& signal : signals) {
    if (&signal == signals.data() || signal.follows) runs.push_back({signal.follows, {}});
    runs.back().members.emplace_back(signal.name, svcd::entry_of(signal));
  }
  arrange(std::move(runs));
  vtable_.push_back(blank(_SD_BUS_VTABLE_END, 0));
}

sd_bus_vtable Interface::entry_of(const PropertyRow& row, ObjectHandler& handler) {
  PropertyEntry& entry = properties_.emplace_back(
      PropertyEntry{&handler, row, {row.name, "ssv", "", "", Right::change, row.set}, {&handler, nullptr}});
  entry.write_entry.method = &entry.write;
  const uint8_t type = row.set ? uint8_t{_SD_BUS_VTABLE_WRITABLE_PROPERTY} : uint8_t{_SD_BUS_VTABLE_PROPERTY};
  sd_bus_vtable made = blank(type, flags_of(row.emits) | SD_BUS_VTABLE_ABSOLUTE_OFFSET);
  made.x.property.member = row.name;
  made.x.property.signature = row.signature;
  made.x.property.get = on_property;
  made.x.property.set = row.set ? on_write : nullptr;
  made.x.property.offset = reinterpret_cast<size_t>(&entry);
  return made;
}

sd_bus_vtable Interface::entry_of(const Method& method, ObjectHandler& handler) {
  const MethodEntry& entry = methods_.emplace_back(MethodEntry{&handler, &method});
  const uint64_t open_to_all = method.right == Right::privileged ? 0 : uint64_t{SD_BUS_VTABLE_UNPRIVILEGED};
  sd_bus_vtable made = blank(_SD_BUS_VTABLE_METHOD, open_to_all | SD_BUS_VTABLE_ABSOLUTE_OFFSET);
  made.x.method.member = method.name;
  made.x.method.signature = method.takes;
  made.x.method.result = method.gives;
  made.x.method.handler = on_method;
  made.x.method.offset = reinterpret_cast<size_t>(&entry);
  made.x.method.names = method.arguments;
  return made;
}

/// Runs behind a member that is not there stand last.
void Interface::arrange(std::vector<Run> runs) {
  std::vector<std::pair<const char*, sd_bus_vtable>> members;
  const auto place = [&](Run& run, size_t at) {
    members.insert(members.begin() + static_cast<std::ptrdiff_t>(at), run.members.begin(), run.members.end());
    run.members.clear();
  };
  for (Run& run : runs)
    if (!run.follows) place(run, members.size());
  for (bool placed = true; placed;) {
    placed = false;
    for (Run& run : runs) {
      if (run.members.empty()) continue;
      const auto before =
          std::ranges::find_if(members, [&](const auto& m) { return std::string_view(m.first) == run.follows; });
      if (*run.follows != 0 && before == members.end()) continue;
      place(run, *run.follows == 0 ? 0 : static_cast<size_t>(before - members.begin()) + 1);
      placed = true;
    }
  }
  for (Run& run : runs) place(run, members.size());
  for (const auto& [name, entry] : members) vtable_.push_back(entry);
}

const MethodEntry* Interface::privileged_method(std::string_view name) const {
  const auto at = std::ranges::find_if(methods_, [&](const MethodEntry& entry) {
    return entry.method->right == Right::privileged && entry.method->name == name;
  });
  return at == methods_.end() ? nullptr : &*at;
}

const MethodEntry* Interface::writer_of(std::string_view property) const {
  const auto at = std::ranges::find_if(
      properties_, [&](const PropertyEntry& entry) { return entry.row.set && entry.row.name == property; });
  return at == properties_.end() ? nullptr : &at->write_entry;
}

bool Interface::changes() const {
  return std::ranges::any_of(properties_, [](const PropertyEntry& entry) {
    return entry.row.emits == Emits::change || entry.row.emits == Emits::invalidates;
  });
}

}  // namespace svcd
