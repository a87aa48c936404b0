// What the benchmarks do over the bus, inside a container; times are in microseconds.
//
//   client start UNIT               StartUnit() until its JobRemoved
//   client stop UNIT                the same for StopUnit()
//   client cycle UNIT N             N times both: medians of start and stop, cycles in a second, growth of PID 1 in kB
//   client isolated UNIT N          N times both, with pauses: medians of start and stop
//   client restart UNIT FIFO N      kills the main process, until the next one has said (program serve) that it runs
//   client ping MILLISECONDS        pings the manager every 5 ms: the longest answer
//   client pings N                  N pings, one after the other: median
//
// BENCH_PRIVATE=1 in the environment: over the manager's own socket instead, without a bus daemon.
#include <fcntl.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC: the same for all processes

long long now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
}

[[noreturn]] void die(const char* what, int error) {
  std::fprintf(stderr, "client: %s: %s\n", what, std::strerror(error < 0 ? -error : error));
  std::exit(1);
}

struct Free {
  void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, Free>;

class Client {
 public:
  Client() {
    sd_bus* bus = nullptr;
    is_private_ = std::getenv("BENCH_PRIVATE") != nullptr;
    int r = 0;
    if (!is_private_) {
      r = sd_bus_open_system(&bus);
    } else if ((r = sd_bus_new(&bus)) >= 0 && (r = sd_bus_set_address(bus, "unix:path=/run/systemd/private")) >= 0) {
      r = sd_bus_start(bus);
    }
    if (r < 0) die("bus", r);
    bus_.reset(bus);
  }

  void subscribe() {
    if (const int r = sd_bus_match_signal(bus_.get(), nullptr, is_private_ ? nullptr : destination, manager_path,
                                          manager_interface, "JobRemoved", removed, this);
        r < 0)
      die("match", r);
    (void)call("Subscribe", nullptr);
  }

  Message call(const char* method, const char* unit) {
    sd_bus_message* answer = nullptr;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    const int r = unit ? sd_bus_call_method(bus_.get(), destination, manager_path, manager_interface, method, &error,
                                            &answer, "ss", unit, "replace")
                       : sd_bus_call_method(bus_.get(), destination, manager_path, manager_interface, method, &error,
                                            &answer, "");
    if (r < 0) std::fprintf(stderr, "client: %s %s: %s\n", method, unit ? unit : "", error.message), std::exit(1);
    return Message(answer);
  }

  /// From the request until the end of its job.
  long long job(const char* method, const char* unit) {
    const long long begin = now();
    const Message answer = call(method, unit);
    const char* path = nullptr;
    if (const int r = sd_bus_message_read(answer.get(), "o", &path); r < 0) die("answer", r);
    while (std::find(ended_.begin(), ended_.end(), path) == ended_.end()) {
      const int r = sd_bus_process(bus_.get(), nullptr);
      if (r < 0) die("bus", r);
      if (r == 0) (void)sd_bus_wait(bus_.get(), UINT64_MAX);
    }
    ended_.clear();
    return now() - begin;
  }

  pid_t main_pid(const std::string& unit) {
    sd_bus_message* answer = nullptr;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    int r = sd_bus_call_method(bus_.get(), destination, manager_path, manager_interface, "GetUnit", &error, &answer,
                               "s", unit.c_str());
    const Message unit_path(answer);
    const char* path = nullptr;
    if (r < 0 || (r = sd_bus_message_read(answer, "o", &path)) < 0) die("GetUnit", r);
    uint32_t pid = 0;
    r = sd_bus_get_property_trivial(bus_.get(), destination, path, "org.freedesktop.systemd1.Service", "MainPID",
                                    &error, 'u', &pid);
    if (r < 0) die("MainPID", r);
    return static_cast<pid_t>(pid);
  }

  long long ping() {
    const long long begin = now();
    sd_bus_error error = SD_BUS_ERROR_NULL;
    if (const int r = sd_bus_call_method(bus_.get(), destination, manager_path, "org.freedesktop.DBus.Peer", "Ping",
                                         &error, nullptr, "");
        r < 0)
      die("Ping", r);
    return now() - begin;
  }

