#include "daemon/linux/state_record_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/linux/event_loop.h"
#include "daemon/linux/unique_fd.h"
#include "libunit/host/file_writer.h"
#include "libunit/host/host_files.h"

namespace svcd {
namespace {

/// Clock ticks at which this process began, from field 22 of /proc/self/stat; execve() does not change it.
std::string start_time_of_self() {
  const std::string line = read_one_line("/proc/self/stat");
  size_t at = line.rfind(')');  // the name before it may hold anything
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
  if (at == std::string::npos) return "0";
  return line.substr(at + 1, line.find(' ', at + 1) - at - 1);
}

Result<UniqueFd> open_record(const std::string& folder, const std::string& name) {
  if (auto made = make_folders(folder, 0700); !made) return tl::unexpected(made.error());
  const UniqueFd dir(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  struct stat st {};
  if (!dir || fstat(dir.get(), &st) < 0) return tl::unexpected(errno_error(folder, errno));
  if (st.st_uid != geteuid() || (st.st_mode & 0022) != 0) return fail(ErrorCode::access_denied, "{}: not ours", folder);
  UniqueFd file(openat(dir.get(), name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file || fstat(file.get(), &st) < 0) return tl::unexpected(errno_error(folder + '/' + name, errno));
  if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1 || (st.st_mode & 0077) != 0)
    return fail(ErrorCode::access_denied, "{}/{}: not ours", folder, name);
  if (ftruncate(file.get(), StateRecordFile::size) < 0) return tl::unexpected(errno_error(folder + '/' + name, errno));
  return file;
}

}  // namespace

StateRecordFile::StateRecordFile(const Scope& scope) {
  const std::string name =
      fmt::format("record-{}-{}", scope.host.boot_id, scope.is_init ? start_time_of_self() : std::string("0"));
  for (const DirectoryEntry& entry : HostFiles().list(scope.own_folder))
    if (entry.name.starts_with("record-") && entry.name != name) unlink((scope.own_folder + '/' + entry.name).c_str());

  auto file = open_record(scope.own_folder, name);
  if (!file) problem_ = file.error().message;
  const int flags = file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags | MAP_NORESERVE, file ? file->get() : -1, 0);
  if (at == MAP_FAILED) {
    problem_ = errno_error("Cannot map the state record", errno).message;
    return;
  }
  bytes_ = {static_cast<std::byte*>(at), size};
  if (file) file_ = std::move(*file);
}

bool StateRecordFile::grow(size_t from, size_t to) const {
  if (!file_ || from >= to) return true;
  int done = 0;
  do {
    done = fallocate(file_.get(), 0, static_cast<off_t>(from), static_cast<off_t>(to - from));
  } while (done < 0 && errno == EINTR);
  return done == 0 || errno == EOPNOTSUPP;
}

StateRecordFile::~StateRecordFile() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace svcd
