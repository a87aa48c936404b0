#include "daemon/linux/pid_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <cstring>
#include <deque>
#include <string_view>

#include "daemon/linux/unique_fd.h"

namespace svcd {
namespace {

constexpr int most_links = 32;

void push_components(std::deque<std::string>& rest, std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  rest.insert(rest.begin(), parts.begin(), parts.end());
}

/// Opens the file while looking at who owns each step of the way.
UniqueFd open_watching_owners(const std::string& path, bool& is_questionable) {
  std::deque<std::string> rest;
  push_components(rest, path);
  UniqueFd at(open("/", O_PATH | O_CLOEXEC | O_DIRECTORY));
  struct stat here {};
  if (!at || fstat(at.get(), &here) < 0) return UniqueFd();
  const auto go_to = [&](const struct stat& next) {
    if (here.st_uid != 0 && here.st_uid != next.st_uid) is_questionable = true;
    here = next;
  };
  for (int links = 0; !rest.empty();) {
    const std::string name = std::move(rest.front());
    rest.pop_front();
    if (name == ".") continue;
    UniqueFd next(openat(at.get(), name.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
    struct stat st {};
    if (!next || fstat(next.get(), &st) < 0) return UniqueFd();
    go_to(st);  // of a link, too: who made it chose what comes next
    if (!S_ISLNK(st.st_mode)) {
      at = std::move(next);
      continue;
    }
    char target[PATH_MAX];
    const ssize_t n = readlinkat(next.get(), "", target, sizeof target);
    if (n <= 0 || ++links > most_links) return errno = ELOOP, UniqueFd();
    push_components(rest, std::string_view(target, static_cast<size_t>(n)));
    if (target[0] == '/') {
      at.reset(open("/", O_PATH | O_CLOEXEC | O_DIRECTORY));
      if (fstat(at.get(), &st) < 0) return UniqueFd();
      go_to(st);
    }
  }
  if (!S_ISREG(here.st_mode)) return errno = EINVAL, UniqueFd();
  const std::string again = "/proc/self/fd/" + std::to_string(at.get());
  return UniqueFd(open(again.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

}  // namespace

Result<PidFile> read_pid_file(const std::string& path) {
  PidFile file;
  errno = 0;
  const UniqueFd fd = open_watching_owners(path, file.is_questionable);
  struct stat st {};
  if (!fd || fstat(fd.get(), &st) < 0) {
    const int error = errno != 0 ? errno : EINVAL;
    return tl::unexpected(Error{ErrorCode::file_not_found, strerrordesc_np(error), error});
  }
  file.owned_by_root = st.st_uid == 0;
  char text[64];
  const ssize_t n = read(fd.get(), text, sizeof text);
  const int error = n < 0 ? errno : EINVAL;
  const auto no_number = [](int number) {
    return tl::unexpected(Error{ErrorCode::bad_message, strerrordesc_np(number), number});
  };
  if (n <= 0) return no_number(error);
  const char* at = text;
  const char* const end = text + n;
  while (at < end && (*at == ' ' || *at == '\t')) ++at;
  const auto [after, problem] = std::from_chars(at, end, file.pid);
  if (problem == std::errc::result_out_of_range || (problem == std::errc{} && file.pid <= 0)) return no_number(ERANGE);
  if (problem != std::errc{}) return no_number(EINVAL);
  for (const char* c = after; c < end && *c != '\n'; ++c)
    if (*c != '\r' && *c != '\0') return no_number(EINVAL);
  return file;
}

bool is_living_process(pid_t pid) {
  const UniqueFd fd(open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t n = fd ? read(fd.get(), text, sizeof text) : 0;
  const std::string_view stat(text, n > 0 ? static_cast<size_t>(n) : 0);
  const size_t name_end = stat.rfind(')');  // the name may hold anything
  return name_end != stat.npos && name_end + 2 < stat.size() && stat[name_end + 2] != 'Z' && stat[name_end + 2] != 'X';
}

}  // namespace svcd
