#include "dbus/server/replies.h"

#include "dbus/server/call.h"

namespace svcd {
namespace {

void send(sd_bus_message* reply) {
  (void)sd_bus_send(sd_bus_message_get_bus(reply), reply, nullptr);
}

}  // namespace

void Replies::when_announced(MessageHandle reply, JobId job) {
  if (announced_.contains(job)) return send(reply.get());
  for_jobs_.push_back({std::move(reply), job});
}

void Replies::send_announced() {
  std::erase_if(for_jobs_, [this](const Waiting& waiting) {
    if (!announced_.contains(waiting.job)) return false;
    send(waiting.reply.get());
    return true;
  });
}

RequestId Replies::when_done(MessageHandle call) {
  const RequestId id = next_++;
  for_requests_[id] = std::move(call);
  return id;
}

void Replies::done(const RequestDone& done) {
  const auto found = for_requests_.find(done.request);
  if (found == for_requests_.end()) return;  // of an earlier incarnation, or its client is gone
  const MessageHandle call = std::move(found->second);
  for_requests_.erase(found);
  if (done.ok)
    (void)sd_bus_reply_method_return(call.get(), nullptr);
  else
    (void)reply_error(call.get(), done.error);
}

void Replies::forget(sd_bus* bus) {
  std::erase_if(for_jobs_, [bus](const Waiting& w) { return sd_bus_message_get_bus(w.reply.get()) == bus; });
  std::erase_if(for_requests_, [bus](const auto& w) { return sd_bus_message_get_bus(w.second.get()) == bus; });
}

}  // namespace svcd
