#include "daemon/sim/sim_kernel.h"

#include <algorithm>

namespace svcd {

namespace {

uint64_t key_of(UnitId unit) {
  return (uint64_t{unit.generation} << 32) | unit.index;
}

}  // namespace

SimKernel::SimKernel(uint64_t seed, size_t record_bytes) : rng(seed), record_(record_bytes) {}

// ---- the queue

void SimKernel::in_world(Duration delay, std::function<void()> action) {
  queue_.push({saturating_add(now_, delay), ++order_, 0, [action = std::move(action)]() -> std::optional<Event> {
                 action();
                 return std::nullopt;
               }});
}

void SimKernel::to_manager(Duration delay, Action action) {
  queue_.push({saturating_add(now_, delay), ++order_, manager_, std::move(action)});
}

void SimKernel::post(Event event, Duration delay) {
  to_manager(delay, [event = std::move(event)] { return event; });
}

std::optional<Event> SimKernel::next(Time until) {
  while (!queue_.empty() && queue_.top().at <= until) {
    const Item item = queue_.top();
    queue_.pop();
    if (item.manager != 0 && item.manager != manager_) continue;
    now_ = std::max(now_, item.at);
    if (std::optional<Event> event = item.action()) return event;
  }
  now_ = std::max(now_, until);
  return std::nullopt;
}

bool SimKernel::is_idle() const {
  return queue_.empty();
}

void SimKernel::may_crash() {
  ++calls_;
  if (crash_in_ != 0 && --crash_in_ == 0) throw SimCrash{};
}

void SimKernel::lose_manager() {
  ++manager_;
  crash_in_ = 0;
  watches_.clear();
  unit_of_cgroup_.clear();
  watched_cgroups_.clear();
  timers_.clear();
  bus_watches_.clear();
  for (auto& [name, sockets] : sockets_) sockets.watched = false;
  // The next manager looks at the zombies it finds: those that it does not watch by then are nobody's.
  to_manager(Duration(1), [this]() -> std::optional<Event> {
    for (auto& [pid, process] : processes_)
      if (process.zombie && !watches_.contains(pid)) process.zombie = false;
    return std::nullopt;
  });
}

// ---- time, identity

Id128 SimKernel::random_id() {
  Id128 id{};
  for (uint8_t& byte : id) byte = uint8_t(rng.next());
  return id;
}

void SimKernel::arm_timer(TimerKey key, Time when) {
  may_crash();
  const auto name = std::pair(key_of(key.unit), key.purpose);
  const uint64_t arming = ++armings_;
  timers_[name] = arming;
  const Duration wait = when > now_ ? Duration(when - now_) : Duration(0);
  to_manager(wait, [this, key, name, arming]() -> std::optional<Event> {
    const auto at = timers_.find(name);
    if (at == timers_.end() || at->second != arming) return std::nullopt;
    timers_.erase(at);
    return TimerFired{key};
  });
}

void SimKernel::disarm_timer(TimerKey key) {
  timers_.erase(std::pair(key_of(key.unit), key.purpose));
}

// ---- sockets

void SimKernel::open_sockets(UnitId unit, const std::string& name, const SocketSection&) {
  may_crash();
  Sockets& sockets = sockets_[name];
  sockets.unit = unit;
  const bool fails = rng.chance(faults.sockets_fail_percent);
  if (!fails) sockets.open = true;
  std::optional<Error> error;
  if (fails) error = Error{ErrorCode::io_error, "Address already in use", 98};
  post(SocketsOpened{unit, error}, delay());
}

void SimKernel::watch_sockets(UnitId unit, bool on) {
  for (auto& [name, sockets] : sockets_) {
    if (sockets.unit != unit) continue;
    sockets.watched = on;
    if (on) socket_ready(name);
  }
}

void SimKernel::close_sockets(UnitId unit, bool) {
  may_crash();
  for (auto& [name, sockets] : sockets_)
    if (sockets.unit == unit) sockets = Sockets{};
}

void SimKernel::connect(const std::string& name) {
  Sockets& sockets = sockets_[name];
  if (!sockets.open) return;
  ++sockets.waiting;
  socket_ready(name);
}

/// Level-triggered: told again as long as somebody waits and the manager listens.
void SimKernel::socket_ready(const std::string& name) {
  to_manager(delay(), [this, name]() -> std::optional<Event> {
    const Sockets& sockets = sockets_[name];
    if (!sockets.open || !sockets.watched || sockets.waiting == 0) return std::nullopt;
    to_manager(std::chrono::milliseconds(10), [this, name]() -> std::optional<Event> {
      socket_ready(name);
      return std::nullopt;
    });
    return SocketReady{sockets.unit};
  });
}

// ---- questions

bool SimKernel::condition(const Condition& condition) {
  bool holds = true;
  if (const std::optional<bool> answer = test ? test(condition) : std::nullopt)
    holds = *answer;
  else if (const auto told = condition_results.find(condition.parameter); told != condition_results.end())
    holds = told->second;
  else if (condition.type == Condition::Type::path_exists)
    holds = files_.look(condition.parameter).kind != FileInfo::Kind::missing;
  return holds != condition.negate;
}

std::optional<pid_t> SimKernel::read_pid_file(const std::string& path, UnitId) {
  const auto at = pid_files_.find(path);
  if (at == pid_files_.end()) return std::nullopt;
  const Process* process = find(at->second);
  if (!process || !process->alive) return std::nullopt;
  return at->second;
}

// ---- files

Result<> SimKernel::apply(const InstallChange& change) {
  may_crash();
  using Type = InstallChange::Type;
  if (change.type == Type::symlink) files_.link(change.path, change.target);
  if (change.type == Type::unlink) files_.remove(change.path);
  return {};
}

Result<> SimKernel::write_file(const std::string& path, std::string_view content) {
  may_crash();
  files_.write(path, content);
  return {};
}

void SimKernel::publish_invocation(const std::string& unit_name, const Id128& id) {
  may_crash();
  std::string text;
  for (const uint8_t byte : id) text += fmt::format("{:02x}", byte);
  invocations[unit_name] = text;
}

void SimKernel::withdraw_invocation(const std::string& unit_name) {
  invocations.erase(unit_name);
}

/// By a process of its own, which outlives the manager; the next one's does not overtake it.
void SimKernel::remove_directories(UnitId unit, const std::string& name, const ExecSection&) {
  may_crash();
  directories_busy_ = std::max(directories_busy_, saturating_add(now_, delay()));
  const Duration wait(directories_busy_ - now_);
  in_world(wait, [this, name] { directories.erase(name); });
  post(DirectoriesRemoved{unit}, wait);
  may_crash();
}

// ---- mounts, bus, the rest

void SimKernel::mount(const MountEntry& entry) {
  mounts_.push_back(entry);
  post(MountTableChanged{mounts_}, delay());
}

void SimKernel::unmount(const std::string& where) {
  std::erase_if(mounts_, [&](const MountEntry& entry) { return entry.where == where; });
  post(MountTableChanged{mounts_}, delay());
}

void SimKernel::watch_bus_name(UnitId unit, const std::string& name) {
  may_crash();
  bus_watches_[{key_of(unit), name}] = unit;
  to_manager(delay(), [this, unit, name]() -> std::optional<Event> {
    if (!bus_watches_.contains({key_of(unit), name})) return std::nullopt;
    return BusNameOwner{unit, name, bus_names_[name]};
  });
}

void SimKernel::unwatch_bus_name(UnitId unit, const std::string& name) {
  bus_watches_.erase({key_of(unit), name});
}

void SimKernel::set_bus_name(const std::string& name, const std::string& owner) {
  bus_names_[name] = owner;
  for (const auto& [key, unit] : bus_watches_)
    if (key.second == name) post(BusNameOwner{unit, name, owner}, delay());
}

void SimKernel::run_generators(RequestId request, const Environment&) {
  may_crash();
  post(GeneratorsDone{request, {}}, delay());
}

void SimKernel::finish(const Finish& how) {
  finished = how;
}

}  // namespace svcd
