// The states of a service as data: what each is called, what it means for jobs, what is done in it and where it leads.
// States, names and time limits are those of systemd 252.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "libunit/job.h"

namespace svcd {

enum class ServiceState : uint8_t {
  dead,
  condition,
  start_pre,
  start,
  start_post,
  running,
  exited,
  reload,
  stop,
  stop_watchdog,
  stop_sigterm,
  stop_sigkill,
  stop_post,
  final_watchdog,
  final_sigterm,
  final_sigkill,
  failed,
  auto_restart,
  cleaning,
  removing,  // all processes have ended; its folders are being removed. Clients see the last state of 252 before the
             // end
};
inline constexpr size_t service_state_count = 20;

/// The command lists of a service, in the order of ServiceStatus::runs.
enum class CommandList : uint8_t { condition, start_pre, start, start_post, reload, stop, stop_post, none };

struct ServicePhase {
  enum class Act : uint8_t {
    rest,    // wait for an event
    run,     // the commands of a list, one after the other
    start,   // the main process; Type= says when that is done
    settle,  // running, exited or gone: look
    signal,  // signal what runs, and wait for its end
  };
  enum class Limit : uint8_t { none, start, stop, abort, clean };
  ServiceState state;
  const char* name;
  ActiveState active, idle_active;  // the latter with Type=idle
  Act act;
  CommandList runs;
  Limit limit;
  ServiceState then, on_failure;
};

inline constexpr std::array<ServicePhase, service_state_count> service_phases = [] {
  using S = ServiceState;
  using A = ActiveState;
  using enum ServicePhase::Act;
  using L = CommandList;
  using T = ServicePhase::Limit;
  return std::array<ServicePhase, service_state_count>{{
      // clang-format off
      // state           name              ActiveState       Type=idle         does    runs           limit     then            on failure
      {S::dead,           "dead",           A::inactive,     A::inactive,      rest,   L::none,       T::none,  S::dead,        S::dead},
      {S::condition,      "condition",      A::activating,   A::active,        run,    L::condition,  T::start, S::start_pre,   S::stop_sigterm},
      {S::start_pre,      "start-pre",      A::activating,   A::active,        run,    L::start_pre,  T::start, S::start,       S::stop_sigterm},
      {S::start,          "start",          A::activating,   A::active,        start,  L::start,      T::start, S::start_post,  S::stop_sigterm},
      {S::start_post,     "start-post",     A::activating,   A::active,        run,    L::start_post, T::start, S::running,     S::stop_sigterm},
      {S::running,        "running",        A::active,       A::active,        settle, L::none,       T::none,  S::stop,        S::stop_sigterm},
      {S::exited,         "exited",         A::active,       A::active,        rest,   L::none,       T::none,  S::stop,        S::stop},
      {S::reload,         "reload",         A::reloading,    A::reloading,     run,    L::reload,     T::start, S::running,     S::running},
      {S::stop,           "stop",           A::deactivating, A::deactivating,  run,    L::stop,       T::stop,  S::stop_sigterm, S::stop_sigterm},
      {S::stop_watchdog,  "stop-watchdog",  A::deactivating, A::deactivating,  signal, L::none,       T::abort, S::stop_post,   S::stop_post},
      {S::stop_sigterm,   "stop-sigterm",   A::deactivating, A::deactivating,  signal, L::none,       T::stop,  S::stop_post,   S::stop_post},
      {S::stop_sigkill,   "stop-sigkill",   A::deactivating, A::deactivating,  signal, L::none,       T::stop,  S::stop_post,   S::stop_post},
      {S::stop_post,      "stop-post",      A::deactivating, A::deactivating,  run,    L::stop_post,  T::stop,  S::final_sigterm, S::final_sigterm},
      {S::final_watchdog, "final-watchdog", A::deactivating, A::deactivating,  signal, L::none,       T::abort, S::dead,        S::dead},
      {S::final_sigterm,  "final-sigterm",  A::deactivating, A::deactivating,  signal, L::none,       T::stop,  S::dead,        S::dead},
      {S::final_sigkill,  "final-sigkill",  A::deactivating, A::deactivating,  signal, L::none,       T::stop,  S::dead,        S::dead},
      {S::failed,         "failed",         A::failed,       A::failed,        rest,   L::none,       T::none,  S::failed,      S::failed},
      {S::auto_restart,   "auto-restart",   A::activating,   A::activating,    rest,   L::none,       T::none,  S::dead,        S::dead},
      {S::cleaning,       "cleaning",       A::maintenance,  A::maintenance,   rest,   L::none,       T::clean, S::dead,        S::dead},
      {S::removing,       "final-sigterm",  A::deactivating, A::deactivating, rest,   L::none,       T::stop,  S::dead,        S::dead},
      // clang-format on
  }};
}();

constexpr const ServicePhase& phase_of(ServiceState state) {
  return service_phases[size_t(state)];
}

static_assert([] {
  for (size_t i = 0; i < service_phases.size(); ++i)
    if (size_t(service_phases[i].state) != i) return false;
  return true;
}());

}  // namespace svcd
