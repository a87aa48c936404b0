#include "dbus/server/object_tree.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "dbus/server/error_names.h"
#include "dbus/server/explanations.h"
#include "dbus/server/object_path.h"

namespace svcd {
namespace {

std::optional<Id128> parse_invocation(std::string_view text) {
  Id128 id{};
  if (text.size() != id.size() * 2) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return std::nullopt;
    id[i / 2] = static_cast<uint8_t>(id[i / 2] << 4 | digit);
  }
  return id;
}

/// A list of strings as sd-bus frees it.
int as_strv(const std::vector<std::string>& values, char*** into) {
  auto** list = static_cast<char**>(std::calloc(values.size() + 1, sizeof(char*)));
  if (!list) return -ENOMEM;
  for (size_t i = 0; i < values.size(); ++i) {
    list[i] = ::strdup(values[i].c_str());
    if (list[i]) continue;
    for (size_t j = 0; j < i; ++j) std::free(list[j]);
    std::free(list);
    return -ENOMEM;
  }
  *into = list;
  return 1;
}

/// Of a service, about: sd-bus makes that answer itself.
constexpr uint32_t size_of_all_properties = 16384;

}  // namespace

ObjectTree::ObjectTree(CallContext& context, const BusFacts& facts, Peers& peers)
    : context_(context), facts_(facts), peers_(peers), found_(view_of(UnitId{})) {
  const std::span<const Method> of_manager[] = {manager_unit_methods(), manager_job_methods(), manager_file_methods(),
                                                manager_transient_methods(), manager_life_methods()};
  const std::span<const Method> of_unit[] = {unit_methods()};
  const std::span<const Method> of_job[] = {job_methods()};
  const std::span<const Method> of_type[] = {process_methods()};
  const std::span<const Method> own_of_manager[] = {own_manager_methods()};
  const std::span<const Method> own_of_unit[] = {own_unit_methods()};
  own_manager_ = std::make_unique<Interface>(*this, own_manager_interface, std::vector<PropertyRow>(), own_of_manager,
                                             std::span<const Signal>());
  manager_ = std::make_unique<Interface>(*this, manager_interface, manager_properties(), of_manager, manager_signals());
  own_unit_ = std::make_unique<Interface>(*this, own_unit_interface, own_unit_properties(), own_of_unit,
                                          std::span<const Signal>());
  unit_ = std::make_unique<Interface>(*this, unit_interface, unit_properties(), of_unit, std::span<const Signal>());
  job_ = std::make_unique<Interface>(*this, job_interface, job_properties(), of_job, std::span<const Signal>());
  log_control_ = std::make_unique<Interface>(*this, log_control_interface, log_control_properties(),
                                             std::span<const std::span<const Method>>(), std::span<const Signal>());
  branches_[unit_type_count] = {this, std::nullopt};
  for (size_t i = 0; i < unit_type_count; ++i) {
    const auto type = static_cast<UnitType>(i);
    const auto methods = has_resource(type) ? std::span<const std::span<const Method>>(of_type)
                                            : std::span<const std::span<const Method>>();
    types_[i] = std::make_unique<Interface>(*this, type_interface(type), type_properties(type), methods,
                                            std::span<const Signal>());
    branches_[i] = {this, type};
  }
}

int ObjectTree::attach(sd_bus* bus) {
  auto attached = std::make_unique<Attached>(Attached{this});
  sd_bus_slot* slot = nullptr;
  int r = sd_bus_add_filter(bus, &slot, on_message, attached.get());
  if (r < 0) return r;
  const SlotHandle filter(slot);
  r = sd_bus_slot_set_destroy_callback(slot, [](void* gone) { delete static_cast<Attached*>(gone); });
  if (r < 0) return r;
  (void)attached.release();
  return sd_bus_slot_set_floating(slot, 1);  // the connection keeps it
}

