#include "daemon/linux/cgroup_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <span>

#include "daemon/linux/unique_fd.h"

namespace svcd {

std::optional<std::string> read_small_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return std::nullopt;
  std::string text;
  char buffer[4096];
  while (text.size() < (size_t{64} << 10)) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

int write_small_file(const std::string& path, std::string_view text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return errno;
  return ::write(fd.get(), text.data(), text.size()) < 0 ? errno : 0;
}

namespace {

/// What one read() gives: all of it for the files whose numbers we want, which the kernel makes in one piece.
std::optional<std::string_view> read_at_once(const std::string& path, std::span<char> buffer) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return std::nullopt;
  const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  if (got < 0) return std::nullopt;
  return std::string_view(buffer.data(), static_cast<size_t>(got));
}

}  // namespace

std::optional<uint64_t> read_number(const std::string& path) {
  char buffer[64];
  const auto text = read_at_once(path, buffer);
  if (!text) return std::nullopt;
  if (text->starts_with("max")) return UINT64_MAX;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end == text->data()) return std::nullopt;
  return value;
}

std::optional<uint64_t> read_keyed_number(const std::string& path, std::string_view key) {
  char buffer[4096];
  const auto text = read_at_once(path, buffer);
  if (!text) return std::nullopt;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') continue;
    uint64_t value = 0;
    const char* start = line.data() + key.size() + 1;
    if (std::from_chars(start, line.data() + line.size(), value).ec == std::errc()) return value;
  }
  return std::nullopt;
}

void read_pids(const std::string& path, std::vector<pid_t>& into, size_t at_most) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return;
  char buffer[4096];
  pid_t pid = 0;
  bool has_digits = false;
  while (into.size() < at_most) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got <= 0) return;
    for (const char c : std::string_view(buffer, static_cast<size_t>(got))) {
      if (c >= '0' && c <= '9' && pid < 100'000'000) {
        pid = pid * 10 + (c - '0');
        has_digits = true;
        continue;
      }
      if (has_digits && pid > 0 && into.size() < at_most) into.push_back(pid);  // 0: of another pid namespace
      pid = 0;
      has_digits = false;
    }
  }
}

std::vector<std::string> folders_below(const std::string& folder, size_t at_most) {
  std::vector<std::string> found{folder};
  for (size_t next = 0; next < found.size(); ++next) {
    // Each folder below is a link to it: most have none, and to list the files of a cgroup costs more than to ask.
    struct stat st {};
    if (::stat(found[next].c_str(), &st) == 0 && st.st_nlink == 2) continue;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(found[next].c_str()), &::closedir);
    if (!listing) continue;
    const auto depth =
        std::count(found[next].begin() + static_cast<std::ptrdiff_t>(folder.size()), found[next].end(), '/');
    while (const dirent* entry = ::readdir(listing.get())) {
      const std::string_view name = entry->d_name;
      if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
      if (found.size() >= at_most || depth >= 64) break;
      found.push_back(found[next] + "/" + entry->d_name);
    }
  }
  return found;
}

}  // namespace svcd
