#include "unit/dbus/bus_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdarg>
#include <stdexcept>

#include "dbus/server/object_path.h"

namespace svcd {
namespace {

void append(sd_bus_message* m, std::string& into) {
  char type = 0;
  const char* contents = nullptr;
  bool first = true;
  while (sd_bus_message_peek_type(m, &type, &contents) > 0) {
    if (!std::exchange(first, false)) into += ' ';
    if (contents) {
      const char* brackets = type == 'a' ? "[]" : type == 'v' ? "<>" : type == 'e' ? "{}" : "()";
      if (sd_bus_message_enter_container(m, type, contents) < 0) return;
      into += brackets[0];
      append(m, into);
      into += brackets[1];
      if (sd_bus_message_exit_container(m) < 0) return;
      continue;
    }
    union {
      uint8_t y;
      int b;
      uint16_t q;
      int32_t i;
      uint32_t u;
      int64_t x;
      uint64_t t;
      double d;
      const char* s;
    } value{};
    if (sd_bus_message_read_basic(m, type, &value) < 0) return;
    switch (type) {
      case 'y': into += std::to_string(value.y); break;
      case 'b': into += value.b ? "true" : "false"; break;
      case 'q': into += std::to_string(value.q); break;
      case 'i': into += std::to_string(value.i); break;
      case 'u': into += std::to_string(value.u); break;
      case 'x': into += std::to_string(value.x); break;
      case 't': into += std::to_string(value.t); break;
      case 'd': into += std::to_string(value.d); break;
      default: into += value.s;
    }
  }
}

void check(int r, const char* what) {
  if (r < 0) throw std::runtime_error(std::string(what) + ": " + std::to_string(r));
}

}  // namespace

std::string as_text(sd_bus_message* m) {
  std::string text;
  append(m, text);
  return text;
}

World::World() {
  check(sd_event_new(&loop), "sd_event_new");
  scope.private_socket = testing::TempDir() + "svcd-private-" + std::to_string(::getpid());
  server = std::make_unique<BusServer>(scope, loop, manager, [](Event&&) {});
  if (auto listening = server->listen(); !listening) throw std::runtime_error(listening.error().message);
}
World::~World() {
  server.reset();
  sd_event_unref(loop);
  ::unlink(scope.private_socket.c_str());
}
void World::settle() {
  for (int quiet = 0; quiet < 2;) {
    const bool ran = sd_event_run(loop, 0) > 0;
    if (restless_turns > 0) --restless_turns, manager.changes.unit_files_changed = true;
    const Changes changes = manager.take();
    if (!changes.empty()) server->flush(changes);
    quiet = ran || !changes.empty() ? 0 : quiet + 1;
  }
}

TestClient::TestClient(World& world, bool says_hello) : world_(world) {
  int ends[2];
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), "socketpair");
  if (auto adopted = world.server->adopt(ends[0]); !adopted) throw std::runtime_error(adopted.error().message);
  check(sd_bus_new(&bus_), "sd_bus_new");
  check(sd_bus_set_fd(bus_, ends[1], ends[1]), "sd_bus_set_fd");
  check(sd_bus_set_bus_client(bus_, says_hello), "sd_bus_set_bus_client");
  check(sd_bus_start(bus_), "sd_bus_start");
  check(sd_bus_attach_event(bus_, world.loop, 0), "sd_bus_attach_event");
  check(sd_bus_add_filter(bus_, nullptr, on_message, this), "sd_bus_add_filter");
  world.settle();
}
TestClient::~TestClient() {
  close();
}
void TestClient::close() {
  bus_ = sd_bus_close_unref(bus_);
}

int TestClient::on_message(sd_bus_message* m, void* self, sd_bus_error*) {
  if (sd_bus_message_is_signal(m, nullptr, nullptr) <= 0) return 0;
  if (std::string_view(sd_bus_message_get_path(m)) == "/org/freedesktop/DBus/Local") return 0;
  static_cast<TestClient*>(self)->history_.push_back(std::string(sd_bus_message_get_member(m)) + " " + as_text(m));
  return 0;
}
int TestClient::on_reply(sd_bus_message* m, void* self, sd_bus_error*) {
  const sd_bus_error* error = sd_bus_message_get_error(m);
  static_cast<TestClient*>(self)->history_.push_back(error ? "reply " + std::string(error->name) + ": " + error->message
                                                           : "reply " + as_text(m));
  return 0;
}

std::string TestClient::exchange(sd_bus_message* m) {
  std::string answer = "no reply";
  sd_bus_slot* slot = nullptr;
  const auto take = [](sd_bus_message* reply, void* into, sd_bus_error*) {
    const sd_bus_error* error = sd_bus_message_get_error(reply);
    *static_cast<std::string*>(into) =
        error ? std::string(error->name) + ": " + (error->message ? error->message : "") : as_text(reply);
    return 0;
  };
  check(sd_bus_call_async(bus_, &slot, m, take, &answer, 0), "sd_bus_call_async");
  sd_bus_message_unref(m);
  world_.settle();
  sd_bus_slot_unref(slot);
  return answer;
}

namespace {
sd_bus_message* call_of(sd_bus* bus, const std::string& path, const char* interface, const char* member,
                        const char* types, va_list arguments) {
  sd_bus_message* m = nullptr;
  check(sd_bus_message_new_method_call(bus, &m, bus_name, path.c_str(), interface, member), "new_method_call");
  check(sd_bus_message_appendv(m, types, arguments), "append");
  return m;
}
}  // namespace

std::string TestClient::call(const std::string& path, const char* interface, const char* member, const char* types,
                             ...) {
  va_list arguments;
  va_start(arguments, types);
  sd_bus_message* m = call_of(bus_, path, interface, member, types, arguments);
  va_end(arguments);
  return exchange(m);
}
std::string TestClient::manager(const char* member, const char* types, ...) {
  va_list arguments;
  va_start(arguments, types);
  sd_bus_message* m = call_of(bus_, manager_path, manager_interface, member, types, arguments);
  va_end(arguments);
  return exchange(m);
}
void TestClient::send(const std::string& path, const char* interface, const char* member, const char* types, ...) {
  va_list arguments;
  va_start(arguments, types);
  sd_bus_message* m = call_of(bus_, path, interface, member, types, arguments);
  va_end(arguments);
  check(sd_bus_call_async(bus_, nullptr, m, on_reply, this, 0), "sd_bus_call_async");
  sd_bus_message_unref(m);
}
std::string TestClient::property(const std::string& path, const char* interface, const char* name) {
  return call(path, properties_interface, "Get", "ss", interface, name);
}
std::vector<std::string> TestClient::take_history() {
  return std::exchange(history_, {});
}

}  // namespace svcd
