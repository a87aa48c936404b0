// Numbers of users and groups without NSS in PID 1: the local files first, then getent(1) as a child whose end is an
// event, because an NSS module may ask the network, or a service that waits for us.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/linux/child_reaper.h"
#include "daemon/linux/event_loop.h"
#include "daemon/scope.h"

namespace svcd {

/// The number in the third field of a file like passwd(5) or group(5); bounded.
std::optional<uint32_t> local_id(const std::string& file, std::string_view name);
/// A number in decimal, all of the text.
std::optional<uint32_t> numeric_id(std::string_view text);

class UserLookup {
 public:
  enum class Database : uint8_t { users, groups };
  using Done = std::function<void(std::optional<uint32_t>)>;
  UserLookup(EventLoop& loop, ChildReaper& reaper, const Scope& scope) : loop_(loop), reaper_(reaper), scope_(scope) {}
  /// Numbers, "root" and names in the local files without a child; nullopt if that does not tell.
  std::optional<uint32_t> at_once(Database, const std::string& name) const;
  /// `done` is called later, within a bounded time.
  void ask(Database, const std::string& name, Done done);

 private:
  EventLoop& loop_;
  ChildReaper& reaper_;
  const Scope& scope_;
};

}  // namespace svcd
