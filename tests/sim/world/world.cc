#include "sim/world/world.h"

#include <fmt/format.h>

#include <algorithm>

namespace svcd {

using namespace std::chrono_literals;

World::World(uint64_t seed, Coverage& coverage, Limits limits)
    : seed_(seed),
      coverage_(coverage),
      limits_(limits),
      kernel_(seed * 0x2545f4914f6cdd1d + 1, size_t{4} * 1024 * 1024),
      rng_(kernel_.rng),
      writer_(kernel_, coverage),
      listener_(coverage),
      order_(listener_),
      causes_(listener_),
      units_(kernel_, listener_),
      promises_(kernel_, listener_) {}

World::~World() {
  ++coverage_.seeds;
  for (size_t i = 0; i < sim_fault_count; ++i) coverage_.faults[i] += kernel_.met[i];
}

void World::fail(std::string text) {
  if (!wrong_.empty()) return;
  wrong_ = fmt::format("{} ({:.6f} s, step {})", text, double(kernel_.now().monotonic.count()) / 1e6 - 1000,
                       listener_.step());
  say("**** " + wrong_);
}

void World::say(const std::string& text) const {
  if (limits_.trace) fmt::print("{:10.6f} {}\n", double(kernel_.clock().count()) / 1e6 - 1000, text);
}

// ---- the machine

/// Small ones are quick and find most; one in forty is large.
size_t World::random_size() {
  size_t size = 1 + rng_.below(8);
  const uint64_t kind = rng_.below(100);
  if (kind >= 50) size = 1 + rng_.below(30);
  if (kind >= 80) size = 1 + rng_.below(100);
  if (kind >= 97) size = 1 + rng_.below(299);
  if (seed_ / 2 % 40 == 0) size = 300 + rng_.below(701);
  return std::min(size, limits_.most_units);
}

void World::add_targets() {
  MemoryFiles& files = kernel_.memory();
  const std::string folder = "/usr/lib/systemd/system/";
  for (const char* name : {"sysinit.target", "sockets.target", "timers.target", "paths.target", "local-fs.target",
                           "local-fs-pre.target", "network.target"})
    files.write(folder + name, "[Unit]\n");
  files.write(folder + "basic.target", "[Unit]\nRequires=sysinit.target\nAfter=sysinit.target\n");
  files.write(folder + "multi-user.target", "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n");
  files.link(folder + "default.target", "multi-user.target");
  for (const char* name : {"shutdown.target", "umount.target"})
    files.write(folder + name, "[Unit]\nDefaultDependencies=no\nRefuseManualStart=yes\n");
  files.write(folder + "dbus.socket", "[Socket]\nListenStream=/run/dbus/system_bus_socket\n");
}

void World::start_manager() {
  ManagerSetup setup;
  setup.search_path = SearchPath::system("/etc", "/run", "");
  setup.is_container = true;
  setup.settings.defaults.timeout_start = setup.settings.defaults.timeout_stop = 4s;
  manager_ = std::make_unique<Manager>(kernel_, std::move(setup));
  listener_.listen(*manager_);
  if (limits_.trace) manager_->add_listener(*this);
}

void World::flush(const Changes& changes) {
  for (const JobNew& job : changes.new_jobs) say(fmt::format("    job {} of {} is new", job.job, job.unit_name));
  for (const UnitId id : changes.changed_units)
    if (const Unit* unit =
            manager_->registry().get(id))  // not by way of the API, which reads units that are not read yet
      say(fmt::format("    {} is {}/{}", unit->name().str(), to_string(unit->active_state()),
                      unit->status().sub_state));
  for (const JobRemoved& job : changes.removed_jobs)
    say(fmt::format("    job {} of {}: {}", job.job, job.unit_name, to_string(job.result)));
  for (const UnitVanished& unit : changes.vanished) say("    forgotten: " + unit.name);
  for (const LogMessage& line : changes.log) say("    " + line.message);
}

// ---- steps

bool World::step(const std::function<void()>& what) {
  if (failed()) return false;
  ++coverage_.events;
  listener_.begin_step();
  try {
    what();
    for (int i = 0; i < 4 && manager_->has_work(); ++i) manager_->settle();
  } catch (const SimCrash&) {
    coverage_.did(Doing::crash_inside_a_step);
    was_cut_short_ = true;
    // What takes more calls than a manager lives must be done some day.
    if (const Time now = kernel_.now().monotonic; std::exchange(last_crash_, now) == now)
      crash_every_ += crash_every_ / 8 + 1;
    take_over();
    return false;
  }
  check();
  return true;
}

bool World::handle(const Event& event) {
  if (limits_.trace) say(fmt::format("event {}", event.index()));
  const auto* said = std::get_if<Notified>(&event);
  if (said)
    for (const std::string& line : said->lines) coverage_.note(line);
  const Unit* speaker = said ? manager_->registry().get(said->unit) : nullptr;
  if (!speaker || !speaker->service_status() || UnitCheck::may_speak(*speaker, said->pid)) return deliver(event);
  const UnitId id = speaker->id();
  const Notified what = *said;
  const UnitCheck::Heard before = UnitCheck::heard_by(*speaker);
  if (!deliver(event)) return false;
  speaker = manager_->registry().get(id);
  if (speaker && UnitCheck::heard_by(*speaker) != before)
    fail(fmt::format("{} heard {} of process {}, which may not speak for it", speaker->name().str(),
                     fmt::join(what.lines, " "), what.pid));
  return true;
}

bool World::deliver(const Event& event) {
  return step([&] {
    manager_->handle(event);
    std::visit(
        [this](const auto& e) {
          if constexpr (requires { e.unit.index; }) listener_.touch(e.unit);
        },
        event);
  });
}

void World::run_for(Duration duration) {
  const Time until = saturating_add(kernel_.now().monotonic, duration);
  Duration pause = 1ms;
  while (!failed()) {
    if (!manager_->has_work()) {
      pause = 1ms;
      const std::optional<Event> event = kernel_.next(until);
      if (!event) return;
      handle(*event);
      continue;
    }
    // Units without start limit and without a process trigger each other by OnSuccess= for ever, also in systemd 252:
    // the manager is busy then, but hears of all else in between.
    if (kernel_.now().monotonic >= until) return;
    kernel_.pass(pause);
    units_.time_was_skipped(pause);
    pause = std::min<Duration>(2 * pause, 2s);
    step([&] { manager_->settle(); });
    if (failed()) return;
    if (const std::optional<Event> event = kernel_.next(kernel_.now().monotonic)) handle(*event);
  }
}

void World::arm_crash() {
  kernel_.crash_after(crash_every_ == 0 ? 0 : 1 + rng_.below(2 * crash_every_));
}

void World::take_over() {
  for (bool done = false; !done;) {
    ++coverage_.crashes;
    say("---- the manager dies");
    kernel_.lose_manager();
    manager_.reset();
    if (crash_every_ != 0 && rng_.chance(15)) kernel_.crash_after(1 + rng_.below(8));
    listener_.begin_step();
    try {
      start_manager();
      if (!manager_->restore()) manager_->boot();
      for (int i = 0; i < 100 && manager_->has_work(); ++i) manager_->settle();
      done = true;
    } catch (const SimCrash&) {
      was_cut_short_ = true;
    }
  }
  references_.clear();
  listener_.take_as_it_is();
  order_.begin(*manager_);
  units_.begin(*manager_);
  promises_.begin(*manager_);
  for (const size_t number : unread_)  // read by this manager, and by none before
    if (const Unit* unit = manager_->registry().find(writer_.name(number).str())) units_.forget_promises(*unit);
  unread_.clear();
  check_everything();
  arm_crash();
}

// ---- what must hold

void World::check_unit(const Unit& unit) {
  if (failed()) return;
  if (std::string wrong = units_.check(unit); !wrong.empty()) return fail(wrong);
  if (std::string wrong = listener_.compare(unit); !wrong.empty()) return fail(wrong);
  if (const Job* job = manager_->job_queue().of(unit.index()))
    if (std::string wrong = order_.check_waiting(*job); !wrong.empty()) return fail(wrong);
}

void World::check() {
  if (listener_.was_reloaded()) unread_.clear();
  if (std::string wrong = listener_.wrong(); !wrong.empty()) return fail(wrong);
  const Registry& registry = manager_->registry();
  for (const UnitId id : listener_.touched())
    if (const Unit* unit = registry.get(id)) {
      order_.learn(*unit);
      check_unit(*unit);
    }
  if (std::string wrong = order_.check(); !wrong.empty()) return fail(wrong);
  if (std::string wrong = order_.check_failed(); !wrong.empty()) return fail(wrong);
  if (std::string wrong = causes_.check(*manager_); !wrong.empty()) return fail(wrong);
  if (!manager_->has_work())
    if (std::string wrong = promises_.check(); !wrong.empty()) return fail(wrong);
  // of the others some in each step, so that a change that nobody is told of is found a little later
  const std::vector<UnitIndex>& all = registry.indices();
  for (int i = 0; i < 2 && !all.empty(); ++i) check_unit(*registry.at(all[++sweep_ % all.size()]));
  if (listener_.step() % 512 == 0) check_everything();
}

void World::check_everything() {
  const Registry& registry = manager_->registry();
  uint32_t failed_units = 0;
  for (const UnitIndex index : registry.indices()) {
    const Unit& unit = *registry.at(index);
    failed_units += unit.active_state() == ActiveState::failed;
    check_unit(unit);
  }
  if (failed_units != manager_->failed_units())
    fail(fmt::format("{} units have failed, but {} are counted", failed_units, manager_->failed_units()));
  if (std::string wrong = listener_.compare_jobs(); !wrong.empty()) fail(wrong);
  for (const SimKernel::Cgroup* group : kernel_.groups())
    if (group->is_known && !registry.get(group->unit))
      fail(fmt::format("cgroup {} is nobody's, but kept", group->path));
}

/// What clients see of units that rest: it must be the same after a take-over.
std::vector<std::pair<UnitId, std::string>> World::visible() const {
  std::vector<std::pair<UnitId, std::string>> all;
  for (const UnitIndex index : manager_->registry().indices()) {
    const Unit& unit = *manager_->registry().at(index);
    const ServiceStatus* service = unit.service_status();
    if (!service || unit.status().job || all.size() >= 64 || !unit.has_a_past()) continue;
    if (!manager_->graph().edges(index, Dependency::upheld_by).empty()) continue;  // may be tried again at once
    const SimKernel::Process* main = kernel_.find(service->main_pid);
    const bool runs = std::string_view(unit.status().sub_state) == "running" && main && main->alive;
    if (!unit.is_down() && !runs) continue;
    const UnitStatus& status = unit.status();
    std::string text = fmt::format("{} {} {} {} {}", to_string(status.active_state), status.sub_state,
                                   service->main_pid, service->n_restarts, to_string(service->result));
    for (const Timestamp& time :
         {status.state_change, status.inactive_exit, status.active_enter, status.active_exit, status.inactive_enter,
          status.condition_time, service->main.start, service->main.exit, service->watchdog})
      text += fmt::format(" {}/{}", time.realtime.count(), time.monotonic.count());
    all.emplace_back(unit.id(), text + " " + service->status_text);
  }
  return all;
}

void World::compare_after_crash(const std::vector<std::pair<UnitId, std::string>>& before) {
  if (listener_.new_jobs() > 0) return;  // Upholds= and its like: the next manager tries once more
  const auto now = visible();
  for (const auto& [id, text] : before) {
    const auto same = std::ranges::find(now, id, &std::pair<UnitId, std::string>::first);
    if (same == now.end() || same->second == text) continue;
    return fail(
        fmt::format("{} was '{}' before a take-over, and is '{}'", manager_->loaded(id).id.str(), text, same->second));
  }
}

// ---- the life of it

void World::make_trouble() {
  SimFaults& faults = kernel_.faults;
  const auto sometimes = [&](unsigned seeds_percent, unsigned percent) {
    return rng_.chance(seeds_percent) ? unsigned(1 + rng_.below(percent)) : 0;
  };
  faults.max_delay = Duration(rng_.chance(20) ? 0 : rng_.below(400'000));
  faults.spawn_fails_percent = sometimes(40, 10);
  faults.sockets_fail_percent = sometimes(30, 20);
  faults.cgroup_fails_percent = sometimes(30, 30);
  faults.cgroup_empty_twice_percent = sometimes(50, 60);
  faults.cgroup_empty_for_nothing_percent = sometimes(50, 40);
  faults.hint_lost_percent = sometimes(40, 50);
  faults.kill_fails_percent = sometimes(30, 30);
  faults.sigkill_fails_percent = sometimes(5, 30);
  faults.late_exits_percent = sometimes(40, 25);
  faults.late_exit = Duration(rng_.below(10'000'000));
  faults.timers_late_percent = sometimes(40, 50);
  faults.timer_late = Duration(rng_.below(500'000));
  kernel_.freeze_takes = Duration(rng_.below(300'000));
  kernel_.clean_takes = Duration(rng_.below(3'000'000));
  if (rng_.chance(40)) kernel_.pid_max = pid_t(400 + rng_.below(600) + 4 * writer_.size());
}

void World::end_trouble() {
  kernel_.faults = {};
  crash_every_ = 0;
  arm_crash();
}

std::string World::run() {
  kernel_.tasks_max = 48;  // what restarts for ever, and is left alone each time, would fill the machine
  kernel_.spawn_takes = 1ms;
  kernel_.script = [this](const SpawnRequest& request) {
    units_.look_at_spawn(request);
    return std::optional<SimProgram>();
  };
  add_targets();
  writer_.write_all(random_size());
  const size_t count = writer_.size();
  for (size_t i = 0; limits_.trace && i < count; ++i) say(writer_.name(i).str() + ":\n" + writer_.text(i));
  coverage_.units += count;
  coverage_.most_units = std::max(coverage_.most_units, uint64_t{count});
  ++coverage_.sizes[count <= 3 ? 0 : count <= 10 ? 1 : count <= 30 ? 2 : count <= 100 ? 3 : count < 300 ? 4 : 5];
  start_manager();
  order_.begin(*manager_);
  units_.begin(*manager_);
  promises_.begin(*manager_);
  make_trouble();
  // a take-over reads all units: the more there are, the rarer it is
  if (rng_.chance(30)) crash_every_ = 3 + (count > 40 ? 20 * count : 0) + rng_.below(200 + 30 * count);
  arm_crash();
  step([&] { manager_->boot(); });
  run_for(1s);
  const size_t doings = 100 + 4 * count + rng_.below(200);
  for (size_t i = 0; i < doings && !failed(); ++i) {
    do_something();
    run_for(Duration(rng_.below(rng_.chance(10) ? 3'000'000 : 300'000)));
  }
  end_trouble();
  rest();
  stop_all();
  forget_all();
  return wrong_;
}

/// All that is under way comes to its end. What restarts for ever does not.
void World::rest() {
  run_for(3min);
  if (failed()) return;
  check_everything();
  bool moves = manager_->has_work();
  for (const UnitIndex index : manager_->registry().indices()) {
    const Unit& unit = *manager_->registry().at(index);
    const ActiveState state = unit.active_state();
    moves = moves || unit.is_removing_directories() ||
            (state != ActiveState::active && state != ActiveState::inactive && state != ActiveState::failed);
    if (manager_->has_work()) continue;
    if (std::string wrong = units_.check_at_rest(unit); !wrong.empty()) return fail(wrong);
  }
  if (moves || manager_->job_queue().empty()) return;
  if (std::string wrong = order_.check_stuck(); !wrong.empty()) fail(wrong);
}

void World::stop_round() {
  for (const UnitId id : manager_->units()) {
    Unit* unit = manager_->registry().get(id);
    if (!unit || unit->is_perpetual() || unit->is_down()) continue;
    step([&] { (void)manager_->start_job(*unit, JobType::stop, JobMode::replace); });
  }
  run_for(2min);
}

/// First as they are; then without their files, so that nothing brings anything back.
void World::stop_all() {
  stop_round();
  for (size_t i = 0; i < writer_.size(); ++i) writer_.remove(i);
  for (const std::string& path : drop_ins_) kernel_.memory().remove(path);
  for (const size_t mount : writer_.mounts()) {
    const std::string& name = writer_.name(mount).str();
    kernel_.unmount("/" + name.substr(0, name.find('.')));
  }
  step([&] { manager_->reload(1); });
  run_for(1min);
  for (int round = 0; round < 3; ++round) {
    for (const SimKernel::Process* process : kernel_.processes()) kernel_.signal(process->pid, 9);  // TimeoutStopSec=0
    stop_round();
  }
  for (ClientId client = 1; client <= 5; ++client) step([&] { manager_->client_gone(client); });
  references_.clear();
  step([&] { manager_->reset_all_failed(); });
  run_for(1min);
}

/// Memory is as it was at the beginning: what is left is what always is.
void World::forget_all() {
  if (failed()) return;
  for (const UnitIndex index : manager_->registry().indices()) {
    const Unit& unit = *manager_->registry().at(index);
    const bool from_here = std::string_view(unit.loaded().fragment_path).starts_with("/usr/lib");
    if (unit.is_perpetual() || from_here || unit.name().str() == "dbus.service") continue;
    if (unit.is_down() && !unit.referrers.empty()) continue;  // somebody names it
    return fail(fmt::format("{} is still in memory, as {} {}{}{}{}", unit.name().str(), to_string(unit.loaded().state),
                            unit.status().sub_state, unit.has_cgroup ? ", with a cgroup" : "",
                            unit.references.empty() ? "" : ", with references",
                            unit.is_removing_directories() ? ", with folders" : ""));
  }
  const SimKernel::Held held = kernel_.held();
  if (!listener_.jobs().empty() || !manager_->job_queue().empty()) return fail("jobs are left at the end");
  size_t perpetual = 0;
  for (const UnitIndex index : manager_->registry().indices())
    perpetual += !manager_->registry().at(index)->status().control_group.empty();
  if (kernel_.open_descriptors() != 0)
    return fail(fmt::format("{} descriptors are stored at the end", kernel_.open_descriptors()));
  if (held.timers != 0) return fail(fmt::format("{} timers are left at the end", held.timers));
  if (held.bus_names != 0) return fail(fmt::format("{} bus names are watched at the end", held.bus_names));
  if (held.processes > kernel_.processes().size())
    return fail(fmt::format("{} processes are watched at the end", held.processes));
  if (held.cgroups > perpetual) return fail(fmt::format("{} cgroups are left at the end", held.cgroups - perpetual));
}

}  // namespace svcd
