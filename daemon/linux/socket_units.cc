#include "daemon/linux/socket_units.h"

#include <mqueue.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "libunit/host/file_writer.h"
#include "libunit/settings.h"
#include "libunit/socket_keys.h"

namespace svcd {

void SocketUnits::open(UnitId id, const std::string& name, const SocketSection& section) {
  Unit& unit = units_[id];
  if (!unit.sockets.empty()) return answer(id, std::nullopt);  // kept over a restart of its service
  unit.name = name;
  unit.fd_name = section.file_descriptor_name.empty() ? name : section.file_descriptor_name;
  unit.section = section;
  unit.owner = {};
  unit.attempt = ++attempts_;
  resolve_owner(id, unit.attempt, UserLookup::Database::users);
}

// First the user, then the group, then the sockets: what the local files know takes no detour.
void SocketUnits::resolve_owner(UnitId id, uint64_t attempt, UserLookup::Database database) {
  const auto at = units_.find(id);
  if (at == units_.end() || at->second.attempt != attempt) return;
  Unit& unit = at->second;
  const bool is_user = database == UserLookup::Database::users;
  const std::string& name = is_user ? unit.section.socket_user : unit.section.socket_group;
  const auto go_on = [this, id, attempt, is_user](uint32_t number) {
    const auto again = units_.find(id);
    if (again == units_.end() || again->second.attempt != attempt) return;
    (is_user ? again->second.owner.uid : again->second.owner.gid) = number;
    if (is_user) return resolve_owner(id, attempt, UserLookup::Database::groups);
    open_now(id, again->second);
  };
  if (name.empty()) return go_on(UINT32_MAX);
  if (const auto number = users_.at_once(database, name)) return go_on(*number);
  users_.ask(database, name, [this, id, attempt, is_user, name, go_on](std::optional<uint32_t> number) {
    if (number) return go_on(*number);
    const auto again = units_.find(id);
    if (again != units_.end() && again->second.attempt == attempt)
      answer(id,
             Error{ErrorCode::failed,
                   fmt::format("Failed to resolve {} {}: No such process", is_user ? "user" : "group", name), 0},
             is_user ? key_of<&SocketSection::socket_user>() : key_of<&SocketSection::socket_group>(), name);
  });
}

void SocketUnits::open_now(UnitId id, Unit& unit) {
  std::vector<std::string> problems;
  for (const SocketSection::Listen& listen : unit.section.listen) {
    auto open = open_listen(listen, unit.section, unit.owner, problems);
    if (!open) {
      unit.sockets.clear();
      return answer(id, open.error(), key_of_listen(listen.kind), listen.address);
    }
    unit.sockets.push_back(std::move(*open));
  }
  for (const std::string& problem : problems) log_(unit.name, problem);
  // Links point to the one socket in the file system; with several there is no telling which.
  std::string target;
  for (const OpenSocket& socket : unit.sockets)
    if (!socket.path.empty() && !socket.is_message_queue && target.empty()) target = socket.path;
  for (const std::string& link : target.empty() ? std::vector<std::string>() : unit.section.symlinks) {
    if (auto made = write_link_atomically(link, target); made)
      unit.symlinks.push_back(link);
    else
      log_(unit.name, fmt::format("Failed to create symlink {} → {}: {}", target, link, made.error().message));
  }
  answer(id, std::nullopt);
}

void SocketUnits::answer(UnitId id, std::optional<Error> error, const char* setting, const std::string& what) {
  post_(SocketsOpened{id, std::move(error), setting, what});
}

void SocketUnits::watch(UnitId id, bool on) {
  const auto at = units_.find(id);
  if (at == units_.end()) return;
  Unit& unit = at->second;
  if (on && unit.section.flush_pending)
    for (const OpenSocket& socket : unit.sockets) flush_pending(socket.fd.get());
  if (unit.watches.empty() && on) {
    for (const OpenSocket& socket : unit.sockets) {
      auto source =
          loop_.on_io(socket.fd.get(), EPOLLIN, Priority::normal, [this, id](uint32_t) { sink_(SocketReady{id}); });
      if (source)
        unit.watches.push_back(std::move(*source));
      else
        log_(unit.name, source.error().message);
    }
    return;
  }
  for (EventSource& watch : unit.watches) watch.enable(on);
}

void SocketUnits::close(UnitId id, bool remove_files) {
  const auto at = units_.find(id);
  if (at == units_.end()) return;
  if (remove_files) {
    for (const OpenSocket& socket : at->second.sockets) {
      if (socket.path.empty()) continue;
      if (socket.is_message_queue)
        mq_unlink(socket.path.c_str());
      else
        unlink(socket.path.c_str());
    }
    for (const std::string& link : at->second.symlinks) unlink(link.c_str());
  }
  units_.erase(at);
}

std::vector<SocketUnits::Named> SocketUnits::descriptors(UnitId id) const {
  std::vector<Named> fds;
  const auto at = units_.find(id);
  if (at == units_.end()) return fds;
  for (const OpenSocket& socket : at->second.sockets) fds.push_back({socket.fd.get(), at->second.fd_name});
  return fds;
}

}  // namespace svcd
