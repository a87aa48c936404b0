// Waits for jobs of ours. It listens from its construction on, which must come before the jobs are queued: a job can be
// over before the answer to the call has been read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ctl/context.h"

namespace svcd::ctl {

class JobWaiter {
 public:
  explicit JobWaiter(Context&);
  JobWaiter(const JobWaiter&) = delete;

  /// A job to wait for, by the object path that the call returned.
  void add(const std::string& job_path, const std::string& unit);
  /// Keeps a unit in memory and hears of its changes, for wait_until_inactive().
  void watch(const std::string& unit);
  /// Returns when all are gone, having said on stderr what went wrong; 0 or systemctl's exit code.
  int wait();
  /// Until none of the units is active any more; 1 if one of them failed.
  int wait_until_inactive(const std::vector<std::string>& units);

 private:
  void show_progress();
  void hide_progress();
  int report(const client::RemovedJob&);

  Context& context_;
  std::map<std::string, std::string> pending_;          // job path → unit
  std::map<std::string, client::RemovedJob> finished_;  // all that ended since we listen
  uint64_t since_ = 0;
  bool progress_shown_ = false;
};

}  // namespace svcd::ctl
