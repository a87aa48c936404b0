// What one step changed, told once at its end to everybody who listens: D-Bus, the journal, the console.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/engine/ids.h"
#include "libunit/job.h"
#include "libunit/result.h"

namespace svcd {

struct JobNew {
  JobId job;
  UnitId unit;
  std::string unit_name;
  ClientId client = 0;
};
struct JobRemoved {
  JobId job;
  UnitId unit;
  std::string unit_name;
  JobResult result;
  ClientId client = 0;
};
struct UnitAppeared {
  UnitId unit;
  std::string name;
};
struct UnitVanished {
  UnitId unit;
  std::string name;
};

/// A line for the journal, with systemd's MESSAGE_ID and fields, so that filters go on matching. `message_id` "": none.
struct LogMessage {
  int priority = 6;  // syslog(3)
  std::string unit;  // UNIT=; "" for the manager's own
  std::string message;
  std::string_view message_id;                                   // 32 hex digits, a literal
  std::vector<std::pair<std::string_view, std::string>> fields;  // JOB_ID=, JOB_TYPE=, JOB_RESULT=, INVOCATION_ID= …
};

/// A line on the console: "[  OK  ] Started a.service - A."
struct StatusLine {
  enum class Kind : uint8_t { none, ok, failed, depend, assert_, unsupported, time, skip, info };
  Kind kind = Kind::none;
  std::string text;
};
/// Something went wrong: shown also by a console that is to show errors alone.
bool is_trouble(StatusLine::Kind);

/// The answer to a request that had to wait.
struct RequestDone {
  RequestId request;
  Error error;
  bool ok = true;
};

/// D-Bus activation that could not even be queued: dbus-daemon must hear it.
struct ActivationFailed {
  std::string unit;
  Error error;
};

struct Changes {
  std::vector<UnitAppeared> appeared;
  std::vector<JobNew> new_jobs;
  std::vector<UnitId> changed_units;      // each once
  std::vector<JobId> changed_jobs;        // each once: waiting → running
  std::vector<JobRemoved> replaced_jobs;  // of units that have a new one since: told before that
  std::vector<JobRemoved> removed_jobs;
  std::vector<UnitVanished> vanished;
  std::vector<UnitId> reloaded;  // units whose settings a daemon-reload read anew
  std::vector<LogMessage> log;
  std::vector<StatusLine> console;
  std::vector<RequestDone> done;
  std::vector<ActivationFailed> failed_activations;
  bool unit_files_changed = false, startup_finished = false, reloading_began = false, reloading_ended = false;
  bool units_loaded = false;     // whoever was told still_loading may ask again
  bool manager_changed = false;  // the manager's own properties
  bool empty() const;
  /// Whether anything is to be told after the new units, the new jobs and the answers to those who asked for them.
  bool is_more_than_new() const;
  void clear();  // keeps the memory
};

/// Called after the state record was written and before processes are reaped: at the end of a step (in pieces if a unit
/// had several jobs in it), and as soon as somebody has asked for a job. It may look, but must not ask the engine for
/// anything that changes it.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;
  virtual void flush(const Changes&) = 0;
};

}  // namespace svcd
