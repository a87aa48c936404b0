#include "daemon/linux/descriptor_store.h"

#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

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

}  // namespace

DescriptorId DescriptorStore::arrive(ReceivedFd fd) {
  arrived_[++last_] = std::move(fd);
  return last_;
}

bool DescriptorStore::keep(UnitId unit, DescriptorId id, const std::string& name, bool watch) {
  const auto found = arrived_.find(id);
  if (found == arrived_.end() || !found->second) return false;
  Stored stored{id, name, std::move(found->second), {}};
  arrived_.erase(found);
  if (watch) {  // errors and hang-ups are told without being asked for; a plain file has none
    auto source = loop_.on_io(stored.fd.get(), 0, Priority::notify, [this, unit, id](uint32_t) { hung_up(unit, id); });
    if (source)
      stored.watch = std::move(*source);
    else if (source.error().error_number != EPERM)
      return false;
  }
  stored_fds_[id] = stored.fd.get();
  stores_[unit].push_back(std::move(stored));
  return true;
}

/// Told once: nobody has to drop it at once, or at all.
void DescriptorStore::hung_up(UnitId unit, DescriptorId id) {
  if (const auto store = stores_.find(unit); store != stores_.end())
    for (Stored& stored : store->second)
      if (stored.id == id) stored.watch.enable(false);
  sink_(DescriptorHungUp{unit, id});
}

void DescriptorStore::drop(UnitId unit, DescriptorId id) {
  const auto store = stores_.find(unit);
  if (store == stores_.end()) return;
  const auto gone = std::ranges::find(store->second, id, &Stored::id);
  if (gone == store->second.end()) return;
  store->second.erase(gone);
  stored_fds_.erase(id);
  if (store->second.empty()) stores_.erase(store);
}

std::vector<StoredDescriptor> DescriptorStore::of(UnitId unit) const {
  std::vector<StoredDescriptor> out;
  if (const auto store = stores_.find(unit); store != stores_.end())
    for (const Stored& stored : store->second) out.push_back({stored.id, stored.name});
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<DescriptorStore::Named> DescriptorStore::descriptors(UnitId unit) const {
  std::vector<Named> out;
  if (const auto store = stores_.find(unit); store != stores_.end())
    for (const Stored& stored : store->second) out.push_back({stored.fd.get(), stored.name});
  std::reverse(out.begin(), out.end());
  return out;
}

int DescriptorStore::fd_of(DescriptorId id) const {
  if (const auto arrived = arrived_.find(id); arrived != arrived_.end()) return arrived->second.get();
  const auto stored = stored_fds_.find(id);
  return stored == stored_fds_.end() ? -1 : stored->second;
}

bool DescriptorStore::is_same(DescriptorId a, DescriptorId b) const {
  return a == b || is_same_file(fd_of(a), fd_of(b));
}

}  // namespace svcd
