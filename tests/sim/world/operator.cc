// What is asked of the manager, and what happens to the machine: at random, and with no respect.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "sim/world/world.h"

namespace svcd {

using namespace std::chrono_literals;

void World::request(const std::function<void()>& what) {
  ++coverage_.requests;
  step(what);
}

Unit* World::any_unit() {
  const std::vector<UnitIndex>& all = manager_->registry().indices();
  return all.empty() ? nullptr : manager_->registry().at(all[rng_.below(all.size())]);
}

/// Whether it is time for what looks at every unit: in a world of hundreds that is rarer, or it would do nothing else.
bool World::is_turn_of_all_units() {
  return rng_.below(writer_.size()) < 40;
}

void World::do_something() {
  const uint64_t pick = rng_.below(100);
  if (pick < 50) return ask_for_job();
  if (pick < 53) {
    if (Unit* unit = any_unit()) ask_for_care(*unit);
    return;
  }
  if (pick < 66) return ask_for_more();
  if (pick < 82) return happen_to_processes();
  if (pick < 92) return happen_to_files();
  if (pick < 98) return happen_to_the_machine();
  is_turn_of_all_units() ? crash_between_steps() : ask_for_job();
}

void World::ask_for_job() {
  static constexpr JobType types[] = {
      JobType::start,       JobType::start,      JobType::start,           JobType::start,  JobType::stop,
      JobType::stop,        JobType::restart,    JobType::restart,         JobType::reload, JobType::verify_active,
      JobType::try_restart, JobType::try_reload, JobType::reload_or_start, JobType::nop};
  static constexpr JobMode modes[] = {JobMode::replace,
                                      JobMode::replace,
                                      JobMode::replace,
                                      JobMode::replace,
                                      JobMode::replace,
                                      JobMode::fail,
                                      JobMode::fail,
                                      JobMode::replace_irreversibly,
                                      JobMode::isolate,
                                      JobMode::flush,
                                      JobMode::ignore_dependencies,
                                      JobMode::ignore_requirements,
                                      JobMode::triggering};
  JobRequest wanted;
  wanted.unit = writer_.any();
  wanted.type = types[rng_.below(std::size(types))];
  wanted.mode = modes[rng_.below(std::size(modes))];
  if (wanted.mode == JobMode::isolate) wanted.type = rng_.chance(80) ? JobType::start : wanted.type;
  if (wanted.mode == JobMode::triggering) wanted.type = rng_.chance(80) ? JobType::stop : wanted.type;
  wanted.reload_if_possible = rng_.chance(10);
  wanted.client = 1 + rng_.below(5);
  ++coverage_.job_modes[size_t(wanted.mode)];
  ++coverage_.job_types[size_t(wanted.type)];
  say(fmt::format("request {}/{} {}", wanted.unit.str(), to_string(wanted.type), to_string(wanted.mode)));
  const Time now = kernel_.now().monotonic;
  bool is_taken = false;
  const Unit* known = manager_->registry().find(wanted.unit.str());
  const bool is_there = known && known->loaded().state == LoadState::loaded;  // what is not cannot be stopped
  if (rng_.chance(4) && is_there && !look_ahead(wanted)) return;
  const uint64_t deaths = coverage_.crashes;
  request([&] {
    const Result<JobId> job = submit(wanted);
    is_taken = job.has_value();
    if (is_taken) listener_.asked(wanted);
    if (!job) say("    refused: " + job.error().message);
  });
  const bool reloads = wanted.type == JobType::reload || wanted.type == JobType::try_reload ||
                       wanted.type == JobType::reload_or_start ||
                       (wanted.reload_if_possible && wanted.type == JobType::restart);
  if (!is_taken || failed() || !reloads || coverage_.crashes != deaths) return;
  if (const Unit* unit = manager_->registry().find(wanted.unit.str())) listener_.reload_asked(*unit, now);
}

/// Again while what it needs is still being loaded, as dbus/server does.
Result<JobId> World::submit(const JobRequest& wanted) {
  Result<JobId> job = manager_->submit(wanted);
  for (int i = 0; i < 100 && !job && job.error().code == ErrorCode::still_loading; ++i) {
    manager_->settle();
    job = manager_->submit(wanted);
  }
  return job;
}

void World::ask_for_more() {
  Unit* unit = any_unit();
  if (!unit) return;
  const UnitId id = unit->id();
  const ClientId client = 1 + rng_.below(5);
  const auto of_unit = [&](Doing doing) {
    coverage_.did(doing);
    say(fmt::format("request {} of {}", doing_names[size_t(doing)], unit->name().str()));
  };
  switch (rng_.below(10)) {
    case 0:
    case 1: {
      static constexpr KillWho whom[] = {KillWho::main, KillWho::control, KillWho::all, KillWho::all_fail};
      static constexpr int signals[] = {SIGTERM, SIGKILL, SIGHUP, SIGABRT, SIGUSR1};
      if (unit->type() == UnitType::slice) return;
      of_unit(Doing::kill);
      return request([&] { (void)manager_->kill(id, whom[rng_.below(4)], signals[rng_.below(5)]); });
    }
    case 2:
    case 3:
      of_unit(Doing::reset_failed);
      return request([&] {
        (void)manager_->reset_failed(id);
        units_.forget_promises(*unit);
      });
    case 4:
    case 5: {
      const auto jobs = manager_->jobs();
      if (jobs.empty()) return;
      coverage_.did(Doing::cancel_job);
      const JobId job = jobs[rng_.below(jobs.size())].id;
      say(fmt::format("request cancel {}", job));
      return request([&] { (void)manager_->cancel_job(job); });
    }
    case 6:
      of_unit(Doing::ref);
      references_.emplace_back(id, client);
      return request([&] { (void)manager_->ref(id, client); });
    case 7: {
      if (references_.empty()) return;
      coverage_.did(Doing::unref);
      const size_t which = rng_.below(references_.size());
      const auto [held, holder] = references_[which];
      references_.erase(references_.begin() + ptrdiff_t(which));
      return request([&, of = held, by = holder] { (void)manager_->unref(of, by); });
    }
    case 8:
      coverage_.did(Doing::client_gone);
      std::erase_if(references_, [&](const auto& held) { return held.second == client; });
      return request([&] { manager_->client_gone(client); });
    default: break;
  }
  if (rng_.chance(60)) return;
  if (rng_.chance(50)) {
    coverage_.did(Doing::clear_jobs);
    return request([&] { manager_->clear_jobs(); });
  }
  coverage_.did(Doing::reset_all_failed);
  request([&] {
    manager_->reset_all_failed();
    manager_->registry().each([&](const Unit& each) { units_.forget_promises(each); });
  });
}

// ---- what is asked of units that rest, and questions

void World::ask_for_care(Unit& unit) {
  const UnitId id = unit.id();
  const auto doing = [&](Doing what) {
    coverage_.did(what);
    say(fmt::format("request {} of {}", doing_names[size_t(what)], unit.name().str()));
  };
  switch (rng_.below(8)) {
    case 0:
    case 1: doing(Doing::clean); return request([&] { (void)manager_->clean(id, DirectoryKinds(rng_.below(32))); });
    case 2: doing(Doing::freeze); return request([&] { manager_->freeze(id, true, 1 + rng_.below(1000)); });
    case 3:
    case 4: {
      for (const UnitIndex index : manager_->registry().indices())
        if (const Unit& other = *manager_->registry().at(index); other.status().freezer == FreezerState::frozen) {
          doing(Doing::thaw);
          return request([&] { manager_->freeze(other.id(), false, 1 + rng_.below(1000)); });
        }
      return;
    }
    case 5: return set_something(unit);
    case 6: return make_transient();
    default: return look_back(unit);
  }
}

void World::set_something(Unit& unit) {
  if (unit.type() != UnitType::service && unit.type() != UnitType::slice) return;
  coverage_.did(Doing::set_property);
  const bool is_service = unit.type() == UnitType::service;
  const Assignment line{is_service ? "Service" : "Slice", "CPUWeight", std::to_string(1 + rng_.below(1000)), 0};
  const bool runtime = rng_.chance(50);
  drop_ins_.push_back(
      fmt::format("/{}/systemd/system.control/{}.d/50-CPUWeight.conf", runtime ? "run" : "etc", unit.name().str()));
  say("request CPUWeight= of " + unit.name().str());
  request([&] {
    (void)manager_->set_properties(unit.id(), runtime, {{line}});
    units_.forget_promises(unit);
  });
}

void World::make_transient() {
  coverage_.did(Doing::make_transient);
  const UnitName name = *UnitName::parse(fmt::format("run{}.service", rng_.below(8)));
  SimProgram& program = kernel_.program("/bin/" + name.str()) = {};
  if (rng_.chance(70)) program.runs_for = Duration(rng_.below(3'000'000));
  drop_ins_.push_back("/run/systemd/transient/" + name.str());
  std::vector<Assignment> lines{{"Service", "ExecStart", "/bin/" + name.str(), 0}};
  if (rng_.chance(30)) lines.push_back({"Service", "RemainAfterExit", "yes", 0});
  if (rng_.chance(30)) lines.push_back({"Unit", "After", writer_.any().str(), 0});
  if (rng_.chance(30)) lines.push_back({"Unit", "BindsTo", writer_.any().str(), 0});
  if (rng_.chance(50)) lines.push_back({"Unit", "CollectMode", "inactive-or-failed", 0});
  say("request to run " + name.str());
  request([&] {
    if (!manager_->make_transient(name, lines)) return;
    (void)manager_->submit({name, JobType::start, JobMode::fail, false, 1 + rng_.below(5)});
  });
}

/// What would come of a request: nothing happens, and it is refused if and only if the request is. False: something
/// was wrong, or the manager died over it.
bool World::look_ahead(const JobRequest& wanted) {
  coverage_.did(Doing::plan);
  const uint64_t deaths = coverage_.crashes;
  std::optional<bool> is_refused;
  const auto ask = [&] {
    const auto planned = manager_->dry_run({wanted});
    if (planned && planned->size() == 1) is_refused = planned->front().refused.has_value();
    return planned || planned.error().code != ErrorCode::still_loading;
  };
  request([&] {
    for (int i = 0; i < 100 && !ask(); ++i) manager_->settle();
  });
  if (failed() || coverage_.crashes != deaths) return false;
  if (listener_.new_jobs() != 0 || !listener_.began().empty() || !listener_.ended().empty())
    return fail("a plan was carried out that somebody only wanted to see"), false;
  if (!is_refused || listener_.forgotten() != 0) return true;  // who is forgotten is read anew, and may be another
  bool is_taken = false;
  request([&] { is_taken = submit(wanted).has_value(); });
  if (!failed() && coverage_.crashes == deaths && is_taken == *is_refused)
    fail(fmt::format("{}/{} was planned to be {}, but was {}", wanted.unit.str(), to_string(wanted.type),
                     *is_refused ? "refused" : "done", is_taken ? "done" : "refused"));
  return !failed() && coverage_.crashes == deaths;
}

/// Who has failed can say why.
void World::look_back(Unit& unit) {
  coverage_.did(Doing::explain);
  const Explanation why = manager_->explain(unit.id());
  if (unit.active_state() == ActiveState::failed && (why.sentence.empty() || why.chain.empty()))
    fail(unit.name().str() + " has failed, but nothing says why");
}

/// A file that names a process of somebody else, where a service will look for its own.
void World::mislead() {
  if (rng_.chance(50)) {
    coverage_.did(Doing::hang_up);
    return kernel_.hang_up(int(1 + rng_.below(3)));
  }
  const auto processes = kernel_.processes();
  const Unit* unit = any_unit();
  if (!unit || unit->type() != UnitType::service || unit->config().service().pid_file.empty()) return;
  coverage_.did(Doing::foreign_pid_file);
  const bool questionable = rng_.chance(50);
  kernel_.pid_files[unit->config().service().pid_file] = {processes[rng_.below(processes.size())]->pid, questionable,
                                                          questionable};
}

void World::happen_to_processes() {
  const auto processes = kernel_.processes();
  if (processes.empty()) return;
  const SimKernel::Process& process = *processes[rng_.below(processes.size())];
  if (rng_.chance(5)) return mislead();
  if (rng_.chance(15)) {
    kernel_.run_out_of_memory(process.unit, process.cgroup);
  } else if (rng_.chance(20)) {
    coverage_.did(Doing::notify_as_stranger);
    static constexpr std::string_view lines[] = {"STATUS=stranger", "MAINPID=$", "READY=1",
                                                 "WATCHDOG=1",      "nonsense",  "MAINPID=99999999999999999999"};
    std::string line(lines[rng_.below(std::size(lines))]);
    if (line.ends_with('$')) line = fmt::format("MAINPID={}", processes[rng_.below(processes.size())]->pid);
    if (process.token == 0) kernel_.notify_from(process.pid, {line}, 1000);
  } else {
    coverage_.did(Doing::signal_process);
    static constexpr int signals[] = {SIGKILL, SIGTERM, SIGSEGV, SIGHUP};
    kernel_.signal(process.pid, signals[rng_.below(std::size(signals))]);
  }
}

void World::happen_to_files() {
  const size_t number = rng_.below(writer_.size());
  const uint64_t pick = rng_.below(10);
  if (pick < 7) unread_.push_back(number);
  if (pick < 5) {
    coverage_.did(Doing::change_file);
    writer_.rewrite(number);
    if (limits_.trace) say("file of " + writer_.name(number).str() + " changes:\n" + writer_.text(number));
  } else if (pick < 6) {
    coverage_.did(Doing::mask);
    writer_.mask(number);
  } else if (pick < 7) {
    coverage_.did(Doing::remove_file);
    writer_.remove(number);
  } else if (rng_.chance(50)) {
    kernel_.condition_results["/sometimes"] = rng_.chance(50);
  }
  if (!rng_.chance(50) || !is_turn_of_all_units()) return;
  coverage_.did(Doing::daemon_reload);
  say("request daemon-reload");
  if (rng_.chance(20)) return (void)handle(Signalled{SIGHUP});
  request([&] { manager_->reload(rng_.below(3)); });
}

void World::happen_to_the_machine() {
  const std::vector<size_t>&sockets = writer_.sockets(), &mounts = writer_.mounts();
  switch (rng_.below(8)) {
    case 0:
    case 1:
    case 2:
      if (sockets.empty()) return;
      coverage_.did(Doing::connect);
      return kernel_.connect(writer_.name(sockets[rng_.below(sockets.size())]).str());
    case 3:
    case 4: {
      if (mounts.empty()) return;
      const std::string& name = writer_.name(mounts[rng_.below(mounts.size())]).str();
      const std::string where = "/" + name.substr(0, name.find('.'));
      const bool comes = rng_.chance(50);
      coverage_.did(comes ? Doing::mount : Doing::unmount);
      return comes ? kernel_.mount({"tmpfs", where, "tmpfs", "rw"}) : kernel_.unmount(where);
    }
    case 5: ++kernel_.met[size_t(SimFault::clock_set)]; return kernel_.set_clock(Duration(rng_.below(100'000'000'000)));
    case 6: {
      const Duration by(rng_.below(8'000'000));
      units_.time_was_skipped(by);
      return kernel_.skip(by);
    }
    default: (void)handle(Signalled{SIGRTMIN + int(rng_.below(3) == 0 ? 0 : 22)}); return;
  }
}

void World::crash_between_steps() {
  if (failed()) return;
  coverage_.did(Doing::crash_between_steps);
  const auto before = visible();
  const uint64_t every = std::exchange(crash_every_, 0);
  kernel_.crash_after(0);
  take_over();
  crash_every_ = every;
  arm_crash();
  if (!failed()) compare_after_crash(before);
}

}  // namespace svcd