int ObjectTree::attach_manager(sd_bus* bus, Attached& attached) {
  if (std::exchange(attached.manager, true)) return 0;
  int r = 0;
  for (const Interface* interface : {own_manager_.get(), manager_.get()})
    if (r >= 0)
      r = sd_bus_add_fallback_vtable(bus, nullptr, manager_path, interface->name(), interface->vtable(), find_manager,
                                     this);
  if (r >= 0)
    r = sd_bus_add_fallback_vtable(bus, nullptr, log_control_path, log_control_->name(), log_control_->vtable(),
                                   find_manager, this);
  if (r >= 0) r = sd_bus_add_fallback_vtable(bus, nullptr, job_root, job_->name(), job_->vtable(), find_job, this);
  if (r >= 0) r = sd_bus_add_node_enumerator(bus, nullptr, job_root, list_jobs, this);
  if (r >= 0) r = sd_bus_add_node_enumerator(bus, nullptr, unit_root, list_units, this);
  return r;
}

/// sd-bus shows the one added last first: the type's properties stand before those of all units.
int ObjectTree::attach_types(sd_bus* bus, Attached& attached, std::optional<UnitType> only) {
  int r = 0;
  if (!std::exchange(attached.unit, true))
    for (const Interface* interface : {own_unit_.get(), unit_.get()})
      if (r >= 0)
        r = sd_bus_add_fallback_vtable(bus, nullptr, unit_root, interface->name(), interface->vtable(), find_unit,
                                       &branches_[unit_type_count]);
  for (size_t i = 0; i < unit_type_count && r >= 0; ++i)
    if ((!only || static_cast<size_t>(*only) == i) && !std::exchange(attached.types[i], true))
      r = sd_bus_add_fallback_vtable(bus, nullptr, unit_root, types_[i]->name(), types_[i]->vtable(), find_unit,
                                     &branches_[i]);
  return r;
}

int ObjectTree::on_message(sd_bus_message* message, void* userdata, sd_bus_error*) {
  auto& attached = *static_cast<Attached*>(userdata);
  ObjectTree& tree = *attached.tree;
  if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0) return 0;
  if (tree.must_know_caller(message)) return tree.put_back(nullptr, message, tree.peers_.client_of(message, true));
  sd_bus* bus = sd_bus_message_get_bus(message);
  if (const char* member = sd_bus_message_get_member(message); member && std::strcmp(member, "GetAll") == 0)
    tree.peers_.answered(bus, size_of_all_properties);
  if (const MethodEntry* entry = tree.guarded(message)) return tree.serve_guarded(*entry, message);
  int r = tree.attach_manager(bus, attached);
  if (const std::optional<std::string> name = r >= 0 ? unit_of_path(sd_bus_message_get_path(message)) : std::nullopt) {
    const Result<UnitName> unit = UnitName::parse(*name);  // otherwise: self, an invocation
    r = tree.attach_types(bus, attached, unit ? std::optional(unit->type()) : std::nullopt);
  }
  return r < 0 ? r : 0;
}

/// What sd-bus would ask the bus about, and wait, before it served it: privileged methods, and writing a property.
const MethodEntry* ObjectTree::guarded(sd_bus_message* message) const {
  const std::string_view path = sd_bus_message_get_path(message), member = sd_bus_message_get_member(message);
  if (path != manager_path && path != log_control_path) return nullptr;
  const Interface& interface = path == manager_path ? *manager_ : *log_control_;
  const char* named = sd_bus_message_get_interface(message);
  if (!named || named == std::string_view(interface.name()))
    if (const MethodEntry* method = interface.privileged_method(member)) return method;
  if ((named && named != std::string_view(properties_interface)) || member != "Set") return nullptr;
  if (!std::string_view(sd_bus_message_get_signature(message, 1)).starts_with("ssv")) return nullptr;
  const char *of = nullptr, *property = nullptr;
  const MethodEntry* writer = nullptr;
  if (sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &of) > 0 &&
      sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &property) > 0 && of == std::string_view(interface.name()))
    writer = interface.writer_of(property);
  (void)sd_bus_message_rewind(message, 1);
  return writer;
}

