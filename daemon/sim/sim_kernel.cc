#include "daemon/sim/sim_kernel.h"

#include <algorithm>

namespace svcd {

namespace {

constexpr size_t purposes = size_t(TimerPurpose::other) + 1;

uint64_t key_of(UnitId unit) {
  return (uint64_t{unit.generation} << 32) | unit.index;
}

}  // namespace

SimKernel::SimKernel(uint64_t seed, size_t record_bytes) : rng(seed), record_(record_bytes) {}

// ---- the queue

void SimKernel::in_world(Duration delay, std::function<void()> action) {
  queue_.push(saturating_add(now_, delay), 0, [action = std::move(action)]() -> std::optional<Event> {
    action();
    return std::nullopt;
  });
}

void SimKernel::post(Event event, Duration delay) {
  to_manager(delay, [event = std::move(event)] { return event; });
}

std::optional<Event> SimKernel::next(Time until) {
  asked_ = 0;
  std::erase_if(descriptors_, [](const auto& one) { return !one.second.unit.valid(); });  // of the message before
  while (!queue_.empty() && queue_.top().at <= until) {
    const SimQueue::Item item = queue_.pop();
    Action action;
    if (item.task.kind == Kind::action) action = queue_.take(item.task);
    if (item.manager != 0 && item.manager != manager_) continue;
    now_ = std::max(now_, item.at);
    if (std::optional<Event> event = action ? action() : run(item.task)) return event;
  }
  now_ = std::max(now_, until);
  return std::nullopt;
}

std::optional<Event> SimKernel::run(const SimTask& task) {
  Process* const process = task.who ? get(task) : nullptr;
  if (task.who && !process) return std::nullopt;  // its pid is another's by now
  if (must_stand_still(task, process)) {
    when_thawed_.push_back(task);
    return std::nullopt;
  }
  switch (task.kind) {
    case Kind::action: break;
    case Kind::run_script: run_script(*process); break;
    case Kind::end: plan_end(*process); break;
    case Kind::stopped: end_process(*process, task.status); break;
    case Kind::signal: deliver_signal(*process, int(task.number)); break;
    case Kind::notify: send_notification(*process, process->program->notifies[task.number]); break;
    case Kind::tell_exit: return tell(*process);
    case Kind::look_empty: look_whether_empty(*groups_[task.number]); break;
    case Kind::tell_empty: {
      Cgroup& group = *groups_[task.number];
      --group.hints;
      if (group.is_known) return CgroupEmpty{group.unit};
      break;
    }
    case Kind::timer: return fire(task);
  }
  return std::nullopt;
}

bool SimKernel::is_idle() const {
  return queue_.empty();
}

Time SimKernel::next_time() {
  const auto is_stale = [this](const SimTask& task) {
    if (task.kind == Kind::timer) return timers_[task.number].arming != task.serial;
    const Process* const process = task.kind == Kind::end ? find(task.who) : nullptr;
    return task.kind == Kind::end && (!process || process->serial != task.serial || !process->alive);
  };
  while (!queue_.empty() && is_stale(queue_.top().task)) queue_.pop();
  return queue_.empty() ? infinity : queue_.top().at;
}

void SimKernel::may_crash() {
  ++calls_;
  if (crash_in_ != 0 && --crash_in_ == 0) throw SimCrash{};
}

void SimKernel::lose_manager() {
  ++manager_;
  crash_in_ = 0;
  watches_.clear();
  for (Cgroup* group : groups_) group->is_known = group->is_watched = false, group->hints = 0;
  timers_.assign(timers_.size(), Timer{});
  timers_armed_ = 0;
  failed_spawns_.clear();
  bus_watches_.clear();
  for (auto& [name, sockets] : sockets_) sockets.watched = false;
  for (const int file : std::set<int>(hung_up_)) hang_up(file);
  // The next manager looks at the zombies it finds: those that it does not watch by then are nobody's.
  to_manager(Duration(1), [this]() -> std::optional<Event> {
    for (auto& [pid, process] : processes_)
      if (process.zombie && !watches_.contains(pid)) process.zombie = false;
    return std::nullopt;
  });
}

SimKernel::Held SimKernel::held() const {
  Held held{timers_armed_, watches_.size(), bus_watches_.size(), 0};
  for (const Cgroup* group : groups_) held.cgroups += group->is_known;
  return held;
}

// ---- time, identity

void SimKernel::skip(Duration duration) {
  ++met[size_t(SimFault::time_skipped)];
  now_ = saturating_add(now_, duration);
}

Id128 SimKernel::random_id() {
  Id128 id{};
  for (size_t i = 0; i < id.size(); i += 8) {
    const uint64_t random = rng.next();
    for (size_t byte = 0; byte < 8; ++byte) id[i + byte] = uint8_t(random >> (8 * byte));
  }
  return id;
}

SimKernel::Timer& SimKernel::timer(TimerKey key) {
  const size_t slot = size_t{key.unit.index} * purposes + size_t(key.purpose);
  if (slot >= timers_.size()) timers_.resize(std::max(slot + 1, timers_.size() * 2));
  return timers_[slot];
}

bool SimKernel::has_timer(TimerKey key) const {
  const size_t slot = size_t{key.unit.index} * purposes + size_t(key.purpose);
  return slot < timers_.size() && timers_[slot].arming != 0 && timers_[slot].unit == key.unit;
}

void SimKernel::arm_timer(TimerKey key, Time when) {
  may_crash();
  Timer& armed = timer(key);
  if (armed.arming == 0) ++timers_armed_;
  armed = {key.unit, ++armings_};
  Duration wait = when > now_ ? Duration(when - now_) : Duration(0);
  if (meets(SimFault::timer_late, faults.timers_late_percent))
    wait = saturating_add(wait, Duration(rng.below(faults.timer_late.count() + 1)));
  SimTask task;
  task.kind = Kind::timer;
  task.serial = armed.arming;
  task.number = size_t{key.unit.index} * purposes + size_t(key.purpose);
  to_manager(wait, task);
}

std::optional<Event> SimKernel::fire(const SimTask& task) {
  Timer& armed = timers_[task.number];
  if (armed.arming != task.serial) return std::nullopt;
  armed.arming = 0;
  --timers_armed_;
  return TimerFired{{armed.unit, TimerPurpose(task.number % purposes)}};
}

void SimKernel::disarm_timer(TimerKey key) {
  if (!has_timer(key)) return;
  if (key.purpose == TimerPurpose::state_timeout) bring_lost_hints(key.unit);
  timer(key).arming = 0;
  --timers_armed_;
}

// ---- sockets

void SimKernel::open_sockets(UnitId unit, const std::string& name, const SocketSection&) {
  may_crash();
  Sockets& sockets = sockets_[name];
  sockets.unit = unit;
  const bool fails = meets(SimFault::sockets_failed, faults.sockets_fail_percent);
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

Result<PidFile> SimKernel::read_pid_file(const std::string& path) {
  const auto at = pid_files.find(path);
  if (at == pid_files.end()) return fail(ErrorCode::file_not_found, "No such file or directory");
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
  invocations[unit_name] = id;
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
  bus_watches_[{name, key_of(unit)}] = unit;
  to_manager(delay(), [this, unit, name]() -> std::optional<Event> {
    if (!bus_watches_.contains({name, key_of(unit)})) return std::nullopt;
    return BusNameOwner{unit, name, bus_names_[name]};
  });
}

void SimKernel::unwatch_bus_name(UnitId unit, const std::string& name) {
  bus_watches_.erase({name, key_of(unit)});
}

void SimKernel::set_bus_name(const std::string& name, const std::string& owner) {
  bus_names_[name] = owner;
  for (auto at = bus_watches_.lower_bound({name, 0}); at != bus_watches_.end() && at->first.first == name; ++at)
    tell_name_owner(at->second, name, owner, delay());
}

/// Which process that is, the bus is asked afterwards.
void SimKernel::tell_name_owner(UnitId unit, const std::string& name, const std::string& owner, Duration wait) {
  post(BusNameOwner{unit, name, owner}, wait);
  if (owner.starts_with(":1."))
    post(BusNameProcess{unit, name, pid_t(std::stoi(owner.substr(3)))}, saturating_add(wait, Duration(1)));
}

void SimKernel::run_generators(RequestId request, const Environment&) {
  may_crash();
  post(GeneratorsDone{request, {}}, delay());
}

void SimKernel::finish(const Finish& how) {
  finished = how;
}

}  // namespace svcd
