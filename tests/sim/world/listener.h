// Somebody who listens to the manager as a D-Bus client does, and knows of it only what he was told: the state of each
// unit, the jobs and how they end. What he knows must be what is; each job begins once and ends once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/engine/manager.h"
#include "sim/world/coverage.h"

namespace svcd {

/// What is told of a unit.
struct Told {
  ActiveState active = ActiveState::inactive;
  std::string_view sub = "dead";
  JobId job = 0;
  pid_t main_pid = 0, control_pid = 0;
  UnitResult result = UnitResult::success;
  uint32_t n_restarts = 0;
  bool operator==(const Told&) const = default;
  static Told of(const Unit&);
};

struct ToldJob {
  UnitId unit;
  JobType type = JobType::start;
  JobState state = JobState::waiting;
  uint64_t step = 0;    // in which it was first told with that type
  uint64_t born = 0;    // in which it was new, or taken over
  uint64_t merged = 0;  // in which it was last told to be another, or to wait anew
  // what its end must have brought: promise_check.cc
  bool restarts = false;        // since it was first told to be a restart
  Time reloads{0};              // since then somebody asks for a reload
  Id128 invocation{};           // of the unit, when the later of the two was asked for
  UnitConfig settings{};        // and what it was then
  std::vector<UnitId> needs{};  // what it keeps up that has StopWhenUnneeded=: it may be forgotten with its job
  /// Of one that came and went in one step nobody knows the type.
  bool may_have_been_start() const {
    return type == JobType::start || type == JobType::restart || type == JobType::nop || restarts;
  }
};

/// What is remembered of a unit, by the listener and by those who check.
struct Mirror {
  UnitId id;
  Told told;
  bool is_listed = false;  // among those touched in this step
  // how often it was started; unit_check.cc
  Id128 invocation{};
  Time window{0};
  uint32_t starts = 0;
  Time stop_until = infinity;  // when it must be down
  Time stop_of{0};             // the run that stops: when it began
  bool began_to_stop = false;
  Time last_start{0};
  // its job ended while it was down before and after, or was to bring it up again when it went down: as in 252 nobody
  // is made to follow who was spared because of the job; unit_check.cc
  bool was_called_off = false;
  bool user_was_called_off = false;  // the same of one that needs it, and that may be forgotten since
  uint64_t user_waited_in = 0;       // step in which it went down with a stop job that had not had its turn
  uint64_t user_called_off_in = 0;   // step; whether that was before or after what else happened in it nobody knows
  bool is_window_unsure = false;     // since its settings or counters were others: when the window began
  Id128 changed_run{};               // in which its settings became others
  uint64_t stopped_in = 0;           // the step in which its stop was logged last, or its restart asked for
  bool is_excused = false;           // its settings let processes outlive it, or a SIGKILL was refused
  bool is_new = false;               // it appeared while the manager was there
  bool main_was_replaced = false;    // by MAINPID=
  pid_t believed = 0;                // the last main process that a PID file of root named
  bool has_old_folder = false;       // which is there since it had other settings, or was not in memory
  std::optional<UnitConfig> settings;
};

class Listener final : public ChangeListener {
 public:
  explicit Listener(Coverage& coverage) : coverage_(coverage) {}

  void listen(Manager&);  // to this one from now on; what it says is taken as it is
  void begin_step();
  /// After a take-over: whoever listens asks for everything anew.
  void take_as_it_is();
  /// "" unless something was told wrongly.
  std::string wrong() const { return wrong_; }

  std::vector<UnitId>& touched() { return touched_; }
  void touch(UnitId);
  Mirror& mirror(UnitId);
  const std::unordered_map<JobId, ToldJob>& jobs() const { return jobs_; }
  const std::vector<JobId>& began() const { return began_; }  // to run, in this step
  struct Ended {
    ToldJob job;
    JobResult result;
    /// Still, when its unit went down in the same step: what the unit did had not ended it.
    bool may_have_been_there() const {
      return job.may_have_been_start() ||
             (result != JobResult::done && result != JobResult::failed && result != JobResult::timeout);
    }
    /// A stop that had its turn after its unit had gone down, as far as anybody was told.
    bool waited() const { return job.state == JobState::waiting && !job.may_have_been_start(); }
  };
  const std::vector<Ended>& ended() const { return ended_; }
  const std::vector<UnitId>& went_down() const { return went_down_; }  // in this step; some are up again
  /// In this step, of a unit that may be down: then nothing is said of the stop of a restart.
  void asked(const JobRequest&);
  /// A reload of that unit was asked for, and there is a job for it.
  void reload_asked(const Unit&, Time);
  uint64_t step() const { return step_; }
  size_t new_jobs() const { return new_jobs_; }          // in this step
  size_t forgotten() const { return forgotten_; }        // units, in this step
  bool was_reloaded() const { return was_reloaded_; }    // units, in this step
  uint64_t last_reload() const { return last_reload_; }  // step of the last one, or of a take-over
  /// The manager said that it gave up to start or stop this one by itself.
  bool gave_up(const std::string& unit) const { return gave_up_.contains(unit); }
  /// Whether what was told of that unit is what is.
  std::string compare(const Unit&);
  /// Whether the jobs that were told are those that are.
  std::string compare_jobs() const;

 private:
  void flush(const Changes&) override;
  void take_jobs(const Changes&);
  void note_restart(ToldJob&, const Job&) const;
  void look_at_all_anew();
  void call_off_user(UnitId needed);
  void note_called_off(const Ended&);
  void take_removed(const std::vector<JobRemoved>&);
  std::vector<UnitId> needs_of(UnitId) const;
  void count(const Unit&, const Told& before, const Told& now);
  void complain(std::string text) {
    if (wrong_.empty()) wrong_ = std::move(text);
  }

  Coverage& coverage_;
  Manager* manager_ = nullptr;
  std::vector<Mirror> mirrors_;  // by index of the unit
  Mirror gone_;                  // of a unit that is no more: nobody's
  std::unordered_map<JobId, ToldJob> jobs_;
  std::vector<UnitId> touched_;
  std::vector<JobId> began_;
  std::vector<Ended> ended_;
  std::vector<UnitId> went_down_;
  uint64_t step_ = 0, last_reload_ = 0;
  size_t new_jobs_ = 0, forgotten_ = 0;
  bool was_reloaded_ = false;
  bool is_taking_over_ = false;  // generations of units begin anew
  std::unordered_set<std::string> gave_up_;
  std::string wrong_;
};

}  // namespace svcd
