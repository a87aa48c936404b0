#include "daemon/linux/linux_kernel.h"

#include <sys/random.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "daemon/linux/early_setup.h"
#include "daemon/linux/pid_file.h"
#include "daemon/linux/process_command.h"
#include "daemon/linux/process_settings.h"
#include "daemon/linux/supervisor.h"
#include "libunit/command_line.h"

namespace svcd {

// clang-format off
LinuxKernel::LinuxKernel(EventLoop& loop, const Scope& scope)
    : loop_(loop), scope_(scope), journal_(loop, scope), console_(scope), conditions_(scope),
      unit_links_(scope.runtime_folder + "/units"), record_(scope),
      timers_(loop, [this](Event&& event) { deliver(std::move(event)); }),
      processes_(loop, scope,
                 [this](Event&& event) {
                   if (std::holds_alternative<Exited>(event)) notify_.catch_up();
                   deliver(std::move(event));
                 },
                 [this](Event&& event) { post(std::move(event)); },
                 [this](int priority, const std::string& unit, std::string text) { log(priority, std::move(text), unit); }),
      users_(loop, processes_.reaper(), scope),
      sockets_(loop, [this](Event&& event) { deliver(std::move(event)); },
               [this](Event&& event) { post(std::move(event)); }, users_,
               [this](const std::string& unit, const std::string& text) { log(LOG_WARNING, unit + ": " + text, unit); }),
      stored_(loop, [this](Event&& event) { deliver(std::move(event)); }),
      notify_(loop, stored_, [this](Event&& event) { deliver(std::move(event)); },
              [this](pid_t pid) { return processes_.unit_of(pid); }),
      mounts_(loop, [this](Event&& event) { deliver(std::move(event)); }),
      generators_(loop, processes_.reaper(), scope,
                  [this](const std::vector<std::string>& argv, const Environment& environment, int output) {
                    auto started = processes_.spawner().run(argv, environment, output);
                    return started ? started->pid : 0;
                  },
                  [this](int priority, std::string text) { log(priority, std::move(text)); }),
      shutdown_(loop, processes_.reaper(), scope, [this](const std::string& line) {
        log(LOG_INFO, line);
        console_.show({StatusLine::Kind::info, line});
      }),
      deliver_(loop, Priority::children, [this] { return deliver_one_posted(); }) {
  processes_.spawner().set_environment(scope.environment);
}
// clang-format on

LinuxKernel::~LinuxKernel() = default;

void LinuxKernel::start() {
  if (!posted_.empty()) deliver_.begin_later();
  if (!record_.problem().empty()) log(LOG_ERR, "The state record will not survive the manager: " + record_.problem());
  for (const auto& done : {processes_.start(), notify_.open(scope_.notify_socket), mounts_.start()})
    if (!done) log(LOG_ERR, done.error().message);
  watch_signals();
}

void LinuxKernel::watch_signals() {
  for (const int signal : handled_signals()) {
    auto source = loop_.on_signal(signal, Priority::signals,
                                  [this, signal](const signalfd_siginfo&) { deliver(Signalled{signal}); });
    if (source)
      signals_.push_back(std::move(*source));
    else
      log(LOG_ERR, source.error().message);
  }
}

void LinuxKernel::control(const ManagerControls& controls) {
  journal_.control(controls);
  console_.control(controls);
}

void LinuxKernel::configure(const ManagerSettings& settings) {
  journal_.configure(settings);
  std::vector<std::string> own = scope_.own_environment;
  for (const std::string& entry : settings.manager_environment) set_variable(own, entry);
  processes_.spawner().set_own(std::move(own), settings.defaults.limits[RLIMIT_NOFILE]);
  for (const std::string& problem : apply_to_process(settings)) log(LOG_WARNING, problem);
}

std::optional<ManagerSettings> LinuxKernel::read_settings(Diagnostics& problems) {
  if (configuration_ == nullptr) return std::nullopt;
  return configuration_->read(false, problems);
}

void LinuxKernel::log(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics)
    log(LOG_ERR + static_cast<int>(diagnostic.level), to_string(diagnostic));
}

void LinuxKernel::log(int priority, std::string message, std::string unit) {
  LogMessage entry;
  entry.priority = priority;
  entry.message = std::move(message);
  entry.unit = std::move(unit);
  journal_.send(entry);
}

