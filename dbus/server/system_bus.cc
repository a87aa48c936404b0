#include "dbus/server/system_bus.h"

#include <algorithm>
#include <cstring>

#include "dbus/server/error_names.h"
#include "dbus/server/object_path.h"

namespace svcd {
namespace {

constexpr uint64_t first_retry_usec = 500'000, last_retry_usec = 30'000'000;
/// systemd.special(7); dbus-broker's own unit goes by this alias.
constexpr char bus_service[] = "dbus.service";
constexpr char activator_interface[] = "org.freedesktop.systemd1.Activator";

std::string owner_rule(std::string_view name) {
  return fmt::format("type='signal',sender='{0}',path='{1}',interface='{0}',member='NameOwnerChanged',arg0='{2}'",
                     driver_name, driver_path, name);
}

struct Credentials {
  std::optional<uint32_t> uid, pid;
};

/// The a{sv} of GetConnectionCredentials(); what else is in it is skipped.
Credentials read_credentials(sd_bus_message* reply) {
  Credentials found;
  if (sd_bus_message_enter_container(reply, SD_BUS_TYPE_ARRAY, "{sv}") < 0) return found;
  while (sd_bus_message_enter_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
    const char* key = nullptr;
    const char* contents = nullptr;
    if (sd_bus_message_read_basic(reply, SD_BUS_TYPE_STRING, &key) < 0 ||
        sd_bus_message_peek_type(reply, nullptr, &contents) < 0)
      return {};
    const bool uid = std::strcmp(key, "UnixUserID") == 0, pid = std::strcmp(key, "ProcessID") == 0;
    if ((uid || pid) && std::strcmp(contents, "u") == 0) {
      uint32_t value = 0;
      if (sd_bus_message_read(reply, "v", "u", &value) < 0) return {};
      (uid ? found.uid : found.pid) = value;
    } else if (sd_bus_message_skip(reply, "v") < 0) {
      return {};
    }
    if (sd_bus_message_exit_container(reply) < 0) return {};
  }
  return found;
}

/// What sd-bus tells of the connection itself; goes on from `r`.
int match_local(sd_bus* bus, int r, const char* member, sd_bus_message_handler_t handler, void* userdata) {
  if (r < 0) return r;
  return sd_bus_match_signal(bus, nullptr, "org.freedesktop.DBus.Local", "/org/freedesktop/DBus/Local",
                             "org.freedesktop.DBus.Local", member, handler, userdata);
}

}  // namespace

SystemBus::SystemBus(const Scope& scope, sd_event* loop, ManagerApi& api, Clients& clients, Hooks hooks)
    : scope_(scope), loop_(loop), api_(api), clients_(clients), hooks_(std::move(hooks)) {}
SystemBus::~SystemBus() = default;

Result<> SystemBus::start() {
  sd_event_source* recheck = nullptr;
  if (const int r = sd_event_add_defer(loop_, &recheck, on_recheck, this); r < 0)
    return tl::unexpected(Error{ErrorCode::failed, "sd_event_add_defer", -r});
  recheck_.reset(recheck);
  (void)sd_event_source_set_priority(recheck, handshake_priority - 1);  // it ends the preference
  return {};
}

bool SystemBus::bus_is_up() const {
  const std::optional<UnitId> service = api_.find(bus_service);
  if (!service) return false;
  return is_up(api_.status(*service).active_state);
}

void SystemBus::look_at(const std::vector<UnitId>& changed) {
  if (bus_ || changed.empty() || !recheck_) return;
  const std::optional<UnitId> service = api_.find(bus_service);
  if (!service || std::ranges::find(changed, *service) == changed.end()) return;
  (void)sd_event_source_set_enabled(recheck_.get(), SD_EVENT_ONESHOT);  // not inside the step
}

/// From the turn after it is connected; in the middle of its own messages it cannot be taken out of the loop.
void SystemBus::end_preference() {
  if (!bus_ || sd_bus_is_ready(bus_.get()) <= 0 || !std::exchange(is_preferred_, false)) return;
  if (sd_bus_detach_event(bus_.get()) >= 0) (void)sd_bus_attach_event(bus_.get(), loop_, SD_EVENT_PRIORITY_NORMAL);
}

void SystemBus::give_up() {
  if (!recheck_ || !bus_) return;
  gives_up_ = true;
  (void)sd_event_source_set_enabled(recheck_.get(), SD_EVENT_ONESHOT);
}

int SystemBus::on_recheck(sd_event_source*, void* self) {
  auto& bus = *static_cast<SystemBus*>(self);
  if (std::exchange(bus.gives_up_, false) && bus.bus_) {
    bus.disconnect();
    return 0;
  }
  bus.end_preference();
  bus.retry_after_ = first_retry_usec;
  if (!bus.bus_ && bus.bus_is_up()) bus.connect();
  return 0;
}

int SystemBus::on_retry(sd_event_source*, uint64_t, void* self) {
  auto& bus = *static_cast<SystemBus*>(self);
  if (!bus.bus_ && bus.bus_is_up()) bus.connect();
  return 0;
}

/// Only while dbus says that it runs; otherwise its start wakes us.
void SystemBus::retry_later() {
  if (!bus_is_up()) return;
  sd_event_source* retry = nullptr;
  if (sd_event_add_time_relative(loop_, &retry, CLOCK_MONOTONIC, retry_after_, 0, on_retry, this) < 0) return;
  retry_.reset(retry);
  retry_after_ = std::min(retry_after_ * 2, last_retry_usec);
}

void SystemBus::connect() {
  sd_bus* bus = nullptr;
  int r = sd_bus_new(&bus);
  bus_.reset(bus);
  if (r >= 0) r = sd_bus_set_address(bus, scope_.system_bus.c_str());
  if (r >= 0) r = sd_bus_set_bus_client(bus, 1);
  if (r >= 0) r = sd_bus_set_connected_signal(bus, 1);
  r = match_local(bus, r, "Connected", on_connected, this);
  r = match_local(bus, r, "Disconnected", on_disconnected, this);
  if (r >= 0) r = hooks_.attach(bus);
  if (r >= 0) r = sd_bus_start(bus);
  if (r >= 0) r = sd_bus_attach_event(bus, loop_, handshake_priority);
  is_preferred_ = r >= 0;
  if (r >= 0) return;
  bus_.reset();
  retry_later();
}

int SystemBus::on_connected(sd_bus_message*, void* self, sd_bus_error*) {
  auto& bus = *static_cast<SystemBus*>(self);
  sd_bus* connection = bus.bus_.get();
  for (Watch& watch : bus.watches_) bus.follow(watch);
  (void)sd_bus_match_signal_async(connection, nullptr, driver_name, driver_path, activator_interface,
                                  "ActivationRequest", on_activation, nullptr, self);
  (void)sd_bus_request_name_async(connection, nullptr, bus_name,
                                  SD_BUS_NAME_ALLOW_REPLACEMENT | SD_BUS_NAME_REPLACE_EXISTING, on_name, self);
  bus.retry_after_ = first_retry_usec;
  (void)sd_event_source_set_enabled(bus.recheck_.get(), SD_EVENT_ONESHOT);
  bus.hooks_.ready(connection);
  return 0;
}

/// Without the name nobody finds us, but the connection serves everything else.
int SystemBus::on_name(sd_bus_message*, void*, sd_bus_error*) {
  return 0;
}

int SystemBus::on_disconnected(sd_bus_message*, void* self, sd_bus_error*) {
  static_cast<SystemBus*>(self)->disconnect();
  return 0;
}

void SystemBus::disconnect() {
  const BusHandle dying = std::move(bus_);
  hooks_.ready(nullptr);
  for (Watch& watch : watches_) {
    watch.changes.reset();
    watch.question.reset();
    watch.process.reset();
  }
  for (const ClientId client : clients_.on_system_bus()) hooks_.gone(client);
  retry_later();
}

// ---- names of services

void SystemBus::watch(UnitId unit, const std::string& name) {
  unwatch(unit, name);
  Watch& watch = watches_.emplace_back(Watch{this, unit, name, {}, {}, {}});
  if (bus_ && sd_bus_is_ready(bus_.get()) > 0) follow(watch);  // otherwise when the bus is there
}

void SystemBus::unwatch(UnitId unit, const std::string& name) {
  watches_.remove_if([&](const Watch& watch) { return watch.unit == unit && watch.name == name; });
}

void SystemBus::follow(Watch& watch) {
  sd_bus_slot* slot = nullptr;
  const auto ignore = [](sd_bus_message*, void*, sd_bus_error*) { return 0; };
  if (sd_bus_add_match_async(bus_.get(), &slot, owner_rule(watch.name).c_str(), on_owner_changed, ignore, &watch) >= 0)
    watch.changes.reset(slot);
  slot = nullptr;
  if (sd_bus_call_method_async(bus_.get(), &slot, driver_name, driver_path, driver_name, "GetNameOwner", on_owner,
                               &watch, "s", watch.name.c_str()) >= 0)
    watch.question.reset(slot);
}

int SystemBus::on_owner(sd_bus_message* reply, void* userdata, sd_bus_error*) {
  const char* owner = "";
  if (sd_bus_message_is_method_error(reply, nullptr) == 0) (void)sd_bus_message_read_basic(reply, 's', &owner);
  tell_owner(*static_cast<Watch*>(userdata), owner);
  return 0;
}

int SystemBus::on_owner_changed(sd_bus_message* signal, void* userdata, sd_bus_error*) {
  const char *name = nullptr, *before = nullptr, *now = nullptr;
  if (sd_bus_message_read(signal, "sss", &name, &before, &now) < 0) return 0;
  tell_owner(*static_cast<Watch*>(userdata), now);
  return 0;
}

/// Which process that is comes later: it may become the main process of a service that has none yet.
void SystemBus::tell_owner(Watch& watch, const char* owner) {
  watch.owner->hooks_.post(BusNameOwner{watch.unit, watch.name, owner});
  watch.process.reset();
  if (*owner == '\0' || !watch.owner->bus_) return;
  sd_bus_slot* slot = nullptr;
  if (sd_bus_call_method_async(watch.owner->bus_.get(), &slot, driver_name, driver_path, driver_name,
                               "GetConnectionUnixProcessID", on_process, &watch, "s", owner) >= 0)
    watch.process.reset(slot);
}

int SystemBus::on_process(sd_bus_message* reply, void* userdata, sd_bus_error*) {
  const auto& watch = *static_cast<Watch*>(userdata);
  uint32_t pid = 0;
  if (sd_bus_message_is_method_error(reply, nullptr) != 0 || sd_bus_message_read_basic(reply, 'u', &pid) < 0) return 0;
  if (pid > 0 && pid <= INT32_MAX) watch.owner->hooks_.post(BusNameProcess{watch.unit, watch.name, pid_t(pid)});
  return 0;
}

// ---- callers

Client* SystemBus::client_of(sd_bus_message* message, bool needed) {
  const char* sender = sd_bus_message_get_sender(message);
  if (!sender) return nullptr;
  Client* known = clients_.find(std::string(sender));
  if (known || !needed) return known;
  Client& client = clients_.add(bus_.get(), sender);
  client.system_bus = this;
  ask_about(client);
  return &client;
}

/// First a match, then the question: whoever leaves in between is told by one of them.
void SystemBus::ask_about(Client& client) {
  sd_bus_slot* slot = nullptr;
  const std::string rule = owner_rule(client.name);
  if (sd_bus_add_match_async(client.bus, &slot, rule.c_str(), on_client_changed, on_client_match, &client) >= 0)
    client.slots.emplace_back(slot);
  slot = nullptr;
  if (sd_bus_call_method_async(client.bus, &slot, driver_name, driver_path, driver_name, "GetConnectionCredentials",
                               on_credentials, &client, "s", client.name.c_str()) >= 0)
    client.slots.emplace_back(slot);
  else
    client.may_change = false;
}

int SystemBus::on_client_match(sd_bus_message* reply, void* userdata, sd_bus_error*) {
  const auto& client = *static_cast<Client*>(userdata);
  if (sd_bus_message_is_method_error(reply, nullptr) > 0) client.system_bus->hooks_.gone(client.id);
  return 0;  // whom we cannot watch we do not serve
}

int SystemBus::on_client_changed(sd_bus_message* signal, void* userdata, sd_bus_error*) {
  const auto& client = *static_cast<Client*>(userdata);
  const char *name = nullptr, *before = nullptr, *now = nullptr;
  if (sd_bus_message_read(signal, "sss", &name, &before, &now) >= 0 && *now == '\0')
    client.system_bus->hooks_.gone(client.id);
  return 0;
}

int SystemBus::on_credentials(sd_bus_message* reply, void* userdata, sd_bus_error*) {
  auto& client = *static_cast<Client*>(userdata);
  const bool failed = sd_bus_message_is_method_error(reply, nullptr) > 0;
  const Credentials found = failed ? Credentials{} : read_credentials(reply);
  client.may_change = found.uid == 0u;
  client.pid = static_cast<pid_t>(found.pid.value_or(0));
  SystemBus& bus = *client.system_bus;
  const ClientId id = client.id;
  bus.hooks_.known(client);
  const Client* still = bus.clients_.find(id);
  // Nothing of it is ours to remember, unless a call of it waits for units that are still being loaded.
  if (still && !*still->may_change && !still->subscribed && still->waiting.empty()) bus.hooks_.gone(id);
  return 0;
}

// ---- activation

int SystemBus::on_activation(sd_bus_message* signal, void* self, sd_bus_error*) {
  const char* unit = nullptr;
  if (sd_bus_message_read_basic(signal, 's', &unit) >= 0) static_cast<SystemBus*>(self)->activate(unit);
  return 0;
}

/// dbus-daemon hears only of what cannot even be queued; its callers then get this error.
void SystemBus::activate(const char* unit) {
  const auto queue = [&]() -> Result<> {
    if (!bus_is_up()) return fail(ErrorCode::shutting_down, "Refusing activation, D-Bus is shutting down.");
    const UnitId id = SVCD_TRY(api_.load(unit));
    JobRequest request;
    request.unit = api_.loaded(id).id;
    SVCD_TRY(api_.submit(request));
    return {};
  };
  const Result<> done = queue();
  if (done) return;
  if (done.error().code == ErrorCode::still_loading) return hooks_.post(BusActivation{unit});
  activation_failed({unit, done.error()});
}

void SystemBus::activation_failed(const ActivationFailed& failed) {
  if (!bus_) return;
  sd_bus_message* made = nullptr;
  if (sd_bus_message_new_signal(bus_.get(), &made, manager_path, activator_interface, "ActivationFailure") < 0) return;
  const MessageHandle message(made);
  BusSink sink(made);
  sink.string(failed.unit);
  sink.string(dbus_error_name(failed.error));
  sink.string(failed.error.message);
  if (sink.result() >= 0) (void)sd_bus_send_to(bus_.get(), made, driver_name, nullptr);
}

}  // namespace svcd
