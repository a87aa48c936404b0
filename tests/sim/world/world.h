// One seed: a machine with random units on it, an operator who asks for random things, faults, and after every step the
// question whether all holds that must. What goes wrong first is kept; the same seed does the same again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/manager.h"
#include "daemon/sim/sim_kernel.h"
#include "sim/world/cause_check.h"
#include "sim/world/coverage.h"
#include "sim/world/listener.h"
#include "sim/world/order_check.h"
#include "sim/world/promise_check.h"
#include "sim/world/unit_check.h"
#include "sim/world/unit_writer.h"

namespace svcd {

class World final : private ChangeListener {
 public:
  struct Limits {
    size_t most_units = 1000;
    bool trace = false;  // print what happens
  };
  World(uint64_t seed, Coverage& coverage, Limits limits);
  ~World() override;

  /// From the first boot to the last unit being forgotten. "" if all was well.
  std::string run();

 private:
  // the life of it (world.cc)
  size_t random_size();
  void add_targets();
  void start_manager();
  void take_over();
  void arm_crash();
  bool step(const std::function<void()>& what);
  bool handle(const Event&);
  bool deliver(const Event&);
  void run_for(Duration);
  void check();
  void check_unit(const Unit&);
  void check_everything();
  void compare_after_crash(const std::vector<std::pair<UnitId, std::string>>& before);
  std::vector<std::pair<UnitId, std::string>> visible() const;
  void make_trouble();
  void end_trouble();
  void rest();
  void stop_all();
  void stop_round();
  void forget_all();
  bool failed() const { return !wrong_.empty(); }
  void fail(std::string text);
  void say(const std::string& text) const;
  void flush(const Changes&) override;

  // what is asked and done (operator.cc)
  void do_something();
  bool is_turn_of_all_units();
  void ask_for_job();
  void ask_for_more();
  void ask_for_care(Unit&);
  void set_something(Unit&);
  void make_transient();
  bool look_ahead(const JobRequest&);
  Result<JobId> submit(const JobRequest& wanted);
  void look_back(Unit&);
  void mislead();
  void happen_to_processes();
  void happen_to_files();
  void happen_to_the_machine();
  void crash_between_steps();
  Unit* any_unit();
  void request(const std::function<void()>&);

  uint64_t seed_;
  Coverage& coverage_;
  Limits limits_;
  SimKernel kernel_;
  Rng& rng_;
  UnitWriter writer_;
  Listener listener_;
  OrderCheck order_;
  CauseCheck causes_;
  UnitCheck units_;
  PromiseCheck promises_;
  std::unique_ptr<Manager> manager_;
  std::vector<std::pair<UnitId, ClientId>> references_;
  std::vector<std::string> drop_ins_;  // that came of set_properties(), and files of transient units
  std::vector<size_t> unread_;         // whose files changed since the manager looked
  size_t sweep_ = 0;                   // the unit that is compared next
  uint64_t crash_every_ = 0, crash_at_ = 0, step_events_ = 0;
  Time last_crash_{0};          // inside a step
  bool was_cut_short_ = false;  // a step, or a reaction to it, by a crash
  std::string wrong_;
};

}  // namespace svcd
