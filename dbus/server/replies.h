// Calls that are answered later than they are served: a job's caller after JobNew was sent (clients rely on JobNew,
// reply, PropertiesChanged, JobRemoved in this order), a reload's when the reload is over.
#pragma once

#include <functional>
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

  /// While it lives a request for a job is served: a step that ends meanwhile tells JobNew, and the rest when the
  /// answer is out.
  class Hold {
   public:
    explicit Hold(Replies& replies) : replies_(replies) { ++replies_.held_; }
    ~Hold() {
      if (--replies_.held_ == 0 && replies_.go_on_) replies_.go_on_();
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Replies& replies_;
  };
  bool is_held() const { return held_ > 0; }
  void when_released(std::function<void()> go_on) { go_on_ = std::move(go_on); }

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
  unsigned held_ = 0;
  std::function<void()> go_on_;
  std::vector<Waiting> for_jobs_;
  std::unordered_map<RequestId, MessageHandle> for_requests_;
  std::unordered_set<JobId> announced_;  // and not yet removed
};

}  // namespace svcd
