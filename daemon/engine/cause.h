// Why a unit is not up, or why a job of it came to nothing: a value, noted once, where that is decided, and never
// changed afterwards. A cause may rest on another one (the mount that a service needed had failed): it holds that one
// as it was then, so that the chain stays true when the other unit goes on. Chains are bounded, and keep their end:
// the true cause. Units to which nothing happened have none.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/engine/ids.h"
#include "daemon/engine/kernel.h"
#include "libunit/graph.h"
#include "libunit/job.h"
#include "libunit/plan.h"
#include "libunit/time.h"

namespace svcd {

class RecordReader;
class RecordWriter;

enum class CauseKind : uint8_t {
  // a run that went wrong
  exited,         // a command ended with a code or signal that is no success
  exec,           // its process was made, and could not become the program: `step`, `error_number`
  spawn,          // there was no process at all
  timeout,        // `step` took longer than `limit`
  runtime_limit,  // RuntimeMaxSec=
  watchdog,       // it did not say in time that it is alive
  oom,            // the kernel killed a process for want of memory
  protocol,       // what was agreed on did not come: READY=1, a PID file
  resources,      // something else was not to be had: `detail`
  // a start that did not even begin
  start_limit,    // started `count` times within `limit`
  trigger_limit,  // a socket that was
  condition,
  assert_,
  unbound,      // BindsTo= and After= a unit that is not up
  not_loaded,   // no file, masked, or a file that cannot be used: `load`
  unsupported,  // its type cannot run here
  once,         // was up and cannot be again
  inapplicable,
  // a job that did not come to its turn
  dependency,   // a unit that it needs did not come up
  job_timeout,  // JobTimeoutSec=, JobRunningTimeoutSec=
  canceled,
  order_loop,  // its job was deleted so that a loop in the order is broken
  refused,     // a whole request was: `detail`
  // no failure
  stopped,   // by a job
  finished,  // by itself
  idle,      // nobody has asked for it
  waiting,   // its job waits for that of `other`
};
std::string_view to_string(CauseKind);  // "exited" …: what programs get

/// Who wanted a job that nothing pulled in.
enum class JobOrigin : uint8_t {
  client,
  boot,
  signal,
  bus_activation,
  restart,     // Restart=
  on_failure,  // of `by`, as the others
  on_success,
  upheld,
  unneeded,
  bound,    // the unit it is bound to went down
  came_up,  // `by` came up by itself and needs it, or conflicts with it
  triggered,
  emergency  // FailureAction= and its family
};
std::string_view to_string(JobOrigin);

/// Why there is a job: the plan's reason or, for the request itself, who made it.
struct JobReason {
  using Kind = PlanReason::Kind;
  Kind kind = Kind::asked;
  JobOrigin origin = JobOrigin::client;
  Dependency through = Dependency::requires_;  // of `by`
  UnitId by = {};                              // whose job it was pulled in by, or whose change asked for it
};

struct Cause {
  CauseKind kind = CauseKind::resources;
  std::string unit;  // whose
  Timestamp when;
  // of the job that ended by it
  JobType job = JobType::nop;  // nop: none
  JobResult result = JobResult::done;
  JobReason::Kind reason = JobReason::Kind::asked;  // of that job: stopped, canceled
  JobOrigin origin = JobOrigin::client;
  Dependency through = Dependency::requires_;  // what this unit is to `other`
  LoadState load = LoadState::loaded;
  std::string other;  // the unit that was waited for or lost, or the one after it in a loop

  std::string step;          // a state ("start-pre") or a step of the child ("USER")
  const char* setting = "";  // the key that says so, as its row spells it
  uint32_t index = 0;        // of the command in its list, of the condition in its list
  ExitStatus status;
  int error_number = 0;
  Duration limit{0};
  uint32_t count = 0;
  std::string detail;    // the program, the condition's parameter, a message: bounded
  SpawnToken token = 0;  // of the process

  std::shared_ptr<const Cause> because;
  uint8_t depth = 0;      // of what hangs on `because`
  uint32_t left_out = 0;  // links between this one and `because` that the bound took away

  bool is_failure() const { return kind < CauseKind::stopped; }
};

/// The key as its row in the table spells it; "": there is none.
const char* known_key(std::string_view key);

inline constexpr uint8_t cause_chain_max = 16;
inline constexpr size_t cause_detail_max = 256;

/// The noted causes, one a unit at most.
class Causes {
 public:
  using Handle = std::shared_ptr<const Cause>;
  /// Replaces what is noted of that unit. Texts are cut, and a chain that would become too long loses its middle.
  void note(UnitIndex, Cause, Handle because = {});
  /// Changes what is noted of it, if anything is; what others hold stays as it is.
  template <class F>
  void amend(UnitIndex unit, F&& change) {
    const auto at = noted_.find(unit);
    if (at == noted_.end()) return;
    auto copy = std::make_shared<Cause>(*at->second);
    change(*copy);
    at->second = std::move(copy);
  }
  Handle find(UnitIndex) const;
  void forget(UnitIndex unit) { noted_.erase(unit); }
  size_t size() const { return noted_.size(); }
  /// The unit leaves memory, as one does that was not started and that nobody else needs: its cause stays for a while,
  /// of the last `parted_max` such units that failed and the last that did not, and it finds it again when it comes
  /// back.
  void part(UnitIndex);
  void rejoin(UnitIndex, const std::string& unit);

  /// What of it survives the manager: the cause itself, and what it rests on if that is of the same unit. A bounded
  /// number of bytes; reading it back finds the causes of other units where they are noted, see join().
  static void save(const Cause*, RecordWriter&);
  void restore(UnitIndex, const std::string& unit, RecordReader&);

 private:
  static constexpr size_t parted_max = 256;
  /// Causes of units that left, oldest first. The name is the cause's own.
  struct Parted {
    std::list<Handle> order;
    std::unordered_map<std::string_view, std::list<Handle>::iterator> by_name;
    void add(Handle);
    Handle take(std::string_view name);
  };
  std::unordered_map<UnitIndex, Handle> noted_;
  Parted failed_, others_;
};

}  // namespace svcd
