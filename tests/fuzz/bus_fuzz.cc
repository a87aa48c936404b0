// What a client of the private socket sends, byte by byte. The first byte: 0 begins with SASL as the input has it; all
// others put a good one before, so that the input begins with a message.
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "dbus/server/server.h"
#include "fuzz/fuzz.h"
#include "unit/dbus/fake_manager.h"

namespace svcd {
namespace {

constexpr std::string_view greeting = std::string_view("\0AUTH EXTERNAL\r\nDATA\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n", 48);

/// The server with two units; what clients did to it stays, as it does in a real one.
class World {
 public:
  World() {
    must(sd_event_new(&loop_) >= 0, "an event loop");
    scope_.private_socket = "/dev/shm/svcd-fuzz-bus-" + std::to_string(::getpid());
    manager_.add("a.service", "The A");
    manager_.add("b.target", "The B");
    (void)manager_.take();
    server_ = std::make_unique<BusServer>(scope_, loop_, manager_, [](Event&&) {});
  }
  ~World() {
    server_.reset();
    sd_event_unref(loop_);
  }

  void talk(std::string_view first, std::string_view then) {
    int ends[2];
    must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0, "a pair of sockets");
    must(server_->adopt(ends[0]).has_value(), "a client is served");
    for (const std::string_view bytes : {first, then}) {
      if (bytes.empty()) continue;
      (void)::send(ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL);
      settle(ends[1]);
    }
    ::close(ends[1]);
    settle(-1);
    manager_.history.clear();
    manager_.gone.clear();
    manager_.reloads.clear();
  }

 private:
  void settle(int client) {
    char unread[4096];
    for (int quiet = 0, turns = 0; quiet < 2 && turns < 1000; ++turns) {
      const bool ran = sd_event_run(loop_, 0) > 0;
      const Changes changes = manager_.take();
      if (!changes.empty()) server_->flush(changes);
      while (client >= 0 && ::recv(client, unread, sizeof unread, MSG_DONTWAIT) > 0) continue;
      quiet = ran || !changes.empty() ? 0 : quiet + 1;
    }
  }

  sd_event* loop_ = nullptr;
  Scope scope_;
  FakeManager manager_;
  std::unique_ptr<BusServer> server_;
};

}  // namespace
}  // namespace svcd

FUZZ(bus) {
  using namespace svcd;
  if (input.empty()) return;
  static World world;  // lives as long as a manager does: what one client leaves behind meets the next
  world.talk(input[0] == 0 ? std::string_view() : greeting, input.substr(1));
}