 private:
  static int removed(sd_bus_message* message, void* self, sd_bus_error*) {
    const char* path = nullptr;
    uint32_t id = 0;
    if (sd_bus_message_read(message, "uo", &id, &path) >= 0) static_cast<Client*>(self)->ended_.emplace_back(path);
    return 0;
  }

  std::unique_ptr<sd_bus, Free> bus_;
  bool is_private_ = false;
  std::vector<std::string> ended_;
};

long long median(std::vector<long long> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

long manager_kilobytes() {
  long sum = 0;
  if (std::FILE* file = std::fopen("/proc/1/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file)) {
      long value = 0;
      if (std::sscanf(line, "RssAnon: %ld", &value) == 1 || std::sscanf(line, "RssShmem: %ld", &value) == 1)
        sum += value;
    }
    std::fclose(file);
  }
  return sum;
}

int cycle(const char* unit, int times) {
  Client client;
  client.subscribe();
  std::vector<long long> starts, stops;
  for (int i = 0; i < 50; ++i) (void)client.job("StartUnit", unit), (void)client.job("StopUnit", unit);
  const long before = manager_kilobytes();
  const long long begin = now();
  for (int i = 0; i < times; ++i) {
    starts.push_back(client.job("StartUnit", unit));
    stops.push_back(client.job("StopUnit", unit));
  }
  std::printf("start_us %lld\nstop_us %lld\ncycles_a_second %.0f\ngrowth_kB %ld\n", median(starts), median(stops),
              times * 1e6 / double(now() - begin), manager_kilobytes() - before);
  return 0;
}

/// With a pause before each: a manager that writes to cgroup.procs waits for an RCU grace period then, and not while
/// such writes follow one another.
int isolated(const char* unit, int times) {
  Client client;
  client.subscribe();
  std::vector<long long> starts, stops;
  for (int i = 0; i < times; ++i) {
    ::usleep(100'000);
    starts.push_back(client.job("StartUnit", unit));
    ::usleep(100'000);
    stops.push_back(client.job("StopUnit", unit));
  }
  std::printf("isolated_start_us %lld\nisolated_stop_us %lld\n", median(starts), median(stops));
  return 0;
}

int restart(const char* unit, const char* fifo, int times) {
  Client client;
  const int fd = ::open(fifo, O_RDWR | O_CLOEXEC);
  if (fd < 0) die(fifo, errno);
  std::vector<long long> took;
  for (int i = 0; i < times; ++i) {
    ::usleep(50'000);  // quiet, and the manager knows the new process
    const pid_t pid = client.main_pid(unit);
    if (pid <= 1) return std::fprintf(stderr, "client: %s does not run\n", unit), 1;
    const long long begin = now();
    ::kill(pid, SIGKILL);
    long long there = 0;
    if (::read(fd, &there, sizeof there) != sizeof there) die(fifo, errno);
    took.push_back(there - begin);
  }
  std::printf("restart_us %lld\n", median(took));
  return 0;
}

int ping(int milliseconds) {
  Client client;
  long long longest = 0;
  for (const long long end = now() + milliseconds * 1000LL; now() < end; ::usleep(5000))
    longest = std::max(longest, client.ping());
  std::printf("longest_ping_us %lld\n", longest);
  return 0;
}

int pings(int times) {
  Client client;
  std::vector<long long> took;
  for (int i = 0; i < times; ++i) took.push_back(client.ping());
  std::printf("%lld\n", median(took));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (what == "ping") return ping(std::atoi(argv[2]));
  if (what == "pings") return pings(std::atoi(argv[2]));
  if (what == "cycle" && argc == 4) return cycle(argv[2], std::atoi(argv[3]));
  if (what == "isolated" && argc == 4) return isolated(argv[2], std::atoi(argv[3]));
  if (what == "restart" && argc == 5) return restart(argv[2], argv[3], std::atoi(argv[4]));
  if ((what == "start" || what == "stop") && argc == 3) {
    Client client;
    client.subscribe();
    std::printf("%lld\n", client.job(what == "start" ? "StartUnit" : "StopUnit", argv[2]));
    return 0;
  }
  std::fprintf(stderr, "usage: client start|stop|cycle|isolated|restart|ping|pings …\n");
  return 2;
}
