// A manager on the fake kernel, with literal unit files; what happens is kept as history and log.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "unit/engine/fake_kernel.h"

namespace svcd {

using History = std::vector<std::string>;
using namespace std::chrono_literals;

class EngineTest : public testing::Test, public ChangeListener {
 protected:
  EngineTest() {
    file("default.target", "[Unit]\nDescription=Default\nAllowIsolate=yes\n");
    for (const char* target : {"sysinit.target", "shutdown.target", "umount.target"})
      file(target, "[Unit]\nDefaultDependencies=no\n");
    file("basic.target", "[Unit]\nRequires=sysinit.target\nAfter=sysinit.target\n");
    make_manager();
    for (const char* unit : {"basic.target", "system.slice"}) start(unit);
    log.clear();
    ended.clear();
    history.clear();
  }

  void make_manager() {
    ManagerSetup setup;
    setup.types = types;
    setup.search_path = SearchPath::system("/etc", "/run", "");
    setup.is_container = true;
    setup.reboot_parameter_file = "/run/systemd/reboot-param";
    manager = std::make_unique<Manager>(kernel, std::move(setup));
    manager->add_listener(*this);
  }
  void file(const std::string& name, std::string_view text) {
    kernel.memory.write("/etc/systemd/system/" + name, text);
  }
  Program& program(const std::string& path) { return kernel.programs[path]; }

  void boot() {
    manager->boot();
    run_for(0s);
  }
  Result<JobId> submit(std::string_view name, JobType type, JobMode mode = JobMode::replace) {
    const auto parsed = UnitName::parse(name);
    if (!parsed) return tl::unexpected(parsed.error());
    const JobRequest request{*parsed, type, mode, false, 0};
    auto job = manager->submit(request);
    const auto held = manager->find(name);
    if (held) (void)manager->ref(*held, 1);  // until its units are loaded, as a client's call does
    for (; !job && job.error().code == ErrorCode::still_loading; job = manager->submit(request)) manager->settle();
    if (held && manager->is_alive(*held)) (void)manager->unref(*held, 1);
    settle();
    return job;
  }
  void start(std::string_view name) {
    const auto job = submit(name, JobType::start);
    EXPECT_TRUE(job) << job.error().message;
  }
  void stop(std::string_view name) { EXPECT_TRUE(submit(name, JobType::stop)); }
  void settle() {
    while (manager->has_work()) manager->settle();
  }
  void run_for(Duration span) {
    const Time until = kernel.clock + span;
    settle();
    for (int i = 0; i < 100000; ++i) {
      const std::optional<Event> event = kernel.next(until);
      if (!event) break;
      manager->handle(*event);
      settle();
    }
    kernel.clock = std::max(kernel.clock, until);
  }

  UnitId id(std::string_view name) { return manager->find(name).value_or(UnitId{}); }
  std::string sub_state(std::string_view name) {
    const auto unit = manager->find(name);
    return unit ? manager->status(*unit).sub_state : "not loaded";
  }
  ActiveState active(std::string_view name) { return manager->status(id(name)).active_state; }
  const ServiceStatus& service(std::string_view name) { return *manager->service(id(name)); }

  void flush(const Changes& changes) override {
    told += changes.changed_units.size();
    for (const UnitId unit : changes.changed_units) {
      if (!manager->is_alive(unit)) continue;
      History& states = history[manager->loaded(unit).id.str()];
      const char* state = manager->status(unit).sub_state;
      if (states.empty() || states.back() != state) states.emplace_back(state);
    }
    for (const LogMessage& line : changes.log) log.push_back(line.message);
    for (const std::vector<JobRemoved>* jobs : {&changes.replaced_jobs, &changes.removed_jobs})
      for (const JobRemoved& job : *jobs) ended.push_back(job.unit_name + " " + std::string(to_string(job.result)));
    for (const UnitVanished& unit : changes.vanished) vanished.push_back(unit.name);
    for (const RequestDone& request : changes.done) done.push_back(request.request);
  }

  UnitTypes types = unit_types();
  FakeKernel kernel;
  std::unique_ptr<Manager> manager;
  std::map<std::string, History> history;
  std::vector<std::string> log, ended, vanished;
  std::vector<RequestId> done;
  size_t told = 0;  // changes of units, each a PropertiesChanged
};

}  // namespace svcd