int ObjectTree::serve_guarded(const MethodEntry& entry, sd_bus_message* message) {
  const Method& method = *entry.method;
  const char* given = sd_bus_message_get_signature(message, 1);
  if (std::strcmp(given, method.takes) != 0)
    return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_INVALID_ARGS,
                                      "Invalid arguments '%s' to call %s.%s(), expecting '%s'.", given,
                                      manager_interface, method.name, method.takes);
  found_.emplace(view_of(UnitId{}));
  return serve(entry, message);
}

View ObjectTree::view_of(UnitId unit) const {
  return {context_.api, facts_, unit, {}, {}};
}
View ObjectTree::view_of(const JobInfo& job) const {
  return {context_.api, facts_, job.unit, job, {}};
}

/// .../unit/NAME, .../unit/INVOCATION, .../unit/self.
Result<UnitId> ObjectTree::resolve(std::string_view path, sd_bus_message* message) {
  const std::optional<std::string> name = unit_of_path(path);
  if (!name) return fail(ErrorCode::no_such_unit, "No such unit");
  if (*name == "self") {
    const Client* client = message ? peers_.client_of(message, true) : nullptr;
    if (const auto own = client && client->pid != 0 ? context_.api.unit_of_process(client->pid) : std::nullopt)
      return *own;
    return fail(ErrorCode::no_unit_for_pid, "The caller does not belong to any loaded unit.");
  }
  if (const std::optional<UnitId> known = context_.api.find(*name)) return *known;
  if (const auto parsed = UnitName::parse(*name); parsed && !parsed->is_template()) return context_.api.load(*name);
  const std::optional<Id128> invocation = parse_invocation(*name);
  if (!invocation)
    return fail(ErrorCode::invalid_args, "Unit name {} is neither a valid invocation ID nor unit name.", *name);
  if (const auto unit = context_.api.unit_of_invocation(*invocation)) return *unit;
  return fail(ErrorCode::no_unit_for_invocation_id, "No unit with the specified invocation ID {} known.", *name);
}

// sd-bus refuses null as an object, so the tree stands for whatever was found; entries know their rows themselves.
int ObjectTree::find_manager(sd_bus*, const char* path, const char*, void* userdata, void** found, sd_bus_error*) {
  auto* tree = static_cast<ObjectTree*>(userdata);
  if (std::strcmp(path, manager_path) != 0 && std::strcmp(path, log_control_path) != 0) return 0;
  tree->found_.emplace(tree->view_of(UnitId{}));
  *found = tree;
  return 1;
}

int ObjectTree::find_unit(sd_bus* bus, const char* path, const char*, void* userdata, void** found,
                          sd_bus_error* error) {
  const auto* branch = static_cast<const Branch*>(userdata);
  ObjectTree& tree = *branch->tree;
  if (std::strcmp(path, unit_root) == 0) return 0;
  const Result<UnitId> unit = tree.resolve(path, sd_bus_get_current_message(bus));
  if (!unit && unit.error().code == ErrorCode::no_unit_for_pid) return 0;  // who is in no unit has no such object
  if (!unit)
    return sd_bus_error_set(error, dbus_error_name(unit.error()).c_str(),
                            std::string(error_text(unit.error().message)).c_str());
  if (branch->type && tree.context_.api.loaded(*unit).id.type() != *branch->type) return 0;
  tree.found_.emplace(tree.view_of(*unit));
  *found = &tree;
  return 1;
}

int ObjectTree::find_job(sd_bus*, const char* path, const char*, void* userdata, void** found, sd_bus_error*) {
  auto* tree = static_cast<ObjectTree*>(userdata);
  const std::optional<JobId> id = job_of_path(path);
  const std::optional<JobInfo> job = id ? tree->context_.api.job(*id) : std::nullopt;
  if (!job) return 0;
  tree->found_.emplace(tree->view_of(*job));
  *found = tree;
  return 1;
}

