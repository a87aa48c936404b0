// hostile: what ill-meaning or broken programs do to a service manager, for tests/integration/full/hostile.sh.
//
//   hostile ping SOCKET SECONDS               round trips of Ping, one every 5 ms: prints "N pings, longest M ms"
//   hostile calls SOCKET SECONDS CLIENTS reads|deaf PATH INTERFACE MEMBER [STRING…]
//                                             as many calls as they take; who is deaf never reads an answer
//   hostile garbage SOCKET SECONDS            connections that send nonsense, before and after the handshake
//   hostile notify SOCKET SECONDS FDS TEXT    datagrams with so many descriptors each
//   hostile mounts COUNT                      as many tmpfs on /run/hostile/N, and away again
//   hostile orphans SECONDS                   processes that are left to PID 1 and end at once
// A socket named …/system_bus_socket is a bus: clients say Hello there.
#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* manager_name = "org.freedesktop.systemd1";

double since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}
Clock::time_point end_of(const char* seconds) {
  return Clock::now() + std::chrono::milliseconds(int64_t(atof(seconds) * 1000));
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), std::min(path.size() + 1, sizeof address.sun_path - 1));
  return address;
}

// ---- D-Bus by hand, so that nothing stands between the test and the bytes

void align(std::string& text, size_t to) {
  while (text.size() % to != 0) text += '\0';
}
void put_number(std::string& text, uint32_t number) {
  align(text, 4);
  text.append(reinterpret_cast<const char*>(&number), sizeof number);
}
void put_string(std::string& text, const std::string& value) {
  put_number(text, uint32_t(value.size()));
  text += value + '\0';
}

std::string call(uint32_t serial, const std::string& to, const std::string& path, const std::string& interface,
                 const std::string& member, const std::vector<std::string>& arguments) {
  std::string body, fields;
  for (const std::string& argument : arguments) put_string(body, argument);
  const auto field = [&](char code, char type, const std::string& value) {
    align(fields, 8);
    fields += {code, 1, type, 0};
    put_string(fields, value);
  };
  field(1, 'o', path);
  field(2, 's', interface);
  field(3, 's', member);
  field(6, 's', to);
  if (!arguments.empty()) {
    align(fields, 8);
    fields += {8, 1, 'g', 0, char(arguments.size())};
    fields += std::string(arguments.size(), 's') + '\0';
  }
  std::string text{'l', 1, 0, 1};
  put_number(text, uint32_t(body.size()));
  put_number(text, serial);
  put_number(text, uint32_t(fields.size()));
  text += fields;
  align(text, 8);
  return text + body;
}

bool is_bus(const std::string& path) {
  return path.ends_with("system_bus_socket");
}

bool send_all(int fd, const std::string& text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == ssize_t(text.size());
}

