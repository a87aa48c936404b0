#include "daemon/linux/event_loop.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <cstring>

namespace svcd {

struct EventSource::Node : std::enable_shared_from_this<EventSource::Node> {
  sd_event_source* source = nullptr;
  std::function<void(uint32_t)> io;
  std::function<void(const signalfd_siginfo&)> signal;
  std::function<void()> plain;

  ~Node() { disconnect(); }
  void disconnect() {
    if (source == nullptr) return;
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    source = sd_event_source_unref(source);
  }
  static std::shared_ptr<Node> of(void* userdata) { return static_cast<Node*>(userdata)->shared_from_this(); }
};

EventSource& EventSource::operator=(EventSource&& other) noexcept {
  if (this != &other) {
    reset();
    node_ = std::move(other.node_);
  }
  return *this;
}

EventSource::~EventSource() {
  reset();
}

// The callback may be running right now and then still holds the node: it ends in peace, but is never called again.
void EventSource::reset() {
  if (node_) node_->disconnect();
  node_.reset();
}

sd_event_source* EventSource::get() const {
  return node_ ? node_->source : nullptr;
}

void EventSource::enable(bool on) {
  if (node_) sd_event_source_set_enabled(node_->source, on ? SD_EVENT_ON : SD_EVENT_OFF);
}

void EventSource::enable_once() {
  if (node_) sd_event_source_set_enabled(node_->source, SD_EVENT_ONESHOT);
}

Error errno_error(std::string_view what, int error_number) {
  char buffer[128];
  return Error{ErrorCode::io_error, fmt::format("{}: {}", what, strerror_r(error_number, buffer, sizeof buffer)),
               error_number};
}

static_assert(static_cast<int64_t>(Priority::requests) == SD_EVENT_PRIORITY_NORMAL, "dbus/server attaches with that");

Result<EventLoop> EventLoop::open() {
  sd_event* event = nullptr;
  if (const int r = sd_event_new(&event); r < 0) return tl::unexpected(errno_error("Cannot make an event loop", -r));
  return EventLoop(event);
}

EventLoop::EventLoop(EventLoop&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}

EventLoop::~EventLoop() {
  sd_event_unref(event_);
}

Result<EventSource> EventLoop::on_io(int fd, uint32_t events, Priority priority, std::function<void(uint32_t)> call) {
  auto node = std::make_shared<EventSource::Node>();
  node->io = std::move(call);
  const auto relay = [](sd_event_source*, int, uint32_t revents, void* userdata) {
    EventSource::Node::of(userdata)->io(revents);
    return 0;
  };
  if (const int r = sd_event_add_io(event_, &node->source, fd, events, relay, node.get()); r < 0)
    return tl::unexpected(errno_error("Cannot watch a file descriptor", -r));
  sd_event_source_set_priority(node->source, static_cast<int64_t>(priority));
  return EventSource(std::move(node));
}

Result<EventSource> EventLoop::on_signal(int signal, Priority priority,
                                         std::function<void(const signalfd_siginfo&)> call) {
  auto node = std::make_shared<EventSource::Node>();
  node->signal = std::move(call);
  const auto relay = [](sd_event_source*, const signalfd_siginfo* info, void* userdata) {
    EventSource::Node::of(userdata)->signal(*info);
    return 0;
  };
  if (const int r = sd_event_add_signal(event_, &node->source, signal, relay, node.get()); r < 0)
    return tl::unexpected(errno_error("Cannot watch a signal", -r));
  sd_event_source_set_priority(node->source, static_cast<int64_t>(priority));
  return EventSource(std::move(node));
}

Result<EventSource> EventLoop::on_time(Time when, Duration accuracy, Priority priority, std::function<void()> call) {
  auto node = std::make_shared<EventSource::Node>();
  node->plain = std::move(call);
  const auto relay = [](sd_event_source*, uint64_t, void* userdata) {
    EventSource::Node::of(userdata)->plain();
    return 0;
  };
  if (const int r =
          sd_event_add_time(event_, &node->source, CLOCK_MONOTONIC, when.count(), accuracy.count(), relay, node.get());
      r < 0)
    return tl::unexpected(errno_error("Cannot set a timer", -r));
  sd_event_source_set_priority(node->source, static_cast<int64_t>(priority));
  return EventSource(std::move(node));
}

Result<EventSource> EventLoop::on_turn(Priority priority, std::function<void()> call) {
  auto node = std::make_shared<EventSource::Node>();
  node->plain = std::move(call);
  const auto relay = [](sd_event_source*, void* userdata) {
    EventSource::Node::of(userdata)->plain();
    return 0;
  };
  if (const int r = sd_event_add_defer(event_, &node->source, relay, node.get()); r < 0)
    return tl::unexpected(errno_error("Cannot add to the event loop", -r));
  sd_event_source_set_enabled(node->source, SD_EVENT_OFF);
  sd_event_source_set_priority(node->source, static_cast<int64_t>(priority));
  return EventSource(std::move(node));
}

Result<EventSource> EventLoop::after_each_turn(std::function<void()> call) {
  auto node = std::make_shared<EventSource::Node>();
  node->plain = std::move(call);
  const auto relay = [](sd_event_source*, void* userdata) {
    EventSource::Node::of(userdata)->plain();
    return 0;
  };
  if (const int r = sd_event_add_post(event_, &node->source, relay, node.get()); r < 0)
    return tl::unexpected(errno_error("Cannot add to the event loop", -r));
  sd_event_source_set_priority(node->source, static_cast<int64_t>(Priority::between_turns));
  return EventSource(std::move(node));
}

void EventLoop::set_time(EventSource& source, Time when, Duration accuracy) {
  if (!source) return;
  sd_event_source_set_time(source.get(), when.count());
  sd_event_source_set_time_accuracy(source.get(), accuracy.count());
  source.enable_once();
}

void EventLoop::limit_rate(EventSource& source, Duration interval, unsigned burst) {
  if (!source) return;
  sd_event_source_set_ratelimit(source.get(), interval.count(), burst);
  // What made the limit hit was taken from the kernel and is not told again.
  sd_event_source_set_ratelimit_expire_callback(source.get(), [](sd_event_source*, void* userdata) {
    EventSource::Node::of(userdata)->io(0);
    return 0;
  });
}

void EventLoop::run() {
  sd_event_loop(event_);
}

void EventLoop::stop() {
  sd_event_exit(event_, 0);
}

}  // namespace svcd
