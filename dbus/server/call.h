// One method call on its way through the house, and the rows that say what each method takes, gives and may do.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dbus/server/bus_sink.h"
#include "dbus/server/client.h"
#include "dbus/server/property_table.h"
#include "dbus/server/replies.h"
#include "libunit/result.h"

namespace svcd {

/// What all calls share.
struct CallContext {
  ManagerApi& api;
  const Scope& scope;
  Clients& clients;
  Replies& replies;
};

class Call {
 public:
  Call(CallContext& shared, sd_bus_message* request, Client* sender, const View& about)
      : context(shared), message(request), client(sender), object(about) {}

  CallContext& context;
  sd_bus_message* message;
  Client* client;  // null: a reader on the system bus whom nobody asked for
  View object;     // the unit or job whose path was called

  ManagerApi& api() { return context.api; }
  ClientId client_id() const { return client ? client->id : 0; }

  // Arguments, in order; sd-bus has checked the signature before.
  std::string text();
  bool flag();
  uint8_t byte();
  int32_t i32();
  uint32_t u32();
  uint64_t u64();
  std::vector<std::string> texts();
  std::string bytes();
  /// Goes to the value that a client wants to write to a property.
  Result<> enter_value(const char* signature);

  /// The answer, made on first use; none that is asked for: an empty one.
  BusSink& answer();
  /// The answer goes out once JobNew of that job did.
  void answer_when_announced(JobId job);
  /// The answer is sent later, by whoever holds the message now.
  void answered_later() { later_ = true; }
  /// The call is put back until the sender's credentials are known, then served from its beginning.
  void wait_for_caller() { wait_ = true; }
  bool waits_for_caller() const { return wait_; }
  /// Whether that is only because units that this one needs are still being loaded: the call is put back until they
  /// are.
  bool has_to_wait(const Error& error, UnitId needed) {
    if (error.code != ErrorCode::still_loading || !client) return false;
    needed_ = needed;
    return true;
  }
  std::optional<UnitId> waits_for_units() const { return needed_; }
  /// Of the answer, in bytes with its header, about.
  uint32_t size() const { return 256 + sink_.size(); }
  /// Sends what is left to send.
  int finish(const Result<>& outcome);

 private:
  void take(char type, void* into);
  MessageHandle reply_;
  BusSink sink_{nullptr};
  bool later_ = false, wait_ = false;
  std::optional<UnitId> needed_;
};

/// Who may call a method on the system bus; docs/decisions.md, "Nobody is let in by accident". What changes anything is
/// for uid 0.
enum class Right : uint8_t {
  look,
  subscribe,  // anybody, but we must know when it is gone
  change,
  privileged  // as `change`, and introspected so: systemd asks the caller for a capability
};

struct Method {
  const char* name;
  const char* takes;  // signature
  const char* gives;
  const char* arguments;  // names of both, each with its NUL: "name\0job\0"
  Right right;
  Result<> (*serve)(Call&);
  const char* follows = nullptr;  // the member it is introspected behind; null: the previous row; "": first of all
};

std::span<const Method> manager_unit_methods();       // looking units up, listing them
std::span<const Method> manager_job_methods();        // starting, stopping, jobs
std::span<const Method> manager_transient_methods();  // units made, and properties set, over D-Bus
std::span<const Method> manager_file_methods();       // unit files
std::span<const Method> manager_life_methods();       // subscriptions, environment, reload, shutdown
std::span<const Method> unit_methods();
std::span<const Method> job_methods();
std::span<const Method> process_methods();  // of types that have a cgroup

/// An error's text repeats what the caller sent; it is cut here, so that a bad name of megabytes is not sent back.
inline constexpr size_t longest_error_text = 4096;
std::string_view error_text(std::string_view message);

/// Answers a call with an error as systemd names and words it.
int reply_error(sd_bus_message* call, const Error& error);

}  // namespace svcd
