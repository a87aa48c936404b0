#include "daemon/linux/mount_table.h"

#include <fcntl.h>
#include <libmount/libmount.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "daemon/linux/early_setup.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

using namespace std::chrono_literals;

constexpr char mountinfo[] = "/proc/self/mountinfo";
constexpr size_t longest_table = 16 * 1024 * 1024;
constexpr size_t most_mounts = 65536;

std::string text_or_empty(const char* text) {
  return text != nullptr ? text : "";
}

}  // namespace

Result<> MountTable::start() {
  fd_ = UniqueFd(open(mountinfo, O_RDONLY | O_CLOEXEC));
  if (!fd_) return tl::unexpected(errno_error(mountinfo, errno));
  changed_ = SVCD_TRY(loop_.on_io(fd_.get(), EPOLLPRI, Priority::mounts, [this](uint32_t) { look(); }));
  EventLoop::limit_rate(changed_, 1s, 5);
  return {};
}

void MountTable::look() {
  auto text = read_virtual_file(mountinfo, longest_table);
  if (!text || text->size() >= longest_table) return;  // half a table would unmount the other half
  MountTableChanged changed{parse(*text)};
  std::erase_if(changed.mounts, [](const MountEntry& mount) { return is_api_mount(mount.where); });
  sink_(std::move(changed));
}

std::vector<MountEntry> MountTable::parse(std::string& text) {
  std::vector<MountEntry> entries;
  if (text.empty()) return entries;
  const std::unique_ptr<FILE, int (*)(FILE*)> stream(fmemopen(text.data(), text.size(), "r"), fclose);
  const std::unique_ptr<libmnt_table, void (*)(libmnt_table*)> table(mnt_new_table(), mnt_unref_table);
  const std::unique_ptr<libmnt_iter, void (*)(libmnt_iter*)> at(mnt_new_iter(MNT_ITER_FORWARD), mnt_free_iter);
  if (!stream || !table || !at) return entries;
  mnt_table_set_parser_errcb(table.get(), [](libmnt_table*, const char*, int) { return 1; });  // go on behind it
  if (mnt_table_parse_stream(table.get(), stream.get(), mountinfo) != 0) return entries;
  libmnt_fs* fs = nullptr;
  while (entries.size() < most_mounts && mnt_table_next_fs(table.get(), at.get(), &fs) == 0) {
    const char* where = mnt_fs_get_target(fs);
    if (where == nullptr || *where != '/') continue;
    entries.push_back({text_or_empty(mnt_fs_get_source(fs)), where, text_or_empty(mnt_fs_get_fstype(fs)),
                       text_or_empty(mnt_fs_get_options(fs))});
  }
  return entries;
}

}  // namespace svcd
