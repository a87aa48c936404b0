#include "daemon/linux/child_reaper.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <vector>

namespace svcd {
namespace {

ExitStatus status_of(const siginfo_t& info) {
  switch (info.si_code) {
    case CLD_KILLED: return {ExitStatus::Kind::killed, info.si_status};
    case CLD_DUMPED: return {ExitStatus::Kind::dumped, info.si_status};
    default: return {ExitStatus::Kind::exited, info.si_status};
  }
}

/// The next zombie of `which` without taking it away; 0: none.
pid_t look(idtype_t which, id_t id, siginfo_t& info) {
  info = {};
  while (waitid(which, id, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
    if (errno != EINTR) return 0;
  return info.si_pid;
}

int open_pidfd(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

}  // namespace

Result<> ChildReaper::start() {
  sigchld_ = SVCD_TRY(loop_.on_signal(SIGCHLD, Priority::children, [this](const signalfd_siginfo&) { gather(); }));
  exits_.begin_later();  // who ended before we looked
  return {};
}

void ChildReaper::expect(pid_t pid, UnitId unit, SpawnToken token) {
  watched_.erase(pid);  // of an earlier process of that number
  watched_.emplace(pid, Watched{unit, token, {}, {}, {}});
}

void ChildReaper::expect_helper(pid_t pid, std::function<void(ExitStatus)> done) {
  watched_.erase(pid);
  watched_.emplace(pid, Watched{{}, 0, std::move(done), {}, {}});
}

bool ChildReaper::watch(UnitId unit, pid_t pid) {
  if (pid <= 1) return false;
  const auto [first, last] = watched_.equal_range(pid);
  if (std::any_of(first, last, [unit](const auto& known) { return known.second.unit == unit; })) return true;
  Watched entry{unit, 0, {}, UniqueFd(open_pidfd(pid)), {}};
  if (!entry.pidfd) return false;
  // Also for our own children: a daemon that forks off becomes ours only when its parent has gone.
  auto source = loop_.on_io(entry.pidfd.get(), EPOLLIN, Priority::children,
                            [this, pid](uint32_t) { foreign_process_ended(pid); });
  if (source) entry.pidfd_source = std::move(*source);
  watched_.emplace(pid, std::move(entry));
  exits_.begin_later();  // it may be a zombie already
  return true;
}

void ChildReaper::unwatch(UnitId unit, pid_t pid) {
  const auto [first, last] = watched_.equal_range(pid);
  const auto known =
      std::find_if(first, last, [unit](const auto& one) { return one.second.unit == unit && one.second.pidfd; });
  if (known != last) watched_.erase(known);
}

std::optional<UnitId> ChildReaper::unit_of(pid_t pid) const {
  const auto known = watched_.find(pid);
  if (known == watched_.end() || !known->second.unit.valid()) return std::nullopt;
  return known->second.unit;
}

void ChildReaper::reap(pid_t pid) {
  if (looked_at_ != pid) return;
  looked_at_ = 0;
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) < 0 && errno == EINTR) {
  }
}

bool ChildReaper::is_our_child(pid_t pid) {
  siginfo_t info{};
  return pid > 1 && waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// WNOWAIT shows the same zombie until it is reaped: so one is looked at, dealt with and reaped, then the next.
bool ChildReaper::gather_one() {
  siginfo_t info{};
  const pid_t pid = look(P_ALL, 0, info);
  if (pid <= 0) return false;
  tell_and_reap(pid, status_of(info));
  return true;
}

// The step that deals with it usually reaps it itself; then the number may belong to somebody else by now.
void ChildReaper::tell_and_reap(pid_t pid, ExitStatus status) {
  looked_at_ = pid;
  tell(pid, status);
  reap(pid);
}

void ChildReaper::tell(pid_t pid, ExitStatus status) {
  const auto [first, last] = watched_.equal_range(pid);  // none: an orphan, or a process nobody waits for
  std::vector<Watched> told;
  for (auto known = first; known != last; ++known) told.push_back(std::move(known->second));
  watched_.erase(first, last);
  for (const Watched& one : told) {
    if (one.helper)
      one.helper(status);
    else
      sink_(Exited{one.unit, one.token, pid, status});
  }
}

void ChildReaper::foreign_process_ended(pid_t pid) {
  siginfo_t info{};
  if (look(P_PID, static_cast<id_t>(pid), info) == pid) {  // it has become ours: then its status is known
    return tell_and_reap(pid, status_of(info));
  }
  tell(pid, {ExitStatus::Kind::unknown, 0});
}

}  // namespace svcd
