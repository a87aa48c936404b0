// bus-talk: several clients of the bus in one program, told what to do by lines on stdin, so that a test can say who
// hears what while others come, listen and leave. Everything that a client receives is printed in the order in which
// it came, numbers of jobs as N; the order between two clients is that of the script.
//
//   A open [ADDRESS]                             a connection (default: the system bus)
//   A match RULE
//   A call PATH INTERFACE MEMBER [SIGNATURE ARGUMENT…]   waits for the answer; signatures of s, o, b, u, i and as (the
//   rest) A wait MEMBER TEXT                           until such a signal came whose line has TEXT A sync everything
//   sent to it before has arrived A close run COMMAND                                  by sh say TEXT
#include <systemd/sd-bus.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr uint64_t patience_usec = 20'000'000;

struct Free {
  void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, Free>;

/// ".../job/12" -> "job/N", ".../unit/x" -> "unit/x": ids differ from run to run.
std::string tail(std::string path) {
  const std::string root = "/org/freedesktop/systemd1/";
  if (path.starts_with(root)) path.erase(0, root.size());
  return path.starts_with("job/") ? "job/N" : path;
}

/// The strings and booleans of a message, as far as they stand at its beginning.
std::string shown(sd_bus_message* message) {
  std::string text;
  char type = 0;
  const char* contents = nullptr;
  while (sd_bus_message_peek_type(message, &type, &contents) > 0) {
    if (type == 's' || type == 'o') {
      const char* value = nullptr;
      if (sd_bus_message_read_basic(message, type, &value) < 0) break;
      text += ' ' + tail(value);
    } else if (type == 'b' || type == 'u') {
      uint32_t value = 0;
      if (sd_bus_message_read_basic(message, type, &value) < 0) break;
      text += type == 'u' ? " N" : value != 0 ? " true" : " false";
    } else if (type == 'v') {
      if (sd_bus_message_enter_container(message, type, contents) < 0) break;
      text += shown(message);
      (void)sd_bus_message_exit_container(message);
    } else {
      if (sd_bus_message_skip(message, nullptr) < 0) break;
      text += " …";
    }
  }
  return text;
}

class Talker {
 public:
  explicit Talker(std::string name) : name_(std::move(name)) {}

  int open(const std::string& address) {
    sd_bus* made = nullptr;
    int r = sd_bus_new(&made);
    bus_.reset(made);
    if (r >= 0)
      r = sd_bus_set_address(made, address.empty() ? "unix:path=/run/dbus/system_bus_socket" : address.c_str());
    if (r >= 0 && address.empty()) r = sd_bus_set_bus_client(made, 1);
    if (r >= 0) r = sd_bus_start(made);
    return r;
  }

  int match(const std::string& rule) { return sd_bus_add_match(bus_.get(), nullptr, rule.c_str(), nullptr, nullptr); }

  int call(const std::string& destination, std::istream& words) {
    std::string path, interface, member, signature;
    words >> path >> interface >> member >> signature;
    sd_bus_message* made = nullptr;
    int r = sd_bus_message_new_method_call(bus_.get(), &made, destination.c_str(), path.c_str(), interface.c_str(),
                                           member.c_str());
    const Message message(made);
    if (r >= 0) r = append(made, signature, words);
    uint64_t cookie = 0;
    if (r >= 0) r = sd_bus_send(bus_.get(), made, &cookie);
    return r < 0 ? r
                 : process(
                       [&](sd_bus_message* got, const std::string&) {
                         uint64_t to = 0;
                         return sd_bus_message_get_reply_cookie(got, &to) >= 0 && to == cookie;
                       },
                       !quiet_);
  }

  int wait(const std::string& member, const std::string& text) {
    return process([&](sd_bus_message* got, const std::string& line) {
      return sd_bus_message_is_signal(got, nullptr, member.c_str()) > 0 && line.find(text) != std::string::npos;
    });
  }

  /// A question that the manager answers after everything it sent before.
  int sync() {
    std::istringstream words("/org/freedesktop/systemd1 org.freedesktop.DBus.Peer Ping");
    quiet_ = true;
    const int r = call("org.freedesktop.systemd1", words);
    quiet_ = false;
    return r;
  }

 private:
  static int append(sd_bus_message* message, const std::string& signature, std::istream& words) {
    int r = 0;
    for (size_t i = 0; i < signature.size() && r >= 0; ++i) {
      std::string word;
      words >> word;
      if (word == "''") word.clear();
      const uint64_t number = std::strtoull(word.c_str(), nullptr, 10);
      const auto half = static_cast<uint32_t>(number);
      switch (signature[i]) {
        case 's':
        case 'o': r = sd_bus_message_append_basic(message, signature[i], word.c_str()); break;
        case 't': r = sd_bus_message_append_basic(message, 't', &number); break;
        case 'a': r = sd_bus_message_append(message, "as", 1, word.c_str()), ++i; break;
        default: r = sd_bus_message_append_basic(message, signature[i], &half); break;
      }
    }
    return r;
  }

  template <class Wanted>
  int process(Wanted wanted, bool print_reply = true) {
    for (;;) {
      sd_bus_message* got = nullptr;
      int r = sd_bus_process(bus_.get(), &got);
      const Message message(got);
      if (r < 0) return r;
      if (got) {
        const std::string line = tell(got, print_reply);
        if (wanted(got, line)) return 0;
      } else if (r == 0) {
        r = sd_bus_wait(bus_.get(), patience_usec);
        if (r <= 0) return r < 0 ? r : -ETIMEDOUT;
      }
    }
  }

  std::string tell(sd_bus_message* got, bool print_reply) const {
    const sd_bus_error* error = sd_bus_message_get_error(got);
    std::string line;
    if (error)
      line = std::string("error ") + error->name + ": " + (error->message ? error->message : "");
    else if (sd_bus_message_is_signal(got, nullptr, nullptr) > 0)
      line = std::string(sd_bus_message_get_member(got)) + " " + tail(sd_bus_message_get_path(got)) + shown(got);
    else if (print_reply)
      line = "reply" + shown(got);
    if (line.empty() || line.starts_with("NameAcquired")) return line;
    std::cout << name_ << ": " << line << std::endl;
    return line;
  }

  std::string name_;
  std::unique_ptr<sd_bus, Free> bus_;
  bool quiet_ = false;
};

int obey(std::map<std::string, Talker>& talkers, const std::string& who, std::istream& words) {
  std::string verb;
  words >> verb >> std::ws;
  if (verb == "close") return talkers.erase(who) == 1 ? 0 : -ENOENT;
  Talker& talker = talkers.try_emplace(who, who).first->second;
  std::string rest;
  if (verb == "call") return talker.call("org.freedesktop.systemd1", words);
  if (verb == "sync") return talker.sync();
  if (verb == "wait") {
    std::string member;
    words >> member >> std::ws;
    std::getline(words, rest);
    return talker.wait(member, rest);
  }
  std::getline(words, rest);
  if (verb == "open") return talker.open(rest);
  if (verb == "match") return talker.match(rest);
  return -EINVAL;
}

}  // namespace

int main() {
  std::map<std::string, Talker> talkers;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string who, rest;
    words >> who >> std::ws;
    int r = 0;
    if (who == "say" || who == "run") {
      std::getline(words, rest);
      if (who == "say")
        std::cout << "# " << rest << std::endl;
      else
        r = std::system(rest.c_str());
    } else {
      r = obey(talkers, who, words);
    }
    if (r != 0 && (r < 0 || who == "run")) {
      std::cout << "bus-talk: \"" << line << "\": " << r << std::endl;
      return 1;
    }
  }
  return 0;
}