/// -1: refused.
int connect_to(const std::string& path, bool handshake = true) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  const timeval patience{20, 0};
  (void)::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return ::close(fd), -1;
  if (!handshake) return fd;
  std::string uid;
  for (const char digit : std::to_string(::getuid())) uid += "3" + std::string(1, digit);
  char answer[256];
  if (!send_all(fd, std::string(1, '\0') + "AUTH EXTERNAL " + uid + "\r\n") ||
      ::recv(fd, answer, sizeof answer, 0) < 2 || std::memcmp(answer, "OK", 2) != 0 || !send_all(fd, "BEGIN\r\n"))
    return ::close(fd), -1;
  if (is_bus(path))
    (void)send_all(fd, call(1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", {}));
  return fd;
}

bool receive(int fd, void* into, size_t size) {
  for (size_t got = 0; got < size;) {
    const ssize_t n = ::recv(fd, static_cast<char*>(into) + got, size - got, 0);
    if (n <= 0) return false;
    got += size_t(n);
  }
  return true;
}

/// Until an answer comes; what else comes is thrown away.
bool await_answer(int fd) {
  for (;;) {
    uint32_t head[4];
    if (!receive(fd, head, sizeof head)) return false;
    std::vector<char> rest(((head[3] + 7) & ~7U) + head[1]);
    if (!receive(fd, rest.data(), rest.size())) return false;
    const int type = int(head[0] >> 8 & 0xff);
    if (type == 2 || type == 3) return true;
  }
}

int ping(const std::string& path, const char* seconds) {
  const int fd = connect_to(path);
  const auto end = end_of(seconds);
  double longest = 0;
  int pings = 0;
  for (uint32_t serial = 2; Clock::now() < end; ++serial, ++pings) {
    const auto begin = Clock::now();
    if (!send_all(fd,
                  call(serial, manager_name, "/org/freedesktop/systemd1", "org.freedesktop.DBus.Peer", "Ping", {})) ||
        !await_answer(fd)) {
      std::puts("no answer");
      return 1;
    }
    longest = std::max(longest, since(begin));
    ::usleep(5000);
  }
  std::printf("%d pings, longest %.0f ms\n", pings, longest);
  return 0;
}

int calls(const std::string& path, const char* seconds, int clients, bool reads, std::vector<std::string> words) {
  std::vector<int> fds(size_t(clients), -1);
  const auto end = end_of(seconds);
  uint64_t sent = 0, cut_off = 0;
  std::string batch;
  for (uint32_t serial = 2; serial < 18; ++serial)
    batch += call(serial, manager_name, words[0], words[1], words[2], {words.begin() + 3, words.end()});
  static char sink[1 << 18];
  std::vector<size_t> at(fds.size());
  while (Clock::now() < end)
    for (size_t i = 0; i < fds.size() && Clock::now() < end; ++i) {
      if (fds[i] < 0) {
        fds[i] = connect_to(path);
        if (fds[i] < 0) continue;
        (void)::fcntl(fds[i], F_SETFL, O_NONBLOCK);
        at[i] = 0;
      }
      ssize_t n = ::send(fds[i], batch.data() + at[i], batch.size() - at[i], MSG_NOSIGNAL);
      if (n > 0) at[i] += size_t(n);
      if (at[i] == batch.size()) {
        sent += 16;
        at[i] = 0;
      }
      bool gone = n < 0 && errno != EAGAIN;
      while (reads && !gone && (n = ::recv(fds[i], sink, sizeof sink, 0)) != -1) gone = n == 0;
      if (!gone) continue;
      ++cut_off;
      ::close(fds[i]);
      fds[i] = -1;
    }
  std::printf("%llu calls, cut off %llu times\n", static_cast<unsigned long long>(sent),
              static_cast<unsigned long long>(cut_off));
  return 0;
}

int garbage(const std::string& path, const char* seconds) {
  std::mt19937 random(7);
  const auto end = end_of(seconds);
  int connections = 0;
  for (; Clock::now() < end; ++connections) {
    const int fd = connect_to(path, connections % 2 == 0);
    if (fd < 0) continue;
    std::string text = call(2, manager_name, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "GetUnit",
                            {std::string(random() % 3000, 'x')});
    for (int i = 0; i < 8; ++i) text[random() % std::min<size_t>(text.size(), 200)] = char(random());
    (void)send_all(fd, text);
    ::close(fd);
  }
  std::printf("%d connections\n", connections);
  return 0;
}

int notify(const std::string& path, const char* seconds, int count, const std::string& text) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = address_of(path);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 253)] = {};
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{&address, sizeof address, &part, 1, nullptr, 0, 0};
  if (count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * size_t(count));
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * size_t(count));
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < count; ++i) std::memcpy(CMSG_DATA(head) + sizeof(int) * size_t(i), &file, sizeof file);
  }
  const auto end = end_of(seconds);
  long sent = 0, failed = 0;
  while (Clock::now() < end) ::sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? ++failed : ++sent;
  std::printf("%ld sent, %ld not\n", sent, failed);
  return sent == 0;
}

int mounts(int count) {
  const std::string folder = "/run/hostile";
  (void)::mkdir(folder.c_str(), 0755);
  int failed = 0;
  for (int i = 0; i < count; ++i) {
    const std::string place = folder + "/" + std::to_string(i);
    (void)::mkdir(place.c_str(), 0755);
    failed += ::mount("hostile", place.c_str(), "tmpfs", 0, "size=4k") < 0;
  }
  for (int i = 0; i < count; ++i) {
    const std::string place = folder + "/" + std::to_string(i);
    (void)::umount2(place.c_str(), MNT_DETACH);
    (void)::rmdir(place.c_str());
  }
  std::printf("%d mounts, %d failed\n", count, failed);
  return failed > 0;
}

int orphans(const char* seconds) {
  const auto end = end_of(seconds);
  long made = 0;
  for (; Clock::now() < end; made += 16) {
    const pid_t parent = ::fork();
    if (parent == 0) {
      for (int i = 0; i < 16; ++i)
        if (::fork() == 0) ::_exit(0);
      ::_exit(0);
    }
    if (parent > 0) (void)::waitpid(parent, nullptr, 0);
  }
  std::printf("%ld orphans\n", made);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto is = [&](const char* verb, size_t arguments) { return words.size() >= arguments + 1 && words[0] == verb; };
  if (is("ping", 2)) return ping(words[1], argv[3]);
  if (is("calls", 7))
    return calls(words[1], argv[3], atoi(argv[4]), words[4] == "reads", {words.begin() + 5, words.end()});
  if (is("garbage", 2)) return garbage(words[1], argv[3]);
  if (is("notify", 4)) return notify(words[1], argv[3], atoi(argv[4]), words[4]);
  if (is("mounts", 1)) return mounts(atoi(argv[2]));
  if (is("orphans", 1)) return orphans(argv[2]);
  std::fputs("hostile: see the beginning of its source for what it does\n", stderr);
  return 2;
}
