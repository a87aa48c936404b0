#include "daemon/linux/descriptor_store.h"

#include <linux/kcmp.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace svcd {

namespace {

/// Whether both refer to one open file. Where kcmp() is not to be had, sockets and pipes are told apart by their inode;
/// of other files two may be open at once, so that nothing can be said.
bool is_same_file(int a, int b) {
  if (a < 0 || b < 0) return false;
  const long order = ::syscall(SYS_kcmp, ::getpid(), ::getpid(), KCMP_FILE, a, b);
  if (order >= 0) return order == 0;
  struct stat first {
  }, second{};
  if (::fstat(a, &first) < 0 || ::fstat(b, &second) < 0) return false;
  return S_ISSOCK(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/// The same for descriptors of one open file; two files rarely share it.
uint64_t file_of(int fd) {
  struct stat file {};
  if (fd < 0 || ::fstat(fd, &file) < 0) return 0;
  return file.st_ino + (uint64_t(file.st_dev) << 40);
}

}  // namespace

DescriptorStore::DescriptorStore(EventLoop& loop, EventSink sink)
    : sink_(std::move(sink)), ends_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!ends_) return;
  auto watch = loop.on_io(ends_.get(), EPOLLIN, Priority::notify, [this](uint32_t) { look_for_ends(); });
  if (watch) ends_watch_ = std::move(*watch);
}

DescriptorId DescriptorStore::arrive(ReceivedFd fd) {
  arrived_[++last_] = std::move(fd);
  return last_;
}

bool DescriptorStore::keep(UnitId unit, DescriptorId id, const std::string& name, bool watch) {
  const auto found = arrived_.find(id);
  if (found == arrived_.end() || !found->second) return false;
  Stored stored{unit, false, std::move(found->second), name};
  arrived_.erase(found);
  const int fd = stored.fd.get();
  if (watch && ends_) {  // errors and hang-ups are told without being asked for; a plain file has none
    epoll_event event{.events = 0, .data = {.u64 = id}};
    stored.watched = ::epoll_ctl(ends_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
    if (!stored.watched && errno != EPERM) return false;
  }
  stores_[unit].push_back({id, file_of(fd)});
  stored_.emplace(id, std::move(stored));
  return true;
}

/// Before it is closed: epoll goes on to tell of a file that somebody else still has open.
void DescriptorStore::unwatch(Stored& stored) {
  if (std::exchange(stored.watched, false)) ::epoll_ctl(ends_.get(), EPOLL_CTL_DEL, stored.fd.get(), nullptr);
}

/// Each is told once: nobody has to drop it at once, or at all.
void DescriptorStore::look_for_ends() {
  std::array<epoll_event, 32> events;
  const int got = ::epoll_wait(ends_.get(), events.data(), int(events.size()), 0);
  for (int i = 0; i < got; ++i) {
    const DescriptorId id = events[size_t(i)].data.u64;
    const auto found = stored_.find(id);
    if (found == stored_.end()) continue;
    unwatch(found->second);
    sink_(DescriptorHungUp{found->second.unit, id});
  }
}

void DescriptorStore::drop(UnitId unit, DescriptorId id) {
  const auto found = stored_.find(id);
  if (found == stored_.end() || found->second.unit != unit) return;
  unwatch(found->second);
  stored_.erase(found);
  const auto store = stores_.find(unit);
  if (store == stores_.end()) return;
  std::erase_if(store->second, [id](const Place& place) { return place.id == id; });
  if (store->second.empty()) stores_.erase(store);
}

std::vector<StoredDescriptor> DescriptorStore::of(UnitId unit) const {
  std::vector<StoredDescriptor> out;
  if (const auto store = stores_.find(unit); store != stores_.end())
    for (const Place& place : store->second) out.push_back({place.id, stored_.at(place.id).name});
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<DescriptorStore::Named> DescriptorStore::descriptors(UnitId unit) const {
  std::vector<Named> out;
  if (const auto store = stores_.find(unit); store != stores_.end())
    for (const Place& place : store->second) {
      const Stored& stored = stored_.at(place.id);
      out.push_back({stored.fd.get(), stored.name});
    }
  std::reverse(out.begin(), out.end());
  return out;
}

size_t DescriptorStore::count(UnitId unit) const {
  const auto store = stores_.find(unit);
  return store == stores_.end() ? 0 : store->second.size();
}

bool DescriptorStore::has(UnitId unit, DescriptorId id) const {
  const auto store = stores_.find(unit);
  if (store == stores_.end()) return false;
  const uint64_t file = file_of(fd_of(id));
  return std::ranges::any_of(store->second,
                             [&](const Place& place) { return place.file == file && is_same(place.id, id); });
}

int DescriptorStore::fd_of(DescriptorId id) const {
  if (const auto arrived = arrived_.find(id); arrived != arrived_.end()) return arrived->second.get();
  const auto stored = stored_.find(id);
  return stored == stored_.end() ? -1 : stored->second.fd.get();
}

bool DescriptorStore::is_same(DescriptorId a, DescriptorId b) const {
  return a == b || is_same_file(fd_of(a), fd_of(b));
}

}  // namespace svcd