int ObjectTree::list_units(sd_bus*, const char*, void* userdata, char*** nodes, sd_bus_error*) {
  ManagerApi& api = static_cast<ObjectTree*>(userdata)->context_.api;
  std::vector<std::string> paths;
  for (const UnitId unit : api.units()) paths.push_back(unit_path(api.loaded(unit).id.str()));
  return as_strv(paths, nodes);
}

int ObjectTree::list_jobs(sd_bus*, const char*, void* userdata, char*** nodes, sd_bus_error*) {
  std::vector<std::string> paths;
  for (const JobInfo& job : static_cast<ObjectTree*>(userdata)->context_.api.jobs()) paths.push_back(job_path(job.id));
  return as_strv(paths, nodes);
}

int ObjectTree::serve(const MethodEntry& entry, sd_bus_message* message) {
  return serve(entry, message, peers_.client_of(message, entry.method->right != Right::look));
}

int ObjectTree::serve(const MethodEntry& entry, sd_bus_message* message, Client* client) {
  if (entry.method->right == Right::change || entry.method->right == Right::privileged) {
    if (client && !client->may_change) return put_back(&entry, message, client);
    if (!client || !*client->may_change) return reply_error(message, {ErrorCode::access_denied, "Access denied", 0});
  }
  Call call(context_, message, client, *found_);
  const Result<> outcome = entry.method->serve(call);
  if (outcome && client && call.waits_for_units()) return put_back(&entry, message, client, *call.waits_for_units());
  if (!outcome || !call.waits_for_caller()) {
    const int r = call.finish(outcome);
    peers_.answered(sd_bus_message_get_bus(message), call.size());
    return r;
  }
  Client* caller = peers_.client_of(message, true);
  if (caller && !caller->may_change) return put_back(&entry, message, caller);
  return reply_error(message, {ErrorCode::no_unit_for_pid, "The caller does not belong to any loaded unit.", 0});
}

int ObjectTree::put_back(const MethodEntry* entry, sd_bus_message* message, Client* client, UnitId held) {
  if (client->waiting.size() >= waiting_calls_max)
    return reply_error(message, {ErrorCode::limits_exceeded, "Too many calls of this client are waiting.", 0});
  if (held.valid() && !context_.api.ref(held, client->id)) held = {};
  client->waiting.push_back({keep(message), entry, held});
  return 1;
}

/// The object of a message that was put back: it may be gone by now.
bool ObjectTree::find_again(sd_bus_message* message) {
  const std::string_view path = sd_bus_message_get_path(message);
  found_.emplace(view_of(UnitId{}));
  if (path == manager_path || path == log_control_path) return true;
  if (const std::optional<JobId> id = job_of_path(path)) {
    const std::optional<JobInfo> job = context_.api.job(*id);
    if (job) found_.emplace(view_of(*job));
    return job.has_value();
  }
  const Result<UnitId> unit = resolve(path, message);
  if (unit) found_.emplace(view_of(*unit));
  return unit.has_value();
}

void ObjectTree::resume(Client& client, size_t at_most) {
  const auto end = client.waiting.begin() + ptrdiff_t(std::min(at_most, client.waiting.size()));
  const std::vector<WaitingCall> waiting(std::move_iterator(client.waiting.begin()), std::move_iterator(end));
  client.waiting.erase(client.waiting.begin(), end);
  for (const WaitingCall& call : waiting) {
    sd_bus_message* message = call.message.get();
    (void)sd_bus_message_rewind(message, 1);
    if (find_again(message))
      (void)(call.method ? serve(*call.method, message, &client) : serve_own_unit(message, client));
    else
      (void)sd_bus_reply_method_errorf(message, SD_BUS_ERROR_UNKNOWN_OBJECT, "Unknown object '%s'.",
                                       sd_bus_message_get_path(message));
    if (call.held.valid()) (void)context_.api.unref(call.held, client.id);
  }
}

}  // namespace svcd
