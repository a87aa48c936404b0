// svcd: the service manager. Joins the rooms and runs the loop; what each does is in its folder.
#include <fmt/format.h>
#include <malloc.h>
#include <syslog.h>
#include <unistd.h>

#include <chrono>

#include "daemon/engine/manager.h"
#include "daemon/linux/early_setup.h"
#include "daemon/linux/event_loop.h"
#include "daemon/linux/linux_kernel.h"
#include "daemon/linux/manager_configuration.h"
#include "daemon/linux/process_settings.h"
#include "daemon/linux/scope_detection.h"
#include "daemon/linux/timers.h"
#include "dbus/server/server.h"

namespace svcd {
namespace {

ManagerSetup setup_of(const Scope& scope, ManagerSettings settings) {
  ManagerSetup setup;
  setup.settings = std::move(settings);
  setup.search_path = scope.search_path;
  setup.host = scope.host;
  setup.environment = scope.environment;
  setup.reboot_parameter_file = scope.reboot_parameter_file;
  if (!scope.boot.unit.empty()) setup.default_target = scope.boot.unit;
  setup.is_container = scope.is_container;
  return setup;
}

/// What happened before there was a log.
void report(LinuxKernel& kernel, const Scope& scope, const EarlyReport& early, const Diagnostics& configuration) {
  kernel.console().welcome();
  for (const std::string& problem : early.problems) {
    kernel.log(LOG_WARNING, problem);
    kernel.console().show({StatusLine::Kind::failed, problem});
  }
  kernel.log(configuration);
  for (const std::string& argument : scope.unknown_arguments)
    kernel.log(LOG_WARNING, fmt::format("Unknown argument {}, ignoring it.", argument));
}

/// Memory that a storm of jobs took goes back to the kernel some seconds after the last of them, when what they had to
/// tell is told too.
class MemoryReturn {
 public:
  explicit MemoryReturn(EventLoop& loop) : loop_(loop) {}
  void look(size_t jobs) {
    if (jobs > many) was_busy_ = true;
    if (jobs != 0 || !was_busy_) return;
    was_busy_ = false;
    constexpr Duration pause = std::chrono::seconds(3), accuracy = std::chrono::milliseconds(500);
    if (auto made =
            loop_.on_time(saturating_add(monotonic_now(), pause), accuracy, Priority::idle, [] { malloc_trim(0); }))
      timer_ = std::move(*made);
  }

 private:
  static constexpr size_t many = 200;
  EventLoop& loop_;
  EventSource timer_;
  bool was_busy_ = false;
};

/// What a step or a request left to do is done when nothing else is ready: so requests that come together are done
/// together. But never much later: who sends requests without end must not keep the others waiting.
Result<> settle_between_turns(EventLoop& loop, Manager& manager, MemoryReturn& memory, EventSource& settle,
                              EventSource& look) {
  using Clock = std::chrono::steady_clock;
  static constexpr auto patience = std::chrono::milliseconds(20);
  settle = SVCD_TRY(loop.on_turn(Priority::idle, [&manager] { manager.settle(); }));
  look = SVCD_TRY(loop.after_each_turn([&manager, &memory, &settle, waits_since = Clock::time_point::max()]() mutable {
    memory.look(manager.job_queue().size());
    if (!manager.has_work()) {
      waits_since = Clock::time_point::max();
      return;
    }
    settle.enable_once();
    const auto now = Clock::now();
    if (waits_since == Clock::time_point::max()) waits_since = now;
    if (now - waits_since < patience) return;
    manager.settle();
    waits_since = Clock::now();
  }));
  settle.enable_once();
  return {};
}

int run(std::span<char* const> arguments) {
  block_manager_signals();
  EarlyReport early;
  const bool is_init = prepare_process(early);
  Scope scope = detect_scope(arguments, environ);
  make_runtime_folders(scope, early);
  set_up_machine(scope, early);

  auto loop = EventLoop::open();
  if (!loop) {
    report_hopeless(scope, loop.error().message);
    return 1;
  }
  const ManagerConfiguration configuration(scope, early.limits);
  Diagnostics configured;
  ManagerSettings settings = configuration.read(true, configured);
  for (std::string& problem : apply_at_start(settings)) early.problems.push_back(std::move(problem));
  LinuxKernel kernel(*loop, scope);
  kernel.configure_from(&configuration);
  Manager manager(kernel, setup_of(scope, std::move(settings)));
  kernel.deliver_to([&manager](Event&& event) { manager.handle(event); });
  manager.add_listener(kernel);
  BusServer bus(scope, loop->get(), manager, [&kernel](Event&& event) { kernel.post(std::move(event)); });
  manager.add_listener(bus);
  kernel.ask_bus(&bus.names());
  report(kernel, scope, early, configured);

  EventSource settle, look;
  MemoryReturn memory(*loop);
  if (auto ready = settle_between_turns(*loop, manager, memory, settle, look); !ready)
    kernel.log(LOG_ERR, ready.error().message);
  const bool goes_on = manager.restore();
  kernel.start();
  if (auto listening = bus.listen(); !listening) kernel.log(LOG_ERR, listening.error().message);
  if (!goes_on) manager.boot();
  kernel.look_at_mounts();
  loop->run();
  // What a container's PID 1 still holds ends with it: nothing is taken apart on the way out.
  if (is_init) ::_exit(kernel.exit_code());
  return 0;
}

}  // namespace
}  // namespace svcd

int main(int argc, char** argv) {
  return svcd::run({argv, static_cast<size_t>(argc)});
}
