// Calls that are answered later than they are served: a job's caller after JobNew was sent (clients rely on JobNew,
// reply, PropertiesChanged, JobRemoved in this order), a reload's when the reload is over.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/engine/changes.h"
#include "dbus/server/sd_handles.h"

namespace svcd {

class Replies {
 public:
  /// Sends `reply` once JobNew was sent for that job: at once if the request was merged into a job that was there.
  void when_announced(MessageHandle reply, JobId job);
  /// Answers the call with nothing, or with the error, when the request is done.
  RequestId when_done(MessageHandle call);

  // Told by the signals, in their order.
  void announced(JobId job) { announced_.insert(job); }
  void send_announced();
  void removed(JobId job) { announced_.erase(job); }
  void done(const RequestDone&);
  /// A connection is gone: nobody waits there any more.
  void forget(sd_bus* bus);

 private:
  struct Waiting {
    MessageHandle reply;
    JobId job = 0;
  };
  RequestId next_ = 1;
  std::vector<Waiting> for_jobs_;
  std::unordered_map<RequestId, MessageHandle> for_requests_;
  std::unordered_set<JobId> announced_;  // and not yet removed
};

}  // namespace svcd
