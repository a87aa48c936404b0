// The jobs that may run, and which of them goes first. What is found out about each when it is put in counts: of units
// of several types those come first that others live on (slices before sockets, mounts and services); of one type those
// with more CPUWeight=, then those with less Nice=, then by name. Neither what a job does nor when it was asked for
// matters: so does systemd 252.
#pragma once

#include <compare>
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

#include "daemon/engine/ids.h"
#include "libunit/unit_name.h"

namespace svcd {

/// A unit's place among those whose jobs may run; the least has its turn first.
struct RunTurn {
  int after_type = 0;           // of UnitType, the last first
  uint64_t missing_weight = 0;  // to the greatest possible
  int nice = 0;
  std::string name;
  auto operator<=>(const RunTurn&) const = default;  // NOLINT(modernize-use-nullptr): it takes its 0 for a pointer

  static RunTurn of(UnitType type, uint64_t cpu_weight, int nice, std::string name) {
    return {-int(type), UINT64_MAX - cpu_weight, nice, std::move(name)};
  }
};

class RunQueue {
 public:
  bool empty() const { return entries_.empty(); }
  void push(RunTurn turn, JobId job) { entries_.push({std::move(turn), job}); }
  /// The one whose turn it is; it may have ended meanwhile.
  JobId pop() {
    const JobId job = entries_.top().job;
    entries_.pop();
    return job;
  }

 private:
  struct Entry {
    RunTurn turn;
    JobId job;
    bool operator<(const Entry& other) const { return turn == other.turn ? job > other.job : turn > other.turn; }
  };
  std::priority_queue<Entry> entries_;
};

}  // namespace svcd