// Once the way down has begun nothing may start any more: what is told now has no reader. A socket that nobody serves
// would be ready for ever.
void LinuxKernel::deliver(Event&& event) {
  if (!shutdown_.has_begun()) return sink_(std::move(event));
  if (const auto* ready = std::get_if<SocketReady>(&event)) sockets_.watch(ready->unit, false);
}

void LinuxKernel::post(Event&& event) {
  posted_.push_back(std::move(event));
  deliver_.begin_later();
}

bool LinuxKernel::deliver_one_posted() {
  if (posted_.empty()) return false;
  Event event = std::move(posted_.front());
  posted_.pop_front();
  deliver(std::move(event));
  return true;
}

void LinuxKernel::flush(const Changes& changes) {
  for (const LogMessage& message : changes.log) journal_.send(message);
  for (const StatusLine& line : changes.console) console_.show(line);
  journal_.flush();
  if (changes.startup_finished) tell_supervisor(scope_.supervisor_socket, "READY=1\nSTATUS=Startup finished.");
}

Id128 LinuxKernel::random_id() {
  Id128 id{};
  if (getrandom(id.data(), id.size(), GRND_NONBLOCK) != static_cast<ssize_t>(id.size())) {
    // Before the pool is ready: unique on this machine, which is what the id is for.
    static uint64_t counter = 0;
    const uint64_t parts[2] = {now().monotonic.count(), ++counter};
    memcpy(id.data(), parts, sizeof parts);
  }
  id[6] = static_cast<uint8_t>((id[6] & 0x0f) | 0x40);  // as sd_id128_randomize: a version 4 UUID
  id[8] = static_cast<uint8_t>((id[8] & 0x3f) | 0x80);
  return id;
}

void LinuxKernel::adopt_cgroup(UnitId unit, const std::string& cgroup) {
  processes_.adopt_cgroup(unit, cgroup);
}

void LinuxKernel::realize_cgroup(UnitId unit, const std::string& cgroup, const ResourceSection& resource) {
  processes_.realize(unit, cgroup.substr(cgroup.rfind('/') + 1), cgroup, resource);
}

std::vector<pid_t> LinuxKernel::cgroup_processes(const std::string& cgroup, size_t at_most) const {
  return processes_.cgroups().processes(cgroup, at_most);
}

std::string LinuxKernel::process_command_line(pid_t pid) const {
  return svcd::process_command_line(pid);
}

std::string LinuxKernel::process_name(pid_t pid) const {
  const std::string name = read_one_line(fmt::format("/proc/{}/comm", pid));
  return name.empty() ? "n/a" : name;
}

void LinuxKernel::open_sockets(UnitId unit, const std::string& name, const SocketSection& section) {
  sockets_.open(unit, name, section);
}

Result<PidFile> LinuxKernel::read_pid_file(const std::string& path) {
  return svcd::read_pid_file(path);
}

bool LinuxKernel::is_alive(pid_t pid) const {
  return is_living_process(pid);
}

bool LinuxKernel::is_manager(pid_t pid) const {
  return pid == 1 || pid == getpid();
}

void LinuxKernel::remove_pid_file(const std::string& path) {
  unlink(path.c_str());  // a link itself, not what it points to; folders stay
}

Result<> LinuxKernel::write_file(const std::string& path, std::string_view content) {
  return write_file_atomically(path, content);
}

void LinuxKernel::publish_invocation(const std::string& unit_name, const Id128& id) {
  unit_links_.publish_invocation(unit_name, id);
}

void LinuxKernel::remove_directories(UnitId unit, const std::string& name, const ExecSection& exec) {
  processes_.remove_directories(unit, name, exec);
}

void LinuxKernel::watch_bus_name(UnitId unit, const std::string& name) {
  if (bus_names_ != nullptr) return bus_names_->watch(unit, name);
  post(BusNameOwner{unit, name, ""});
}

void LinuxKernel::unwatch_bus_name(UnitId unit, const std::string& name) {
  if (bus_names_ != nullptr) bus_names_->unwatch(unit, name);
}

void LinuxKernel::run_generators(RequestId request, const Environment& environment) {
  generators_.run(environment, [this, request](Environment generated) {
    post(GeneratorsDone{request, std::move(generated)});
  });
}

}  // namespace svcd
