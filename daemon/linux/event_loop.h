// The daemon's event loop: sd-event with owned callbacks. A source lives as long as its EventSource; a callback may
// destroy its own source. Nothing that runs in here blocks.
#pragma once

#include <systemd/sd-event.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "libunit/result.h"
#include "libunit/time.h"

struct signalfd_siginfo;

namespace svcd {

/// What goes first when several things are ready at once: news about processes in the order in which they matter
/// (their last messages before their exit), then requests from outside, then what can wait.
enum class Priority : int64_t {
  between_turns = -20,
  mounts = -10,
  cgroups = -9,
  notify = -8,
  children = -6,
  signals = -5,
  normal = 0,
  requests = 0,  // what the connections of dbus/server have: whoever takes turns with them has the same
  idle = 100,
};

class EventSource {
 public:
  EventSource() = default;
  EventSource(EventSource&&) noexcept = default;
  EventSource& operator=(EventSource&& other) noexcept;
  ~EventSource();
  explicit operator bool() const { return node_ != nullptr; }
  sd_event_source* get() const;
  void reset();
  /// Off sources keep their place in the loop and cost nothing.
  void enable(bool on);
  /// For sources of on_turn() and on_time(): once more.
  void enable_once();

 private:
  friend class EventLoop;
  struct Node;
  explicit EventSource(std::shared_ptr<Node> node) : node_(std::move(node)) {}
  std::shared_ptr<Node> node_;
};

class EventLoop {
 public:
  static Result<EventLoop> open();
  EventLoop(EventLoop&&) noexcept;
  ~EventLoop();

  /// `events`: EPOLLIN …; the callback gets those that came.
  Result<EventSource> on_io(int fd, uint32_t events, Priority, std::function<void(uint32_t)>);
  /// The signal must be blocked.
  Result<EventSource> on_signal(int signal, Priority, std::function<void(const signalfd_siginfo&)>);
  /// Fires once, not before `when` (CLOCK_MONOTONIC) and at most `accuracy` later.
  Result<EventSource> on_time(Time when, Duration accuracy, Priority, std::function<void()>);
  /// Off until enable_once(): then in the next turn of the loop.
  Result<EventSource> on_turn(Priority, std::function<void()>);
  /// After each turn in which anything else was called.
  Result<EventSource> after_each_turn(std::function<void()>);
  /// Moves a source of on_time() and enables it once.
  static void set_time(EventSource&, Time when, Duration accuracy);
  /// For sources of on_io(): at most `burst` calls an interval; what comes meanwhile is told at its end, as events 0.
  static void limit_rate(EventSource&, Duration interval, unsigned burst);

  /// Until stop().
  void run();
  void stop();
  sd_event* get() const { return event_; }

 private:
  explicit EventLoop(sd_event* event) : event_(event) {}
  sd_event* event_ = nullptr;
};

/// An Error that names the failed call and carries errno.
Error errno_error(std::string_view what, int error_number);

}  // namespace svcd
